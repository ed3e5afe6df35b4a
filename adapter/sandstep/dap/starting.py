"""From a launch to an agent that answers: takes a worker, builds the image if there is none, tells why when it fails."""

import msgspec
from sandstep.sandbox.messages import Launch
from sandstep.sandbox.process import Worker
from sandstep.sandbox.spawn import End, Spawned, spawn

from .building import Building
from .debuggee import Debuggee
from .errors import RequestError
from .log import Log
from .protocol import OutputEventBody, ThreadsResponseBody


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


async def begin(spare: Spare, launch: Launch, building: Building, log: Log) -> tuple[Debuggee, ThreadsResponseBody]:
    """A program that has been loaded and waits, and its threads. Raises RequestError."""
    try:
        return await _attempt(spare.take(), launch, log)
    except RequestError:
        if not await building.ensure():
            raise
    return await _attempt(spare.take(), launch, log)


async def _attempt(worker: Worker, launch: Launch, log: Log) -> tuple[Debuggee, ThreadsResponseBody]:
    debuggee = Debuggee(worker, log)
    words = _LastWords()
    debuggee.on_event, debuggee.on_end = words.hear, words.end
    try:
        await debuggee.launch(launch)
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
