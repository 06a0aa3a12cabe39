"""Runs dfopt, tally and hadolint over the same Dockerfiles and prints what each costs.

The files are the first ones of a folder by the hash of what is in them, each content once, without
those that BuildKit would not read: at the first such file tally stops. dfopt prints its diff and
tally writes its fixes into a copy; hadolint only reads.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import msgspec

from dfopt.errors import DockerfileSyntaxError
from dfopt.source import Source
from dfopt.syntax.parser import parse
from tests.bench.measure import Cost, RunError, run, typical
from tests.corpus.registry import COLLECTIONS, MissingError, dockerfiles_below

START_RUNS = 7


class Tool(msgspec.Struct, frozen=True):
    """A command to measure; ``words`` makes its arguments from the folder of files."""

    name: str
    program: str
    words: Callable[[Path], list[str]]
    ends_with: tuple[int, ...]

    def cost(self, folder: Path, seconds: float) -> Cost:
        """What one run over a copy of the folder costs."""
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            copy = Path(name) / "files"
            shutil.copytree(folder, copy)
            words = [self.program, *self.words(copy)]
            return run(words, copy, ends_with=self.ends_with, seconds=seconds)


class Row(msgspec.Struct, frozen=True):
    """A tool's costs: for half of the files, for all of them, and for a single one."""

    tool: str
    half: Cost
    whole: Cost
    one: Cost


def tools(dfopt: str, tally: str, hadolint: str) -> list[Tool]:
    return [
        Tool("dfopt", dfopt, lambda folder: ["rewrite", str(folder)], (0, 1, 3)),
        Tool(
            "tally", tally, lambda folder: ["lint", "--fix", "--no-config", "--slow-checks", "off", str(folder)], (0, 1)
        ),
        Tool("hadolint", hadolint, lambda folder: ["--no-fail", *map(str, sorted(folder.iterdir()))], (0, 1)),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="default: what the package registries bring")
    parser.add_argument("--limit", type=int, default=2000, help="how many files (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=900, help="the longest that one run may take")
    for name in ("dfopt", "tally", "hadolint"):
        parser.add_argument(f"--{name}", default=_beside_python(name), help="the program (default: %(default)s)")
    arguments = parser.parse_args()
    paths = dockerfiles_below(arguments.folder) if arguments.folder else from_registries()
    contents = select(paths, arguments.limit)
    if len(contents) < 2:
        sys.exit("there are fewer than two Dockerfiles")
    rows: list[Row] = []
    for tool in tools(arguments.dfopt, arguments.tally, arguments.hadolint):
        if shutil.which(tool.program) is None:
            _say(f"{tool.name} is missing: there is no program {tool.program}")
            continue
        try:
            rows.append(measure(tool, contents, arguments.seconds))
        except RunError as error:
            _say(f"{tool.name} is left out: it {error}")
    for line in table(rows, len(contents)):
        _say(line)
    return 0 if len(rows) > 1 else 1


def from_registries() -> list[Path]:
    paths: list[Path] = []
    for collection in COLLECTIONS:
        try:
            paths += collection.files()
        except MissingError as error:
            _say(f"{collection.name} is missing: {error}")
    return paths


def select(paths: Iterable[Path], limit: int) -> list[bytes]:
    """The first distinct contents, ordered by their hash."""
    contents: dict[str, bytes] = {}
    for path in paths:
        content = path.read_bytes()
        contents[hashlib.sha256(content).hexdigest()] = content
    readable = (contents[digest] for digest in sorted(contents) if is_readable(contents[digest]))
    return list(islice(readable, limit))


def is_readable(content: bytes) -> bool:
    try:
        parse(Source.from_bytes(content))
    except DockerfileSyntaxError:
        return False
    return True


def measure(tool: Tool, contents: Sequence[bytes], seconds: float) -> Row:
    """Three runs: over one small file (several times), half of the files, all of them."""
    half = len(contents) // 2
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        one = _lay_out(Path(name) / "one", [sorted(contents, key=len)[half]])
        first = _lay_out(Path(name) / "half", contents[:half])
        whole = _lay_out(Path(name) / "whole", contents)
        starts = [tool.cost(one, seconds) for _ in range(START_RUNS)]
        row = Row(tool.name, tool.cost(first, seconds), tool.cost(whole, seconds), typical(starts))
    if not row.half.printed or not row.whole.printed:
        raise RunError("had nothing to say about any file")
    return row


def table(rows: Sequence[Row], files: int) -> Iterator[str]:
    """One line a tool; a ratio above 1 means that dfopt needs less."""
    yield f"{files} files; one file: the one of median size, median of {START_RUNS} runs"
    yield f"{'':10}{'CPU-s':>9}{'files/CPU-s':>13}{'MB':>7}{'one: CPU-s':>12}{'2x files: CPU':>15}{'memory':>8}"
    for row in rows:
        half, whole = row.half, row.whole
        more_time, more_memory = whole.seconds / half.seconds, whole.memory / half.memory
        yield (
            f"{row.tool:10}{whole.seconds:9.2f}{files / whole.seconds:13.0f}{whole.memory:7.0f}{row.one.seconds:12.3f}"
            f"{more_time:15.2f}{more_memory:8.2f}"
        )
    ours = next((row for row in rows if row.tool == "dfopt"), None)
    for row in rows:
        if ours is not None and row is not ours:
            yield (
                f"{row.tool} / dfopt: CPU {row.whole.seconds / ours.whole.seconds:.1f}, "
                f"memory {row.whole.memory / ours.whole.memory:.1f}, "
                f"CPU for one file {row.one.seconds / ours.one.seconds:.1f}"
            )


def _lay_out(folder: Path, contents: Sequence[bytes]) -> Path:
    folder.mkdir()
    for number, content in enumerate(contents):
        (folder / f"{number:05}.Dockerfile").write_bytes(content)
    return folder


def _beside_python(name: str) -> str:
    """The program of this environment if there is one, else whatever is on PATH."""
    path = Path(sys.executable).with_name(name)
    return str(path) if path.exists() else name


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
