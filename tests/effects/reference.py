"""A small interpreter of the semantics of effects and handlers, against which the machine is tested.

A computation is what a program does next: it returns, it raises, or it performs an effect and has a rest. There are no
generators, frames or fibers here, and nothing is fast.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Behaviour = str
BEHAVIOURS = (
    "resume",
    "resume_then_add",
    "abort",
    "raise",
    "pass",
    "delegate",
    "perform_other",
    "catch",
    "throw",
    "raise_late",
    "transfer",
)


class Failure(Exception):
    """What programs raise."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class Step:
    """One step of a program: its value is added to the program's. `kind` says which of the fields matter."""

    kind: str
    number: int = 0
    behaviour: Behaviour = ""
    body: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Return:
    value: int


@dataclass(frozen=True)
class Raise:
    name: str


@dataclass(frozen=True)
class Operation:
    effect: int
    rest: Callable[[Return | Raise], Computation]


Computation = Return | Raise | Operation


def bind(computation: Computation, then: Callable[[Return | Raise], Computation]) -> Computation:
    """Do something with the end of a computation."""
    if isinstance(computation, Operation):
        rest = computation.rest
        return Operation(computation.effect, lambda answer: bind(rest(answer), then))
    return then(computation)


def program(steps: tuple[Step, ...], total: int = 0) -> Computation:
    """The computation of a list of steps: the sum of their values."""
    if not steps:
        return Return(total)

    def after(end: Return | Raise) -> Computation:
        return end if isinstance(end, Raise) else program(steps[1:], total * 3 + end.value)

    return bind(step(steps[0]), after)


def step(one: Step) -> Computation:
    """The computation of a step."""
    match one.kind:
        case "constant":
            return Return(one.number)
        case "raise":
            return Raise(f"step {one.number}")
        case "perform":
            return Operation(one.number, lambda answer: answer)
        case "call":
            return program(one.body)
        case "try":
            return bind(program(one.body), lambda end: Return(len(end.name)) if isinstance(end, Raise) else end)
    return handled(one, program(one.body))


def handled(one: Step, body: Computation) -> Computation:
    """A computation under a handler of one effect."""
    if not isinstance(body, Operation):
        return body
    rest = body.rest

    def go_on(answer: Return | Raise) -> Computation:
        return handled(one, rest(answer))

    if body.effect != one.number:
        return Operation(body.effect, go_on)
    used = [False]

    def resume(answer: Return | Raise) -> Computation:
        used[0] = True
        return go_on(answer)

    def ended(end: Return | Raise) -> Computation:
        return go_on(end) if isinstance(end, Raise) and not used[0] else end

    if one.behaviour == "pass":
        return Operation(body.effect, go_on)
    return bind(behave(one.behaviour, body.effect, resume), ended)


def behave(behaviour: Behaviour, effect: int, resume: Callable[[Return | Raise], Computation]) -> Computation:
    """What a handler does."""

    def plus(amount: int, end: Return | Raise) -> Return | Raise:
        return end if isinstance(end, Raise) else Return(end.value + amount)

    def answer(end: Return | Raise) -> Computation:
        return end if isinstance(end, Raise) else resume(plus(1, end))

    match behaviour:
        case "resume" | "transfer":
            return resume(Return(10 + effect))
        case "resume_then_add":
            return bind(resume(Return(20)), lambda end: plus(5, end))
        case "abort":
            return Return(100)
        case "raise":
            return Raise("handler")
        case "throw":
            return resume(Raise("thrown"))
        case "delegate":
            return bind(Operation(effect, lambda end: end), answer)
        case "perform_other":
            return bind(Operation(effect + 1, lambda end: end), answer)
        case "catch":
            return bind(resume(Return(7)), lambda end: Return(len(end.name)) if isinstance(end, Raise) else end)
    return bind(resume(Return(3)), lambda end: end if isinstance(end, Raise) else Raise("late"))


def run(steps: tuple[Step, ...]) -> Return | Raise:
    """What a program comes to when nothing handles the effects that leave it."""
    computation = program(steps)
    while isinstance(computation, Operation):
        computation = computation.rest(Raise("unhandled"))
    return computation
