"""Where the build context of a Dockerfile is: given by somebody, ordered by a compose or bake file, or the only place
where it can be."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from dfopt.context.build_context import BuildContext, read_context
from dfopt.context.orders import orders_in
from dfopt.errors import ConfigError, DockerfileSyntaxError
from dfopt.model.build_files import BuildFiles, FilesOf, NoFiles, Starter
from dfopt.model.copy_sources import copy_source
from dfopt.model.ignore import PatternError
from dfopt.source import Source

UNKNOWN = NoFiles(
    "the build context is not known", "give it with --context, or with the setting `context` in dfopt.toml"
)
UNREADABLE = "the build context cannot be read"
BY_VARIABLE = "a variable in a compose or bake file decides what the build context is"
SEVERAL = "compose or bake files name several build contexts for it"


def files_of(dockerfile: Path, given: str = "", *, writable: bool = True) -> FilesOf:
    """How to find and read the context of a Dockerfile; ``given`` is a folder that somebody named.

    ``writable`` says that the Dockerfile is a file, beside which others may be written.
    """

    def find(sources: Sequence[str]) -> BuildFiles | NoFiles:
        root = Path(given) if given else find_root(dockerfile, sources)
        if isinstance(root, NoFiles):
            return root
        try:
            return _read(dockerfile, root, bool(given)) if writable else read_context(dockerfile, root)
        except ConfigError as error:
            return NoFiles(UNREADABLE, str(error))

    return find


def _read(dockerfile: Path, root: Path, given: bool) -> BuildContext:
    from dfopt.context.sharing import sharers_of

    return read_context(
        dockerfile, root, partial(sharers_of, dockerfile, root, given=given), partial(started_by_orders, dockerfile)
    )


def started_by_orders(dockerfile: Path) -> list[Starter]:
    """What the compose files of the folders above a Dockerfile start in its image."""
    real = os.path.realpath(dockerfile)
    folder = Path(real).parent
    orders = orders_in(list(up_to_repository(folder)) or [folder])
    return [start for order in orders if order.dockerfile == real for start in order.starts]


def find_root(dockerfile: Path, sources: Sequence[str]) -> Path | NoFiles:
    """The context that compose and bake files name, else the only folder that can be it."""
    ordered = ordered_root(dockerfile)
    return _only_folder(dockerfile, sources) if ordered is None else ordered


def ordered_root(dockerfile: Path) -> Path | NoFiles | None:
    """The context that the compose and bake files of the folders above name for a Dockerfile; None if none does."""
    real = Path(os.path.realpath(dockerfile))
    roots: dict[str, None] = {}
    unclear = ""
    for order in orders_in(list(up_to_repository(real.parent)) or [real.parent]):
        if order.dockerfile == str(real) and order.context is not None:
            roots[order.context] = None
        elif order.dockerfile is None and order.inline is None and order.name in (None, real.name):
            unclear = order.origin
    if unclear and not roots:
        return NoFiles(BY_VARIABLE, unclear)
    if len(roots) > 1:
        return NoFiles(SEVERAL, ", ".join(os.path.relpath(root, real.parent) for root in roots))
    return Path(next(iter(roots))) if roots else None


def _only_folder(dockerfile: Path, sources: Sequence[str]) -> Path | NoFiles:
    """The context if there is one folder only, from that of the Dockerfile up to its repository, that has all sources.

    What is not in a repository may be built from anywhere.
    """
    folders = up_to_repository(dockerfile.resolve().parent)
    fitting = [folder for folder in folders if has_all(folder, sources)]
    return fitting[0] if len(fitting) == 1 else UNKNOWN


def likely_root(dockerfile: Path) -> Path:
    """The context that is found, else the folder of the Dockerfile: for what only looks at it, or builds from it."""
    try:
        found = find_root(dockerfile, _sources(dockerfile))
    except (OSError, DockerfileSyntaxError):
        return dockerfile.parent
    if isinstance(found, NoFiles) or found == dockerfile.parent.resolve():
        return dockerfile.parent
    return Path(os.path.relpath(found))


def _sources(dockerfile: Path) -> list[str]:
    from dfopt.facts.context_sources import context_sources
    from dfopt.facts.facts import Facts
    from dfopt.syntax.parser import parse

    facts = Facts(parse(Source.from_bytes(dockerfile.read_bytes(), str(dockerfile))))
    return [value for _, _, value in context_sources(facts) if value is not None]


def has_all(folder: Path, sources: Sequence[str]) -> bool:
    """True if all sources are in a folder; of a pattern, the folder that it begins with."""
    return all(_is_there(folder, source) for source in sources)


def may_be_root(folder: Path, others: Iterable[Path], sources: Sequence[str]) -> bool:
    """True if no other folder has all that a folder has of some sources, and more of them.

    What is in none of them is made before the build, and says nothing.
    """
    own = {source for source in sources if _is_there(folder, source)}
    return not any(own < {source for source in sources if _is_there(other, source)} for other in others)


def up_to_repository(folder: Path) -> Iterator[Path]:
    """The folder and those above it up to the one that git tracks; nothing outside a repository."""
    found: list[Path] = []
    for each in (folder, *folder.parents):
        found.append(each)
        if os.path.lexists(each / ".git"):
            yield from found
            return


def _is_there(folder: Path, source: str) -> bool:
    try:
        wanted = copy_source(source)
    except PatternError:
        return False
    if wanted.pattern is None:
        return os.path.lexists(folder / wanted.path)
    fixed: list[str] = []
    for part in wanted.path.split("/"):
        if any(character in part for character in "*?[\\"):
            break
        fixed.append(part)
    return os.path.isdir(folder.joinpath(*fixed))
