"""Stages, their edges, and what is in force in them."""

from __future__ import annotations

import pytest

from dfopt.facts.facts import Facts
from dfopt.model.mounts import read_mount
from dfopt.model.scope import Scope
from dfopt.model.stages import chain
from dfopt.source import Source
from dfopt.syntax.nodes import Run
from dfopt.syntax.parser import parse


def _facts(text: str) -> Facts:
    return Facts(parse(Source(text)))


def _scope(text: str, at: int = -1) -> Scope:
    facts = _facts(text)
    return facts.scope(list(facts.dockerfile.find(Run))[at])


def test_a_stage_starts_from_the_latest_of_its_name() -> None:
    stages = _facts("FROM a AS x\nFROM b AS x\nFROM x\nFROM X\n").stages
    assert [stage.parent.index if stage.parent else None for stage in stages] == [None, None, 1, None]
    assert [stage.image for stage in stages] == ["a", "b", None, "X"]


def test_the_defaults_of_global_arguments_are_filled_in() -> None:
    stages = _facts("ARG V=3.11\nARG W\nARG X=${V}-slim\nFROM python:$X\nFROM a:$W\nFROM b:${NONE:-1}\n").stages
    assert [stage.image for stage in stages] == ["python:3.11-slim", None, "b:1"]


def test_scopes_are_inherited_through_from() -> None:
    scope = _scope(
        'FROM a AS x\nENV E=1\nUSER u\nWORKDIR /w\nSHELL ["/bin/bash", "-c"]\nFROM b\nFROM x\nWORKDIR sub\nRUN c\n'
    )
    assert (scope.env, scope.user, scope.workdir, scope.shell) == ({"E": "1"}, "u", "/w/sub", ("/bin/bash", "-c"))


def test_an_instruction_sees_the_environment_before_it() -> None:
    assert _scope("FROM a\nENV A=1\nENV A=2 B=$A\nRUN c\n").env == {"A": "2", "B": "1"}


def test_arguments_are_sequential_and_end_with_their_stage_unless_inherited() -> None:
    assert _scope("FROM a\nARG A=1\nARG B=$A-2\nRUN c\n").args == {"A": "1", "B": "1-2"}
    assert _scope("FROM a AS x\nARG A=1\nFROM x\nRUN c\n").args == {"A": "1"}
    assert _scope("FROM a AS x\nARG A=1\nFROM b\nRUN c\n").args == {}


def test_what_is_not_known_is_not_guessed() -> None:
    scope = _scope("FROM a\nENV P=$PATH:/x\nWORKDIR $H\nUSER ${U}\nRUN c\n")
    assert (scope.env, scope.workdir, scope.user) == ({"P": None}, None, "")


def test_mounts_are_read_as_csv() -> None:
    facts = _facts(
        "FROM a\nRUN --mount=type=cache,dst=/c,sharing=locked --mount=target=/b,rw --mount=type=tmpfs,target=/t x\n"
    )
    mounts = facts.mounts(next(facts.dockerfile.find(Run)))
    assert [(mount.type, mount.target, mount.writes_vanish) for mount in mounts] == [
        ("cache", "/c", False),
        ("bind", "/b", True),
        ("tmpfs", "/t", True),
    ]


@pytest.mark.parametrize(
    ("fields", "vanish"),
    [
        ("ro", False),
        ("readonly=true", False),
        ("readonly=T,rw=0", False),
        ("readwrite=False", False),
        ("rw", True),
        ("rw=1", True),
        ("readonly=0", True),
        ("ro=$R", True),
        ("type=other", True),
        ("type=secret", False),
    ],
)
def test_what_is_written_to_a_mount_that_may_be_written_ends_with_its_run(fields: str, vanish: bool) -> None:
    assert read_mount(f"target=/x,{fields}").writes_vanish is vanish


def test_many_stages_of_one_variable_are_looked_at_once_each() -> None:
    text = "ARG BASE\n" + "".join(f"FROM ${{BASE}} AS s{number}\nRUN a\n" for number in range(40))
    facts = Facts(parse(Source(text)))
    assert [stage.index for stage in chain(facts.stages[-1])] == list(range(40))
    assert len(facts.bases(facts.stages[-1])) == 1
