"""What COPYs name that this checkout lacks: a build has it, and a container may need it."""

from __future__ import annotations

import posixpath

from dfopt.facts.folders import is_in, names_file
from dfopt.facts.layout import Lacking
from dfopt.knowledge import build_commands as known
from dfopt.knowledge.source_code import DESCRIPTION_FOLDERS, OF_NO_PROGRAM, Language
from dfopt_transforms._stages_parts import Needs, Old, RefusedError, is_removed, is_system

LACKING = "a COPY brings what is not in the build context: what a container needs of it is not known"
_PACKED = (".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".zip")


def lacking_files(old: Old, language: Language, needs: Needs) -> None:
    """Notes the files among them.

    Raises RefusedError for a folder, and for source: nobody can tell what is in it.
    """
    for each in (each for each in old.lacking if each.copy in old.head):
        path = _comes_to(old, each)
        if known.SCRATCH.fullmatch(path) or is_removed(path, old.done):
            continue
        if any(is_in(path, other) for other in needs.copied) or _is_for_builds(each, language):
            continue
        if not _is_file(each) or _is_source(each, language):
            raise RefusedError(LACKING, each.source)
        if is_system(posixpath.dirname(path)) or not needs.opens_none:
            needs.copy(path, f"{each.source} comes there, which the build context lacks")


def _comes_to(old: Old, each: Lacking) -> str:
    is_folder = each.path == each.target and (each.path == old.folder or old.is_laid(each.path))
    return posixpath.join(each.path, posixpath.basename(each.source)) if is_folder and _is_file(each) else each.path


def _is_file(each: Lacking) -> bool:
    return not each.source.endswith("/") and names_file(each.source) and not each.source.endswith(_PACKED)


def _is_for_builds(each: Lacking, language: Language) -> bool:
    source = posixpath.normpath(each.source)
    return (
        OF_NO_PROGRAM.fullmatch(source) is not None
        or language.tests.fullmatch(source) is not None
        or not DESCRIPTION_FOLDERS.isdisjoint(source.split("/"))
    )


def _is_source(each: Lacking, language: Language) -> bool:
    names = (each.source, posixpath.basename(each.source))
    return any(expression.fullmatch(name) for name in names for expression in (language.sources, language.builds))
