"""Transforms that move or drop instructions: the same image, from fewer runs."""

from __future__ import annotations

import subprocess
from pathlib import Path

from dfopt import api
from dfopt.config import Config
from dfopt.edits import Safety
from dfopt.source import Source
from tests.engine.builds import verified

STAMPED = """\
FROM debian:bookworm-slim
ARG REVISION=none
LABEL revision=$REVISION
RUN dpkg --remove --force-all tzdata
RUN cp -r /etc/skel /srv/skel && head -c 8 /dev/urandom > /srv/random
CMD ["cat", "/srv/random"]
"""


def rewritten(transform: str, text: str, context: Path) -> tuple[str, set[Safety]]:
    """The result of a transform, which the engine finds to be the same image."""
    result = api.rewrite(Source(text, str(context / "Dockerfile")), Config(select=(transform,), unsafe=True))
    assert result.changed
    found = verified(
        text.replace("/dev/urandom", "/dev/zero"), result.after.replace("/dev/urandom", "/dev/zero"), context
    )
    assert found.findings == ()
    return result.after, {each.safety for each in result.applied}


def output(text: str, context: Path, *arguments: str) -> str:
    """What a container of an image prints that is built with some arguments."""
    (context / "Dockerfile").write_text(text)
    build = ["docker", "build", "--quiet", "--network", "host", *arguments, str(context)]
    image = subprocess.run(build, capture_output=True, check=True, timeout=300).stdout.decode().strip()
    run = ["docker", "run", "--rm", "--network", "none", image]
    return subprocess.run(run, capture_output=True, check=True, timeout=60).stdout.hex()


def test_another_revision_runs_nothing_again(tmp_path: Path) -> None:
    one, other = ("--build-arg", "REVISION=one"), ("--build-arg", "REVISION=other")
    assert output(STAMPED, tmp_path, *one) != output(STAMPED, tmp_path, *other)
    after, safeties = rewritten("sink-volatile", STAMPED, tmp_path)
    assert safeties == {Safety.UNSAFE}
    assert output(after, tmp_path, *one) == output(after, tmp_path, *other)


FOLDERS = """\
FROM debian:bookworm-slim
ENV HOME_OF_APP=/srv/app
WORKDIR tmp/made
USER www-data
WORKDIR $HOME_OF_APP
WORKDIR data/../logs
RUN pwd > /tmp/made-by && id -un >> /tmp/made-by
COPY Dockerfile .
ENV HOME_OF_APP=/opt
WORKDIR deeper
"""


def test_an_absolute_folder_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(FOLDERS)
    after, safeties = rewritten("absolute-workdir", FOLDERS, tmp_path)
    assert safeties == {Safety.SAFE}
    assert [line[8:] for line in after.split("\n") if line.startswith("WORKDIR")] == [
        "/tmp/made",
        "$HOME_OF_APP",
        "$HOME_OF_APP/logs",
        "/srv/app/logs/deeper",
    ]


SAID_TWICE = """\
FROM debian:bookworm-slim AS base
CMD ["inherited"]
LABEL a=1 b=1
FROM base
ENTRYPOINT ["first"]
CMD ["one"]
ENTRYPOINT ["second"]
HEALTHCHECK CMD a
HEALTHCHECK --interval=5s CMD b
STOPSIGNAL SIGINT
STOPSIGNAL SIGQUIT
LABEL a=2
LABEL b=2
LABEL b=2
EXPOSE 80 53/udp
EXPOSE 80/tcp
USER www-data
WORKDIR /srv/one
WORKDIR /srv/one/two
ENV A=1 B=$PATH
COPY Dockerfile .
WORKDIR /srv/one/two
USER www-data
RUN pwd > /tmp/made
ENV A=1
SHELL ["/bin/bash", "-c"]
SHELL ["/bin/bash", "-c"]
ONBUILD RUN true
LABEL a=3
"""


def test_what_has_no_effect_may_go(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(SAID_TWICE)
    after, safeties = rewritten("dedupe-instructions", SAID_TWICE, tmp_path)
    assert safeties == {Safety.SAFE}
    assert len(after.split("\n")) == len(SAID_TWICE.split("\n")) - 11
