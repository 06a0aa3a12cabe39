"""A bridge for programs that hold their Dockerfiles in ``dockerfile_parse.DockerfileParser``.

That package loses heredocs, flags and comments when it writes single instructions; here it only hands
the text over and takes it back.
"""

from __future__ import annotations

import os
from typing import Any, Protocol

from dfopt import api
from dfopt.config import Config
from dfopt.errors import DfoptError
from dfopt.results import Rewrite
from dfopt.source import Source


class HoldsContent(Protocol):
    """What is needed of a ``DockerfileParser``."""

    @property
    def content(self) -> str: ...
    @content.setter
    def content(self, content: str) -> None: ...


def rewrite(parser: HoldsContent | str | os.PathLike[str], config: Config | None = None) -> Rewrite:
    """Rewrites what a ``DockerfileParser`` holds, and sets it back if it has changed.

    A path may be given instead: that of a file, or of a folder with a ``Dockerfile``.

    Raises DockerfileSyntaxError and ConfigError as ``dfopt.api.rewrite`` does, DfoptError if the package
    is missing or cannot read the file as UTF-8, and OSError if the file cannot be read or written.
    """
    if not isinstance(parser, (str, os.PathLike)):
        return _rewrite(parser, getattr(parser, "dockerfile_path", "Dockerfile"), config)
    path = os.fspath(parser)
    if os.path.isdir(path):
        path = os.path.join(path, "Dockerfile")
    with open(path, "r+b") as file:  # the package knows no other file name than Dockerfile
        return _rewrite(_parser_class()(fileobj=file), path, config)


def _rewrite(parser: HoldsContent, path: str, config: Config | None) -> Rewrite:
    try:
        text = parser.content
    except UnicodeDecodeError as error:
        raise DfoptError(f"{path}: dockerfile-parse reads UTF-8 only: {error}") from error
    result = api.rewrite(Source(text, path), config)
    if result.changed:
        parser.content = result.after
    return result


def _parser_class() -> Any:
    try:
        from dockerfile_parse import DockerfileParser
    except ImportError as error:
        raise DfoptError("dockerfile-parse is not installed: pip install 'dfopt[interop]'") from error
    return DockerfileParser
