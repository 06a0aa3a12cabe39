"""Text of a RUN to a tree of POSIX shell, or the reason why not.

The parser fails closed: what dash, busybox ash and bash could read differently, what only one of
them knows, and what is no valid script is "not modelled". What it accepts is one tree for all.
"""

from __future__ import annotations

from dfopt.memo import kept
from dfopt.shell.characters import ODD_CHARACTERS
from dfopt.shell.commands import script
from dfopt.shell.cursor import Cursor, Refusal
from dfopt.shell.nodes import NotModelled, Script
from dfopt.shell.reasons import HEREDOC_LINE, INVALID, ODD_CHARACTER


@kept(most=1024)
def parse(text: str) -> Script | NotModelled:
    """The tree of a whole script; its span is the whole text. An empty text is a Script without statements."""
    odd = ODD_CHARACTERS.search(text)
    if odd is not None and "\0" in text:
        return NotModelled(ODD_CHARACTER, odd.start())
    cursor = Cursor(text, 0, script)
    try:
        found = script(cursor)
    except Refusal as refusal:
        return NotModelled(refusal.reason, refusal.offset)
    if cursor.at != len(text):
        return NotModelled(INVALID, cursor.at)
    if cursor.heredoc_newline != -1:
        return NotModelled(HEREDOC_LINE, cursor.heredoc_newline)
    if odd is not None and len(ODD_CHARACTERS.findall(text)) != cursor.odd:
        return NotModelled(ODD_CHARACTER, odd.start())
    return found
