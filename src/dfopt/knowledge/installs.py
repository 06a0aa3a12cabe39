"""What installs of dependencies read and write in the folder of a project: one row for each tool.

Paths are seen from that folder. What depends on the content of the files is in dfopt/facts/installs.
"""

from __future__ import annotations

from typing import Final

import msgspec

from dfopt.expression import Expression
from dfopt.knowledge.manager import words


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
)
PNPM: Final = Install(
    manager="pnpm",
    source="https://pnpm.io/cli/install",
    manifest="package.json",
    locks=("pnpm-lock.yaml",),
    reads=("pnpm-workspace.yaml", ".pnpmfile.cjs", "patches"),
    says_version=_NODE_VERSION,
    settings=(".npmrc",),
    writes=("node_modules", ".pnpm-store"),
    folder_options=("-C", "--dir"),
    redirects=_NODE_REDIRECTS,
    keeps_lock=r" (--frozen-lockfile|--no-lockfile) ",
    harmless=r" (-v|--version|store prune) ",
    everywhere=r" (-g|--global) ",
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
    reads=(".mvn",),
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


NODE_EVENTS: Final = (
    "dependencies",
    "preinstall",
    "install",
    "postinstall",
    "prepublish",
    "preprepare",
    "prepare",
    "postprepare",
    "pnpm:devPreinstall",
)
"""Scripts of package.json that an install in its folder runs (https://docs.npmjs.com/cli/using-npm/scripts)."""

GIT_HOOKS: Final = Expression(r"(is-ci \|\| )?husky( install)?( \|\| (true|exit 0|:|echo [\w ']*))?")
"""Scripts that install hooks of git, and end without a word where there is no repository (husky, since 6)."""

_SCHEMA: Final = ("schema.prisma", "prisma/schema.prisma", "prisma/schema", "prisma.config.ts", "prisma.config.js")

OWN_SCRIPTS: Final = {
    "patch-package( --error-on-(fail|warn))*": ("patches",),
    "(npx )?prisma generate": _SCHEMA,
}
"""Scripts of projects, and the files that they read; they write in node_modules
(https://github.com/ds300/patch-package#readme, https://www.prisma.io/docs/orm/reference/prisma-cli-reference#generate).
"""

SCRIPTS_READ: Final = {
    "@prisma/client": _SCHEMA,
    "puppeteer": (".puppeteerrc", ".puppeteerrc.json", ".puppeteerrc.cjs", ".puppeteerrc.js", "puppeteer.config.js"),
}
"""Packages of npm, and what their install scripts look for in the project (read in their sources)."""

QUIET_SCRIPTS: Final = words(
    "@mapbox/node-pre-gyp @parcel/watcher @swc/core argon2 bcrypt better-sqlite3 bufferutil canvas core-js "
    "core-js-pure cpu-features dtrace-provider es5-ext "
    "esbuild fsevents iconv leveldown libpq lmdb msgpackr-extract node-sass "
    "re2 sharp sqlite3 ssh2 unrs-resolver utf-8-validate workerd"
)
"""Packages of npm whose install scripts only fetch or build what lies in their own folder (read in their sources)."""

COMPOSER_EVENTS: Final = words(
    "pre-install-cmd post-install-cmd pre-autoload-dump post-autoload-dump pre-package-install post-package-install "
    "pre-operations-exec pre-pool-create post-root-package-install"
)
"""Scripts of composer.json that an install runs (https://getcomposer.org/doc/articles/scripts.md)."""

QUIET_PLUGINS: Final = words(
    "dealerdirect/phpcodesniffer-composer-installer pestphp/pest-plugin phpstan/extension-installer "
    "composer/package-versions-deprecated ocramius/package-versions"
)
"""Plugins of composer that write about what is installed into its own folder, and read nothing of the project but its
composer.json and composer.lock (as their documentation says)."""

ELIXIR_READS_NOTHING: Final = Expression(
    r"(?<![\w.:])(Mix\.(env|target|compilers)|Mix\.Project\.(build_path|deps_path)"
    r"|System\.(get_env|fetch_env!?|otp_release|version)"
    r"|(String|Enum|Keyword|List|Map|MapSet|Integer|Float|Version|Tuple|Config)\.[a-z_]\w*[?!]?"
    r"|Path\.(expand|join|dirname|basename|extname|rootname)|:timer\.[a-z_]\w*)(?![\w?!])"
)
"""Functions that a project file of Mix may call, and that read no files (https://hexdocs.pm/elixir, the modules)."""

NAME_OPTIONS: Final = Expression(
    r"-[EGPTjv]|--(only|omit|include|with|without|(only-|no-)?(default-)?groups?|extras?|features|platform|target|arch"
    r"|os|cpu|libc|abi|implementation|python|python-version|python-platform|resolution|log-?level|reporter|color|progress"
    r"|verbosity|configuration|framework|runtime|tag|retry|jobs|timeout|package|mode|build-arg|no-binary|only-binary)"
)
"""Options of installs whose values are names or numbers, and no files (the manuals of the tools)."""

QUIET_CALLS: Final = {
    "corepack": r"(enable|disable)( .*)?|(prepare|install -g|install --global) [\w-]+@\S+( --activate)?|-v|--version",
}
"""Programs, and the words with which they neither read nor write in the folder where they run
(https://github.com/nodejs/corepack#readme)."""

VERSIONS_OF: Final = r"python[0-9.]*|pip[0-9.]*|node|nodejs|ruby|php|java|javac|gcc|g\+\+|git|rustc|perl"
"""On names: programs that print their version and end, if they are asked for it with one of these options."""
CHOSEN_BY: Final = {"rustc": CARGO}
"""Programs of which the project may choose the version, with the tool whose files say so
(https://rust-lang.github.io/rustup/overrides.html)."""
VERSION_MANAGERS: Final = Expression(
    r"(?i)\b(asdf|mise|rtx|proto|volta|fnm|nvm|sdkman|pyenv|rbenv|rvm|chruby|nodenv|jenv|jabba|goenv|gvm|phpenv|phpbrew"
    r"|plenv|perlbrew|exenv|kiex|kerl|gobrew|tfenv)"
)
"""Programs that put something in the place of tools, which chooses the version by files of the project."""
CHOOSING: Final = (
    ".tool-versions",
    "mise.toml",
    ".mise.toml",
    "mise",
    ".mise",
    ".config/mise.toml",
    ".config/mise",
    ".prototools",
    ".python-version",
    ".python-versions",
    ".node-version",
    ".nvmrc",
    ".ruby-version",
    ".ruby-gemset",
    ".rvmrc",
    ".java-version",
    ".sdkmanrc",
    ".jabbarc",
    ".go-version",
    ".php-version",
    ".perl-version",
    ".elixir-version",
    ".exenv-version",
    ".kiexrc",
)
"""These files and folders, in the folder and in those above it (the manuals of the version managers)."""
VERSION_OPTIONS: Final = frozenset(["--version", "-V", "-v", "-version"])

ASK_SYSTEM: Final = frozenset(["nproc", "uname", "arch", "getconf", "id", "hostname", "date"])
"""Programs that print what they know of the machine, and read no files that they are given."""

WRITTEN_BY_INSTALLS: Final = (
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/go/bin",
    "/go/pkg",
    "/lib",
    "/lib32",
    "/lib64",
    "/opt/conda",
    "/proc",
    "/root/.cache",
    "/root/.config",
    "/root/.local",
    "/root/.npm",
    "/root/.composer",
    "/root/.bundle",
    "/root/go",
    "/run",
    "/sbin",
    "/sys",
    "/tmp",
    "/usr/bin",
    "/usr/include",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/local/bin",
    "/usr/local/bundle",
    "/usr/local/etc",
    "/usr/local/include",
    "/usr/local/lib",
    "/usr/local/share",
    "/usr/sbin",
    "/usr/share",
    "/var/cache",
    "/var/lib",
    "/var/log",
    "/var/run",
    "/var/spool",
    "/var/tmp",
)
"""Folders in which installs of packages write and read (Filesystem Hierarchy Standard, and the homes of the tools)."""
