"""The law under which ADD is COPY: it fetches nothing and unpacks nothing.

ADD does what COPY does but for three kinds of source: an address (http, git), and a file of the context that is a tar
archive, which it finds out by reading it. A source is neither of them if its name is written out, holds no sign
that an address or a pattern has, and names a folder or a kind of file that is no archive. A trigger of ONBUILD
is in the image config as it is written: the law is not for it.
"""

from __future__ import annotations

import re

from dfopt.knowledge.archives import PLAIN_EXTENSIONS, PLAIN_NAMES
from dfopt.syntax.nodes import Add

_SHARED_FLAGS = frozenset(["chown", "chmod", "link", "exclude"])
_LOCAL = re.compile(r"[^$'\"\\`*?\[\]:@<>]+")
_FOLDER_ENDS = ("", ".", "..")


def copies_only(add: Add) -> bool:
    """True if an ADD does what COPY would do."""
    return all(flag.name in _SHARED_FLAGS for flag in add.flags) and all(
        _is_plain(source.text) for source in add.sources
    )


def _is_plain(source: str) -> bool:
    if not _LOCAL.fullmatch(source) or source.startswith("github.com/"):
        return False
    name = source.rpartition("/")[2]
    extension = name.rpartition(".")[2] if "." in name else ""
    return name in _FOLDER_ENDS or name in PLAIN_NAMES or extension.lower() in PLAIN_EXTENSIONS
