"""With which words a tool chain runs a program, of which it is not known what that writes.

Sources: the manuals of the tools, on these commands; those of the generators, on what they write.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dfopt.expression import Expression

FIRST: Final[Mapping[str, Expression]] = {
    "go": Expression(r"run|tool"),
    "cargo": Expression(r"run|r|xtask|make|script|sqlx|leptos|loco"),
    "cabal": Expression(r"v\d-run|new-run|run|exec"),
    "stack": Expression(r"run|exec|runghc|runhaskell|script"),
    "dune": Expression(r"exec"),
    "zig": Expression(r"run"),
    "nim": Expression(r"r|e"),
    **dict.fromkeys(("yarn", "pnpm"), Expression(r"playwright|patchright|puppeteer|cypress|ts-node|tsx|vite-node")),
}
"""On the first word that is no option: it runs what is named behind it, or what is configured for it."""

ANY: Final[Mapping[str, Expression]] = {
    **dict.fromkeys(
        ("mvn", "mvnw"),
        Expression(r"(?:.*:)?exec(?:-maven-plugin)?(?::[\d.]+)?:(?:java|exec)(?:@.*)?|spring-boot:run|antrun:run"),
    ),
    **dict.fromkeys(("gradle", "gradlew"), Expression(r"(?:.*:)?(?:run|bootRun|runShadow|runMain)")),
    "zig": Expression(r"run"),
    "nim": Expression(r"-r|--run"),
    "dub": Expression(r"run"),
}
"""On any word."""

OF_THE_TOOL_CHAIN: Final = Expression(
    r"addr2line|asm|buildid|cgo|compile|cover|covdata|dist|distpack|doc|fix|link|nm|objdump|pack|pprof|test2json|trace|vet"
)
"""What ``go tool`` runs that comes with Go."""

GENERATORS: Final = Expression(
    r"(?:github\.com/99designs/gqlgen|entgo\.io/ent/cmd/ent|github\.com/swaggo/swag(?:/v2)?/cmd/swag|"
    r"github\.com/a-h/templ/cmd/templ|golang\.org/x/tools/cmd/(?:stringer|goyacc|goimports)|"
    r"(?:github\.com/golang|go\.uber\.org)/mock/mockgen|github\.com/vektra/mockery(?:/v\d)?|github\.com/google/wire/cmd/wire|"
    r"github\.com/(?:deepmap|oapi-codegen)/oapi-codegen(?:/v2)?/cmd/oapi-codegen|github\.com/sqlc-dev/sqlc/cmd/sqlc|"
    r"github\.com/bufbuild/buf/cmd/buf|github\.com/ogen-go/ogen/cmd/ogen|github\.com/maxbrunsfeld/counterfeiter(?:/v\d)?|"
    r"github\.com/mailru/easyjson/(?:easyjson|\.\.\.)|github\.com/valyala/quicktemplate/qtc|"
    r"github\.com/dmarkham/enumer|github\.com/abice/go-enum)(?:@.*)?"
)
"""On the path of a package of Go: it writes sources for the compiler."""

GENERATOR_NAMES: Final = Expression(
    r"gqlgen|ent|swag|templ|stringer|goyacc|goimports|gofmt|mockgen|mockery|moq|wire|oapi-codegen|sqlc|buf|ogen|counterfeiter|"
    r"easyjson|qtc|enumer|go-enum|protoc|bindata|go-bindata|esc|statik|packr2?|rice|pkger|embedmd|genny|msgp|ffjson|jsonenums|"
    r"controller-gen|deepcopy-gen|client-gen|mkdir|echo|rm"
)
"""The same by the names of their programs, and commands that leave nothing for a program to read."""

PASSES_ON: Final[Mapping[str, Expression]] = {
    **dict.fromkeys(("uv", "poetry", "pipenv"), Expression(r"run")),
    "bundle": Expression(r"exec"),
    **dict.fromkeys(("npm", "pnpm"), Expression(r"exec|dlx|x")),
    "yarn": Expression(r"exec|node|dlx"),
    "npx": Expression(r""),
}
"""The first word of a package manager behind which another command stands, which runs with the packages.

Empty for one that needs no such word.
"""

OF_NODE: Final = frozenset("npm pnpm yarn npx".split())
"""Among them, those that fetch the package of a command if it is not there."""
TAKES_VALUE: Final = frozenset("-p --package -w --workspace -C --dir --filter -F --registry".split())
"""Their own options that the next word belongs to."""
PASSES_VARIABLES: Final = frozenset({"cross-env", "cross-env-shell"})
"""Packages that run the command behind ``NAME=value``."""

IN_PROJECT: Final = Expression(
    r"tsc|tsc-alias|tspc|ttsc|resolve-tspaths|vue-tsc|tsup|tsdown|unbuild|swc|@swc/cli|babel|@babel/cli|esbuild|rollup|"
    r"webpack|webpack-cli|rspack|rsbuild|parcel|vite|browserify|ncc|@vercel/ncc|terser|uglify-?js|svgo|html-minifier(?:-terser)?|"
    r"vue-cli-service|vue|@vue/cli|svelte-kit|svelte-check|astro|next|nuxt|nuxi|nest|@nestjs/cli|ng|@angular/cli|nx|turbo|lerna|gulp|"
    r"grunt|ember|gatsby|eleventy|@11ty/eleventy|vitepress|vuepress|docusaurus|hexo|react-scripts|react-app-rewired|craco|"
    r"remix|react-router|vinxi|quasar|ionic|tailwindcss|tailwind|@tailwindcss/cli|postcss|postcss-cli|sass|node-sass|lessc|"
    r"stylus|prisma|zenstack|drizzle-kit|typeorm|sequelize|sequelize-cli|knex|kysely-codegen|mikro-orm|graphql-codegen|"
    r"@graphql-codegen/cli|openapi-generator-cli|@openapitools/openapi-generator-cli|openapi-typescript|orval|redocly|"
    r"@redocly/cli|buf|protoc|grpc_tools_node_protoc|pbjs|pbts|tsoa|typechain|typedoc|jsdoc|eslint|prettier|stylelint|biome|"
    r"@biomejs/biome|jest|vitest|mocha|ava|c8|nyc|rimraf|mkdirp|del-cli|shx|cpx2?|cpy-cli|cpy|copyfiles|ncp|npm-run-all2?|run-s|"
    r"run-p|concurrently|patch-package|husky|lint-staged|only-allow|update-browserslist-db|browserslist|depcheck|"
    r"license-checker|sort-package-json|npm-check-updates|ncu|npm-force-resolutions|yarn-deduplicate|modclean|clean-modules|"
    r"node-prune|workbox|workbox-cli|bower|node-gyp|node-pre-gyp|@mapbox/node-pre-gyp|cmake-js|napi|contentlayer2?|velite|"
    r"fumadocs-mdx|paraglide-js|lingui|formatjs|i18next|strapi|payload|keystone|sanity|@sentry/cli|sentry-cli|snyk|audit-ci|"
    r"better-npm-audit|envinfo|json2ts"
)
"""Packages whose commands write into the project that they are called in, unless an option says otherwise: compilers,
bundlers, generators of sources, and checks; a cache in a home is for the next build."""
ASKS: Final = frozenset({"-v", "-V", "--version", "-h", "--help", "version", "help"})
"""The only word behind such a command: it says something, and writes nothing."""
READS_BEHIND: Final = frozenset("-c --config -i --input -p --project --schema --cwd --env-file -e --entry".split())
"""Their options that name what is read."""
