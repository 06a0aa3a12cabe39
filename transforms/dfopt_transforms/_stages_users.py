"""Users and groups: those that the new stage names are there, and so is what makes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dfopt.facts.image_accounts import has_group, has_user, number_taken
from dfopt.facts.run_work import Done
from dfopt.knowledge import build_commands as known
from dfopt.knowledge.accounts import OF_PACKAGES
from dfopt.model.expand import expand
from dfopt.shell.argv import Argv
from dfopt.syntax.nodes import Copy, User
from dfopt_transforms._stages_parts import Needs, Old, RefusedError

GONE = "only the old base image has a user or a group that is named"
UNMADE = "it is not known what makes a user or a group that is named"
TAKEN = "a user gets a number that the run-time image may have given to another one"
_ACCOUNTS = "/etc/passwd"
_Has = Callable[[str, str], bool]
"""Whether an image has a user, or a group."""


def makers(old: Old, needs: Needs) -> None:
    """Notes the packages of the programs that set up the system in the new stage, if its image does not have them."""
    for view in _commands(old, needs):
        base = view.base or ""
        if base in known.ACCOUNTS - old.essential and base in known.PROGRAM_PACKAGES:
            for package in known.PROGRAM_PACKAGES[base]:
                needs.packages.setdefault(package, f"a RUN calls {base}")


def check_users(old: Old, needs: Needs) -> None:
    """Raises RefusedError for a user or a group that the run-time image lacks and nothing makes.

    The same for a number that may be another's there.
    """
    image = old.run_time.image
    if image == old.stage.start.image.text or needs.has(_ACCOUNTS) or old.is_laid(_ACCOUNTS):
        return
    words = [word.value for view in _commands(old, needs) if view.base in known.ACCOUNTS for word in view.words]
    _check_numbers(old, words)
    if None in words:
        return
    for name, is_there in _named(old, needs):
        is_made = name in words or name in old.run_time.users
        if name and not (name.isdecimal() or "$" in name or is_made or is_there(image, name)):
            package = OF_PACKAGES.get(name)
            if package is None or not any(map(package.fullmatch, needs.packages)):
                raise RefusedError(GONE if is_there(old.stage.start.image.text, name) else UNMADE, name)


def _check_numbers(old: Old, words: list[str | None]) -> None:
    """What floats to another system than that of the old base has users of its own."""
    if old.name == old.run_time.image.rpartition("/")[2].partition(":")[0]:
        return
    number = number_taken(old.run_time.image)
    if number and any((word or "").rpartition("=")[2] == number for word in words):
        raise RefusedError(TAKEN, f"{number}, on {old.run_time.image}")


def _commands(old: Old, needs: Needs) -> Iterator[Argv]:
    """The commands of the RUNs that the new stage has."""
    for each in _runs(old, needs):
        yield from each.commands


def _runs(old: Old, needs: Needs) -> list[Done]:
    return [each for each in old.done if each.run in needs.repeated or each.run in old.tail]


def _named(old: Old, needs: Needs) -> Iterator[tuple[str, _Has]]:
    """The users and groups that the new stage names."""
    owners = [each.user.text for each in old.stage.instructions if isinstance(each, User)]
    for each in (*old.tail, *needs.repeated):
        flag = each.flag("chown") if isinstance(each, Copy) else None
        if flag:
            owners.append(flag.value or "")
    yield from (part for text in owners for part in _parts(old, text))
    for view in _commands(old, needs):
        first = view.operands[0].value if view.operands else None
        if view.base == "chown" and first:
            yield from _parts(old, first)
        elif view.base == "chgrp" and first:
            yield first, has_group


def _parts(old: Old, text: str) -> Iterator[tuple[str, _Has]]:
    variables = old.facts.scope(old.stage.instructions[-1]).variables()
    user, _, group = (expand(text, variables, old.facts.dockerfile.escape, unset=None) or "$").partition(":")
    yield user, has_user
    yield group, has_group
