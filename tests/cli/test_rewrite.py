"""`dfopt rewrite` on files that can be read: what it writes, what it tells, how it exits."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from dfopt.config import Config
from dfopt.report.values import Report
from dfopt.results import Rewrite
from dfopt.source import Source
from tests.cli.conftest import BEFORE, Engine, Run, make, run_apart

QUIET = b"FROM debian:bookworm-slim\nRUN touch /a\n"
"""A Dockerfile without anything to rewrite."""


@pytest.fixture
def after(run: Run) -> bytes:
    """What BEFORE becomes."""
    make("scratch/Dockerfile")
    run("rewrite", "--in-place", "scratch/Dockerfile")
    path = Path("scratch/Dockerfile")
    rewritten = path.read_bytes()
    assert rewritten != BEFORE
    path.unlink()
    path.parent.rmdir()
    return rewritten


def test_a_preview_shows_the_diff_and_why_and_writes_nothing(run: Run) -> None:
    make("Dockerfile")
    code, out, err = run("rewrite", "Dockerfile")
    assert code == 1
    assert b"Dockerfile: 1 rewrite\n" in out
    assert b"merge-runs" in out
    assert b"\n--- a/Dockerfile\n+++ b/Dockerfile\n@@ " in out
    assert b"\n-RUN touch /b\n" in out
    assert b"estimated" in out
    assert err == b""
    assert Path("Dockerfile").read_bytes() == BEFORE


@pytest.mark.parametrize("form", ["text", "diff"])
def test_git_applies_what_a_preview_prints(run: Run, after: bytes, form: str) -> None:
    make("Dockerfile", "a b/Dockerfile", "c/grün.Dockerfile")
    make("d/Dockerfile", content=QUIET)
    make("e/Dockerfile", content=b"\xff\n")
    out = run("rewrite", "-v", "--format", form, ".").out
    environ = {**os.environ, "GIT_CEILING_DIRECTORIES": "/"}
    subprocess.run(["git", "apply", "-"], input=out, env=environ, check=True)
    for name in ("Dockerfile", "a b/Dockerfile", "c/grün.Dockerfile"):
        assert Path(name).read_bytes() == after


def test_without_a_path_the_current_folder_is_meant(run: Run) -> None:
    make("a/Dockerfile")
    assert run("rewrite").out == run("rewrite", ".").out != b""


def test_in_place_writes_and_a_second_run_finds_nothing(run: Run, after: bytes) -> None:
    make("Dockerfile", "a/Dockerfile")
    code, out, _ = run("rewrite", "--in-place", ".")
    assert code == 0
    assert b"a/Dockerfile: 1 rewrite, written\n" in out
    assert b"2 files: 2 rewritten, 0 unchanged\n" in out
    assert b"rewrites: merge-runs 2\n" in out
    assert Path("Dockerfile").read_bytes() == Path("a/Dockerfile").read_bytes() == after
    states = [Path(name).stat().st_mtime_ns for name in ("Dockerfile", "a/Dockerfile")]
    assert run("rewrite", "--in-place", ".").code == 0
    assert [Path(name).stat().st_mtime_ns for name in ("Dockerfile", "a/Dockerfile")] == states
    assert sorted(os.listdir()) == ["Dockerfile", "a"]


def test_in_place_through_a_link_keeps_the_link(run: Run, after: bytes) -> None:
    make("real/file")
    Path("Dockerfile").symlink_to("real/file")
    assert run("rewrite", "--in-place", "Dockerfile").code == 0
    assert Path("Dockerfile").is_symlink()
    assert Path("real/file").read_bytes() == after


def test_check_names_what_would_change(run: Run) -> None:
    make("Dockerfile")
    make("a/Dockerfile", content=QUIET)
    code, out, _ = run("rewrite", "--check", ".")
    assert code == 1
    assert b"Dockerfile: 1 rewrite\n" in out
    assert b"a/Dockerfile" not in out
    assert b"@@" not in out
    assert Path("Dockerfile").read_bytes() == BEFORE


def test_nothing_to_do_is_clean(run: Run) -> None:
    make("Dockerfile", content=QUIET)
    assert run("rewrite", "--check", ".").code == 0
    code, out, _ = run("rewrite", ".")
    assert code == 0
    assert out == b"1 file: 0 to rewrite, 1 unchanged\n"


def test_quiet_says_nothing_but_the_exit_code(run: Run) -> None:
    make("Dockerfile")
    assert run("rewrite", "-q", ".") == (1, b"", b"")


def test_bytes_that_are_not_utf8_come_out_as_they_went_in(run: Run) -> None:
    make("Dockerfile", content=BEFORE + b"LABEL a=\xff\xfe\r\n")
    out = run("rewrite", ".").out
    assert b"\n LABEL a=\xff\xfe\r\n" in out
    run("rewrite", "--in-place", ".")
    assert Path("Dockerfile").read_bytes().endswith(b"LABEL a=\xff\xfe\r\n")


def test_standard_input_is_rewritten_to_standard_output(run: Run, after: bytes) -> None:
    code, out, err = run("rewrite", "-", stdin=BEFORE)
    assert (code, out) == (0, after)
    assert b"merge-runs" in err


def test_standard_input_without_anything_to_do_passes_through(run: Run) -> None:
    assert run("rewrite", "-q", "-", stdin=QUIET) == (0, QUIET, b"")


def test_standard_input_with_check(run: Run) -> None:
    code, out, _ = run("rewrite", "--check", "-", stdin=BEFORE)
    assert (code, out) == (1, b"")


def test_standard_input_as_a_diff(run: Run) -> None:
    code, out, err = run("rewrite", "--format", "diff", "-", stdin=BEFORE)
    assert code == 1
    assert out.startswith(b"--- a/<stdin>\n")
    assert err == b""


def test_standard_input_with_a_report_in_a_file(run: Run, after: bytes) -> None:
    code, out, _ = run("rewrite", "--format", "json", "-o", "report.json", "-", stdin=BEFORE)
    assert (code, out) == (0, after)
    assert msgspec.json.decode(Path("report.json").read_bytes(), type=Report).files[0].changed


def test_standard_input_that_cannot_be_parsed_gives_no_result(run: Run) -> None:
    code, out, err = run("rewrite", "-", stdin=b"NONSENSE here\n")
    assert (code, out) == (3, b"")
    assert err.startswith(b"error: <stdin>:1:1: ")


def test_an_output_file_gets_the_report(run: Run) -> None:
    make("Dockerfile")
    code, out, _ = run("rewrite", "-o", "report.txt", ".")
    assert (code, out) == (1, b"")
    assert b"--- a/Dockerfile" in Path("report.txt").read_bytes()


def test_templates_are_told(run: Run) -> None:
    make("Dockerfile.j2", "Dockerfile")
    assert b"not looked at: 1 template, to be rendered first\n" in run("rewrite", ".").out
    assert b"\n  Dockerfile.j2\n" in run("rewrite", "-v", ".").out


def test_a_path_given_by_name_always_runs(run: Run) -> None:
    make("Dockerfile.j2", "build.txt")
    assert b"2 files: 2 to rewrite" in run("rewrite", "--check", "Dockerfile.j2", "build.txt").out


def test_colours_on_demand_only(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    make("Dockerfile")
    assert b"\x1b" not in run("rewrite", ".").out
    coloured = run("rewrite", "--color", "always", ".").out
    assert b"\x1b[31m-RUN touch /b\x1b[m\n" in coloured
    assert b"\x1b[1m--- a/Dockerfile\x1b[m\n" in coloured
    monkeypatch.setenv("DFOPT_COLOR", "always")
    assert run("rewrite", ".").out == coloured


def test_with_colours_a_file_cannot_steer_the_terminal(run: Run) -> None:
    make("Dockerfile", content=BEFORE + b"# \x1b[2J \x9b \xc2\x9b \r x\n")
    out = run("rewrite", "--color", "always", ".").out
    assert b"# ^[[2J \x9b \\x9b ^M x\n" in out


def test_settings_from_file_environment_and_command_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    make("a/Dockerfile", "b/Dockerfile")
    Path("a/dfopt.toml").write_text('ignore = ["merge-runs"]', encoding="utf-8")
    assert run("rewrite", "--check", "a").code == 0
    assert run("rewrite", "--check", "b").code == 1
    assert run("rewrite", "--check", "--select", "merge-runs", "a").code == 1
    monkeypatch.setenv("DFOPT_IGNORE", "merge-runs")
    assert run("rewrite", "--check", "b").code == 0
    monkeypatch.setenv("DFOPT_CONFIG", os.devnull)
    assert run("rewrite", "--check", "a").code == 0
    monkeypatch.delenv("DFOPT_IGNORE")
    assert run("rewrite", "--check", "a").code == 1


def test_many_files_on_several_processes_come_in_order() -> None:
    names = [f"{number:03}/Dockerfile" for number in range(100)]
    make(*names)
    code, out, err = run_apart("rewrite", "--check", "--jobs", "3", ".")
    assert (code, err) == (1, b"")
    told = [line.partition(b":")[0].decode() for line in out.split(b"\n") if b": 1 rewrite" in line]
    assert told == names


def test_one_bad_file_never_stops_the_rest() -> None:
    make(*(f"{number:03}/Dockerfile" for number in range(60)))
    make("030/Dockerfile", content=b"NONSENSE\n")
    code, out, err = run_apart("rewrite", "--in-place", "--jobs", "2", ".")
    assert code == 3
    assert err.startswith(b"error: 030/Dockerfile:1:1: ")
    assert err.count(b"\n") == 1
    assert b"60 files: 59 rewritten, 0 unchanged, 1 with errors\n" in out
    assert Path("030/Dockerfile").read_bytes() == b"NONSENSE\n"
    assert Path("059/Dockerfile").read_bytes() != BEFORE


def test_a_pipe_is_read_but_not_replaced(run: Run) -> None:
    reader, writer = os.pipe()
    os.write(writer, BEFORE)
    os.close(writer)
    assert b"/dev/fd/" in run("rewrite", "--check", f"/dev/fd/{reader}").out
    os.close(reader)
    reader, writer = os.pipe()
    os.write(writer, BEFORE)
    os.close(writer)
    code, _, err = run("rewrite", "--in-place", f"/dev/fd/{reader}")
    os.close(reader)
    assert code == 3
    assert b": it is not a regular file" in err


def test_a_link_that_changes_its_aim_meanwhile_is_left_alone(run: Run, engine: Callable[[Engine], None]) -> None:
    make("one", "other")
    Path("Dockerfile").symlink_to("one")

    def turns(source: Source, _: Config) -> Rewrite:
        if source.path == "Dockerfile":
            Path("one").unlink()
            Path("one").write_bytes(b"mine\n")
        return Rewrite(source.path, source.text, source.text + "# new\n", (), (), ())

    engine(turns)
    code, _, err = run("rewrite", "--in-place", "Dockerfile")
    assert code == 3
    assert b"it changed while dfopt worked on it" in err
    assert Path("one").read_bytes() == b"mine\n"


def test_the_diff_of_a_link_is_that_of_its_file(run: Run) -> None:
    make("build/prod", "other")
    Path("Dockerfile").symlink_to("build/prod")
    Path("other").rename("other.Dockerfile")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "a"]):
        subprocess.run([*git, *words], check=True)
    diff = run("rewrite", "--format", "diff", ".").out
    assert b"--- a/build/prod" in diff
    subprocess.run([*git, "apply"], input=diff, check=True)
    assert run("rewrite", "--check", ".").code == 0
    assert Path("Dockerfile").is_symlink()


def test_a_diff_of_files_inside_and_outside_the_folder_is_one_for_the_root(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    make("Dockerfile", "sub/Dockerfile", "sub/deep/Dockerfile")
    subprocess.run(["git", "init", "-q"], check=True)
    monkeypatch.chdir("sub")
    assert b"--- a/Dockerfile\n" in run("rewrite", "--format", "diff", ".").out
    diff = run("rewrite", "--format", "diff", "..").out
    assert [line for line in diff.splitlines() if line.startswith(b"+++")] == [
        b"+++ b/Dockerfile",
        b"+++ b/sub/Dockerfile",
        b"+++ b/sub/deep/Dockerfile",
    ]
    monkeypatch.chdir("..")
    subprocess.run(["git", "apply"], input=diff, check=True)
    assert run("rewrite", "--check", ".").code == 0


def test_a_diff_of_several_repositories_is_one_for_the_folder_around_them(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    make("one/Dockerfile", "two/Dockerfile", "two/mod/Dockerfile")
    for folder in ("one", "two", "two/mod"):
        subprocess.run(["git", "init", "-q", folder], check=True)
    monkeypatch.chdir("one")
    done = run("rewrite", "--format", "diff", ".", "../two", "../two/mod")
    assert sorted(line for line in done.out.splitlines() if line.startswith(b"+++")) == [
        b"+++ b/one/Dockerfile",
        b"+++ b/two/Dockerfile",
        b"+++ b/two/mod/Dockerfile",
    ]
    around = Path("..").resolve()
    assert f"seen from {around}: apply it there".encode() in done.err
    monkeypatch.chdir("..")
    subprocess.run(["git", "apply"], input=done.out, check=True, env=os.environ | {"GIT_CEILING_DIRECTORIES": "/"})
    assert run("rewrite", "--check", "one", "two", "two/mod").code == 0


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), Config()),
        (("--select", "merge-runs,a", "--select", "b"), Config(select=("merge-runs", "a", "b"))),
        (("--ignore", "a, b", "--unsafe"), Config(ignore=("a", "b"), unsafe=True)),
        (("--no-unsafe",), Config()),
    ],
)
def test_options_reach_the_engine(
    run: Run, engine: Callable[[Engine], None], arguments: tuple[str, ...], expected: Config
) -> None:
    seen: list[Config] = []

    def noting(source: Source, config: Config) -> Rewrite:
        seen.append(config)
        return Rewrite(source.path, source.text, source.text, (), (), ())

    engine(noting)
    make("Dockerfile")
    assert run("rewrite", "--check", *arguments, ".").code == 0
    assert seen
    assert all(config == expected for config in seen)


STAGES = b"FROM a AS one\nRUN b\nRUN c\nFROM d AS two\nRUN e\nRUN f\nFROM one AS three\nRUN g\nRUN h\n"


@pytest.mark.parametrize(
    ("target", "merged"), [("one", b"bc"), ("TWO", b"ef"), ("1", b"ef"), ("three", b"bcgh"), ("", b"bcefgh")]
)
def test_a_target_confines_rewriting_to_what_it_needs(run: Run, target: str, merged: bytes) -> None:
    make("Dockerfile", content=STAGES)
    assert run("rewrite", "--in-place", "--target", target, ".").code == 0
    after = Path("Dockerfile").read_bytes()
    for first, second in (b"bc", b"ef", b"gh"):
        together = b"RUN %c \\\n    && %c\n" % (first, second)
        assert (together in after) is (first in merged)
    assert run("rewrite", "--target", target, "-", stdin=STAGES).out == after


def test_a_target_leaves_nothing_to_tell_of_other_stages(run: Run) -> None:
    content = b"FROM a AS one\nRUN b\nFROM c\nRUN d\nRUN --network=none e\n"
    make("Dockerfile", content=content)
    assert b"left alone" in run("rewrite", "-v", ".").out
    assert b"left alone" not in run("rewrite", "-v", "--target", "one", ".").out


def test_a_file_without_the_target_is_an_error_and_the_rest_is_done(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    make("a/Dockerfile")
    make("b/Dockerfile", content=STAGES)
    monkeypatch.setenv("DFOPT_TARGET", "two")
    code, _, err = run("rewrite", "--in-place", ".")
    assert code == 3
    assert err == b"error: a/Dockerfile: there is no stage 'two'; none of its stages has a name\n"
    assert Path("b/Dockerfile").read_bytes() != STAGES
    assert b"its stages are one, two, three" in run("rewrite", "--target", "tow", "b").err
