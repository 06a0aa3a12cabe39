"""Programs that ``go install``, ``cargo install`` or a package brings from elsewhere: which call a tool chain.

Sources: the manuals of these programs, on what they start.
"""

from __future__ import annotations

from typing import Final

from dfopt.expression import Expression

CALL_TOOLS: Final = Expression(
    # They watch the sources, and compile and start them anew.
    r"air|CompileDaemon|reflex|fresh|gin|realize|bee|gow|wgo|modd|gomon|gaper|arelo|godo|looper|rerun|refresh|templ|"
    r"watchexec|entr|bacon|systemfd|onchange|chokidar|nodemon|"
    # They run what a file of recipes says.
    r"mage|task|just|doit|tilt|skaffold|goreman|forego|hivemind|overmind|foreman|"
    # They compile, or ask the tool chain what is in a project.
    r"dlv|dlv-dap|godebug|buffalo|revel|wails|fyne|ko|goreleaser|gox|garble|tinygo|xcaddy|gore|gomacro|gotip|gomobile|"
    r"golangci-lint|staticcheck|gosec|govulncheck|gopls|goimports|golint|errcheck|revive|nilaway|gocritic|"
    r"mockgen|mockery|swag|wire|stringer|gqlgen|controller-gen|gotestsum|gotests|ginkgo|richgo|godoc|pkgsite|dep|glide|"
    r"cargo-.+|cross|trunk|wasm-pack|evcxr|dx|maturin|sccache|perseus|sea-orm-cli|shuttle|tauri|clippy-driver|"
    r"jbang|sbt|lein|mill|bloop|scala-cli|kotlinc|scalac|kscript"
)
"""On the name of a program: it starts a tool chain, or what that is told by a file of its own."""

ALONE: Final = Expression(
    # They bring databases to the schema of a program.
    r"(?:github\.com/pressly|bitbucket\.org/liamstask)/goose(?:/.*)?|github\.com/golang-migrate/migrate(?:/.*)?|"
    r"github\.com/(?:rubenv/sql-migrate|amacneil/dbmate|jackc/tern)(?:/.*)?|ariga\.io/atlas/cmd/atlas|"
    # They fill in configuration, wait for others, ask how these are, and start what stands on their command lines.
    r"github\.com/(?:jwilder|powerman)/dockerize|github\.com/(?:a8m/envsubst|hairyhenderson/gomplate|mikefarah/yq)(?:/.*)?|"
    r"github\.com/(?:kelseyhightower/confd|grpc-ecosystem/grpc-health-probe|tianon/gosu|aptible/supercronic)(?:/.*)?|"
    r"github\.com/hashicorp/(?:consul-template|envconsul|consul|vault|nomad)|"
    # Clients and servers.
    r"github\.com/(?:fullstorydev/grpcurl|rakyll/hey|tsenart/vegeta|mailhog/MailHog|axllent/mailpit)(?:/.*)?|"
    r"github\.com/(?:minio|nats-io|prometheus|cloudflare/cfssl|go-acme/lego|FiloSottile/mkcert)(?:/.*)?|"
    r"diesel_cli|sqlx-cli|refinery_cli|miniserve|dufs|mdbook|static-web-server|simple-http-server|websocat|"
    r"ripgrep|fd-find|bat"
)
"""On the path of a package of Go without its version, or the name of a crate: it runs without a tool chain."""
