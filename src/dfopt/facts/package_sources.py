"""Installs that read a package index as it was downloaded, not as it would be downloaded now.

An option that makes an install download the index itself changes what such a one finds.
"""

from __future__ import annotations

import re

from dfopt.facts.facts import Facts
from dfopt.facts.package_state import index_of, instructions_before, may_bring
from dfopt.facts.packages import PackageCall
from dfopt.knowledge.package_managers import Action, Manager
from dfopt.shell.nodes import Function, NotModelled
from dfopt.shell.walk import nodes
from dfopt.syntax.nodes import Copy, Instruction, Run


def reads_older_sources(facts: Facts, run: Run, manager: Manager) -> tuple[PackageCall, ...]:
    """The installs of a RUN for whose index other sources were in force, or others than their options say."""
    outdated = False
    for instruction in instructions_before(facts.stage_of(run), run):
        outdated = instruction is not None and _after(facts, instruction, manager, outdated)
    return _in_run(facts, run, manager, outdated)[0]


def _after(facts: Facts, instruction: Instruction, manager: Manager, outdated: bool) -> bool:
    """True if the sources may have changed since the last update, after an instruction."""
    if isinstance(instruction, Run):
        return _in_run(facts, instruction, manager, outdated)[1]
    if isinstance(instruction, Copy):
        return outdated or may_bring(facts, instruction, manager.sources_path)
    return outdated


def _in_run(facts: Facts, run: Run, manager: Manager, outdated: bool) -> tuple[tuple[PackageCall, ...], bool]:
    """What a RUN does, read in the order of its text; what it does out of sight may change the sources."""
    script = facts.script(run)
    text = run.script.text if run.script is not None else run.body.text
    changes = [found.start() for found in re.finditer(rf"{re.escape(manager.sources_path)}(?![\w-])", text)]
    if isinstance(script, NotModelled):
        return (), outdated or bool(changes)
    found: list[PackageCall] = []
    at_any_time = bool(changes) and any(isinstance(node, Function) for node in nodes(script))
    events = [(call.command.span.start, call) for call in facts.calls(run) if call.manager.name == manager.name]
    for _, call in sorted([*events, *((at, None) for at in changes)], key=lambda event: event[0]):
        if call is None:
            outdated = True
        elif call.action is Action.UPDATE or call.updates_first:
            outdated = at_any_time or (outdated and call.is_nested)
        elif _reads_index(call) and (outdated or re.search(manager.own_sources, call.text)):
            found.append(call)
    return tuple(found), outdated or bool(index_of(facts, run, manager).hides)


def _reads_index(call: PackageCall) -> bool:
    return call.action is Action.INSTALL and not call.has_no_cache
