"""What installs of dependencies read and write in the folder of a project: one row for each tool.

Paths are seen from that folder. What depends on the content of the files is in dfopt/facts/installs.
"""

from __future__ import annotations

from typing import Final

import msgspec

from dfopt.expression import Expression


class Wrapper(msgspec.Struct, frozen=True, kw_only=True):
    """The script of a project that brings a tool, and runs it. Paths are seen from the folder of the script."""

    name: str
    source: str
    """Where this is documented."""
    known_by: str
    """On the text of the script: it is one that the tool writes."""
    folder: str
    """What it reads lies there."""
    needs: tuple[str, ...]
    """Files without which it does not run."""
    properties: str
    """The file that says which version of the tool it brings."""
    says: str
    """On that text, without blanks and backslashes: it brings the tool from the network."""
    says_else: str = "(?!)"
    """On the same: it reads or writes elsewhere in the project."""
    home: str = "(?!)"
    """On the text of the script: it stands for the folder of the script."""


class Pinning(msgspec.Struct, frozen=True, kw_only=True):
    """A program that brings a tool, and writes into the manifest which version that is if it says none."""

    source: str
    """Where this is documented."""
    brings: str
    """On the text of RUNs above: the tool is the one that it brings."""
    said_by: str
    """On the text of the manifest: it says the version."""
    switch: str
    """The variable that keeps it from writing if it is 0."""
    never_in: str
    """On the name and tag of the base image: the version of the program there does not write."""
    never_after: str
    """On the text of RUNs above: a newer one was installed, which does not write."""


class Install(msgspec.Struct, frozen=True, kw_only=True):
    """One tool, by the name of its row in the table of package managers."""

    manager: str
    source: str
    """Where this is documented."""
    manifest: str
    """The file without which there is nothing to install."""
    manifests: str = "(?!)"
    """On the names of other files that describe what is installed, wherever they lie."""
    tables: tuple[str, ...] = ()
    """Tables of the manifest that say what the project depends on, with dots; all of it if there are none."""
    files: tuple[str, ...] = ()
    """Keys of the manifest, with dots: it reads the files that they name."""
    locks: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    """Other files and folders that it reads if they are there."""
    of_members: tuple[str, ...] = ()
    """Those that it reads in the folders of the other packages of a workspace, beside their manifests."""
    always: tuple[str, ...] = ()
    """What any call reads, in the folder where it runs and in those above it."""
    says_version: str = "(?!)"
    """On the text of the manifest: it says which version of the tool runs, and so any call reads it."""
    settings: tuple[str, ...] = ()
    """Like ``always``, of files that may name others."""
    plugins: str = "(?!)"
    """On the text of RUNs above: one of its plugins is installed, whose name is the first group."""
    quiet_plugins: str = "(?!)"
    """On names of plugins: it reads none of the sources."""
    local_packages: str = "(?!)"
    """On the names of files in the folder: it may take them for a package that is named."""
    writes: tuple[str, ...] = ()
    folder_options: tuple[str, ...] = ()
    """Options whose value is the folder of the project."""
    manifest_options: tuple[str, ...] = ()
    """Options whose value is the manifest, wherever it lies."""
    redirects: str = "(?!)"
    """On the names of variables: one that is set may name other files."""
    keeps_lock: str = "(?!)"
    """On words: the call does not write the lock file."""
    frozen_by: tuple[str, ...] = ()
    """Variables that say the same if they are 1 or true."""
    keeps_lock_in: str = "(?!)"
    """On the name and tag of the base image: no call writes the lock file."""
    harmless: str = "(?!)"
    """On words: the call neither reads nor writes in the project."""
    configures: str = "(?!)"
    """On words: the call writes ``config``, and does nothing else; a group is a folder that it names."""
    config: str = ""
    everywhere: str = "(?!)"
    """On words: what it installs is for all projects, if ``registry`` fits each package."""
    registry: str = r"@?[\w][^\s$]*"
    """On a package that is named: it comes from a registry."""
    adds: bool = True
    """A package that is named goes into the description of the project."""
    wrapper: Wrapper | None = None
    pinning: Pinning | None = None


_NODE_REDIRECTS: Final = (
    r"(?i:npm_config_(\w*config|prefix|workspaces?|cafile|node_options|script_shell|inject_\w+|modules_\w+|\w*_dir"
    r"|\w*file))"
    r"|NODE_OPTIONS|NODE_PATH"
)
_NODE_CONFIG: Final = (".npmrc", ".yarnrc")
_RUST: Final = ("rust-toolchain", "rust-toolchain.toml")
_CARGO_CONFIG: Final = (".cargo/config", ".cargo/config.toml")

_NODE_VERSION: Final = r'"(packageManager|devEngines)"'
"""For pnpm itself and for corepack in the place of a tool (https://github.com/nodejs/corepack#readme)."""

_COREPACK: Final = Pinning(
    source="https://github.com/nodejs/corepack/blob/main/CHANGELOG.md",
    brings=r"\bcorepack\s+(enable|yarn|pnpm)\b",
    said_by='"packageManager"',
    switch="COREPACK_ENABLE_AUTO_PIN",
    # It wrote from 0.26 to 0.32, of March 2024 to May 2025, which late images of Node.js 18 to 24 have.
    never_in=r"(^|/)node:(\d|1[0-7]|2[5-9])(?!\d)",
    never_after=r"\bnpm (?=[^;&|\n]*(-g|--global)\b)[^;&|\n]*\bcorepack(@latest)?(?![\w@./-])",
)

_PYTHON_TABLES: Final = ("project.dependencies", "project.optional-dependencies", "dependency-groups")
"""https://packaging.python.org/en/latest/specifications/pyproject-toml/ and …/dependency-groups/"""

_YARN_WRITES: Final = (".yarn/cache", ".yarn/unplugged", ".yarn/install-state.gz", ".yarn/build-state.yml")

NPM: Final = Install(
    manager="npm",
    source="https://docs.npmjs.com/cli/commands/npm-ci",
    manifest="package.json",
    # Since npm 7 it takes versions from yarn.lock, and keeps that up to date (https://docs.npmjs.com/cli/using-npm/).
    locks=("package-lock.json", "npm-shrinkwrap.json", "yarn.lock"),
    settings=(".npmrc",),
    writes=("node_modules",),
    folder_options=("--prefix", "-C"),
    redirects=_NODE_REDIRECTS,
    keeps_lock=r" (ci|clean-install|ic|install-clean|--no-package-lock|--no-save) ",
    harmless=r" (-v|--version|(config )?(set|get) (?!.*location)|cache (clean|clear|verify|rm)) ?",
    everywhere=r" (-g|--global) ",
)
YARN: Final = Install(
    manager="yarn",
    source="https://classic.yarnpkg.com/en/docs/cli/install",
    manifest="package.json",
    locks=("yarn.lock",),
    reads=(".yarnclean", ".yarn/patches", ".yarn/sdks"),
    always=(".yarn/releases", ".yarn/plugins"),
    says_version=_NODE_VERSION,
    settings=(*_NODE_CONFIG, ".yarnrc.yml"),
    writes=(
        "node_modules",
        ".pnp.js",
        ".pnp.cjs",
        ".pnp.loader.mjs",
        ".yarn/cache",
        ".yarn/unplugged",
        ".yarn/install-state.gz",
    ),
    folder_options=("--cwd",),
    redirects=rf"{_NODE_REDIRECTS}|(?i:yarn_(rc_filename|yarn_path|ignore_path|plugins|lockfile_filename))",
    keeps_lock=r" (--frozen-lockfile|--pure-lockfile|--no-lockfile|--immutable) ",
    harmless=r" (-v|--version|cache clean) ",
    everywhere=r" global add ",
    pinning=_COREPACK,
)
PNPM: Final = Install(
    manager="pnpm",
    source="https://pnpm.io/cli/install",
    manifest="package.json",
    locks=("pnpm-lock.yaml",),
    reads=("pnpm-workspace.yaml", ".pnpmfile.cjs", "patches"),
    # With shared-workspace-lockfile=false (https://pnpm.io/settings#sharedworkspacelockfile).
    of_members=("pnpm-lock.yaml", ".npmrc"),
    says_version=_NODE_VERSION,
    settings=(".npmrc",),
    writes=("node_modules", ".pnpm-store"),
    folder_options=("-C", "--dir"),
    redirects=_NODE_REDIRECTS,
    keeps_lock=r" (--frozen-lockfile|--no-lockfile) ",
    harmless=r" (-v|--version|store prune) ",
    everywhere=r" (-g|--global) ",
    pinning=_COREPACK,
)
PIP: Final = Install(
    manager="pip",
    source="https://pip.pypa.io/en/stable/reference/requirements-file-format/",
    manifest="requirements.txt",
    redirects=r"PIP_(REQUIREMENT|CONSTRAINT|BUILD_CONSTRAINT|CONFIG_FILE|FIND_LINKS|TARGET|PREFIX|ROOT|EDITABLE|SRC)",
    harmless=r" (-V|--version|config set|cache (purge|remove)) ",
    adds=False,
)
POETRY: Final = Install(
    manager="poetry",
    source="https://python-poetry.org/docs/cli/#install",
    manifest="pyproject.toml",
    tables=(
        *_PYTHON_TABLES,
        "tool.poetry.dependencies",
        "tool.poetry.dev-dependencies",
        "tool.poetry.group",
        "tool.poetry.requires-plugins",
        "tool.poetry.source",
    ),
    # Read for the name of the license, whatever is installed (poetry-core, src/poetry/core/factory.py).
    files=("project.license.file",),
    locks=("poetry.lock",),
    reads=("poetry.toml",),
    writes=(".venv",),
    folder_options=("-C", "--directory", "-P", "--project"),
    # https://python-poetry.org/docs/plugins/#using-plugins
    plugins=r"(?<![\w./@=-])(poetry[-_][a-z][\w-]*|[\w-]+[-_]poetry[-_]plugin)(?![\w./-])",
    # Those add commands, or fetch passwords (read in their sources).
    quiet_plugins=r"poetry[-_](core|plugin[-_](export|shell|bundle|up))|(artifacts-)?keyrings?([.-].*)?",
    redirects=r"POETRY_CONFIG_DIR",
    keeps_lock="",
    harmless=r" (-V|--version|config (?!.*--local)|self add) ?",
)
PIPENV: Final = Install(
    manager="pipenv",
    source="https://pipenv.pypa.io/en/latest/commands.html",
    manifest="Pipfile",
    locks=("Pipfile.lock",),
    reads=(".env",),
    writes=(".venv",),
    redirects=r"PIPENV_(PIPFILE|DOTENV_LOCATION)",
    keeps_lock=r" (sync|--deploy|--ignore-pipfile) ",
)
UV: Final = Install(
    manager="uv",
    source="https://docs.astral.sh/uv/concepts/projects/sync/",
    manifest="pyproject.toml",
    tables=(*_PYTHON_TABLES, "tool.uv"),
    locks=("uv.lock",),
    always=("uv.toml", ".python-version", ".python-versions"),
    writes=(".venv",),
    folder_options=("--directory", "--project"),
    redirects=r"UV_(CONFIG_FILE|PROJECT|WORKING_DIRECTORY|ENV_FILE|CONSTRAINT|OVERRIDE|BUILD_CONSTRAINT|FIND_LINKS)",
    keeps_lock=r" (--frozen|--locked|--no-lock) ",
    harmless=r" (-V|--version|cache (clean|prune)) ",
    everywhere=r" tool install ",
    adds=False,
)
GO: Final = Install(
    manager="go",
    source="https://go.dev/ref/mod#go-mod-download",
    manifest="go.mod",
    locks=("go.sum",),
    # The version of the tool that runs may be that of the module (https://go.dev/doc/toolchain).
    always=("go.mod", "go.work"),
    folder_options=("-C",),
    # Since 1.18 it saves no more sums than there are (https://go.dev/doc/go1.18#go-command).
    keeps_lock_in=r"golang:1\.(1[89]|[2-9][0-9])",
    redirects=r"GOWORK|GOFLAGS|GOENV|GOMODCACHE|GOPATH",
    harmless=r" (version|env -w) ",
    everywhere=r" install ",
    registry=r"[\w.-]+/\S+@\S+",
)
BUNDLE: Final = Install(
    manager="bundle",
    source="https://bundler.io/man/bundle-install.1.html",
    manifest="Gemfile",
    locks=("Gemfile.lock",),
    reads=(".bundle/config", ".ruby-version", ".tool-versions", "vendor/cache"),
    writes=("vendor/bundle",),
    manifest_options=("--gemfile",),
    redirects=r"BUNDLE_(GEMFILE|PATH|BIN|LOCAL\w*|APP_CONFIG|LOCKFILE)",
    keeps_lock=r" (--frozen|--deployment) ",
    frozen_by=("BUNDLE_FROZEN", "BUNDLE_DEPLOYMENT"),
    harmless=r" (-v|--version|config set --global|config --global) ",
    configures=r" config (?:set )?(?:--local )?(?:(?:without|with|deployment|frozen|jobs|retry|clean|no-prune|no_prune|"
    r"force_ruby_platform|disable_version_check|path\.system|build\.[\w-]+) .*|path ([\w./-]+) )",
    config=".bundle",
)
GEM: Final = Install(
    manager="gem",
    source="https://guides.rubygems.org/command-reference/#gem-install",
    manifest="",
    local_packages=r".*\.gem",
    harmless=r" (-v|--version|sources) ",
    everywhere=r" (install|i|update) ",
    registry=r"[\w-]+(:[\w.]+)?",
)
COMPOSER: Final = Install(
    manager="composer",
    source="https://getcomposer.org/doc/03-cli.md#install-i",
    manifest="composer.json",
    locks=("composer.lock",),
    reads=("auth.json", "symfony.lock"),
    writes=("vendor",),
    folder_options=("-d", "--working-dir"),
    redirects=r"COMPOSER(_VENDOR_DIR|_BIN_DIR|_ROOT_VERSION)?",
    keeps_lock=r" (install|i) ",
    harmless=r" (-V|--version|clear-?cache|cc) ",
    everywhere=r" global (require|install) ",
)
MAVEN: Final = Install(
    manager="maven",
    source="https://maven.apache.org/plugins/maven-dependency-plugin/go-offline-mojo.html",
    manifest="pom.xml",
    manifests=r"pom\.[\w.-]*xml|extensions\.xml",
    # The script of Maven looks for this folder upwards (apache-maven, bin/mvn: find_maven_basedir).
    always=(".mvn",),
    settings=(".mvn/maven.config", ".mvn/jvm.config"),
    redirects=r"MAVEN_ARGS|MAVEN_BASEDIR|MAVEN_PROJECTBASEDIR",
    keeps_lock="",
    harmless=r" (-v|--version) $",
    adds=False,
    wrapper=Wrapper(
        name="mvnw",
        source="https://maven.apache.org/wrapper/",
        # The second is of the wrapper before it came to Apache (https://github.com/takari/maven-wrapper).
        known_by=r"(?m)^# (Apache Maven Wrapper startup batch script|Maven2? Start Up Batch script)",
        folder=".mvn",
        needs=(".mvn/wrapper/maven-wrapper.properties",),
        properties=".mvn/wrapper/maven-wrapper.properties",
        says=r"(?m)^distributionUrl[=:]https?://",
        says_else=r"(?m)^(distributionUrl|wrapperUrl)[=:](?!https?://)",
        home=r"\$\{?(scriptDir|BASE_DIR|basedir|wdir|MAVEN_PROJECTBASEDIR|PWD)\}?",
    ),
)
GRADLE: Final = Install(
    manager="gradle",
    source="https://docs.gradle.org/current/userguide/viewing_debugging_dependencies.html",
    manifest="build.gradle",
    manifests=r".*\.gradle(\.kts)?|gradle\.properties|.*\.lockfile|gradle-wrapper\.properties|.*\.versions\.toml",
    reads=("gradle", "buildSrc"),
    writes=(".gradle", "build", "buildSrc/.gradle", "buildSrc/build"),
    folder_options=("-p", "--project-dir"),
    keeps_lock="",
    harmless=r" (-v|--version|--stop) $",
    adds=False,
    wrapper=Wrapper(
        name="gradlew",
        source="https://docs.gradle.org/current/userguide/gradle_wrapper.html",
        known_by=r"(?m)^#+ +Gradle start up script for (UN\*X|POSIX)",
        folder="gradle/wrapper",
        needs=("gradle/wrapper/gradle-wrapper.jar", "gradle/wrapper/gradle-wrapper.properties"),
        properties="gradle/wrapper/gradle-wrapper.properties",
        says=r"(?m)^distributionUrl[=:]https?://",
        says_else=r"(?m)^(distributionUrl[=:](?!https?://)|(distribution|zipStore)Base[=:]PROJECT)",
        home=r"\$\{?(APP_HOME|PWD)\}?",
    ),
)
CARGO: Final = Install(
    manager="cargo",
    source="https://doc.rust-lang.org/cargo/commands/cargo-fetch.html",
    manifest="Cargo.toml",
    locks=("Cargo.lock",),
    always=_RUST,
    settings=_CARGO_CONFIG,
    redirects=r"CARGO_(BUILD_TARGET|TARGET_DIR|BUILD_TARGET_DIR)",
    keeps_lock=r" (--locked|--frozen) ",
    harmless=r" (-V|--version) $",
    everywhere=r" (install|binstall) ",
    registry=r"[\w-]+(@\S+)?",
    adds=False,
)
DOTNET: Final = Install(
    manager="dotnet",
    source="https://learn.microsoft.com/dotnet/core/tools/dotnet-restore",
    manifest="*.csproj",
    manifests=r".*\.(\w+proj|slnx?|props|targets)|(?i:nuget\.config)|global\.json|packages\.lock\.json",
    always=("global.json", "nuget.config", "NuGet.config", "NuGet.Config"),
    settings=("Directory.Build.rsp", "MSBuild.rsp"),
    writes=("obj",),
    redirects=r"NUGET_(PACKAGES|HTTP_CACHE_PATH)|(?i:restore\w+|msbuild\w*path)",
    keeps_lock=r"(?i) (--locked-mode|[-/]p(roperty)?:RestoreLockedMode=true) ",
    harmless=r" (--version|--info|dev-certs|nuget locals) ",
    everywhere=r" tool install (.* )?(-g|--global|--tool-path) ",
    adds=False,
)
MIX: Final = Install(
    manager="mix",
    source="https://hexdocs.pm/mix/Mix.Tasks.Deps.Get.html",
    manifest="mix.exs",
    locks=("mix.lock",),
    writes=("deps", "_build"),
    # https://hexdocs.pm/mix/Mix.html#module-environment-variables
    redirects=r"MIX_(EXS|DEPS_PATH|BUILD_PATH|BUILD_ROOT|PATH)|ERL_(LIBS|FLAGS|AFLAGS|ZFLAGS)|ELIXIR_ERL_OPTIONS",
    keeps_lock=r" (--check-locked|local\.(hex|rebar)|deps\.compile) ",
    adds=False,
)
INSTALLS: Final = (
    *(NPM, YARN, PNPM, PIP, POETRY, PIPENV, UV, GO, BUNDLE, GEM, COMPOSER),
    *(MAVEN, GRADLE, CARGO, DOTNET, MIX),
)

WRAPPERS: Final = frozenset(row.wrapper.name for row in INSTALLS if row.wrapper)
FIRST: Final = frozenset(row.manifest for row in INSTALLS if row.manifest)
LOCKS: Final = frozenset(name for row in INSTALLS for name in row.locks)
_MANIFESTS: Final = frozenset(
    name for row in INSTALLS for name in (row.manifest, *row.locks, *row.reads, *row.always, *row.settings)
)
_ALIKE: Final = Expression("|".join(f"({row.manifests})" for row in INSTALLS))


def is_manifest(name: str) -> bool:
    """True for the name of a file that says what an install installs."""
    return name in _MANIFESTS or _ALIKE.fullmatch(name) is not None
