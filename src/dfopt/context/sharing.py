"""Which other Dockerfiles are built from the same build context, and so read the same ignore file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from dfopt.context.build_context import own_ignore_file
from dfopt.context.callers import Call, calls, from_input, may_call, named_files
from dfopt.context.orders import Order, may_order, orders_in, orders_of
from dfopt.context.repository import folders_around, up_to_repository
from dfopt.context.root import BY_VARIABLE, find_root, may_be_root, ordered_root
from dfopt.discovery import Found, discover, files_below, kind_of, may_be
from dfopt.errors import DockerfileSyntaxError
from dfopt.facts.context_sources import context_sources
from dfopt.facts.facts import Facts
from dfopt.model.build_files import NoFiles, Sharer
from dfopt.model.copy_sources import is_remote
from dfopt.source import Source
from dfopt.syntax.parser import parse

MANY = 500
"""Dockerfiles below a context above which nobody looks into them."""
LARGEST = 5_000_000
"""Bytes of a file that may be a Dockerfile."""

TEMPLATE = "a template in its build context may become a Dockerfile that needs what would be left out"
NAMED = (
    "a compose or bake file gives its build context to another build by a name, which may need what would be left out"
)
FROM_INPUT = "a script gives a builder a Dockerfile that is no file, which may need what would be left out"
UNREADABLE = "what another Dockerfile takes from its build context is not known"


def sharers_of(dockerfile: Path, root: Path, *, given: bool) -> Sequence[Sharer] | NoFiles:
    """The Dockerfiles that may be built from a context and have no ignore file of their own.

    They lie below it, or a file orders them, or one that calls a builder names them. ``given`` says that somebody
    named the context: then it is taken to be that of all of them.
    """
    if own_ignore_file(dockerfile).is_file():
        return ()
    top = os.path.realpath(root)
    found = _below(top)
    if found.templates:
        return NoFiles(TEMPLATE, os.path.relpath(found.templates[0], root))
    if found.problems or len(found.targets) > MANY:
        return NoFiles(UNREADABLE, found.problems[0][0] if found.problems else f"there are {len(found.targets)}")
    ordered = list(_orders_for(top))
    named = next((order for order in ordered if top in order.named), None)
    if named:
        return NoFiles(NAMED, named.origin)
    unknown = next((each for each in ordered if None in each.named or (each.dockerfile or each.inline) is None), None)
    if unknown:
        return NoFiles(BY_VARIABLE, unknown.origin)
    paths = {target.real for target in found.targets} | {order.dockerfile for order in ordered if order.dockerfile}
    calling, repository = _calling(top)
    given_by = from_input(calling, Path(top), repository)
    if given_by is not None:
        return NoFiles(FROM_INPUT, os.path.relpath(given_by, root))
    paths |= named_files(calling, Path(top), repository)
    inline = [Sharer(Source(order.inline, order.origin), False) for order in ordered if order.inline]
    return _sharers(os.path.realpath(dockerfile), root, sorted(paths), inline, given=given)


def _orders_for(top: str) -> Iterator[Order]:
    """The builds that take something from a folder, as the files in it and above say, and others of the repository.

    What these leave to a variable is taken for another folder.
    """
    folders = folders_around(Path(top))
    near = list(orders_in(folders))
    yield from (order for order in near if order.context in (None, top) or not {None, top}.isdisjoint(order.named))
    others = orders_of(path for path in _read_below(str(folders[-1])).ordering if path.parent not in folders)
    for order in others:
        is_built = order.context == top and (order.dockerfile is not None or order.inline is not None)
        if is_built or top in order.named:
            yield order


@lru_cache(maxsize=16)
def _calls_below(root: str) -> Sequence[Call]:
    return calls(_read_below(root).calling)


def _calling(top: str) -> tuple[Sequence[Call], Path]:
    """What the scripts of a repository say that call a builder, and its folder."""
    repository = folders_around(Path(top))[-1]
    return _calls_below(str(repository)), repository


def _sharers(
    own: str, root: Path, paths: Sequence[str], found: list[Sharer], *, given: bool
) -> Sequence[Sharer] | NoFiles:
    for path in paths:
        other = Path(path)
        if path == own or own_ignore_file(other).is_file() or not other.is_file():
            continue
        read = _read(path, other.stat().st_mtime_ns)
        if isinstance(read, NoFiles):
            return read
        source, sources = read
        ordered = ordered_root(other)
        if sources and (_is(root, ordered) or (not isinstance(ordered, Path) and _may_be(root, other, sources))):
            is_certain = given or _is(root, find_root(other, sources))
            found.append(Sharer(source, is_certain and _rank(path) < _rank(own)))
    return found


def _may_be(root: Path, dockerfile: Path, sources: Sequence[str]) -> bool:
    """True if nothing speaks against a folder as the context of a Dockerfile that no file orders."""
    above = list(up_to_repository(dockerfile.parent)) or dockerfile.parents
    return may_be_root(root, above, sources)


def _is(root: Path, found: Path | NoFiles | None) -> bool:
    return isinstance(found, Path) and os.path.realpath(found) == os.path.realpath(root)


def _rank(path: str) -> tuple[bool, int, str]:
    """What a run over the folder finds comes first, then what is higher up."""
    return kind_of(os.path.basename(path)) is None, path.count(os.sep), path


@lru_cache(maxsize=64)
def _below(root: str) -> Found:
    return discover([root], may_be)


class _Speaking(msgspec.Struct, frozen=True):
    """The files of a repository that order builds, and those that may call a builder."""

    ordering: tuple[Path, ...]
    calling: tuple[Path, ...]


@lru_cache(maxsize=64)
def _read_below(root: str) -> _Speaking:
    """Those below a folder, without what nobody can read."""
    paths = sorted(files_below(root, {}))
    ordering = tuple(Path(path) for path in paths if may_order(os.path.basename(path)))
    return _Speaking(ordering, tuple(Path(path) for path in paths if may_call(path)))


@lru_cache(maxsize=2000)
def _read(path: str, changed: int) -> tuple[Source, tuple[str, ...]] | NoFiles:
    """A Dockerfile and the sources that are known; without any it takes nothing, or is none that can be built."""
    del changed
    name = os.path.basename(path)
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        return NoFiles(UNREADABLE, f"{name}: {error.strerror}")
    source = Source.from_bytes(data, path)
    try:
        sources = [value or "." for _, _, value in context_sources(Facts(parse(source)))]
    except DockerfileSyntaxError:
        sources = []
    return source, tuple(each for each in sources if not is_remote(each))
