"""Translation validation bites: wrong transforms change no file, whatever they declare.

Each attempt is made a real transform and run by the real chain: its patch is applied, the result parsed and
validated. The file must stay as it was, and the report must name the transform.

Every kind of harm in hazards.py is tried. Two kinds are not there, as no patch can show them: that a byte outside
every patch changes (a byte order mark, the end of the file), and that the command line stops at a bad file.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dfopt.api import rewrite
from dfopt.results import Rewrite
from dfopt.source import Source
from dfopt.syntax.nodes import Run
from dfopt.transform import Context, Edit, Patch, Safety, Skip, Transform
from tests.registered import register
from tests.validation import wrong_caches, wrong_deltas, wrong_instructions, wrong_merges, wrong_options, wrong_scripts
from tests.validation.attempts import Attempt
from tests.validation.hazards import HAZARDS

ATTEMPTS = (
    *wrong_merges.TABLE,
    *wrong_scripts.TABLE,
    *wrong_instructions.TABLE,
    *wrong_deltas.TABLE,
    *wrong_caches.TABLE,
    *wrong_options.TABLE,
)


def _run(monkeypatch: pytest.MonkeyPatch, attempt: Attempt, after: str) -> Rewrite:
    register(monkeypatch, {"try-it": attempt.transform(after)})
    return rewrite(Source(attempt.before))


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.name)
def test_a_wrong_transform_changes_nothing_and_is_named(monkeypatch: pytest.MonkeyPatch, attempt: Attempt) -> None:
    result = _run(monkeypatch, attempt, attempt.after)
    assert result.after == attempt.before
    assert result.applied == ()
    assert [failure.transform for failure in result.failures] == ["try-it"]
    by_itself = ("the result does not parse: ", "a safe patch declares that the image differs")
    assert result.failures[0].unproved or result.failures[0].reason.startswith(by_itself)


@pytest.mark.parametrize(
    "attempt", [attempt for attempt in ATTEMPTS if attempt.right], ids=lambda attempt: attempt.name
)
def test_what_would_be_right_in_its_place_is_accepted(monkeypatch: pytest.MonkeyPatch, attempt: Attempt) -> None:
    result = _run(monkeypatch, attempt, attempt.right)
    assert result.failures == ()
    assert result.after == attempt.right


def test_names_are_unique() -> None:
    names = [attempt.name for attempt in ATTEMPTS]
    assert sorted({*names}) == sorted(names)


def test_every_hazard_is_tried() -> None:
    tried = {attempt.hazard for attempt in ATTEMPTS} | {27}
    assert tried == HAZARDS.keys()


def test_a_transform_that_never_comes_to_rest_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hazard 27: each of its patches is right, but a second run would change the result of the first."""

    def turn(ctx: Context) -> Iterator[Patch | Skip]:
        for run in ctx.dockerfile.find(Run):
            word = ctx.dockerfile.source.slice(run.keyword_span)
            yield Patch([Edit(run.keyword_span, word.swapcase())], why="it looks better")

    wrong = Transform("try-it", turn, Safety.SAFE, (), (), "Tries it.")
    register(monkeypatch, {"try-it": wrong})
    result = rewrite(Source("FROM a\nRUN b\n"))
    assert result.after == result.before
    assert [failure.transform for failure in result.failures] == ["try-it"]
    assert "quiet" in result.failures[0].reason
