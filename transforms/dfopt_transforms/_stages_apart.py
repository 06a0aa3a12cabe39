"""Packages of Python that only tests and checks need, where a RUN of its own installs them.

What is in the environment of the system cannot be told apart again; the new stage installs the others by itself.
"""

from __future__ import annotations

import posixpath
import re

from dfopt.facts.run_work import Done
from dfopt.knowledge import build_commands as known
from dfopt.knowledge.python_tools import FOR_CHECKS, OF_CHECKS
from dfopt.knowledge.source_code import PYTHON
from dfopt.syntax.nodes import Copy
from dfopt_transforms._stages_parts import Needs, Old
from dfopt_transforms._stages_reach import Reached

_DESCRIPTIONS = re.compile(
    r"(?:.*[-_.])?(?:requirements|constraints)[\w.-]*\.(?:txt|in|lock)|(?:dev|test|base|prod)\.txt"
)


def apart(old: Old, reached: Reached, needs: Needs) -> bool:
    """Notes that what a program needs is installed in both stages; False if that is not how the file is made."""
    if old.run_time.image != old.stage.start.image.text or not _has_no_compiler(old):
        return False
    installs = [each for each in old.builds if any(_is_pip(each, at) for at in range(len(each.commands)))]
    checks = [each for each in installs if _is_for_checks(old, each)]
    others = [each for each in installs if each not in checks]
    if not checks or not others or any(FOR_CHECKS.fullmatch(name) for name in reached.programs):
        return False
    copies: list[Copy] = []
    for each in others:
        brought = _brings_all(old, each)
        if brought is None:
            return False
        copies += (copy for copy in brought if copy not in copies)
    needs.repeated += copies
    needs.repeated += (each.run for each in others)
    needs.gains = True
    texts = ", ".join(repr(old.facts.dockerfile.text(each.run)[:60]) for each in checks)
    needs.evidence.append(f"only tests and checks need what {texts} installs")
    return True


def _has_no_compiler(old: Old) -> bool:
    kept = [name for each in old.builds for name in each.kept_packages]
    return not any(known.COMPILERS.fullmatch(name) or name.endswith("-dev") for name in kept)


def _words(each: Done, at: int) -> list[str]:
    view = each.commands[at]
    words = [word.value or "$" for word in view.words]
    if (view.base or "").rstrip("0123456789.") == "python" and words[:2] == ["-m", "pip"]:
        return words[2:]
    return words if view.base in ("pip", "pip3") else []


def _is_pip(each: Done, at: int) -> bool:
    return "install" in _words(each, at)[:3]


def _given(each: Done) -> list[tuple[str, str]] | None:
    """What a RUN installs: ``-r`` and a file, or nothing and a package; None if it does more than that."""
    found: list[tuple[str, str]] = []
    for at, view in enumerate(each.commands):
        if view.base in known.QUIET:
            continue
        words = _words(each, at)
        if words[:1] != ["install"]:
            return None
        before = ""
        for word in words[1:]:
            if before in ("-r", "--requirement", "-c", "--constraint"):
                found.append(("-r", posixpath.normpath(posixpath.join(each.places[at], word))))
            elif word.startswith("-r") and len(word) > 2:
                found.append(("-r", posixpath.normpath(posixpath.join(each.places[at], word[2:]))))
            elif not word.startswith("-"):
                found.append(("", word))
            elif word not in ("-r", "--requirement", "-c", "--constraint", "--no-cache-dir", "-U", "--upgrade", "-q"):
                return None
            before = word
    return found


def _is_for_checks(old: Old, each: Done) -> bool:
    given = _given(each)
    names: list[str] = []
    for option, text in given or []:
        if option:
            lines = [line.partition("#")[0].strip() for line in old.text(text).splitlines()]
            names += (line for line in lines if line and not line.startswith("-"))
        else:
            names.append(text)
    plain = [re.split(r"[=<>~!\[; ]", name)[0].lower() for name in names]
    others = [name for name in plain if not FOR_CHECKS.fullmatch(name)]
    return len(others) < len(plain) and OF_CHECKS.issuperset(others) and not any(_is_imported(old, n) for n in others)


def _is_imported(old: Old, package: str) -> bool:
    """True if a source names a package that is imported by its own name."""
    pattern = re.compile(rf"(?m)^\s*(?:import|from)\s+{re.escape(package.replace('-', '_'))}\b")
    sources = (each for each in old.laid if each.path.endswith(".py") and not PYTHON.tests.fullmatch(each.entry.path))
    return any(pattern.search(old.text(each.path)) for each in sources)


def _brings_all(old: Old, each: Done) -> list[Copy] | None:
    """The COPYs of the files that a RUN installs from; None if it needs more than descriptions of packages."""
    found: list[Copy] = []
    for option, text in _given(each) or [("", ".")]:
        if not option:
            if "/" in text or text.startswith("."):
                return None
            continue
        laid = next(
            (laid for laid in old.laid if laid.path == text and laid.copy.span.start < each.run.span.start), None
        )
        if laid is None or re.search(r"(?m)^\s*(?:-e|\.|/|file:)|\b(?:git|hg|svn|bzr)\+", old.text(text)):
            return None
        own = [other for other in old.laid if other.copy is laid.copy]
        if not all(_DESCRIPTIONS.fullmatch(posixpath.basename(other.path)) for other in own):
            return None
        found.append(laid.copy)
    return found
