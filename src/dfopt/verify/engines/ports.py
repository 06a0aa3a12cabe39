"""Asks a server whether it is there: a connection, the plainest request that most servers answer, what comes back."""

from __future__ import annotations

import socket
from collections.abc import Mapping

REQUEST = b"GET / HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n"
"""Servers of other protocols greet, or complain about it."""
PATIENCE = 3
"""Seconds for a connection, and for each part of an answer."""
LIMIT = 1 << 16
"""Bytes of an answer that are read."""


def answers(host: str, ports: Mapping[int, int]) -> dict[int, str]:
    """What the ports answer that do: ``ports`` says which port of the host leads to each of them."""
    found = {port: answer(host, place) for port, place in ports.items() if place}
    return {port: text for port, text in found.items() if text}


def answer(host: str, port: int) -> str:
    """The first line and the body of an answer, without headers, which hold dates; empty if there is none.

    An engine may take a connection before the server does, and close it again: no answer as well.
    """
    data = b""
    try:
        with socket.create_connection((host, port), PATIENCE) as connection:
            connection.settimeout(PATIENCE)
            connection.sendall(REQUEST)
            while len(data) < LIMIT and (piece := connection.recv(LIMIT)):
                data += piece
    except OSError:
        pass  # what has come until then is the answer
    text = data.decode("utf-8", "backslashreplace")
    if not text.startswith("HTTP/"):
        return text
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    return f"{head.splitlines()[0]}\n{body}"
