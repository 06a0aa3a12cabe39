"""What another build of the original tells about noise: which differences between the images say nothing.

Content is excused path by path. Names that are made anew by each build, such as those with a time in them, are excused
in a folder where both pairs of builds lack as many names as they add. Modes, owners and types are never excused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from dfopt.verify.findings import Finding, What

_NAMES = (What.GONE, What.ADDED)


def without_noise(findings: Iterable[Finding], noise: Sequence[Finding]) -> tuple[list[Finding], frozenset[str]]:
    """The findings that are left, and the paths and folders that were excused; ``noise`` is what the builds of one
    file differ in."""
    found = list(findings)
    content = {each.path for each in noise if each.what is What.CONTENT}
    folders = _unsteady(noise) & _unsteady(found)
    left: list[Finding] = []
    excused: set[str] = set()
    tops = _tops(found)
    for each in found:
        if each.what is What.CONTENT and each.path in content:
            excused.add(each.path)
        elif each.what in _NAMES and (folder := _folder(_top(each.path, tops))) in folders:
            excused.add(f"{folder}/")
        else:
            left.append(each)
    return left, frozenset(excused)


def _unsteady(findings: Iterable[Finding]) -> set[str]:
    """The folders in which as many names went as came."""
    found = list(findings)
    tops = _tops(found)
    gone = Counter(_folder(each.path) for each in found if each.what is What.GONE and each.path in tops)
    added = Counter(_folder(each.path) for each in found if each.what is What.ADDED and each.path in tops)
    return {folder for folder, count in gone.items() if count == added[folder]}


def _tops(findings: Sequence[Finding]) -> frozenset[str]:
    """The paths that went or came, without those that are below another one."""
    paths = {each.path for each in findings if each.what in _NAMES}
    return frozenset(path for path in paths if _folder(path) not in paths)


def _top(path: str, tops: frozenset[str]) -> str:
    while path not in tops and path:
        path = _folder(path)
    return path


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
