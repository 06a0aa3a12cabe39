"""Tools that download dependencies while they build, and the commands that only download: one row for each."""

from __future__ import annotations

from typing import Final

import msgspec

from dfopt.knowledge.manager import words


class DependencyDownload(msgspec.Struct, frozen=True, kw_only=True):
    """One tool, by the name of its row in the table of package managers. Expressions on words are as there."""

    manager: str
    source: str
    """Where the commands are documented."""
    builds: str
    """On words: the call downloads what is missing, and builds."""
    downloads: str
    """On words: the call only downloads."""
    never: str = "(?!)"
    """On words: it downloads nothing, or something else."""
    offline: str = "(?!)"
    """On words: it works with what is there."""
    commands: tuple[str, ...]
    """What follows the name of the tool; the first that can do with the manifests is written. ``{options}`` stands for
    those of the build that the download takes as well, ``{project}`` for the operand that names the project."""
    options: str = "(?!)"
    """On a word of the call: the download is given it as well."""
    value_options: frozenset[str] = frozenset()
    """The same of options whose value is the next word."""
    settings: str
    """On the names of variables: they decide from where, or how, it downloads."""
    kept_in: str
    """On the target of a cache mount: it keeps the downloads."""
    needed: tuple[str, ...] = ()
    """Files in the folder of the project without which there is nothing to download, or not the same each time."""
    brought: tuple[str, ...] = ()
    """Files in the folder of the project with which the dependencies are there already."""
    stubs: str = "(?!)"
    """On the names of files that have to be there, and may be empty."""
    wrapper: str = ""
    """The script of the project that brings the tool, and runs it."""
    leaves: str = ""
    """What the build downloads nevertheless."""


_PROXIES: Final = r"(?i:.*proxy|.*token.*|.*passw.*|.*secret.*|.*credential.*|.*_auth)|HOME|PATH|NETRC|SSH_\w+|GIT_\w+"

GO: Final = DependencyDownload(
    manager="go",
    source="https://go.dev/ref/mod#go-mod-download",
    builds=r" (build|install|run|test|vet|generate|get|list|mod (tidy|verify)) ",
    downloads=r" mod download ",
    never=r" (install|get|run) (.* )?\S+@\S+ | (version|env|fmt|clean|tool|help|mod (init|edit|vendor)) ",
    offline=r" (-mod=vendor|-modfile(=\S*)?|-overlay(=\S*)?) ",
    commands=("mod download",),
    settings=rf"GO(PROXY|PRIVATE|NOPROXY|NOSUMDB|SUMDB|INSECURE|VCS|FLAGS|AUTH|TOOLCHAIN|ROOT)|GO111MODULE|{_PROXIES}",
    kept_in=r".*/pkg(/mod(/.*)?)?|/go",
    needed=("go.sum",),
    brought=("vendor/modules.txt",),
)
MAVEN: Final = DependencyDownload(
    manager="maven",
    source="https://maven.apache.org/plugins/maven-dependency-plugin/go-offline-mojo.html",
    builds=r" (compile|test-compile|process-classes|test|package|verify|install|deploy|[\w.-]+:(jar|war|repackage)) ",
    downloads=r" \S*(dependency|maven-dependency-plugin|de\.qaware\.maven)\S*:\S+ ",
    never=r" (-v|--version) $",
    offline=r" (-o|--offline|-Dmaven\.repo\.local=\S*|-f|--file|-f=\S*|--file=\S*) ",
    # Of plug-ins before 3 the modules of a project must not depend on each other.
    commands=(
        "-B {options} dependency:go-offline",
        "-B {options} org.apache.maven.plugins:maven-dependency-plugin:3.5.0:go-offline",
    ),
    options=r"-P\S+|--activate-profiles=\S+|-D(?!skip|maven\.test|maven\.javadoc|\w+\.skip)\S+|-U|-ntp|-q|--quiet"
    r"|--no-transfer-progress|--update-snapshots|-s\S+|--settings=\S+|-gs=\S+",
    value_options=words("-P --activate-profiles -D --define -s --settings -gs --global-settings"),
    settings=rf"MAVEN_\w+|MVNW_\w+|JAVA_HOME|{_PROXIES}",
    kept_in=r".*/\.m2(/.*)?",
    wrapper="mvnw",
    leaves="what plug-ins ask for only while they run (a provider of tests, say)",
)
GRADLE: Final = DependencyDownload(
    manager="gradle",
    source="https://docs.gradle.org/current/userguide/viewing_debugging_dependencies.html",
    builds=r" \S*(build|assemble|[jJwW]ar|installDist|distTar|distZip|classes|test|check|publish\w*|compile\w+) ",
    downloads=r" \S*(dependencies|resolveDependencies|downloadDependencies) ",
    never=r" (-v|--version|--stop|init|wrapper) ",
    offline=r" (--offline|-b|--build-file|-c|--settings-file|-I|--init-script|--include-build|-g|--gradle-user-home) ",
    commands=("--no-daemon {options} dependencies",),
    options=r"-P\S+|-D(?!skip)\S+|--project-prop=\S+|--system-prop=\S+|-q|--quiet|--console=\S+",
    value_options=words("-p --project-dir"),
    settings=rf"GRADLE_\w+|JAVA_HOME|JAVA_OPTS|ORG_GRADLE_\w+|{_PROXIES}",
    kept_in=r".*/\.gradle(/.*)?",
    wrapper="gradlew",
    leaves="the libraries themselves (a report of dependencies needs Gradle, its plug-ins, and descriptions)",
)
CARGO: Final = DependencyDownload(
    manager="cargo",
    source="https://doc.rust-lang.org/cargo/commands/cargo-fetch.html",
    builds=r" (build|b|test|t|run|r|check|c|clippy|doc|rustc|bench|install (.* )?--path[ =]\.) ",
    downloads=r" (fetch|chef|vendor) ",
    never=r" (install (?!.*--path)|init|new|generate-lockfile|binstall|-V|--version) ",
    offline=r" (--offline|--frozen|--manifest-path(=\S*)?|--config(=\S*)?|-C|-Z\S*) ",
    commands=("fetch {options}",),
    options=r"--locked|--target=\S+|-q|--quiet",
    value_options=words("--target"),
    settings=rf"CARGO_(?!PROFILE|INCREMENTAL|TERM|BUILD_JOBS)\w+|RUSTUP_\w+|{_PROXIES}",
    kept_in=r".*/\.?cargo(/(registry|git)(/.*)?)?",
    needed=("Cargo.lock",),
    brought=("vendor",),
    stubs=r".*\.rs",
)
DOTNET: Final = DependencyDownload(
    manager="dotnet",
    source="https://learn.microsoft.com/dotnet/core/tools/dotnet-restore",
    builds=r" (build|publish|pack|test|run|msbuild) ",
    downloads=r" (restore|tool restore|workload \w+) ",
    never=r" (new|--version|--info|dev-certs|nuget|tool install) ",
    offline=r" (--no-restore|--no-build|--packages) ",
    commands=("restore {project} {options}",),
    options=r"[-/]p:\S+|[-/]p=\S+|--property:\S+|--runtime=\S+|--configfile=\S+|--os=\S+|--arch=\S+",
    value_options=words("-r --runtime --configfile --source -s -a --arch --os -p --property"),
    settings=rf"NUGET_\w+|DOTNET_(ROOT|CLI_HOME|NUGET\w*)|VSS_\w+|{_PROXIES}",
    kept_in=r".*/\.nuget(/.*)?",
    leaves="packs of a runtime that only a publish asks for",
)

COMPOSER: Final = DependencyDownload(
    manager="composer",
    source="https://getcomposer.org/doc/03-cli.md#install-i",
    builds=r" (install|i) (?!.*--no-autoloader)",
    downloads=r" (install|i) (.* )?--no-autoloader ",
    never=r" (-V|--version|--dry-run|global|require|--download-only) ",
    offline=r" (--no-network|-d|--working-dir(=\S*)?|--no-install) ",
    commands=("install {options} --no-scripts --no-autoloader",),
    options=r"--(no-dev|dev|prefer-\w+(=\w+)?|no-interaction|no-ansi|ansi|no-progress|quiet|no-cache|no-plugins"
    r"|ignore-platform-reqs?(=\S+)?)|-[nq]",
    settings=rf"COMPOSER\w*|{_PROXIES}",
    kept_in=r".*/\.?composer(/cache)?|/tmp/cache",
    needed=("composer.lock",),
    brought=("vendor",),
)

DOWNLOADS: Final = (GO, MAVEN, GRADLE, CARGO, DOTNET, COMPOSER)

PREPARES_NOTHING: Final = words(
    "set mkdir echo printf ls pwd cat rm chmod cp mv touch true : test [ date uname nproc wc find du sleep "
    "npm npx yarn yarnpkg pnpm node tsc vite webpack gofmt golint golangci-lint swag templ sqlc gotestsum"
)
"""Programs whose run changes nothing about how another tool downloads."""
QUIET_GIT: Final = words("describe rev-parse log rev-list show status branch tag diff")
"""Commands of git that only print."""
