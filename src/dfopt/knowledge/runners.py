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
    "npx": Expression(r"ts-node(?:-esm|-dev)?|tsx|babel-node|vite-node|esno"),
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
}
"""The first word of a package manager behind which another command stands, which runs with the packages."""
