"""The program that is debugged: its worker, the agent in it, and the clones of it."""

import asyncio
import itertools
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import msgspec
from sandstep.sandbox.messages import Launch
from sandstep.sandbox.process import Worker
from sandstep.sandbox.spawn import End

from .clones import RESUMED, Clone, Clones
from .conversation import Asked, Conversation
from .errors import CANCELLED, RequestError
from .log import Log
from .protocol import Base
from .state import ENDED

if TYPE_CHECKING:
    from .callbacks import Callbacks

Body = TypeVar("Body", bound=Base)


class Debuggee:
    """One worker from its launch to its end. Whoever owns it sets `on_event` and `on_end`; they are silent after `kill`."""

    def __init__(self, worker: Worker, log: Log) -> None:
        self.on_event: Callable[[str, msgspec.Raw], None] = lambda event, body: None
        self.on_end: Callable[[End], None] = lambda end: None
        self.clones = Clones()
        self.pid = worker.pid
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._worker = worker
        self._log = log
        self._killed = False
        self._callbacks: Callbacks | None = None
        self._numbers = itertools.count(1)
        self._agent = Conversation("agent", worker.send, self._hear, log)
        self._connecting: set[asyncio.Task[None]] = set()

    async def launch(self, launch: Launch, callbacks: "Callbacks | None" = None) -> None:
        """`callbacks` run what the program calls; they end with it."""
        self._callbacks = callbacks
        await self._worker.connect(self._agent.receive, self._cloned, self._ended)
        if callbacks is not None:
            self._worker.offer(callbacks.process)
            launch = launch._replace(callbacks=callbacks.offers)
        self._worker.launch(launch)

    def ask(self, command: str, arguments: Base | dict[str, object] | None = None, clone: Clone | None = None) -> Asked:
        """Sends a request to the agent, or to a clone's."""
        seq = next(self._numbers)
        return self._agent.ask(seq, command, arguments) if clone is None else clone.ask(seq, command, arguments)

    async def answer(self, asked: Asked, kind: type[Body]) -> Body:
        """Waits for the answer. Raises RequestError; one who stops waiting (by cancellation) stops the work, too."""
        try:
            outcome = await asked.outcome
        except asyncio.CancelledError:
            self.withdraw(asked)
            raise
        body = asked.body(outcome, kind)
        return body if asked.clone is None else self.clones.adopt(asked.clone, body)

    def withdraw(self, asked: Asked) -> None:
        """Stops the work on a request: by the end of the clone that does it, else by asking the agent to."""
        if asked.clone is not None:
            asked.clone.kill(RequestError(CANCELLED, show=False))
            return
        self._agent.withdraw(asked)
        self.ask("cancel", {"requestId": asked.seq})
        self.poke()

    def poke(self, asked: Asked | None = None, again: float = 0.01) -> None:
        """Has a guest that runs look at its requests; again and again until it has answered the one that is `asked`.

        A guest may overlook it when it is just about to run, or to stop.
        """
        if self.gone.done() or (asked is not None and asked.outcome.done()):
            return
        self._worker.poke()
        if asked is not None:
            asyncio.get_running_loop().call_later(again, self.poke, asked, 2 * again)

    def type_in(self, frame: bytes) -> None:
        """Sends the program what the user typed."""
        self._worker.send(frame)

    def hold(self, full: bool) -> None:
        """Lets the guest wait while the editor doesn't keep up with what it says."""
        if self.gone.done():
            return
        if full:
            self._worker.pause_reading()
        else:
            self._worker.resume_reading()

    def kill(self) -> None:
        """Ends the process and all of its clones; what it says from now on is not heard."""
        self._killed = True
        self.end()

    def end(self) -> None:
        """Ends the process; its end is heard."""
        if self._callbacks is not None:
            self._callbacks.close()
        if not self.gone.done():
            self._worker.resume_reading()
            self._worker.kill()

    def _hear(self, event: str, body: msgspec.Raw) -> None:
        if not self._killed:
            self.on_event(event, body)

    def _cloned(self, request_seq: int, pid: int, connection: socket.socket) -> None:
        clone = Clone(pid, self._log)
        asked = self._agent.hand_over(request_seq, clone.conversation)
        task = asyncio.get_running_loop().create_task(clone.connect(connection))
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)
        if asked is None:
            clone.kill(RequestError(RESUMED, show=False))
        else:
            clone.serve(asked)
            self.clones.add(clone)

    def _ended(self, end: End) -> None:
        self.gone.set_result(None)
        if self._callbacks is not None:
            self._callbacks.close()
        self._agent.close(RequestError(ENDED, show=False))
        self.clones.clear(ENDED)
        if not self._killed:
            self.on_end(end)
