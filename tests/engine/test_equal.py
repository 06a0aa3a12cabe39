"""What must count as the same: two builds of one Dockerfile, and safe rewrites with what they declare."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfopt import api
from dfopt.source import Source
from dfopt.verify.findings import What
from dfopt.verify.verification import Verified
from tests.engine.builds import verified

PACKAGES = """\
FROM python:3.11
RUN apt-get update && apt-get install -y --no-install-recommends file nodejs openssh-server
RUN pip install itsdangerous==2.1.2
COPY package.json /srv/
RUN useradd -m dev && mkdir -p /srv/node_modules && date > /dev/null
"""


def rewritten(text: str, context: Path) -> Verified:
    result = api.rewrite(Source(text, str(context / "Dockerfile")))
    assert result.changed
    return verified(text, result.after, context, deltas=tuple(each.delta for each in result.applied))


@pytest.fixture
def context(tmp_path: Path) -> Path:
    (tmp_path / "package.json").write_text('{"name": "x", "version": "1.0.0"}\n')
    return tmp_path


@pytest.mark.parametrize("turn", range(3))
def test_two_builds_of_one_file_are_the_same(turn: int, context: Path) -> None:
    # a comment and a word of no meaning make the second one another file, so that nothing comes from the cache
    other = PACKAGES.replace("RUN apt-get", f"RUN : {turn} && apt-get")
    assert verified(PACKAGES, other, context).undeclared == ()


def test_npm_builds_are_the_same(context: Path) -> None:
    text = "FROM node:18\nWORKDIR /app\nCOPY package.json .\nRUN npm install is-odd@3.0.1\n"
    assert verified(text, text.replace("RUN npm", "RUN : && npm"), context).undeclared == ()


def test_a_safe_rewrite_is_the_same_but_for_what_it_declares(context: Path) -> None:
    found = rewritten(
        "FROM python:3.11\nRUN apt-get update\nRUN apt-get install -y --no-install-recommends file\n"
        "RUN pip install itsdangerous==2.1.2\n",
        context,
    )
    assert found.undeclared == ()
    assert found.after.image.size < found.before.image.size
    assert any(each.what is What.GONE and each.path.startswith("/var/lib/apt/lists/") for each in found.findings)


def test_dnf_is_cleaned(context: Path) -> None:
    found = rewritten("FROM fedora:40\nRUN dnf -y install greeter\nRUN dnf -y install extras\n", context)
    assert found.undeclared == ()
    assert ("rpm", "greeter") in found.after.packages


def test_what_is_not_declared_is_found_although_it_is_a_cache(context: Path) -> None:
    before = "FROM python:3.11\nRUN apt-get update\n"
    found = verified(before, before.replace("update", "update && rm -rf /var/lib/apt/lists/*"), context)
    assert found.undeclared != ()


SYNTAX = """\
FROM debian:bookworm-slim AS build
RUN <<EOF
set -e
mkdir -p /out
echo built > /out/file
EOF
RUN --mount=type=cache,target=/var/cache/thing echo x > /var/cache/thing/x
RUN --mount=type=bind,target=/in cp /in/package.json /out/
RUN --mount=type=secret,id=token true

FROM debian:bookworm-slim
COPY --link package.json /srv/
COPY --from=build --chown=33:33 /out /out
COPY <<EOF /etc/app.conf
key = value
EOF
RUN echo one > /one
# kept
RUN echo two > /two
"""


def test_heredocs_mounts_and_links_are_built(context: Path) -> None:
    found = rewritten(SYNTAX, context)
    assert found.undeclared == ()
    assert len(found.after.image.layers) == len(found.before.image.layers) - 1
