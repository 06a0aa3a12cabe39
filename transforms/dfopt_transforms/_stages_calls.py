"""Commands of package managers in the RUNs that build, and the variables that they see."""

from __future__ import annotations

import msgspec

from dfopt.facts.run_work import Done
from dfopt.shell.argv import Argv
from dfopt_transforms._stages_parts import Old


class Call(msgspec.Struct, frozen=True):
    """A command that installs."""

    each: Done
    view: Argv
    folder: str
    words: list[str]

    @property
    def plain(self) -> list[str]:
        """Its words without the options."""
        return [word for word in self.words if not word.startswith("-")]

    @property
    def verb(self) -> str:
        return self.plain[0] if self.plain else ""


def value_at(call: Call, old: Old, name: str) -> str | None:
    """What a variable is at a command; None if it is not set, ``$`` if that is not known."""
    for assign in call.view.command.assignments:
        if assign.name == name:
            return assign.value.value or "$"
    variables = old.facts.scope(call.each.run).variables()
    return (variables[name] or "$") if name in variables else None
