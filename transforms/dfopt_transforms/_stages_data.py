"""The files that a program may open: those of its sources that are no code, and what a RUN puts beside them."""

from __future__ import annotations

import posixpath

from dfopt.facts.folders import is_in
from dfopt.facts.layout import Laid
from dfopt.knowledge import system_libraries
from dfopt.knowledge.source_code import DESCRIPTION_FOLDERS, DESCRIPTIONS, TEXTS, Language
from dfopt.model.build_files import Kind
from dfopt_transforms._stages_generated import generated
from dfopt_transforms._stages_linked import linked
from dfopt_transforms._stages_names import Names, embedded, names
from dfopt_transforms._stages_parts import Needs, Old, RefusedError, is_removed, tree_of
from dfopt_transforms._stages_reach import Reached
from dfopt_transforms._stages_source import Shown, sources
from dfopt_transforms._stages_tracked import check_ignored, check_tracked

TOO_MANY = "too many files would have to be copied one by one"
_MOST_PATHS = 12


def data(
    old: Old, reached: Reached, needs: Needs, trees: list[str], language: Language, source: Shown, made: dict[str, str]
) -> None:
    """Notes what a program may open; ``made`` is what RUNs put into the folders that it is built in, and how.

    Raises RefusedError.
    """
    if not source.files:
        for path, how in made.items():
            needs.copy(path, f"{how} makes it, and nothing removes it")
        return
    named = names(old, reached, language, trees)
    fronts = generated(old, needs, trees, language, named)
    who = source.reads or source.libraries or _linked(old)
    if not source.reads:
        inside = embedded(old, language, trees)
        for path in [path for path in named.laid if any(is_in(path, each) for each in inside)]:
            del named.laid[path]
    if not who and not named.laid and not any(_is_named(path, named) for path in made):
        needs.opens_none = True
        needs.evidence.append(
            "the program opens no files: "
            f"no call that does and no name of one in {source.files} files of {language.name}"
        )
        return
    check_ignored(old, language, named.others)
    inputs = {path for each in old.builds for path in each.named}
    for tree in trees:
        if not _is_reached(old, tree, language) and not any(is_in(path, tree) for path in named.laid):
            needs.evidence.append(f"nothing leads to {tree}: a container starts in {old.folder}")
            continue
        own = [each for each in old.laid if each.copy in old.head and each.path.startswith(tree.rstrip("/") + "/")]
        files = [each for each in own if each.entry.kind is not Kind.FOLDER]
        kept = {
            each.path: _why(each, language, tree, named, who, inputs)
            for each in files
            if not any(is_in(each.path, front) for front in fronts)
        }
        kept = {path: why for path, why in kept.items() if why}
        beside = {posixpath.dirname(path) for path in kept} - {tree}
        code = {posixpath.dirname(each.path) for each in files if _is_compiled(each, language, tree)}
        for each in files:
            folder, name = posixpath.split(each.path)
            if folder in beside and language.sources.fullmatch(name) and not _is_compiled(each, language, tree):
                kept.setdefault(each.path, "it lies beside what may be opened, and is not compiled")
            elif DESCRIPTIONS.fullmatch(name) and folder not in code and any(is_in(folder, top) for top in beside):
                kept.setdefault(each.path, "it lies where there is no code, and what may be opened")
        for path in _grouped(set(kept), {each.path for each in files} - kept.keys(), tree):
            if not is_removed(path, old.done) and path not in needs.copied:
                check_tracked(old, [path])
                needs.copy(path, kept.get(path) or next(why for at, why in kept.items() if is_in(at, path)))
    for path, how in made.items():
        name = posixpath.basename(path)
        if _is_named(path, named) or (who and not _is_of_build(name, language) and tree_of(path, trees)):
            needs.copy(path, f"{how} makes it, and nothing removes it")
    if len(needs.paths()) > _MOST_PATHS:
        raise RefusedError(TOO_MANY, f"{len(needs.paths())} paths")


def _is_named(path: str, named: Names) -> bool:
    return any(is_in(path, each) or is_in(each, path) for each in (*named.laid, *named.others))


def _linked(old: Old) -> str:
    """A library that is not of the language, and may open files; empty if there is none."""
    others = {library: who for library, who in linked(old).items() if library not in system_libraries.OPEN_NONE}
    return next((f"{library}, in {who}," for library, who in others.items()), "")


def _why(each: Laid, language: Language, tree: str, named: Names, who: str, inputs: set[str]) -> str:
    """What shows that a file may be opened; empty if nothing does."""
    if each.path in named.laid:
        return f"{named.laid[each.path]} names it"
    name = posixpath.basename(each.path)
    is_text = TEXTS.fullmatch(name) is not None
    if not _is_compiled(each, language, tree) and named.are_of(each.path):
        return f"{next(other for path, other in named.laid.items() if is_in(each.path, path))} names where it lies"
    if named.texts and is_text and posixpath.dirname(each.path) != tree:
        return f"{named.texts} names files like it"
    if who and not _is_build(each, language, tree, inputs):
        return f"{who} may open it: it is neither code nor part of the build"
    return ""


def _is_compiled(each: Laid, language: Language, tree: str) -> bool:
    """True for source that the tool chain takes, and for what tells it how to build."""
    relative, name = posixpath.relpath(each.path, tree), posixpath.basename(each.path)
    if language.sources.fullmatch(name):
        return language.compiled.fullmatch(relative) is not None
    return language.builds.fullmatch(name) is not None


def _is_of_build(name: str, language: Language) -> bool:
    """True for the name of a file that is source, or for those who build."""
    expressions = (language.sources, language.builds, DESCRIPTIONS)
    return any(expression.fullmatch(name) for expression in expressions)


def _is_build(each: Laid, language: Language, tree: str, inputs: set[str]) -> bool:
    relative = posixpath.relpath(each.path, tree)
    name = posixpath.basename(relative)
    folders = relative.split("/")[:-1]
    return (
        each.path in inputs
        or _is_of_build(name, language)
        or language.tests.fullmatch(relative) is not None
        or language.builds.fullmatch(relative if "/" in language.builds.pattern else name) is not None
        or language.embedded.fullmatch(relative) is not None
        or not DESCRIPTION_FOLDERS.isdisjoint(folders)
        or bool(folders and folders[0] in language.output)
    )


def _grouped(kept: set[str], others: set[str], tree: str) -> list[str]:
    """Files, and in place of all files of a folder the folder, if nothing else is in it."""
    found: set[str] = set()
    for path in kept:
        top = path
        above = posixpath.dirname(path)
        while above != tree and len(above) > len(tree) and not any(each.startswith(f"{above}/") for each in others):
            top, above = above, posixpath.dirname(above)
        found.add(top)
    return sorted(found)


def _is_reached(old: Old, tree: str, language: Language) -> bool:
    """True if relative paths lead to a folder, or the source names it, or asks where it lies."""
    if is_in(old.folder, tree) or is_in(tree, old.folder):
        return True
    if any(language.own_folder.search(text) for _, text in sources(old, language)):
        return True
    return any(
        tree in old.text(each.path)
        for each in old.laid
        if language.sources.fullmatch(posixpath.basename(each.path)) and not each.path.endswith("/go.sum")
    )
