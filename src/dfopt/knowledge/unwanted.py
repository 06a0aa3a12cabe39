"""What lies in build contexts and no build needs: patterns of ``.dockerignore``, with what each is.

Names and habits of the tools: git, npm, virtualenv, pytest, cargo, gradle, dotnet, mix and the rest write them, and
their manuals say which command makes what anew, and which files they read.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec


class Unwanted(msgspec.Struct, frozen=True):
    """``beside`` are names of which one must lie beside what the pattern names; empty if it stands for itself."""

    pattern: str
    kind: Literal[
        "version control",
        "dependencies",
        "build output",
        "cache",
        "editor",
        "secret",
        "log",
        "operating system",
        "build description",
    ]
    beside: tuple[str, ...] = ()
    made_by: str = ""
    """An expression for the commands that make it anew; without one of them an image may need it."""
    needed_by: str = ""
    """An expression for the commands that read it."""
    holds: str = ""
    """An expression for what stands in the file if it is what the row is about."""
    members: tuple[tuple[str, str], ...] | None = None
    """Files beside the command that let it make those of folders below, too, with what they say then; None: it always
    does."""
    usual: tuple[str, ...] = ()
    """Names in the root of a context in which it comes up sooner or later."""


_NODE: Final = (
    r"\b(?:npm|pnpm|bun)\b[^;&|]*\b(?:ci|clean-install|i|install|add)\b|\byarn\b(?=\s*(?:$|[;&|]|install\b|--))"
)
_NODE_BUILD: Final = r"\b(?:npm|yarn|pnpm|bun|npx|next|nuxt|nuxi|node)\b[^;&|]*\b(?:build|generate|export)\b"
_PYTHON: Final = r"\b(?:pip3?|uv|poetry|pipenv|pdm)\b[^;&|]*\b(?:install|sync|add)\b"
_DOTNET: Final = r"\bdotnet\b[^;&|]*\b(?:build|publish|restore|pack|test|run)\b"
_SCRIPTS: Final = (
    r"|\b(?:make|just|task|rake|rails|artisan|composer|gradle|gradlew|mvn|mvnw|ant|bazel|grunt|gulp)\b"
    r"|manage\.py|\.(?:sh|py|js|ts|rb|php|pl)\b"
)
"""Commands that run what the project wrote, and that may read any file of it."""
_NODE_MEMBERS: Final = (("package.json", r'"workspaces"'), ("pnpm-workspace.yaml", "packages"), ("lerna.json", ""))
"""npm, yarn and bun read workspaces; the manual of pnpm, "Workspace"; that of lerna, "Configuration"."""
_GRADLE_MEMBERS: Final = (("settings.gradle", "include"), ("settings.gradle.kts", "include"))
_KEY: Final = "PRIVATE KEY"  # RFC 7468; a certificate is no secret
_TOKEN: Final = "_auth|_password"  # npm help npmrc
_PY_FILES: Final = ("requirements.txt", "pyproject.toml", "setup.py", "Pipfile", "manage.py")

WORTH: Final = 4096
"""Bytes from which on what no instruction takes is worth a rule; a repository and a secret always are."""

GO_STAMPS: Final = r"\bgo\b[^;&|]*\b(?:build|install|test|run)\b"
"""Go writes the revision into what it builds, unless ``-buildvcs=false`` says otherwise (go help build)."""

UNWANTED: Final = (
    Unwanted("**/.git", "version control", needed_by=_DOTNET),  # .NET 8 stamps the revision (Source Link)
    Unwanted("**/.hg", "version control", needed_by=r"\bhg\b"),
    Unwanted("**/.svn", "version control", needed_by=r"\bsvn(?:version)?\b"),
    Unwanted(
        "**/node_modules",
        "dependencies",
        ("package.json",),
        made_by=_NODE,
        members=_NODE_MEMBERS,
        usual=("package.json",),
    ),
    Unwanted(
        "**/bower_components", "dependencies", ("bower.json",), made_by=r"\bbower\b[^;&|]*\binstall\b", members=()
    ),
    Unwanted("**/.venv", "dependencies", made_by=_PYTHON, usual=_PY_FILES),
    Unwanted("**/venv", "dependencies", ("requirements.txt", "pyproject.toml", "setup.py"), made_by=_PYTHON),
    Unwanted("**/env/pyvenv.cfg", "dependencies", made_by=_PYTHON),
    Unwanted("**/__pycache__", "cache", usual=_PY_FILES),
    Unwanted("**/*.py[cod]", "cache", usual=_PY_FILES),
    Unwanted("**/.pytest_cache", "cache"),
    Unwanted("**/.mypy_cache", "cache"),
    Unwanted("**/.ruff_cache", "cache"),
    Unwanted("**/.tox", "cache"),
    Unwanted("**/.nox", "cache"),
    Unwanted("**/.hypothesis", "cache"),
    Unwanted("**/*.egg-info", "build output", made_by=_PYTHON),
    Unwanted("**/.gradle", "cache", ("build.gradle", "build.gradle.kts", "settings.gradle", "gradlew")),
    Unwanted("**/.terraform", "cache", made_by=r"\bterraform\b[^;&|]*\binit\b", members=()),
    Unwanted("**/.next", "build output", ("package.json",), made_by=_NODE_BUILD, members=_NODE_MEMBERS),
    Unwanted("**/.nuxt", "build output", ("package.json",), made_by=_NODE_BUILD, members=_NODE_MEMBERS),
    Unwanted("**/.parcel-cache", "cache"),
    Unwanted("**/.nyc_output", "cache"),
    Unwanted("**/coverage", "build output", ("package.json",)),
    Unwanted("**/htmlcov", "build output"),
    Unwanted("**/.coverage", "cache"),
    Unwanted(
        "**/target",
        "build output",
        ("Cargo.toml",),
        made_by=r"\bcargo\b[^;&|]*\b(?:build|b|install)\b",
        members=(("Cargo.toml", r"\[workspace\]"),),
        usual=("Cargo.toml",),
    ),
    Unwanted(
        "**/target",
        "build output",
        ("pom.xml",),
        made_by=r"\bmvnw?\b[^;&|]*\b(?:package|install|verify|deploy|compile)\b",
        members=(("pom.xml", "<module>"),),
        usual=("pom.xml",),
    ),
    Unwanted(
        "**/build",
        "build output",
        ("build.gradle", "build.gradle.kts"),
        made_by=r"\bgradlew?\b[^;&|]*\b(?:build|assemble|installDist|\w*[jJwW]ar)\b",
        members=_GRADLE_MEMBERS,
        usual=("build.gradle", "build.gradle.kts"),
    ),
    Unwanted(
        "**/vendor",
        "dependencies",
        ("composer.json",),
        made_by=r"\bcomposer\b[^;&|]*\b(?:install|update|i)\b",
        members=(),
        usual=("composer.json",),
    ),
    Unwanted("**/obj", "build output", ("*.csproj", "*.fsproj"), made_by=_DOTNET),
    Unwanted("**/bin", "build output", ("*.csproj", "*.fsproj"), made_by=_DOTNET),
    Unwanted("**/_build", "build output", ("mix.exs",), made_by=r"\bmix\b[^;&|]*\b(?:compile|release)\b", members=()),
    Unwanted("**/deps", "dependencies", ("mix.exs",), made_by=r"\bmix\b[^;&|]*\bdeps\.get\b", members=()),
    Unwanted("**/.bundle", "cache", ("Gemfile",), needed_by=r"\b(?:bundle|bundler)\b"),
    Unwanted("**/.sass-cache", "cache"),
    Unwanted("**/.idea", "editor"),
    Unwanted("**/.vscode", "editor"),
    Unwanted("**/.vs", "editor"),
    Unwanted("**/*.sw[op]", "editor"),
    Unwanted("**/.DS_Store", "operating system"),
    Unwanted("**/Thumbs.db", "operating system"),
    Unwanted("**/npm-debug.log*", "log"),
    Unwanted("**/yarn-error.log", "log"),
    Unwanted("**/*.log", "log"),
    Unwanted("**/.env", "secret", needed_by=_NODE_BUILD + _SCRIPTS, usual=(".env.example", ".env.sample", ".env.dist")),
    Unwanted("**/.env.*local", "secret", needed_by=_NODE_BUILD + _SCRIPTS),
    Unwanted("**/*.pem", "secret", holds=_KEY),
    Unwanted("**/*.key", "secret", holds=_KEY),
    Unwanted("**/*.p12", "secret"),
    Unwanted("**/*.pfx", "secret"),
    Unwanted("**/id_rsa", "secret"),
    Unwanted("**/id_ed25519", "secret"),
    Unwanted("**/.netrc", "secret", needed_by=r"\b(?:curl|git|wget|pip3?|go|ftp)\b" + _SCRIPTS),
    Unwanted("**/.aws/credentials", "secret", needed_by=r"\baws\b" + _SCRIPTS),
    Unwanted("**/.npmrc", "secret", ("package.json",), needed_by=r"\b(?:npm|npx|yarn|pnpm|bun)\b", holds=_TOKEN),
)
"""What an image should not have."""

INSTALLED: Final = tuple(
    msgspec.structs.replace(row, beside=row.beside or ("requirements.txt", "pyproject.toml", "setup.py", "Pipfile"))
    for row in UNWANTED
    if row.pattern.removeprefix("**/") in ("node_modules", ".venv", "venv", "vendor", "obj", "deps", "_build")
)
"""What installs of dependencies write in the folder of a project, beside its description."""

BUILD_DESCRIPTIONS: Final = (
    Unwanted("*.dockerignore", "build description"),
    Unwanted("Dockerfile", "build description"),
    Unwanted("docker-compose*.y*ml", "build description"),
    Unwanted("compose*.y*ml", "build description"),
)
"""What the engine reads before it builds: in an image it does no harm, but each change of it is one of the image."""

TEST_DATA: Final = ("tests", "test", "testdata", "test-data", "spec", "e2e", "cypress", "__tests__")
"""Folders in the root of a context; worth a rule if no instruction takes anything of them and they are large."""
LARGE: Final = 1_000_000
"""Bytes from which on test data is worth a rule."""

FOR_SECRETS: Final = r"cert|ssl|tls|key|pki|secret|\bca\b"
"""Folders that are copied for the secrets in them."""

FOLDER_OPTIONS: Final = (
    r"\s(?:--prefix|--cwd|--dir|--directory|--working-dir|--chdir|-chdir|--project-dir|-C|-d)[= ]\s*(\S+)"
    r"|\s(?:--manifest-path|--file|-f)[= ]\s*(\S*?)/?(?:Cargo\.toml|pom\.xml)(?!\S)"
)
"""Options that say in which folder a command works: of npm, yarn, pnpm, composer, terraform, gradle; cargo, mvn."""
MADE_ANEW: Final = ("cache", "operating system", "version control")
"""Kinds that a program which names them looks for at most: it writes them itself, or passes over them."""
LOG_FOLDERS: Final = ("log", "logs")
"""Folders that a program names to write into."""
CODE: Final = (
    ".js .mjs .cjs .jsx .ts .mts .cts .tsx .vue .svelte .py .rb .php .go .rs .java .kt .scala .groovy .cs .fs .ex .exs"
    " .pl .lua .c .h .cc .cpp .hpp .swift .dart .sh .r .jl"
).split()
"""Ends of names of sources that open files."""
SETTINGS: Final = (
    r"(?i)(?:^|/)(?:[^/]*\.(?:config|conf|setup)\.\w+|\.[^/]*rc\.\w+|(?:grunt|gulp)file\.\w+|(?:nox|task)s?file\.py)$"
)
"""Sources that say to tools what to write where, and what to pass over."""

_GIT_VERBS: Final = (
    r"(?:archive|blame|branch|cat-file|config|describe|diff|diff-index|for-each-ref|hash-object|log|ls-files|ls-tree"
    r"|name-rev|rev-list|rev-parse|shortlog|show|show-ref|status|submodule|symbolic-ref|tag|update-index|worktree)\b"
)
READS_GIT: Final = (
    r"(?:(?:(?<![\w./@:+-])|(?<=/bin/))git(?:\.exe)?|\$[({]?(?i:git(?:_?(?:executable|command|program|cmd|bin|exe))?)[})]?)[\s,'\"\[\]()]+"
    rf"(?:(?:-C|-c)\s+\S+\s+|--\S+\s+)*{_GIT_VERBS}"
    r"|\.git/(?:HEAD|refs|logs|objects|config|index)"
)
"""Commands, and names of files, that need a repository; ``GIT_EXECUTABLE`` is what CMake's FindGit sets."""
GIT_TOOLS: Final = (
    # Python: build backends and their plugins (pdm-backend, "Dynamic version": source = "scm"), MkDocs, Sphinx
    r"(?i)setuptools[-_](?:scm|git)|versioneer|versioningit|hatch[-_]vcs|flit[-_]scm|\bpbr\b|dunamai"
    r"|dynamic[-_]versioning|vcs[-_]versioning|miniver|source[\"']?\s*[=:]\s*[\"']scm[\"']"
    r"|\bfrom git\b|\bimport git\b|gitpython|pygit2|dulwich|git-(?:authors|committers)|last[-_]updated[-_]by[-_]git"
    # Rust
    r"|git2\b|gitoxide|\bgix\b|vergen|shadow-rs|git-version|git_version|git-testament|build-info-build"
    # Node: packages, and the settings of VitePress, Starlight, Nextra, VuePress, Docusaurus, Hugo
    r"|next-build-id|git-rev\b|git-rev-sync|git-revision|git-commit|git-describe|git-last-commit|git-repo-info"
    r"|git-(?:hash|branch|state|info)\b|simple-git|isomorphic-git|nodegit|gitinfo|husky|lefthook|enablegitinfo"
    r"|lastupdated[\"']?\s*:\s*true|showlastupdate|last-modified-at|[\"']vuepress[\"'/]|@vuepress/"
    # Go
    r"|go-git|libgit2|readbuildinfo"
    # JVM: plugins of Maven, Gradle and sbt
    r"|jgit|axion-release|nebula\.release|gradle-git|grgit|git-versioning|nemerosa\.versioning|buildnumber-maven"
    r"|git-commit-id|generategitproperties|dynver|sbt-git"
    # .NET
    r"|gitversion|gitversioning|minver|sourcelink"
    # CMake's FindGit and a module that is copied around, Meson's vcs_tag, dune, rebar3, Haskell, Ruby
    r"|find_package\s*\(\s*git\b|getgitrevision|git_describe\s*\(|git_watcher|vcs_tag\s*\(|dune-build-info|\bdune\s+subst\b"
    r"|\{\s*vsn\s*,\s*[\"{]?git|\bimport\s+(?:qualified\s+)?(?:development\.gitrev|githash)\b|\brugged\b|require\s*\(?\s*[\"']git[\"']"
    # Composer writes the version of the project, from .git, where its InstalledVersions reads it
    r"|getrootpackage|installedversions|(?:ocramius/|pretty-)package-versions|[\"']self\.version[\"']"
)
"""Libraries and settings that ask git, or that fail without a repository; Go's ReadBuildInfo reads its stamps."""
DOCUMENTS: Final = (".md", ".rst", ".adoc", ".html", ".css", ".svg", ".lock", ".map", ".csv", ".po", "ignore")
"""Ends of names of files that run nothing; ``.npmignore`` and the like say what tools pass over."""
