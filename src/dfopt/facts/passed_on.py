"""What package managers run: the command behind their own words, and whether that writes into the project only."""

from __future__ import annotations

import posixpath
import re

import msgspec

from dfopt.facts.folders import is_in
from dfopt.knowledge import build_commands as known
from dfopt.knowledge import runners
from dfopt.knowledge.front_ends import OUTPUT_OPTIONS
from dfopt.shell.argv import Argv


def passed_on(view: Argv) -> Argv | None:
    """The command that a package manager runs, with the words that are for it; None if it runs none."""
    passes = runners.PASSES_ON.get(view.base or "")
    if passes is None:
        return None
    texts = [word.value or "$" for word in view.words]
    at = 0
    if not passes.fullmatch(""):
        at = _past_options(texts, 0)
        if at == len(texts) or passes.fullmatch(texts[at]) is None:
            return None
        if (view.base, texts[at]) == ("yarn", "node"):
            return msgspec.structs.replace(view, name="node", base="node", words=view.words[at + 1 :])
        at += 1
    at = _past_options(texts, at)
    if texts[at : at + 1] and texts[at] in runners.PASSES_VARIABLES:
        at += 1
        while at < len(texts) and re.match(r"\w+=", texts[at]):
            at += 1
    if at == len(texts):
        return None
    if texts[at].endswith(".py"):
        return msgspec.structs.replace(view, name="python", base="python", words=view.words[at:])
    return msgspec.structs.replace(view, name=texts[at], base=_base(texts[at]), words=view.words[at + 1 :])


def _past_options(texts: list[str], at: int) -> int:
    while at < len(texts) and texts[at].startswith("-"):
        at += 2 if texts[at] in runners.TAKES_VALUE else 1
    return min(at, len(texts))


def _base(name: str) -> str:
    """A program, or a package without its version."""
    name = re.sub(r"(?<=.)@.*", "", name)
    return name if name.startswith("@") else posixpath.basename(name)


def works_in_project(view: Argv, folder: str) -> bool:
    """True for the command of a package that writes into the folder that it is called in, and is not told another."""
    texts = [word.value or "$" for word in view.words]
    if len(texts) == 1 and texts[0] in runners.ASKS:
        return True
    if runners.IN_PROJECT.fullmatch(view.base or "") is None or {"-g", "--global", "global"} & set(texts):
        return False
    for before, text in zip(["", *texts], texts, strict=False):
        option, sign, value = text.partition("=")
        option, path = (option, value) if sign and text.startswith("-") else (before, text)
        is_named = option in runners.READS_BEHIND or option in OUTPUT_OPTIONS or option == "--output"
        if path.startswith("/") and not (is_named or is_in(path, folder) or known.SCRATCH.fullmatch(path)):
            return False
    return True
