"""What packages of a language need of the system, as far as their names are known."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from dfopt.knowledge.language_needs import CALLED, LARGER, NEEDED, UNPORTABLE
from dfopt.model.build_files import Kind
from dfopt_transforms._stages_parts import Needs, Old, RefusedError

NATIVE = "a package may need more of the system than is known"
DESCRIPTIONS = re.compile(
    r"requirements.*\.txt|package-lock\.json|npm-shrinkwrap\.json|.*\.lock|pnpm-lock\.yaml|pyproject\.toml|"
    r"setup\.(?:py|cfg)|Pipfile|package\.json|Gemfile|composer\.json|.*\.gemspec"
)
"""Names of files that say which packages a program needs."""
_LOCKS = frozenset({"package-lock.json", "npm-shrinkwrap.json"})
_LOCKED = re.compile(r'"(?:[^"]*/)?node_modules/((?:@[^"/]+/)?[^"/]+)"\s*:')
_INSTALLERS = frozenset("pip npm yarn pnpm gem uv poetry pipenv composer".split())


def natives(old: Old, needs: Needs) -> None:
    """Notes what they need.

    Raises RefusedError for a package of which that is not known.
    """
    language = old.builder.language
    there = {package for each in old.builds for package in each.kept_packages}
    there |= LARGER if old.run_time.image != old.stage.start.image.text else set()
    for text, where in _texts(old):
        if found := _named(text, UNPORTABLE[language]):
            raise RefusedError(NATIVE, f"{found}, in {where}")
        for package, names in NEEDED[language].items():
            if _named(text, re.escape(package)):
                for needed in names:
                    needs.packages.setdefault(needed, f"{package}, in {where}, needs it")
        for package, names in CALLED[language].items():
            called = there.intersection(names) if _named(text, re.escape(package)) else set[str]()
            for needed in sorted(called):
                needs.packages.setdefault(needed, f"{package}, in {where}, may call it")
            if "git" in called:
                needs.packages.setdefault("ca-certificates", "git fetches by TLS")


def _texts(old: Old) -> Iterator[tuple[str, str]]:
    """Names of packages, and where they stand."""
    for view in (view for each in old.builds for view in each.commands):
        if (view.base or "").rstrip("0123456789.") in _INSTALLERS:
            yield "\n".join(re.sub(r"(?<=.)[=<>@\[].*", "", word.value or "") for word in view.words), "a RUN"
    for each in old.laid:
        base = posixpath.basename(each.path)
        if each.entry.kind is Kind.FILE and old.files is not None and DESCRIPTIONS.fullmatch(base):
            text = (old.files.read(each.entry.path) or b"").decode("utf-8", "replace")
            yield "\n".join(_LOCKED.findall(text)) if base in _LOCKS else text, each.entry.path


def _named(text: str, pattern: str) -> str:
    """A package that a description names."""
    found = re.search(rf"(?im)(?:^\s*|[\"'\s,\[])({pattern})(?=$|[\"'\s=<>~!;,\[(@])", text)
    return found[1] if found else ""
