"""The sandbox as a library: `Sandbox` runs programs, `Session` keeps their names in between."""

import asyncio
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from . import offering, options
from .conversation import Ask, Conversation, OnOutput, OnTrace
from .limits import Limits
from .messages import Grants, Trace
from .nursery import NURSERY, Line
from .options import Grants as Asked
from .result import Result
from .running import Running

if TYPE_CHECKING:
    from .session import Session


_LIMITS = Limits()


class RunOptions(TypedDict, total=False):
    """How one program is run.

    `args`: its `sys.argv[1:]`. `trace`: whether to trace it, or how. `seed`: makes its random numbers repeat. `input`: what it reads
    from stdin. `on_output` and `on_trace` are called while it runs, in the thread that runs it; what they raise ends the run.
    """

    args: Sequence[str]
    trace: bool | Trace
    seed: str | None
    input: str
    on_output: OnOutput | None
    on_trace: OnTrace | None


class Sandbox:
    """Runs programs, each in a fresh guest that has only what is granted here.

    `callbacks`: functions that programs may call, or a mapping from names to them. `mounts`: folders as DIR[:AS][:rw]. `packages`: folders
    of pure-Python packages. `env`: the programs' environment. Any number of runs may be under way at a time, from any threads and tasks.
    Raises options.OptionError (a ValueError) or TypeError for what cannot be granted.
    """

    def __init__(
        self,
        *,
        callbacks: Mapping[str, Any] | Iterable[Any] = (),
        limits: Limits | None = None,
        mounts: Sequence[str | Path] = (),
        packages: Sequence[str | Path] = (),
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.limits = limits if limits is not None else _LIMITS
        self._callbacks = offering.collect(callbacks)
        self._offers = offering.describe(self._callbacks)
        self._asked = Asked([str(mount) for mount in mounts], [str(each) for each in packages], dict(env or {}), self.limits.memory)
        self._lock = threading.Lock()
        self._under_way: set[Conversation] = set()
        self._closed = False
        self._prepared = self._prepare("", ())

    def run(self, program: str | Path, **how: Unpack[RunOptions]) -> Result:
        """Runs code (a str, in which `await` works at the top level) or a file (a Path, whose folder it may read) and waits for its end.

        What goes wrong in the program is the Result's `error`; this raises ImageError or OSError where there can be no sandbox.
        """
        return self._talk(program, how, None, None)

    async def run_async(self, program: str | Path, **how: Unpack[RunOptions]) -> Result:
        """`run` for an event loop, which also runs the async callbacks. Cancelling the task that awaits it ends the program."""
        loop = asyncio.get_running_loop()
        return await in_thread(lambda started: self._talk(program, how, loop, started))

    def start(self, program: str | Path, **how: Unpack[RunOptions]) -> Running:
        """Begins to run it, in a thread: the answer is an iterator over its trace, if that is asked for, and has its result."""
        if how.get("trace") is None:
            how["trace"] = True
        return Running(lambda on_trace, started: self._talk(program, {**how, "on_trace": on_trace}, None, started))

    def session(self) -> "Session":
        """A guest that keeps its names from run to run."""
        from .session import Session

        self._check()
        return Session(self)

    def cancel(self) -> None:
        """Ends all runs that are under way, within a second; for any thread."""
        with self._lock:
            for conversation in self._under_way:
                conversation.cancel()

    def close(self) -> None:
        """Ends all that is under way. May be called again."""
        self._closed = True
        self.cancel()

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def _check(self) -> None:
        if self._closed:
            raise RuntimeError("The sandbox is closed: make another one.")

    def _prepare(self, program: str | Path, args: Sequence[str]) -> tuple[Grants, dict[str, Any]]:
        target = options.Target(file=os.fspath(program)) if isinstance(program, Path) else options.Target(code=program)
        launch = options.launch(target, args, self._asked)
        return Grants(tuple(launch.mounts), launch.memory), launch.program._asdict()

    def _talk(
        self,
        program: str | Path,
        how: RunOptions,
        loop: asyncio.AbstractEventLoop | None,
        started: "Callable[[Callable[[], None]], None] | None",
    ) -> Result:
        self._check()
        if isinstance(program, Path):
            grants, said = self._prepare(program, how.get("args", ()))
        else:
            grants, said = self._prepared
            said = {**said, "target": program, "args": [*how.get("args", ())]}
        line, conversation = NURSERY.worker(grants), None
        try:
            result, conversation = self.converse(line, ask(said, how), loop, started)
            return result
        finally:
            if conversation is None or conversation.is_over:
                line.close()
            else:
                NURSERY.give_back(line)

    def converse(
        self,
        line: Line,
        asked: Ask,
        loop: asyncio.AbstractEventLoop | None = None,
        started: "Callable[[Callable[[], None]], None] | None" = None,
    ) -> tuple[Result, Conversation]:
        """One run on a worker that is there; `started` is given what cancels it. For `Session`."""
        conversation = Conversation(line, asked, self.limits, self._callbacks, self._offers, loop)
        with self._lock:
            self._under_way.add(conversation)
        try:
            if started is not None:
                started(conversation.cancel)
            return conversation.talk(), conversation
        finally:
            with self._lock:
                self._under_way.discard(conversation)

    def worker(self) -> Line:
        """A fresh worker. For `Session`."""
        self._check()
        return NURSERY.worker(self._prepared[0])

    @property
    def program(self) -> dict[str, Any]:
        """A program without code, with what is granted here. For `Session`."""
        return self._prepared[1]


def ask(said: dict[str, Any], how: RunOptions, *, keep: bool = False) -> Ask:
    """The request to run a program."""
    traced = how.get("trace", False)
    trace = traced if isinstance(traced, Trace) else Trace() if traced or how.get("on_trace") is not None else None
    return Ask("run", said, keep, trace, "", how.get("seed"), how.get("input", ""), how.get("on_output"), how.get("on_trace"))


async def in_thread(work: Callable[[Callable[[Callable[[], None]], None]], Result]) -> Result:
    """Does `work` in a thread of its own. If the task is cancelled, what `work` was told to call for that is called, and awaited."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Result] = loop.create_future()
    cancels: list[Callable[[], None]] = []

    def settle(result: Result | None, error: BaseException | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        elif result is not None:
            done.set_result(result)

    def serve() -> None:
        result, failure = None, None
        try:
            result = work(cancels.append)
        except BaseException as error:
            failure = error
        loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=serve, daemon=True, name="sandstep run").start()
    try:
        return await asyncio.shield(done)
    except asyncio.CancelledError:
        for cancel in cancels:
            cancel()
        await asyncio.wait([done])
        raise
