"""What loads packages of Node when a program starts that its source does not name.

Sources: the documentation of Sequelize, TypeORM, Knex, MikroORM, Express and NestJS on what has to be installed beside
them; that of Babel (``@babel/register`` reads ``.babelrc``), ts-node, tsx, SWC, esbuild-register,
sucrase and jiti; the one of Next.js: ``next.config.ts`` is compiled at the start, with the package ``typescript``.
"""

from __future__ import annotations

from collections.abc import Mapping
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

_DRIVERS: Final = frozenset(
    """
    pg pg-native pg-hstore mysql mysql2 mariadb sqlite3 better-sqlite3 sql.js tedious mssql oracledb mongodb ibm_db
    snowflake-sdk
    """.split()
)
_MAPPERS: Final = frozenset(
    "sequelize @sequelize/core sequelize-typescript typeorm knex objection bookshelf @mikro-orm/core waterline".split()
)
LOADED: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(_MAPPERS, _DRIVERS),
    "express": frozenset("ejs pug jade hbs express-handlebars handlebars nunjucks eta mustache".split()),
    "@nestjs/core": frozenset(
        """
        class-validator class-transformer @nestjs/platform-express @nestjs/platform-fastify @nestjs/platform-socket.io
        @nestjs/platform-ws @nestjs/microservices @nestjs/websockets swagger-ui-express cache-manager
        """.split()
    ),
}
"""By the name of a package: those that it loads by their names, as settings or the endings of files say."""
