"""The live chain: what a running program is made of between two steps of the machine.

A program is a chain of *fibers*, one per boundary (a handler, an observer, a task) that stands around the code that runs.
Each fiber holds a chain of *frames*, one per generator that waits for another. A *continuation* is a stretch of fibers
cut off at the boundary of the handler that took an effect.

The order of the slots matters: CPython frees them alphabetically, and an abandoned continuation has to close its
generators from the innermost fiber outward and, inside a fiber, from the outermost frame inward.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from itertools import count
from types import CodeType
from typing import TYPE_CHECKING, Any, Literal
from weakref import ReferenceType

if TYPE_CHECKING:
    from sandstep.effects.live import HasTasks

AnyGenerator = Generator[Any, Any, Any]
Status = Literal["pending", "active", "resumed", "passed", "delegated", "threw", "transferred", "returned"]

# The serial number of a handler's fiber, what it did, and the instruction at which it did so.
Mark = tuple[int, Status, CodeType | None, int]

NO_TAILS: frozenset[int] = frozenset()
NO_VERDICTS: Mapping[type, bool] = {}
KEPT_VERDICTS = 512
_serials = count(1)
next_epoch = count(1).__next__


@dataclass(frozen=True, slots=True)
class HandlerSpec:
    """What the machine has to know of a handler to dispatch to it.

    `effect_types` limits the effects it is asked about (None: all of them), `passed` is a pair of type tuples: effects of
    the first kind that are not of the second are not offered either. `generator_function` is called with the effect and the
    continuation and runs as a frame; without it the handler itself is called and answers a program.
    `answer` replaces all of that: it is called with the effect and its result is the answer.
    """

    effect_types: tuple[type, ...] | None = None
    generator_function: Callable[..., Any] | None = None
    tails: frozenset[int] = NO_TAILS
    passed: tuple[tuple[type, ...], tuple[type, ...]] | None = None
    answer: Callable[[Any], Any] | None = None
    verdicts: dict[type, bool] = field(default_factory=dict, compare=False, repr=False)

    def admits(self, effect: object) -> bool:
        """Whether the handler is asked about this effect."""
        if self.effect_types is not None and not isinstance(effect, self.effect_types):
            return False
        return self.passed is None or not (isinstance(effect, self.passed[0]) and not isinstance(effect, self.passed[1]))

    def verdict(self, effect: object) -> bool:
        """`admits`, remembered by the effect's type where the answer depends on nothing else."""
        answer = self.admits(effect)
        tests = (self.effect_types or ()) + (() if self.passed is None else self.passed[0] + self.passed[1])
        plain = all(type(test).__instancecheck__ is type.__instancecheck__ for test in tests)
        if plain and len(self.verdicts) < KEPT_VERDICTS:
            self.verdicts[type(effect)] = answer
        return answer


@dataclass(slots=True, eq=False, weakref_slot=True)
class TaskInfo:
    """A task as the machine and its readers see it; whoever schedules tasks keeps it up to date.

    `spawn_site` is (function, file name, line) of the effect that spawned it, `wait` tells what it waits for, in words and
    as task numbers. `continuation` is its suspended chain, None while it runs. `created` is a reading of `time.monotonic`.
    `scheduler` is the one that it belongs to.
    """

    task_id: int
    name: str
    parent_task: int | None = None
    spawn_site: tuple[str, str, int] | None = None
    status: Literal["new", "ready", "running", "waiting", "done", "failed", "cancelled"] = "new"
    wait: Callable[[], tuple[str, tuple[int, ...]]] | None = None
    continuation: Continuation | None = None
    trace: list[dict[str, Any]] | None = None
    error: BaseException | None = None
    created: float = 0.0
    scheduler: HasTasks | None = None

    @property
    def waits_for(self) -> str:
        """What the task waits for in words; empty if it does not wait."""
        return "" if self.wait is None else self.wait()[0]

    @property
    def waiting_on(self) -> tuple[int, ...]:
        """The numbers of the tasks that the task waits for."""
        return () if self.wait is None else self.wait()[1]


class Frame:
    """One generator in the chain: a program that runs or waits, or a handler at work (then `k` is what it handles).

    `tails` are the instructions (byte offsets) at which yielding `Resume` is a tail call. `last` is the most recent thing
    that the frame yielded and got an answer for: a `Continuation` that was resumed, an (effect, serial, value) triple, or a
    (frame, offset) pair.
    """

    __slots__ = ("caller", "gen", "k", "last", "tails")

    def __init__(self, gen: AnyGenerator, caller: Frame | None, tails: frozenset[int], k: Continuation | None) -> None:
        self.caller = caller
        self.gen = gen
        self.k = k
        self.last: Any = None
        self.tails = tails


class Fiber:
    """The code under one boundary. Its `frame` is the innermost one, kept here only while another fiber runs.

    `home` is the serial number of the fiber that this one was last cut off from. `prelude` is the trace of what transferred
    control into it, where that is gone.
    """

    __slots__ = (
        "__weakref__",
        "answer",
        "frame",
        "handler",
        "home",
        "observer",
        "parent",
        "prelude",
        "routes",
        "serial",
        "spec",
        "task",
        "verdicts",
    )

    def __init__(self, parent: Fiber | None, handler: Any = None, spec: HandlerSpec | None = None) -> None:
        self.parent = parent
        self.frame: Frame | None = None
        self.handler = handler
        self.spec = spec
        self.observer: Any = None
        self.task: TaskInfo | None = None
        self.serial = next(_serials)
        self.home = 0
        self.prelude: list[dict[str, Any]] | None = None
        self.routes: Routes | None = None
        if spec is None:
            self.verdicts: Mapping[type, bool] = NO_VERDICTS
            self.answer: Callable[[Any], Any] | None = None
        else:
            self.verdicts = spec.verdicts
            self.answer = spec.answer


class Routes:
    """Where effects of a type went last time from a fiber, valid while no stretch of the chain has moved.

    `epoch` is the machine's when they were noted. No two machines share an epoch, since continuations can outlive a run.
    """

    __slots__ = ("epoch", "targets")

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self.targets: dict[type, ReferenceType[Fiber]] = {}


class Continuation:
    """What remains to be done after an effect, up to and including the handler that took it. It can be used once.

    When the last reference to an unused one goes, its generators are closed. Once used it only remembers what became of
    the effect: `outcome`, `value`, the `marks` that other handlers got, and the `place` (function, file, line) of the use.
    """

    __slots__ = ("__weakref__", "effect", "head", "last", "marks", "outcome", "place", "taker", "value")

    head: Fiber | None
    last: Fiber | None
    effect: Any
    taker: int
    marks: tuple[Mark, ...]
    outcome: Status
    value: Any
    place: tuple[CodeType | None, int]

    def __init__(self) -> None:
        raise TypeError("a continuation is made by performing an effect")

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)

    @property
    def used(self) -> bool:
        """Whether the continuation was resumed, transferred or passed on already."""
        return self.head is None

    def __repr__(self) -> str:
        return "Continuation(used)" if self.head is None else f"Continuation({type(self.effect).__name__})"
