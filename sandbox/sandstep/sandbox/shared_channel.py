"""A channel that answers are sent to from any thread, while one thread at a time waits for what comes."""

import select
import socket
import threading

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

    def look_out(self) -> bytes | None:
        """As that of Channel. Raises Closed."""
        return self._channel.look_out()

    def is_quiet(self) -> bool:
        """Whether nothing has come that was not read, the other side's end neither."""
        return not self._poll.poll(0)
