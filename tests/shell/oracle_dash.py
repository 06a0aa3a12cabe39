"""Our tree and dash's (through libdash) in one form: what dash keeps of a script.

Dash keeps neither which quotes were used, nor groups without redirections, nor layout.
"""

from __future__ import annotations

import json
import selectors
import subprocess
import sys
from pathlib import Path
from typing import Any

from dfopt.shell.nodes import (
    AndOr,
    Arithmetic,
    Case,
    Command,
    CommandSubstitution,
    DoubleQuoted,
    Escaped,
    For,
    Function,
    Group,
    If,
    Literal,
    Loop,
    Parameter,
    Part,
    Pipeline,
    Redirect,
    Script,
    Simple,
    SingleQuoted,
    Statement,
    Subshell,
    Word,
)

Form = Any

SKIP: Form = ("command", (), (), ())

_OPERATORS = {
    "": ("Normal", False),
    "#len": ("Length", False),
    "-": ("Minus", False),
    "+": ("Plus", False),
    "?": ("Question", False),
    "=": ("Assign", False),
    ":-": ("Minus", True),
    ":+": ("Plus", True),
    ":?": ("Question", True),
    ":=": ("Assign", True),
    "%": ("TrimR", False),
    "%%": ("TrimRMax", False),
    "#": ("TrimL", False),
    "##": ("TrimLMax", False),
}
_REDIRECTS = {"<": "From", ">": "To", ">>": "Append", ">|": "Clobber", "<>": "FromTo", ">&": "ToFD", "<&": "FromFD"}


class DashWorker:
    """dash's parser in a process of its own, started anew after a text that it rejects, and now and then:
    it never closes its input files."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._texts = 0

    def tree(self, text: str, seconds: float = 10.0) -> list[Any] | None:
        """The commands; None if dash rejects the text, or dies of it."""
        self._texts += 1
        if self._texts % 500 == 0:
            self.close()
        process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(text) + "\n")
        process.stdin.flush()
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            line = process.stdout.readline() if selector.select(seconds) else ""
        tree = json.loads(line) if line else None
        if tree is None:
            self.close()
        return tree

    def _start(self) -> subprocess.Popen[str]:
        worker = str(Path(__file__).parent / "dash_worker.py")
        self._process = subprocess.Popen(
            [sys.executable, worker],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        return self._process

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def dash_form(commands: list[Any]) -> Form:
    """The form of what libdash gives."""
    return _sequence([_command(command) for command in commands])


def our_form(script: Script) -> Form:
    return _sequence([_statement(statement) for statement in script.statements])


def _sequence(items: list[Form]) -> Form:
    flat: list[Form] = []
    for item in items:
        flat.extend(item[1:] if item[0] == "semi" else [item])
    if not flat:
        return SKIP
    return flat[0] if len(flat) == 1 else ("semi", *flat)


def _statement(node: Statement) -> Form:
    """dash puts a pipeline into the background once (``{ a | b & } &``)."""
    form = _and_or(node.list)
    if node.terminator != "&" or (form[0] == "background" and form[1][0] == "pipe"):
        return form
    return ("background", *form[1:]) if form[0] == "redirected" else ("background", form, ())


def _and_or(node: AndOr) -> Form:
    form = _pipeline(node.pipelines[0])
    for operator, pipeline in zip(node.operators, node.pipelines[1:], strict=True):
        form = (operator, form, _pipeline(pipeline))
    return form


def _pipeline(node: Pipeline) -> Form:
    commands = tuple(_our_command(command) for command in node.commands)
    form = commands[0] if len(commands) == 1 else ("pipe", commands)
    return ("not", form) if node.negated else form


def _our_command(node: Command) -> Form:
    if isinstance(node, Simple):
        assigns = tuple((assign.name, _word(assign.value)) for assign in node.assignments)
        return ("command", assigns, tuple(map(_word, node.words)), _redirects(node.redirects))
    if isinstance(node, Function):
        return ("function", node.name, _our_command(node.body))
    if isinstance(node, Subshell):
        return ("subshell", our_form(node.body), _redirects(node.redirects))
    form = _our_compound(node)
    if not node.redirects:
        return form
    redirects = _redirects(node.redirects)
    if form[0] == "subshell" and not form[2]:
        return ("subshell", form[1], redirects)
    return ("redirected", form, redirects)


def _our_compound(node: Group | If | Loop | For | Case) -> Form:
    if isinstance(node, Group):
        return our_form(node.body)
    if isinstance(node, If):
        form = SKIP if node.otherwise is None else our_form(node.otherwise)
        for branch in reversed(node.branches):
            form = ("if", our_form(branch.condition), our_form(branch.body), form)
        return form
    if isinstance(node, Loop):
        condition = our_form(node.condition)
        return ("while", condition if node.keyword == "while" else ("not", condition), our_form(node.body))
    if isinstance(node, For):
        all_arguments = ((("quoted", (("$", "Normal", False, "@", ()),)),),)
        words = all_arguments if node.words is None else tuple(map(_word, node.words))
        return ("for", node.name, words, our_form(node.body))
    items = tuple((tuple(map(_word, item.patterns)), our_form(item.body)) for item in node.items)
    return ("case", _word(node.subject), items)


def _redirects(nodes: tuple[Redirect, ...]) -> Form:
    return tuple(map(_redirect, nodes))


def _redirect(node: Redirect) -> Form:
    fd = node.fd if node.fd is not None else int(node.operator[0] == ">")
    if node.heredoc is None:
        return (_REDIRECTS[node.operator], fd, _word(node.target))
    return ("Here" if node.heredoc.quoted else "XHere", fd, _parts(node.heredoc.parts, True))


def _word(node: Word) -> Form:
    return _parts(node.parts, False)


def _parts(parts: tuple[Part, ...], quoted: bool) -> Form:
    return _merged([_part(part, quoted) for part in parts])


def _part(part: Part, quoted: bool) -> Form:
    if isinstance(part, Literal):
        return part.text
    if isinstance(part, Escaped):
        return part.text if quoted or not part.text else ("escaped", part.text)
    if isinstance(part, SingleQuoted):
        return ("quoted", (part.text,) if part.text else ())
    if isinstance(part, DoubleQuoted):
        return ("quoted", _parts(part.parts, True))
    if isinstance(part, CommandSubstitution):
        return ("$(", our_form(part.script))
    if isinstance(part, Arithmetic):
        return ("$((", _parts(part.parts, True))
    assert isinstance(part, Parameter)
    word = () if part.word is None else _parts(part.word.parts, quoted)
    return ("$", *_OPERATORS[part.operator], part.name, word)


def _merged(items: list[Form]) -> Form:
    """Adjacent plain texts are one, adjacent escaped ones too."""
    found: list[Form] = []
    for item in items:
        last = found[-1] if found else None
        if item == "":
            continue
        if isinstance(item, str) and isinstance(last, str):
            found[-1] = last + item
        elif item[0] == "escaped" and last is not None and last[0] == "escaped":
            found[-1] = ("escaped", last[1] + item[1])
        else:
            found.append(item)
    return tuple(found)


def _command(node: Any) -> Form:
    kind, value = node
    if kind == "Command":
        _, assigns, words, redirects = value
        named = tuple((name, _argument(word, False)) for name, word in assigns)
        return ("command", named, tuple(_argument(word, False) for word in words), tuple(map(_target, redirects)))
    if kind == "Semi":
        return _sequence([_command(item) for item in value])
    if kind in ("And", "Or"):
        return ("&&" if kind == "And" else "||", _command(value[0]), _command(value[1]))
    if kind == "Not":
        return ("not", _command(value))
    if kind == "Pipe":
        form = ("pipe", tuple(map(_command, value[1])))
        return ("background", form, ()) if value[0] else form
    if kind == "Defun":
        return ("function", value[1], _command(value[2]))
    if kind in ("Subshell", "Redir", "Background"):
        name = {"Subshell": "subshell", "Redir": "redirected", "Background": "background"}[kind]
        return (name, _command(value[1]), tuple(map(_target, value[2])))
    return _dash_compound(kind, value)


def _dash_compound(kind: str, value: Any) -> Form:
    if kind == "If":
        return ("if", *map(_command, value))
    if kind == "While":
        return ("while", *map(_command, value))
    if kind == "For":
        return ("for", value[3], tuple(_argument(word, False) for word in value[1]), _command(value[2]))
    assert kind == "Case"
    items = tuple(
        (tuple(_argument(word, False) for word in item["cpattern"]), _command(item["cbody"])) for item in value[2]
    )
    return ("case", _argument(value[1], False), items)


def _target(node: Any) -> Form:
    kind, (operator, fd, word) = node
    return (operator, fd, _argument(word, kind == "Heredoc"))


def _argument(items: Any, quoted: bool) -> Form:
    """Bytes are put together before they are decoded."""
    found: list[Form] = []
    for kind, *value in items:
        if kind in ("C", "E"):
            text = bytes(value).decode("latin-1")
            found.append(text if quoted or kind == "C" else ("escaped", text))
        elif kind == "Q":
            found.append(("quoted", _argument(value[0], True)))
        elif kind == "B":
            found.append(("$(", _command(value[0])))
        elif kind == "A":
            found.append(("$((", _argument(value[0], True)))
        else:
            operator, colon, name, word = value
            found.append(("$", operator, colon, name, _argument(word, quoted)))
    return tuple(_decoded(item) for item in _merged(found))


def _decoded(item: Form) -> Form:
    if isinstance(item, str):
        return item.encode("latin-1").decode("utf-8", "surrogateescape")
    if item[0] == "escaped":
        return ("escaped", item[1].encode("latin-1").decode("utf-8", "surrogateescape"))
    return item
