"""A secret that was in layers or in the history is in neither once it is mounted, and the build still gets it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import uuid
from pathlib import Path

import pytest

from dfopt import api
from dfopt.config import Config
from dfopt.source import Source

READER = '#!/bin/sh\n[ -n "$(cat /srv/.netrc 2>/dev/null)$API_TOKEN" ] && echo got > /srv/result\n'


def docker(*words: str) -> str:
    done = subprocess.run(["docker", *words], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def rewritten(text: str) -> str:
    result = api.rewrite(Source(text), Config(select=("secret-mounts",)))
    assert result.changed
    assert not result.failures
    return result.after


def built(text: str, folder: Path, *options: str) -> str:
    (folder / "Dockerfile").write_text(text)
    return docker("build", "--quiet", "--no-cache", "--network", "host", *options, str(folder)).strip()


def is_in(secret: str, image: str, folder: Path) -> bool:
    """True if a secret is in the config or the history of an image, or in any file of any layer."""
    if secret in docker("history", "--no-trunc", image) or secret in docker("image", "inspect", image):
        return True
    archive = folder / f"{uuid.uuid4()}.tar"
    docker("save", "--output", str(archive), image)
    with tarfile.open(archive) as outer:
        for member in outer:
            if not member.isfile():
                continue
            content = outer.extractfile(member)
            assert content is not None
            data = content.read()
            if secret.encode() in data:
                return True
            unpacked = subprocess.run(["gzip", "-dc"], input=data, capture_output=True, check=False)
            if unpacked.returncode == 0 and secret.encode() in unpacked.stdout:
                return True
    archive.unlink()
    return False


def result(image: str) -> str:
    return docker("run", "--rm", "--network", "none", image, "cat", "/srv/result")


@pytest.fixture
def secret() -> str:
    return uuid.uuid4().hex


@pytest.mark.parametrize("user", ["", "USER 1000\n"])
def test_a_build_argument(secret: str, user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", secret)
    (tmp_path / "reader").write_text(READER)
    (tmp_path / "reader").chmod(0o755)
    text = (
        "FROM debian:bookworm-slim\nRUN mkdir -m 777 /srv/w && chmod 777 /srv\nCOPY reader /usr/local/bin/\n"
        f'{user}ARG API_TOKEN\nWORKDIR /srv\nRUN echo "token=$API_TOKEN" > conf && \\\n    reader && \\\n    rm conf\n'
    )
    before = built(text, tmp_path, "--build-arg", "API_TOKEN")
    assert result(before) == "got\n"
    assert is_in(secret, before, tmp_path)
    after = built(rewritten(text), tmp_path, "--secret", "id=api_token,env=API_TOKEN")
    assert result(after) == "got\n"
    assert not is_in(secret, after, tmp_path)


def test_a_file(secret: str, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text(f"machine example.com password {secret}\n")
    (tmp_path / "reader").write_text(READER)
    (tmp_path / "reader").chmod(0o755)
    text = (
        "FROM debian:bookworm-slim\nWORKDIR /srv\nCOPY reader .netrc ./\nRUN ./reader && rm -f .netrc\n"
        "RUN test ! -e /srv/.netrc\n"
    )
    before = built(text, tmp_path)
    assert result(before) == "got\n"
    assert is_in(secret, before, tmp_path)
    after = built(rewritten(text), tmp_path, "--secret", f"id=netrc,src={tmp_path}/.netrc")
    assert result(after) == "got\n"
    assert not is_in(secret, after, tmp_path)
    failed = subprocess.run(["docker", "build", "--quiet", str(tmp_path)], capture_output=True, check=False)
    assert failed.returncode != 0, "a secret that is not given stops the build"


@pytest.mark.skipif(shutil.which("ssh-agent") is None, reason="there is no ssh-agent")
def test_a_private_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = subprocess.run(["ssh-agent", "-s"], capture_output=True, text=True, check=True).stdout
    found = dict(part.split("=", 1) for part in words.replace("\n", " ").split("; ") if "=" in part)
    monkeypatch.setenv("SSH_AUTH_SOCK", found["SSH_AUTH_SOCK"])
    try:
        key = tmp_path / "id_ed25519"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
        subprocess.run(["ssh-add", "-q", str(key)], check=True)
        text = (
            "FROM debian:bookworm-slim\nCOPY id_ed25519 /root/.ssh/id_ed25519\n"
            "RUN chmod 600 /root/.ssh/id_ed25519 && sleep 0\nCOPY reader /usr/local/bin/reader\nRUN reader\n"
            "RUN rm /root/.ssh/id_ed25519\n"
        )
        (tmp_path / "reader").write_text(
            '#!/bin/sh\n[ -s /root/.ssh/id_ed25519 ] || [ -S "$SSH_AUTH_SOCK" ] && echo got > /srv/result\n'
        )
        (tmp_path / "reader").chmod(0o755)
        secret = key.read_text().splitlines()[2]
        assert is_in(secret, built(text, tmp_path), tmp_path)
        after = built(rewritten(text), tmp_path, "--ssh", "default")
        assert result(after) == "got\n"
        assert not is_in(secret, after, tmp_path)
    finally:
        agent = next(line for line in words.splitlines() if "PID" in line).split("=")[1].split(";")[0]
        os.kill(int(agent), 15)
