"""Whether a command may call a package manager of the system without showing it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dfopt.facts.packages import managers_of
from dfopt.knowledge import programs
from dfopt.shell.argv import Argv
from dfopt.shell.nodes import CommandSubstitution, DoubleQuoted, Part, Word

_DURATION = re.compile(r"[0-9.]+[smhd]?")
_FIND_COMMANDS = frozenset({"-exec", "-execdir", "-ok", "-okdir"})
_SCRIPT_TEXT = frozenset({"-c", "-e", "-r", "--eval", "-E"})
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=.*", re.DOTALL)


def opacity(view: Argv) -> str:
    """Why a command may install packages out of sight; empty if it does not.

    Shells with a static ``-c`` text and functions are not looked at: they are seen.
    """
    base = view.base
    words = [word.value for word in view.words]
    if base is None:
        return "a command whose name is not known"
    if not programs.ALARMING_WORDS.isdisjoint(word for word in words if word):
        return f"{base} may install packages of the system"
    if base in (".", "source"):
        return _sourcing(words)
    if base == "eval":
        return "" if all(_is_command_output(word) for word in view.words) else "eval runs a text"
    if base in programs.SHELLS:
        return "" if words and all(word in ("--version", "-n") for word in words) else f"{base} runs a script"
    if base in programs.RUNNERS:
        return _running(base, words)
    verb = next((word for word in words if not (word or "").startswith("-")), "")
    if verb in programs.RUNNER_VERBS.get(base, ()):
        return _running(f"{base} {verb}", words[words.index(verb) + 1 :])
    if verb in programs.SCRIPT_VERBS.get(base, ()):
        return _described(base, words[words.index(verb) + 1 :])
    if base in programs.MAKERS:
        return _making(base, words)
    if re.fullmatch(programs.INTERPRETERS, base):
        return _interpreting(base, words)
    if base == "bootstrap.sh" and any(re.fullmatch(programs.PREPARING, word or "") for word in words):
        return ""
    if _is_own_script(view.name or ""):
        return f"{view.name} is a script"
    if not programs.DEPENDENCY_VERBS.get(base, frozenset()).isdisjoint(words):
        return f"{base} may install packages of the system"
    if base in programs.KNOWN or base in programs.BUILD_SCRIPTS or managers_of(base):
        return ""
    return f"{base} is not known"


def _is_own_script(name: str) -> bool:
    """True for ``./install`` and the like, which is not the program of that name."""
    folder, slash, base = name.rpartition("/")
    if not slash or base in programs.BUILD_SCRIPTS or not re.fullmatch(programs.ALARMING_SCRIPTS, base):
        return False
    return re.fullmatch(r"/(.*/)?s?bin", folder) is None


def _sourcing(words: Sequence[str | None]) -> str:
    path = words[0] if words and words[0] else ""
    is_setter = path.endswith("/setup.sh") and re.fullmatch(programs.SETTERS, path)
    return "" if is_setter or path.rpartition("/")[2] in programs.SOURCED else "it sources a file"


def _is_command_output(word: Word) -> bool:
    """True for ``$(conda shell.bash hook)`` and the like: a known program prints the text."""
    parts: Sequence[Part] = word.parts
    if len(parts) == 1 and isinstance(parts[0], DoubleQuoted):
        parts = parts[0].parts
    if len(parts) != 1 or not isinstance(parts[0], CommandSubstitution):
        return False
    text = parts[0].text.lstrip("$(` ")
    name = re.split(r"[ \t\n]", text, maxsplit=1)[0].rpartition("/")[2]
    return name in programs.KNOWN or bool(managers_of(name))


def _running(base: str, words: Sequence[str | None]) -> str:
    """For ``xargs rm``, ``find … -exec chmod``, ``timeout 5 make``: what is it that runs?"""
    if base == "command" and words and words[0] in ("-v", "-V"):
        return ""
    if base == "find":
        run = [words[at + 1] for at, word in enumerate(words[:-1]) if word in _FIND_COMMANDS]
        names = run or [":"]
    else:
        names = [next((word for word in words if _may_be_command(word)), ":")]
    for name in names:
        plain = name.rpartition("/")[2] if name else ""
        if not (plain in programs.KNOWN or plain in programs.BUILD_SCRIPTS or _is_language_tool(plain)):
            return f"{base} runs {plain or 'a command that is not known'}"
        if plain in programs.SHELLS or plain in (".", "source", "eval"):
            return f"{base} runs a script"
    return ""


def _may_be_command(word: str | None) -> bool:
    return word is None or not (word.startswith("-") or _DURATION.fullmatch(word) or _ASSIGNMENT.fullmatch(word))


def _is_language_tool(base: str) -> bool:
    found = managers_of(base)
    return bool(found) and not any(manager.has_index for manager, _ in found)


def _described(base: str, words: Sequence[str | None]) -> str:
    """For ``npm run setup``: the name says what it is for."""
    name = next((word for word in words if word is None or not word.startswith("-")), "")
    if name is None:
        return f"{base} runs a script that is not known"
    return f"{base} runs {name}" if re.fullmatch(programs.ALARMING_SCRIPTS, name) else ""


def _making(base: str, words: Sequence[str | None]) -> str:
    targets = [word for word in words if word and not word.startswith("-") and "=" not in word]
    unknown = [
        word
        for word in targets
        if word not in programs.PLAIN_TARGETS and re.fullmatch(programs.ALARMING_TARGETS, word, re.DOTALL)
    ]
    return f"{base} {unknown[0]} may install packages" if unknown else ""


def _interpreting(base: str, words: Sequence[str | None]) -> str:
    for at, word in enumerate(words):
        if word is None:
            return f"{base} runs a script that is not known"
        if word in _SCRIPT_TEXT:
            text = words[at + 1] if at + 1 < len(words) else None
            return (
                ""
                if text is None or not re.search(r"\b(apt|apk|apt-get)\b", text)
                else f"{base} calls a package manager"
            )
        if word == "-m":
            return ""
        if not word.startswith("-"):
            name = word.rpartition("/")[2]
            if name in programs.BUILD_SCRIPTS or not re.fullmatch(programs.ALARMING_SCRIPTS, name):
                return ""
            return f"{base} runs {name}"
    return ""
