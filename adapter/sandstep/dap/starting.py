"""From a launch to an agent that answers: takes a worker, builds the image if there is none, tells why when it fails."""

from typing import TYPE_CHECKING

import msgspec
from sandstep.sandbox.messages import Launch
from sandstep.sandbox.process import Worker
from sandstep.sandbox.spawn import End, Spawned, spawn

from .building import Building
from .client import Client
from .debuggee import Debuggee
from .errors import RequestError
from .log import Log
from .protocol import OutputEventBody, ThreadsResponseBody

if TYPE_CHECKING:
    from .callbacks import Callbacks


class Spare:
    """A worker that is started before anyone knows what for, so that the launch waits for nothing."""

    def __init__(self, spawned: Spawned | None) -> None:
        self._spawned = spawned

    def take(self) -> Worker:
        spawned, self._spawned = self._spawned or spawn(), None
        return Worker(spawned)

    def prepare(self) -> None:
        """Starts the next one."""
        if self._spawned is None:
            self._spawned = spawn()

    def close(self) -> None:
        if self._spawned is not None:
            self._spawned.kill()
            self._spawned = None


async def begin(
    spare: Spare, launch: Launch, building: Building, client: Client, log: Log, callbacks: str | None
) -> tuple[Debuggee, ThreadsResponseBody]:
    """A program that has been loaded and waits, and its threads. `callbacks` is the path of the file with them. Raises RequestError."""
    try:
        return await _attempt(spare.take(), launch, log, await _callbacks(callbacks, client))
    except RequestError:
        if not await building.ensure():
            raise
    return await _attempt(spare.take(), launch, log, await _callbacks(callbacks, client))


async def _callbacks(path: str | None, client: Client) -> "Callbacks | None":
    if path is None:
        return None
    from .callbacks import Callbacks  # few programs call the host

    return await Callbacks.start(path, lambda text: client.event("output", OutputEventBody(category="console", output=text)))


async def _attempt(worker: Worker, launch: Launch, log: Log, callbacks: "Callbacks | None") -> tuple[Debuggee, ThreadsResponseBody]:
    debuggee = Debuggee(worker, log)
    words = _LastWords()
    debuggee.on_event, debuggee.on_end = words.hear, words.end
    try:
        await debuggee.launch(launch, callbacks)
        return debuggee, await debuggee.answer(debuggee.ask("threads"), ThreadsResponseBody)
    except RequestError as error:
        debuggee.kill()
        raise RequestError(words.text or error.text) from None
    except BaseException:
        debuggee.kill()
        raise


class _LastWords:
    """What a worker said that didn't get as far as to run anything."""

    def __init__(self) -> None:
        self.text = ""

    def hear(self, event: str, body: msgspec.Raw) -> None:
        if event == "output" and not self.text:
            try:
                self.text = msgspec.json.decode(body, type=OutputEventBody).output.strip()
            except msgspec.DecodeError:
                return

    def end(self, end: End) -> None:
        self.text = self.text or end.sentence
