"""Runs a program in a worker that uses this process's own streams, and waits for its end: `sandstep run`."""

import os
import signal
import sys
from types import FrameType

import msgspec

from .channel import Channel, Closed
from .messages import Launch
from .spawn import Spawned, explain, spawn


class _Event(msgspec.Struct):
    """What a worker says at its end; the guest of such a run says nothing by messages."""

    event: str
    body: dict[str, str | int]


def run(launch: Launch) -> int:
    """Runs it; the exit status that this process shall end with. What ended it otherwise is said on stderr."""
    worker = spawn(inherit=True)
    signals = _pass_on_interrupts(worker)
    channel = Channel(worker.requests)
    status: int | None = None
    try:
        channel.send(msgspec.json.encode(launch))
        while True:
            event = msgspec.json.decode(channel.receive(), type=_Event)
            if event.event == "exited":
                status = int(event.body["exitCode"])
            else:
                print(event.body.get("output", ""), end="", file=sys.stderr)
    except Closed:
        pass
    finally:
        worker.kill()
        _, wait_status = os.waitpid(worker.pid, 0)
        signal.signal(signal.SIGINT, signals)
    if status is not None:
        return status & 0xFF
    end = explain(wait_status, launch.time)
    print(f"sandstep: {end.sentence}", file=sys.stderr)
    return 128 + end.signal if end.signal else end.status or 1


def _pass_on_interrupts(worker: Spawned) -> "signal._HANDLER":
    """The first Ctrl-C is the program's, as with `python`; the second ends it."""
    seen = 0

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal seen
        seen += 1
        if seen == 1:
            worker.interrupt()
        else:
            worker.kill()

    return signal.signal(signal.SIGINT, interrupt)
