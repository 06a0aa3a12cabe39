"""What packages of a language need of the system, as far as their names are known."""

from __future__ import annotations

import re

from dfopt.knowledge.language_needs import (
    BY_COMMAND,
    BY_OPTION,
    BY_SOURCE,
    CALLED,
    FIRST_PYTHON,
    LARGER,
    LAST_PYTHON,
    NEEDED,
    UNPORTABLE,
    WHEELS,
)
from dfopt_transforms._stages_described import described
from dfopt_transforms._stages_parts import Needs, Old, RefusedError
from dfopt_transforms._stages_reach import Reached

NATIVE = "a package may need more of the system than is known"
OLDER = "a package is older than its wheels for this version of Python, and links with what the larger image has"
_LOCKED = re.compile(r'"(?:[^"]*/)?node_modules/((?:@[^"/]+/)?[^"/]+)"\s*:')


def natives(old: Old, reached: Reached, sources: str, needs: Needs) -> None:
    """Notes what they need; ``sources`` is all source of the program.

    Raises RefusedError for a package of which that is not known.
    """
    language = old.builder.language
    there = {package for each in old.builds for package in each.kept_packages}
    there |= LARGER if _is_larger(old) else set()
    for written, where in described(old):
        text = "\n".join(_LOCKED.findall(written)) if where.endswith(_LOCKS) else written
        if found := _named(text, UNPORTABLE[language]):
            raise RefusedError(NATIVE, f"{found}, in {where}")
        for package, names in NEEDED[language].items():
            if _named(text, _plain(package)):
                for needed in names:
                    needs.packages.setdefault(needed, f"{package}, in {where}, needs it")
        own = _without_development(written) if where.endswith(_LOCKS) and not reached.of_packages else text
        for package, names in CALLED[language].items():
            called = there.intersection(names) if _named(own, _plain(package)) else set[str]()
            for needed in sorted(called):
                needs.packages.setdefault(needed, f"{package}, in {where}, may call it")
            if "git" in called:
                needs.packages.setdefault("ca-certificates", "git fetches by TLS")
        if language == "python" and _is_larger(old):
            _older(old, text, where, needs)
        _by_option(old, text, where, needs)
        _by_source(old, own, where, sources, there, needs)
    _by_source(old, "", "", sources, there, needs)
    _by_command(old, reached, sources, there, needs)


_LOCKS = ("package-lock.json", "npm-shrinkwrap.json")


def _without_development(lock: str) -> str:
    """The names of the packages in a lock file of npm that are not for development only."""
    entries = [(found[1], found.end()) for found in _LOCKED.finditer(lock)]
    ends = [lock.find("}", start) for _, start in entries]
    return "\n".join(
        name for (name, start), end in zip(entries, ends, strict=True) if not _DEVELOPMENT.search(lock[start:end])
    )


_DEVELOPMENT = re.compile(r'"dev"\s*:\s*true')


def _is_larger(old: Old) -> bool:
    """True if the image that builds has more than the one that runs."""
    return old.run_time.image != old.stage.start.image.text


def _older(old: Old, text: str, where: str, needs: Needs) -> None:
    """What packages link with that are built from source, since they are older than their wheels.

    Raises RefusedError if that is not known.
    """
    tag = old.base.reference.tag or "" if old.base.reference else ""
    version = re.match(r"3\.(\d+)", tag)
    minor = min(max(int(version[1]), FIRST_PYTHON), LAST_PYTHON) if version else LAST_PYTHON
    for package, (names, first) in WHEELS.items():
        for found in re.finditer(_PIN.format(_plain(package)), text):
            pinned = found[1] or found[2] or found[3]
            if _numbers(pinned) >= _numbers(first[minor - FIRST_PYTHON]):
                continue
            if not names:
                raise RefusedError(OLDER, f"{package} {pinned}, in {where}")
            for needed in names:
                needs.packages.setdefault(needed, f"{package} {pinned}, in {where}, is built from source")


_PIN = (
    r"(?im)(?:^\s*|[\"'\s,]){0}(?:\[[^\]]*\])?(?:"
    r"\s*\(?(?:[<>~!]=?\s*[\d.*]+\s*,\s*)*(?:===?|<=?|~=)\s*v?(\d[\d.]*)|"
    r"[\"']\s*(?:\r?\n)\s*version\s*=\s*[\"'](\d[\d.]*)|"
    r"[\"']?\s*[:=]\s*(?:\{{[^}}]*?[\"']?version[\"']?\s*[:=]\s*)?[\"'][=~]*(\d[\d.]*)[\"'])"
)
"""A version that is not to be exceeded, as requirement files, lock files and pyproject.toml write it."""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part)


def _by_source(old: Old, text: str, where: str, sources: str, there: set[str], needs: Needs) -> None:
    """What the program asks packages for, or the language itself, that the system has."""
    for package, shows, names in BY_SOURCE[old.builder.language]:
        is_there = _named(text, package) if package else not where
        found = re.search(shows, sources) if is_there else None
        if found is None:
            continue
        for needed in sorted(there.intersection(names)):
            who = f"{package}, in {where}," if where else old.builder.language
            needs.packages.setdefault(needed, f"{who} needs it for {found[0].strip()!r}")


def _by_option(old: Old, text: str, where: str, needs: Needs) -> None:
    """What packages link with that are told to use the libraries of the system."""
    for package, option, names in BY_OPTION[old.builder.language]:
        texts = [old.facts.dockerfile.text(each) for each in old.head]
        texts += [old.text(each.path) for each in old.laid if each.path.endswith("/.bundle/config")]
        if _named(text, _plain(package)) and any(option in each for each in texts):
            for needed in names:
                needs.packages.setdefault(needed, f"{package}, in {where}, is built with {option}")


def _by_command(old: Old, reached: Reached, sources: str, there: set[str], needs: Needs) -> None:
    """What commands of libraries call, if it is there."""
    texts = ["\n".join(reached.words), *reached.scripts.values(), sources]
    for command, names in BY_COMMAND[old.builder.language].items():
        if any(re.search(rf"(?<![\w-]){command}\b", text) for text in texts):
            for needed in sorted(there.intersection(names)):
                needs.packages.setdefault(needed, f"{command} calls it")


def _plain(package: str) -> str:
    return re.escape(package).replace(r"\-", "[-_.]")


def _named(text: str, pattern: str) -> str:
    """A package that a description names."""
    found = re.search(rf"(?im)(?:^\s*|[\"'\s,\[])({pattern})(?=$|[\"'\s=<>~!;,\[(@])", text)
    return found[1] if found else ""
