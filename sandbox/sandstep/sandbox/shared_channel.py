"""A channel that answers are sent to from any thread, while one thread at a time waits for what comes."""

import select
import socket
import threading
from time import perf_counter

from .channel import Channel


class SharedChannel:
    """The parent's or the callbacks' side of a worker's frames."""

    def __init__(self, connection: socket.socket) -> None:
        self._channel = Channel(connection)
        self._poll = select.poll()  # `select` would take no descriptor above 1023
        self._poll.register(connection, select.POLLIN)
        self._lock = threading.Lock()

    def send(self, *frames: bytes) -> None:
        """Raises Closed."""
        with self._lock:
            self._channel.send(*frames)

    def receive(self, timeout: float | None) -> bytes | None:
        """The next frame; None when the time is over. Raises Closed."""
        frame = self._channel.buffered()
        if frame is not None:
            return frame
        if timeout is not None and not self._poll.poll(max(0, timeout * 1000)):
            return None
        return self._channel.receive()

    def receive_at_once(self, timeout: float) -> bytes | None:
        """As `receive`, for one frame of many that may follow each other at once: looks out for it before it sleeps. Raises Closed."""
        frame = self._channel.look_out()
        if frame is None:
            began = perf_counter()
            frame = self.receive(timeout)
            self._channel.slept(perf_counter() - began)
        return frame

    def is_quiet(self) -> bool:
        """Whether nothing has come that was not read, the other side's end neither."""
        return not self._poll.poll(0)
