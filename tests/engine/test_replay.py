"""The simulated cache agrees with BuildKit's: the same steps are built anew after the same edits."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from dfopt.context.history import Blob
from dfopt.facts.facts import Facts
from dfopt.model.ignore import read
from dfopt.replay.costs import Table
from dfopt.replay.simulate import Cache, Contents
from dfopt.replay.vertices import vertices
from dfopt.source import Source
from dfopt.syntax.parser import parse

Edit = tuple[str, str, str]
"""A file of the context, a text in it, and what takes its place; an empty text stands for the whole file."""

BASE = "FROM debian:bookworm-slim\n"
FILES = {
    "app/main.c": "int main() { return 0; }\n",
    "app/lib/util.c": "void util() {}\n",
    "run.sh": "#!/bin/sh\necho run\n",
    "docs/a.md": "# a\n",
    "package.json": "{}\n",
    "notes.txt": "notes\n",
}
TOUCHES: list[Edit] = [
    ("app/main.c", "return 0", "return 1"),
    ("app/lib/util.c", "", "void other() {}\n"),
    ("docs/a.md", "# a", "# b"),
    ("notes.txt", "", "more notes\n"),
    ("app/new.c", "", "int new;\n"),
    ("run.sh", "chmod", "755"),
    ("package.json", "", '{"a": 1}\n'),
]
NAIVE = f"""\
{BASE}ENV MODE=a
ARG WHO=x
WORKDIR /srv
# all
COPY . .
RUN echo build > built
LABEL a=b
RUN env > /env
CMD x
"""
STAGES = f"""\
{BASE.strip()} AS build
COPY app /app
RUN cat /app/main.c > /out
{BASE}RUN echo packages
COPY run.sh /
COPY --from=build /app/lib /lib2
RUN echo end
"""
FLAGS = f"""\
{BASE}COPY --chown=1:1 app/ /app/
ADD run.sh /r
RUN --mount=type=bind,source=docs,target=/d cat /d/a.md > /a
RUN ["echo", "exec"]
COPY <<EOF /text
hello
EOF
RUN echo last
"""
CASES: dict[str, tuple[str, list[Edit]]] = {
    "naive": (
        NAIVE,
        [
            *TOUCHES,
            ("Dockerfile", "ENV MODE=a", "ENV MODE=b"),
            ("Dockerfile", "ARG WHO=x", "ARG WHO=y"),
            ("Dockerfile", "# all", "# everything"),
            ("Dockerfile", "LABEL a=b", "LABEL a=c"),
            ("Dockerfile", "RUN echo build", "RUN  echo build"),
            ("Dockerfile", "echo build >", "echo build  >"),
            ("Dockerfile", "/srv", "/app"),
            ("Dockerfile", "CMD x", "CMD y"),
            ("Dockerfile", "CMD y", "USER 1000\nCMD y"),
            (".dockerignore", "", "docs\nDockerfile\n.dockerignore\n"),
            ("docs/a.md", "", "# unseen\n"),
            (".dockerignore", "", "docs\nDockerfile\n.dockerignore\n*.txt\n"),
            ("notes.txt", "", "unseen\n"),
        ],
    ),
    "manifests-first": (
        f"{BASE}WORKDIR /srv\nCOPY package*.json ./\nRUN echo install > i\nCOPY app app\nRUN echo build > b\n",
        [*TOUCHES, ("Dockerfile", "COPY app app", "COPY app other"), ("package-lock.json", "", "{}\n")],
    ),
    "stages": (
        STAGES,
        [*TOUCHES, ("Dockerfile", "echo packages", "echo other packages"), ("Dockerfile", "/lib2", "/lib3")],
    ),
    "linked": (
        f"{BASE}RUN echo one\nCOPY --link app /app\nCOPY --link run.sh /run.sh\nRUN echo two\n",
        [*TOUCHES, ("Dockerfile", "echo one", "echo 1"), ("Dockerfile", "/run.sh", "/bin/run.sh")],
    ),
    "flags": (
        FLAGS,
        [
            *TOUCHES,
            ("Dockerfile", "--chown=1:1", "--chown=2:2"),
            ("Dockerfile", "hello", "hello there"),
            ("Dockerfile", '"exec"', '"form"'),
        ],
    ),
}


class Repository:
    """A build context, edited step by step."""

    def __init__(self, root: Path, dockerfile: str) -> None:
        self.root = root
        for name, text in {**FILES, "Dockerfile": dockerfile}.items():
            self._write(name, text)

    def _write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.root / name
        if old == "chmod":
            path.chmod(int(new, 8))
        elif old:
            text = path.read_text()
            assert old in text
            path.write_text(text.replace(old, new, 1))
        else:
            self._write(name, new)

    def blobs(self) -> dict[str, Blob]:
        """The files as git would have them."""
        files = [path for path in self.root.rglob("*") if path.is_file()]
        modes = {path: "100755" if path.stat().st_mode & 0o100 else "100644" for path in files}
        return {str(path.relative_to(self.root)): Blob(modes[path], path.read_text()) for path in files}

    def anew(self) -> set[str]:
        """The instructions that BuildKit builds anew, as it names them."""
        command = ["docker", "build", "--progress", "plain", "--network", "none", str(self.root)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        names = re.findall(r"^#(\d+) \[[^\]]*?\d+/\d+\] (.*)$", done.stderr, re.MULTILINE)
        cached = set(re.findall(r"^#(\d+) CACHED$", done.stderr, re.MULTILINE))
        kept = {_plain(name) for number, name in names if number in cached}
        return {_plain(name) for _, name in names if not name.startswith("FROM")} - kept


def _plain(text: str) -> str:
    return " ".join(text.split())


def simulation(repository: Repository, *, content_stays: bool) -> Callable[[], set[str]]:
    cache = Cache(content_stays=content_stays)

    def anew() -> set[str]:
        text = (repository.root / "Dockerfile").read_text()
        found = vertices(Facts(parse(Source(text))), "", Table())
        contents = Contents(repository.blobs(), {})
        ignored = repository.root / ".dockerignore"
        ignore = read(ignored.read_text() if ignored.exists() else "")
        built = cache.build(found, lambda source: contents.selected(source, "", ignore))
        return {_plain(found[at].text) for at, _ in built.missed if found[at].text}

    return anew


@pytest.mark.parametrize("case", CASES)
def test_the_same_steps_are_built_anew(case: str, tmp_path: Path) -> None:
    dockerfile, edits = CASES[case]
    salt = f"RUN echo {tmp_path}\n"  # no build of another day is in the cache
    repository = Repository(tmp_path, re.sub("(FROM .*\n)", rf"\1{salt}", dockerfile))
    least, most = (simulation(repository, content_stays=stays) for stays in (True, False))
    repository.anew()
    least()
    most()
    for edit in edits:
        repository.edit(*edit)
        found = repository.anew()
        lower, upper = least(), most()
        assert lower <= found <= upper, (case, edit)
        assert case == "stages" or lower == upper
