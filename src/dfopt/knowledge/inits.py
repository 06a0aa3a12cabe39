"""Small init programs, what stands in for one, the programs that start others, and what images start by themselves.

Sources: https://github.com/krallin/tini, https://github.com/Yelp/dumb-init, the file lists of the
packages of Debian and Alpine, the manuals of the programs, and docker-library/official-images.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Init(msgspec.Struct, frozen=True):
    """An init by the distribution's package."""

    package: str
    paths: Mapping[str, str]
    """Where the package puts it, by the family of the image."""


INITS: Mapping[str, Init] = {
    "tini": Init("tini", {"debian": "/usr/bin/tini", "ubuntu": "/usr/bin/tini", "alpine": "/sbin/tini"}),
    "dumb-init": Init(
        "dumb-init",
        {"debian": "/usr/bin/dumb-init", "ubuntu": "/usr/bin/dumb-init", "alpine": "/usr/bin/dumb-init"},
    ),
}
"""The same package name in every distribution."""

NODE_ENTRYPOINT = ("docker-entrypoint.sh",)
NODE_SINCE = 12
"""From this major version on all images of Node.js have that ENTRYPOINT."""

PASSED_ON = frozenset({"php", "eclipse-temurin"})
"""Official images whose ENTRYPOINT, if there is one, starts what is given to it, after nothing that needs root."""

NO_ENTRYPOINT = r"gcr\.io/distroless/(static|base|base-nossl|cc)(-debian\d+)?"
"""On the name of an image of others: it has none, whatever the tag."""

PASSING = frozenset({*INITS, "catatonit", "docker-init"})
"""Programs that only start the command behind their options."""

PRESENT = (
    r"(?<![\w-])(tini(-static|-amd64)?|dumb-init|s6-\w+|s6|supervisord?|catatonit|runit|runsvdir|runsv|systemd|"
    r"my_init|pid1|circusd|pm2-runtime|pm2-docker|monit|horust|chaperone|multirun|nosh|openrc|docker-init)(?![\w-])"
    r"|/sbin/init\b|\"/init\""
)
"""On the text of a stage: an init, or what stands in for one, is or may be there."""

PROCESS_ONE = r"\bkill\s+(-\w+\s+|-s\s*\w+\s+)*1(?!\d)|/proc/1/(?!fd)|\bps\s+-?p\s*1\b"
"""On the text of a stage: it counts on which program is process 1."""

ENTRYPOINTS: Mapping[str, tuple[str, ...]] = dict.fromkeys(
    """
    debian ubuntu alpine busybox fedora centos rockylinux almalinux oraclelinux amazonlinux archlinux buildpack-deps
    python pypy ruby golang rust perl gcc erlang elixir openjdk amazoncorretto tomcat httpd swift
    """.split(),
    (),
)
"""What official images set as ENTRYPOINT, whatever the tag; those that are not here may have any."""

STARTERS: tuple[tuple[str, str, str], ...] = (
    (r"npm|yarn|yarnpkg|pnpm|npx", r" \w", "starts what it runs as a child, through a shell"),
    (r"gunicorn|uwsgi|unicorn|unicorn_rails|rainbows|passenger", r"", "starts workers"),
    (r"celery", r" (worker|beat|flower|-A|--app\S*) ", "starts workers"),
    (r"uvicorn|hypercorn|fastapi|granian|daphne|waitress-serve", r" (--workers\S*|-w|--reload) ", "starts workers"),
    (r"puma|pumactl", r" (-w|--workers)", "starts workers"),
    (r"rq|rqworker|dramatiq|resque|sidekiqswarm|huey_consumer(\.py)?", r"", "starts a process for its jobs"),
    (r"airflow", r" (scheduler|celery|webserver|standalone|worker) ", "starts workers"),
    (r"cron|crond|supercronic|go-cron|ofelia", r"", "starts the jobs"),
    (r"sshd", r"", "starts a process for each session"),
    (r"jupyter(-lab|-notebook|hub)?", r"", "starts kernels"),
    (r"nodemon|ts-node-dev|concurrently|npm-run-all|run-p|foreman|honcho|hivemind|overmind", r"", "starts others"),
    (r"watchmedo|watchexec|reflex|air|CompileDaemon|gow", r"", "starts what it watches for as a child"),
    (r"manage\.py|django-admin", r" runserver (?!.*--noreload)", "starts itself again to reload"),
    (r"flask", r" (--debug|--debugger|--reload) ", "starts itself again to reload"),
    (r"artisan", r" serve ", "starts the server of PHP as a child"),
    (r"dotnet", r" watch ", "starts what it watches for as a child"),
    (r"xvfb-run", r"", "starts an X server"),
    (r"scrapyd|code-server|ray", r"", "starts others"),
)
"""The name of a program, an expression on its words, and what it does."""
