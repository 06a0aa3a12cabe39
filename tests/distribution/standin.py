"""A registry that answers as a test wants it to, for what a real one does seldom."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec


class Asked(msgspec.Struct, frozen=True):
    """A request that came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: str


class Reply(msgspec.Struct, frozen=True):
    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""


Answering = Callable[[Asked], Reply]


class StandIn:
    """Where it is, and what it was asked."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.asked: list[Asked] = []


@contextmanager
def answering(answer: Callable[[StandIn], Answering]) -> Generator[StandIn]:
    """Serves for a while; the answers may depend on where that is."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            asked = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length).decode())
            found.asked.append(asked)
            reply = answers(asked)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in reply.headers:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        do_GET = do_HEAD = do_POST = _serve  # noqa: N815  names that the server looks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as the server has it
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        found = StandIn(f"127.0.0.1:{server.server_address[1]}")
        answers = answer(found)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()
