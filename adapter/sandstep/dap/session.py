"""One debug session: an editor, the program that it debugs, and what state they are in.

All of it runs in one thread, the event loop's. Three things call in:
- the editor's connection, with each message (`receive`). Every request becomes a task of its own, so that they start in order and a
  slow one keeps no other waiting; the task answers it, whatever happens. It ends with the session.
- the program's agent, with each event (`_hear`), until the program ends or is killed.
- the worker, with its end (`_worker_ended`), which is the last that is heard of it.

Only `Client` writes to the editor; only `Debuggee` to the program.
"""

import asyncio
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import msgspec
from sandstep.sandbox.spawn import End

from . import guest_events, launching, starting
from .breakpoints import PATIENCE, Breakpoints
from .building import Building
from .client import Client
from .clones import RESUMED
from .debuggee import Debuggee
from .errors import CANCELLED, Busy, RequestError
from .log import Log
from .protocol import (
    Base,
    ContinuedEventBody,
    ExitedEventBody,
    ProcessEventBody,
    SandstepTasksChangedEventBody,
    StoppedEventBody,
    TerminatedEventBody,
    ThreadsResponseBody,
)
from .registry import HANDLERS, Handler
from .starting import Spare
from .state import ENDED, LIVING, State, When, require
from .task_news import TaskNews
from .threads import Threads
from .tracebacks import Tracebacks
from .typed_input import TypedInput
from .wire import Incoming, Malformed

if TYPE_CHECKING:
    from sandstep.loopback import Admits

Body = TypeVar("Body", bound=Base)


_TERMINATED = 143
"""The exit status of a program that was ended for the user: 128 and SIGTERM's number."""
_GRACE = 0.05
"""Seconds that a running program has to write out what it holds, before it is ended."""


class Session:
    """What the handlers of requests work with. `on_over` is called when the client has ended it."""

    def __init__(self, write: Callable[[bytes], None], spare: Spare, admits: "Admits", log: Log) -> None:
        self.client = Client(write, log)
        self.state = State.NEW
        self.breakpoints = Breakpoints(self.client)
        self.building = Building(self.client)
        self.input = TypedInput()
        self.tracebacks = Tracebacks()
        self.on_over: Callable[[], None] = lambda: None
        self.admits = admits
        self.attributes: launching.Attributes | None = None
        self.configured = False
        self.last_stop: StoppedEventBody | None = None
        self.threads = Threads(ThreadsResponseBody(threads=[]))
        self.task_news = TaskNews(lambda: self.client.event("sandstepTasksChanged", SandstepTasksChangedEventBody()))
        self._debuggee: Debuggee | None = None
        self._spare = spare
        self._log = log
        self._serving: dict[int, asyncio.Task[None]] = {}
        self._restarting = asyncio.Lock()

    # What comes from the client

    def receive(self, message: Incoming | Malformed) -> None:
        """Takes a message; requests are started in the order in which they come."""
        if isinstance(message, Malformed):
            self._refuse_malformed(message)
        elif message.type == "request":
            self._log.said("← client", msgspec.json.encode(message))
            self._serving[message.seq] = asyncio.get_running_loop().create_task(self._serve(message))

    def cancel(self, seq: int) -> None:
        """Stops the work on a request, which is then answered so."""
        task = self._serving.get(seq)
        if task is not None:
            task.cancel()

    def client_is_slow(self, full: bool) -> None:
        """What is to be sent to the client piles up, or does so no longer."""
        if self._debuggee is not None:
            self._debuggee.hold(full)

    async def close(self) -> None:
        """Ends the program and all work, whatever state it is in. Every request has been answered afterwards."""
        await self._cancel_all()
        await self.kill()

    async def _cancel_all(self) -> None:
        """Cancels all requests but the one that wants it; they have been answered afterwards."""
        tasks = [task for task in self._serving.values() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=1)

    async def _serve(self, message: Incoming) -> None:
        seq, command = message.seq, message.command
        try:
            body = await self._handler(command).serve(self, message.arguments)
        except RequestError as error:
            self.client.refuse(seq, command, error)
        except asyncio.CancelledError:
            self.client.refuse(seq, command, RequestError(f"{command} was cancelled", short=CANCELLED, show=False))
            if command in ("launch", "attach", "restart"):
                self.program_ended(1)  # an editor that is told nothing else keeps the session open
        except Exception as error:
            self._log.note(f"internal error: {traceback.format_exc()}")
            text = f"{command}: an error inside of Sandstep ({type(error).__name__}: {error}); please report it"
            self.client.refuse(seq, command, RequestError(text))
        else:
            self.client.respond(seq, command, body)
        finally:
            if self._serving.get(seq) is asyncio.current_task():
                del self._serving[seq]

    def _handler(self, command: str) -> Handler:
        handler = HANDLERS.get(command)
        if handler is None:
            raise RequestError(f"the request `{command}` is not supported; what is, the answer to `initialize` says", show=False)
        if self.state is State.NEW and command not in ("initialize", "disconnect"):
            require(self.state, When.PROGRAM, show=True)
        return handler

    def _refuse_malformed(self, message: Malformed) -> None:
        text = f"a message could not be read ({message.reason}); the client has to correct it"
        if message.seq is not None:
            self.client.refuse(message.seq, message.command, RequestError(text))
        else:
            self.client.output(text, "stderr")

    # The program, as handlers use it

    @property
    def living(self) -> Debuggee | None:
        """The program, if there is one that can be asked."""
        return self._debuggee if self.state in LIVING else None

    @property
    def debuggee(self) -> Debuggee:
        """The program. Raises RequestError if there is none that can be asked."""
        require(self.state, When.PROGRAM, show=False)
        if self._debuggee is None:
            raise RequestError(ENDED, show=False)  # it is being ended
        return self._debuggee

    async def ask(self, command: str, arguments: Base | None, kind: type[Body]) -> Body:
        """The agent's answer. One that runs is poked, and has so long to look. Raises RequestError."""
        debuggee = self.debuggee
        asked = debuggee.ask(command, arguments)
        if self.state is State.RUNNING:
            debuggee.poke(asked)
            asked.within(PATIENCE, Busy(command))
        return await debuggee.answer(asked, kind)

    async def resume(self, command: str, arguments: Base | dict[str, object], kind: type[Body]) -> Body:
        """Lets the program go on; what was looked at is no more."""
        debuggee, before = self.debuggee, self.state
        asked = debuggee.ask(command, arguments)
        self.goes_on()
        try:
            return await debuggee.answer(asked, kind)
        except RequestError:
            if self.state is State.RUNNING:
                self.state = before
            raise

    def goes_on(self) -> None:
        self.state = State.RUNNING
        if self._debuggee is not None:
            self._debuggee.clones.clear(RESUMED)

    # The program's life

    async def start(self, attributes: launching.Attributes) -> None:
        """Loads a program, up to where it waits to be configured. Raises RequestError, and then nothing has changed."""
        launch = launching.to_launch(attributes)
        before, self.state = self.state, State.LAUNCHING
        try:
            file = launching.callbacks_file(attributes)
            debuggee, threads = await starting.begin(self._spare, launch, self.building, self.client, self._log, file)
        except BaseException:
            self.state = before
            raise
        debuggee.on_event, debuggee.on_end = self._hear, self._worker_ended
        self._debuggee, self.attributes, self.input, self.threads = debuggee, attributes, TypedInput(), Threads(threads)
        self.tracebacks = Tracebacks()
        self.state = State.CONFIGURING
        name = launching.title(attributes)
        self.client.event(
            "process",
            ProcessEventBody(name=name, system_process_id=debuggee.pid, is_local_process=True, start_method="launch", pointer_size=32),
        )
        if not attributes.no_debug:
            self.breakpoints.replay(debuggee)

    async def go(self) -> None:
        """The client has said all that it wants to say before the program starts, or says it in advance."""
        self.configured = True
        if self.state is State.CONFIGURING and self.attributes is not None:
            attributes = self.attributes
            stop_on_entry = attributes.stop_on_entry and not attributes.no_debug
            await self.resume("configurationDone", {"stopOnEntry": stop_on_entry, "justMyCode": attributes.just_my_code}, Base)

    async def kill(self) -> None:
        """Ends the program at once, in silence."""
        self.task_news.forget()
        debuggee, self._debuggee = self._debuggee, None
        if debuggee is not None:
            debuggee.kill()
            await asyncio.wait({debuggee.gone}, timeout=1)

    async def restart(self, attributes: launching.Attributes) -> None:
        """Runs a program in place of the one that there is, with the same breakpoints; one restart after the other. Raises RequestError."""
        launching.to_launch(attributes)  # what is wrong with it is said while the other still runs
        async with self._restarting:
            self._spare.prepare()
            before, self.state = self.state, State.LAUNCHING
            await self.kill()
            if before is State.STOPPED:
                self.client.event("continued", ContinuedEventBody(thread_id=1, all_threads_continued=True))
            try:
                await self.start(attributes)
            except RequestError:
                self.program_ended(1)
                raise
            if self.configured:
                await self.go()

    async def terminate(self) -> None:
        """Ends the program for the user, or what is to become one."""
        if self.state is State.LAUNCHING or self._restarting.locked():
            await self._cancel_all()
        debuggee = self.living
        if debuggee is not None and self.state is State.RUNNING:
            debuggee.poke()
            await asyncio.wait({debuggee.gone}, timeout=_GRACE)
        await self.kill()
        self.program_ended(_TERMINATED)

    def program_ended(self, status: int) -> None:
        """Tells the client, once."""
        self.task_news.forget()
        if self.state in LIVING:
            self.client.event("exited", ExitedEventBody(exit_code=status))
        if self.state is not State.ENDED:
            self.state = State.ENDED
            self.client.event("terminated", TerminatedEventBody())
        if self._debuggee is not None:
            self._debuggee.kill()

    def _hear(self, event: str, body: msgspec.Raw) -> None:
        try:
            guest_events.hear(self, event, body)
        except (msgspec.DecodeError, KeyError) as error:
            self._log.note(f"dropped the event {event!r} from the sandbox: {error}")

    def _worker_ended(self, end: End) -> None:
        """It ended without saying so: what happened is said in its place."""
        self.client.output(end.sentence or "The sandbox's process ended unexpectedly.", "important")
        self.program_ended(128 + end.signal if end.signal else end.status or 1)
