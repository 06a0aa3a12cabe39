"""Build contexts made in a test: what no repository can hold, such as another repository."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dfopt import api
from dfopt.config import Config
from dfopt.context.place import files_of
from dfopt.results import Rewrite
from dfopt.source import Source

TRANSFORM = "write-dockerignore"
GIT = {".git/HEAD": "ref: refs/heads/main\n", ".git/objects/pack/a.pack": "x" * 1000}


def write(root: Path, files: Mapping[str, str]) -> None:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content.encode("utf-8", "surrogateescape"))


def rewrite(
    root: Path, dockerfile: str, files: Mapping[str, str], *, unsafe: bool = True, given: bool = True
) -> Rewrite:
    """What comes of a Dockerfile in the root of a context with these files."""
    write(root, {**files, "Dockerfile": dockerfile})
    path = root / "Dockerfile"
    config = Config(select=(TRANSFORM,)) if unsafe else Config()
    return api.rewrite(Source(dockerfile, str(path)), config, files=files_of(path, str(root) if given else ""))


def rules(result: Rewrite) -> list[str]:
    """The lines that came in; nothing may have failed."""
    assert result.failures == ()
    for file in result.files:
        assert file.after.startswith(file.before or "")
        return file.after.removeprefix(file.before or "").split()
    return []


def reasons(result: Rewrite) -> set[str]:
    return {refusal.reason for refusal in result.refusals if refusal.transform == TRANSFORM}
