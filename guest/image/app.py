"""The component's entry: implements the world of wit/.

What is imported here, while the image is built, is in every guest from its start.
"""

import gc
import importlib
import json
import os
import random
import sys
from collections.abc import Callable
from typing import TypedDict

import calls
import host_calls
import poke
import program
import progress
import serving
import stdlib
import streams
import tracing
import waiting
import wit_world
from batch import Batch
from componentize_py_types import Err
from effect_events import TraceDict
from sandstep.agent import Agent, Callbacks
from sandstep.agent.messages import Options
from wit_world.imports import debugger

_AGENT = sys.modules[Agent.__module__].__file__ or ""
_FOLDERS = (os.path.dirname(__file__), os.path.dirname(os.path.dirname(os.path.dirname(_AGENT))))

_LIBRARIES = [os.path.join(folder, *name) for folder in _FOLDERS for name in (("sandstep", "effects"), ("doeff_vm",))]


class ExecuteDict(TypedDict):
    """The argument of `execute`."""

    program: program.ProgramDict | None
    debug: Options | None
    pokes: bool
    trace: TraceDict | None
    progress: float | None
    callbacks: bool


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
            ours["sandstep"] = stdlib.namespace("<sandstep package>")
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
    for name in HIDDEN_MODULES:
        sys.modules.pop(name, None)


class WitWorld(wit_world.WitWorld):
    def execute(self, text: str) -> str:
        message: ExecuteDict = json.loads(text)
        random.seed = _seed
        _hide()
        what = message["program"]
        if what is None:
            serving.Server(HIDDEN, _begin_alone(message["pokes"])).serve()
        debug = message["debug"]
        if debug is None:
            agent, uncaught, flush = None, _ignore, _begin_alone(message["pokes"])
        else:
            libraries = [*_LIBRARIES, *what["path"][1:]]  # after the program's own folder
            agent = Agent(Channel(), {**debug, "packages": libraries}, EFFECTS, _CALLBACKS)
            uncaught, flush = agent.uncaught, _begin_debugged(agent)
        program.prepare(what)
        offered = calls.offer(waiting.CALLS) if message["callbacks"] else None
        if agent is not None:
            agent.start()
        tracer = tracing.start(message["trace"], HIDDEN, waiting.CALLS) if message["trace"] else None
        if message["progress"]:
            progress.start(HIDDEN)
        status = program.run(what, HIDDEN, uncaught, offered)
        if tracer is not None:
            tracer.stop()
        if agent is not None:
            agent.finish()
        flush()
        return json.dumps({"exitCode": status})


def _no_seed() -> None:
    """What the component's runtime takes for `random.seed`, and calls first: to seed twice is dear."""


def _ignore(error: BaseException) -> None:
    return


def _begin_alone(pokes: bool) -> Callable[[], None]:
    batch = Batch(pokes)

    def attend() -> None:
        streams.flush()
        batch.poked()
        tracing.flush()
        progress.sample()

    streams.install(batch.write, attend, by_line=True)
    poke.install(attend, HIDDEN)
    _at_exit(batch.flush)
    return batch.flush


def _begin_debugged(agent: Agent) -> Callable[[], None]:
    streams.install(agent.output, agent.flush, by_line=False)
    poke.install(agent.serve_pending, HIDDEN)
    _at_exit(agent.flush)
    return agent.flush


def _at_exit(flush: Callable[[], None]) -> None:
    """However the program ends, what it wrote is at the host before."""

    def exit_now(status: int) -> None:
        """Exit to the system with specified status, without normal exit processing."""
        streams.flush()
        flush()
        host_calls.exit_now(status)

    def abort() -> None:
        """Abort the interpreter immediately."""
        sys.stderr.write("Aborted: the program called os.abort().\n")
        exit_now(134)

    os._exit, os.abort = exit_now, abort  # type: ignore[assignment]


_preload()
waiting.install()
LIBRARY = stdlib.install(_capture_ours())
OURS = _below(*_FOLDERS)
BINDINGS = _below("/world", "/bundled")
HIDDEN = frozenset((OURS | BINDINGS).values()) | {"<frozen runpy>", f"{stdlib.ROOT}/runpy.py"}
HIDDEN_MODULES = {name: sys.modules.get(name) for name in (*OURS, *BINDINGS, "sandstep")}  # held, so that none has to be freed in a guest
LIBRARY.make_ready("sandstep.effects")
_CALLBACKS = Callbacks(begin=calls.Calls._begin.__code__, pending=waiting.CALLS.pending)
EFFECTS = LIBRARY.ready("sandstep.effects.inspect")
serving.rehearse()
_seed, random.seed = random.seed, _no_seed  # type: ignore[assignment]
sys.path_importer_cache.clear()
gc.collect()
gc.freeze()  # what every guest has from its start is no garbage: a collection must not touch, and so copy, its pages
