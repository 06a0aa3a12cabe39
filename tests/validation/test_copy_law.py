"""Which ADD is COPY, and which is not: hazard 16."""

from __future__ import annotations

import pytest

from tests.validation.test_plan import differ

PLAIN = [
    "a.py /b",
    ". .",
    "a/ b/.. ./c.SH /d/",
    '["my notes.md", "/d/"]',
    "--chown=1:1 --chmod=644 --link Gemfile /d/",
    "a.py $HOME/x",
    ".env.yml https:/",
]


@pytest.mark.parametrize("said", PLAIN)
def test_what_neither_fetches_nor_unpacks_is_a_copy(said: str) -> None:
    assert differ(f"FROM a\nADD {said}\n", f"FROM a\nCOPY {said}\n") is None
    assert differ(f"FROM a\nCOPY {said}\n", f"FROM a\nADD {said}\n") is None


OTHERS = [
    "a.tar /b",
    "a.tgz /b",
    "a.py.gz /b",
    "rootfs /",
    "app-1.2 /",
    "a.py b /c/",
    "*.py /c/",
    "a?.py /c/",
    "[ab].py /c/",
    "$a.py /c",
    "a$b/ /c/",
    '"a.py" /c',
    r"a\.py /c",
    "https://example.com/a.py /c",
    "http://example.com/ /c",
    "git@example.com:a/b.py /c",
    "github.com/a/b.py /c",
    "github.com/a/b/ /c",
]


@pytest.mark.parametrize("said", OTHERS)
def test_what_may_fetch_or_unpack_is_not(said: str) -> None:
    assert differ(f"FROM a\nADD {said}\n", f"FROM a\nCOPY {said}\n") is not None


def test_the_rest_of_it_counts() -> None:
    assert differ("FROM a\nADD --link a.py /b\n", "FROM a\nCOPY a.py /b\n") is not None
    assert differ("FROM a\nADD a.py /b\n", "FROM a\nCOPY a.py /c\n") is not None
    assert differ("FROM a\nADD --checksum=sha256:0 a.py /b\n", "FROM a\nCOPY a.py /b\n") is not None
    assert differ("FROM a\nONBUILD ADD a.py /b\n", "FROM a\nONBUILD COPY a.py /b\n") is not None
    assert differ("FROM a\nADD <<E /b\nx\nE\n", "FROM a\nCOPY <<E /b\nx\nE\n") is not None
