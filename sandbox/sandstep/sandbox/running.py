"""A program that runs in the background: its trace as an iterator, and its result."""

import threading
from collections.abc import Callable, Iterator
from queue import Queue

from .conversation import OnTrace
from .result import Result
from .trace_events import TraceEvent

_AHEAD = 16
"""So many batches may wait to be read; the program then waits for its reader."""


class Running:
    """Iterate over it for its trace as it comes; `result()` waits for its end. Whoever does not iterate just asks for the result."""

    def __init__(self, work: Callable[[OnTrace, Callable[[Callable[[], None]], None]], Result]) -> None:
        self._batches: Queue[list[TraceEvent] | None] = Queue(_AHEAD)
        self._result: Result | None = None
        self._failure: BaseException | None = None
        self._unread = False
        self._cancelled = False
        self._cancel: Callable[[], None] | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._serve, args=(work,), daemon=True, name="sandstep run")
        self._thread.start()

    def _serve(self, work: Callable[[OnTrace, Callable[[Callable[[], None]], None]], Result]) -> None:
        try:
            self._result = work(self._take, self._started)
        except BaseException as error:
            self._failure = error
        if not self._unread:
            self._batches.put(None)

    def _take(self, events: list[TraceEvent]) -> None:
        if not self._unread:
            self._batches.put(events)

    def _started(self, cancel: Callable[[], None]) -> None:
        with self._lock:
            self._cancel = cancel
            cancelled = self._cancelled
        if cancelled:
            cancel()

    def __iter__(self) -> Iterator[TraceEvent]:
        while (batch := self._batches.get()) is not None:
            yield from batch
        self._unread = True

    def cancel(self) -> None:
        """Ends it, within a second; for any thread."""
        with self._lock:
            self._cancelled = True
            cancel = self._cancel
        if cancel is not None:
            cancel()

    def result(self) -> Result:
        """Waits for its end. Events that nobody has read are dropped. Raises what `Sandbox.run` raises."""
        self._unread = True
        while self._thread.is_alive():
            while not self._batches.empty():
                self._batches.get()
            self._thread.join(0.01)
        if self._failure is not None:
            raise self._failure
        assert self._result is not None
        return self._result
