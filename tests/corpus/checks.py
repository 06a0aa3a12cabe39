"""What must hold for every real Dockerfile, whatever is in it."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from dfopt import api
from dfopt.config import Config
from dfopt.errors import DockerfileSyntaxError
from dfopt.model.build_files import FilesOf
from dfopt.source import Source
from dfopt.syntax.nodes import Dockerfile, From, Run, Shell
from dfopt.syntax.parser import parse
from dfopt.syntax.printing import print_tree
from tests import official
from tests.corpus import comments
from tests.corpus.invented import Invented


class Finding(msgspec.Struct, frozen=True):
    """Something that does not hold; ``kind`` is what findings are counted by."""

    kind: str
    detail: str


class Checked(msgspec.Struct, frozen=True):
    """One file: what was found, and what came of the rewrite."""

    path: Path
    seconds: float
    """CPU time of parsing and rewriting it once."""
    findings: tuple[Finding, ...]
    rewritten: bool
    """False if BuildKit would not read the file, or the rewrite raised an error."""
    changed: bool = False
    applied: tuple[str, ...] = ()
    """The transforms that changed something, as often as they did."""
    refused: tuple[str, ...] = ()
    """Transforms with the reason why they left something alone."""


def check(path: Path, config: Config | None = None, files: FilesOf | None = None) -> Checked:
    """Reads and rewrites one file in memory, and looks for anything that must not be."""
    config = config or Config()
    source = Source.from_bytes(path.read_bytes(), path.name)
    start = time.process_time()
    try:
        rewrite = api.rewrite(source, config, digests=Invented(), files=files)
    except DockerfileSyntaxError:
        return Checked(path, time.process_time() - start, tuple(_guarded(_check_reading(source))), False)
    except Exception:  # noqa: BLE001
        finding = Finding("the rewrite raises", _last_frames())
        return Checked(path, time.process_time() - start, (*_guarded(_check_reading(source)), finding), False)
    seconds = time.process_time() - start
    found = [*_guarded(_check_reading(source))]
    found += [Finding(f"{failure.transform} fails", failure.reason) for failure in rewrite.failures]
    if rewrite.changed:
        after = Source(rewrite.after, path.name)
        shorter = any(one.delta.removed_stages for one in rewrite.applied)
        found += _guarded(_check_rewrite(source, after, config, files, shorter=shorter))
    applied = tuple(one.transform for one in rewrite.applied)
    refused = tuple(f"{one.transform}: {one.reason}" for one in rewrite.refusals)
    return Checked(path, seconds, tuple(found), True, rewrite.changed, applied, refused)


def _check_reading(source: Source) -> Iterator[Finding]:
    try:
        tree = parse(source)
    except DockerfileSyntaxError:
        pass
    else:
        if print_tree(tree) != source.text:
            yield Finding("the printed tree differs from the source", "")
    for difference in official.differences(source):
        yield Finding("the official parser reads it differently", str(difference))


def _check_rewrite(
    before: Source, after: Source, config: Config, files: FilesOf | None, *, shorter: bool
) -> Iterator[Finding]:
    """``shorter`` says that stages are gone, and their comments with them."""
    try:
        new = parse(after)
    except DockerfileSyntaxError as error:
        yield Finding("the result cannot be read", str(error))
        return
    again = api.rewrite(after, config, digests=Invented(), files=files)
    if again.after != again.before:
        names = ", ".join(sorted({applied.transform for applied in again.applied}))
        yield Finding("a second run changes something", names)
    for difference in official.differences(after):
        yield Finding("the official parser reads the result differently", str(difference))
    for comment in () if shorter else comments.lost(before.text, after.text):
        yield Finding("a comment is lost", comment)
    yield from _check_scripts(parse(before), new)


def _check_scripts(before: Dockerfile, after: Dockerfile) -> Iterator[Finding]:
    """No script may have become one that its shell cannot parse; the shell reads it and runs nothing."""
    old, new = _scripts(before), _scripts(after)
    broken = [(shell, script) for shell, script in (new - old).elements() if not _is_shell(shell, script)]
    if broken and len(broken) > sum(not _is_shell(shell, script) for shell, script in (old - new).elements()):
        yield Finding("a script can no longer be parsed", broken[0][1])


def _scripts(dockerfile: Dockerfile) -> Counter[tuple[str, str]]:
    scripts: Counter[tuple[str, str]] = Counter()
    shell = ""
    for instruction in dockerfile.instructions:
        if isinstance(instruction, From):
            shell = "dash"
        elif isinstance(instruction, Shell):
            shell = "bash" if any(word.endswith("bash") for word in instruction.argv) else "dash"
        elif isinstance(instruction, Run) and instruction.script is not None:
            scripts[shell, instruction.script.text] += 1
    return scripts


def _is_shell(shell: str, script: str) -> bool:
    program = shutil.which(shell) or shutil.which("sh")
    assert program is not None
    text = script.encode("utf-8", "surrogateescape")
    return subprocess.run([program, "-n"], input=text, capture_output=True, timeout=10, check=False).returncode == 0


def _guarded(findings: Iterator[Finding]) -> list[Finding]:
    """The findings of a check up to an exception in it, which is one as well."""
    found: list[Finding] = []
    try:
        for finding in findings:
            found.append(finding)  # noqa: PERF402
    except Exception:  # noqa: BLE001
        found.append(Finding("an exception", _last_frames()))
    return found


def _last_frames() -> str:
    text = traceback.format_exc(limit=-3)
    return re.sub(r'File "[^"]*/', 'File "', text)
