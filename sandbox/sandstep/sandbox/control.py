"""The worker's main thread: it runs nothing, and is there to ring for the guest's attention and to end the process."""

import os
import select
import signal
import socket
import threading
import time
from collections.abc import Sequence

from .channel import Channel
from .doorbell import ATTEND, INTERRUPT, Doorbell
from .spawn import ENDED_BY_TIME

CALLBACKS = b"c"
"""The word that comes with the line to who runs the callbacks."""
FLUSH_AFTER = 0.01
"""Seconds after which a guest that wrote something is asked whether there is more: so it need not cross the boundary for each line."""
RING_EVERY = 0.05
"""Seconds after which a guest that is traced hands over what it has, even if it is little."""
RING_AGAIN_AFTER = 0.005, 0.2
"""Seconds after which a guest that has not looked is rung for again: at first, and at most (each wait is twice the one before)."""
GRACE = 0.05
"""Seconds that a guest has to write out what it holds, before it is ended."""


_AWAKE = _FOR_EVER = float("inf")


class Control:
    """Serves the control socket. `stopped`, `running` and `written` are called by the guest's thread."""

    def __init__(self, connection: socket.socket, *, alone: bool = False) -> None:
        """`alone`: the process shares its group with others, so it ends itself and not the group."""
        self.socket = connection
        self._alone = alone
        self.wake, self._wake_guest = os.pipe()
        self._changed, self._change = os.pipe()
        for descriptor in (self._wake_guest, self._change):
            os.set_blocking(descriptor, False)
        self._bell: Doorbell | None = None
        self._bell_there = threading.Lock()
        self._flush_at: float | None = None
        self._ring_again_at: float | None = None
        self._ring_again_after = RING_AGAIN_AFTER[0]
        self._time_left: float | None = None
        self._running_since: float | None = None
        self._cpu_until: float | None = None
        self._ring_every: float | None = None
        self._ring_at: float | None = None
        self._sleeps_until = _AWAKE
        self._host: socket.socket | None = None
        self._host_there = threading.Event()

    def callback_host(self) -> socket.socket:
        """The line to who runs the callbacks: waits until the parent has sent it."""
        self._host_there.wait()
        assert self._host is not None
        return self._host

    def serve(self) -> None:
        """Never returns: the process ends with its parent, at its word, or when the guest's thread is done."""
        while True:
            patience = self._patience()
            self._sleeps_until = _FOR_EVER if patience is None else time.monotonic() + patience
            readable, _, _ = select.select([self.socket.fileno(), self._changed], [], [], patience)
            self._sleeps_until = _AWAKE
            if self._changed in readable:
                os.read(self._changed, 4096)
            if self.socket.fileno() in readable:
                words, descriptors, _, _ = socket.recv_fds(self.socket, 4096, 1)
                for descriptor in descriptors:
                    self._host = socket.socket(fileno=descriptor)
                    self._host_there.set()
                self._obey(words)
            self._keep_watch()

    def _keep_watch(self) -> None:
        now, since = time.monotonic(), self._running_since
        if self._flush_at is not None and now >= self._flush_at:
            self._flush_at = None
            self.ring(ATTEND)
        if self._ring_again_at is not None and now >= self._ring_again_at:
            self._ring_again()
        if since is None:
            return
        if self._ring_at is not None and self._ring_every is not None and now >= self._ring_at:
            self._ring_at = now + self._ring_every
            self.ring(ATTEND)
        if self._time_left is not None and now - since >= self._time_left:
            self._end_by("time", ENDED_BY_TIME)
        if self._cpu_until is not None and time.process_time() >= self._cpu_until:
            self._end_by("cpu", ENDED_BY_TIME)

    def _patience(self) -> float | None:
        now, since = time.monotonic(), self._running_since
        moments = [moment - now for moment in (self._flush_at, self._ring_again_at) if moment is not None]
        if since is not None:
            if self._time_left is not None:
                moments.append(since + self._time_left - now)
            if self._cpu_until is not None:
                moments.append(self._cpu_until - time.process_time())
            if self._ring_at is not None:
                moments.append(self._ring_at - now)
        return max(0.001, min(moments)) if moments else None

    def _obey(self, words: bytes) -> None:
        if not words:
            if self._alone:
                os.kill(os.getpid(), signal.SIGKILL)
            os.killpg(0, signal.SIGKILL)
        if b"k" in words:
            self._end_by("cancel", ENDED_BY_TIME)
        self.ring((ATTEND if b"p" in words else 0) | (INTERRUPT if b"i" in words else 0))

    def ring(self, reason: int) -> None:
        with self._bell_there:
            if self._bell is not None:
                self._bell.ring(reason)
                self._ring_again_after = RING_AGAIN_AFTER[0]
                self._ring_again_at = time.monotonic() + self._ring_again_after
        self._note(self._wake_guest)

    def _ring_again(self) -> None:
        self._ring_again_at = None
        with self._bell_there:
            if self._bell is not None and self._bell.is_unanswered() and self._running_since is not None:
                self._bell.ring(0)
                self._ring_again_after = min(2 * self._ring_again_after, RING_AGAIN_AFTER[1])
                self._ring_again_at = time.monotonic() + self._ring_again_after

    def _end_by(self, reason: str, status: int) -> None:
        """Ends the process, after the guest has had a moment to write out what it holds."""
        self.ring(ATTEND)
        time.sleep(GRACE)
        if self._alone:
            self.say(f"{reason}:")
        os._exit(status)

    def say(self, words: str) -> None:
        """Tells a parent that runs programs by the embedding API why this process ends."""
        try:
            self.socket.send(words.encode())
        except OSError:
            return  # it is gone, and so is the reason to tell

    def wait(self, sources: Sequence[Channel | int], timeout: float | None) -> tuple[bool, bool]:
        """Blocks the guest's thread: whether it was rung for, and whether one of `sources` can be read."""
        readable, _, _ = select.select([self.wake, *sources], [], [], timeout)
        rung = self.wake in readable
        if rung:
            self.woken()
        return rung, len(readable) > rung

    def waiting_for(self, source: int) -> "select.poll":
        """For many waits of the guest's thread: readable is `wake` when it is rung for (then call `woken`), or `source`."""
        poll = select.poll()
        poll.register(self.wake, select.POLLIN)
        poll.register(source, select.POLLIN)
        return poll

    def woken(self) -> None:
        """Takes notice of a ring."""
        os.read(self.wake, 4096)

    def _wake_before(self, moment: float) -> None:
        """The main thread is to look at the clock at that moment, at the latest. What it shall then find has been set before."""
        if moment < self._sleeps_until:
            self._note(self._change)

    def _note(self, descriptor: int) -> None:
        try:
            os.write(descriptor, b".")
        except BlockingIOError:
            return  # a note lies there already

    def begin(
        self, bell: Doorbell | None, time_limit: float | None, cpu_limit: float | None = None, ring_every: float | None = None
    ) -> None:
        """The guest is about to run. `ring_every`: seconds after which it is to hand over what it has, again and again."""
        self._bell, self._time_left, self._ring_every = bell, time_limit, ring_every
        self._cpu_until = None if cpu_limit is None else time.process_time() + cpu_limit
        self._ring_at = None if ring_every is None else time.monotonic() + ring_every
        self.running()

    def running(self) -> None:
        self._running_since = time.monotonic()
        patience = self._patience()
        if patience is not None:
            self._wake_before(time.monotonic() + patience)

    def stopped(self) -> None:
        if self._time_left is not None and self._running_since is not None:
            self._time_left -= time.monotonic() - self._running_since
        self._running_since = None

    def retire(self) -> None:
        """The guest's memory, and the bell in it, is about to go."""
        with self._bell_there:
            self._bell = self._flush_at = self._ring_again_at = None

    def written(self) -> None:
        if self._flush_at is None and self._bell is not None:
            self._flush_at = time.monotonic() + FLUSH_AFTER
            self._wake_before(self._flush_at)
