"""Serves the embedding API: a guest that runs what the host hands it, one program after the other, until the host has enough."""

import ast
import asyncio
import base64
import linecache
import sys
from collections.abc import Callable, Sequence
from typing import Any, Literal, NoReturn, NotRequired, TypedDict

import calls
import outcome
import plain_json
import program
import snapshots
import tracing
from effect_events import TraceDict
from waiting import CALLS, GuestEventLoop
from wit_world.imports import runs

_VALUE = 16 << 20
_REHEARSAL = """
import asyncio
print(end="")
async def f(x): return [str(x), {"a": 1.5}]
await asyncio.sleep(0)
class A: pass
try: raise ValueError("a")
except ValueError as error: a = str(error)
result = await f(2)
"""
_encode, _decode = plain_json.encode, plain_json.decode


class RequestDict(TypedDict):
    """What the host asks for. `keep`: the names stay for the next run; else the program ends as a process would."""

    do: Literal["run", "snapshot", "restore"]
    program: program.ProgramDict
    seed: str
    keep: bool
    trace: TraceDict | None
    state: NotRequired[str]


def rehearse() -> None:
    """Does once what each program does, while the image is built: what that makes ready is ready in all guests."""
    main, runner = program.new_main(), asyncio.Runner(loop_factory=GuestEventLoop)
    what: program.ProgramDict = {"kind": "code", "target": _REHEARSAL, "name": "-c", "args": [], "path": [""], "cwd": "", "env": {}}

    def body() -> None:
        loaded = program.load(what, main, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        program.execute(loaded, runner)
        _decode(_encode({"value": _value(main.__dict__)}))

    before = dict(sys.modules)

    def uncaught(error: BaseException) -> None:
        raise RuntimeError(f"the rehearsal fails: {error!r}") from error

    program.run_to_end([body, runner.close], frozenset(), uncaught)
    sys.modules.clear()
    sys.modules.update(before)
    linecache.clearcache()


class Server:
    """One guest's life: its `__main__` and its event loop, from run to run."""

    def __init__(self, hidden: frozenset[str], flush: Callable[[], None]) -> None:
        self._hidden, self._flush = hidden, flush
        self._main = program.new_main()
        self._runner = asyncio.Runner(loop_factory=GuestEventLoop)
        self._own: dict[str, object] = {}
        self._first = True

    def serve(self) -> NoReturn:
        """Never returns: the host ends the guest."""
        next_run, do = runs.next_run, self._do
        ended = ""
        while True:
            ended = _encode(do(_decode(next_run(ended))))

    def _do(self, request: RequestDict) -> dict[str, Any]:
        if self._first:
            self._begin(request)
        try:
            if request["do"] == "snapshot":
                state, left_out = snapshots.take(self._main, self._own)
                return {"state": base64.b64encode(state).decode(), "left_out": left_out}
            if request["do"] == "restore":
                snapshots.restore(self._main, base64.b64decode(request["state"]))
                return {}
        except BaseException as error:
            return {"error": outcome.describe(error)}
        return self._run(request)

    def _begin(self, request: RequestDict) -> None:
        """Once a guest, and after the host has copied it: what the copies must not share."""
        self._first = False
        program.prepare(request["program"], int(request["seed"], 16))
        self._own = calls.offer(CALLS)
        self._main.__dict__.update(self._own)

    def _run(self, request: RequestDict) -> dict[str, Any]:
        caught: list[dict[str, Any]] = []
        value: list[str] = []
        what, main = request["program"], self._main
        main.__dict__["__name__"] = "__main__"
        sys.argv = [what["name"], *what["args"]]
        tracer = tracing.start(request["trace"], self._hidden, CALLS) if request["trace"] else None

        def body() -> None:
            loaded = program.load(what, main, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            program.execute(loaded, self._runner)

        def take_value() -> None:
            text = _value(main.__dict__)
            if text is not None:
                value.append(text)

        def uncaught(error: BaseException) -> None:
            if not caught:
                caught.append(outcome.describe(error))

        at_end: Sequence[Callable[[], object]] = () if request["keep"] else (self._runner.close, *program.AT_EXIT)
        status = program.run_to_end([body, take_value, *at_end], self._hidden, uncaught)
        if tracer is not None:
            tracer.stop()
        self._flush()
        return {"exit_code": status, "value": value[0] if value else None, "error": caught[0] if caught else None}


def _value(names: dict[str, object]) -> str | None:
    """The JSON of what the program offers by the name `result`."""
    if "result" not in names:
        return None
    try:
        text = _encode(names["result"])
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(f"`result` is no JSON value: {error}") from None
    if len(text) > _VALUE:
        raise ValueError(f"`result` is longer than {_VALUE >> 20} MiB as JSON")
    return text
