"""Rules that come into ``.dockerignore``: the engine's image loses what they say, and nothing else."""

from __future__ import annotations

import io
import random
import subprocess
import tarfile
from pathlib import Path

import pytest

from dfopt.edits import Safety
from dfopt.model.ignore import glob
from dfopt.results import Rewrite
from dfopt.source import Source
from tests.engine.builds import docker, verified
from tests.write_dockerignore.trees import GIT, rewrite, write

ROUNDS = 8
PROJECT = {
    **GIT,
    "package.json": "{}\n",
    "server.js": "console.log('up');\n",
    "npm": "mkdir -p node_modules/made && echo made > node_modules/made/index.js\n",
    "node_modules/left/index.js": "x" * 5000,
    ".env": "PASSWORD=secret\n",
    ".vscode/settings.json": "{}\n",
    "lib/debug.log": "started\n",
    "lib/__pycache__/a.pyc": "x\n",
    ".dockerignore": "# of ours\r\ndocs\r\n",
    "docs/plan.md": "later\n",
}
SWEEPING = """\
FROM debian:bookworm-slim
WORKDIR /app
COPY --chmod=755 npm /usr/local/bin/npm
COPY package.json ./
RUN npm install
COPY . .
CMD ["ls", ".", "node_modules"]
"""


def ignore_of(result: Rewrite) -> bytes:
    assert result.failures == ()
    (file,) = result.files
    return Source(file.after).to_bytes()


def test_the_image_loses_what_is_declared(tmp_path: Path) -> None:
    result = rewrite(tmp_path, SWEEPING, PROJECT)
    ignore = ignore_of(result)
    deltas = tuple(each.delta for each in result.applied)
    found = verified(SWEEPING, SWEEPING, tmp_path, ignore=ignore, deltas=deltas, run=())
    gone = {finding.path for finding in found.findings}
    assert {"/app/.git", "/app/.env", "/app/.vscode", "/app/lib/debug.log"} <= gone
    assert [finding.path for finding in found.undeclared] == ["output"], "which lists the folder"
    (tmp_path / ".dockerignore").write_bytes(ignore)
    image = docker("build", "--quiet", "--network", "host", str(tmp_path))
    assert docker("run", "--rm", "--network", "none", image).split() == [
        *(".:", "lib", "node_modules", "npm", "package.json", "server.js", "node_modules:", "made")
    ]


def test_without_the_declaration_the_loss_is_found(tmp_path: Path) -> None:
    result = rewrite(tmp_path, SWEEPING, PROJECT)
    found = verified(SWEEPING, SWEEPING, tmp_path, ignore=ignore_of(result))
    assert "/app/.env" in {finding.path for finding in found.undeclared}


def test_a_safe_rule_changes_nothing(tmp_path: Path) -> None:
    dockerfile = "FROM debian:bookworm-slim\nCOPY server.js package*.json /app/\nRUN ls -la /app > /list\n"
    result = rewrite(tmp_path, dockerfile, PROJECT)
    assert {each.safety for each in result.applied} == {Safety.SAFE}
    found = verified(dockerfile, dockerfile, tmp_path, ignore=ignore_of(result))
    assert found.findings == ()


NAMES = (
    *(".git", ".env", "node_modules", "package.json", "a.log", ".idea", "b.pyc", "__pycache__", "Cargo.toml", "target"),
    *("src", "lib", "a.txt", "x y.log", "c[1].log", ".DS_Store", "Dockerfile.bak", "é.log", "env", "#a.swp"),
)
LINES = (
    "*.txt",
    "src",
    "!src",
    "*",
    "!lib",
    "!package.json",
    "**/a.log",
    "!**/a.log",
    "node_modules",
    "!.idea",
    "lib/*",
)
SOURCES = (".", "*", "src", "lib", "src lib", "*.txt src", "package.json", "l*", ".env lib")


def tree(chance: random.Random, depth: int = 0, prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name in chance.sample(NAMES, chance.randint(3, 9)):
        if name in ("src", "lib", ".git", "node_modules", ".idea", "__pycache__", "target", "env") and depth < 2:
            found |= tree(chance, depth + 1, f"{prefix}{name}/")
        else:
            found[prefix + name] = name
    return found


def image(context: Path) -> set[str] | None:
    """The paths in the image of a context; None if it cannot be built."""
    command = ["docker", "build", "--quiet", "--output", "type=tar,dest=-", str(context)]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    if done.returncode:
        return None
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        return {member.name.rstrip("/") for member in archive}


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_contexts_of_all_kinds(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    files = {"src/main": "1", "lib/main": "1", "a.txt": "1", "package.json": "{}", **tree(chance)}
    for name in [name for name in files if any(name.startswith(f"{other}/") for other in files)]:
        del files[name]
    lines = [chance.choice(LINES) for _ in range(chance.randint(0, 4))]
    if lines:
        files[".dockerignore"] = chance.choice(("\n", "\r\n")).join(lines)
    dockerfile = f"FROM scratch\nCOPY {chance.choice(SOURCES)} /app/\nCOPY {chance.choice(SOURCES)} /more/\n"
    result = rewrite(tmp_path, dockerfile, files)
    assert result.failures == ()
    before = image(tmp_path)
    for file in result.files:
        write(tmp_path, {".dockerignore": file.after})
    after = image(tmp_path)
    if before is None:
        assert after is None
        return
    assert after is not None, "what is needed is still there"
    assert after <= before
    names = [pattern.rpartition("/")[2] for each in result.applied for pattern in each.delta.left_out]
    if "COPY * " in dockerfile:
        return  # what lies in the folders that it names lies in none of that name
    for path in before - after:
        assert any(glob(name).match(part) for name in names for part in path.split("/")), path
