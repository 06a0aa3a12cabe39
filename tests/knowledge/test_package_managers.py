"""The rows of the table of package managers agree with themselves and with what is known of the tools."""

from __future__ import annotations

import re

import pytest

from dfopt.facts.packages import calls_of
from dfopt.knowledge.base_images import FAMILIES, OFFICIAL, OTHERS, TAG_FAMILIES
from dfopt.knowledge.package_managers import MANAGERS, Action, Manager, Switch
from dfopt.shell.nodes import Script, Simple
from dfopt.shell.parser import parse
from dfopt.shell.walk import simple_commands

every_manager = pytest.mark.parametrize("manager", MANAGERS, ids=lambda manager: manager.name)
SWITCHES = [
    pytest.param(manager, switch, id=f"{manager.name} {switch.written or switch.seen}")
    for manager in MANAGERS
    for switch in (manager.yes, manager.no_cache)
    if switch is not None
]


def command(text: str) -> Simple:
    script = parse(text)
    assert isinstance(script, Script)
    return simple_commands(script)[0]


def test_names_are_unique() -> None:
    names = [manager.name for manager in MANAGERS]
    assert len(set(names)) == len(names)


@every_manager
def test_the_name_is_a_command_of_this_manager_only(manager: Manager) -> None:
    program = {"maven": "mvn"}.get(manager.name, manager.name)
    assert [other.name for other in MANAGERS if re.fullmatch(other.commands, program)] == [manager.name]


@every_manager
def test_facts_have_a_source(manager: Manager) -> None:
    assert manager.source.startswith("https://")


@every_manager
def test_it_is_known_how_to_clean_or_why_not(manager: Manager) -> None:
    writes_option = manager.no_cache is not None and manager.no_cache.written
    assert bool(manager.cleanup or writes_option) is not bool(manager.keeps)


@every_manager
def test_no_verb_cleans_and_installs(manager: Manager) -> None:
    for verb in ("install", "add", "upgrade", "ci", "-S", "-Syu", "mod download"):
        if re.fullmatch(manager.install, verb):
            others = (manager.update, manager.read, manager.clean, manager.purge, manager.remove)
            assert not any(re.fullmatch(pattern, verb) for pattern in others)


@every_manager
def test_its_own_cleanup_is_read_as_one(manager: Manager) -> None:
    for words in manager.cleanup:
        if words[0] == "rm":
            assert words[1] == "-rf"
            assert all(path.startswith("/") and path.count("/") > 1 for path in words[2:])
        else:
            assert [call.action for call in calls_of(command(" ".join(words)))] == [Action.CLEAN]


@every_manager
def test_an_index_has_a_place_and_an_update(manager: Manager) -> None:
    assert manager.has_index == bool(manager.index_path)
    if manager.has_index:
        assert re.fullmatch(manager.update, "update")


@every_manager
def test_families_are_those_of_base_images(manager: Manager) -> None:
    assert manager.families <= set(FAMILIES)
    assert manager.needs_root == bool(manager.families)


@pytest.mark.parametrize(("manager", "switch"), SWITCHES)
def test_a_written_option_is_recognised(manager: Manager, switch: Switch) -> None:
    assert re.search(switch.seen, f" install {switch.written} x ") or not switch.written
    assert not re.search(switch.seen, " install x y-n nyq ")
    assert not any(re.search(manager.elsewhere, f" {option} ") for option in (switch.written, *switch.replaces))


def test_images_name_known_families() -> None:
    images = [*OFFICIAL.values(), *(image for _, image in OTHERS)]
    families = {image.family for image in images} | {family for _, family in TAG_FAMILIES}
    assert families - {""} <= set(FAMILIES)
    names = {manager.name for manager in MANAGERS}
    assert {name for image in images for name in image.managers or ()} <= names
