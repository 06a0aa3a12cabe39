"""What commands read that only download: modules, POMs, build scripts, workspaces, project files."""

from __future__ import annotations

import pytest

from tests.facts.test_installs import found

GO = "module a\n\ngo 1.19\n\nrequire b v1.0.0\n"
POM = "<project xmlns='http://maven.apache.org/POM/4.0.0'><artifactId>{}</artifactId>{}</project>"
MODULES = "<packaging>pom</packaging><modules><module>core</module><module>web/pom.xml</module></modules>"
DEPENDENCY = "<dependencies><dependency><artifactId>core</artifactId></dependency></dependencies>"
NEWER = "org.apache.maven.plugins:maven-dependency-plugin:3.5.0:go-offline"
PACKAGE = '[package]\nname = "{}"\nversion = "0.1.0"\n'
PROJECT = '<Project Sdk="Microsoft.NET.Sdk">{}</Project>'
NEEDED = "the install needs the sources: "
UNREAD = "the description of its dependencies cannot be read: "


@pytest.mark.parametrize(
    ("script", "files", "expected"),
    [
        ("go mod download", {"go.mod": f"{GO}replace b => ./b\n", "b/go.mod": "", "b/b.go": ""}, "b/go.mod, go.mod"),
        (
            "go mod download",
            {"go.mod": f'{GO}replace (\n\tb v1.0.0 => "./b" // ours\n)\n', "b/go.mod": "replace c => ../c\n"},
            "b/go.mod, go.mod",
        ),
        ("go mod download", {"go.mod": f"{GO}replace b => ../b\n"}, f"{NEEDED}go.mod: => ../b"),
        ("go mod download", {"go.mod": f"{GO}// replace b => ../b\n"}, "go.mod"),
        (
            "cd a && go mod download",
            {"a/go.mod": GO, "go.work": ""},
            f"{NEEDED}the module is in the workspace of /app/go.work",
        ),
        (
            "go mod download",
            {"go.work": "use ./a\nuse (\n\t./b // two\n)\n", "a/go.mod": GO, "b/go.mod": "module b", "b/go.sum": ""},
            "a/go.mod, b/go.mod, b/go.sum, go.work",
        ),
        ("mvn dependency:go-offline", {"pom.xml": POM.format("a", "")}, "pom.xml"),
        ("mvn -B package", {"pom.xml": POM.format("a", "")}, f"{NEEDED}mvn package"),
        (
            "mvn dependency:resolve",
            {
                "pom.xml": POM.format("a", MODULES),
                "core/pom.xml": POM.format("core", "<parent><relativePath>../up</relativePath></parent>"),
                "up/pom.xml": POM.format("up", ""),
                "web/pom.xml": POM.format("web", "<parent/>"),
                ".mvn/extensions.xml": "",
            },
            (
                ".mvn, .mvn/extensions.xml, core/pom.xml, pom.xml, up/pom.xml, web/pom.xml, "
                "! extensions of Maven may read the sources"
            ),
        ),
        (
            "mvn dependency:go-offline",
            {
                "pom.xml": POM.format("a", MODULES),
                "core/pom.xml": POM.format("core", ""),
                "web/pom.xml": POM.format("web", DEPENDENCY),
            },
            f"{NEEDED}modules depend on core, which is one of them",
        ),
        (
            f"mvn {NEWER}",
            {
                "pom.xml": POM.format("a", MODULES),
                "core/pom.xml": POM.format("core", ""),
                "web/pom.xml": POM.format("web", DEPENDENCY),
            },
            "core/pom.xml, pom.xml, web/pom.xml",
        ),
        (
            "mvn dependency:go-offline",
            {"pom.xml": POM.format("a", "<repositories><repository><url>file:libs</url></repository></repositories>")},
            f"{NEEDED}pom.xml: url file:libs",
        ),
        (
            "mvn dependency:go-offline",
            {"pom.xml": "<project>"},
            "the description of its dependencies cannot be read: pom.xml is not valid XML",
        ),
        (
            "gradle dependencies",
            {
                "build.gradle": "",
                "settings.gradle": "include 'web', ':core:api'\n// include 'old'\n",
                "web/build.gradle": "",
                "core/api/build.gradle.kts": "",
                "gradle/libs.versions.toml": "",
                "gradle/wrapper/gradle-wrapper.jar": "",
                "buildSrc/src/Rules.java": "",
            },
            (
                "build.gradle, buildSrc, buildSrc/src, buildSrc/src/Rules.java, core/api/build.gradle.kts, gradle, "
                "gradle/libs.versions.toml, "
                "settings.gradle, web/build.gradle, ! plug-ins of Gradle may read the sources"
            ),
        ),
        (
            "gradle dependencies",
            {"settings.gradle": "include('web')"},
            f"{NEEDED}the folder of web has no build script",
        ),
        ("gradle dependencies", {"build.gradle": "version = file('v').text"}, f"{NEEDED}build.gradle: .text"),
        ("cargo fetch", {"Cargo.toml": PACKAGE.format("a"), "src/main.rs": ""}, "Cargo.toml, src/main.rs"),
        ("cargo fetch", {"Cargo.toml": PACKAGE.format("a")}, f"{NEEDED}the package a has no sources"),
        ("cargo fetch", {"Cargo.toml": PACKAGE.format("a") + '[lib]\npath = "a.rs"\n', "a.rs": ""}, "Cargo.toml"),
        (
            "cargo fetch --locked",
            {
                "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\nexclude = ["crates/old"]\n'
                '[workspace.dependencies]\nd = { path = "d" }\n',
                "Cargo.lock": "",
                "crates/a/Cargo.toml": PACKAGE.format("a") + '[[bin]]\nname = "tool"\n',
                "crates/a/src/bin/tool/main.rs": "",
                "crates/old/Cargo.toml": "",
                "d/Cargo.toml": PACKAGE.format("d"),
                "d/src/lib.rs": "",
            },
            "Cargo.lock, Cargo.toml, crates/a/Cargo.toml, crates/a/src/bin/tool/main.rs, d/Cargo.toml, d/src/lib.rs",
        ),
        (
            "cargo fetch",
            {
                "Cargo.toml": PACKAGE.format("a") + "[target.'cfg(unix)'.dependencies]\nb = { path = '../b' }\n",
                "src/lib.rs": "",
            },
            f"{NEEDED}a dependency is at ../b",
        ),
        ("dotnet restore", {"A.csproj": PROJECT.format("")}, "A.csproj"),
        (
            "dotnet restore All.sln",
            {
                "All.sln": 'Project("{1}") = "Web", "src\\Web\\Web.csproj", "{2}"\n',
                "src/Web/Web.csproj": PROJECT.format(
                    '<Import Project="..\\common.props" /><ItemGroup>'
                    '<ProjectReference Include="..\\Core\\Core.fsproj" /></ItemGroup>'
                ),
                "src/Core/Core.fsproj": PROJECT.format(""),
                "src/common.props": "<Project />",
                "src/Directory.Build.props": "<Project />",
                "src/Web/Web.csproj.user": "<Project />",
                "Directory.Solution.props": "<Project />",
                "nuget.config": "",
            },
            (
                "All.sln, Directory.Solution.props, nuget.config, src/Core/Core.fsproj, src/Directory.Build.props, "
                "src/Web/Web.csproj, src/Web/Web.csproj.user, src/common.props"
            ),
        ),
        (
            "dotnet restore",
            {"A.csproj": PROJECT.format("<ItemGroup Condition=\"Exists('x')\" />")},
            "A.csproj, ! conditions of MSBuild may look at the sources",
        ),
        (
            "dotnet restore src",
            {
                "src/A.csproj": PROJECT.format(""),
                "src/Directory.Build.props": '<Project><Import Project="$([MSBuild]::GetPathOfFileAbove('
                "'Directory.Build.props', '$(MSBuildThisFileDirectory)../'))\" /></Project>",
                "Directory.Build.props": "<Project />",
            },
            (
                "Directory.Build.props, src/A.csproj, src/Directory.Build.props, "
                "! conditions of MSBuild may look at the sources"
            ),
        ),
        (
            "dotnet restore",
            {"A.csproj": "", "B.csproj": ""},
            "the description of its dependencies cannot be read: there are 2 projects in /app",
        ),
        (
            "dotnet restore",
            {"A.csproj": PROJECT.format(""), "obj/project.assets.json": "{}"},
            "the build context brings what the install writes: /app/obj",
        ),
    ],
)
def test_reads(script: str, files: dict[str, str], expected: str) -> None:
    assert found(script, files, base="golang:1.20") == expected


@pytest.mark.parametrize(
    ("script", "files", "expected"),
    [
        ("bundle install --gemfile=/app/web/Gemfile --jobs=$(nproc)", {"web/Gemfile": "gem 'rake'\n"}, "web/Gemfile"),
        ("bundle install --gemfile web/Gemfile -j$(nproc)", {"web/Gemfile": "gem 'rake'\n"}, "web/Gemfile"),
        ("bundle install --gemfile=gems.rb", {}, "the folder of the install is not written out: "),
        ("bundle install --jobs=$N", {"Gemfile": "gem 'rake'\n"}, "Gemfile"),
    ],
)
def test_a_gemfile_in_another_place(script: str, files: dict[str, str], expected: str) -> None:
    assert found(script, files, base="ruby:3.1").startswith(expected)


def test_a_wrapper_reads_its_own_files_and_what_the_tool_reads() -> None:
    said = "#!/bin/sh\n# Apache Maven Wrapper startup batch script, version 3.3.4\n"
    files = {
        "pom.xml": POM.format("a", ""),
        "mvnw": f'{said}cd "$scriptDir/.."\ndone <"$scriptDir/.mvn/wrapper/maven-wrapper.properties"\n',
        ".mvn/wrapper/maven-wrapper.properties": "distributionUrl = https\\://example.org/maven-3.9.9-bin.zip\n",
        "settings/env.sh": "",
    }
    read = ".mvn, .mvn/wrapper, .mvn/wrapper/maven-wrapper.properties, mvnw, pom.xml"
    assert found("./mvnw -B dependency:go-offline", files) == read
    assert found("./mvnw --version", files) == read.removesuffix(", pom.xml")
    assert found("/app/mvnw dependency:go-offline", files) == read
    assert found("./mvnw package", files) == f"{NEEDED}mvn package"
    local = {".mvn/wrapper/maven-wrapper.properties": "distributionUrl=file:///app/maven-bin.zip\n"}
    address = f"{UNREAD}.mvn/wrapper/maven-wrapper.properties names no address"
    assert found("./mvnw dependency:go-offline", {**files, **local}) == address
    unknown = "the script that brings the tool is not as the tool writes it: ./mvnw"
    assert found("./mvnw dependency:go-offline", {**files, "mvnw": "#!/bin/sh\nexec mvn\n"}) == unknown
    changed = {"mvnw": f"{said}. ./settings/env.sh\n"}
    assert found("./mvnw dependency:go-offline", {**files, **changed}) == f"{unknown} names /app/settings/env.sh"
    linked = {**files, "web/pom.xml": POM.format("b", "")}
    assert found("cd web && ../mvnw dependency:go-offline", linked) == unknown.replace("./", "../")


def test_the_wrapper_of_gradle_needs_its_archive() -> None:
    files = {
        "build.gradle": "",
        "gradlew": "#!/bin/sh\n##  Gradle start up script for UN*X\nexec java -jar $APP_HOME/gradle/wrapper/x.jar\n",
        "gradle/wrapper/gradle-wrapper.properties": "distributionUrl=https\\://example.org/gradle-8.5-bin.zip\n",
    }
    missing = f"{UNREAD}gradle/wrapper/gradle-wrapper.jar is not in the build context"
    assert found("./gradlew dependencies", files) == missing
    files["gradle/wrapper/gradle-wrapper.jar"] = ""
    assert "gradle/wrapper/gradle-wrapper.jar, gradle/wrapper/gradle-wrapper.properties, gradlew" in found(
        "./gradlew dependencies", files
    )
    own = files["gradle/wrapper/gradle-wrapper.properties"] + "distributionBase=PROJECT\n"
    inside = found("./gradlew dependencies", {**files, "gradle/wrapper/gradle-wrapper.properties": own})
    assert inside.startswith(f"{UNREAD}gradle/wrapper/gradle-wrapper.prop")
