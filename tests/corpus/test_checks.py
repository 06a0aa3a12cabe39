"""The checks find what they look for."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfopt import api
from dfopt.config import Config
from dfopt.results import Failure, Rewrite
from dfopt.source import Source
from tests.corpus.check import report
from tests.corpus.checks import Checked, check

BEFORE = "FROM a\n# why\nRUN b\nRUN c\n"


def rewritten(monkeypatch: pytest.MonkeyPatch, path: Path, before: str, *results: str) -> Checked:
    """What the checks say of a rewrite that gives these results, one each time that it runs."""
    path.write_text(before, encoding="utf-8")
    left = list(results)

    def rewrite(source: Source, _: Config, **__: object) -> Rewrite:
        after = left.pop(0) if left else source.text
        return Rewrite(source.path, source.text, after, (), (), ())

    monkeypatch.setattr(api, "rewrite", rewrite)
    return check(path)


@pytest.mark.parametrize(
    ("results", "kind"),
    [
        (["FROM a\nRUN b && c\n"], "a comment is lost"),
        (["FROM a\n# why\nRUN b && c\n", "FROM a\n"], "a second run changes something"),
        (["FROM a\n# why\nRUN b &&\nRUN c\n"], "a script can no longer be parsed"),
        (["FROM a\n# why\nRUN b\\\n"], None),
        (["FROM a\n# why\nRAN b\n"], "the result cannot be read"),
        (["FROM a\n# why\nRUN b && c\n"], None),
        ([BEFORE], None),
    ],
)
def test_a_bad_rewrite_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, results: list[str], kind: str | None
) -> None:
    checked = rewritten(monkeypatch, tmp_path / "Dockerfile", BEFORE, *results)
    assert [finding.kind for finding in checked.findings] == ([] if kind is None else [kind])


def test_a_script_that_was_broken_may_stay_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    assert rewritten(monkeypatch, path, "FROM a\nRUN b &&\nRUN c\n", "FROM a\nRUN b && &&\nRUN c\n").findings == ()


def test_a_script_is_read_by_the_shell_that_runs_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    bash = 'FROM a\nSHELL ["/bin/bash", "-c"]\nRUN b\n'
    assert rewritten(monkeypatch, path, bash, bash + "RUN c < <(d)\n").findings == ()
    next_stage = bash + "FROM a\nRUN b\n"
    assert rewritten(monkeypatch, path, next_stage, next_stage + "RUN c < <(d)\n").findings != ()


def test_an_exception_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def rewrite(source: Source, _: Config, **__: object) -> Rewrite:
        raise KeyError(source.path)

    monkeypatch.setattr(api, "rewrite", rewrite)
    (tmp_path / "Dockerfile").write_text(BEFORE, encoding="utf-8")
    checked = check(tmp_path / "Dockerfile")
    assert not checked.rewritten
    assert [finding.kind for finding in checked.findings] == ["the rewrite raises"]
    assert "KeyError: 'Dockerfile'" in checked.findings[0].detail
    assert str(tmp_path) not in checked.findings[0].detail


def test_a_failure_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def rewrite(source: Source, _: Config, **__: object) -> Rewrite:
        return Rewrite(source.path, source.text, source.text, (), (), (Failure("some-transform", "no reason"),))

    monkeypatch.setattr(api, "rewrite", rewrite)
    (tmp_path / "Dockerfile").write_text(BEFORE, encoding="utf-8")
    checked = check(tmp_path / "Dockerfile")
    assert [finding.kind for finding in checked.findings] == ["some-transform fails"]
    assert "FOUND some-transform fails: 1" in "\n".join(report([checked], None))


def test_what_cannot_be_read_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("RAN b\n", encoding="utf-8")
    checked = check(tmp_path / "Dockerfile")
    assert (checked.rewritten, checked.findings) == (False, ())
    assert "1 of them not read" in "\n".join(report([checked], None))
