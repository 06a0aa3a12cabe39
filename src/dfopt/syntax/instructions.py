"""From the parts of a logical line to a typed instruction: one builder and one set of flags a keyword.

A builder checks what BuildKit's parser checks (line_parsers.go) before what its instructions package
checks (instructions/parse.go): of an ONBUILD trigger only the former counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import msgspec

from dfopt.source import Span
from dfopt.syntax import nodes
from dfopt.syntax.flags import FlagKind, check_flags
from dfopt.syntax.healthcheck import check_health_values, split_kind
from dfopt.syntax.heredocs import chomped, opens_heredoc, with_bodies
from dfopt.syntax.joined import Joined
from dfopt.syntax.json_form import json_words
from dfopt.syntax.lexer import LexError, check_expandable
from dfopt.syntax.lines import SPACE
from dfopt.syntax.name_values import assignments, optional_assignments
from dfopt.syntax.nodes import Argument, Comment, Flag, Heredoc, Instruction
from dfopt.syntax.rejection import Rejection, Step
from dfopt.syntax.run_flags import check_run_flags
from dfopt.syntax.words import plain_words

_STAGE_NAME = re.compile(r"[a-z][a-z0-9\-_.]*\Z")

Common = tuple[
    Span,
    str,
    Span,
    tuple[Flag, ...],
    Joined,
    tuple[Comment, ...],
    tuple[Comment, ...],
    tuple[Heredoc, ...],
    Span | None,
]


class Parts(msgspec.Struct, frozen=True, gc=False):
    """An instruction taken apart: the fields that all instructions share, and what a builder needs beside them."""

    common: Common
    keyword: str
    flags: tuple[Flag, ...]
    body: Joined
    words: tuple[Argument, ...] | None
    """The strings of the exec form, where the keyword has one and the text is in it."""
    heredocs: tuple[Heredoc, ...]
    escape: str
    source: str

    def reject(self, reason: str, argument: Argument | None = None) -> Rejection:
        """What to raise for a rule of BuildKit's instructions package."""
        at = self.common[2].start if argument is None else argument.span.start
        return Rejection(reason, at, Step.INSTRUCTIONS)

    def exec_form(self) -> tuple[str, ...] | None:
        return None if self.words is None else tuple(word.text for word in self.words)

    def whole(self) -> Argument:
        """All that follows the keyword as one argument. Raises Rejection if that is nothing."""
        if not self.body.text:
            raise self.reject(f"{self.keyword} needs an argument")
        return Argument(self.body.span(0, len(self.body.text)), self.body.text)

    def some(self, words: tuple[Argument, ...]) -> tuple[Argument, ...]:
        if not words:
            raise self.reject(f"{self.keyword} needs an argument")
        return words

    def check_expandable(self, arguments: Iterable[Argument]) -> None:
        """Raises Rejection for text whose quotes or variables BuildKit could not read when it links the stages."""
        for argument in arguments:
            try:
                check_expandable(argument.text, self.escape)
            except LexError as error:
                raise Rejection(error.reason, argument.span.start, Step.LINK) from error

    def check_flag_values(self, *names: str) -> None:
        self.check_expandable(Argument(flag.span, flag.value or "") for flag in self.flags if flag.name in names)


def _from(parts: Parts) -> nodes.From:
    words = plain_words(parts.body)
    if len(words) == 3 and words[1].text.casefold() == "as":
        if not _STAGE_NAME.match(words[2].text.lower()):
            raise parts.reject(f"{words[2].text!r} is no name for a stage", words[2])
    elif len(words) != 1:
        raise parts.reject("FROM takes an image, and a name after AS")
    parts.check_expandable(words[:1])
    parts.check_flag_values("platform")
    return nodes.From(*parts.common, words[0], words[2] if len(words) == 3 else None)


def _run(parts: Parts) -> nodes.Run:
    check_flags(parts.flags, RUN_FLAGS, parts.keyword)
    check_run_flags(parts.flags, parts.escape)
    argv = parts.exec_form()
    if argv is not None:
        return nodes.Run(*parts.common, argv, None, False)
    if not parts.heredocs:
        return nodes.Run(*parts.common, None, parts.body, False)
    if opens_heredoc(parts.body.text):
        return nodes.Run(*parts.common, None, chomped(parts.source, parts.heredocs[0]), True)
    return nodes.Run(*parts.common, None, with_bodies(parts.source, parts.body, parts.heredocs), False)


def _cmd(parts: Parts) -> nodes.Cmd:
    return nodes.Cmd(*parts.common, parts.exec_form())


def _entrypoint(parts: Parts) -> nodes.Entrypoint:
    return nodes.Entrypoint(*parts.common, parts.exec_form())


def _shell(parts: Parts) -> nodes.Shell:
    argv = parts.exec_form()
    if not argv:
        raise parts.reject("SHELL takes a list of strings in exec form")
    return nodes.Shell(*parts.common, argv)


def _copy(parts: Parts) -> nodes.Copy:
    *sources, destination = _sources_and_destination(parts)
    return nodes.Copy(*parts.common, tuple(sources), destination, parts.words is not None)


def _add(parts: Parts) -> nodes.Add:
    *sources, destination = _sources_and_destination(parts)
    return nodes.Add(*parts.common, tuple(sources), destination, parts.words is not None)


def _sources_and_destination(parts: Parts) -> tuple[Argument, ...]:
    words = plain_words(parts.body) if parts.words is None else parts.words
    if len(words) < 2:
        raise parts.reject(f"{parts.keyword} needs a source and a destination")
    if opens_heredoc(words[-1].text):
        raise parts.reject("the destination is a heredoc", words[-1])
    parts.check_expandable(word for word in words if not opens_heredoc(word.text))
    parts.check_flag_values("chown", "chmod", "checksum")
    for heredoc in parts.heredocs:
        if heredoc.expand:
            _check_body(parts, heredoc)
    return words


def _check_body(parts: Parts, heredoc: Heredoc) -> None:
    try:
        check_expandable(chomped(parts.source, heredoc).text, "\\", quotes=False)
    except LexError as error:
        raise Rejection(error.reason, heredoc.opener.start, Step.LINK) from error


def _env(parts: Parts) -> nodes.Env:
    return nodes.Env(*parts.common, *_pairs(parts))


def _label(parts: Parts) -> nodes.Label:
    return nodes.Label(*parts.common, *_pairs(parts))


def _pairs(parts: Parts) -> tuple[tuple[nodes.Assignment, ...], bool]:
    pairs, is_legacy = assignments(parts.body, parts.escape, parts.keyword)
    for pair in pairs:
        parts.check_expandable((Argument(pair.key_span, pair.key), Argument(pair.span, pair.value or "")))
    return pairs, is_legacy


def _arg(parts: Parts) -> nodes.Arg:
    pairs = optional_assignments(parts.body, parts.escape)
    parts.check_expandable(Argument(pair.span, pair.value or "") for pair in pairs)
    return nodes.Arg(*parts.common, pairs)


def _workdir(parts: Parts) -> nodes.Workdir:
    path = parts.whole()
    parts.check_expandable((path,))
    return nodes.Workdir(*parts.common, path)


def _user(parts: Parts) -> nodes.User:
    user = parts.whole()
    parts.check_expandable((user,))
    return nodes.User(*parts.common, user)


def _stopsignal(parts: Parts) -> nodes.Stopsignal:
    signal = parts.whole()
    parts.check_expandable((signal,))
    return nodes.Stopsignal(*parts.common, signal)


def _expose(parts: Parts) -> nodes.Expose:
    ports = parts.some(plain_words(parts.body))
    parts.check_expandable(ports)
    return nodes.Expose(*parts.common, ports)


def _volume(parts: Parts) -> nodes.Volume:
    paths = parts.some(plain_words(parts.body) if parts.words is None else parts.words)
    for path in paths:
        if not path.text.strip(SPACE):
            raise parts.reject("a volume has an empty path", path)
    parts.check_expandable(paths)
    return nodes.Volume(*parts.common, paths, parts.words is not None)


def _healthcheck(parts: Parts) -> nodes.Healthcheck:
    kind, command = split_kind(parts.body)
    words = json_words(command)
    if kind == "NONE":
        if command.text and words != ():
            raise parts.reject("HEALTHCHECK NONE takes nothing more")
        return nodes.Healthcheck(*parts.common, True, None, None)
    check_flags(parts.flags, HEALTHCHECK_FLAGS, parts.keyword)
    if kind != "CMD":
        raise parts.reject("HEALTHCHECK takes CMD or NONE")
    if not command.text or words == ():
        raise parts.reject("HEALTHCHECK CMD needs a command")
    check_health_values(parts.flags)
    argv = None if words is None else tuple(word.text for word in words)
    return nodes.Healthcheck(*parts.common, False, argv, command if words is None else None)


def _maintainer(parts: Parts) -> nodes.Maintainer:
    parts.whole()
    return nodes.Maintainer(*parts.common)


class Rule(NamedTuple):
    """What a keyword allows."""

    build: Callable[[Parts], Instruction]
    flags: Mapping[str, FlagKind] | None = {}
    """None if the builder checks the flags, or BuildKit never does."""
    exec_form: bool = False
    heredocs: bool = False


_TEXT, _BOOLEAN, _LIST = FlagKind.TEXT, FlagKind.BOOLEAN, FlagKind.LIST
RUN_FLAGS = {"mount": _LIST, "network": _TEXT, "security": _TEXT, "device": _LIST}
HEALTHCHECK_FLAGS: Mapping[str, FlagKind] = dict.fromkeys(
    ("interval", "timeout", "start-period", "start-interval", "retries"), _TEXT
)
COPY_FLAGS = {
    "from": _TEXT,
    "chown": _TEXT,
    "chmod": _TEXT,
    "link": _BOOLEAN,
    "parents": _BOOLEAN,
    "exclude": _LIST,
}
ADD_FLAGS = {
    "chown": _TEXT,
    "chmod": _TEXT,
    "link": _BOOLEAN,
    "keep-git-dir": _BOOLEAN,
    "checksum": _TEXT,
    "unpack": _BOOLEAN,
    "exclude": _LIST,
}
RULES: Mapping[str, Rule] = {
    "FROM": Rule(_from, {"platform": _TEXT}),
    "RUN": Rule(_run, None, exec_form=True, heredocs=True),
    "CMD": Rule(_cmd, exec_form=True),
    "ENTRYPOINT": Rule(_entrypoint, exec_form=True),
    "SHELL": Rule(_shell, exec_form=True),
    "COPY": Rule(_copy, COPY_FLAGS, exec_form=True, heredocs=True),
    "ADD": Rule(_add, ADD_FLAGS, exec_form=True, heredocs=True),
    "ENV": Rule(_env),
    "LABEL": Rule(_label),
    "ARG": Rule(_arg, None),
    "WORKDIR": Rule(_workdir),
    "USER": Rule(_user),
    "EXPOSE": Rule(_expose),
    "VOLUME": Rule(_volume, exec_form=True),
    "STOPSIGNAL": Rule(_stopsignal, None),
    "HEALTHCHECK": Rule(_healthcheck, None),
    "MAINTAINER": Rule(_maintainer),
}


def build(parts: Parts) -> Instruction:
    """The typed instruction. Raises Rejection."""
    rule = RULES.get(parts.keyword)
    if rule is None:
        raise parts.reject(f"there is no instruction {parts.keyword}")
    instruction = rule.build(parts)
    if rule.flags is not None and parts.flags:
        check_flags(parts.flags, rule.flags, parts.keyword)
    return instruction
