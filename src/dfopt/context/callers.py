"""Dockerfiles with names of their own that scripts, makefiles and files of CI name where they call a builder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import lru_cache
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
_WORD: Final = re.compile(r"[\w./+@-]+")
_LARGEST: Final = 300_000
"""Bytes of a file above which it is not read."""


def may_call(path: str) -> bool:
    """True for the paths of files that may call a builder."""
    return _CALLING.fullmatch(os.path.basename(path)) is not None or _OF_CI.search(path) is not None


class _Call(msgspec.Struct, frozen=True):
    """What a file that calls a builder says: what stands behind ``-f``, ``file:`` and the like, and all words."""

    named: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


def named_files(calling: Iterable[Path], top: Path, repository: Path) -> frozenset[str]:
    """The files that others name for a build that may have the folder ``top`` as its context.

    They lie below it, or who names them does, or says its name too. Many are no Dockerfiles; what a variable names is
    not found.
    """
    found: set[str] = set()
    for path in calling:
        said = _call(path)
        starts = (path.parent, repository, top)
        paths = {os.path.realpath(start / name) for name in said.named for start in starts}
        contexts = {os.path.relpath(top, start) for start in starts[:2]} - {os.curdir}
        if not is_in(str(path.parent), str(top)) and contexts.isdisjoint(said.words):
            paths = {each for each in paths if is_in(each, str(top))}
        found.update(paths)
    return frozenset(path for path in found if os.path.isfile(path))


def _call(path: Path) -> _Call:
    try:
        info = path.stat()
    except OSError:
        return _Call()
    return _read(str(path), info.st_mtime_ns) if info.st_size <= _LARGEST else _Call()


@lru_cache(maxsize=2000)
def _read(path: str, changed: int) -> _Call:
    del changed
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
    except OSError:
        return _Call()
    if not _BUILDS.search(text):
        return _Call()
    return _Call(frozenset(_NAMED.findall(text)), frozenset(os.path.normpath(word) for word in _WORD.findall(text)))
