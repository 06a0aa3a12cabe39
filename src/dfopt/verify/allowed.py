"""What may differ between the images: what the patches declared, as paths that may go and parts that may change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import translate

import msgspec

from dfopt.edits import Delta
from dfopt.knowledge.package_managers import MANAGERS, Manager
from dfopt.model.build_files import folders_above
from dfopt.model.ignore import glob
from dfopt.verify.entries import Kind, Placed
from dfopt.verify.findings import Finding, What

_CONFIG = {
    "CMD": "Cmd",
    "ENTRYPOINT": "Entrypoint",
    "EXPOSE": "ExposedPorts",
    "HEALTHCHECK": "Healthcheck",
    "LABEL": "Labels",
    "MAINTAINER": "Labels",
    "STOPSIGNAL": "StopSignal",
    "USER": "User",
}
_HOME = r"(?:/root|/home/[^/]+|/usr/local/[^/]+|/opt/[^/]+|/var/[^/]+(?:/[^/]+)?)"
"""Where the home of a user may be."""


class Allowed(msgspec.Struct, frozen=True):
    """What is declared. ``files`` is False where the files are another set on purpose, and are not compared."""

    gone: tuple[str, ...] = ()
    """Expressions for whole paths that may go, with all below them."""
    config: frozenset[str] = frozenset()
    """Names of what findings about the config are about, up to a colon or in full."""
    patterns: tuple[str, ...] = ()
    """Expressions for whole paths that may differ in any way, as the user asked, or since other files are taken."""
    files: bool = True


def allowed(deltas: Iterable[Delta], patterns: Iterable[str] = ()) -> Allowed:
    """What the deltas of the patches declare, and the user's own globs."""
    gone: dict[str, None] = {}
    config: set[str] = set()
    files = True
    any_way = [translate(glob) for glob in patterns]
    for delta in deltas:
        any_way += [_anywhere(pattern) for pattern in delta.left_out]
        gone.update(dict.fromkeys(_gone(delta)))
        for differs in delta.differs:
            gone.update(dict.fromkeys(_glob(path) for each in differs.commands for path in each.gone))
            config.update(_CONFIG.get(keyword, keyword) for keyword in differs.config)
            config.update(f"Env: {name}" for name in differs.variables)
            files = files and not (differs.base or differs.packages)
            files = files and (differs.is_same or not (differs.added or differs.removed or differs.flags))
            files = files and all(each.is_same for each in differs.commands)
        if delta.split:
            config.update(f"Env: {name}" for name in delta.split.variables)
        files = files and not (delta.added_stages or delta.split)
    return Allowed(tuple(gone), frozenset(config), tuple(any_way), files)


def _gone(delta: Delta) -> Iterator[str]:
    for command in (*delta.added_commands, *delta.dropped_commands):
        yield from _removed(command)
    for name, _ in (*delta.added_options, *delta.dropped_options):
        yield from _caches(manager for manager in MANAGERS if re.fullmatch(manager.commands, name))


def _removed(command: Sequence[str]) -> Iterator[str]:
    """What a cleanup removes: the paths in it, or the caches of the manager that it calls."""
    if command[0] == "rm":
        yield from (_glob(word) for word in command[1:] if not word.startswith("-"))
    else:
        yield from _caches(manager for manager in MANAGERS if re.fullmatch(manager.commands, command[0]))


def _caches(managers: Iterable[Manager]) -> Iterator[str]:
    for manager in managers:
        for path in (*manager.cache_paths, manager.index_path):
            if path:
                yield re.sub(r"\\\{\w+\\\}", lambda _: _HOME, re.escape(path))


def _anywhere(pattern: str) -> str:
    """A pattern of an ignore file, in whatever folder of the image it comes to lie."""
    name = glob(pattern.rpartition("/")[2]).pattern.removesuffix(r"\Z")
    return f"(?:/.*)?/(?:{name})(?:/.*)?"


def _glob(word: str) -> str:
    return re.escape(word).replace(r"\*", "[^/]*").replace(r"\?", "[^/]")


def marked(findings: Iterable[Finding], allowed: Allowed, files: Mapping[str, Placed]) -> Iterator[Finding]:
    """The findings, each with whether it was declared; ``files`` are those of the image before."""
    gone = re.compile("|".join(f"(?:{path})(?:/.*)?" for path in allowed.gone) or "(?!)", re.DOTALL)
    any_way = re.compile("|".join(allowed.patterns) or "(?!)")
    found = list(findings)
    going = {each.path for each in found if each.what is What.GONE and gone.fullmatch(each.path)}
    emptied = _emptied({each.path for each in found if each.what is What.GONE}, going, files)
    for each in found:
        if each.what is What.CONFIG:
            ok = each.path in allowed.config or each.path.partition(":")[0] in allowed.config
        elif each.what in (What.PACKAGE, What.RUN):
            ok = each.what is What.PACKAGE and not allowed.files
        else:
            ok = each.path in going or each.path in emptied or not allowed.files or bool(any_way.fullmatch(each.path))
        yield msgspec.structs.replace(each, declared=True) if ok else each


def _emptied(gone: set[str], going: set[str], files: Mapping[str, Placed]) -> set[str]:
    """Folders that are gone, in which there was nothing but what may go: a cache's parents."""
    candidates = {path for path in gone - going if path in files and files[path].entry.kind is Kind.FOLDER}
    if not candidates or not going:
        return set()
    kept: set[str] = set()
    holds: set[str] = set()
    for path in files:
        parents = [parent for parent in folders_above(path) if parent in candidates]
        if path in going:
            holds.update(parents)
        elif path not in candidates:
            kept.update(parents)
    return (candidates & holds) - kept
