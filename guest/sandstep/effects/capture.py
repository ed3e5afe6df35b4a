"""Writes down the live chain at the moment of an error, as plain rows that outlive it.

The rows are dictionaries of strings and numbers, outermost first; `traceback` gives them types and a shape to read.
Nothing is left out here, and nothing is decided by the name of a handler or an effect.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType
from typing import Any

from sandstep.effects.boundaries import frames_of
from sandstep.effects.chain import AnyGenerator, Continuation, Fiber, Frame, Status, TaskInfo
from sandstep.effects.machine import Machine
from sandstep.effects.own_frames import is_own
from sandstep.effects.shown import shown
from sandstep.effects.sites import (
    EffectCreationContext,
    Place,
    generator_code,
    generator_frame,
    generator_place,
    inner_generators,
    line_of,
    line_text,
    place_text,
)

Row = dict[str, Any]
_class_name = type.__dict__["__name__"].__get__


def handler_name(handler: object) -> str:
    """How a handler is called in a trace. An object of the program's is not asked."""
    handler = _function(handler)
    if type(handler) is FunctionType or type(handler) is BuiltinFunctionType:
        return handler.__name__
    try:
        name = object.__getattribute__(handler, "__dict__").get("__name__")
    except AttributeError:
        name = None
    return name if type(name) is str else _class_name(type(handler))


def handler_code(fiber: Fiber) -> CodeType | None:
    """The code of a handler; None if it is not Python code."""
    spec = fiber.spec
    for candidate in (spec and spec.generator_function, fiber.handler, spec and spec.answer):
        function = _function(candidate)
        if type(function) is FunctionType:
            return function.__code__
    return None


def _function(handler: object) -> object:
    """What a method or a partial application calls in the end; anything else is itself."""
    while True:
        if type(handler) is MethodType:
            handler = handler.__func__
        elif type(handler) is partial:
            handler = handler.func
        else:
            return handler


def place_row(kind: str, place: Place, **more: Any) -> Row:
    """A row of a place in the code."""
    return {
        "kind": kind,
        "function": place.function,
        "filename": place.code.co_filename,
        "line": place.line,
        "text": place_text(place),
        **more,
    }


def task_row(task: TaskInfo) -> Row:
    """The row between a task and the one that spawned it."""
    site = None
    if task.spawn_site is not None:
        site = dict(zip(("function", "filename", "line"), task.spawn_site, strict=True))
    return {"kind": "task", "task_id": task.task_id, "parent_task": task.parent_task, "name": task.name, "spawn_site": site}


def outward(fiber: Fiber | None) -> Iterator[Fiber]:
    """A fiber and those around it."""
    while fiber is not None:
        yield fiber
        fiber = fiber.parent


def is_spawned(fiber: Fiber) -> bool:
    """Whether a fiber is the edge between a task and its spawner; the first task of a program has no such edge."""
    return fiber.task is not None and fiber.task.parent_task is not None


def handler_kind_of(generator: AnyGenerator, frame: Frame) -> str | None:
    """Whose frame it is: a handler's, the runtime's own, or (None) the program's."""
    if frame.k is not None:
        return "python"
    python_frame = generator_frame(generator)
    return "builtin" if python_frame is not None and is_own(python_frame) else None


class Chain:
    """The live chain of a machine, from the fiber that runs outward to the task's edge (or the root)."""

    def __init__(self, fiber: Fiber, frame: Frame | None) -> None:
        self.levels: list[tuple[Fiber, list[Frame]]] = []
        for level in outward(fiber):
            innermost = frame if level is fiber else level.frame
            self.levels.append((level, list(frames_of(innermost))))
            if is_spawned(level):
                break


def handler_stack(start: Fiber, statuses: dict[int, tuple[Status, int]], beyond: Fiber | None = None) -> list[Row]:
    """Every handler from a fiber outward with what it did; `beyond` is where the chain goes on if it is cut off there."""
    rows: list[Row] = []
    fibers = list(outward(start))
    if beyond is not None:
        fibers += list(outward(beyond))
    for fiber in fibers:
        if fiber.spec is not None:
            rows.append(handler_row(fiber, *statuses.get(fiber.serial, ("pending", 0))))
    return rows


def handler_row(fiber: Fiber, status: Status, line: int) -> Row:
    """One handler of a stack: its name, what it did, and its place."""
    code = handler_code(fiber)
    place: Row = {"filename": None, "line": None} if code is None else {"filename": code.co_filename, "line": line or code.co_firstlineno}
    return {"name": handler_name(fiber.handler), "kind": "builtin" if code is None else "python", "status": status, **place}


def statuses_of(k: Continuation) -> dict[int, tuple[Status, int]]:
    """What each handler that was asked did, by the serial number of its fiber."""
    found: dict[int, tuple[Status, int]] = {
        serial: (status, 0 if code is None else line_of(code, at)) for serial, status, code, at in k.marks
    }
    line = 0
    code, offset = getattr(k, "place", (None, 0))
    if k.outcome not in ("active", "threw") and code is not None:
        line = line_of(code, offset)
    found[k.taker] = (k.outcome, line)
    return found


def result_of(k: Continuation, handler: str, error: BaseException | None = None, target: str = "") -> Row:
    """What came of a dispatch."""
    if k.outcome in ("resumed", "delegated"):
        return {"kind": "resumed", "value_repr": shown(k.value)}
    if k.outcome == "threw" and error is not None:
        return {"kind": "threw", "handler_name": handler, "exception_repr": shown(error)}
    if k.outcome == "transferred":
        return {"kind": "transferred", "handler_name": handler, "target_repr": target}
    return {"kind": "active"}


def _created_at(effect: Any) -> EffectCreationContext | None:
    """Where an effect says that it was made; what its class raises must not hide the error that is written down."""
    try:
        context = effect.created_at
        return None if context is None else EffectCreationContext(str(context.filename), int(context.line), str(context.function))
    except Exception:
        return None


def effect_row(place: Place | None, effect: Any, handlers: list[Row], result: Row) -> Row:
    """The row of a dispatch. The place is the performing frame's; where that is gone, the place where the effect was made."""
    context = _created_at(effect)
    created = None if context is None else {"function": context.function, "filename": context.filename, "line": context.line}
    where: Row = {"function": "?", "filename": "?", "line": 0} if created is None else created
    if place is not None and (place.offset >= 0 or created is None or created["function"] != place.function):
        where = {"function": place.function, "filename": place.code.co_filename, "line": place.line}
    return {
        "kind": "effect",
        **where,
        "effect_repr": shown(effect),
        "effect_type": type(effect).__name__,
        "creation_site": created,
        "handlers": handlers,
        "result": result,
    }


class Writer:
    """Writes the rows of a chain. `error` is what was raised, None for a program that merely stands still."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error
        self.rows: list[Row] = []

    def chain(self, levels: list[tuple[Fiber, list[Frame]]], beyond: Fiber | None = None, crashed: Frame | None = None) -> None:
        """The frames of some fibers, given innermost first. `crashed` is the frame that raised."""
        for fiber, frames in reversed(levels):
            if fiber.task is not None and is_spawned(fiber):
                self.rows.append(task_row(fiber.task))
            if fiber.prelude is not None:
                self.rows.extend(fiber.prelude)
            for frame in reversed(frames):
                self.frame(fiber, frame, beyond, frame is crashed)

    def frame(self, fiber: Fiber, frame: Frame, beyond: Fiber | None, crashed: bool) -> None:
        """One frame; a handler at work is preceded by the chain that it holds."""
        k = frame.k
        if k is not None and k.head is not None:
            self.held(k, fiber, crashed)
        elif k is not None and crashed and self.error is not None:
            self.spent(fiber, frame, k)
        if crashed:
            self.crash(fiber, frame, beyond)
        else:
            self.waiting(frame)

    def waiting(self, frame: Frame) -> None:
        """A generator at its active `yield`, and those that it runs by `yield from`."""
        for generator in inner_generators(frame.gen):
            place = generator_place(generator)
            if place is not None:
                self.rows.append(place_row("program", place, handler_kind=handler_kind_of(generator, frame)))

    def held(self, k: Continuation, beyond: Fiber, crashed: bool) -> None:
        """The chain that an unused continuation holds, ending with its effect."""
        assert k.head is not None
        levels = [(fiber, list(frames_of(fiber.frame))) for fiber in outward(k.head)]
        performer = levels[0][1].pop(0) if levels[0][1] else None
        self.chain(levels, beyond)
        statuses = statuses_of(k)
        error = self.error if crashed else None
        statuses[k.taker] = ("active" if error is None else "threw", 0 if error is None else self.raise_line())
        taker = next(fiber for fiber in outward(k.head) if fiber.serial == k.taker)
        name = handler_name(taker.handler)
        result: Row = {"kind": "active"}
        if error is not None:
            result = {"kind": "threw", "handler_name": name, "exception_repr": shown(error)}
        place = None if performer is None else generator_place(performer.gen)
        self.rows.append(effect_row(place, k.effect, handler_stack(k.head, statuses, beyond), result))

    def spent(self, fiber: Fiber, frame: Frame, k: Continuation) -> None:
        """The effect of a handler that raised after it had resumed."""
        code = generator_code(frame.gen)
        line = self.raise_line()
        place = None if line else generator_place(frame.gen)
        name = "handler" if code is None else code.co_name
        entry: Row = {"name": name, "kind": "python", "status": "threw", "filename": None, "line": None}
        if code is not None:
            entry |= {"filename": code.co_filename, "line": line if place is None else place.line}
        result = {"kind": "threw", "handler_name": name, "exception_repr": shown(self.error)}
        statuses = statuses_of(k)
        self.rows.append(effect_row(None, k.effect, [entry, *handler_stack(fiber, statuses)], result))

    def raise_line(self) -> int:
        """The line of the outermost frame that the error went through."""
        trace = None if self.error is None else self.error.__traceback__
        return 0 if trace is None else trace.tb_lineno

    def crash(self, fiber: Fiber, frame: Frame, beyond: Fiber | None) -> None:
        """The frame that raised: what it was last answered, then every Python frame down to the `raise`."""
        handler_kind = None if frame.k is None else "python"
        if frame.k is None:
            self.last(fiber, frame, beyond)
        trace = None if self.error is None else self.error.__traceback__
        if trace is None:
            self.waiting(frame)
            return
        while trace is not None:
            place = Place(trace.tb_frame.f_code, trace.tb_lasti, trace.tb_lineno)
            kind = "crash" if trace.tb_next is None else "program"
            row = place_row(kind, place, handler_kind=handler_kind or ("builtin" if is_own(trace.tb_frame) else None))
            self.rows.append(row | {"text": line_text(place.code.co_filename, place.line)})
            trace = trace.tb_next

    def last(self, fiber: Fiber, frame: Frame, beyond: Fiber | None) -> None:
        """The last answer that a frame got: from a handler, or from a program that has ended since."""
        last = frame.last
        if last is None:
            return
        if isinstance(last, tuple) and isinstance(last[0], Frame):
            child, offset = last
            place = generator_place(frame.gen)
            if child.last is not None and child.k is None and place is not None:
                self.rows.append(place_row("program", Place(place.code, offset, line_of(place.code, offset)), handler_kind=None))
                self.last(fiber, child, beyond)
            return
        place = generator_place(frame.gen)
        if isinstance(last, tuple):
            effect, serial, value = last
            stack = handler_stack(fiber, {serial: ("resumed", 0)}, beyond)
            self.rows.append(effect_row(place, effect, stack, {"kind": "resumed", "value_repr": shown(value)}))
        else:
            self.rows.append(effect_row(place, last.effect, handler_stack(fiber, statuses_of(last), beyond), result_of(last, "")))


def unraised(
    machine: Machine, error: BaseException, k: Continuation | None, effect: Any, statuses: dict[int, tuple[Status, int]], result: Row
) -> list[Row]:
    """The rows of an error that arrives at an effect instead of an answer, where it was performed."""
    writer = Writer(error)
    chain = Chain(machine.fiber, machine.frame)
    performer = chain.levels[0][1].pop(0) if chain.levels[0][1] else None
    writer.chain(chain.levels)
    place = None if performer is None else generator_place(performer.gen)
    writer.rows.append(effect_row(place, effect, handler_stack(machine.fiber, statuses), result))
    return writer.rows
