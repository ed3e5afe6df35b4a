"""Tells the client that tasks have changed: at each stop, and now and then while they come and go."""

import asyncio
from collections.abc import Callable

_APART = 0.2
"""Seconds between two of these events, while the program runs."""


class TaskNews:
    """The news of one session's tasks. `tell` sends the event."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._later: asyncio.TimerHandle | None = None
        self._last = 0.0

    def changed(self) -> None:
        """Tasks have come or gone: that is told soon, once."""
        if self._later is None:
            loop = asyncio.get_running_loop()
            self._later = loop.call_at(max(loop.time(), self._last + _APART), self.stands)

    def stands(self) -> None:
        """The program stands somewhere else: that is told now."""
        self.forget()
        self._last = asyncio.get_running_loop().time()
        self._tell()

    def forget(self) -> None:
        """There is nothing to tell any more."""
        if self._later is not None:
            self._later.cancel()
            self._later = None
