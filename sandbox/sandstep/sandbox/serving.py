"""A worker of the embedding API: a process that runs one guest after the other, each for one program or one session."""

import json
import os
import sys
import threading
import traceback
from typing import Any, NamedTuple

from wasmtime import Engine, ExitTrap, Store, Trap, WasmtimeError
from wasmtime.component import Component, Linker

from . import doorbell, engine
from .cache import Compiled
from .channel import Channel, Closed
from .control import Control
from .forker import Born
from .guest_calls import Exit
from .messages import Grants
from .random_source import RandomSource
from .served_calls import OverLimit, ServedCalls, Spent

_ALMOST = 8 << 20
"""A guest that has all its memory but this, and ends in a trap, has run out of it: the interpreter could not even say so."""


class Loaded(NamedTuple):
    """What the zygote has ready."""

    machine: Engine
    component: Component
    compiled: Compiled
    linker: Linker
    calls: ServedCalls


def load(compiled: Compiled) -> Loaded:
    """Loads all that a worker needs, and runs a program once, so that whatever that makes ready is ready in each worker."""
    machine = engine.make_engine()
    component = Component.deserialize_file(machine, compiled.file)
    random = RandomSource()
    calls = ServedCalls(random, compiled.file)
    linker = engine.make_linker(machine, calls.interfaces() | random.interfaces(component, machine), calls.functions())
    loaded = Loaded(machine, component, compiled, linker, calls)
    threading.stack_size(engine.THREAD_STACK)
    thread = threading.Thread(target=_guest, args=(loaded, Grants()))
    thread.start()
    thread.join()
    return loaded


def main(loaded: Loaded, born: Born) -> None:
    """Never returns. A thread with a large stack runs the guests."""
    requests, its_control = born.sockets
    control = Control(its_control, alone=True)
    loaded.calls.connect(Channel(requests), control)
    threading.stack_size(engine.THREAD_STACK)
    threading.Thread(target=_guest_thread, args=(loaded, Grants.decode(born.words)), daemon=True).start()
    control.serve()


def _guest_thread(loaded: Loaded, grants: Grants) -> None:
    status = 1
    try:
        while _guest(loaded, grants):
            continue
    except Closed:
        status = 0
    except BaseException:
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(status)


def _guest(loaded: Loaded, grants: Grants) -> bool:
    """Runs one guest. Whether all is well with the process afterwards, so that it may have another one."""
    calls, runtime = loaded.calls, loaded.compiled.runtime
    bell = doorbell.Doorbell(loaded.compiled.file, runtime) if runtime is not None and doorbell.supported() else None
    calls.renew(bell)
    try:
        store = engine.make_store(loaded.machine, grants.mounts, grants.memory, calls.put)
    except WasmtimeError as error:
        calls.end_by("setup", _reason(error))
        return False
    with store:
        try:
            return _run(loaded, grants, store)
        finally:
            calls.retire()


def _run(loaded: Loaded, grants: Grants, store: Store) -> bool:
    calls = loaded.calls
    argument: dict[str, Any] = {"program": None, "debug": None, "trace": None, "progress": None, "pokes": calls.pokes, "callbacks": True}
    try:
        engine.execute(loaded.linker, store, loaded.component, json.dumps(argument), calls.ready)
        calls.end_by("trap", "the guest's runtime has ended")
    except Spent:
        return True
    except Exit as error:
        calls.end_with_status(error.status)
        return True
    except ExitTrap as error:
        calls.end_with_status(error.code)
        return True
    except OverLimit as error:
        calls.end_by(error.limit, "")
    except (Trap, WasmtimeError) as error:
        full = grants.memory is not None and calls.memory() > grants.memory - _ALMOST
        calls.end_by("memory" if full else "trap", _reason(error))
    except Closed:
        raise
    except Exception as error:  # a host function refused what it was given
        calls.end_by("trap", f"{type(error).__name__}: {error}")
    return False


def _reason(error: Exception) -> str:
    return next((line.strip() for line in reversed(str(error).splitlines()) if line.strip()), "no reason given")
