"""The fixture runner notices what it is there for; the engine is replaced by what a test says."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from dfopt import testing
from dfopt.config import Config
from dfopt.edits import Safety, Saving
from dfopt.errors import DockerfileSyntaxError
from dfopt.results import Applied, Failure, Refusal, Rewrite
from dfopt.source import Position, Source

BEFORE = "FROM a\n# why\nRUN b\nRUN c\n"
AFTER = "FROM a\n# why\nRUN b && c\n"
REFUSAL = Refusal("join", Position(1, 1), "not today")
REPORTED = Applied("join", Safety.REPORT, Position(1, 1), "look at this", Saving())

Replace = Callable[..., list[Config]]


def case(after: str | None = AFTER, **settings: object) -> testing.Case:
    fields: dict[str, Any] = {"name": "case", **settings}
    return testing.Case(
        transform="join", before=BEFORE.encode(), after=None if after is None else after.encode(), **fields
    )


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Replace:
    """Replaces the engine by a mapping of texts; a text that it does not hold stays as it is."""

    def replace(
        results: dict[str, str],
        refusals: tuple[Refusal, ...] = (),
        applied: tuple[Applied, ...] = (),
        failures: tuple[Failure, ...] = (),
    ) -> list[Config]:
        seen: list[Config] = []

        def rewrite(source: Source, config: Config, **_: object) -> Rewrite:
            seen.append(config)
            after = results.get(source.text, source.text)
            return Rewrite(source.path, source.text, after, applied, refusals, failures)

        monkeypatch.setattr(testing, "rewrite", rewrite)
        return seen

    return replace


def test_a_rewriting_case_holds(engine: Replace) -> None:
    engine({BEFORE: AFTER})
    testing.check(case())


def test_only_the_transform_runs_with_the_options_of_the_case(engine: Replace) -> None:
    seen = engine({BEFORE: AFTER})
    testing.check(case(options={"style": "short"}, unsafe=True))
    assert set(map(repr, seen)) == {
        repr(Config(select=("join",), unsafe=True, transforms={"join": {"style": "short"}}, today=testing.TODAY)),
    }


def test_another_result_is_shown_as_a_diff(engine: Replace) -> None:
    engine({BEFORE: AFTER.replace("\n", "\r\n")})
    with pytest.raises(AssertionError, match=r"(?s)not what the fixture says.*-RUN b && c\n.*\+RUN b && c\\r\n"):
        testing.check(case())


def test_a_result_that_is_not_stable(engine: Replace) -> None:
    engine({BEFORE: AFTER, AFTER: AFTER + "RUN d\n"})
    with pytest.raises(AssertionError, match="second run changes"):
        testing.check(case())


def test_a_failure_of_the_chain(engine: Replace) -> None:
    engine({BEFORE: AFTER}, failures=(Failure("join", "the plans differ"),))
    with pytest.raises(AssertionError, match="the plans differ"):
        testing.check(case())


def test_a_lost_comment(engine: Replace) -> None:
    after = AFTER.replace("# why\n", "")
    engine({BEFORE: after})
    with pytest.raises(AssertionError, match=r"comments are lost: \['# why'\]"):
        testing.check(case(after))


def test_a_result_that_our_parser_does_not_read(engine: Replace) -> None:
    after = AFTER + "ENV\n"
    engine({BEFORE: after})
    with pytest.raises(DockerfileSyntaxError):
        testing.check(case(after))


def test_a_result_that_the_official_parser_does_not_read(engine: Replace, monkeypatch: pytest.MonkeyPatch) -> None:
    official: Any = import_module("dockerfile")

    def refuse(text: str) -> None:
        if text == AFTER:
            raise official.GoParseError("no")

    monkeypatch.setattr(official, "parse_string", refuse)
    engine({BEFORE: AFTER})
    with pytest.raises(AssertionError, match="the official parser does not read the result: no"):
        testing.check(case())


def test_an_after_that_is_no_change(engine: Replace) -> None:
    engine({})
    with pytest.raises(AssertionError, match=r"remove after\.Dockerfile"):
        testing.check(case(BEFORE))


def test_a_refusing_case_says_why(engine: Replace) -> None:
    engine({}, refusals=(REFUSAL,))
    testing.check(case(None))
    testing.check(case(None, reason="not today"))


def test_a_refusing_case_that_is_changed(engine: Replace) -> None:
    engine({BEFORE: AFTER}, refusals=(REFUSAL,))
    with pytest.raises(AssertionError, match="not what the fixture says"):
        testing.check(case(None))


def test_a_refusing_case_without_a_reason(engine: Replace) -> None:
    engine({})
    with pytest.raises(AssertionError, match="nothing says why"):
        testing.check(case(None))


def test_a_refusing_case_with_another_reason(engine: Replace) -> None:
    engine({}, refusals=(REFUSAL,))
    with pytest.raises(AssertionError, match=r"no refusal says 'never', but: \['not today'\]"):
        testing.check(case(None, reason="never"))


def test_something_reported_is_enough_for_a_file_that_stays(engine: Replace) -> None:
    engine({}, applied=(REPORTED,))
    testing.check(case(None))


def test_a_quiet_case(engine: Replace) -> None:
    engine({})
    testing.check(case(None, quiet=True))


@pytest.mark.parametrize("report", [{"refusals": (REFUSAL,)}, {"applied": (REPORTED,)}])
def test_a_quiet_case_that_is_not(engine: Replace, report: dict[str, tuple[object, ...]]) -> None:
    engine({}, **report)
    with pytest.raises(AssertionError, match="a quiet case reports"):
        testing.check(case(None, quiet=True))


def lay(fixtures: Path, name: str, **files: str) -> None:
    folder = fixtures / name
    folder.mkdir(parents=True)
    for file, text in files.items():
        (folder / file.replace("_", ".")).write_bytes(text.encode())


def test_cases_are_read_in_order(tmp_path: Path) -> None:
    lay(tmp_path, "join/two", before_Dockerfile=BEFORE, after_Dockerfile=AFTER)
    lay(tmp_path, "join/one", before_Dockerfile=BEFORE, options_toml='unsafe = true\n[options]\nstyle = "short"\n')
    lay(tmp_path, "ask/one", before_Dockerfile=BEFORE, options_toml='quiet = true\nreason = "because"\n')
    ask, one, two = testing.cases(tmp_path)
    assert (ask.transform, ask.name, ask.quiet, ask.reason) == ("ask", "one", True, "because")
    assert (one.name, one.after, one.unsafe, one.options) == ("one", None, True, {"style": "short"})
    assert two == case(name="two")


def test_projects_are_no_cases(tmp_path: Path) -> None:
    lay(tmp_path, "join/one", before_Dockerfile=BEFORE)
    lay(tmp_path, "projects/shop", Dockerfile=BEFORE)
    assert [each.transform for each in testing.cases(tmp_path)] == ["join"]


def test_a_case_needs_its_before(tmp_path: Path) -> None:
    lay(tmp_path, "join/one", after_Dockerfile=AFTER)
    with pytest.raises(ValueError, match=r"one has no before\.Dockerfile"):
        testing.cases(tmp_path)


@pytest.mark.parametrize("settings", ["unsafe = 1", "unknown = true", "[options]\nlevel = 3", "="])
def test_settings_that_cannot_be_used(tmp_path: Path, settings: str) -> None:
    lay(tmp_path, "join/one", before_Dockerfile=BEFORE, options_toml=settings)
    with pytest.raises(ValueError, match=r"join/one/options\.toml: "):
        testing.cases(tmp_path)


def test_parametrize_names_each_case(tmp_path: Path) -> None:
    lay(tmp_path, "join/one", before_Dockerfile=BEFORE)
    mark = testing.parametrize(tmp_path).mark
    assert mark.args == ("case", testing.cases(tmp_path))
    assert mark.kwargs == {"ids": ["join/one"]}
