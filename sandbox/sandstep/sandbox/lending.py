"""Lends a worker's line to the thread that runs a call, which then reads the next call itself: no other thread needs to be woken.

Whoever runs the program has lent it, waits, and takes it back from a thread whose call lasts: then there is somebody to listen again.
"""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TypeAlias

from .channel import Closed
from .nursery import Line

_LASTS = 0.005
"""Seconds after which a call may be taken for one that lasts."""
_QUIET = 0.02
"""Seconds for which a thread that has answered listens for the next call."""

Work: TypeAlias = Callable[[], None]
"""Runs a call and answers it."""


class Lent:
    """A line in the hands of another thread. `serve` is for that one, `wait` for the one that lent it."""

    def __init__(self, line: Line, work: Work, next_of: Callable[[bytes], Work | None]) -> None:
        """`next_of`: the work of a frame that is one call that is to be run right here; None for all else."""
        self._line, self._work, self._next_of = line, work, next_of
        self._back: SimpleQueue[bytes | Closed | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._calls = 1
        self._seen = 0
        self._in_a_call = True
        self._taken = False

    def serve(self) -> None:
        """Runs the call, and those that follow it."""
        work = self._work
        while True:
            work()
            with self._lock:
                if self._taken:
                    return
                self._in_a_call = False
            try:
                frame = self._line.receive_at_once(_QUIET)
            except Closed as closed:
                self._back.put(closed)
                return
            following = None if frame is None else self._next_of(frame)
            if following is None:
                self._back.put(frame)
                return
            with self._lock:
                self._calls += 1
                self._in_a_call = True
            work = following

    def wait(self, timeout: float | None) -> tuple[bytes | None, bool]:
        """The frame that was read and is not one to be run there, if there is one yet; and whether the line is back. Raises Closed."""
        try:
            back = self._back.get(timeout=_LASTS if timeout is None else min(timeout, _LASTS))
        except Empty:
            return None, self._take()
        if isinstance(back, Closed):
            raise back
        return back, True

    def give_up(self) -> None:
        """Nobody waits any more: the thread is to stop after its call."""
        with self._lock:
            self._taken = True

    def _take(self) -> bool:
        """Takes the line back from a call that was under way the last time already."""
        with self._lock:
            self._taken = self._in_a_call and self._seen == self._calls
            self._seen = self._calls
            return self._taken
