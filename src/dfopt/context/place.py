"""The files of the build context of a Dockerfile: given by somebody, or where it is found to be."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from dfopt.context.build_context import BuildContext, read_context
from dfopt.context.orders import orders_in
from dfopt.context.repository import folders_around
from dfopt.context.root import find_root
from dfopt.errors import ConfigError, DockerfileSyntaxError
from dfopt.model.build_files import BuildFiles, FilesOf, NoFiles, Starter
from dfopt.source import Source

UNREADABLE = "the build context cannot be read"


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
    orders = orders_in(folders_around(folder))
    return [start for order in orders if order.dockerfile == real for start in order.starts]


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
