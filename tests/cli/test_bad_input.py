"""Bad input: one clear message, the exit code of the documentation, and every file as it was."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dfopt.config import Config
from dfopt.results import Rewrite
from dfopt.source import Source
from tests.cli.conftest import BEFORE, Ran, Run, make

MODES = [(), ("--check",), ("--in-place",)]


@pytest.fixture(params=MODES, ids=lambda mode: "".join(mode) or "preview")
def mode(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return request.param  # type: ignore[no-any-return]


def one_message(ran: Ran) -> bytes:
    """The message, of which there is only one."""
    assert ran.err.count(b"\n") == 1, ran.err
    assert b"Traceback" not in ran.err
    return ran.err


def refused(run: Run, mode: tuple[str, ...], content: bytes) -> bytes:
    """The message about a file with this content, which must stay, while the file beside it is rewritten."""
    make("Dockerfile", content=content)
    make("good/Dockerfile")
    ran = run("rewrite", *mode, ".")
    assert ran.code == 3
    assert Path("Dockerfile").read_bytes() == content
    assert (Path("good/Dockerfile").read_bytes() != BEFORE) is ("--in-place" in mode)
    assert b"1 with errors" in ran.out
    return one_message(ran)


def test_a_missing_file(run: Run, mode: tuple[str, ...]) -> None:
    ran = run("rewrite", *mode, "missing/Dockerfile")
    assert ran.code == 3
    assert one_message(ran) == b"error: missing/Dockerfile: No such file or directory\n"
    assert os.listdir() == []


def test_a_folder_without_dockerfiles(run: Run, mode: tuple[str, ...]) -> None:
    make("a/README.md")
    ran = run("rewrite", *mode, "a")
    assert ran.code == 0
    assert one_message(ran) == b"warning: a: there are no Dockerfiles below it\n"


def test_a_glob_without_matches(run: Run) -> None:
    ran = run("rewrite", "*.Dockerfile")
    assert (ran.code, one_message(ran)) == (3, b"error: *.Dockerfile: no file matches\n")


def test_a_binary_file(run: Run, mode: tuple[str, ...]) -> None:
    content = b"\x7fELF\x02\x01\x01\0\0\0" + bytes(range(256))
    assert b"error: Dockerfile: it holds NUL bytes and so is a binary file" in refused(run, mode, content)


def test_utf16_text(run: Run, mode: tuple[str, ...]) -> None:
    assert b"error: Dockerfile: it is UTF-16 text" in refused(run, mode, BEFORE.decode().encode("utf-16"))


def test_ten_megabytes_of_noise(run: Run, mode: tuple[str, ...]) -> None:
    content = random.Random(1).randbytes(10_000_000)
    assert b"error: Dockerfile: it is larger than 5 MB" in refused(run, mode, content)


def test_noise_that_could_be_text(run: Run, mode: tuple[str, ...]) -> None:
    content = random.Random(2).randbytes(1_000_000).replace(b"\0", b"")
    assert refused(run, mode, content).startswith(b"error: Dockerfile:")


def test_a_line_of_65536_bytes(run: Run, mode: tuple[str, ...]) -> None:
    content = BEFORE + b"RUN echo " + b"x" * (65_536 - 9) + b"\n"
    assert refused(run, mode, content).startswith(b"error: Dockerfile:4:")


def test_an_empty_file(run: Run, mode: tuple[str, ...]) -> None:
    assert refused(run, mode, b"").startswith(b"error: Dockerfile:1:1: ")


def test_invalid_utf8_is_no_error(run: Run, mode: tuple[str, ...]) -> None:
    content = BEFORE + b"LABEL a=\xff\n"
    make("Dockerfile", content=content)
    ran = run("rewrite", *mode, ".")
    assert (ran.code, ran.err) == (0 if mode == ("--in-place",) else 1, b"")
    assert Path("Dockerfile").read_bytes().endswith(b"LABEL a=\xff\n")


def test_a_link_to_nothing(run: Run, mode: tuple[str, ...]) -> None:
    Path("Dockerfile").symlink_to("missing")
    ran = run("rewrite", *mode, ".")
    assert (ran.code, one_message(ran)) == (3, b"error: Dockerfile: No such file or directory\n")


@pytest.fixture
def as_nobody(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An own folder that everybody may look into, for a test that takes root's rights away."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        monkeypatch.chdir(folder)
        folder.chmod(0o755)
        yield folder
        os.seteuid(os.getuid())
        folder.chmod(0o755)
        monkeypatch.undo()


def without_rights(run: Run) -> Run:
    """A way to run as somebody who is not root, and so meets permissions."""

    def limited(*arguments: str) -> Ran:
        if os.getuid() == 0:
            run("rewrite", "--check", ".")  # loads what nobody could not
            os.seteuid(65534)
        try:
            return run(*arguments)
        finally:
            os.seteuid(os.getuid())

    return limited


def test_an_unreadable_file(run: Run, mode: tuple[str, ...], as_nobody: Path) -> None:
    make("Dockerfile")
    (as_nobody / "Dockerfile").chmod(0)
    ran = without_rights(run)("rewrite", *mode, "Dockerfile")
    assert (ran.code, one_message(ran)) == (3, b"error: Dockerfile: Permission denied\n")
    (as_nobody / "Dockerfile").chmod(0o644)
    assert Path("Dockerfile").read_bytes() == BEFORE


def test_a_read_only_folder(run: Run, as_nobody: Path) -> None:
    make("Dockerfile")
    (as_nobody / "Dockerfile").chmod(0o666)
    as_nobody.chmod(0o555)
    ran = without_rights(run)("rewrite", "--in-place", ".")
    assert ran.code == 3
    assert one_message(ran) == b"error: Dockerfile: it cannot be replaced by a new file: Permission denied\n"
    assert Path("Dockerfile").read_bytes() == BEFORE
    assert os.listdir() == ["Dockerfile"]


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_an_unknown_transform(run: Run, mode: tuple[str, ...], option: str) -> None:
    make("Dockerfile")
    ran = run("rewrite", *mode, option, "no-such-thing", ".")
    assert (ran.code, ran.out) == (2, b"")
    said = f"error: command line: {option[2:]}: there is no transform 'no-such-thing'; `dfopt transforms`"
    assert one_message(ran).startswith(said.encode())
    assert Path("Dockerfile").read_bytes() == BEFORE


def test_an_unknown_transform_of_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DFOPT_IGNORE", "merge-run")
    ran = run("rewrite", ".")
    assert ran.code == 2
    assert one_message(ran).startswith(b"error: environment: ignore: there is no transform 'merge-run'")


def test_an_extended_file_is_named(run: Run) -> None:
    make("Dockerfile")
    Path("base.toml").write_text('select = ["x"]', encoding="utf-8")
    Path("dfopt.toml").write_text('extend = "base.toml"', encoding="utf-8")
    assert one_message(run("rewrite", ".")).startswith(b"error: base.toml: select: there is no transform 'x'")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[tool.dfopt]\nignore = ["merge-runs"\n', b"Unclosed array (at line 2, the last one)"),
        ("[project\n[tool.dfopt]\nunsafe = true\n", b"(at line 1, column 9)"),
        ("# \xff\n[tool.dfopt]\n", b"not UTF-8 (at line 1)"),
    ],
)
def test_a_broken_pyproject_that_speaks_of_dfopt_is_not_passed_over(run: Run, text: str, message: bytes) -> None:
    make("a/Dockerfile")
    Path("pyproject.toml").write_text(text, encoding="latin-1")
    for arguments in (("--check", "."), ("-",)):
        ran = run("rewrite", *arguments, stdin=BEFORE)
        assert (ran.code, ran.out) == (2, b"")
        assert one_message(ran).startswith(b"error: pyproject.toml: not valid TOML: ")
        assert message in ran.err


@pytest.mark.parametrize("command", [("rewrite",), ("rewrite", "--in-place", "Dockerfile"), ("config", "show")])
def test_an_empty_path_is_told(run: Run, command: tuple[str, ...]) -> None:
    make("Dockerfile")
    assert run(*command, "") == (2, b"", b"error: a path is empty\n")
    assert Path("Dockerfile").read_bytes() == BEFORE


def test_settings_of_a_path_that_is_not_there(run: Run) -> None:
    assert run("config", "show", "no/where") == (2, b"", b"error: no/where: there is no such file or folder\n")


def test_an_unknown_transform_without_any_file(run: Run) -> None:
    Path("empty").mkdir()
    assert run("rewrite", "--select", "no-such-thing", "empty").code == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "unsafe = true\nselect = [\n",
            b"error: z/dfopt.toml: not valid TOML: Invalid value (at line 2, the last one)",
        ),
        ("unsafe = tru\n", b"error: z/dfopt.toml: not valid TOML: Invalid value (at line 1, column 10)"),
        ("colour = 1", b"error: z/dfopt.toml: unknown key 'colour'"),
        ('select = ["no-such-thing"]', b"error: z/dfopt.toml: select: there is no transform 'no-such-thing'"),
        ('ignore = ["merge-run"]', b"error: z/dfopt.toml: ignore: there is no transform 'merge-run'; did you mean"),
        ("[transforms.merge-run]", b"error: z/dfopt.toml: transforms.merge-run: there is no transform 'merge-run'"),
        (
            '[transforms.merge-runs]\nbogus = "x"',
            b"error: z/dfopt.toml: transforms.merge-runs.bogus: merge-runs has no option 'bogus'",
        ),
        (
            'ignore = ["merge-runs"]\n[transforms.merge-runs]\nwhen = "x"',
            b"error: z/dfopt.toml: transforms.merge-runs.when: merge-runs: when is one of all, profitable, not 'x'",
        ),
    ],
)
def test_a_broken_config_stops_before_anything_is_written(
    run: Run, mode: tuple[str, ...], text: str, message: bytes
) -> None:
    make("Dockerfile", "z/Dockerfile")
    Path("z/dfopt.toml").write_text(text, encoding="utf-8")
    ran = run("rewrite", *mode, ".")
    assert (ran.code, ran.out) == (2, b"")
    assert one_message(ran).startswith(message)
    assert Path("Dockerfile").read_bytes() == Path("z/Dockerfile").read_bytes() == BEFORE


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--in-place", "--check", "."), b"--in-place and --check exclude each other"),
        (("-q", "-v", "."), b"--quiet and --verbose exclude each other"),
        (("-", "."), b"standard input (-) goes with no other path"),
        (("--in-place", "-"), b"standard input (-) goes with no other path"),
        (("--config", "missing.toml", "."), b"missing.toml: cannot be read: No such file or directory"),
        (("-o", "missing/report.json", "."), b"missing/report.json: the report cannot be written"),
        (("-o", "", "."), b"--output-file: a path is empty"),
        (("--format", "xml", "."), b"xml"),
        (("--jobs", "0", "."), b"0"),
        (("--bogus",), b"No such option: --bogus"),
    ],
)
def test_a_command_line_that_makes_no_sense(run: Run, arguments: tuple[str, ...], message: bytes) -> None:
    make("Dockerfile")
    code, out, err = run("rewrite", *arguments)
    assert (code, out) == (2, b"")
    assert message in err
    assert b"Traceback" not in err
    assert Path("Dockerfile").read_bytes() == BEFORE


@pytest.mark.parametrize("error", [RecursionError("too deep"), MemoryError(), ValueError("a\nb"), KeyError("x")])
def test_a_fault_of_ours_names_the_file_and_the_rest_goes_on(
    run: Run, engine: Callable[[Callable[[Source, Config], Rewrite]], None], error: Exception
) -> None:
    def fails(source: Source, _: Config) -> Rewrite:
        if source.path == "a/Dockerfile":
            raise error
        return Rewrite(source.path, source.text, source.text + "# new\n", (), (), ())

    engine(fails)
    make("a/Dockerfile", "b/Dockerfile")
    ran = run("rewrite", "--in-place", ".")
    assert ran.code == 2
    message = one_message(ran)
    assert message.startswith(b"error: ")
    assert b"a/Dockerfile" in message
    assert type(error).__name__.encode() in message
    assert b"please report this" in message
    assert Path("a/Dockerfile").read_bytes() == BEFORE
    assert Path("b/Dockerfile").read_bytes() == BEFORE + b"# new\n"
    assert b"Traceback" in run("rewrite", "--in-place", "-v", "a").err


def test_a_fault_outside_of_any_file_is_told_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("dfopt.cli.rewrite.discover", fails)
    ran = run("rewrite", ".")
    assert ran.code == 2
    assert one_message(ran).startswith(b"error: dfopt failed: ZeroDivisionError: oh; please report this")


def test_the_report_survives_odd_names(run: Run) -> None:
    make(os.fsdecode(b"\xff\n.Dockerfile"), content=b"NONSENSE\n")
    ran = run("rewrite", "--format", "json", ".")
    assert ran.code == 3
    assert one_message(ran).startswith(b"error: ")
