"""Chains: of what runs, of what is suspended, and the handlers in force in them."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from types import CodeType, FrameType
from typing import Any

from sandstep.effects.boundaries import frames_of
from sandstep.effects.capture import handler_code, handler_name, is_spawned, outward, statuses_of
from sandstep.effects.chain import Continuation, Fiber, Frame, Status, TaskInfo
from sandstep.effects.dispatch import offer, perform
from sandstep.effects.effect import creation_site
from sandstep.effects.inspect.links import EffectLink, FrameLink, HandlerLink, Link, Role, TaskLink
from sandstep.effects.library.scheduler import Scheduler, hosting
from sandstep.effects.live import HasTasks
from sandstep.effects.machine import Machine
from sandstep.effects.own_frames import is_own
from sandstep.effects.sites import generator_frame, inner_generators, live_generator

_Statuses = dict[int, tuple[Status, int]]


def running_chain(run: Machine) -> list[Link]:
    """The chain of what a machine runs now or, if it waits for something outside, of what stands around its scheduler."""
    return list(running_links(run))


def running_links(run: Machine) -> Iterator[Link]:
    """The same one by one, for who needs the innermost alone."""
    return _levels(run.fiber, run.frame)


def chain(task: TaskInfo) -> list[Link]:
    """The chain that a suspended task consists of; empty for one that runs or has not begun."""
    continuation = task.continuation
    return [] if continuation is None or continuation.head is None else list(_held(continuation, None))


def suspended() -> list[Continuation]:
    """Every continuation in memory that can still be used: also those of schedulers that do not say which tasks they have.

    It looks through all objects of the process, which takes milliseconds for each hundred thousand.
    """
    return [each for each in gc.get_objects() if isinstance(each, Continuation) and getattr(each, "head", None) is not None]


def suspended_chain(k: Continuation) -> list[Link]:
    """The chain that a continuation holds, beginning with its effect."""
    return list(_held(k, None))


def offered(frame: FrameType) -> list[Link] | None:
    """The dispatch in progress, if this frame of the runtime is calling a handler that is a plain function; else None."""
    if frame.f_code is perform.__code__:
        return _answering(frame.f_locals)
    k = frame.f_locals.get("k") if frame.f_code is offer.__code__ else None
    return list(_held(k, None)) if isinstance(k, Continuation) and k.head is not None else None


def _answering(performing: Mapping[str, Any]) -> list[Link] | None:
    """The dispatch to a handler that answers without a continuation, by the local variables of `perform`."""
    machine, target = performing.get("machine"), performing.get("target")
    if performing.get("answer") is None or not isinstance(machine, Machine) or not isinstance(target, Fiber):
        return None
    links = [_handler(fiber, "active" if fiber is target else "pending", 0) for fiber in outward(machine.fiber) if fiber.spec is not None]
    return [EffectLink(performing["effect"], creation_site(performing["effect"]), tuple(links))]


def in_force(within: Machine | Continuation, wanted: FrameType) -> list[HandlerLink] | None:
    """The handlers in force for a generator's frame, innermost first, with what each did if the frame waits for an answer.

    It is looked for in what a machine runs, or in what a continuation holds; None if it is not there.
    """
    if isinstance(within, Machine):
        return _in_force(within.fiber, within.frame, {}, None, wanted)
    if within.head is None:
        return None
    return _in_force(within.head, within.head.frame, statuses_of(within), None, wanted)


def in_force_now(run: Machine) -> list[tuple[int, str, CodeType | None]]:
    """The handlers that are in force for the generator that a machine runs now, innermost first: serial number, name, code."""
    return [(fiber.serial, handler_name(fiber.handler), handler_code(fiber)) for fiber in outward(run.fiber) if fiber.spec is not None]


def _levels(fiber: Fiber, frame: Frame | None) -> Iterator[Link]:
    for level in outward(fiber):
        for each in frames_of(frame if level is fiber else level.frame):
            yield from _frame(each, level)
        if is_spawned(level) and level.task is not None:
            yield TaskLink(level.task)


def _frame(frame: Frame, level: Fiber) -> Iterator[Link]:
    yield from _generators(frame)
    if frame.k is not None and frame.k.head is not None and not _is_kept(frame.k):
        yield from _held(frame.k, level)


def _is_kept(k: Continuation) -> bool:
    """Whether a continuation is a task that its scheduler keeps, and whose effect it does not handle any more."""
    task = next((fiber.task for fiber in outward(k.head) if fiber.task is not None), None)
    return task is not None and task.status != "running"


def _generators(frame: Frame) -> Iterator[Link]:
    for generator in reversed(inner_generators(frame.gen)):
        python_frame = generator_frame(generator)
        if python_frame is None:
            continue
        inner = live_generator(generator)
        role: Role = "runtime" if is_own(python_frame) else "program"
        if frame.k is not None and role == "program":
            yield FrameLink("handler", inner.__name__, inner, python_frame, frame.k.effect)
        else:
            yield FrameLink(role, inner.__name__, inner, python_frame, scheduler=_hosted(python_frame))


def _hosted(frame: FrameType) -> HasTasks | None:
    core = frame.f_locals.get("core") if frame.f_code is hosting else None
    return core if isinstance(core, Scheduler) else None


def _in_force(
    innermost: Fiber, frame: Frame | None, statuses: _Statuses, beyond: Fiber | None, wanted: FrameType
) -> list[HandlerLink] | None:
    for level in outward(innermost):
        for each in frames_of(frame if level is innermost else level.frame):
            if any(generator_frame(generator) is wanted for generator in inner_generators(each.gen)):
                return list(_links((level, beyond), statuses))
            k = each.k
            if k is not None and k.head is not None and not _is_kept(k):
                found = _in_force(k.head, k.head.frame, statuses_of(k), level, wanted)
                if found is not None:
                    return found
    return None


def _held(k: Continuation, beyond: Fiber | None) -> Iterator[Link]:
    assert k.head is not None
    yield EffectLink(k.effect, creation_site(k.effect), tuple(_handlers(k, beyond)))
    yield from _levels(k.head, k.head.frame)


def _handlers(k: Continuation, beyond: Fiber | None) -> Iterator[HandlerLink]:
    return _links((k.head, beyond), statuses_of(k))


def _links(starts: tuple[Fiber | None, ...], statuses: _Statuses) -> Iterator[HandlerLink]:
    for start in starts:
        for fiber in outward(start):
            if fiber.spec is not None:
                yield _handler(fiber, *statuses.get(fiber.serial, ("pending", 0)))


def _handler(fiber: Fiber, status: Status, line: int) -> HandlerLink:
    code = handler_code(fiber)
    place = (None, None) if code is None else (code.co_filename, line or code.co_firstlineno)
    return HandlerLink(fiber.handler, handler_name(fiber.handler), status, *place)
