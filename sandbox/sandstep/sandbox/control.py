"""The worker's main thread: it runs nothing, and is there to ring for the guest's attention and to end the process."""

import os
import select
import signal
import socket
import time

from .doorbell import ATTEND, INTERRUPT, Doorbell
from .spawn import ENDED_BY_TIME

FLUSH_AFTER = 0.01
"""Seconds after which a guest that wrote something is asked whether there is more: so it need not cross the boundary for each line."""
RING_AGAIN_AFTER = 0.005, 0.2
"""Seconds after which a guest that has not looked is rung for again: at first, and at most (each wait is twice the one before)."""
GRACE = 0.05
"""Seconds that a guest has to write out what it holds, before it is ended."""


class Control:
    """Serves the control socket. `stopped`, `running` and `written` are called by the guest's thread."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.wake, self._wake_guest = os.pipe()
        self._changed, self._change = os.pipe()
        for descriptor in (self._wake_guest, self._change):
            os.set_blocking(descriptor, False)
        self._bell: Doorbell | None = None
        self._flush_at: float | None = None
        self._ring_again_at: float | None = None
        self._ring_again_after = RING_AGAIN_AFTER[0]
        self._time_left: float | None = None
        self._running_since: float | None = None

    def serve(self) -> None:
        """Never returns: the process ends with its parent, at its word, or when the guest's thread is done."""
        while True:
            sources: list[int | socket.socket] = [self.socket, self._changed]
            readable, _, _ = select.select(sources, [], [], self._patience())
            if self._changed in readable:
                os.read(self._changed, 4096)
            if self.socket in readable:
                self._obey(self.socket.recv(4096))
            now = time.monotonic()
            if self._flush_at is not None and now >= self._flush_at:
                self._flush_at = None
                self.ring(ATTEND)
            if self._ring_again_at is not None and now >= self._ring_again_at:
                self._ring_again()
            if self._time_left is not None and self._running_since is not None and now - self._running_since >= self._time_left:
                self._end_by_time()

    def _patience(self) -> float | None:
        now = time.monotonic()
        moments = [moment - now for moment in (self._flush_at, self._ring_again_at) if moment is not None]
        if self._time_left is not None and self._running_since is not None:
            moments.append(self._running_since + self._time_left - now)
        return max(0.0, min(moments)) if moments else None

    def _obey(self, words: bytes) -> None:
        if not words:
            os.killpg(0, signal.SIGKILL)
        self.ring((ATTEND if b"p" in words else 0) | (INTERRUPT if b"i" in words else 0))

    def ring(self, reason: int) -> None:
        if self._bell is not None:
            self._bell.ring(reason)
            self._ring_again_after = RING_AGAIN_AFTER[0]
            self._ring_again_at = time.monotonic() + self._ring_again_after
        self._note(self._wake_guest)

    def _ring_again(self) -> None:
        self._ring_again_at = None
        if self._bell is not None and self._bell.is_unanswered() and self._running_since is not None:
            self._bell.ring(0)
            self._ring_again_after = min(2 * self._ring_again_after, RING_AGAIN_AFTER[1])
            self._ring_again_at = time.monotonic() + self._ring_again_after

    def _end_by_time(self) -> None:
        self.ring(ATTEND)
        time.sleep(GRACE)
        os._exit(ENDED_BY_TIME)

    def _note(self, descriptor: int) -> None:
        try:
            os.write(descriptor, b".")
        except BlockingIOError:
            return  # a note lies there already

    def begin(self, bell: Doorbell | None, time_limit: float | None) -> None:
        """The guest is about to run."""
        self._bell, self._time_left = bell, time_limit
        self.running()

    def running(self) -> None:
        self._running_since = time.monotonic()
        if self._time_left is not None:
            self._note(self._change)

    def stopped(self) -> None:
        if self._time_left is not None and self._running_since is not None:
            self._time_left -= time.monotonic() - self._running_since
        self._running_since = None

    def written(self) -> None:
        if self._flush_at is None and self._bell is not None:
            self._flush_at = time.monotonic() + FLUSH_AFTER
            self._note(self._change)
