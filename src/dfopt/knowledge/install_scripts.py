"""Scripts that run while dependencies are installed: those of projects, of packages, of plugins, and what they read."""

from __future__ import annotations

from typing import Final

from dfopt.expression import Expression
from dfopt.knowledge.manager import words

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

_SCHEMA: Final = (
    "schema.prisma",
    "prisma/schema.prisma",
    "prisma/schema",
    *(f"{name}.{end}" for name in ("prisma.config", ".config/prisma") for end in ("js ts mjs cjs mts cts".split())),
)
"""https://www.prisma.io/docs/orm/reference/prisma-config-reference#supported-file-extensions"""

PRISMA_CONFIG: Final = Expression(r".*/(prisma\.config|\.config/prisma)\.[cm]?[jt]s")
PRISMA_GENERATOR: Final = Expression(r"(?m)^\s*generator\s+\w+\s*\{[^}]*\}")
PRISMA_CLIENT: Final = Expression(r'(?m)^[^/\n]*\bprovider\s*=\s*"prisma-client-js"')
"""In a schema: what generates code, and the one generator that is of Prisma and writes in node_modules; others are
programs of packages, or of the project (https://www.prisma.io/docs/orm/prisma-schema/overview/generators)."""

PROJECT_SCRIPTS: Final = {
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
    "pre-operations-exec pre-pool-create post-root-package-install pre-file-download post-file-download"
)
"""Scripts of composer.json that an install runs (https://getcomposer.org/doc/articles/scripts.md), those of the events
of plugins, too (https://getcomposer.org/doc/articles/plugins.md#event-handler)."""

COMPOSER_START_EVENTS: Final = words("init command pre-command-run")
"""Those of any command, before it looks at ``--no-scripts`` (Composer before 2.3, Command/BaseCommand.php)."""

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
