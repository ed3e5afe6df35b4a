"""Runs a program in a worker that uses this process's own streams, and waits for its end: `sandstep run`."""

import json
import os
import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING

from .channel import Channel, Closed
from .messages import Launch
from .spawn import Spawned, explain, spawn

if TYPE_CHECKING:
    from .callback_process import CallbackProcess
    from .watching import Watcher


def run(launch: Launch, watcher: "Watcher | None" = None, callbacks: "CallbackProcess | None" = None) -> int:
    """Runs it; the exit status that this process shall end with. What ended it otherwise is said on stderr.

    `watcher` takes what the program tells of itself, if the launch asks for that; `callbacks` answers the calls that the launch offers.
    Raises BadTrace if a trace is what no program says.
    """
    worker = spawn(inherit=True)
    signals = _pass_on_interrupts(worker)
    channel = Channel(worker.requests)
    status: int | None = None
    try:
        if callbacks is not None:
            callbacks.hand_to(worker.control)
        channel.send(launch.encode())
        while True:
            frame = channel.receive()
            if frame[:1] in (b"t", b"T"):
                if watcher is not None:
                    watcher.take(frame)
                continue
            event = json.loads(frame)  # what a worker says at its end: the guest itself says nothing else by messages here
            if event["event"] == "exited":
                status = int(event["body"]["exitCode"])
            else:
                print(event["body"]["output"], end="", file=sys.stderr)
    except Closed:
        pass
    finally:
        worker.kill()
        _, wait_status = os.waitpid(worker.pid, 0)
        signal.signal(signal.SIGINT, signals)
        if watcher is not None:
            watcher.finish()
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
