"""Whether an instruction may only work with what an earlier one left in the cache of a package manager."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from dfopt.facts.facts import Facts
from dfopt.facts.inner import every_call
from dfopt.facts.packages import PackageCall
from dfopt.facts.start import start_of
from dfopt.knowledge.package_managers import Manager
from dfopt.shell.nodes import NotModelled
from dfopt.shell.parser import parse
from dfopt.syntax.nodes import Instruction, Onbuild, Run


def works_offline(facts: Facts, instruction: Instruction, manager: Manager) -> bool:
    """True for ``npm ci --offline``, also inside ``sh -c`` and when a container starts, and for ``--network=none``."""
    if isinstance(instruction, Run):
        flag = instruction.flag("network")
        if flag is not None and flag.value == "none":
            return True
        script = facts.script(instruction)
        if isinstance(script, NotModelled) or instruction.script is None:
            return _says_offline(instruction.body.text, manager)
        return _any_offline(_every_call_of(instruction.script.text), manager)
    if isinstance(instruction, Onbuild):
        return _says_offline(facts.dockerfile.text(instruction), manager)
    start = start_of(instruction)
    if start is None:
        return False
    if isinstance(start.script, NotModelled):
        return _says_offline(start.text, manager)
    return _any_offline(every_call(start.script), manager)


@lru_cache(maxsize=1024)
def _every_call_of(text: str) -> tuple[PackageCall, ...]:
    """Of a script: it is asked for once for each RUN before it."""
    script = parse(text)
    return () if isinstance(script, NotModelled) else tuple(every_call(script))


def _any_offline(calls: Iterable[PackageCall], manager: Manager) -> bool:
    return any(call.manager.name == manager.name and re.search(manager.offline, call.text) for call in calls)


def _says_offline(text: str, manager: Manager) -> bool:
    """The same of a text that is not read as a script: quotes and commas do not count."""
    words = re.split(r"[\s\"',;\[\]]+", text)
    return re.search(manager.offline, f" {' '.join(words)} ") is not None
