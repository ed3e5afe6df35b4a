"""A guest that keeps its names from run to run."""

import base64
import itertools
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Unpack

from .box import RunOptions, Sandbox, ask, in_thread
from .conversation import Ask, Conversation
from .nursery import Line
from .result import Result


class Session:
    """What one run leaves in its names, the next one finds, as in a REPL. One run at a time.

    A run that reaches a limit, is cancelled or ends its interpreter takes the names with it; the next one begins afresh.
    """

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._lock = threading.Lock()
        self._line: Line | None = None
        self._numbers = itertools.count(1)
        self.left_out: list[str] = []
        """Names that the last `snapshot` could not keep."""

    def run(self, code: str, **how: Unpack[RunOptions]) -> Result:
        """Runs code that sees the names of the runs before."""
        return self._run(code, how)

    async def run_async(self, code: str, **how: Unpack[RunOptions]) -> Result:
        """`run` for an event loop."""
        return await in_thread(lambda started: self._run(code, how, started))

    def _run(self, code: str, how: RunOptions, started: "Callable[[Callable[[], None]], None] | None" = None) -> Result:
        said = {"target": code, "file": f"<run {next(self._numbers)}>", "args": [*how.get("args", ())]}
        return self._ask(lambda program: ask(program | said, how, keep=True), started)[0]

    def snapshot(self) -> bytes:
        """The names and values as bytes, which only a guest ever opens; `left_out` then has the names of what cannot be kept.

        Functions and classes that the session defined are kept with their code, modules by their name.
        """
        result, conversation = self._ask(lambda program: Ask("snapshot", program, keep=True))
        result.check()
        self.left_out = conversation.names_left_out
        return base64.b64decode(conversation.state or "", validate=True)

    def restore(self, state: bytes) -> None:
        """Begins afresh with the names of a `snapshot`. Raises RunError for bytes that are none; the session is then empty."""
        self.reset()
        result, _ = self._ask(lambda program: Ask("restore", program, keep=True, state=base64.b64encode(state).decode()))
        if result.error is not None:
            self.reset()
            raise result.error

    def reset(self) -> None:
        """Forgets all names: the next run begins afresh."""
        with self._lock:
            self._drop()

    close = reset

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def _ask(
        self, make: Callable[[dict[str, object]], Ask], started: "Callable[[Callable[[], None]], None] | None" = None
    ) -> tuple[Result, Conversation]:
        with self._lock:
            if self._line is None:
                self._line = self._box.worker()
            whole = False
            try:
                result, conversation = self._box.converse(self._line, make(self._box.program), None, started)
                whole = not conversation.is_over
                return result, conversation
            finally:
                if not whole:
                    self._drop()

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
