"""Files that only this checkout has: COPY from a stage fails for them where somebody else builds."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator

from dfopt.facts.folders import is_in
from dfopt.facts.layout import Laid
from dfopt.knowledge.base_files import SETTINGS
from dfopt.knowledge.source_code import CREDENTIALS, VERSION_CONTROL, Language
from dfopt.model.build_files import Kind
from dfopt_transforms._split_text import HISTORY
from dfopt_transforms._stages_parts import Old, RefusedError
from dfopt_transforms._stages_source import sources

UNTRACKED = "a file that git does not track would have to be copied by its name"
IGNORED = "the program reads a file that git ignores: a build that has it would lose it"


def check_tracked(old: Old, paths: Iterable[str]) -> None:
    """Raises RefusedError for a path of which nothing is there in another checkout.

    A COPY of which git tracks nothing brings what something else makes, wherever the image is built.
    """
    untracked = old.files.untracked if old.files else frozenset[str]()
    files = [each for each in old.laid if each.copy in old.head and each.entry.kind is not Kind.FOLDER]
    partly = {each.copy.span for each in files if each.entry.path not in untracked}
    for path in paths:
        own = [each for each in files if is_in(each.path, path)]
        if own and not VERSION_CONTROL.isdisjoint(path.split("/")):
            raise RefusedError(HISTORY, own[0].entry.path)
        if own and all(each.entry.path in untracked and each.copy.span in partly for each in own):
            raise RefusedError(UNTRACKED, own[0].entry.path)


def check_ignored(old: Old, language: Language, named: Collection[str]) -> None:
    """Raises RefusedError for settings and keys that are read, and lie where somebody builds, but in no checkout.

    ``named`` are the paths of what is not in this one, among which the program makes others by itself.
    """
    read = [*named, *_by_libraries(old, language, named)]
    sources_of = {_source(old, path) for path in read if SETTINGS.fullmatch(path) or CREDENTIALS.fullmatch(path)}
    wanted = sources_of - {"", *(posixpath.normpath(each.source) for each in old.lacking)}
    if found := sorted(old.files.left_to_others(wanted) if old.files and wanted else ()):
        raise RefusedError(IGNORED, found[0])


def _by_libraries(old: Old, language: Language, named: Collection[str]) -> Iterator[str]:
    """What libraries for settings read: a file of a name of their own, or with an extension of theirs."""
    texts = [text for _, text in sources(old, language)]
    if any(language.reads_env.search(text) for text in texts):
        yield posixpath.join(old.folder, ".env")
    if any(language.adds_extensions.search(text) for text in texts):
        yield from (f"{path}.{extension}" for path in named for extension in _EXTENSIONS)


_EXTENSIONS = ("yaml", "yml", "json", "toml", "env", "properties", "ini")


def _source(old: Old, path: str) -> str:
    """Where in the context a file lies that comes to a path with a folder; empty if none does."""
    folder, inner = posixpath.split(path)
    while folder != "/":
        for each in old.laid:
            if each.copy in old.head and posixpath.dirname(each.path) == folder and _is_of_folder(each):
                return posixpath.join(posixpath.dirname(each.entry.path), inner)
        folder, last = posixpath.split(folder)
        inner = posixpath.join(last, inner)
    return ""


def _is_of_folder(each: Laid) -> bool:
    """True for what came with the folder that it lies in: no source names it."""
    texts = [source.text for source in each.copy.sources]
    return not any(re.search(r"[*?\[$]", text) or posixpath.normpath(text) == each.entry.path for text in texts)
