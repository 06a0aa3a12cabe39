"""Values that a rewrite must not lose, and the small grammars inside flags."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.source import Source
from dfopt.syntax import nodes
from dfopt.syntax.parser import parse
from dfopt.syntax.run_flags import csv_fields


def _instruction(text: str) -> nodes.Instruction:
    return parse(Source(f"FROM a\n{text}\n")).instructions[1]


LEGACY = [
    ("ENV Y 'a b'", "'a b'"),
    ('ENV D "quoted" x', '"quoted" x'),
    (r"ENV C b\ c", r"b\ c"),
    ("ENV E  a  \t b  ", "a  \t b"),
    ("ENV F a \\\n   b", "a    b"),
    ("ENV G a=b c", "a=b c"),
]


@pytest.mark.parametrize(("text", "value"), LEGACY)
def test_the_legacy_form_keeps_its_value(text: str, value: str) -> None:
    env = _instruction(text)
    assert isinstance(env, nodes.Env)
    assert env.is_legacy
    assert [pair.value for pair in env.pairs] == [value]


def test_a_label_may_be_legacy() -> None:
    label = _instruction("LABEL a b c")
    assert isinstance(label, nodes.Label)
    assert (label.is_legacy, label.pairs[0].key, label.pairs[0].value) == (True, "a", "b c")


def test_a_maintainer_keeps_its_dollar() -> None:
    maintainer = _instruction("MAINTAINER  John $Doe 'x ")
    assert isinstance(maintainer, nodes.Maintainer)
    assert maintainer.body.text == "John $Doe 'x"


def test_the_exec_form_may_go_over_lines() -> None:
    cmd = _instruction('CMD ["a", \\\n  # why\n  "b  c" \\\n]')
    assert isinstance(cmd, nodes.Cmd)
    assert cmd.argv == ("a", "b  c")


def test_spaces_in_quotes_and_bodies_are_content() -> None:
    run = _instruction("RUN printf '  a\t\tb  ' <<E\n\n  x  \nE")
    assert isinstance(run, nodes.Run)
    assert run.script is not None
    assert run.script.text == "printf '  a\t\tb  ' <<E\n\n  x  \nE"


def test_an_argument_without_a_value_differs_from_an_empty_one() -> None:
    arg = _instruction("ARG A B= C='d e'")
    assert isinstance(arg, nodes.Arg)
    assert [(pair.key, pair.value) for pair in arg.pairs] == [("A", None), ("B", ""), ("C", "'d e'")]


def test_a_volume_may_be_a_list() -> None:
    volume = _instruction('VOLUME ["/a b", "/c"]')
    assert isinstance(volume, nodes.Volume)
    assert (volume.is_json, [path.text for path in volume.paths]) == (True, ["/a b", "/c"])


def test_a_health_check_in_shell_form_has_its_command() -> None:
    health = _instruction("HEALTHCHECK --interval=5s \\\n  CMD curl \\\n  -f x || exit 1")
    assert isinstance(health, nodes.Healthcheck)
    assert health.command is not None
    assert (health.is_none, health.argv, health.command.text) == (False, None, "curl   -f x || exit 1")


_FIELDS = st.lists(st.text("a,=\" '$", max_size=4), min_size=1, max_size=4)


@given(_FIELDS)
def test_csv_fields_are_read_back(fields: list[str]) -> None:
    written = io.StringIO()
    csv.writer(written, lineterminator="", quoting=csv.QUOTE_ALL).writerow(fields)
    assert csv_fields(written.getvalue()) == fields


@pytest.mark.parametrize("text", ["", "\n", 'a"b', '"a', '"a"b', 'a,"b'])
def test_what_is_no_csv(text: str) -> None:
    with pytest.raises(ValueError, match=r"field"):
        csv_fields(text)
