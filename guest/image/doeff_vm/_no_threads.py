"""Where no thread can be started, doeff's `Await` runs on an event loop that turns while the scheduler waits.

doeff-core-effects runs awaitables on a loop in a background thread, and its scheduler blocks on a queue for their results.
Here the loop runs inside that blocking call: a `SimpleQueue` that is empty lets the loop run until something is put in.
"""

from __future__ import annotations

import queue
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

HANDLERS = "doeff_core_effects.handlers"
WITHOUT_THREADS = ("wasi", "emscripten")

_loop: asyncio.AbstractEventLoop | None = None
_installed = False


def event_loop() -> asyncio.AbstractEventLoop:
    """The loop of all awaitables."""
    import asyncio

    global _loop
    if _loop is None or _loop.is_closed():
        _loop = asyncio.new_event_loop()
    return _loop


class TurningQueue:
    """A queue of one thread: who waits for an item lets the event loop bring it."""

    def __init__(self) -> None:
        self._items: list[Any] = []

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Add an item, and end the wait for it."""
        self._items.append(item)
        if _loop is not None and _loop.is_running():
            _loop.stop()

    put_nowait = put

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Take an item; wait for one for so many seconds, or for ever. Raises queue.Empty."""
        if not self._items and block:
            loop = event_loop()
            alarm = None if timeout is None else loop.call_later(timeout, loop.stop)
            loop.run_forever()
            if alarm is not None:
                alarm.cancel()
        if not self._items:
            raise queue.Empty
        return self._items.pop(0)

    def get_nowait(self) -> Any:
        """Take an item that is there. Raises queue.Empty."""
        return self.get(block=False)

    def empty(self) -> bool:
        """Whether there is no item. What the loop has ready is run first."""
        if not self._items and _loop is not None and not _loop.is_closed() and not _loop.is_running():
            _loop.call_soon(_loop.stop)
            _loop.run_forever()
        return not self._items

    def qsize(self) -> int:
        """How many items there are."""
        return len(self._items)


def install() -> None:
    """Make `Await` work without threads."""
    global _installed
    _installed = True
    queue.SimpleQueue = TurningQueue  # type: ignore[misc, assignment]


def attend() -> None:
    """Called before each run: once doeff's handlers are imported, they get the loop that turns."""
    handlers = sys.modules.get(HANDLERS)
    if _installed and handlers is not None:
        handlers._get_await_bridge_loop = event_loop  # type: ignore[attr-defined]


if sys.platform in WITHOUT_THREADS:
    install()
