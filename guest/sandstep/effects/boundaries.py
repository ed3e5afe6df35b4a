"""Operations that set up boundaries around a program, and those that ask what stands around it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandstep.effects import nodes
from sandstep.effects.chain import Continuation, Fiber, Frame
from sandstep.effects.installing import Installer
from sandstep.effects.machine import Machine
from sandstep.effects.sites import generator_place, live_generator


def with_handler(machine: Machine, node: nodes.WithHandler[Any]) -> Any:
    """Install a handler around a program."""
    handler = node._handler
    if isinstance(handler, Installer):
        return handler.install(node._body)
    return install(machine, handler, node._body)


def install(machine: Machine, handler: Any, body: Any) -> Any:
    """Put a handler's boundary on the chain and go on with the program inside."""
    try:
        spec = machine.face.spec_of(handler)
    except Exception as refusal:
        machine.throw(refusal.with_traceback(None))
        return None
    machine.push(Fiber(machine.fiber, handler, spec))
    return body


def with_observe(machine: Machine, node: nodes.WithObserve[Any]) -> Any:
    """Install an observer around a program."""
    observe(machine, node._observer)
    return node._body


def observe(machine: Machine, observer: Any) -> None:
    """Put an observer's boundary on the chain."""
    fiber = Fiber(machine.fiber)
    fiber.observer = observer
    machine.observing = True
    machine.push(fiber)


def with_boundaries(machine: Machine, node: nodes.WithBoundaries[Any]) -> Any:
    """Install several boundaries, the innermost of which comes first in the list."""
    for kind, boundary in reversed(node._boundaries):
        if kind == "handler":
            if install(machine, boundary, node) is None:
                return None
        elif kind == "observer":
            observe(machine, boundary)
        else:
            machine.throw(ValueError(f"unknown kind of boundary: {kind!r}"))
            return None
    return node._body


def with_task(machine: Machine, node: nodes.WithTask[Any]) -> Any:
    """Mark where a task begins."""
    fiber = Fiber(machine.fiber)
    fiber.task = node._task
    machine.push(fiber)
    return node._body


def fibers_of(k: Continuation) -> Iterator[Fiber]:
    """The fibers that a continuation holds, innermost first."""
    fiber = k.head
    while fiber is not None:
        yield fiber
        fiber = fiber.parent


def frames_of(frame: Frame | None) -> Iterator[Frame]:
    """A frame and those that wait for it in the same fiber, innermost first."""
    while frame is not None:
        yield frame
        frame = frame.caller


def _alive(machine: Machine, node: nodes.GetHandlers | nodes.GetBoundaries | nodes.GetTraceback) -> bool:
    if node._k.head is not None:
        return True
    machine.throw(RuntimeError(f"{type(node).__name__}: continuation has no detached fiber chain"))
    return False


def get_handlers(machine: Machine, node: nodes.GetHandlers) -> None:
    """The handlers inside a continuation."""
    if _alive(machine, node):
        machine.value = [fiber.handler for fiber in fibers_of(node._k) if fiber.spec is not None]


def get_boundaries(machine: Machine, node: nodes.GetBoundaries) -> None:
    """Handlers and observers inside a continuation."""
    if _alive(machine, node):
        machine.value = [boundary for fiber in fibers_of(node._k) if (boundary := _boundary(fiber)) is not None]


def _boundary(fiber: Fiber) -> list[Any] | None:
    if fiber.spec is not None:
        return ["handler", fiber.handler]
    return None if fiber.observer is None else ["observer", fiber.observer]


def get_outer_handlers(machine: Machine, _node: nodes.GetOuterHandlers) -> None:
    """The handlers around the yielding frame."""
    fiber: Fiber | None = machine.fiber
    found = []
    while fiber is not None:
        if fiber.spec is not None:
            found.append(fiber.handler)
        fiber = fiber.parent
    machine.value = found


def get_traceback(machine: Machine, node: nodes.GetTraceback) -> None:
    """The frames inside a continuation."""
    if _alive(machine, node):
        frames = (frame for fiber in fibers_of(node._k) for frame in frames_of(fiber.frame))
        machine.value = [entry for frame in frames if (entry := frame_entry(frame)) is not None]


def frame_entry(frame: Frame) -> list[Any] | None:
    """[qualified name, file name, line] of a frame; None for what is not a generator of Python's."""
    place = generator_place(frame.gen)
    if place is None:
        return None
    name = getattr(live_generator(frame.gen), "__qualname__", place.code.co_qualname)
    return [name, place.code.co_filename, place.line]


def get_execution_context(machine: Machine, _node: nodes.GetExecutionContext) -> None:
    """Where the program is, or where the exception that it handles was raised."""
    machine.value = machine.face.execution_context(machine)


def attach_trace(machine: Machine, node: nodes.AttachTrace) -> None:
    """Complete the trace of a caught error."""
    machine.face.attach_trace(machine, node._error)
    machine.value = None
