"""Presets name transforms that are there or planned, and run what they name."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfopt import api, chain, registry
from dfopt.config import Config, ConfigFile
from dfopt.errors import SettingError
from dfopt.presets import PRESETS
from dfopt.settings import Effective, Settings
from dfopt.source import Source

TWO_RUNS = Source("FROM debian:12\nRUN echo a\nRUN echo b\n")


def chosen(config: Config) -> list[str]:
    return [transform.id for transform, _ in chain.choose(config)]


@pytest.mark.parametrize("name", PRESETS)
def test_every_id_is_that_of_a_transform(name: str) -> None:
    assert set(PRESETS[name].ids) <= set(registry.load())
    assert PRESETS[name].meaning


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_chooses_what_is_in_it_and_allows_it(name: str) -> None:
    expected = PRESETS[name].of(registry.load().values())
    assert chosen(Config(preset=name)) == list(expected)


def test_default_is_what_runs_without_a_choice_and_all_is_all() -> None:
    assert chosen(Config(preset="default")) == chosen(Config())
    assert chosen(Config(preset="all")) == list(registry.load()) == chosen(Config(unsafe=True))
    assert all(registry.load()[name].is_harmless for name in chosen(Config(preset="default")))


def test_what_is_selected_runs_too_and_what_is_ignored_does_not() -> None:
    both = chosen(Config(preset="cache", select=("clean-package-cache",)))
    assert {"merge-runs", "clean-package-cache"} <= set(both)
    assert "merge-runs" not in chosen(Config(preset="cache", ignore=("merge-runs",)))
    assert not api.rewrite(TWO_RUNS, Config(preset="cache", ignore=("merge-runs",))).changed
    assert api.rewrite(TWO_RUNS, Config(preset="cache")).changed


def test_the_preset_of_rebuilds_mounts_caches_unless_they_are_to_be_cleaned() -> None:
    source = Source('FROM node:18\nRUN npm install -g serve\nCMD ["serve"]\n')
    assert "--mount=type=cache" in api.rewrite(source, Config(preset="cache")).after
    assert not api.rewrite(source, Config(preset="cache", package_cache="clean")).changed
    assert "--mount=type=cache" not in api.rewrite(source, Config(preset="all")).after


def test_a_preset_that_is_not_there() -> None:
    with pytest.raises(SettingError, match="there is no preset 'sise'; there are default, size, cache"):
        chain.choose(Config(preset="sise"))


def settings(folder: Path, values: ConfigFile, environ: dict[str, str]) -> Effective:
    return Settings(values, environ).of(str(folder))


def test_the_highest_level_that_chooses_is_the_only_one_to_choose(tmp_path: Path) -> None:
    (tmp_path / "dfopt.toml").write_text('preset = "all"\nselect = ["a"]', encoding="utf-8")
    found = settings(tmp_path, ConfigFile(), {})
    assert (found.config.preset, found.config.select) == ("all", ("a",))
    found = settings(tmp_path, ConfigFile(), {"DFOPT_PRESET": "size"})
    assert (found.config.preset, found.config.select) == ("size", ())
    assert found.origins["preset"] == found.origins["select"] == "environment"
    found = settings(tmp_path, ConfigFile(select=("b",)), {"DFOPT_PRESET": "size"})
    assert (found.config.preset, found.config.select) == ("", ("b",))


def test_a_preset_keeps_what_a_file_ignores(tmp_path: Path) -> None:
    (tmp_path / "dfopt.toml").write_text('ignore = ["merge-runs"]', encoding="utf-8")
    assert settings(tmp_path, ConfigFile(preset="cache"), {}).config.ignore == ("merge-runs",)
