"""What reads configuration of its own when a program of Node starts: the packages that it needs are named there.

Sources: the documentation of Babel (``@babel/register`` reads ``.babelrc``), ts-node, tsx, SWC, esbuild-register,
sucrase and jiti; the one of Next.js: ``next.config.ts`` is compiled at the start, with the package ``typescript``.
"""

from __future__ import annotations

from typing import Final

from dfopt.expression import Expression

READ_AT_START: Final = Expression(
    r"@babel/(?:register|core|node)|\bbabel-(?:register|core|node)\b|\bts-node\b|(?:^|[\"'`])tsx(?:/[\w./-]+)?(?:$|[\"'`])|"
    r"@swc(?:-node)?/register|\besbuild-(?:register|runner)\b|\bsucrase/register\b|@esbuild-kit/|"
    r"[\"'`](?:jiti|cosmiconfig|c12|lilconfig|unconfig|rechoir|interpret)[\"'`/]"
)
"""In a source, or a word that node is given."""

READ_BY_PACKAGES: Final = Expression(r"next\.config\.[cm]?ts")
"""The name of a file that a package compiles at the start; a server in ``.next/standalone`` has it in itself."""
