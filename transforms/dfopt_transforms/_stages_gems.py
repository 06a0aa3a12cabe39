"""Where the gems of a program in Ruby are: in the folder of the image, or where a variable or an option says."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from dfopt.knowledge.bundler import FALSE, INSTALLS, OF_DEPLOYMENT, OF_PROGRAMS, OF_STANDALONE
from dfopt_transforms._stages_calls import Call, value_at
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
    calls = list(_calls(old, "bundle", "bundler"))
    settings = _settings(old, calls, needs)
    for call in calls:
        if call.verb in INSTALLS:
            _bundled(old, needs, call, settings)
        elif call.verb == "binstubs":
            text = next(_options(call.words, "--path"), None) or _setting(old, call, settings, "bin") or OF_PROGRAMS
            needs.copy(_path(old, call, text, "bundle binstubs"), "bundle binstubs puts programs there")
    for call in _calls(old, "gem"):
        if call.verb != "install":
            continue
        if any(re.match(r"--(?:install-dir|bindir|user-install)|-[in]$", word) for word in call.words):
            raise RefusedError(WHERE, "gem install with another place")
        needs.copy(_home(old, call), "gem install puts gems there")


def _calls(old: Old, *programs: str) -> Iterator[Call]:
    for each in old.builds:
        for view, folder in zip(each.commands, each.places, strict=True):
            if view.base in programs:
                yield Call(each, view, folder, [word.value or "$" for word in view.words])


def _settings(old: Old, calls: list[Call], needs: Needs) -> dict[str, str]:
    """What ``bundle config`` sets: that is in the folder of the image or of a variable, unless it is for a user."""
    found: dict[str, str] = {}
    for call in calls:
        given = call.plain[1:] if call.verb == "config" else []
        if given[:1] in (["set"], ["get"], ["list"], ["unset"]):
            given = given[1:] if given[0] == "set" else []
        if not given or _PLAIN.fullmatch(given[0]):
            continue
        if "--global" in call.words:
            raise RefusedError(WHERE, f"bundle config --global {given[0]}")
        place = value_at(call, old, "BUNDLE_APP_CONFIG") or _OF_IMAGE
        needs.copy(_path(old, call, place, "BUNDLE_APP_CONFIG"), "bundle config writes there")
        if len(given) > 1:
            found[given[0].lower()] = given[1]
    return found


def _setting(old: Old, call: Call, settings: dict[str, str], name: str) -> str | None:
    value = value_at(call, old, f"BUNDLE_{name.upper()}")
    return settings.get(name) if value is None else value


def _bundled(old: Old, needs: Needs, call: Call, settings: dict[str, str]) -> None:
    """Notes what a command that installs gems writes, into the folder of the image and that of the Gemfile."""
    given = list(_options(call.words, "--path"))
    variable = value_at(call, old, "BUNDLE_PATH")
    paths = {"bundle install": given, "BUNDLE_PATH": [variable] if variable is not None else []}
    paths["bundle config"] = [settings["path"]] if "path" in settings else []
    for who, texts in paths.items():
        for text in texts:
            needs.copy(_path(old, call, text, who), f"{who} puts gems there")
    if variable is None or given:
        needs.copy(_home(old, call), "bundle install puts gems there")
    options = {word.partition("=")[0] for word in call.words}
    is_deployed = FALSE.fullmatch(_setting(old, call, settings, "deployment") or "") is None
    if not any(paths.values()):
        if is_deployed or "--deployment" in options:
            why = "bundle install puts gems there in deployment mode"
            needs.copy(_path(old, call, OF_DEPLOYMENT, "deployment"), why)
        if "--standalone" in options:
            needs.copy(_path(old, call, OF_STANDALONE, "--standalone"), "bundle install --standalone puts gems there")
    programs = _setting(old, call, settings, "bin")
    if "--binstubs" in options:
        programs = next((word[11:] for word in call.words if word.startswith("--binstubs=")), "") or OF_PROGRAMS
    if programs:
        needs.copy(_path(old, call, programs, "--binstubs"), "bundle install puts programs there")


def _options(words: list[str], name: str) -> Iterator[str]:
    for at, word in enumerate(words):
        if word.startswith(name):
            yield word.partition("=")[2] or "".join(words[at + 1 : at + 2]) or "$"


def _path(old: Old, call: Call, text: str, who: str) -> str:
    """A path that is relative to the folder of the Gemfile."""
    gemfile = value_at(call, old, "BUNDLE_GEMFILE") or next(_options(call.words, "--gemfile"), "Gemfile")
    path = posixpath.normpath(posixpath.join(call.folder, posixpath.dirname(gemfile), text))
    if "$" in path or not path.startswith("/"):
        raise RefusedError(WHERE, f"{text}, of {who}")
    return path


def _home(old: Old, call: Call) -> str:
    home = value_at(call, old, "GEM_HOME")
    if home is not None and (not home.startswith("/") or "$" in home):
        raise RefusedError(WHERE, f"GEM_HOME={home}")
    return home or _OF_IMAGE
