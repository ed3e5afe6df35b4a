"""The worker: a process that runs one guest. `spawn.py` starts it.

A thread with a large stack runs the guest; it alone reads and writes the requests socket. The main thread serves the control socket.
Nothing but the guest's thread holds state that a fork would lose.
"""

import gc
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

from wasmtime import Engine, ExitTrap, Trap, WasmtimeError
from wasmtime.component import Component

from . import cache, clock_source, doorbell, engine
from .channel import Channel, Closed
from .control import RING_EVERY, Control
from .guest_calls import Exit, GuestCalls
from .messages import Launch
from .random_source import RandomSource


def main(requests_fd: int, control_fd: int) -> None:
    """Runs one guest and ends the process. It is given two inherited socket descriptors."""
    if os.getsid(0) != os.getpid():
        os.setsid()  # one group for the worker and its clones, which is ended as a whole
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # clones are reaped by the kernel
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to pass on
    gc.freeze()  # all that is loaded by now: a clone need not copy it
    gc.enable()
    control = Control(socket.socket(fileno=control_fd))
    requests = Channel(socket.socket(fileno=requests_fd))
    threading.stack_size(engine.THREAD_STACK)
    threading.Thread(target=_guest_thread, args=(requests, control), daemon=True).start()
    control.serve()


def _guest_thread(requests: Channel, control: Control) -> None:
    try:
        status = _run(requests, control)
    except Closed:
        status = 1
    sys.stderr.flush()
    os._exit(status)


def _run(requests: Channel, control: Control) -> int:
    """Loads the image while the launch is awaited, runs the guest, tells how it ended; the worker's own exit status."""
    machine = engine.make_engine()
    compiled = cache.compiled()
    if compiled is None:
        return _tell(requests, 1, "The image is not built: build it with `sandstep image build`.\n")
    component = Component.deserialize_file(machine, compiled.file)
    launch = Launch.decode(requests.receive())
    bell = doorbell.Doorbell(compiled.file, compiled.runtime) if compiled.runtime is not None and doorbell.supported() else None
    calls = GuestCalls(requests, control, bell, inherit=launch.inherit, callbacks=launch.callbacks)
    linker = engine.make_linker(machine, calls.interfaces() | _inputs(launch, component, machine), calls.functions())
    try:
        store = engine.make_store(machine, launch.mounts, launch.memory, calls.put)
        control.begin(bell, launch.time, ring_every=launch.progress or (RING_EVERY if launch.trace else None))
        answer = json.loads(engine.execute(linker, store, component, launch.execute(pokes=bell is not None)))
        return _tell(requests, int(answer["exitCode"]), None)
    except Exit as error:
        return _tell(requests, error.status, None)
    except ExitTrap as error:
        return _tell(requests, error.code, None)
    except (Trap, WasmtimeError) as error:
        return _tell(requests, 134, _explain(error, launch))


def _inputs(launch: Launch, component: Component, machine: Engine) -> dict[str, dict[str, Callable[..., Any]]]:
    """A program that is debugged has its clocks and random numbers from here, so that a log of them can repeat it."""
    if launch.debug is None:
        return {}
    return clock_source.interfaces(component, machine) | RandomSource().interfaces(component, machine)


def _explain(error: Exception, launch: Launch) -> str:
    words = str(error)
    if launch.memory is not None and "memory" in words and "limit" in words:
        return f"The program needs more memory than its limit of {launch.memory >> 20} MiB: raise it with `memory`.\n"
    reason = next((line.strip() for line in reversed(words.splitlines()) if line.strip()), "no reason given")
    return f"The program ended in a trap of the sandbox: {reason}.\n"


def _tell(requests: Channel, status: int, words: str | None) -> int:
    if words is not None:
        body = {"category": "important", "output": words}
        requests.send(json.dumps({"type": "event", "event": "output", "body": body}).encode())
    requests.send(json.dumps({"type": "event", "event": "exited", "body": {"exitCode": status}}).encode())
    return 0
