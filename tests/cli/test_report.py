"""What reports say of patches, refusals, failures and sums: as text and as JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from dfopt import __version__
from dfopt.config import Config
from dfopt.edits import Safety, Saving
from dfopt.errors import DockerfileSyntaxError
from dfopt.report.text import saving, size
from dfopt.report.values import Estimate, Report
from dfopt.results import Applied, Failure, Refusal, Rewrite
from dfopt.source import Position, Source
from tests.cli.conftest import BEFORE, Run, make

Engine = Callable[[Source, Config], Rewrite]


def busy(source: Source, _: Config) -> Rewrite:
    """Everything that can be in a result."""
    applied = (
        Applied("first", Safety.SAFE, Position(2, 1), "two become one", Saving(1, 0)),
        Applied(
            "second",
            Safety.UNSAFE,
            Position(3, 5),
            "it is\tsmaller \udcff",
            Saving(0, 52_600_000),
            ("a fact", "and \udcff"),
            "the image differs in USER",
            "docs/transforms/second.md",
        ),
        Applied("second", Safety.UNSAFE, Position(4, 5), "again", Saving()),
        Applied("third", Safety.REPORT, Position(1, 1), "just so you know", Saving(9, 9)),
    )
    refusals = (
        Refusal("first", Position(7, 1), "a comment would move"),
        Refusal("first", Position(9, 1), "a comment would move", "the one in line 8"),
        Refusal("second", Position(1, 1), "another reason"),
    )
    return Rewrite(
        source.path, source.text, source.text + "# n\udcffw\n", applied, refusals, (Failure("fourth", "oh"),)
    )


@pytest.fixture(autouse=True)
def _busy_engine(engine: Callable[[Engine], None]) -> None:
    engine(busy)
    make("Dockerfile")


TEXT = rb"""Dockerfile: 3 rewrites
  1:1  third   report: just so you know [saves 9 layers and 9 B, estimated]
  2:1  first   two become one [saves 1 layer, estimated]
  3:5  second  unsafe: it is\tsmaller \xff; the image differs in USER [saves 52.6 MB, estimated]
  4:5  second  unsafe: again
"""
SUMMARY = b"""1 file: 1 to rewrite, 0 unchanged
rewrites: second 2, first 1
saves 1 layer and 52.6 MB, estimated
taken back: fourth 1
left alone: 3 places
      2  a comment would move
      1  another reason
"""


def test_the_text_of_a_preview(run: Run) -> None:
    out = run("rewrite", ".").out
    assert out.startswith(TEXT)
    assert out.endswith(SUMMARY)


MODES: list[tuple[str, ...]] = [(), ("--check",), ("--format", "diff"), ("-q",)]


@pytest.mark.parametrize(
    ("mode", "stdin"), [(("--in-place",), False), *((mode, stdin) for mode in MODES for stdin in (False, True))]
)
def test_a_transform_that_was_taken_back_is_an_error_and_the_rest_is_done(
    run: Run, mode: tuple[str, ...], stdin: bool
) -> None:
    path = "-" if stdin else "Dockerfile"
    ran = run("rewrite", *mode, path, stdin=BEFORE)
    assert ran.code == 3
    name = b"<stdin>" if stdin else b"Dockerfile"
    assert ran.err.startswith(b"error: " + name + b": fourth was taken back: oh\n")
    assert (Path("Dockerfile").read_bytes() != BEFORE) is (mode == ("--in-place",))
    assert (b"# n\xffw" in ran.out) is (mode != ("--check",) and (stdin or mode in ((), ("--format", "diff"))))


def test_verbose_text_tells_refusals_in_their_place(run: Run) -> None:
    out = run("rewrite", "-v", ".").out
    assert b"  1:1  second  left alone: another reason\n  2:1  first " in out
    assert b"  9:1  first   left alone: a comment would move (the one in line 8)\n" in out
    assert b" [saves 52.6 MB, estimated] (a fact; and \\xff)\n" in out


def test_in_place_text_is_short(run: Run) -> None:
    out = run("rewrite", "--in-place", ".").out
    assert out.startswith(b"Dockerfile: 3 rewrites, written\n")
    assert b"1 file: 1 rewritten, 0 unchanged\n" in out
    assert b"two become one" not in out


def test_the_json_report(run: Run) -> None:
    out = run("rewrite", "--format", "json", ".").out
    report = msgspec.json.decode(out, type=Report)
    assert (report.version, report.dfopt) == (1, __version__)
    (file,) = report.files
    assert (file.path, file.changed, file.written, file.error) == ("Dockerfile", True, False, None)
    assert [(patch.transform, patch.safety, patch.applied, patch.line, patch.column) for patch in file.patches] == [
        ("first", "safe", True, 2, 1),
        ("second", "unsafe", True, 3, 5),
        ("second", "unsafe", True, 4, 5),
        ("third", "report", False, 1, 1),
    ]
    assert [patch.why for patch in file.patches] == [
        "two become one",
        "it is\tsmaller \\xff",
        "again",
        "just so you know",
    ]
    assert file.patches[1].estimated_saving == Estimate(0, 52_600_000)
    assert [patch.evidence for patch in file.patches] == [(), ("a fact", "and \\xff"), (), ()]
    assert [patch.risk for patch in file.patches] == ["", "the image differs in USER", "", ""]
    assert [patch.page for patch in file.patches] == [None, "docs/transforms/second.md", None, None]
    assert [(each.transform, each.line, each.reason, each.detail) for each in file.refusals] == [
        ("first", 7, "a comment would move", ""),
        ("first", 9, "a comment would move", "the one in line 8"),
        ("second", 1, "another reason", ""),
    ]
    assert [(each.transform, each.reason) for each in file.failures] == [("fourth", "oh")]
    summary = report.summary
    assert (summary.files, summary.changed, summary.unchanged, summary.errors) == (1, 1, 0, 0)
    assert summary.rewrites == {"second": 2, "first": 1}
    assert summary.refusals == {"a comment would move": 2, "another reason": 1}
    assert summary.failures == {"fourth": 1}
    assert summary.estimated_saving == Estimate(1, 52_600_000)


def test_a_diff_that_is_not_utf8_is_in_base_64(run: Run) -> None:
    (file,) = msgspec.json.decode(run("rewrite", "--format", "json", ".").out, type=Report).files
    assert file.diff is None
    assert file.diff_base64 is not None
    assert base64.b64decode(file.diff_base64).endswith(b"\n+# n\xffw\n")


def test_errors_and_templates_are_in_the_json_report(run: Run) -> None:
    make("a/Dockerfile", content=b"\0")
    make("Dockerfile.j2")
    code, out, _ = run("rewrite", "--in-place", "--format", "json", ".", "*.none")
    report = msgspec.json.decode(out, type=Report)
    assert code == 3
    assert [file.path for file in report.files] == ["Dockerfile", "a/Dockerfile"]
    assert [file.written for file in report.files] == [True, False]
    assert report.files[1].error is not None
    assert report.files[1].error.kind == "read"
    assert report.templates == ("Dockerfile.j2",)
    assert report.problems == {"*.none": "no file matches"}
    assert report.summary.errors == 1


def test_a_syntax_error_has_its_place(run: Run, engine: Callable[[Engine], None]) -> None:
    def fails(source: Source, _: Config) -> Rewrite:
        if source.path != "Dockerfile":
            return Rewrite(source.path, source.text, source.text, (), (), ())
        raise DockerfileSyntaxError("unknown instruction", source.path, 3, 7)

    engine(fails)
    _, out, err = run("rewrite", "--format", "json", ".")
    (file,) = msgspec.json.decode(out, type=Report).files
    assert file.error is not None
    assert (file.error.kind, file.error.message, file.error.line, file.error.column) == (
        "syntax",
        "unknown instruction",
        3,
        7,
    )
    assert err == b"error: Dockerfile:3:7: unknown instruction\n"


def test_a_report_of_no_files_is_valid_too(run: Run) -> None:
    Path("empty").mkdir()
    report = msgspec.json.decode(run("rewrite", "--format", "json", "empty").out, type=Report)
    assert (report.files, report.summary.files) == ((), 0)


def test_the_report_has_the_fields_of_its_schema(run: Run) -> None:
    schema = json.loads(run("report", "schema").out)
    report = json.loads(run("rewrite", "--format", "json", ".").out)
    definitions = schema["$defs"]
    assert set(report) == set(definitions["Report"]["properties"])
    assert set(report["files"][0]) == set(definitions["FileReport"]["properties"])
    assert set(report["summary"]) == set(definitions["Summary"]["properties"])


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (52_600_000, "52.6 MB"),
        (999_949_000, "999.9 MB"),
        (999_999_999, "1.0 GB"),
        (12_300_000_000, "12.3 GB"),
    ],
)
def test_sizes(count: int, text: str) -> None:
    assert size(count) == text


def test_what_is_saved_is_called_estimated() -> None:
    assert saving(Estimate(2, 1000)) == "2 layers and 1.0 kB, estimated"
    assert saving(Estimate(0, 1000)) == "1.0 kB, estimated"


def test_before_is_what_it_was(run: Run) -> None:
    run("rewrite", "--format", "json", ".")
    assert Path("Dockerfile").read_bytes() == BEFORE
