"""Dockerfiles with names of their own that scripts, makefiles and files of CI name where they call a builder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from dfopt.facts.folders import is_in

_CALLING: Final = re.compile(
    r"(?:GNU)?makefile|.*\.(?:mk|mak|just|sh|bash|zsh|ps1|bat|cmd)|\.?justfile|taskfile(?:\.dist)?\.ya?ml|jenkinsfile.*"
    r"|earthfile|tiltfile|rakefile|package\.json|skaffold\.ya?ml|cloudbuild.*\.(?:ya?ml|json)|buildspec.*\.ya?ml"
    r"|(?:azure|bitbucket)-pipelines.*\.ya?ml|\.(?:gitlab-ci|travis|drone|woodpecker|cirrus)\.ya?ml|appveyor\.ya?ml",
    re.IGNORECASE,
)
_OF_CI: Final = re.compile(
    r"/\.(?:github|gitlab|gitea|forgejo|circleci|woodpecker|buildkite|semaphore|azure\w*)/.*\.ya?ml$"
)
_BUILDS: Final = re.compile(
    r"\b(?:docker|podman|buildah|nerdctl)\b(?:\\\n|[^\n])*\b(?:build|bud)\b"
    r"|build-push-action|buildah-build|kaniko|FROM DOCKERFILE|docker_build|cloud-builders/docker|dockerfile",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(
    r"(?:(?<![\w-])(?:-f|--file|--dockerfile)(?:\s*[\"']?,\s*|[=\s]\s*)"
    r"|\b(?:file|dockerfile\w*|containerfiles?)[\"']?\s*[:=]\s*)[\"']?([\w./+@-]+)",
    re.IGNORECASE,
)
_BUILDER: Final = re.compile(r"\b(?:docker|podman|buildah|nerdctl)\b", re.IGNORECASE)
_BUILD: Final = re.compile(r"\b(?:build|bud)\b")
_INPUT: Final = re.compile(r"\s(?:-f\s*|--file[=\s]\s*)[\"']?(?:-(?![\w./-])|/dev/stdin\b|<\()")
"""The Dockerfile is what comes by the input, or what a command prints: a here-document, say
(https://docs.docker.com/build/concepts/context/#how-to-build-without-a-context)."""
_WORD: Final = re.compile(r"[\w./+@-]+")
_LARGEST: Final = 300_000
"""Bytes of a file above which it is not read."""


def may_call(path: str) -> bool:
    """True for the paths of files that may call a builder."""
    return _CALLING.fullmatch(os.path.basename(path)) is not None or _OF_CI.search(path) is not None


class Call(msgspec.Struct, frozen=True):
    """What a file that calls a builder says: what stands behind ``-f``, ``file:`` and the like, and all words."""

    path: Path
    named: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    from_input: tuple[frozenset[str], ...] = ()
    """The words of the calls that get the Dockerfile by their input."""


def calls(paths: Iterable[Path]) -> list[Call]:
    """What those of some files say that call a builder with a Dockerfile of another name, or with none."""
    return [call for call in map(_call, paths) if call.named or call.from_input]


def named_files(calling: Iterable[Call], top: Path, repository: Path) -> frozenset[str]:
    """The files that others name for a build that may have the folder ``top`` as its context.

    They lie below it, or who names them does, or says its name too. Many are no Dockerfiles; what a variable names is
    not found.
    """
    found: set[str] = set()
    for said in calling:
        starts = (said.path.parent, repository, top)
        paths = {os.path.realpath(start / name) for name in said.named for start in starts}
        if not _may_mean(said, top, repository):
            paths = {each for each in paths if is_in(each, str(top))}
        found.update(paths)
    return frozenset(path for path in found if os.path.isfile(path))


def from_input(calling: Iterable[Call], top: Path, repository: Path) -> Path | None:
    """A file that builds from a folder by a Dockerfile that is no file, or may do so."""
    for said in calling:
        for words in said.from_input:
            starts = (said.path.parent, repository)
            named = {os.path.realpath(start / word) for word in words - {os.curdir} for start in starts}
            folders = {each for each in named if os.path.isdir(each)}
            is_other = folders and os.curdir not in words and str(top) not in folders
            if not is_other and _may_mean(said, top, repository):
                return said.path
    return None


def _may_mean(said: Call, top: Path, repository: Path) -> bool:
    """True if a file may call a builder with a folder as its context: it lies in it, or says its name."""
    contexts = {os.path.relpath(top, start) for start in (said.path.parent, repository)} - {os.curdir}
    return is_in(str(said.path.parent), str(top)) or not contexts.isdisjoint(said.words)


def _call(path: Path) -> Call:
    try:
        if path.stat().st_size > _LARGEST:
            return Call(path)
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return Call(path)
    if not _BUILDS.search(text):
        return Call(path)
    lines = text.replace("\\\n", " ").split("\n")
    by_input = tuple(_words(line) for line in lines if _reads_input(line))
    return Call(path, frozenset(_NAMED.findall(text)), _words(text), by_input)


def _reads_input(line: str) -> bool:
    """True for a call of a builder that reads the Dockerfile from its input."""
    builder = _BUILDER.search(line)
    build = _BUILD.search(line, builder.end()) if builder else None
    return build is not None and _INPUT.search(line, build.end()) is not None


def _words(text: str) -> frozenset[str]:
    return frozenset(os.path.normpath(word) for word in _WORD.findall(text))
