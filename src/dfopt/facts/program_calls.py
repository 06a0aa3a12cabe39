"""The commands that the source of a program starts, read from the calls that do.

Words that are computed are expansions; a call whose program is computed is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dfopt.knowledge.program_calls import ADDING, ADDS, ITSELF, LISTS, Calls
from dfopt.shell.nodes import Literal, NotModelled, Parameter, Part, Script, Simple, Word, word_of
from dfopt.shell.parser import parse
from dfopt.source import Span

Item = str | list[str]
"""An argument: a text, or a list of words."""

_OPEN = "${_}"
_SELF = "\0"
_STRING = re.compile(
    r"(?P<prefix>[rbfuRBFUL@$]{0,2}#?)(?P<quote>\"\"\"|'''|\"|'|`)(?P<text>(?:\\[\s\S]|(?!(?P=quote))[\s\S])*)(?P=quote)#?"
)
_TEMPLATE = re.compile(r"(?P<prefix>)(?P<quote>`)(?P<text>[^`]*)`")
_INTERPOLATED = re.compile(r"\$\{[^}]*\}|#\{[^}]*\}")
_OF_FORMAT = re.compile(r"\{[^{}]*\}")
_ESCAPES = {"n": "\n", "t": "\t", "\n": ""}
_CLOSES = {"(": ")", "[": "]", "{": "}"}
_CALL = re.compile(r"\s*(?:<[^<>()]*>\s*)?\(")
_VALUE = re.compile(r"[ \t]*(?:[),;\]}{]|$)", re.MULTILINE)
"""Behind a function that is not called: it is given to something."""
_BLANKS = re.compile(r"[ \t]*")
_SPACE = re.compile(r"\s*")
_WORDS = re.compile(r"%[wW][\[({|]([^\])}|]*)[\])}|]")
_NAMED = re.compile(r"args\s*=\s*")
_BARE = re.compile(r"[ \t]+(?=[\"'\w%@\[*])")


def started(text: str, rules: Calls) -> Iterator[Script | Simple | None]:
    """What a source starts; None for what is not known."""
    code = rules.comments.sub("", text)
    if rules.code is not None:
        code = "\n".join(rules.code.findall(code))
    if rules.opaque.search(code):
        yield None
    for found in rules.texts.finditer(code):
        if body := next((group for group in found.groups() if group), ""):
            yield _script(_INTERPOLATED.sub(_OPEN, body))
    code, references = _references(code, rules)
    for found in references.finditer(code):
        yield from _called(code, found, rules)


def _references(code: str, rules: Calls) -> tuple[str, re.Pattern[str]]:
    """The code without its imports, and what matches the functions by the names that they have in it."""
    names: list[str] = [rules.always.pattern]
    for expression in rules.imports:
        for found in expression.finditer(code):
            names += _imported(found.groupdict(), rules)
        code = expression.sub("", code)
    for found in rules.wraps.finditer(code):
        if any(re.fullmatch(name, found["function"]) for name in names):
            names.append(rf"(?<![\w.$]){re.escape(found['name'])}\b")
            code = code.replace(found[0], "")
    return code, re.compile("|".join(dict.fromkeys(names)))


def _imported(groups: dict[str, str | None], rules: Calls) -> Iterator[str]:
    for group in ("module", "callable"):
        if name := groups.get(group):
            dot = "" if rules.functions.startswith("new|::") else r"\s*\??\."
            yield rf"(?<![\w.$:]){re.escape(name)}{dot}(?:{rules.functions})(?!\w)"
    if name := groups.get("callable"):
        yield rf"(?<![\w.$]){re.escape(name)}\b(?=\s*[(,)])"
    for part in (groups.get("names") or "").strip("() \\\n").split(","):
        name, *alias = re.split(r"\s+as\s+|\s*:\s*", part.strip())
        if name == "*":
            yield rf"(?<![\w.$])(?:{rules.functions})\b"
        elif re.fullmatch(rules.functions, name):
            yield rf"(?<![\w.$])(?<!def ){re.escape(alias[0] if alias else name)}\b(?!\s*=[^=])"


def _called(code: str, found: re.Match[str], rules: Calls) -> Iterator[Script | Simple | None]:
    """What one call starts."""
    at = found.end()
    opened = _CALL.match(code, at)
    bare = _BARE.match(code, at)
    if found[0].endswith(","):
        reader = _Arguments(code, at, ")")
    elif opened:
        reader = _Arguments(code, opened.end(), ")")
    elif bare and rules.is_bare:
        reader = _Arguments(code, bare.end(), "\n")
    elif template := _TEMPLATE.match(code, at):
        yield _script(_text(template))
        return
    else:
        if _VALUE.match(code, at) and not rules.types.fullmatch(found[0]):
            yield None
        return
    items = reader.items()
    while reader.added():
        items += reader.items()
    yield from _commands(items)


def _commands(items: Sequence[Item]) -> Iterator[Script | Simple | None]:
    first = items[0] if items else _OPEN
    words = first if isinstance(first, list) else [first, *_flat(items[1:])]
    name = words[0] if words else _OPEN
    is_text = re.search(r"[\s;&|<>]", name) is not None and (not isinstance(first, list) or len(words) == 1)
    if name == _SELF:
        return
    if name.startswith(_OPEN):
        yield None
    elif is_text:
        yield _script(name)
    else:
        if len(words) > 1 and words[1] == name.rpartition("/")[2]:
            del words[1]
        span = Span(0, 0)
        yield Simple(span, (), tuple(_word(word, span) for word in words), ())


def _flat(items: Sequence[Item]) -> list[str]:
    return [word for item in items for word in (item if isinstance(item, list) else [item])]


def _script(text: str) -> Script | None:
    script = parse(text)
    return None if isinstance(script, NotModelled) else script


def _word(text: str, span: Span) -> Word:
    parts: list[Part] = []
    for at, part in enumerate(text.replace(_SELF, _OPEN).split(_OPEN)):
        if at:
            parts.append(Parameter(span, "_", "", None, True))
        if part:
            parts.append(Literal(span, part))
    return word_of(span, tuple(parts))


class _Arguments:
    """Reads what stands between the parentheses of a call."""

    def __init__(self, code: str, at: int, end: str) -> None:
        self._code, self._at, self._end = code, at, end

    def items(self) -> list[Item]:
        return self._items(self._end)

    def added(self) -> bool:
        """True if a method behind the call gives it more words: these are next."""
        while found := ADDING.match(self._code, self._at):
            self._at, self._end = found.end(), ")"
            if found["name"] in ADDS:
                return True
            self._items(")")
        return False

    def _items(self, end: str) -> list[Item]:
        found: list[Item] = []
        while self._at < len(self._code):
            self._skip(end)
            if self._code.startswith(end, self._at):
                break
            item = self._item(end)
            if item is not None:
                found.append(item)
            if not self._code.startswith(",", self._at):
                break
            self._at += 1
        self._at += len(end)
        return found

    def _skip(self, end: str) -> None:
        found = (_BLANKS if end == "\n" else _SPACE).match(self._code, self._at)
        self._at = found.end() if found else self._at

    def _item(self, end: str) -> Item | None:
        start = self._at
        listed = LISTS.match(self._code, start)
        if listed:
            self._at = listed.end()
            words = _flat(self._items(_CLOSES[listed["open"] or listed["brace"]]))
            self._skip(end)
            is_end = self._at >= len(self._code) or self._code[self._at] in (",", end)
            return words if is_end or self._rest(end) == "" else [*words, _OPEN]
        if quoted := _WORDS.match(self._code, start):
            self._at = quoted.end()
            return quoted[1].split()
        if named := _NAMED.match(self._code, start):
            self._at = named.end()
        text = self._rest(end)
        if ITSELF.fullmatch(self._code[start : self._at].strip()):
            return _SELF
        return text or None

    def _rest(self, end: str) -> str:
        """The text of an argument up to the next comma; what is computed in it is an expansion."""
        found, depth = "", 0
        while self._at < len(self._code):
            sign = self._code[self._at]
            if depth == 0 and (sign in (",", end) or sign in _CLOSES.values()):
                break
            string = _STRING.match(self._code, self._at) if depth == 0 else None
            if string:
                found += _text(string)
                self._at = string.end()
                continue
            if string := _STRING.match(self._code, self._at):
                self._at = string.end()
                continue
            depth += (sign in _CLOSES) - (sign in _CLOSES.values())
            if not sign.isspace() and sign not in "+." and not found.endswith(_OPEN):
                found += _OPEN
            self._at += 1
        return found


def _text(string: re.Match[str]) -> str:
    text, prefix = string["text"], string["prefix"].lower()
    if string["quote"] != "`" or "$" in text:
        text = _INTERPOLATED.sub(_OPEN, text)
    if "f" in prefix or prefix == "$":
        text = _OF_FORMAT.sub(_OPEN, text.replace(_OPEN, "{}"))
    if "r" in prefix or string["quote"] == "`":
        return text
    return re.sub(r"\\([\s\S])", lambda found: _ESCAPES.get(found[1], found[1]), text)
