"""Presets on the command line."""

from __future__ import annotations

from dfopt import registry
from dfopt.presets import PRESETS
from tests.cli.conftest import Run, make


def test_the_command_line_lists_and_takes_presets(run: Run) -> None:
    make("Dockerfile")
    listed = run("config", "presets").out.decode()
    assert all(f"{name}: {preset.meaning}\n" in listed for name, preset in PRESETS.items())
    ids = [line.split()[0] for line in run("transforms", "--preset", "cache").out.decode().splitlines()]
    assert ids == list(PRESETS["cache"].of(registry.load().values()))
    code, out, err = run("transforms", "--preset", "siz")
    assert (code, out, err) == (2, b"", b"error: there is no preset 'siz'; did you mean 'size'?\n")
    code, _, err = run("rewrite", "--preset", "none", "Dockerfile")
    assert code == 2
    assert b"command line: " in err
    assert b"there is no preset 'none'" in err
