"""The component's entry: implements the world of wit/. What is imported here, while the image is built, is in every guest from its start."""

import gc
import importlib
import json
import os
import sys
from collections.abc import Callable
from typing import TypedDict

import host_calls
import poke
import program
import serving
import stdlib
import streams
import tracing
import waiting
import wit_world
from componentize_py_types import Err
from sandstep.agent import Agent
from wit_world.imports import debugger

_FOLDERS = tuple({os.path.dirname(os.path.dirname(os.path.dirname(sys.modules[Agent.__module__].__file__ or ""))), os.path.dirname(__file__)})


class DebugDict(TypedDict):
    """How a program is to be debugged."""

    justMyCode: bool
    stopOnEntry: bool
    pokes: bool


class ExecuteDict(TypedDict):
    """The argument of `execute`."""

    program: program.ProgramDict | None
    debug: DebugDict | None
    trace: tracing.TraceDict | None


class Channel:
    """The agent's way to the adapter."""

    next_request = staticmethod(debugger.next_request)
    poll_request = staticmethod(debugger.poll_request)
    send = staticmethod(debugger.send)

    @staticmethod
    def clone(request_seq: int) -> bool:
        try:
            return debugger.clone(request_seq)
        except Err as error:
            raise OSError(error.value) from None


def _capture_ours() -> dict[str, stdlib.Captured]:
    """What a program may import of Sandstep itself."""
    ours = {}
    for folder in _FOLDERS:
        effects = os.path.join(folder, "sandstep", "effects")
        if os.path.isdir(effects):
            ours["sandstep"] = stdlib.namespace("sandstep")
            ours |= stdlib.capture(effects, "sandstep.effects")
        if os.path.isdir(os.path.join(folder, "doeff_vm")):
            ours |= stdlib.capture(os.path.join(folder, "doeff_vm"), "doeff_vm")
    return ours


def _preload() -> None:
    """Imports what most programs want, so that theirs costs nothing."""
    for name in ("collections.abc", "contextlib", "dataclasses", "datetime", "enum", "functools", "inspect", "itertools", "logging", "math",
                 "pathlib", "re", "runpy", "string", "textwrap", "typing", "asyncio", "zlib", "encodings.idna", "encodings.latin_1",
                 "encodings.utf_16", "tokenize", "ast", "rlcompleter", "decimal", "fractions", "json", "copy", "heapq", "operator",
                 "statistics", "uuid", "tempfile", "traceback", "types", "unicodedata", "weakref", "abc", "bisect", "hashlib", "base64",
                 "csv", "glob", "io", "random", "shutil", "struct", "time", "urllib.parse", "_strptime", "queue", "select"):  # fmt: skip
        importlib.import_module(name)


def _below(*folders: str) -> dict[str, str]:
    """The modules that are imported by now from these folders, and their files."""
    files = ((name, getattr(module, "__file__", None)) for name, module in sys.modules.items())
    return {name: file for name, file in files if isinstance(file, str) and file.startswith(tuple(f"{folder}/" for folder in folders))}


def _hide() -> None:
    """Takes our modules out of sight, so that a program's own `program.py` is its own. Nothing of ours imports while a program runs."""
    for name in OURS:
        sys.modules.pop(name, None)
    sys.modules.pop("sandstep", None)


def _exit_now(status: int) -> None:
    """Exit to the system with specified status, without normal exit processing."""
    streams.flush()
    host_calls.exit_now(status)


def _abort() -> None:
    """Abort the interpreter immediately."""
    host_calls.exit_now(134)


class WitWorld(wit_world.WitWorld):
    def execute(self, text: str) -> str:
        message: ExecuteDict = json.loads(text)
        _hide()
        if message["program"] is None:
            streams.install(streams.write_to_host, streams.flush, buffered=True)
            poke.install(_attend)
            serving.Server(HIDDEN).serve()
        debug = message["debug"]
        uncaught: Callable[[BaseException], None] = _ignore
        agent = None
        if debug is None:
            streams.install(streams.write_to_host, streams.flush, buffered=True)
            poke.install(_attend)
        else:
            agent = Agent(Channel(), debug)
            streams.install(agent.output, agent.flush, buffered=False)
            poke.install(agent.serve_pending)
            uncaught = agent.uncaught
        program.prepare(message["program"])
        if agent is not None:
            agent.start()
        tracer = tracing.start(message["trace"], HIDDEN, waiting.CALLS) if message["trace"] else None
        status = program.run(message["program"], HIDDEN, uncaught)
        if tracer is not None:
            tracer.stop()
        if agent is not None:
            agent.finish()
        return json.dumps({"exitCode": status})


def _attend() -> None:
    streams.flush()
    tracing.flush()


def _ignore(error: BaseException) -> None:
    return


_preload()
waiting.install()
os._exit, os.abort = _exit_now, _abort  # type: ignore[assignment]
stdlib.install(_capture_ours())
OURS = _below(*_FOLDERS)
HIDDEN = frozenset(OURS.values()) | frozenset(_below("/world").values()) | {"<frozen runpy>", f"{stdlib.ROOT}/runpy.py"}
gc.collect()
gc.freeze()  # what every guest has from its start is no garbage: a collection must not touch, and so copy, its pages
