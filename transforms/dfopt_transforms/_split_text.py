"""The COPYs that bring a part of what another one brings, written as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from dfopt.expression import Expression
from dfopt.facts.installs.project import Refused
from dfopt.model.build_files import BuildFiles
from dfopt.model.placed import Placed
from dfopt.syntax.nodes import Copy, Dockerfile

PLAIN: Final = Expression(r"[\w./@+-]+")
_MOST: Final = 12
"""More COPYs than that nobody wants to read."""
UNSHARED: Final = (
    "a file that git does not track would have to be copied by its name, and another checkout may be without it: "
    "add it to git"
)
HISTORY: Final = "a folder of version control would have to be copied by its name"
NOT_PLAIN: Final = "what the install reads lies in too many folders, or has names that need quotes"
_OF_INSTALL: Final = Expression(r"(?i)depend|install|requirement|package|manifest|\block|\bmodule|\bgems?\b")


def keeps_comments(copy: Copy) -> bool:
    """True if the comments above a COPY speak of the install rather than of the sources."""
    return any(_OF_INSTALL.search(comment.text) for comment in copy.comments)


def first_copies(
    dockerfile: Dockerfile, copy: Copy, own: Placed, needed: Sequence[str], files: BuildFiles, most: int = _MOST
) -> tuple[str, ...] | Refused:
    """One COPY for each folder; refused if that cannot be written plainly, or not for all who build the image."""
    folders: dict[str, list[str]] = {}
    for path in needed:
        folders.setdefault(path.rpartition("/")[0], []).append(path)
    sources = [own.paths[path] for path in needed]
    if missing := unshared(own.paths.values(), sources, files):
        return Refused(UNSHARED, missing)
    if len(folders) > most or not all(map(PLAIN.fullmatch, sources)):
        return Refused(NOT_PLAIN)
    renamed = any(_name(own.paths[path]) != _name(path) for path in needed)
    if renamed or not PLAIN.fullmatch(copy.destination.text.replace("$", "").replace("{", "").replace("}", "")):
        return Refused(NOT_PLAIN)
    return tuple(
        _text(dockerfile, copy, [own.paths[path] for path in paths], _target(copy, own, folder))
        for folder, paths in folders.items()
    )


def unshared(brought: Iterable[str], named: Iterable[str], files: BuildFiles) -> str:
    """The first path of the context that no COPY may name, as another checkout may be without it; empty for none.

    No pattern that may match nothing stands for it: Podman and Buildah want a match for each source.
    If a COPY brings nothing that git has, something else makes what it brings, wherever the image is built.
    """
    left_out = files.unshared
    if not left_out or left_out.issuperset(brought):
        return ""
    return next((path for path in named if path in left_out), "")


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _target(copy: Copy, own: Placed, folder: str) -> str:
    """The destination for the files of a folder: that of the COPY, and what lies below."""
    text = copy.destination.text
    written = text[:-1] if text.endswith("/.") else "./" if text == "." else text
    below = folder.removeprefix(own.folder.rstrip("/")).lstrip("/")
    start = written if written.endswith("/") else f"{written}/"
    return f"{start.removeprefix('./')}{below}/" if below else start


def _text(dockerfile: Dockerfile, copy: Copy, sources: Sequence[str], target: str) -> str:
    keyword = dockerfile.source.slice(copy.keyword_span)
    flags = [dockerfile.source.slice(flag.span) for flag in copy.flags]
    words = [*sources, target]
    quoted = ", ".join(f'"{word}"' for word in words)
    said = f"[{quoted}]" if copy.is_json else " ".join(words)
    return " ".join((keyword, *flags, said))
