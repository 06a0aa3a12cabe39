"""What ``chmod`` makes of a mode (POSIX XCU, chmod; the umask of a build is 022)."""

from __future__ import annotations

from dfopt.expression import Expression

UMASK = 0o022
_CLAUSE = Expression(r"([ugoa]*)((?:[-+=][rwxX]*)+)")
_ACTION = Expression(r"([-+=])([rwxX]*)")
_BITS = {"r": 4, "w": 2, "x": 1}
_SHIFT = {"u": 6, "g": 3, "o": 0}


def after_symbolic(text: str, mode: int) -> int | None:
    """The mode of a file after ``u+x,go-w``; None for what is not about reading, writing and running."""
    for part in text.split(","):
        clause = _CLAUSE.fullmatch(part)
        if clause is None:
            return None
        who = "ugo" if not clause[1] or "a" in clause[1] else clause[1]
        limit = 0o777 & ~UMASK if not clause[1] else 0o777
        for operator, letters in (found.groups() for found in _ACTION.finditer(clause[2])):
            mode = _after(mode, who, operator, letters, limit)
    return mode


def _after(mode: int, who: str, operator: str, letters: str, limit: int) -> int:
    bits = sum({_BITS[letter] for letter in letters if letter != "X"})
    if "X" in letters and mode & 0o111:
        bits |= 1
    wanted = sum(bits << _SHIFT[each] for each in set(who)) & limit
    if operator == "+":
        return mode | wanted
    if operator == "-":
        return mode & ~wanted
    return mode & ~sum(7 << _SHIFT[each] for each in set(who)) | wanted
