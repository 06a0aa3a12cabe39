"""Which variables the text of an instruction names."""

from __future__ import annotations

import re

from dfopt.source import Source
from dfopt.syntax.nodes import Instruction

_EXPANDED = re.compile(r"\$\{?(\w+)")


def expanded(text: str) -> frozenset[str]:
    """The variables that a text may have put in, be it quoted or not: rather one too many."""
    return frozenset(_EXPANDED.findall(text)) if "$" in text else frozenset()


def said(instruction: Instruction, source: Source) -> str:
    """All that an instruction says: its flags, its text without continuations, its here-documents."""
    flags = (flag.value or "" for flag in instruction.flags)
    return "\n".join((*flags, instruction.body.text, *(source.slice(found.body) for found in instruction.heredocs)))


def mentions(instruction: Instruction, source: Source, name: str) -> bool:
    """True if a name stands anywhere in an instruction as a word: with or without a dollar in front of it."""
    text = said(instruction, source)
    return name in text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
