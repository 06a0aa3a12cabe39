"""``.dockerignore``: what the engine leaves out of a context is what dfopt does."""

from __future__ import annotations

import os
import random
import subprocess
import tarfile
from pathlib import Path

import pytest

from dfopt.context.walk import walk
from dfopt.model.ignore import PatternError, read

ROUNDS = int(os.environ.get("DFOPT_TEST_IGNORES", "20"))
NAMES = ("a", "b", "ab", "a.md", "b.md", ".git", "x y", "a[1]", "a*b", "foo", "é")
PATTERNS = (
    *("a", "b", "/a", "./b/", "a/b", "a/*", "*/a", "*", "**", "*.md", "**/*.md", "a*", "?b", "??", "[ab]", "[^a]"),
    *("**/a", "**/a/b", "a/**", "a/**/b", "**b", "a**", "**/.git", "x y", "a\\*b", "a\\[1\\]", "..", ".", "//a"),
    *("a/b/*.md", "*/*/a", "**/*", "**/**", "a/**/*.md", "[a-b]*", "fo?", "  a  ", "# a", "\ufeffa", "ab/", "é"),
    *("*b/**/a", "**/a*b", "foo/../b", "a[[]1]"),
)


def tree(root: Path, chance: random.Random, depth: int = 0) -> None:
    for name in chance.sample(NAMES, chance.randint(1, 5)):
        path = root / name
        if depth < 3 and chance.random() < 0.5:
            path.mkdir()
            tree(path, chance, depth + 1)
        else:
            path.write_text(name)


def of_engine(context: Path, out: Path) -> set[str] | None:
    """The paths that a build gets; None if it fails."""
    dockerfile = context.parent / "Dockerfile"
    dockerfile.write_text("FROM scratch\nCOPY . /context/\n")
    command = [
        "docker",
        "build",
        "--quiet",
        "--file",
        str(dockerfile),
        "--output",
        f"type=tar,dest={out}",
        str(context),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        return None
    with tarfile.open(out) as archive:
        names = {member.name.rstrip("/") for member in archive}
    return {name.removeprefix("context/") for name in names if name.startswith("context/")}


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_the_engine_takes_the_same_files(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    context = tmp_path / "context"
    context.mkdir()
    tree(context, chance)
    lines = [f"{chance.choice(('', '', '!'))}{chance.choice(PATTERNS)}" for _ in range(chance.randint(1, 5))]
    text = chance.choice(("\n", "\r\n")).join(lines)
    (context / ".dockerignore").write_text(text, newline="")
    found = of_engine(context, tmp_path / "out.tar")
    try:
        expected = {entry.path for entry in walk(context, read(text))}
    except PatternError:
        assert found is None, lines
    else:
        assert found == expected, lines
