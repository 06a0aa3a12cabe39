"""Fixtures of transforms, read and checked; for the authors of plug-ins as much as for dfopt itself.

    fixtures/<transform id>/<case>/before.Dockerfile
                                   after.Dockerfile     without it the file must stay byte for byte
                                   context/             optional: the build context; its folders have the mode 755
                                   context-after/       optional: its files that come in or change, as they are then
                                   options.toml         optional

A folder ``fixtures/projects`` holds no cases: it is for whole projects to build.

``options.toml`` holds the transform's options in a table ``[options]`` and these keys:

- ``unsafe = true`` runs as with ``--unsafe``;
- ``reason = "…"`` names the reason of one of the refusals;
- a table ``[digests]`` says what registries answer: for the full name of an image (``"docker.io/library/debian:12"``)
  a digest, or the reason why there is none;
- a table ``[history]`` says how many commits touched a path of the build context;
- ``quiet = true`` says that a case that stays as it is has nothing to report at all. Otherwise
  there must be a refusal or something that a REPORT transform shows.

In a test module::

    from dfopt import testing

    @testing.parametrize(Path(__file__).parent / "fixtures")
    def test_fixture(case: testing.Case) -> None:
        testing.check(case)
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import unified_diff
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from dfopt.api import rewrite
from dfopt.config import Config
from dfopt.model.build_files import BuildFiles, Churn, Entry, FilesOf, Kind, NoFiles
from dfopt.model.digests import Digests, Given
from dfopt.results import Rewrite
from dfopt.source import Source
from dfopt.syntax.parser import parse

if TYPE_CHECKING:
    import pytest

PROJECTS = "projects"
"""The folder among the fixtures that is no transform's."""
TODAY = "2026-11-30"
"""The day that it is in all fixtures."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One fixture folder; ``after`` is None for a file that must stay as it is."""

    transform: str
    name: str
    before: bytes
    after: bytes | None
    options: Mapping[str, str] = {}
    digests: Mapping[str, str] = {}
    context: Path | None = None
    context_after: Mapping[str, bytes] = {}
    """The files of the context that come in or change, by their paths."""
    history: Mapping[str, int] = {}
    """How many commits touched a path of the context, each nothing else."""
    untracked: frozenset[str] = frozenset()
    """The files of the context that git does not track."""
    ignored: frozenset[str] = frozenset()
    """Paths that git is told to ignore, and the context lacks."""
    unshared: frozenset[str] = frozenset()
    """What of the context git does not have."""
    unsafe: bool = False
    reason: str | None = None
    quiet: bool = False

    @property
    def rewrites(self) -> bool:
        """True if something must change."""
        return self.after is not None or bool(self.context_after)


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What options.toml may hold."""

    options: dict[str, str] = {}
    digests: dict[str, str] = {}
    history: dict[str, int] = {}
    untracked: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()
    unshared: frozenset[str] = frozenset()
    unsafe: bool = False
    reason: str | None = None
    quiet: bool = False


def cases(fixtures: Path) -> list[Case]:
    """Every case below a folder of fixtures, in order of transform and name.

    Raises ValueError if a case has no ``before.Dockerfile``, or an ``options.toml`` that cannot be used.
    """
    return [
        _read(transform.name, folder)
        for transform in sorted(fixtures.iterdir())
        if transform.is_dir() and transform.name != PROJECTS
        for folder in sorted(transform.iterdir())
        if folder.is_dir()
    ]


def _read(transform: str, folder: Path) -> Case:
    before = folder / "before.Dockerfile"
    after = folder / "after.Dockerfile"
    settings = folder / "options.toml"
    if not before.is_file():
        raise ValueError(f"{folder} has no before.Dockerfile")
    try:
        content = tomllib.loads(settings.read_text(encoding="utf-8")) if settings.is_file() else {}
        read = msgspec.convert(content, _Settings)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{settings}: {error}") from error
    return Case(
        transform=transform,
        name=folder.name,
        before=before.read_bytes(),
        after=after.read_bytes() if after.is_file() else None,
        options=read.options,
        digests=read.digests,
        context=folder / "context" if (folder / "context").is_dir() else None,
        history=read.history,
        untracked=read.untracked,
        ignored=read.ignored,
        unshared=read.unshared,
        context_after=_contents(folder / "context-after"),
        unsafe=read.unsafe,
        reason=read.reason,
        quiet=read.quiet,
    )


def _contents(folder: Path) -> dict[str, bytes]:
    found = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def parametrize(fixtures: Path) -> pytest.MarkDecorator:
    """Runs a test function of pytest once for each case, as its argument ``case``."""
    import pytest

    found = cases(fixtures)
    return pytest.mark.parametrize("case", found, ids=[f"{case.transform}/{case.name}" for case in found])


def check(case: Case) -> None:
    """Runs the case's transform over ``before`` and holds the result against all that the fixture says.

    Raises AssertionError with the reason and, where texts differ, their diff.
    """
    result = _run(case, case.before)
    _expect(not result.failures, f"the chain reports failures: {[failure.reason for failure in result.failures]}")
    _expect_text(result.after, _text(case.before if case.after is None else case.after))
    _check_context(case, result)
    if not case.rewrites:
        _check_report(case, result)
    else:
        _expect(case.after != case.before, "before and after are the same: remove after.Dockerfile")
        again = _run(case, case.before if case.after is None else case.after, case.context_after)
        _expect(not again.failures, "the second run fails")
        _expect_text(again.after, result.after, "the second run changes its own result")
        _expect(not again.files, "the second run edits files of the context")
        parse(Source(result.after))
        _check_comments(result)
        _check_official_parser(result)
    if case.reason is not None:
        reasons = [refusal.reason for refusal in result.refusals]
        _expect(case.reason in reasons, f"no refusal says {case.reason!r}, but: {reasons}")


def _run(case: Case, content: bytes, edited: Mapping[str, bytes] | None = None) -> Rewrite:
    config = Config(
        select=(case.transform,), unsafe=case.unsafe, transforms={case.transform: case.options}, today=TODAY
    )
    source = Source.from_bytes(content, f"{case.transform}/{case.name}/Dockerfile")
    return rewrite(source, config, digests=digests(case), files=files(case, edited))


def digests(case: Case) -> Digests | None:
    """Who answers for registries; None for a case without answers."""
    return Given(case.digests) if case.digests else None


def files(case: Case, edited: Mapping[str, bytes] | None = None) -> FilesOf | None:
    """How the build context is read, with files that were edited; None for a case without one."""
    if case.context is None:
        return None
    from dfopt.context.build_context import BuildContext, Told
    from dfopt.context.place import files_of

    read = files_of(case.context / "Dockerfile", str(case.context))

    def find(sources: Sequence[str]) -> BuildFiles | NoFiles:
        found: BuildFiles | NoFiles = read(sources)
        if isinstance(found, BuildContext):
            entries = [_as_in_git(entry) for entry in found.entries]
            told = Told(_churn(case.history), case.untracked, case.unshared, case.ignored)
            found = found.told(told, entries)
        for path, content in (edited or {}).items():
            if not isinstance(found, NoFiles):
                found = found.edited(path, _text(content))
        return found

    return find


def _as_in_git(entry: Entry) -> Entry:
    """Folders have the permissions 755, whatever they were checked out or unpacked with."""
    return msgspec.structs.replace(entry, mode=0o755) if entry.kind is Kind.FOLDER else entry


def _churn(history: Mapping[str, int]) -> Churn:
    return Churn(tuple(frozenset([path]) for path, times in history.items() for _ in range(times)))


def _check_context(case: Case, result: Rewrite) -> None:
    """The files that come in or change, and no others."""
    if case.context is None:
        _expect(not case.context_after, "there is a context-after, but no context")
        return
    edited = {Path(file.path).relative_to(case.context).as_posix(): file.after for file in result.files}
    _expect(
        sorted(edited) == sorted(case.context_after),
        f"these files of the context are edited: {sorted(edited)}, and not: {sorted(case.context_after)}",
    )
    for path, text in edited.items():
        _expect_text(text, _text(case.context_after[path]), f"{path} is not what the fixture says")


def _check_report(case: Case, result: Rewrite) -> None:
    told = bool(result.refusals or result.applied)
    if case.quiet:
        _expect(not told, f"a quiet case reports {result.refusals or result.applied}")
    else:
        _expect(told, "nothing changes and nothing says why: add a refusal, or `quiet = true` to options.toml")


def _check_comments(result: Rewrite) -> None:
    """Each line that begins with ``#``, those inside instructions and here-documents too, is still one.

    Those of a stage that is gone are left to validation, and to what the fixture says.
    """
    if any(each.delta.removed_stages for each in result.applied):
        return
    before, after = (
        Counter(line.strip() for line in text.split("\n") if line.lstrip(" \t").startswith("#"))
        for text in (result.before, result.after)
    )
    lost = before - after
    _expect(not lost, f"comments are lost: {sorted(lost)}")


def _check_official_parser(result: Rewrite) -> None:
    """What BuildKit's own parser (the package ``dockerfile``, if installed) read before, it reads after.

    The package ends the process on text with surrogates, so a file that is not UTF-8 is left out.
    """
    if find_spec("dockerfile") is None or any("\ud800" <= character <= "\udfff" for character in result.before):
        return
    official: Any = import_module("dockerfile")
    try:
        official.parse_string(result.before)
    except official.GoParseError:
        return
    try:
        official.parse_string(result.after)
    except official.GoParseError as error:
        raise AssertionError(f"the official parser does not read the result: {error}") from error


def _text(content: bytes) -> str:
    return Source.from_bytes(content).text


def _expect(condition: bool, otherwise: str) -> None:
    if not condition:
        raise AssertionError(otherwise)


def _expect_text(text: str, expected: str, otherwise: str = "the result is not what the fixture says") -> None:
    if text == expected:
        return
    lines = unified_diff(_lines(expected), _lines(text), "expected", "result", lineterm="")
    raise AssertionError("\n".join((otherwise, *lines)))


def _lines(text: str) -> list[str]:
    r"""With every character visible that could hide: ``\r``, tabs, surrogates."""
    return [repr(line)[1:-1] for line in text.split("\n")]
