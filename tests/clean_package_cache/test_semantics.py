"""A cleanup runs last, and only if all else succeeded: rewritten scripts beside their originals in real shells."""

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

INSTALL = "apt-get update && apt-get install x"
COMMANDS = (
    *("apt-get update", "apt-get install x", "grep x", "true", "false", "exit 0", "exit 1", "set -e", "set +e", "wait"),
    *(INSTALL, INSTALL, INSTALL, INSTALL),
)
RACES = re.compile(r" & |grep x \| grep x")
"""What runs at the same time as something else that it could get ahead of."""
SHELLS = [shell for shell in ("dash", "bash") if shutil.which(shell)]
LISTS = "/var/lib/apt/lists"
STAND_INS = {
    "apt-get": 'echo "apt-get $1" >> "$LOG"',
    "rm": 'echo "rm $1" >> "$LOG"',
    "grep": """read -r n < "$COIN"; echo "grep $n" >> "$LOG"
[ "$n" -gt 1 ] || exit 1
echo $((n / 2)) > "$COIN"; exit $((n % 2))""",
}
"""Programs that write down that they ran; ``grep`` succeeds or fails as the next bit of a number says."""


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
        st.builds("{} {} {}".format, inner, st.sampled_from(["&&", "||", ";", "&"]), inner),
        st.builds("( {} )".format, inner),
        st.builds("{{ {}; }}".format, inner),
        st.builds("if {}; then {}; fi".format, inner, inner),
        st.builds("! {}".format, simple),
        st.builds("{} | {}".format, simple, simple),
        st.builds("{};".format, simple),
    )


def scripts(text: str) -> tuple[str, str]:
    """The shell text of the RUN before and after."""
    result = api.rewrite(Source(text), Config(select=("clean-package-cache",)))
    assert not result.failures
    runs = [next(parse(Source(each)).find(Run)) for each in (result.before, result.after)]
    before, after = (run.script.text if run.script else "" for run in runs)
    return before, after


def outcome(shell: str, text: str, programs: Path, coin: int) -> tuple[bool, list[str]]:
    log, coins = programs / "log", programs / "coin"
    log.write_text("")
    coins.write_text(f"{coin}\n")
    done = subprocess.run(
        [shutil.which(shell) or shell, "-c", text.replace(LISTS, "lists")],
        env={"PATH": str(programs), "LOG": str(log), "COIN": str(coins)},
        timeout=20,
        check=False,
        capture_output=True,
    )
    return done.returncode == 0, log.read_text().splitlines()


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("form", [in_one_line, as_heredoc], ids=lambda form: form.__name__)
@given(body=bodies(simple, compound), coin=st.integers(1, 63))
def test_the_cleanup_runs_last_and_only_after_success(
    form: Callable[[str], str], shell: str, programs: Path, body: str, coin: int
) -> None:
    before, after = scripts(form(body))
    if "rm -rf" not in after or RACES.search(body):
        return
    succeeded, log = outcome(shell, before, programs, coin)
    succeeded_after, log_after = outcome(shell, after, programs, coin)
    assert succeeded_after == succeeded, after
    cleaned = log_after[-1:] == ["rm -rf"]
    assert sorted(log_after) == sorted([*log, "rm -rf"] if cleaned else log), "commands of a pipeline have no order"
    if "exit 0" not in body:
        assert cleaned == succeeded, after
