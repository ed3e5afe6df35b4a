"""A template: a process whose guest stands before its first program. It forks a worker for each sandbox with the same grants."""

import json
import os
import sys
import threading
import traceback
from typing import Any, NamedTuple

from wasmtime import Engine, ExitTrap, Trap, WasmtimeError
from wasmtime.component import Component

from . import doorbell, engine
from .cache import Compiled
from .channel import Closed
from .forker import Born, Forker
from .guest_calls import Exit
from .messages import Mount
from .random_source import RandomSource
from .served_calls import OverLimit, ServedCalls

_ALMOST = 8 << 20
"""A guest that has all its memory but this, and ends in a trap, has run out of it: the interpreter could not even say so."""


class Loaded(NamedTuple):
    """What the zygote has ready."""

    machine: Engine
    component: Component
    compiled: Compiled


class Grants(NamedTuple):
    """What all workers of one template may use: folders, and bytes of memory."""

    mounts: tuple[Mount, ...] = ()
    memory: int | None = None

    def encode(self) -> bytes:
        return json.dumps([[list(mount) for mount in self.mounts], self.memory]).encode()

    @classmethod
    def decode(cls, words: bytes) -> "Grants":
        mounts, memory = json.loads(words)
        return cls(tuple(Mount(*mount) for mount in mounts), memory)


def main(loaded: Loaded, born: Born) -> None:
    """Never returns. A thread with a large stack runs the guest, and forks where the guest asks for its next program."""
    forker = Forker(born.sockets[0])
    threading.stack_size(engine.THREAD_STACK)
    thread = threading.Thread(target=_guest_thread, args=(loaded, Grants.decode(born.words), forker), daemon=True)
    thread.start()
    thread.join()


def _guest_thread(loaded: Loaded, grants: Grants, forker: Forker) -> None:
    status = 1
    try:
        _run(loaded, grants, forker)
    except Closed:
        status = 0
    except BaseException:
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(status)


def _run(loaded: Loaded, grants: Grants, forker: Forker) -> None:
    """Runs the guest: in the template up to its first program, in a worker to its end."""
    runtime = loaded.compiled.runtime
    bell = doorbell.Doorbell(loaded.compiled.file, runtime) if runtime is not None and doorbell.supported() else None
    random = RandomSource()
    calls = ServedCalls(forker, bell, random, loaded.compiled.file)
    linker = engine.make_linker(loaded.machine, calls.interfaces() | random.interfaces(loaded.component, loaded.machine), calls.functions())
    store = engine.make_store(loaded.machine, grants.mounts, grants.memory, calls.put)
    argument: dict[str, Any] = {"program": None, "debug": None, "trace": None, "progress": None, "pokes": bell is not None}
    try:
        engine.execute(linker, store, loaded.component, json.dumps(argument))
        calls.end_by("trap", "the guest's runtime has ended")
    except Exit as error:
        calls.end_with_status(error.status)
    except ExitTrap as error:
        calls.end_with_status(error.code)
    except OverLimit as error:
        calls.end_by(error.limit, "")
    except (Trap, WasmtimeError) as error:
        full = grants.memory is not None and calls.memory() > grants.memory - _ALMOST
        calls.end_by("memory" if full else "trap", _reason(error))
    except Closed:
        raise
    except Exception as error:  # a host function refused what it was given
        calls.end_by("trap", f"{type(error).__name__}: {error}")


def _reason(error: Exception) -> str:
    return next((line.strip() for line in reversed(str(error).splitlines()) if line.strip()), "no reason given")
