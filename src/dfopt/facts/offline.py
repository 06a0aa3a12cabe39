"""Whether an instruction may only work with what an earlier one left in the cache of a package manager."""

from __future__ import annotations

import re

from dfopt.facts.facts import Facts
from dfopt.facts.inner import every_call
from dfopt.facts.start import start_of
from dfopt.knowledge.package_managers import Manager
from dfopt.shell.nodes import NotModelled, Script
from dfopt.syntax.nodes import Instruction, Onbuild, Run


def works_offline(facts: Facts, instruction: Instruction, manager: Manager) -> bool:
    """True for ``npm ci --offline``, also inside ``sh -c`` and when a container starts, and for ``--network=none``."""
    if isinstance(instruction, Run):
        flag = instruction.flag("network")
        if flag is not None and flag.value == "none":
            return True
        return _calls_offline(facts.script(instruction), instruction.body.text, manager)
    if isinstance(instruction, Onbuild):
        return _says_offline(facts.dockerfile.text(instruction), manager)
    start = start_of(instruction)
    return start is not None and _calls_offline(start.script, start.text, manager)


def _calls_offline(script: Script | NotModelled, text: str, manager: Manager) -> bool:
    if isinstance(script, NotModelled):
        return _says_offline(text, manager)
    return any(
        call.manager.name == manager.name and re.search(manager.offline, call.text) for call in every_call(script)
    )


def _says_offline(text: str, manager: Manager) -> bool:
    """The same of a text that is not read as a script: quotes and commas do not count."""
    words = re.split(r"[\s\"',;\[\]]+", text)
    return re.search(manager.offline, f" {' '.join(words)} ") is not None
