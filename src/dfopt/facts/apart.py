"""Whether two RUNs do what one does: where the script of a RUN may be cut."""

from __future__ import annotations

from dfopt.facts.facts import Facts
from dfopt.facts.hard_links import told_apart
from dfopt.facts.program_path import free_installers
from dfopt.facts.scripts import shell_options
from dfopt.knowledge import shell_commands as known
from dfopt.model.mounts import Mount
from dfopt.shell.laws import steps
from dfopt.shell.nodes import NotModelled, Script
from dfopt.shell.parser import parse
from dfopt.source import Span
from dfopt.syntax.nodes import Run


def is_whole(facts: Facts, run: Run) -> bool:
    """True if a RUN cannot be taken as a sequence: its mounts end with it, or its shell reads start-up files."""
    options = [word for word in (facts.shell(run) or ())[1:] if word.startswith("-")]
    options = [word for word in options if word not in known.PLAIN_OPTIONS]
    startup = any(word.startswith("--") or "l" in word or "i" in word for word in options)
    vanish = any(_may_vanish(mount) for mount in facts.mounts(run))
    return startup or vanish or not known.SHELL_SETTINGS.isdisjoint(facts.scope(run).variables())


def comes_apart(facts: Facts, run: Run, script: Script, joint: Span) -> bool:
    """True if what stands before and behind a place in the script of a RUN may be two RUNs, by the laws of steps."""
    text = run.script.text if run.script else ""
    if "LINENO" in text or is_whole(facts, run):
        return False
    head, rest = parse(text[: joint.start]), parse(text[joint.end :])
    if isinstance(head, NotModelled) or isinstance(rest, NotModelled):
        return False
    if any(facts.script_changes_process(run, each) for each in (script, head, rest)):
        return False
    given, free = shell_options(facts.shell(run)), free_installers(facts, run)
    if steps(script, given, free) != [*steps(head, given, free), *steps(rest, given, free)]:
        return False
    return not any(told_apart(facts.hard_links(run, head).links, facts.hard_links(run, rest).changes))


def _may_vanish(mount: Mount) -> bool:
    """True if what is written to a mount may end with its RUN: if it is not read-only for sure (strconv.ParseBool)."""
    if mount.type != "bind":
        return mount.type not in ("cache", "secret", "ssh")
    return any(
        (name in ("rw", "readwrite") and value.lower() not in ("0", "f", "false"))
        or (name in ("ro", "readonly") and value.lower() not in ("", "1", "t", "true"))
        for name, value in mount.fields.items()
    )
