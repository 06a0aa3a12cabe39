"""Targets of MSBuild that a restore runs, and whether they do more than set properties and items
(https://learn.microsoft.com/visualstudio/msbuild/target-build-order)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from dfopt.expression import Expression

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_OF_RESTORE: Final = Expression(
    r"(?i:\w*restore\w*|collect(package|framework|central|nuget|prune)\w*|processframeworkreferences)|.*[$@]\(.*"
)
"""Names of targets of NuGet.targets and of the SDK that a restore runs; a variable may stand for one."""
QUIET_TASKS: Final = frozenset(["PropertyGroup", "ItemGroup", "Message", "Warning", "Error", "OnError"])
"""Tasks and groups that leave no file behind."""
_UNLIKE: Final = Expression(r"\s*'\$\((\w+)\)'\s*!=\s*'?(\w+)'?\s*")


def task_of_restore(roots: Sequence[Element], env: Mapping[str, str | None]) -> str:
    """A task that a restore runs in one of some project files, with its target; empty if there is none."""
    targets = [each for root in roots for each in root.iter("Target")]
    names = {name for root in roots for name in _names(root, "InitialTargets")}
    run: list[Element] = []
    while True:
        more = [each for each in targets if each not in run and _is_run(each, names)]
        if not more:
            break
        run += more
        for each in more:
            names |= {each.get("Name", "").lower(), *_names(each, "DependsOnTargets")}
    for target in run:
        task = next((each.tag for each in target if each.tag not in QUIET_TASKS), None)
        if task and not _is_switched_off(target, env):
            return f"{target.get('Name')}: {task}"
    return ""


def _is_run(target: Element, names: set[str]) -> bool:
    hooks = [*_names(target, "BeforeTargets"), *_names(target, "AfterTargets")]
    if target.get("Name", "").lower() in names or not names.isdisjoint(hooks):
        return True
    return any(_OF_RESTORE.fullmatch(hook) for hook in hooks)


def _names(element: Element, attribute: str) -> list[str]:
    """Names of targets are the same in small letters."""
    return [name.strip().lower() for name in element.get(attribute, "").split(";") if name.strip()]


def _is_switched_off(target: Element, env: Mapping[str, str | None]) -> bool:
    """True if ENV sets the one variable on which a target depends."""
    condition = _UNLIKE.fullmatch(target.get("Condition", ""))
    return condition is not None and env.get(condition[1]) == condition[2]
