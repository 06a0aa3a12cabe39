"""Where ``set -e`` makes a difference (POSIX XCU 2.14, set)."""

from __future__ import annotations

from dfopt.knowledge import shell_commands as known
from dfopt.shell.argv import argv
from dfopt.shell.nodes import AndOr, Simple, Statement
from dfopt.shell.walk import substitutions


def is_plain(statement: AndOr) -> bool:
    """True if ``set -e`` makes no difference to a list that stands alone: simple commands, no inner lists."""
    return all(
        isinstance(command, Simple) and not _runs_text(command) and not _has_inner_list(command)
        for pipeline in statement.pipelines
        for command in pipeline.commands
    )


def _runs_text(command: Simple) -> bool:
    view = argv(command)
    if view.name is None:
        return bool(command.words)
    return known.runs_text(view.name, tuple(word.value for word in view.words))


def _has_inner_list(command: Simple) -> bool:
    inner = [substitution.script.statements for substitution in substitutions(command)]
    return any(
        len(statements) > 1 or any(not is_plain(statement.list) for statement in statements) for statements in inner
    )


def leading_errexit(statements: tuple[Statement, ...]) -> tuple[str, ...] | None:
    """The words of the first statement if it is nothing but ``set`` with ``-e`` and something follows it."""
    if len(statements) < 2 or len(statements[0].list.pipelines) != 1 or statements[0].terminator == "&":
        return None
    pipeline = statements[0].list.pipelines[0]
    command = pipeline.commands[0]
    if pipeline.negated or len(pipeline.commands) != 1 or not isinstance(command, Simple):
        return None
    words = tuple(word.value for word in command.words)
    if command.assignments or command.redirects or words[:1] != ("set",):
        return None
    if "errexit" not in (known.set_options(words[1:]) or ()):
        return None
    static = tuple(word for word in words if word is not None)
    return static if len(static) == len(words) else None


def sets_errexit(words: tuple[str | None, ...]) -> bool:
    """True if the arguments of ``set`` touch ``-e``, or cannot be read."""
    for at, word in enumerate(words):
        if word is None:
            return True
        if word in ("--", "-"):
            return False
        if word[:1] not in ("-", "+"):
            return word == "errexit" and at > 0
        if "e" in word[1:] or ("o" in word[1:] and words[at + 1 : at + 2] == ("errexit",)):
            return True
        if "o" in word[1:] and words[at + 1 : at + 2] not in ((), ("errexit",)):
            return sets_errexit(words[at + 2 :])
    return False
