"""What patches declare is told in reports."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dfopt.api import rewrite
from dfopt.config import Config
from dfopt.declared import proof, risk
from dfopt.edits import Delta, Differs, Edit, Patch, Safety, Skip
from dfopt.source import Source, Span
from dfopt.transform import Context, Transform
from tests.registered import register

SAFE = Delta(
    added_commands=(("yum", "clean", "all"),),
    dropped_commands=(("apk", "update"),),
    added_options=(("apk", "--no-cache"),),
    dropped_options=(("apk", "-U"),),
)
UNSAFE = Delta(
    differs=(Differs(0, "b:1", ("USER",), ("TZ",), ("tini",), ("RUN a",), ("RUN b",), later=("REF",)),),
    added_stages=(0,),
)


def test_a_safe_delta_in_words() -> None:
    assert proof(SAFE) == (
        "the build plans before and after are equal but for 'yum clean all' added, 'apk update' dropped, "
        "--no-cache added to apk, -U dropped from apk"
    )
    assert risk(SAFE) == ""
    assert proof(Delta()) == "the build plans before and after are equal"


def test_an_unsafe_delta_in_words() -> None:
    parts = "the base b:1, USER, the variable TZ, the package tini, 'RUN a' added, 'RUN b' removed, where REF is set"
    assert proof(UNSAFE) == f"the build plans before and after are equal but for {parts}, new stages: 1"
    assert risk(UNSAFE) == f"the image differs in {parts}"


def test_stages_that_are_gone_in_words() -> None:
    delta = Delta(removed_stages=(0, 2))
    assert proof(delta) == "the build plans before and after are equal but for stages that are gone: 2"
    assert "asks for a stage that is gone" in risk(delta)


def test_a_result_tells_evidence_risk_and_page() -> None:
    (applied,) = rewrite(Source("FROM debian\nRUN a\nRUN b\n"), Config(select=("merge-runs",))).applied
    assert applied.evidence == (proof(Delta()),)
    assert (applied.risk, applied.page) == ("", "docs/transforms/merge-runs.md")


def test_a_patch_may_tell_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(ctx: Context) -> Iterator[Patch | Skip]:
        if "USER" not in ctx.dockerfile.source.text:
            end = len(ctx.dockerfile.source.text)
            delta = Delta(differs=(Differs(0, config=("USER",)),))
            yield Patch([Edit(Span(end, end), "USER x\n")], why="so", delta=delta, evidence=["it is"], risk="it may")

    transform = Transform("try-it", run, Safety.UNSAFE, (), (), "Tries it.")
    register(monkeypatch, {"try-it": transform})
    (applied,) = rewrite(Source("FROM debian\n"), Config(unsafe=True)).applied
    assert applied.evidence == ("it is", "the build plans before and after are equal but for USER")
    assert (applied.risk, applied.page) == ("it may", None)
