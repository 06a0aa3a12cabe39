"""Where settings come from, which of them win, and what a broken configuration says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec import UNSET

from dfopt import __version__, configfile
from dfopt.config import Config, ConfigFile
from dfopt.errors import ConfigError
from dfopt.settings import Settings, from_environment


def settings(
    command_line: ConfigFile | None = None, environ: Mapping[str, str] | None = None, config: Path | None = None
) -> Settings:
    return Settings(command_line or ConfigFile(), environ or {}, str(config) if config else None)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_without_any_file_the_defaults_hold(tmp_path: Path) -> None:
    effective = settings().of(str(tmp_path))
    assert effective.config == Config()
    assert set(effective.origins.values()) == {"default"}


def test_a_file_holds_for_folders_below_it(tmp_path: Path) -> None:
    write(tmp_path / "dfopt.toml", 'ignore = ["a"]')
    (tmp_path / "x" / "y").mkdir(parents=True)
    assert settings().of(str(tmp_path / "x" / "y")).config.ignore == ("a",)


def test_the_closest_file_wins_whole(tmp_path: Path) -> None:
    write(tmp_path / "dfopt.toml", 'ignore = ["far"]\nunsafe = true')
    write(tmp_path / "x" / ".dfopt.toml", 'select = ["near"]')
    assert settings().of(str(tmp_path / "x")).config == Config(select=("near",))


@pytest.mark.parametrize(
    ("present", "winner"),
    [
        (("dfopt.toml", ".dfopt.toml", "pyproject.toml"), "dfopt.toml"),
        ((".dfopt.toml", "pyproject.toml"), ".dfopt.toml"),
        (("pyproject.toml",), "pyproject.toml"),
    ],
)
def test_order_of_the_files_in_one_folder(tmp_path: Path, present: tuple[str, ...], winner: str) -> None:
    for name in present:
        head = "[tool.dfopt]\n" if name == "pyproject.toml" else ""
        write(tmp_path / name, f'{head}ignore = ["{name}"]')
    assert settings().of(str(tmp_path)).config.ignore == (winner,)


@pytest.mark.parametrize("text", ["[tool.ruff]\n", '[project]\nname = "dfopt"\n', "tool = 1 # dfopt\n"])
def test_a_pyproject_that_does_not_speak_of_dfopt_is_passed_over(tmp_path: Path, text: str) -> None:
    write(tmp_path / "dfopt.toml", 'ignore = ["above"]')
    write(tmp_path / "x" / "pyproject.toml", text)
    assert settings().of(str(tmp_path / "x")).config.ignore == ("above",)


def test_folders_with_one_file_share_one_object(tmp_path: Path) -> None:
    write(tmp_path / "dfopt.toml", "unsafe = true")
    found = settings()
    assert found.of(str(tmp_path / "x")).config is found.of(str(tmp_path / "y")).config


def test_a_named_file_is_read_instead_of_the_closest(tmp_path: Path) -> None:
    write(tmp_path / "dfopt.toml", 'ignore = ["closest"]')
    named = write(tmp_path / "other" / "named.toml", 'ignore = ["named"]')
    assert settings(config=named).of(str(tmp_path)).config.ignore == ("named",)


def test_command_line_over_environment_over_file(tmp_path: Path) -> None:
    write(tmp_path / "dfopt.toml", 'select = ["file"]\nignore = ["file"]\nunsafe = false')
    environ = {"DFOPT_SELECT": "environment", "DFOPT_IGNORE": "environment"}
    effective = settings(ConfigFile(select=("line",)), environ).of(str(tmp_path))
    assert effective.config == Config(select=("line",), ignore=("environment",))
    assert effective.origins["select"] == "command line"
    assert effective.origins["ignore"] == "environment"
    assert effective.origins["unsafe"].endswith("dfopt.toml")


def test_what_is_selected_above_is_not_ignored_from_below(tmp_path: Path) -> None:
    write(tmp_path / "dfopt.toml", 'ignore = ["a", "b"]')
    config = settings(ConfigFile(select=("a",))).of(str(tmp_path)).config
    assert (config.select, config.ignore) == (("a",), ("b",))


def test_one_level_may_select_and_ignore_the_same(tmp_path: Path) -> None:
    write(tmp_path / "dfopt.toml", 'select = ["a"]\nignore = ["a"]')
    config = settings().of(str(tmp_path)).config
    assert (config.select, config.ignore) == (("a",), ("a",))


def test_extend_adds_below_and_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    base = 'ignore = ["base"]\nunsafe = true\n[transforms.merge-runs]\none = "base"\ntwo = "base"'
    write(tmp_path / "base.toml", base)
    write(
        tmp_path / "x" / "dfopt.toml", 'extend = "../base.toml"\nunsafe = false\n[transforms.merge-runs]\ntwo = "own"'
    )
    effective = settings().of(str(tmp_path / "x"))
    assert effective.config == Config(ignore=("base",), transforms={"merge-runs": {"one": "base", "two": "own"}})
    assert effective.origins["transforms.merge-runs.one"].endswith("base.toml")
    assert effective.origins["transforms.merge-runs.two"].endswith("dfopt.toml")


def test_extend_in_a_circle_is_an_error(tmp_path: Path) -> None:
    write(tmp_path / "dfopt.toml", 'extend = "b.toml"')
    write(tmp_path / "b.toml", 'extend = "dfopt.toml"')
    with pytest.raises(ConfigError, match="extends itself"):
        settings().of(str(tmp_path))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('selct = ["a"]', "unknown key 'selct'; did you mean 'select'?"),
        ("zzz = 1", "unknown key 'zzz'"),
        ('select = "a"', "select: expected array, got str"),
        ("ignore = [1]", "ignore[0]: expected str, got int"),
        ("transforms = 1", "transforms: expected object, got int"),
        ("[transforms.merge-runs]\nx = true", "transforms.merge-runs.x: expected a string, got True"),
        ("select = [", "not valid TOML"),
        ('extend = "missing.toml"', "missing.toml: cannot be read: No such file or directory"),
        ('required-version = ">=99"', f"required-version: '>=99' does not admit dfopt {__version__}"),
        ('required-version = "latest"', "required-version: 'latest' is not written like '>=0.1,<1'"),
    ],
)
def test_a_broken_file_is_one_message_with_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    write(tmp_path / "dfopt.toml", text)
    with pytest.raises(ConfigError) as caught:
        settings().of(str(tmp_path))
    assert message in str(caught.value)
    assert ".toml: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_utf8_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "dfopt.toml").write_bytes(b'select = ["\xff"]')
    with pytest.raises(ConfigError, match="not valid TOML"):
        settings().of(str(tmp_path))


def test_a_wrong_table_in_pyproject_is_an_error(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[tool]\ndfopt = 3")
    with pytest.raises(ConfigError, match=r"tool\.dfopt: expected a table, got 3"):
        settings().of(str(tmp_path))


def test_a_named_pyproject_must_speak_of_dfopt(tmp_path: Path) -> None:
    named = write(tmp_path / "pyproject.toml", "[tool.ruff]")
    with pytest.raises(ConfigError, match=r"has no table \[tool\.dfopt\]"):
        settings(config=named).of(str(tmp_path))


@pytest.mark.parametrize(
    ("requirement", "holds"),
    [
        (f"=={__version__}", True),
        (f"!={__version__}", False),
        (">=0", True),
        (">0, <99", True),
        ("<=0.0.1", False),
        (f"=={__version__}.0", True),
    ],
)
def test_required_version(requirement: str, holds: bool) -> None:
    assert configfile.admits(requirement, "dfopt.toml") is holds


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("True", True), ("no", False), ("0", False)])
def test_unsafe_from_the_environment(value: str, expected: bool) -> None:
    assert from_environment({"DFOPT_UNSAFE": value}).values.unsafe is expected


def test_lists_from_the_environment() -> None:
    values = from_environment({"DFOPT_SELECT": "a, b,,c", "DFOPT_IGNORE": ""}).values
    assert (values.select, values.ignore, values.unsafe) == (("a", "b", "c"), (), UNSET)


def test_a_word_that_is_neither_true_nor_false_is_an_error() -> None:
    with pytest.raises(ConfigError, match="DFOPT_UNSAFE is 'maybe'"):
        from_environment({"DFOPT_UNSAFE": "maybe"})


def test_whether_registries_may_be_asked(tmp_path: Path) -> None:
    write(tmp_path / "dfopt.toml", "online = true")
    assert settings().of(str(tmp_path)).config == Config(online=True)
    assert from_environment({"DFOPT_ONLINE": "no"}).values.online is False
    with pytest.raises(ConfigError, match="DFOPT_ONLINE is 'maybe'"):
        from_environment({"DFOPT_ONLINE": "maybe"})


def test_how_package_caches_are_handled_is_one_of_two(tmp_path: Path) -> None:
    write(tmp_path / "dfopt.toml", 'package-cache = "mount"')
    effective = settings().of(str(tmp_path))
    assert effective.config == Config(package_cache="mount")
    assert effective.origins["package-cache"].endswith("dfopt.toml")
    write(tmp_path / "x" / "dfopt.toml", 'package-cache = "keep"')
    with pytest.raises(ConfigError):
        settings().of(str(tmp_path / "x"))
