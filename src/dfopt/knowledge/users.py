"""Who a container runs as: how users are made, what needs root, and what writes where.

Sources: useradd(8), adduser of BusyBox, install(1), capabilities(7), the passwd files of the images of
gcr.io/distroless, the manuals of the programs, docker-library/official-images.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from dfopt.expression import Expression
from dfopt.knowledge.folders import ROOTS

NAME: Final = "app"
UID: Final = 10001
"""Above what packages and people get: it means nobody else on the host."""

NOBODY_ELSE: Final = "65532:65532"
"""The user nonroot of distroless images, and where there is no passwd at all."""

MAKING: Mapping[str, tuple[str, ...]] = {
    "shadow": (
        f"groupadd --system --gid {UID} {NAME}",
        f"useradd --system --uid {UID} --gid {NAME} --create-home --shell /usr/sbin/nologin {NAME}",
    ),
    "busybox": (f"addgroup -S -g {UID} {NAME}", f"adduser -S -D -u {UID} -G {NAME} {NAME}"),
}
"""The commands that make a user with a home."""

TOOLS: Mapping[str, str] = {
    "debian": "shadow",
    "ubuntu": "shadow",
    "fedora": "shadow",
    "rhel": "shadow",
    "alpine": "busybox",
}
"""Which of them a family has."""

WITHOUT_TOOLS = Expression(r".*(minimal|micro|slim|init).*")
"""On the name and tag of an image of Fedora or Red Hat: it comes without useradd."""

NUMERIC: Mapping[str, str] = {
    "scratch": "an image from scratch has no passwd, so the user is a number",
    "distroless": "a number can be checked without the passwd of the image: it is its user nonroot",
}

PROGRAMS = Expression(
    r"python[0-9.]*|pypy[0-9.]*|node|nodejs|ruby|perl|php[0-9.]*|java|dotnet|deno|bun|Rscript|julia|erl|elixir|mix"
    r"|npm|npx|yarn|pnpm|serve|http-server|next|nuxt|nest|remix-serve|vite|ts-node|tsx|nodemon|pm2-runtime|pm2|forever"
    r"|gunicorn|uvicorn|hypercorn|daphne|waitress-serve|granian|flask|fastapi|django-admin|celery|streamlit|gradio"
    r"|dagster|mlflow|prefect|scrapy|litestar|sanic|rq|dramatiq|arq|jupyter(-lab|-notebook)?"
    r"|puma|rails|rackup|unicorn|thin|bundle|sidekiq|jekyll|foreman"
)
"""On the base name: programs that run as any user, as long as they find, and may write, their files."""

INTERPRETERS = Expression(
    r"python[0-9.]*|pypy[0-9.]*|i?python|node|nodejs|ruby|irb|perl|php[0-9.]*|deno|bun|julia|R|erl|iex|ghci|jshell|lua"
)
"""On the base name: programs that without operands do what somebody types."""

SERVERS = Expression(
    r"nginx|httpd|apache2.*|haproxy|varnishd|squid|lighttpd|caddy|traefik|envoy|named|dnsmasq|unbound|coredns|ntpd|chronyd"
    r"|dhcpd|rngd|wg|postfix|exim4?|dovecot|smbd|vsftpd|proftpd|mysqld.*|mariadbd|postgres|mongod|redis-server"
    r"|memcached|rabbitmq-server|php-fpm[0-9.]*|docker.*|kube\S*|etcd|consul|vault|nomad|node_exporter|cadvisor|telegraf"
)
"""On the base name: servers that root starts and that become another user by themselves, or that look at the host."""

FIRST_FREE_PORT: Final = 1024

HELPERS = frozenset(
    "sleep tail true cat echo printf cd test [ exec export : set wait env date exit nproc hostname".split()
)
"""Commands beside which a container starts something else, or nothing."""

BUILDERS = Expression(
    r"\b(go|cargo|mvn|mvnw|gradle|gradlew|dotnet|swift|zig|dart|stack|cabal|crystal|nimble?|sbt|lein|mix|rebar3|make|cmake"
    r"|ninja|gcc|g\+\+|clang|rustc|deno|native-image|shards|dub|ldc2|pyinstaller|meson|bazel)\b"
)
"""On the text of a stage: it compiles a program."""

DEVELOPMENT = Expression(
    r" (npm|yarn|pnpm|bun|npx) (run )?(dev|develop|watch|serve)(:\S+)? | vite (?!build|preview)"
    r"| (next|nuxt|astro|remix|nest) (dev|start --watch) "
)
"""On a command: a development server, which writes among the packages that it finds."""

NEEDS_ROOT = Expression(
    r"\b(gosu|su-exec|setpriv|runuser|chpst|sudo|setcap|iptables|nft|openvpn|wg-quick|modprobe|chroot|mknod"
    r"|docker\.sock|dockerd|containerd|systemd|systemctl|s6-\w+|supervisord?|runsvdir|runit|sshd|crond?|crontab"
    r"|rsyslogd?|NET_ADMIN|NET_RAW|SYS_ADMIN|privileged|tcpdump|nmap|fail2ban"
    r"|allow-root|unsafe-perm|RUN_AS_ROOT|ALLOW_SUPERUSER)\b|/sbin/init\b|\bsu\s+-"
    r"|/dev/(?!null|stdout|stderr|u?random|tty|shm|fd|zero)\w+"
)
"""On the text of a stage: something in it counts on root."""

IN_HOME = Expression(
    r"/root\b|~/|\bHOME[ =]"
    r"|\$HOME\b|\$\{HOME\b|--user\b(?!-)|\bXDG_|\bpipx\b|\b(rustup|sdkman|nvm|rbenv|pyenv|asdf|volta|fnm|ghcup)\b"
    r"|\bplaywright\b|\bpuppeteer\b|\bcypress\b|install\.python-poetry|astral\.sh/uv|\bnltk\b|huggingface|from_pretrained"
    r"|\bwhisper\b|\btool install\b|\bcomposer global\b|\bdeno install\b|\bminiconda|\banaconda|\bmamba\b|\bwine"
    r"|\bgcloud\b|\bsentence.transformers\b|\bstack install\b|\bcabal\b|\bopam\b"
)
"""On the text of a stage: what it runs may be in the home of root, which nobody else may read."""

PRIVATE = Expression(
    r"\bchmod\s+(-\w+\s+)*(0?[0-7]00|[ugoa,=+rwx]*(go|o)[-=](?![rx]))|\bumask\s+0?[0-7]?77|--chmod=0?[0-7]00\b"
    r"|\binstall\s.*-m\s*0?[0-7]00\b"
)
"""On the text of a stage: files that root alone may read."""


class Writer(NamedTuple):
    """A program that writes to the folder that it runs in."""

    name: str
    """On its base name."""
    words: str
    """On its words, with a blank before and after each."""
    does: str
    must: bool = True
    """False if it runs without it."""


WRITERS = (
    Writer(r"npm|yarn|pnpm|npx|next|nuxt|vite|nest|nodemon|remix-serve", r"", "keeps caches in its folder"),
    Writer(r"celery", r" beat ", "keeps its schedule in its folder"),
    Writer(r"python.*", r"manage\.py ", "has its database in its folder by default"),
    Writer(r"flask|django-admin", r"", "has its database in its folder by default"),
    Writer(r"rails|puma|bundle|rackup|unicorn|sidekiq|foreman|thin", r"", "writes to log and tmp in its folder"),
    Writer(r"php.*", r"artisan ", "writes to storage in its folder"),
    Writer(r"jupyter.*|streamlit|scrapy|mlflow|dagster|prefect|jekyll", r"", "writes to its folder"),
    Writer(r".*", r"", "may write to its folder", must=False),
)

FOR_ALL = frozenset("/tmp /var/tmp".split())
"""Folders that everybody may write to."""

DATA = frozenset(
    """
    data log logs upload uploads media storage cache tmp temp run db database state files output out results downloads
    backup backups instance sessions static public config conf var spool
    """.split()
)
"""Names of folders that are made for what a program writes."""

SHARED = Expression(
    r"/|/(" + "|".join(sorted(ROOTS)) + r")|/usr/(s?bin|src|lib|share)|/usr/local(/s?bin|/lib)?|/var/\w+"
)
"""Folders that belong to no program."""

REMOVAL = Expression(r"\brm\s+(-\w+\s+)+[^&;|\n]*")
"""What is removed is not used."""

PORT_OPTIONS = Expression(
    r"-p|-b|-P|--?(http-?)?(port|bind|listen|address|addr)|http\.server|SimpleHTTPServer|runserver|-S"
)
"""Words in front of a port, or of an address with one."""

PORT_NAMES = Expression(r".*(PORT|URLS?|BIND|LISTEN|ADDR|ADDRESS|HOST)")
"""Variables that may hold one."""

MAKERS = Expression(r"\b(useradd|adduser|groupadd|addgroup|/etc/passwd)\b")
"""On the text of a stage: it makes users by itself."""

MAKES_DATA = Expression(
    r"\b(makemigrations|migrate|loaddata|init[_-]?db|create[_-]?db|createdb|seed(\.\w+)?|db:(create|migrate|seed|setup|prepare)"
    r"|db push|sqlite3)\b(?!\.)"
)
"""In the text of a RUN: it may make a database in the application's folder."""
