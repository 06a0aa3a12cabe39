"""Counts comments without dfopt's parser, to see whether a rewrite has lost one.

It errs on the side of seeing fewer comments: what it counts is one for certain.
"""

from __future__ import annotations

import re
from collections import Counter

_BLANKS = " \t\v\f\r"
_TAKES_HEREDOC = re.compile(r"[ \t]*(?:ONBUILD[ \t]+)?(?:RUN|COPY|ADD)[ \t]", re.IGNORECASE)
_OPENER = re.compile(r"(?<!<)<<(-?)[ \t]*([\"']?)([A-Za-z0-9_.]+)\2")
_SHELL_FORM_RUN = re.compile(r"[ \t]*RUN[ \t]+(?!\[)([^\"'\\`<$]*)[ \t]#([^\"'\\`<$]*)", re.IGNORECASE)


def lost(before: str, after: str) -> list[str]:
    """The comments of the one text that are not in the other, each as often as it is missing.

    A comment line may become a comment line of a heredoc, and the other way round; a comment at
    the end of a shell command may move anywhere.
    """
    missing = comment_lines(before) - Counter(_plain(line) for line in after.split("\n") if _is_comment(line))
    gone = list(missing.elements())
    kept = " ".join(after.split())
    gone += [comment for comment in trailing_comments(before) if comment not in kept]
    return gone


def comment_lines(text: str) -> Counter[str]:
    """The comment lines outside heredoc bodies, without the white space around them."""
    return Counter(_plain(line) for line in _outside_heredocs(text) if _is_comment(line))


def trailing_comments(text: str) -> list[str]:
    """What follows `` #`` at the end of a one-line RUN in which nothing is quoted, escaped or expanded."""
    found: list[str] = []
    continued = False
    for line in _outside_heredocs(text):
        match = None if continued else _SHELL_FORM_RUN.fullmatch(line.rstrip(_BLANKS))
        if match and match[2].strip():
            found.append(" ".join(match[2].split()))
        if not _is_comment(line) and line.strip(_BLANKS):
            continued = line.rstrip(_BLANKS).endswith(("\\", "`"))
    return found


def _is_comment(line: str) -> bool:
    return line.lstrip(_BLANKS + "\ufeff").startswith("#")


def _plain(line: str) -> str:
    return " ".join(line.replace("\ufeff", "").split())


def _outside_heredocs(text: str) -> list[str]:
    """The lines of a text except heredoc bodies and their last lines.

    Whatever looks like the start of a heredoc in an instruction that may have one counts, if its
    end can be found.
    """
    lines = text.split("\n")
    kept: list[str] = []
    at = 0
    takes_heredoc = False
    continued = False
    ends: list[str] = []
    while at < len(lines):
        line = lines[at]
        kept.append(line)
        at += 1
        if _is_comment(line) or not line.strip(_BLANKS):
            continue
        if not continued:
            takes_heredoc = bool(_TAKES_HEREDOC.match(line))
        if takes_heredoc:
            ends += [match[3] for match in _OPENER.finditer(line)]
        continued = line.rstrip(_BLANKS).endswith(("\\", "`"))
        if not continued:
            at = _after_heredocs(lines, at, ends)
            ends = []
    return kept


def _after_heredocs(lines: list[str], at: int, ends: list[str]) -> int:
    for end in ends:
        for number in range(at, len(lines)):
            if lines[number].strip(_BLANKS) == end:
                at = number + 1
                break
    return at
