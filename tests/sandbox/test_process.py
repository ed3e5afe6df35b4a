"""The line between an adapter and a worker, at its end."""

from __future__ import annotations

import asyncio
import socket

from sandstep.sandbox.channel import framed
from sandstep.sandbox.process import FrameProtocol


def test_what_was_said_before_the_end_is_heard_although_something_is_sent_afterwards() -> None:
    async def heard() -> list[bytes]:
        loop = asyncio.get_running_loop()
        ours, other = socket.socketpair()
        frames: list[bytes] = []
        lost = asyncio.Event()
        _, protocol = await loop.create_unix_connection(lambda: FrameProtocol(frames.append, lost.set), sock=ours)
        other.sendall(framed(b"output") + framed(b"exited"))
        other.close()
        protocol.send(b"a question that comes too late")
        await asyncio.wait_for(lost.wait(), 10)
        return frames

    assert asyncio.run(heard()) == [b"output", b"exited"]
