"""What a container starts."""

from __future__ import annotations

import pytest

from dfopt.facts.facts import Facts
from dfopt.facts.start import started
from dfopt.source import Source
from dfopt.syntax.parser import parse


def programs(text: str) -> list[str] | None:
    facts = Facts(parse(Source(text)))
    stage = facts.stages[-1]
    found = started(stage, facts.base(stage))
    return (
        None
        if found is None
        else [" ".join([each.name or "$", *(w.value or "$" for w in each.words)]) for each in found]
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM debian:12\nRUN a", []),
        ('FROM debian:12\nCMD ["a", "b c"]', ["a b c"]),
        ("FROM debian:12\nCMD a; exec b --c", ["a", "b --c"]),
        ('FROM debian:12\nENTRYPOINT ["a"]\nCMD ["-b"]', ["a -b"]),
        ('FROM debian:12\nENTRYPOINT ["a"]\nCMD b', ["a /bin/sh -c b"]),
        ("FROM debian:12\nCMD b\nENTRYPOINT a -c", ["a -c"]),
        ('FROM debian:12\nCMD ["a"]\nCMD ["b"]', ["b"]),
        ('FROM debian:12\nENTRYPOINT ["/usr/bin/tini", "-g", "--", "a", "b"]', ["a b"]),
        ('FROM debian:12\nENTRYPOINT ["dumb-init", "sh", "-c", "cd /x && exec a"]', ["cd /x", "a"]),
        ('FROM debian:12 AS x\nENTRYPOINT ["a"]\nFROM x\nCMD ["b"]', ["a b"]),
        ('FROM node:20\nCMD ["node", "a.js"]', ["node a.js"]),
        ('FROM node:20\nENTRYPOINT ["tini", "--", "docker-entrypoint.sh"]\nCMD ["node", "a.js"]', ["node a.js"]),
        (
            'FROM node:20\nCOPY docker-entrypoint.sh /usr/local/bin/\nCMD ["node", "a.js"]',
            ["docker-entrypoint.sh node a.js"],
        ),
        ('FROM debian:12\nENTRYPOINT ["docker-entrypoint.sh"]\nCMD ["a"]', ["docker-entrypoint.sh a"]),
        ('FROM scratch\nCMD ["/a"]', ["/a"]),
        ('FROM php:8.3-cli\nCMD ["php", "a.php"]', ["php a.php"]),
        ('FROM example.com/base\nCMD ["a"]', None),
        ('FROM example.com/base\nENTRYPOINT ["a"]', ["a"]),
        ("FROM debian:12\nCMD if a", None),
    ],
)
def test_what_is_started(text: str, expected: list[str] | None) -> None:
    assert programs(text) == expected
