"""What a program of effects is doing, for a debugger that looks while it stands still.

Nothing here runs code of the program or is called while it runs, and but for `cancel` and `prefer` nothing changes it: the
answers are read from the live chain that the machine itself works on. They name the real generators and their Python
frames, so that a debugger can read (and write) their locals.

    for run in runs():              # the programs in progress; a nested `run` comes after the one that it is nested in
        for task in tasks():        # every task that has not ended; none without a scheduler
            chain(task)             # innermost first: frames, dispatches, then the edge to the parent and the parent's chain
        running_chain(run)          # the chain of what runs now, whichever task that is

Chains are lists of links. A `FrameLink` is a generator: a program, a handler at work, or a part of the runtime. An
`EffectLink` is a dispatch in progress; the frames before it are those of the handler that has it, the frames after it
those of the program that performed it and waits. A `TaskLink` is the edge between a task, before it, and its parent.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any, Literal

from sandstep.effects import live, machine
from sandstep.effects.boundaries import frames_of
from sandstep.effects.capture import handler_code, handler_name, is_spawned, outward, statuses_of
from sandstep.effects.chain import AnyGenerator, Continuation, Fiber, Frame, Status, TaskInfo
from sandstep.effects.machine import Machine
from sandstep.effects.own_frames import is_own
from sandstep.effects.sites import EffectCreationContext, generator_frame, inner_generators, live_generator

Role = Literal["program", "handler", "runtime"]


@dataclass(frozen=True, slots=True)
class FrameLink:
    """A generator in the chain. `frame` is its Python frame, whose `f_lineno` is the line of its active `yield`.

    For a handler at work `effect` is what it handles; it may have resumed already, then the program that it resumed comes
    before it in the chain.
    """

    role: Role
    name: str
    generator: AnyGenerator
    frame: FrameType
    effect: Any = None


@dataclass(frozen=True, slots=True)
class HandlerLink:
    """A handler in force at a dispatch, what it did so far, and its place (None for what is not Python code)."""

    handler: Any
    name: str
    status: Status
    filename: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class EffectLink:
    """A dispatch in progress: the effect object, where it was made if that is known, and all handlers, innermost first."""

    effect: Any
    created_at: EffectCreationContext | None
    handlers: tuple[HandlerLink, ...]


@dataclass(frozen=True, slots=True)
class TaskLink:
    """The edge between a task and the one that spawned it: `task.spawn_site` is where."""

    task: TaskInfo


Link = FrameLink | EffectLink | TaskLink


def runs() -> list[Machine]:
    """The machines that run a program now, in whichever thread, the innermost last."""
    return list(machine.machines)


def tasks() -> list[TaskInfo]:
    """The tasks of all schedulers that have not ended, the oldest first in each."""
    return [info for scheduler in live.schedulers for info in scheduler.task_infos()]


def running_chain(run: Machine) -> list[Link]:
    """The chain of what a machine runs now, with its parents' chains if it is a task."""
    return _with_parents(list(_levels(run.fiber, run.frame)))


def chain(task: TaskInfo) -> list[Link]:
    """The chain of a task, with those of its parents: suspended where its continuation says, or running."""
    if task.continuation is not None and task.continuation.head is not None:
        return _with_parents(list(_held(task.continuation, None)))
    for run in reversed(runs()):
        if any(fiber.task is task for fiber in outward(run.fiber)):
            return running_chain(run)
    return [] if task.parent_task is None else _with_parents([TaskLink(task)])


def suspended() -> list[Continuation]:
    """Every continuation in memory that can still be used: also those of schedulers that do not say which tasks they have.

    It looks through all objects of the process, which takes milliseconds for each hundred thousand.
    """
    return [each for each in gc.get_objects() if isinstance(each, Continuation) and getattr(each, "head", None) is not None]


def suspended_chain(k: Continuation) -> list[Link]:
    """The chain that a continuation holds, beginning with its effect."""
    return list(_held(k, None))


def cancel(task: TaskInfo) -> bool:
    """Cancel a task of a program that stands still: it happens at the task's next turn. False for one that runs or has ended."""
    return any(scheduler.cancel(task) for scheduler in live.schedulers if any(info is task for info in scheduler.task_infos()))


def prefer(task: TaskInfo | None) -> None:
    """Hold the other tasks of a task's scheduler back while the task can go on; with None all tasks take turns again."""
    for scheduler in live.schedulers:
        if task is None or any(info is task for info in scheduler.task_infos()):
            scheduler.prefer(task)


def in_this_thread(run: Machine) -> bool:
    """Whether a machine runs in the thread that asks."""
    return run.thread == threading.get_ident()


def _with_parents(links: list[Link]) -> list[Link]:
    last = links[-1] if links else None
    if not isinstance(last, TaskLink):
        return links
    parent = _parent(last.task)
    return links if parent is None else [*links, *chain(parent)]


def _parent(task: TaskInfo) -> TaskInfo | None:
    for scheduler in live.schedulers:
        infos = scheduler.task_infos()
        if any(info is task for info in infos):
            return next((info for info in infos if info.task_id == task.parent_task), None)
    return None


def _levels(fiber: Fiber, frame: Frame | None) -> Iterator[Link]:
    for level in outward(fiber):
        for each in frames_of(frame if level is fiber else level.frame):
            yield from _frame(each, level)
        if is_spawned(level) and level.task is not None:
            yield TaskLink(level.task)
            return


def _frame(frame: Frame, level: Fiber) -> Iterator[Link]:
    yield from _generators(frame)
    if frame.k is not None and frame.k.head is not None:
        yield from _held(frame.k, level)


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
            yield FrameLink(role, inner.__name__, inner, python_frame)


def _held(k: Continuation, beyond: Fiber | None) -> Iterator[Link]:
    assert k.head is not None
    yield EffectLink(k.effect, getattr(k.effect, "created_at", None), tuple(_handlers(k, beyond)))
    yield from _levels(k.head, k.head.frame)


def _handlers(k: Continuation, beyond: Fiber | None) -> Iterator[HandlerLink]:
    statuses = statuses_of(k)
    for start in (k.head, beyond):
        for fiber in outward(start):
            if fiber.spec is not None:
                status, line = statuses.get(fiber.serial, ("pending", 0))
                code = handler_code(fiber)
                place = (None, None) if code is None else (code.co_filename, line or code.co_firstlineno)
                yield HandlerLink(fiber.handler, handler_name(fiber.handler), status, *place)


__all__ = [
    "EffectLink",
    "FrameLink",
    "HandlerLink",
    "Link",
    "TaskLink",
    "cancel",
    "chain",
    "in_this_thread",
    "prefer",
    "running_chain",
    "runs",
    "suspended",
    "suspended_chain",
    "tasks",
]
