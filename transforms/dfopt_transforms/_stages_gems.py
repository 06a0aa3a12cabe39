"""Where the gems of a program in Ruby are: in the folder of the image, or where a variable or an option says."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from dfopt.facts.run_work import Done
from dfopt.shell.argv import Argv
from dfopt_transforms._stages_parts import Needs, Old, RefusedError

WHERE = "where gems are installed is not known"
_OF_IMAGE = "/usr/local/bundle"
"""GEM_HOME and BUNDLE_APP_CONFIG of the official image: gems, their programs, and what ``bundle config`` says."""
_PLAIN = re.compile(r"frozen|jobs|retry|silence_root_warning|force_ruby_platform|(?:build|mirror)\..*|.*\..*")
"""Settings that a container gets along without."""


def gems(old: Old, needs: Needs) -> None:
    """Notes where they are.

    Raises RefusedError if that is not known.
    """
    for each in old.builds:
        for view, folder in zip(each.commands, each.places, strict=True):
            words = [word.value or "$" for word in view.words]
            plain = [word for word in words if not word.startswith("-")]
            verb = plain[0] if plain else ""
            if view.base in ("bundle", "bundler") and verb == "config":
                _config(needs, words, plain[1:], folder)
            elif view.base in ("bundle", "bundler") and verb in ("install", "", "update"):
                _bundled(old, needs, each, view, words, folder)
            elif view.base == "gem" and verb == "install":
                if any(re.match(r"--(?:install-dir|bindir|user-install)|-[in]$", word) for word in words):
                    raise RefusedError(WHERE, "gem install with another place")
                needs.copy(_home(old, each, view), "gem install puts gems there")


def _config(needs: Needs, words: list[str], plain: list[str], folder: str) -> None:
    """What ``bundle config`` says is in the folder of the image, unless it is for a user."""
    if plain[:1] in (["set"], ["get"], ["list"], ["unset"]):
        plain = plain[1:] if plain[0] == "set" else []
    if not plain or _PLAIN.fullmatch(plain[0]):
        return
    if "--global" in words:
        raise RefusedError(WHERE, f"bundle config --global {plain[0]}")
    needs.copy(_OF_IMAGE, "bundle config writes there")
    if plain[0] == "path" and len(plain) > 1:
        _path(needs, plain[1], folder, "bundle config")


def _bundled(old: Old, needs: Needs, each: Done, view: Argv, words: list[str], folder: str) -> None:
    given = list(_options(words))
    for option in given:
        _path(needs, option, folder, "bundle install")
    path = _value(old, each, view, "BUNDLE_PATH")
    if path is not None:
        _path(needs, path, folder, "BUNDLE_PATH")
    if path is None or given:
        needs.copy(_home(old, each, view), "bundle install puts gems there")


def _options(words: list[str]) -> Iterator[str]:
    for at, word in enumerate(words):
        if word.startswith("--path"):
            yield word.partition("=")[2] or "".join(words[at + 1 : at + 2]) or "$"


def _path(needs: Needs, text: str, folder: str, who: str) -> None:
    path = posixpath.normpath(posixpath.join(folder, text))
    if "$" in path or not path.startswith("/"):
        raise RefusedError(WHERE, f"{text}, of {who}")
    needs.copy(path, f"{who} puts gems there")


def _home(old: Old, each: Done, view: Argv) -> str:
    home = _value(old, each, view, "GEM_HOME")
    if home is not None and (not home.startswith("/") or "$" in home):
        raise RefusedError(WHERE, f"GEM_HOME={home}")
    return home or _OF_IMAGE


def _value(old: Old, each: Done, view: Argv, name: str) -> str | None:
    """What a variable is at a command; None if it is not set."""
    for assign in view.command.assignments:
        if assign.name == name:
            return assign.value.value or "$"
    variables = old.facts.scope(each.run).variables()
    return (variables[name] or "$") if name in variables else None
