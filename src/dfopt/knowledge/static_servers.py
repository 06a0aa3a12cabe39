"""Programs that give out the files of a folder, and nothing else.

Sources: the manuals of Python's http.server, and of serve and http-server of npm.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec


class Server(msgspec.Struct, frozen=True, kw_only=True):
    valued: frozenset[str]
    """Its options that have a value in a word of its own."""
    folders: frozenset[str] = frozenset()
    """Those whose value is the folder; if there are none, it is the first operand."""


SERVERS: Final[Mapping[str, Server]] = {
    "http.server": Server(
        valued=frozenset("-b --bind -d --directory -p --protocol".split()), folders=frozenset({"-d", "--directory"})
    ),
    "serve": Server(valued=frozenset("-l --listen -p --port -c --config --ssl-cert --ssl-key --ssl-pass".split())),
    "http-server": Server(
        valued=frozenset("-p --port -a -c -e --ext -P --proxy -U -C -K -t --username --password".split())
    ),
}
"""By the name of the program, or of the module that Python runs."""
