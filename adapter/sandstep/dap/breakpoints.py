"""Breakpoints as the client has set them: kept for programs that aren't there yet, and numbered so that they outlive a restart."""

import asyncio
import itertools
from collections.abc import Iterable
from functools import partial

import msgspec

from .client import Client
from .conversation import Asked, Outcome
from .debuggee import Debuggee
from .errors import Busy, RequestError
from .protocol import (
    Breakpoint,
    BreakpointEventBody,
    OutputEventBody,
    SetBreakpointsArguments,
    SetBreakpointsResponseBody,
    SetExceptionBreakpointsArguments,
    SetFunctionBreakpointsArguments,
    SourceBreakpoint,
)

NOT_YET = "it is set when the program starts"
NO_DEBUG = "the program runs without debugging"
BUSY = "the program is inside of a call that can't be interrupted; it is set when that returns"
PATIENCE = 1.0
"""Seconds that a running program has to look at a request."""


_numbers = itertools.count(1)


class Kept:
    """The breakpoints of one source, or on functions: what the client asked for last, and the numbers that it knows them by."""

    def __init__(
        self, key: str, arguments: SetBreakpointsArguments | SetFunctionBreakpointsArguments, known: dict[str, int], names: Iterable[str]
    ) -> None:
        self.key = key
        self.command = "setBreakpoints" if isinstance(arguments, SetBreakpointsArguments) else "setFunctionBreakpoints"
        self.arguments = arguments
        self.numbers = [(name, known.pop(name, 0) or next(_numbers)) for name in names]

    @property
    def ids(self) -> list[int]:
        return [number for _, number in self.numbers]

    def unverified(self, message: str) -> list[Breakpoint]:
        return [Breakpoint(id=number, verified=False, message=message, reason="pending") for number in self.ids]


class Breakpoints:
    """All that the client wants to stop at."""

    def __init__(self, client: Client) -> None:
        self.exceptions: SetExceptionBreakpointsArguments | None = None
        self._client = client
        self._kept: dict[str, Kept] = {}
        self._of_agent: dict[int, int] = {}
        self._told: set[tuple[str | None, int | None]] = set()

    def keep_source(self, arguments: SetBreakpointsArguments) -> Kept:
        """The breakpoints of a source, in place of those before."""
        source, wanted = arguments.source, arguments.breakpoints
        if source.path is None and not source.source_reference:
            raise RequestError("setBreakpoints: the argument `source` needs a `path` or a `sourceReference`")
        if wanted is None:
            wanted = [SourceBreakpoint(line=line) for line in arguments.lines or ()]
            arguments = msgspec.structs.replace(arguments, breakpoints=wanted, lines=None)
        return self._keep(f"{source.source_reference or source.path}", arguments, [f"{each.line}:{each.column}" for each in wanted])

    def keep_functions(self, arguments: SetFunctionBreakpointsArguments) -> Kept:
        """The breakpoints on functions, in place of those before."""
        return self._keep("", arguments, [each.name for each in arguments.breakpoints])

    async def place(self, debuggee: Debuggee, kept: Kept, *, running: bool) -> list[Breakpoint]:
        """Sets them. A program that doesn't look at it soon is waited for by events."""
        asked = debuggee.ask(kept.command, kept.arguments)
        if running:
            debuggee.poke(asked)
            asked.within(PATIENCE, Busy(kept.command))
            asked.on_late = lambda outcome: self._tell_all(kept, asked, outcome)
        try:
            body = await debuggee.answer(asked, SetBreakpointsResponseBody)
        except Busy:
            return kept.unverified(BUSY)
        return self._answered(kept, body.breakpoints)

    def replay(self, debuggee: Debuggee) -> None:
        """Sets all of them in a new program; the client is told what became of each."""
        self._of_agent.clear()
        for kept in self._kept.values():
            asked = debuggee.ask(kept.command, kept.arguments)
            asked.outcome.add_done_callback(partial(self._tell_later, kept, asked))
        if self.exceptions is not None:
            debuggee.ask("setExceptionBreakpoints", self.exceptions)

    def hear(self, event: BreakpointEventBody) -> None:
        """An agent's news of a breakpoint; of those that the client doesn't know there can be none."""
        own = self._of_agent.get(event.breakpoint.id or 0)
        if own is not None:
            self._tell(msgspec.structs.replace(event.breakpoint, id=own), event.reason)

    def client_ids(self, agent_ids: list[int]) -> list[int]:
        """The client's numbers for an agent's."""
        return [self._of_agent[number] for number in agent_ids if number in self._of_agent]

    def _tell_later(self, kept: Kept, asked: Asked, done: asyncio.Future[Outcome]) -> None:
        self._tell_all(kept, asked, done.result())

    def _tell_all(self, kept: Kept, asked: Asked, outcome: Outcome) -> None:
        """What became of breakpoints, unless there are others by now."""
        try:
            places = self._answered(kept, asked.body(outcome, SetBreakpointsResponseBody).breakpoints)
        except RequestError:
            return
        for place in places if self._kept.get(kept.key) is kept else ():
            self._tell(place, "changed")

    def _tell(self, place: Breakpoint, reason: str) -> None:
        self._client.event("breakpoint", BreakpointEventBody(reason=reason, breakpoint=place))

    def _answered(self, kept: Kept, answer: list[Breakpoint]) -> list[Breakpoint]:
        """An agent's answer, with the client's numbers."""
        if len(answer) != len(kept.ids):
            return kept.unverified("the sandbox's answer makes no sense; restart the program")
        for place, own in zip(answer, kept.ids, strict=True):
            if place.id is not None:
                self._of_agent[place.id] = own
            if place.reason == "failed":
                self._say_wrong(place)
        return [msgspec.structs.replace(place, id=own) for place, own in zip(answer, kept.ids, strict=True)]

    def _say_wrong(self, place: Breakpoint) -> None:
        """What is wrong with a breakpoint is said once in words, too: a program that is over soon leaves no time to point at its mark."""
        if (place.message, place.line) in self._told:
            return
        self._told.add((place.message, place.line))
        text = f"A breakpoint is not set: {place.message}\n"
        self._client.event("output", OutputEventBody(category="stderr", output=text, source=place.source, line=place.line))

    def _keep(self, key: str, arguments: SetBreakpointsArguments | SetFunctionBreakpointsArguments, names: list[str]) -> Kept:
        before = self._kept.pop(key, None)
        kept = Kept(key, arguments, dict(before.numbers) if before is not None else {}, names)
        if names:
            self._kept[key] = kept
        return kept
