"""A flow of control, whatever runtime it belongs to, and what each runtime has to say of its tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import CodeType
from typing import Literal, NamedTuple, Protocol
from weakref import ref

from ..entries import Entry, Site, site_of
from ..messages import MAIN_THREAD
from ..own import keep_builtins

keep_builtins(globals())

type State = Literal["running", "ready", "waiting", "failed", "cancelled", "done"]
type Owner = Literal["main", "asyncio", "effects"]

_MOST_ENDED = 2000
_MOST_NAMED = 8
_LONGEST_NAME = 80


class Flow:
    """The main program or a task. Its number is DAP's thread id and never used again; the task itself is not kept alive."""

    __slots__ = ("_site", "began", "breaks", "held", "number", "ordinal", "owner", "parent", "root", "stem", "told", "waits")

    def __init__(self, number: int, owner: Owner, stem: str, ordinal: int, parent: int, site: Site | tuple[CodeType, int] | None) -> None:
        self.number, self.owner, self.stem, self.ordinal = number, owner, stem, ordinal
        self.parent = parent
        """The number of the flow that spawned it."""
        self._site = site
        self.began: float | None = None
        """A reading of the monotonic clock at its start, where that was taken: the host's clock is dear."""
        self.root: tuple[int, CodeType] | None = None
        """Identity and code of its first frame, by which it is known in a traceback."""
        self.told = False
        """Whether the client was told of its start."""
        self.held = False
        """Whether it is held back."""
        self.breaks = False
        """Whether the program stops when it runs next."""
        self.waits: tuple[ref[object], float] | None = None
        """What ended the wait in which it was last seen, and when it was first seen in it, by `time.perf_counter`."""

    @property
    def name(self) -> str:
        """What tells it apart, short: its function's or its own name, and its number in its runtime."""
        return self.stem if self.owner == "main" else f"{self.stem} #{self.ordinal}"

    @property
    def site(self) -> Site | None:
        """Where it was spawned."""
        if type(self._site) is tuple:
            self._site = site_of(*self._site)
        return self._site  # type: ignore[return-value]


def one_line(name: str) -> str:
    """A name that the program gave, as it can be shown in a list."""
    if len(name) > _LONGEST_NAME:
        name = name[: _LONGEST_NAME - 1] + "…"
    return name if name.isprintable() else "".join(each if each.isprintable() else " " for each in name)


class Flows:
    """All flows that were ever looked at or noted, by number; of those that have ended, the last."""

    def __init__(self) -> None:
        self.main = Flow(MAIN_THREAD, "main", "main program", 0, 0, None)
        self._living: dict[int, Flow] = {MAIN_THREAD: self.main}
        self._ended: dict[int, Flow] = {}
        self._last = MAIN_THREAD

    def new(self, owner: Owner, stem: str, ordinal: int, parent: int, site: Site | tuple[CodeType, int] | None) -> Flow:
        self._last += 1
        flow = self._living[self._last] = Flow(self._last, owner, stem, ordinal, parent, site)
        return flow

    def get(self, number: int) -> Flow | None:
        return self._living.get(number) or self._ended.get(number)

    def roots(self) -> dict[int, Flow]:
        """The flows that live or lived not long ago, by the identity of their first frame; of two the younger."""
        flows = sorted((*self._ended.values(), *self._living.values()), key=lambda flow: flow.number)
        return {flow.root[0]: flow for flow in flows if flow.root is not None}

    def end(self, flow: Flow) -> None:
        """It has ended, and its task is gone: who spawned it is remembered for a while, for the tracebacks of its children."""
        if self._living.pop(flow.number, None) is not None:
            self._ended[flow.number] = flow
            if len(self._ended) > _MOST_ENDED:
                del self._ended[next(iter(self._ended))]


class Waiting(NamedTuple):
    """What a flow does or waits for.

    `on` are the tasks it waits for, `seconds` for how long it has done so, where that is known. `upon` is what ends the wait: no other
    wait has the same.
    """

    state: State
    words: str = ""
    on: tuple[Flow, ...] = ()
    seconds: float | None = None
    upon: object = None

    @property
    def text(self) -> str:
        """In words, as a thread's name ends."""
        return f"{self.doing}{self.time}"

    @property
    def doing(self) -> str:
        """In words, without for how long."""
        if self.state == "waiting":
            return f"waits for {self.what}"
        return f"{self.state}: {self.words}" if self.words else self.state

    @property
    def time(self) -> str:
        """For how long, as it stands behind the rest."""
        return "" if self.seconds is None else f" {self.seconds:.1f} s"

    @property
    def what(self) -> str:
        """What it waits for."""
        if len(self.on) == 1:
            return self.on[0].name
        if self.on:
            numbers = ", ".join(str(flow.ordinal) for flow in self.on[:_MOST_NAMED]) + (", …" if len(self.on) > _MOST_NAMED else "")
            return f"tasks {numbers}"
        return self.words


def titled(flow: Flow, waiting: Waiting, doing: str) -> str:
    """What tells a flow apart, then what it does or waits for. The main program runs as a rule, which is not said."""
    return flow.name if flow.owner == "main" and waiting.state == "running" else f"{flow.name} · {doing}"


class Call(Protocol):
    """A call of one of the host's callbacks that has not been answered: `began` is a moment of `time.perf_counter`."""

    @property
    def name(self) -> str: ...
    @property
    def began(self) -> float: ...
    @property
    def future(self) -> object: ...


type Pending = Callable[[], Sequence[Call]]
"""Answers the calls that are under way."""


class Runtime(Protocol):
    """One runtime that has tasks. All of it is asked while the program stands still, but for what it notes by itself."""

    def flows(self) -> Iterator[Flow]:
        """Every task that lives, and those that failed and whose outcome nobody has taken; the oldest first."""

    def state(self, flow: Flow) -> State:
        """What a task does, cheaply: `waiting` says more."""

    def waiting(self, flow: Flow) -> Waiting:
        """What a task of this runtime waits for."""

    def suspended(self, flow: Flow) -> list[Entry]:
        """What a task that does not run now consists of, innermost first, without its edge."""

    def parent(self, flow: Flow) -> Flow | None:
        """The flow that spawned a task, or None if that is no longer known."""

    def waiters(self, flow: Flow) -> list[Flow]:
        """The flows that wait for a task's outcome."""

    def has_ended(self, flow: Flow) -> bool:
        """Whether a task has its outcome, or is gone. Asked while the program runs too."""

    def task(self, flow: Flow) -> object:
        """The task itself. Raises RequestError if it is gone."""

    def cancel(self, flow: Flow) -> None:
        """Cancels a task. Raises RequestError where that cannot be."""

    def hold(self, flow: Flow, held: bool) -> None:
        """Holds a task back, or no longer. Raises RequestError where that cannot be."""

    def prefer(self, flow: Flow | None) -> None:
        """Holds all others back while this one can run; None: no longer. Raises RequestError where that cannot be."""
