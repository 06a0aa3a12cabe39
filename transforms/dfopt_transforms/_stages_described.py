"""The texts that say which packages a program is installed with, and those that these name."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from dfopt.facts.folders import is_in
from dfopt.facts.installs.requirements import included, others
from dfopt.model.build_files import Kind
from dfopt.shell.nodes import Word, static_text
from dfopt.syntax.nodes import Run
from dfopt_transforms._stages_parts import Old, RefusedError, as_installer

UNKNOWN = "which packages are installed is not known"
DESCRIPTIONS = re.compile(
    r"(?:.*[-_.])?(?:requirements|constraints)[\w.-]*\.(?:txt|in|pip)|package-lock\.json|npm-shrinkwrap\.json|.*\.lock|"
    r"pnpm-lock\.yaml|pyproject\.toml|setup\.(?:py|cfg)|Pipfile|package\.json|Gemfile|composer\.json|.*\.gemspec"
)
"""Names of files that say which packages a program needs."""
_CHOICES = re.compile(r"(?m)^\[package\.extras\]\r?\n(?:(?!\[).*\n?)*")
"""What packages in a poetry.lock could need besides: one that is installed has an entry of its own."""
_PROJECTS = re.compile(r"pyproject\.toml|setup\.(?:py|cfg)")
_LISTS = re.compile(r"[\w.+/-]+\.(?:txt|in|pip)\b")
_INSTALLERS = frozenset("pip npm yarn pnpm gem uv poetry pipenv composer".split())
_TAKES_LISTS = frozenset({"pip", "pip-sync", "uv"})


def described(old: Old) -> Iterator[tuple[str, str]]:
    """The names of packages that RUNs give, and the files that name others, each with where that is.

    Raises RefusedError if one of them cannot be read.
    """
    read: dict[str, str] = {}
    for done in old.builds:
        for view, folder in zip(done.commands, done.places, strict=True):
            view = as_installer(view)
            words = [_text(word) for word in view.words]
            base = (view.base or "").rstrip("0123456789.")
            if base in _INSTALLERS:
                _check_names(words)
                yield "\n".join(words), "a RUN"
            _lists(old, done.run, base, words, folder, read)
    for each in old.laid:
        base = posixpath.basename(each.path)
        if each.entry.kind is Kind.FILE and old.files is not None and DESCRIPTIONS.fullmatch(base):
            text = read.setdefault(each.path, old.text(each.path))
            for name in _LISTS.findall(text) if _PROJECTS.fullmatch(base) else included(text):
                _follow(old, posixpath.join(posixpath.dirname(each.path), name), read)
    entries = {each.path: each.entry.path for each in old.laid}
    yield from ((_CHOICES.sub("", text), entries.get(path, path)) for path, text in read.items())


def requirements(old: Old, run: Run, base: str, words: Sequence[str], folder: str) -> list[str]:
    """What is in the files that a command of pip names, and in those that these name.

    Raises RefusedError if one of them cannot be read.
    """
    read: dict[str, str] = {}
    _lists(old, run, base, words, folder, read)
    return list(read.values())


def _lists(old: Old, run: Run, base: str, words: Sequence[str], folder: str, read: dict[str, str]) -> None:
    if base not in _TAKES_LISTS:
        return
    for name in others(words):
        path = posixpath.normpath(posixpath.join(folder, name))
        if "$" in name or "://" in name:
            raise RefusedError(UNKNOWN, name)
        if text := _mounted(old, run, path):
            read[path] = text
        elif old.is_laid(path):
            _follow(old, path, read)
        elif not _is_made(old, path):
            raise RefusedError(UNKNOWN, path)
    for word in words:
        path = posixpath.normpath(posixpath.join(folder, word))
        if any(each.path == path and each.entry.kind is Kind.FILE for each in old.laid):
            _follow(old, path, read)


def _check_names(words: Sequence[str]) -> None:
    """Raises RefusedError if a variable or a command gives the name of a package."""
    if _INSTALLS.isdisjoint(words[:2]):
        return
    for before, word in zip(("", *words), words, strict=False):
        if word.startswith("$") and (not before.startswith("-") or before in _FLAGS):
            raise RefusedError(UNKNOWN, "a word that a variable or a command gives")


_INSTALLS = frozenset({"install", "add", "i"})
_FLAGS = frozenset("--no-cache-dir --upgrade -U --quiet -q --no-deps --pre --user --no-input -g --global -D -e".split())


def _text(word: Word) -> str:
    """A word, with a sign for what is expanded in it."""
    return word.value or "".join(static_text((part,)) or "$" for part in word.parts)


def _is_made(old: Old, path: str) -> bool:
    """True if a RUN writes a file: it is redirected there, or given its name for another purpose than to install."""
    if any(path in each.made for each in old.builds):
        return True
    name = posixpath.basename(path)
    for view in (view for each in old.builds for view in each.commands):
        words = [word.value or "$" for word in view.words]
        given = {posixpath.basename(each) for each in others(words)}
        if name not in given and any(posixpath.basename(word.rpartition("=")[2]) == name for word in words):
            return True
    return False


def _follow(old: Old, path: str, read: dict[str, str]) -> None:
    path = posixpath.normpath(path)
    if path in read:
        return
    if text := old.text(path):
        read[path] = text
        for name in included(text):
            _follow(old, posixpath.join(posixpath.dirname(path), name), read)


def _mounted(old: Old, run: Run, path: str) -> str:
    """The content of a file that a RUN mounts; empty if it does not."""
    for mount in old.facts.mounts(run):
        if mount.type == "bind" and "from" not in mount.fields and old.files is not None:
            if path.endswith(f"/{(mount.target or '').strip('/')}"):
                inside = mount.source
            elif is_in(path, mount.target or ""):
                inside = posixpath.join(mount.source, posixpath.relpath(path, mount.target))
            else:
                continue
            content = old.files.read(posixpath.normpath(inside).lstrip("/"))
            return "" if content is None else content.decode("utf-8", "replace")
    return ""
