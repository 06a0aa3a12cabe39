"""Calls of a size that nobody writes by hand."""

from __future__ import annotations

from time import monotonic

from dfopt.api import rewrite
from dfopt.config import Config
from dfopt.results import Rewrite
from dfopt.source import Source


def cleaned(script: str) -> Rewrite:
    return rewrite(Source(f"FROM debian\nRUN {script}\n"), Config(select=("clean-package-cache",)))


def test_the_time_grows_with_the_number_of_words_and_no_faster() -> None:
    start = monotonic()
    found = cleaned("apt-get install " + "-o a " * 5000 + "x")
    assert found.changed
    assert monotonic() - start < 20


def test_an_option_that_would_make_a_line_too_long_is_refused() -> None:
    found = cleaned("pip install " + ("package " * 10_000)[:65_515])
    assert not found.changed
    assert not found.failures
    assert [refusal.reason for refusal in found.refusals] == ["a line would be longer than builders read"]


def test_a_long_line_elsewhere_is_no_reason() -> None:
    assert cleaned("pip install a \\\n " + "package " * 8_000).changed
