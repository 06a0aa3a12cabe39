"""What dfopt tells about itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dfopt import __version__, registry
from tests.cli.conftest import Run, make


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"dfopt {__version__}\n".encode(), b"")


def test_help_tells_the_exit_codes(run: Run) -> None:
    out = " ".join(run("rewrite", "--help").out.decode().split())
    assert "Exit status: 0 nothing would change" in out
    assert (
        "3 some files could not be read, parsed, written or proved, or a transform was taken back, the rest is done"
        in out
    )


def test_the_list_of_transforms_is_in_their_order(run: Run) -> None:
    code, out, _ = run("transforms")
    assert code == 0
    assert [line.split()[0] for line in out.decode().splitlines()] == list(registry.load())
    listed = json.loads(run("transforms", "--format", "json").out)
    assert [each["id"] for each in listed] == list(registry.load())
    assert all(each["summary"] and each["safety"] in ("safe", "unsafe", "report") for each in listed)


def test_an_explanation_is_all_that_the_transform_says(run: Run) -> None:
    transform = registry.load()["merge-runs"]
    code, out, _ = run("explain", "merge-runs")
    text = out.decode()
    assert code == 0
    assert text.startswith("merge-runs (safe)\n\n" + transform.summary)
    assert transform.doc in text
    assert all(option.name in text for option in transform.options)
    assert all(link in text for link in transform.links)


def test_an_unknown_transform_is_not_explained(run: Run) -> None:
    code, out, err = run("explain", "merge-run")
    assert (code, out) == (2, b"")
    assert err == b"error: there is no transform 'merge-run'; did you mean 'merge-runs'?\n"


def test_the_settings_that_hold_and_where_they_are_from(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    make("a/Dockerfile")
    option = registry.load()["merge-runs"].options[0]
    Path("a/dfopt.toml").write_text(
        f'ignore = ["merge-runs"]\n[transforms.merge-runs]\n{option.name} = "{option.choices[-1]}"', encoding="utf-8"
    )
    monkeypatch.setenv("DFOPT_UNSAFE", "true")
    rows = {
        line.partition("#")[0].strip(): line.partition("# ")[2]
        for line in run("config", "show", "--select", "clean-package-cache", "a/Dockerfile").out.decode().splitlines()
    }
    assert rows == {
        'select = ["clean-package-cache"]': "command line",
        'preset = ""': "command line",
        'ignore = ["merge-runs"]': "a/dfopt.toml",
        "unsafe = true": "environment",
        'package-cache = "clean"': "default",
        "online = false": "default",
        'context = ""': "default",
        "": "",
        "[transforms.merge-runs]": "",
        f'{option.name} = "{option.choices[-1]}"': "a/dfopt.toml",
    }
    assert run("config", "show", "a").out == run("config", "show", "a/Dockerfile").out


def test_settings_that_cannot_be_used_are_not_shown(run: Run) -> None:
    Path("dfopt.toml").write_text('select = ["nothing"]', encoding="utf-8")
    code, out, err = run("config", "show")
    assert (code, out) == (2, b"")
    assert b"there is no transform 'nothing'" in err


def test_the_schema_of_the_configuration_names_its_keys(run: Run) -> None:
    schema = json.loads(run("config", "schema").out)
    keys = {"extend", "required-version", "select", "preset", "ignore", "unsafe"}
    keys |= {"package-cache", "online", "context", "transforms"}
    assert set(schema["$defs"]["ConfigFile"]["properties"]) == keys
    assert schema["$defs"]["ConfigFile"]["additionalProperties"] is False
