"""Wrong rewrites that verification must name, each at the right path."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfopt.verify.findings import What
from tests.engine.builds import verified

BEFORE = """\
FROM debian:bookworm-slim
ENV MODE=production LEVEL=3
WORKDIR /srv
RUN echo one > /srv/one && echo two > /srv/two && ln -s one /srv/link && mkdir -p /srv/data/deep
RUN install -m 640 -o 33 -g 33 /srv/one /srv/data/owned && printf '#!/bin/sh\\necho ok\\n' > /usr/local/bin/tool
RUN chmod 755 /usr/local/bin/tool && mkfifo /srv/pipe && : > /srv/data/empty && touch '/srv/data/a b'
COPY config.ini /etc/app/config.ini
LABEL team=web
EXPOSE 8080
VOLUME /srv/data
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=5s CMD true
USER 33
ENTRYPOINT ["/usr/local/bin/tool"]
CMD ["serve"]
"""

FAULTS = {
    "a file is lost": ("echo two > /srv/two &&", "true &&", What.GONE, "/srv/two"),
    "a file is added": ("mkdir -p /srv/data/deep", "mkdir -p /srv/data/deep && touch /new", What.ADDED, "/new"),
    "a folder is lost": ("mkdir -p /srv/data/deep", "mkdir -p /srv/data", What.GONE, "/srv/data/deep"),
    "another mode": ("install -m 640", "install -m 644", What.MODE, "/srv/data/owned"),
    "a set-user-id bit": ("chmod 755", "chmod 4755", What.MODE, "/usr/local/bin/tool"),
    "another owner": ("-o 33", "-o 34", What.OWNER, "/srv/data/owned"),
    "another group": ("-g 33", "-g 34", What.OWNER, "/srv/data/owned"),
    "another content": ("echo one >", "echo eins >", What.CONTENT, "/srv/one"),
    "another content of the same size": ("echo two >", "echo six >", What.CONTENT, "/srv/two"),
    "another link target": ("ln -s one", "ln -s two", What.TARGET, "/srv/link"),
    "a link turned file": ("ln -s one /srv/link", "cp /srv/one /srv/link", What.TYPE, "/srv/link"),
    "a link turned hard link": ("ln -s one /srv/link", "ln /srv/one /srv/link", What.TYPE, "/srv/link"),
    "a pipe turned file": ("mkfifo /srv/pipe", "touch /srv/pipe", What.TYPE, "/srv/pipe"),
    "a name with a blank": ("touch '/srv/data/a b'", "touch /srv/data/a", What.GONE, "/srv/data/a b"),
    "a copied file elsewhere": ("/etc/app/config.ini", "/etc/config.ini", What.GONE, "/etc/app/config.ini"),
    "a mode given by COPY": ("COPY config", "COPY --chmod=600 config", What.MODE, "/etc/app/config.ini"),
    "an owner given by COPY": ("COPY config", "COPY --chown=1 config", What.OWNER, "/etc/app/config.ini"),
    "a changed ENV": ("MODE=production", "MODE=debug", What.CONFIG, "Env: MODE"),
    "a lost ENV": (" LEVEL=3", "", What.CONFIG, "Env: LEVEL"),
    "another entrypoint": ('ENTRYPOINT ["/usr', 'ENTRYPOINT ["/bin/sh", "/usr', What.CONFIG, "Entrypoint"),
    "another command": ('CMD ["serve"]', 'CMD ["server"]', What.CONFIG, "Cmd"),
    "another user": ("USER 33", "USER 0", What.CONFIG, "User"),
    "another folder": ("USER 33", "WORKDIR /\nUSER 33", What.CONFIG, "WorkingDir"),
    "another label": ("team=web", "team=db", What.CONFIG, "Labels: team"),
    "another port": ("EXPOSE 8080", "EXPOSE 8081", What.CONFIG, "ExposedPorts: 8081/tcp"),
    "a lost volume": ("VOLUME /srv/data\n", "", What.CONFIG, "Volumes: /srv/data"),
    "another signal": ("SIGQUIT", "SIGTERM", What.CONFIG, "StopSignal"),
    "another health check": ("CMD true", "CMD false", What.CONFIG, "Healthcheck"),
    "another shell": ("USER 33", 'SHELL ["/bin/bash", "-c"]\nUSER 33', What.CONFIG, "Shell"),
    "a new ONBUILD": ("USER 33", "ONBUILD RUN true\nUSER 33", What.CONFIG, "OnBuild"),
}


@pytest.fixture
def context(tmp_path: Path) -> Path:
    (tmp_path / "config.ini").write_text("[app]\n")
    return tmp_path


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named(name: str, context: Path) -> None:
    old, new, what, path = FAULTS[name]
    assert BEFORE.count(old) == 1
    found = verified(BEFORE, BEFORE.replace(old, new), context)
    assert (what, path) in [(each.what, each.path) for each in found.undeclared]


def test_a_missing_package_is_named(context: Path) -> None:
    before = "FROM fedora:40\nRUN dnf -y install greeter\nRUN dnf -y install extras\n"
    found = verified(before, before.replace("RUN dnf -y install extras\n", ""), context)
    named = {(each.what, each.path) for each in found.undeclared}
    assert (What.PACKAGE, "rpm: extras") in named
    assert (What.GONE, "/opt/extras/bin/extras") in named


def test_the_layer_that_made_a_path_is_named(context: Path) -> None:
    found = verified(BEFORE, BEFORE.replace("echo one >", "echo eins >"), context)
    (one,) = (each for each in found.undeclared if each.path == "/srv/one")
    assert "echo eins > /srv/one" in one.layer


def test_a_file_capability_is_named(context: Path) -> None:
    """The extended attribute that layers keep: a file may open ports below 1024."""
    before = "FROM python:3.11\nRUN touch /x\nRUN touch /y\n"
    set_it = "import os; os.setxattr('/x', 'security.capability', bytes([1, 0, 0, 2, 0, 4]) + bytes(14))"
    after = f'FROM python:3.11\nRUN touch /x && python3 -c "{set_it}"\nRUN touch /y\n'
    found = verified(before, after, context)
    assert (What.ATTRIBUTES, "/x") in [(each.what, each.path) for each in found.undeclared]


def test_another_behaviour_is_named(context: Path) -> None:
    before = 'FROM debian:bookworm-slim\nCMD ["sh", "-c", "echo a; exit 3"]\n'
    found = verified(before, before.replace("exit 3", "exit 4"), context, run=())
    assert (What.RUN, "exit status") in [(each.what, each.path) for each in found.undeclared]
