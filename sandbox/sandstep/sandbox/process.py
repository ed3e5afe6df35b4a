"""A worker as an asyncio program sees it: frames out and in, clones, and its end."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from . import clones
from .channel import Closed, Frames, framed
from .messages import Launch
from .spawn import End, Spawned, explain, spawn

if TYPE_CHECKING:
    from .callback_process import CallbackProcess


_CHUNK = 1 << 16


class FrameProtocol(asyncio.Protocol):
    """Takes frames from a stream socket and hands each to `on_frame`; `on_lost` when it ends, or a frame is longer than MAX_FRAME."""

    def __init__(self, on_frame: Callable[[bytes], None], on_lost: Callable[[], None]) -> None:
        self._on_frame, self._on_lost = on_frame, on_lost
        self._frames = Frames()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        try:
            for frame in self._frames.of(data):
                self._on_frame(frame)
        except Closed:
            self.close()

    def connection_lost(self, error: Exception | None) -> None:
        if isinstance(error, OSError):
            self._read_rest()
        self._on_lost()

    def _read_rest(self) -> None:
        """What the other end said before it closed: asyncio leaves it unread where something was sent to it afterwards."""
        assert self.transport is not None
        descriptor = self.transport.get_extra_info("socket").fileno()
        with contextlib.suppress(OSError):
            while data := os.read(descriptor, _CHUNK):
                self.data_received(data)

    def send(self, frame: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(framed(frame))

    def close(self) -> None:
        if self.transport is not None:
            self.transport.abort()


class Worker:
    """One worker process. All callbacks run in the event loop; `on_end` is the last of them."""

    def __init__(self, spawned: Spawned) -> None:
        self._spawned = spawned
        self._time_limit: float | None = None
        self._protocol: FrameProtocol | None = None
        self._waiting: asyncio.Task[None] | None = None
        self._early: list[bytes] = []

    @classmethod
    def start(cls) -> "Worker":
        """Spawns it at once. Needs no event loop yet."""
        return cls(spawn())

    @property
    def pid(self) -> int:
        return self._spawned.pid

    async def connect(
        self, on_frame: Callable[[bytes], None], on_clone: Callable[[int, int, socket.socket], None], on_end: Callable[[End], None]
    ) -> None:
        """Begins to listen. `on_clone` is given the number of the request, the clone's process id and its socket."""
        loop = asyncio.get_running_loop()

        def lost() -> None:
            self._waiting = loop.create_task(self._end(on_end))

        spawned = self._spawned
        spawned.control.setblocking(False)
        loop.add_reader(spawned.control, self._hear_of_clones, on_clone)
        _, self._protocol = await loop.create_unix_connection(lambda: FrameProtocol(on_frame, lost), sock=spawned.requests)
        for frame in self._early:
            self._protocol.send(frame)
        self._early.clear()

    def launch(self, launch: Launch) -> None:
        """Sends the first frame, which the worker waits for."""
        self._time_limit = launch.time
        self.send(launch.encode())

    def offer(self, callbacks: "CallbackProcess") -> None:
        """Gives it the line to who runs the callbacks that its launch offers."""
        callbacks.hand_to(self._spawned.control)

    def send(self, frame: bytes) -> None:
        if self._protocol is None:
            self._early.append(frame)
        else:
            self._protocol.send(frame)

    def pause_reading(self) -> None:
        """Lets what the guest says wait, and with it the guest: whoever reads is not keeping up."""
        if self._protocol is not None and self._protocol.transport is not None:
            self._protocol.transport.pause_reading()

    def resume_reading(self) -> None:
        if self._protocol is not None and self._protocol.transport is not None:
            self._protocol.transport.resume_reading()

    def poke(self) -> None:
        """Asks the guest, which runs, to look at its requests."""
        self._spawned.poke()

    def kill(self) -> None:
        """Ends the worker and its clones at once. May be called again."""
        self._spawned.kill()

    def _hear_of_clones(self, on_clone: Callable[[int, int, socket.socket], None]) -> None:
        control = self._spawned.control
        try:
            data, descriptors, _, _ = socket.recv_fds(control, clones.RECORD.size, 1)
        except BlockingIOError:
            return
        except OSError:
            data, descriptors = b"", []
        if len(data) != clones.RECORD.size or len(descriptors) != 1:
            asyncio.get_running_loop().remove_reader(control)
            return
        request_seq, pid = clones.RECORD.unpack(data)
        on_clone(request_seq, pid, socket.socket(fileno=descriptors[0]))

    async def _end(self, on_end: Callable[[End], None]) -> None:
        loop = asyncio.get_running_loop()
        self._spawned.kill()  # its clones outlive it where the kernel does not see to that
        _, status = await loop.run_in_executor(None, os.waitpid, self.pid, 0)
        loop.remove_reader(self._spawned.control)
        self._spawned.control.close()
        on_end(explain(status, self._time_limit))
