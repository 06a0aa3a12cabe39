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
