"""Files of the sources that words, variables and settings name, whatever the tool makes of them."""

from __future__ import annotations

import pytest

from dfopt.facts.facts import Facts
from dfopt.facts.installs.project import Refused
from dfopt.facts.passing import passing
from dfopt.source import Source
from dfopt.syntax.nodes import Copy, Run
from dfopt.syntax.parser import parse
from tests.context_files import Table
from tests.facts.test_installs import COMPOSER, LOCK, NPM, POETRY, PYPROJECT, found

LIST = {"requirements.txt": "flask\n"}
PIP = "pip install -r requirements.txt"
GEMS = {"Gemfile": "gem 'a'\n", "Gemfile.lock": ""}
MODULE = {"go.mod": "module x"}
POM = {"pom.xml": "<project/>"}
MAVEN = "mvn dependency:go-offline"
REPOSITORY = "<repositories><repository><url>%s</url></repository></repositories>"
COMPOSED = {"composer.json": COMPOSER, "composer.lock": "{}"}
PROJECT = {"A.csproj": "<Project/>"}
CRATE = {"Cargo.toml": '[package]\nname = "x"\n', "Cargo.lock": "", "src/main.rs": ""}


@pytest.mark.parametrize(
    ("script", "files"),
    [
        ("dnf install -y chrome.rpm", {"chrome.rpm": ""}),
        ("apk add --allow-untrusted glibc.apk", {"glibc.apk": ""}),
        ("apk add --keys-dir keys curl", {"keys/a.pub": ""}),
        ("apk add --repository /app/repo curl", {"repo/x": ""}),
        ("apt-get build-dep -y .", {"debian/control": ""}),
        ("apt-get -c apt.conf install -y curl", {"apt.conf": ""}),
        ("apt-get -o Dir::Etc::SourceList=/app/list.txt install -y curl", {"list.txt": ""}),
        ("dnf --setopt=reposdir=/app/repos install -y curl", {"repos/a.repo": ""}),
        ("npm install -g tool-1.0.0.tgz", {"tool-1.0.0.tgz": ""}),
        ("npm ci --userconfig ci/.npmrc", {**NPM, **LOCK, "ci/.npmrc": ""}),
        ("npm ci --cafile=ca.pem", {**NPM, **LOCK, "ca.pem": ""}),
        ("npm ci --cache packs", {**NPM, **LOCK, "packs/x": ""}),
        ("npm ci '--node-options=--require ./hook.js'", {**NPM, **LOCK, "hook.js": ""}),
        ("npm config set cafile ca && npm ci", {**NPM, **LOCK, "ca": ""}),
        ("pnpm install --config.pnpmfile=x.cjs", {**NPM, "x.cjs": ""}),
        ("pip install 'libs/common[dev]'", {"libs/common/setup.py": ""}),
        ("pip install 'common@file:///app/libs/common'", {"libs/common/setup.py": ""}),
        ("uv pip install --system 'libs/common[dev]'", {"libs/common/setup.py": ""}),
        (f"{PIP} --cert ca.pem", {**LIST, "ca.pem": ""}),
        (f"{PIP} -i file:///app/simple", {**LIST, "simple/flask/index.html": ""}),
        ("pip config set global.find-links /app/wheels", {"wheels/x": ""}),
        (f"PIP_CERT=ca.pem {PIP}", {**LIST, "ca.pem": ""}),
        ("pipenv install -r more.txt", {"Pipfile": "", "more.txt": ""}),
        ("go mod download -modfile=tools.mod", {**MODULE, "tools.mod": ""}),
        ("cargo fetch --config ci.toml", {**CRATE, "ci.toml": ""}),
        ("dotnet restore --configfile ci/feeds.config", {**PROJECT, "ci/feeds.config": ""}),
        ("dotnet restore -s ./packs", {**PROJECT, "packs/a.nupkg": ""}),
        ("echo *.py && npm ci", {**NPM, **LOCK, "a.py": ""}),
        (f"echo $(date -r a.py) && {PIP}", {**LIST, "a.py": ""}),
        ("corepack install", {"package.json": "{}"}),
        ("corepack prepare --activate", {"package.json": "{}"}),
        ("corepack pnpm install", {"package.json": "{}"}),
        ("gem install foo", {"foo-1.gem": ""}),
        ("npm install -g", NPM),
    ],
)
def test_what_is_named_is_read(script: str, files: dict[str, str]) -> None:
    assert found(script, files).partition(":")[0] in ("a command may read the sources", "the install needs the sources")


@pytest.mark.parametrize(
    ("script", "files"),
    [
        ("apt-get install -y --no-install-recommends nginx python3.11", {"nginx/nginx.conf": ""}),
        ("bundle install --frozen --without test", {**GEMS, "test/x.rb": ""}),
        ("npm ci --omit=dev --prefix /app", {**NPM, **LOCK, "dev/x.js": ""}),
        ("pip install --log pip.log -r requirements.txt --index-url https://example.org/app", LIST),
        ("corepack enable && corepack prepare pnpm@9.1.0 --activate", {"package.json": "{}"}),
        ("yarn global add a && pnpm --version", NPM),
        ("echo 'see main.x' && mkdir -p /data", {}),
    ],
)
def test_what_only_looks_like_a_name(script: str, files: dict[str, str]) -> None:
    assert ":" not in found(script, files)


@pytest.mark.parametrize(
    ("setting", "refused"),
    [
        ("ENV REQUESTS_CA_BUNDLE=/app/certs/ca.pem", True),
        ("ENV PIP_INDEX_URL=file:///app/certs", True),
        ("ENV XDG_CONFIG_HOME=/app/certs", True),
        ("ARG NETRC=/app/certs/ca.pem", True),
        ("ENV SOME_CACHE=certs", True),
        ("ENV APP_HOME=/app FLASK_APP=main.x", False),
        ("ENV PIP_INDEX_URL=https://example.org/app/certs", False),
        ("ENV PATH=/app/venv/bin:$PATH", False),
        ("RUN pip config set global.cert /app/certs/ca.pem", True),
        ("RUN pip config set global.cert /etc/ca.pem", False),
    ],
)
def test_variables_and_settings_name_files(setting: str, refused: bool) -> None:
    facts = Facts(parse(Source(f"FROM python:3.12\nWORKDIR /app\n{setting}\nCOPY . .\nRUN {PIP}\n")))
    (copy,), run = facts.dockerfile.find(Copy), list(facts.dockerfile.find(Run))[-1]
    files = Table({**LIST, "certs/ca.pem": "", "main.x": ""})
    assert isinstance(passing(facts, copy, run, files), Refused) == refused


@pytest.mark.parametrize(
    ("script", "files", "expected"),
    [
        (PIP, {"requirements.txt": "\ufeff-r base.txt\n", "base.txt": ""}, "base.txt, requirements.txt"),
        (PIP, {"requirements.txt": "--pre -r base.txt\n", "base.txt": ""}, "base.txt, requirements.txt"),
        (PIP, {"requirements.txt": "--no-index --find-links=wheels\n"}, "the install needs the sources"),
        (PIP, {"requirements.txt": "--extra-index-url https://x.example -f ./wheels\n"}, "the install needs"),
        (PIP, {"requirements.txt": "--index-url file:///app/simple\n"}, "the install needs the sources"),
        (PIP, {"requirements.txt": "git+file:///app/lib\n"}, "the install needs the sources"),
        (PIP, {"requirements.txt": "-e git+https://x.example/a#egg=mine\n"}, "requirements.txt"),
        (
            PIP,
            {"requirements.txt": "-e git+https://x.example/a#egg=mine\n", "src/mine/a.py": ""},
            "the build context brings what the install writes",
        ),
        (
            "cd web && npm ci",
            {"package.json": '{"workspaces": ["web"]}', "web/package.json": "{}"},
            "the install needs",
        ),
        ("npm ci -C web", {"package.json": '{"workspaces": ["web"]}', "web/package.json": "{}"}, "the install needs"),
        ("pnpm install --dir web", {"pnpm-workspace.yaml": "", "web/package.json": "{}"}, "the install needs"),
        ("pnpm install", {**NPM, ".npmrc": "pnpmfile=x.cjs", "x.cjs": "require('./y')"}, "the install needs"),
        ("pnpm install", {**NPM, "pnpm-workspace.yaml": "overrides:\n  a: file:./b\n", "b/c": ""}, "the install needs"),
        ("pnpm install", {**NPM, "pnpm-workspace.yaml": "catalog: {a: 'link:b'}", "b/c": ""}, "the install needs"),
        ("pnpm install", {**NPM, "pnpm-workspace.yaml": "modulesDir: lib"}, "the install needs"),
        ("pnpm install", {**NPM, "pnpm-workspace.yaml": "patchesDir: p", "p/a": ""}, "the install needs"),
        ("pnpm install", {"package.json": '{"dependencies": {"a": "a-1.0.0.tgz"}}'}, "the install needs"),
        (
            "cd a && uv sync",
            {"pyproject.toml": "[tool.uv.workspace]\nmembers = ['a']\n", "a/pyproject.toml": PYPROJECT},
            "the install needs the sources: the project is in the workspace of /app/pyproject.toml",
        ),
        (
            "poetry install --no-root",
            {"pyproject.toml": POETRY + "[[tool.poetry.source]]\nurl = 'file:///x'\n"},
            "the in",
        ),
        ("cargo install --locked trunk", {"rust-toolchain.toml": ""}, "rust-toolchain.toml"),
        ("cargo --version", {".cargo/config.toml": ""}, ".cargo/config.toml"),
        ("rustc --version", {"rust-toolchain": ""}, "rust-toolchain"),
        ("cd a && cargo fetch", {".cargo/config.toml": "[source.x]\n", "a/Cargo.toml": ""}, "the install needs"),
        ("yarn global add a", {"package.json": '{"packageManager": "yarn@4.0.0"}'}, "package.json"),
        ("dotnet tool install -g x", {"global.json": ""}, "global.json"),
        (
            "dotnet restore",
            {**PROJECT, "nuget.config": '<c><packageSources><add key="l" value="packs"/></packageSources></c>'},
            "the install needs the sources: packages are in packs",
        ),
        (
            "dotnet restore",
            {"A.csproj": "<Project><RestoreAdditionalProjectSources>packs</RestoreAdditionalProjectSources></Project>"},
            "the install needs the sources",
        ),
        (
            "dotnet restore",
            {**PROJECT, "Directory.Build.rsp": "/p:RestoreConfigFile=ci/x.config", "ci/x.config": ""},
            "A.csproj, Directory.Build.rsp, ci/x.config",
        ),
        (
            "mvn -s /app/ci/s.xml dependency:go-offline",
            {**POM, "ci/s.xml": "<settings/>"},
            "ci/s.xml, pom.xml",
        ),
        (
            "mvn dependency:go-offline",
            {**POM, ".mvn/maven.config": "-s\nci/s.xml\n", "ci/s.xml": "<settings/>"},
            ".mvn, .mvn/maven.config, ci/s.xml, pom.xml",
        ),
        (
            "mvn dependency:go-offline",
            {"pom.xml": "<p><profiles><activation><file><exists>x</exists></file></activation></profiles></p>"},
            "the install needs the sources",
        ),
        (
            MAVEN,
            {"pom.xml": f"<p><properties><r>file://${{basedir}}/r</r></properties>{REPOSITORY % '${r}'}</p>"},
            "the install needs the sources: pom.xml: url ${r}",
        ),
        (MAVEN, {"pom.xml": f"<p>{REPOSITORY % '${elsewhere}/r'}</p>"}, "the install needs the sources"),
        (
            MAVEN,
            {"pom.xml": f"<p><properties><r>https://x</r></properties>{REPOSITORY % '${r}/${v}'}</p>"},
            "pom.xml",
        ),
        (
            "mvn -s ci/s.xml dependency:go-offline",
            {**POM, "ci/s.xml": "<s><mirrors><mirror><url>file:///app/repo</url></mirror></mirrors></s>"},
            "the install needs the sources: ci/s.xml: url file:///app/repo",
        ),
        (
            MAVEN,
            {**POM, ".mvn/maven.config": "--settings=s.xml", "s.xml": f"<s>{REPOSITORY % 'repo'}</s>"},
            "the install needs the sources: s.xml: url repo",
        ),
        (
            "dotnet restore",
            {
                **PROJECT,
                "nuget.config": '<c><fallbackPackageFolders><add key="l" value="f"/></fallbackPackageFolders></c>',
            },
            "the install needs the sources: packages are in f",
        ),
        (
            "dotnet restore",
            {"A.csproj": "<Project><RestoreFallbackFolders>f</RestoreFallbackFolders></Project>"},
            "the install needs the sources",
        ),
        (
            "dotnet restore",
            {
                **PROJECT,
                "nuget.config": '<c><config><add key="globalPackagesFolder" value="packs"/></config></c>',
                "packs/x": "",
            },
            "the build context brings what the install writes: /app/packs",
        ),
        ("composer install -no", COMPOSED, "the install needs the sources"),
        ("composer install --optimize", COMPOSED, "the install needs the sources"),
        ("composer install -nq --no-scripts", COMPOSED, "composer.json"),
        ("go mod download", {"go.mod": "module x\r\nreplace a => ./a\r\n"}, "the install needs the sources: go.mod"),
        (
            "go mod download",
            {**MODULE, "go.work": "use .\r\nreplace a => ./a\r\n", "a/go.mod": "module a"},
            "a/go.mod, go.mod, go.work",
        ),
        ("bundle install", {"Gemfile": "gem 'a', YAML.load_file('v.yml')['a']\n"}, "the install needs the sources"),
        ("bundle install", {"Gemfile": "require './gems'\n"}, "the install needs the sources"),
        ("bundle install", {"Gemfile": "gem \"a # \", path: 'a'\n"}, "the install needs the sources"),
        ("bundle install", {"Gemfile": 'gem "a", "#{shared(1)}"\n'}, "the install needs the sources"),
        (
            "bundle install",
            {
                "Gemfile": "source 'https://rubygems.org'\ngit_source(:github) { |repo| \"https://x.org/#{repo}\" }\n"
                "v = ENV.fetch('V', '7')\ngroup :test do\n  gem 'a', v, require: false # a list\nend\n",
            },
            "Gemfile",
        ),
        (
            "composer install --no-scripts --no-autoloader --no-plugins",
            {
                "composer.json": '{"repositories": [{"type": "package", "package": {"dist": {"url": "lib/b.zip"}}}]}',
                "composer.lock": "{}",
            },
            "the install needs the sources: a repository is a folder of the project",
        ),
        ("composer install --no-scripts", {"composer.json": COMPOSER, "composer.lock": "{}"}, "composer.json"),
        ("useradd -m app", {"main.x": ""}, ""),
    ],
)
def test_what_files_say(script: str, files: dict[str, str], expected: str) -> None:
    assert found(script, files).startswith(expected)


@pytest.mark.parametrize("script", ["useradd -m app", "adduser -D app", "useradd -b /home -m app"])
def test_the_home_of_a_new_user_is_not_what_the_sources_bring(script: str) -> None:
    assert found(script, {}, more="WORKDIR /home/app\n").startswith("a command may read the sources")
    assert found(script, {}, more="WORKDIR /home/other\n") == "" or "-b" in script
