"""What servers answer: HTTP, something else, nothing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from dfopt.verify.engines.ports import REQUEST, answer, answers


@contextmanager
def serving(data: bytes) -> Generator[int]:
    """A server for one connection, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                if data:
                    connection.recv(len(REQUEST))
                    connection.sendall(data)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"HTTP/1.1 200 OK\r\nDate: today\r\n\r\nhello\r\n", "HTTP/1.1 200 OK\nhello\n"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 204 No Content\n"),
        (b"-ERR unknown command\r\n", "-ERR unknown command\r\n"),
        (b"\xff\xfe", "\\xff\\xfe"),
        (b"", ""),
    ],
)
def test_an_answer(data: bytes, told: str) -> None:
    with serving(data) as port:
        assert answer("127.0.0.1", port) == told


def test_a_port_that_nobody_serves_has_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert answer("127.0.0.1", port) == ""
    with serving(b"hello") as port:
        assert answers("127.0.0.1", {80: port, 81: 0}) == {80: "hello"}
