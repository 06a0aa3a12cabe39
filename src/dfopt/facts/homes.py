"""The homes of the users that a RUN may run as, as far as the file and the base image say where they are."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.expression import Expression
from dfopt.facts.base_image import is_root
from dfopt.facts.facts import Facts
from dfopt.knowledge.accounts import HOMES
from dfopt.model.expand import expand
from dfopt.model.stages import led_to
from dfopt.syntax.nodes import Run

_MADE = Expression(
    r"\b(?:useradd|usermod|adduser)\b(?:\\\n|[^;&|\n])*?\s(?:-[a-zA-Z]*[dh]|--home(?:-dir)?)(?:=|\s|\\\n)\s*[\"']?"
    r"([\w./${}-]+)"
)
"""A command that says where a home is (useradd(8), usermod(8), adduser(8), and adduser of BusyBox)."""
_SWITCHES = Expression(r"\b(su|sudo|doas|gosu|su-exec|runuser|setpriv|chroot)\b")
"""Programs that run others as another user."""


def homes(facts: Facts, run: Run) -> frozenset[str | None]:
    """Where the homes of users other than root may lie that are not below ``/home``; None for a place that is unknown.

    Nothing of it counts where a RUN is root's: then nobody else looks for settings.
    """
    stage = facts.stage_of(run)
    base, user = facts.base(stage), facts.scope(run).user
    as_root = base.is_root if user is None else is_root(user)
    if as_root is True and not _SWITCHES.search(facts.dockerfile.text(run)):
        return frozenset()
    name = (base.user if user is None else user) or ""
    of_base = (each.home for each in base.accounts)
    known = HOMES.get(name.partition(":")[0])
    runs = (each for each in (*led_to(stage, run), run) if isinstance(each, Run))
    return frozenset([*([known] if known else ()), *of_base, *(home for each in runs for home in _made(facts, each))])


def _made(facts: Facts, run: Run) -> Iterator[str | None]:
    """The homes that commands of a RUN name."""
    for found in _MADE.findall(facts.dockerfile.text(run)):
        yield expand(found, facts.scope(run).variables(), facts.dockerfile.escape, unset=None)
