"""Parses shell texts with dash's own parser: one JSON string a line in, one JSON tree (or null) a line out.

A process of its own: dash keeps global state, and may exit or abort. The arguments of words are decoded here,
because the package's decoder loses its place in the list of substitutions when quotes are left.
"""
# ruff: noqa: T201 - a program of its own
# pyright: basic
# mypy: ignore-errors

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator

import libdash.ast
import libdash.parser

ESCAPE, VARIABLE, END_VARIABLE, SUBSTITUTION, MULTIBYTE, ARITHMETIC, END_ARITHMETIC, QUOTE = range(129, 137)


class Decoder:
    """The text of one word in dash's internal form, with the substitutions that it refers to in order."""

    def __init__(self, narg: libdash.ast.narg) -> None:
        self.data = narg.text
        self.at = 0
        self.scripts = self.substitutions(narg.backquote)

    def substitutions(self, nodes) -> Iterator[list]:
        while nodes:
            yield libdash.ast.of_node(nodes.contents.n)
            nodes = nodes.contents.next

    def items(self, stop: int | None) -> list:
        found: list = []
        while self.at < len(self.data):
            byte = self.data[self.at]
            self.at += 1
            if byte == stop:
                return found
            found.extend(self.item(byte))
        assert stop is None
        return found

    def item(self, byte: int) -> list:
        if byte == ESCAPE:
            self.at += 1
            return [["E", self.data[self.at - 1]]]
        if byte == MULTIBYTE:
            return self.multibyte()
        if byte == QUOTE:
            return [["Q", self.items(QUOTE)]]
        if byte == SUBSTITUTION:
            return [["B", next(self.scripts)]]
        if byte == ARITHMETIC:
            return [["A", self.items(END_ARITHMETIC)]]
        if byte == VARIABLE:
            return [self.variable()]
        return [["C", byte]]

    def multibyte(self) -> list:
        kind = "C"
        if self.data[self.at] == ESCAPE:
            kind = "E"
            self.at += 1
        size = self.data[self.at]
        text = self.data[self.at + 1 : self.at + 1 + size]
        self.at += size + 3
        return [[kind, byte] for byte in text]

    def variable(self) -> list:
        flags = self.data[self.at]
        end = self.data.index(b"=", self.at)
        name = self.data[self.at + 1 : end].decode()
        self.at = end + 1
        kind = "Normal" if flags & 0xF == 1 else libdash.ast.var_type(flags & 0xF)
        word = [] if kind == "Normal" else self.items(END_VARIABLE)
        return ["V", kind, bool(flags & 0x10), name, word]


def parse(text: str, path: str, first: bool) -> list | None:
    with open(path, "wb") as file:
        file.write(text.encode("utf-8", "surrogateescape"))
    try:
        return [command for command, *_ in libdash.parser.parse(path, init=first)]
    except libdash.parser.ParsingException:
        return None


def main() -> None:
    libdash.ast.to_arg = lambda narg: Decoder(narg).items(None)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "script")
        for at, line in enumerate(sys.stdin):
            tree = parse(json.loads(line), path, at == 0)
            print(json.dumps(tree), flush=True)


main()
