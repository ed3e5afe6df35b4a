"""`await` in the console and in watches: a coroutine is run to its end while the program stands still."""

import asyncio
from asyncio import events, tasks
from collections.abc import Coroutine
from typing import Any

from .own import keep_builtins

keep_builtins(globals())

_running_loop = events._get_running_loop
_swap_current_task = tasks._swap_current_task  # type: ignore[attr-defined]
_Runner = asyncio.Runner


def drive(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """What a coroutine returns; raises what it raises.

    Where the program's event loop runs, it is that loop that runs the coroutine, and its other tasks meanwhile: what is awaited may be
    theirs to complete. The task in which the program stands does not go on.
    """
    loop: Any = _running_loop()
    if loop is None:
        with _Runner() as runner:
            return runner.run(coroutine)
    waiting = len(loop._ready)
    stands_in = _swap_current_task(loop, None)
    task = loop.create_task(coroutine)
    try:
        while not task.done():
            loop._run_once()
        return task.result()
    finally:
        task.cancel()
        _swap_current_task(loop, stands_in)
        while len(loop._ready) < waiting:  # the loop is in the midst of running so many
            loop.call_soon(_nothing)


def _nothing() -> None:
    return
