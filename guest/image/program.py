"""Runs the user's program as `python` would: its `__main__`, `sys.argv`, `sys.path`, exit status and traceback."""

import asyncio
import atexit
import builtins
import importlib.machinery
import linecache
import os
import random
import runpy
import sys
import threading
import traceback
from ast import PyCF_ALLOW_TOP_LEVEL_AWAIT
from collections.abc import Callable, Iterable, Iterator
from inspect import CO_COROUTINE
from types import CodeType, FunctionType, ModuleType, TracebackType
from typing import Literal, NamedTuple, NotRequired, TypedDict

import host_calls
import streams

_SEED = 32
"""Bytes of the seed of `random`: its own, of 2,496, cost milliseconds to cross."""


class ProgramDict(TypedDict):
    """What the host asks to be run: `Program` of its messages, as JSON."""

    kind: Literal["file", "module", "code"]
    target: str
    name: str
    args: list[str]
    path: list[str]
    cwd: str
    env: dict[str, str]
    file: NotRequired[str]  # what code calls its file: "<string>"


class Loaded(NamedTuple):
    """A program that is ready to be run: its code, and the module whose namespace it runs in."""

    code: CodeType
    main: ModuleType


def prepare(program: ProgramDict, seed: int | None = None) -> None:
    """Makes the interpreter's state that of one which has just started: nothing of the time when the image was built shows."""
    os.environ.clear()
    os.environ.update(program["env"])
    if program["cwd"]:
        os.chdir(program["cwd"])
    sys.path[:] = program["path"]
    sys.path_importer_cache.clear()
    linecache.clearcache()
    sys.argv = [program["name"], *program["args"]]
    sys.orig_argv = ["python", *sys.argv]
    sys.dont_write_bytecode = True
    random.seed(int.from_bytes(os.urandom(_SEED)) if seed is None else seed)


def new_main() -> ModuleType:
    """An empty `__main__`."""
    main = ModuleType("__main__")
    main.__dict__["__builtins__"] = builtins
    return main


def load(program: ProgramDict, main: ModuleType, flags: int = 0) -> Loaded:
    """Finds and compiles the program, with the compiler's `flags`. Raises what Python would: SyntaxError, ImportError, OSError."""
    sys.modules["__main__"] = main
    if program["kind"] == "module" or (program["kind"] == "file" and os.path.isdir(program["target"])):
        return _load_module(program, main)
    if program["kind"] == "code":
        source, file = program["target"], program.get("file", "<string>")
        linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
        return Loaded(compile(source, file, "exec", flags, dont_inherit=True), main)
    path = program["target"]
    with open(path, "rb") as opened:
        data = opened.read()
    main.__file__ = path
    main.__dict__["__cached__"] = None
    main.__loader__ = importlib.machinery.SourceFileLoader("__main__", path)
    return Loaded(compile(data, path, "exec", flags, dont_inherit=True), main)


def _load_module(program: ProgramDict, main: ModuleType) -> Loaded:
    try:
        if program["kind"] == "module":
            _, spec, code = runpy._get_module_details(program["target"], runpy._Error)  # type: ignore[attr-defined]
        else:
            _, spec, code = runpy._get_main_module_details(runpy._Error)  # type: ignore[attr-defined]
    except runpy._Error as error:  # type: ignore[attr-defined]
        sys.exit(f"python: {error}")
    sys.argv[0] = spec.origin if program["kind"] == "module" else program["name"]
    main.__dict__.update(__file__=spec.origin, __cached__=None, __loader__=spec.loader, __package__=spec.parent, __spec__=spec)
    return Loaded(code, main)


def execute(loaded: Loaded, runner: asyncio.Runner) -> None:
    """Runs its code; in the runner, if it awaits at the top level."""
    if not loaded.code.co_flags & CO_COROUTINE:
        exec(loaded.code, loaded.main.__dict__)
        return
    try:
        runner.run(FunctionType(loaded.code, loaded.main.__dict__)())
    except BaseException as error:
        link = error.__traceback__
        while link is not None and link.tb_frame.f_code is not loaded.code:
            link = link.tb_next  # asyncio's frames are there because of us
        error.__traceback__ = link or error.__traceback__
        raise


def run(
    program: ProgramDict,
    hidden: frozenset[str],
    uncaught: Callable[[BaseException], None],
    offered: dict[str, object] | None = None,
) -> int:
    """Runs it to its end, prints the traceback of what it did not catch, and answers its exit status.

    `hidden` are the files whose frames are ours; `uncaught` is told of an exception before anything is printed. With `offered`, functions
    of the host by name, it finds these among its names, and may await at the top level.
    """
    main = new_main()
    if offered is None:

        def body() -> None:
            loaded = load(program, main)
            exec(loaded.code, loaded.main.__dict__)

        return run_to_end([body, *AT_EXIT], hidden, uncaught)

    main.__dict__.update(offered)
    runner = asyncio.Runner()

    def body_that_awaits() -> None:
        execute(load(program, main, PyCF_ALLOW_TOP_LEVEL_AWAIT), runner)

    return run_to_end([body_that_awaits, runner.close, *AT_EXIT], hidden, uncaught)


def run_to_end(steps: Iterable[Callable[[], object]], hidden: frozenset[str], uncaught: Callable[[BaseException], None]) -> int:
    """Does each step, whatever the others raise; the exit status."""
    status = 0
    for step in steps:
        try:
            step()
        except BaseException as error:
            status = status or _end_by(error, hidden, uncaught)
    streams.flush()
    return status


AT_EXIT: tuple[Callable[[], object], ...] = (threading._shutdown, atexit._run_exitfuncs)  # type: ignore[attr-defined]
"""What an interpreter does at its end."""


def _end_by(error: BaseException, hidden: frozenset[str], uncaught: Callable[[BaseException], None]) -> int:
    if isinstance(error, SystemExit):
        if error.code is None:
            return 0
        if isinstance(error.code, int):
            return error.code
        streams.flush()
        _print_safely(lambda: print(error.code, file=sys.stderr))
        return 1
    for link in _chain(error, set()):
        link.__traceback__ = _without(link.__traceback__, hidden)
    uncaught(error)
    streams.flush()
    _print_safely(lambda: _report(error))
    return 130 if isinstance(error, KeyboardInterrupt) else 1


def _print_safely(report: Callable[[], None]) -> None:
    """A program may have closed its stderr, or broken what prints; it has ended all the same."""
    try:
        report()
    except BaseException as error:
        host_calls.write(2, f"{type(error).__name__} while its error was reported\n".encode())


def _report(error: BaseException) -> None:
    if sys.excepthook is sys.__excepthook__:
        traceback.print_exception(error)
        return
    try:
        sys.excepthook(type(error), error, error.__traceback__)
    except BaseException as second:
        print("Error in sys.excepthook:", file=sys.stderr)
        traceback.print_exception(second)
        print("\nOriginal exception was:", file=sys.stderr)
        traceback.print_exception(error)


def _chain(error: BaseException, seen: set[int]) -> Iterator[BaseException]:
    """The exception, its causes and contexts, and the members of groups, each once."""
    waiting: list[BaseException | None] = [error]
    while waiting:
        link = waiting.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        waiting += [link.__cause__, link.__context__]
        if isinstance(link, BaseExceptionGroup):
            waiting += link.exceptions


def _without(link: TracebackType | None, hidden: frozenset[str]) -> TracebackType | None:
    """The traceback without the frames of files that are ours, or of the machinery that only we were the reason for."""
    kept = []
    while link is not None:
        if link.tb_frame.f_code.co_filename not in hidden:
            kept.append(link)
        link = link.tb_next
    result: TracebackType | None = None
    for link in reversed(kept):
        result = TracebackType(result, link.tb_frame, link.tb_lasti, link.tb_lineno)
    return result
