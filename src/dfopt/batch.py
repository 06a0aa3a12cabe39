"""Many items on all cores: results come in the order of the items, and no item can stop the others.

Each worker process gets a handful of items at a time and sends the result of each as soon as it has
it. So when a worker dies, killed for its memory for instance, it is known which item it was at: that
one is given up, the rest goes to a new worker. However many items there are, few results are held.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

CHUNK = 16
"""The most items that a worker gets at a time."""
AHEAD = 4
"""Chunks for each worker whose results may wait for that of an earlier item."""
PATIENCE = 10
"""Seconds that a worker gets to end what it is at when the run is broken off."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def run(
    items: Sequence[Item],
    work: Callable[[Item], Result],
    lost: Callable[[Item, str], Result],
    jobs: int,
) -> Generator[Result, None, None]:
    """The result of each item, in order; ``lost`` makes that of an item whose worker died, from the reason.

    ``work`` must raise nothing. When the iterator is closed, each worker ends the item that it is at.
    """
    crew = _Crew(items, work, lost, jobs)
    try:
        yield from crew.results()
    finally:
        crew.dismiss()


class _Worker(Generic[Item]):
    """A process, the way to talk to it, and the indices of the items that it has yet to answer for."""

    def __init__(self, work: Callable[[Item], Any], others: Sequence[_Worker[Item]]) -> None:
        # A fork shares what is loaded, but is safe only on Linux and with one thread, which is all that we have.
        context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        self.connection: Connection
        self.connection, theirs = context.Pipe()
        # A forked process has copies of our ends; unless it closes them, no worker notices that we are gone.
        ours = [each.connection for each in others] + [self.connection] if sys.platform == "linux" else []
        self.process = context.Process(target=_serve, args=(theirs, ours, work), daemon=True)
        with _no_interrupt():
            self.process.start()
        theirs.close()
        self.pending: deque[int] = deque()

    def end(self) -> str:
        """Waits until the process is gone and tells how it went."""
        self.connection.close()
        self.process.join(PATIENCE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        code = self.process.exitcode or 0
        return f"signal {-code}" if code < 0 else f"exit status {code}"


@contextmanager
def _no_interrupt() -> Generator[None]:
    """Holds an interrupt back, also from a process that is started meanwhile, until that is ready for it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(connection: Connection, ours: Sequence[Connection], work: Callable[[Any], Any]) -> None:
    """The life of a worker: until nobody sends items, or takes results, any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets it too, and ends us in order
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    for copy in ours:
        copy.close()
    try:
        while True:
            for item in connection.recv():
                connection.send(work(item))
    except (EOFError, ConnectionError):
        return


class _Crew(Generic[Item, Result]):
    """The workers, what is handed to them, and the results that wait for their turn."""

    def __init__(
        self, items: Sequence[Item], work: Callable[[Item], Result], lost: Callable[[Item, str], Result], jobs: int
    ) -> None:
        self._items = items
        self._work = work
        self._lost = lost
        self._chunk = max(1, min(CHUNK, len(items) // (jobs * AHEAD)))
        self._window = self._chunk * jobs * AHEAD
        self._next = 0
        """The first item that nobody has got."""
        self._ready: dict[int, Result] = {}
        self._workers: list[_Worker[Item]] = []
        for _ in range(jobs):
            self._hire()

    def results(self) -> Iterator[Result]:
        for index in range(len(self._items)):
            while index not in self._ready:
                self._hand_out(index)
                self._collect()
            yield self._ready.pop(index)

    def dismiss(self) -> None:
        for worker in self._workers:
            worker.connection.close()
        for worker in self._workers:
            worker.end()

    def _hire(self) -> _Worker[Item]:
        worker = _Worker(self._work, self._workers)
        self._workers.append(worker)
        return worker

    def _hand_out(self, first: int) -> None:
        """Gives idle workers something to do, but not too far ahead of the first item without a result."""
        for worker in list(self._workers):
            end = min(self._next + self._chunk, len(self._items), first + self._window)
            if not worker.pending and self._next < end:
                self._give(worker, range(self._next, end))
                self._next = end

    def _give(self, worker: _Worker[Item], indices: Sequence[int]) -> None:
        worker.pending.extend(indices)
        try:
            worker.connection.send([self._items[index] for index in indices])
        except ConnectionError:
            return  # it is dead, which is noticed when its results are collected

    def _collect(self) -> None:
        """Waits for at least one result."""
        busy = {worker.connection: worker for worker in self._workers if worker.pending}
        for connection in wait(list(busy)):
            worker = busy[connection]  # type: ignore[index]
            try:
                result = worker.connection.recv()
            except (EOFError, ConnectionError):
                self._replace(worker)
            else:
                self._ready[worker.pending.popleft()] = result

    def _replace(self, worker: _Worker[Item]) -> None:
        """Gives up the item at which a worker died and hands its others to a new one."""
        self._workers.remove(worker)
        how = worker.end()
        index, *rest = worker.pending
        self._ready[index] = self._lost(self._items[index], how)
        heir = self._hire()
        if rest:
            self._give(heir, rest)
