"""Scripts that download and unpack, beside what became of them, in real shells: they do the same."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt import api
from dfopt.config import Config
from dfopt.source import Source
from dfopt.syntax.nodes import Run
from dfopt.syntax.parser import parse
from tests.run_texts import as_heredoc, bodies, in_one_line

GET = "wget https://e/a.tgz"
PAIR = f"{GET} && tar xzf a.tgz"
COMMANDS = (
    *("grep x", "true", "false", "exit 0", "set -e", "set +e", "cd /sub", "rm -f a.tgz", "rm a.tgz", "ls"),
    *(GET, "tar xzf a.tgz", "tar tf a.tgz", "cat *.tgz", PAIR, PAIR, PAIR, PAIR, f"{PAIR} && rm a.tgz"),
)
SHELLS = [shell for shell in ("dash", "bash") if shutil.which(shell)]
STAND_INS = {
    "wget": '[ "$WGET" = 1 ] || exit 8\ncase $* in *"-O -"*) echo data;; *) echo data > a.tgz;; esac\n'
    'echo wget >> "$LOG"',
    "tar": "case $* in *-) read -r x || exit 2;; *) [ -s a.tgz ] || exit 2;; esac\n"
    '[ "$TAR" = 1 ] || exit 2\necho "tar $(echo "$1" | tr -d zf)" >> "$LOG"',
    "rm": "case $* in *-f*) exec /bin/rm -f a.tgz;; *) [ -e a.tgz ] || exit 1; exec /bin/rm a.tgz;; esac",
    "grep": 'echo grep >> "$LOG"; exit "$GREP"',
    "cat": 'echo "cat $*" >> "$LOG"',
    "ls": 'echo ls >> "$LOG"',
}
"""Programs that write down what they did, and fail if a variable says so, or if the file is not there."""


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("programs")
    for name, text in STAND_INS.items():
        (folder / name).write_text(f"#!{shutil.which('sh')}\n{text}\n")
        (folder / name).chmod(0o755)
    return folder


simple = st.sampled_from(COMMANDS)


def compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{} {} {}".format, inner, st.sampled_from(["&&", "&&", "||", ";"]), inner),
        st.builds("( {} )".format, inner),
        st.builds("{{ {}; }}".format, inner),
        st.builds("if {}; then {}; else {}; fi".format, inner, inner, inner),
        st.builds("! {}".format, simple),
    )


def scripts(text: str, transform: str) -> tuple[str, str]:
    """The shell text of the RUN before and after."""
    result = api.rewrite(Source(text), Config(select=(transform,), unsafe=True))
    assert not result.failures
    runs = [next(parse(Source(each)).find(Run)) for each in (result.before, result.after)]
    before, after = (run.script.text if run.script else "" for run in runs)
    return before, after


def outcome(shell: str, text: str, programs: Path, settings: tuple[int, ...]) -> tuple[bool, list[str]]:
    """Whether a script succeeds, and what it did."""
    log, folder = programs / "log", programs / "folder"
    log.write_text("")
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "sub").mkdir(parents=True)
    wget, tar, grep = map(str, settings)
    done = subprocess.run(
        [shutil.which(shell) or shell, "-c", re.sub(r"/sub\b", str(folder / "sub"), text)],
        cwd=folder,
        env={"PATH": f"{programs}:/usr/bin:/bin", "LOG": str(log), "WGET": wget, "TAR": tar, "GREP": grep},
        timeout=20,
        check=False,
        capture_output=True,
    )
    return done.returncode == 0, sorted(log.read_text().splitlines())


@pytest.mark.parametrize("transform", ["remove-archives", "stream-archive"])
@pytest.mark.parametrize("form", [in_one_line, as_heredoc], ids=lambda form: form.__name__)
@given(body=bodies(simple, compound), settings=st.tuples(*[st.integers(0, 1)] * 3))
def test_the_same_is_done(
    form: Callable[[str], str], transform: str, programs: Path, body: str, settings: tuple[int, ...]
) -> None:
    before, after = scripts(form(body), transform)
    if after == before:
        return
    for shell in SHELLS:
        succeeded, done = outcome(shell, before, programs, settings)
        succeeded_after, done_after = outcome(shell, after, programs, settings)
        assert (succeeded_after, done_after if succeeded else []) == (succeeded, done if succeeded else []), after


@pytest.mark.parametrize(
    ("transform", "text"),
    [
        ("remove-archives", in_one_line(f"cd /sub && {PAIR}")),
        ("remove-archives", as_heredoc(f"set -e; {GET}; tar xzf a.tgz; grep x")),
        ("remove-archives", in_one_line(f"{PAIR} || true; ls")),
        ("stream-archive", in_one_line(f"cd /sub && {PAIR}; ls")),
        ("stream-archive", as_heredoc(f"set -e; {PAIR} && rm a.tgz && ls; ls")),
    ],
)
def test_the_archive_is_gone(transform: str, text: str, programs: Path) -> None:
    before, after = scripts(text, transform)
    assert after != before
    outcome(SHELLS[0], after, programs, (1, 1, 0))
    assert not any((programs / "folder").rglob("a.tgz"))
