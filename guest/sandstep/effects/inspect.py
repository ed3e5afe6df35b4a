"""What a program of effects is doing, for a debugger that looks while it stands still.

Nothing here runs code of the program or is called while it runs, and but for `cancel` and `prefer` nothing changes it: the
answers are read from the live chain that the machine itself works on. They name the real generators and their Python
frames, so that a debugger can read (and write) their locals.

    for run in runs():              # the programs in progress; a nested `run` comes after the one that it is nested in
        running_chain(run)          # the chain of what runs now, whichever task that is, out to the run's outermost program
        for task in tasks():        # every task that has not ended, or has failed and nobody asked; none without a scheduler
            chain(task)             # what a task that is suspended consists of, innermost first
            parent(task)            # the task that spawned it, whose chain goes on where this one's ends

Chains are lists of links. A `FrameLink` is a generator: a program, a handler at work, or a part of the runtime. An
`EffectLink` is a dispatch in progress; the frames before it are those of the handler that has it, the frames after it
those of the program that performed it and waits. A `TaskLink` is where a spawned task ends, in the chain of what runs: what
comes after it belongs to whoever hosts the scheduler.
"""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import CodeType, FrameType, FunctionType, MethodType
from typing import Any, Literal

from sandstep.effects import live, machine
from sandstep.effects.boundaries import frames_of
from sandstep.effects.capture import handler_code, handler_name, is_spawned, outward, statuses_of
from sandstep.effects.chain import AnyGenerator, Continuation, Fiber, Frame, Status, TaskInfo
from sandstep.effects.dispatch import offer, perform, unhandled
from sandstep.effects.effect import Effect
from sandstep.effects.errors import TaskCancelledError
from sandstep.effects.face import Face
from sandstep.effects.library.scheduler import Scheduler, hosting
from sandstep.effects.library.tasks import Await, Promise, SchedulerEffect, Semaphore, Task
from sandstep.effects.live import HasTasks
from sandstep.effects.machine import Machine
from sandstep.effects.operations import answer_passed
from sandstep.effects.own_frames import is_own
from sandstep.effects.rendering import MARKS
from sandstep.effects.sites import EffectCreationContext, generator_frame, inner_generators, line_of, live_generator
from sandstep.effects.traceback import DoeffTraceback
from sandstep.effects.waiting import Outside, run_parked

_LOOP = Machine._loop.__code__
_SCHEDULING = (Scheduler.__module__, Outside.__module__)
_WAITING = (Outside.run_until_change.__code__, run_parked.__code__)

_Statuses = dict[int, tuple[Status, int]]

_ANSWERING = frozenset({perform.__code__, answer_passed.__code__})
"""The codes of what calls a handler that has no generator."""
_CODE, _OFFSET = Effect.__dict__["_made_in"].__get__, Effect.__dict__["_made_at"].__get__
_CLASS_NAME = type.__dict__["__name__"].__get__

Role = Literal["program", "handler", "runtime"]


@dataclass(frozen=True, slots=True)
class Moments:
    """The code of the runtime's functions in which something happens, for a debugger that watches some of them.

    What happens is in their local variables, when they start unless it says otherwise. `performed`: `effect` is performed on `machine`.
    `offered`, `passed_on`: the handler of the fiber `target` gets `effect`; one that is passed on to a handler without a
    generator is `passed_on`. `unhandled`: nobody took `effect`; when it returns `machine.error` says so. `made`: a task is made, and
    returned. `ended`: a task is over: `effect.arguments` are its turn, its value and its error. `cancelled`: the task of `turn` is to be
    cancelled; it has ended if its `k` is None.
    """

    performed: CodeType = perform.__code__
    offered: CodeType = offer.__code__
    passed_on: CodeType = answer_passed.__code__
    unhandled: CodeType = unhandled.__code__
    made: CodeType = Scheduler.new_turn.__code__
    ended: CodeType = Scheduler.on_task_ended.__code__
    cancelled: CodeType = Scheduler.cancel_turn.__code__


MOMENTS = Moments()


@dataclass(frozen=True, slots=True)
class FrameLink:
    """A generator in the chain. `frame` is its Python frame, whose `f_lineno` is the line of its active `yield`.

    For a handler at work `effect` is what it handles; it may have resumed already, then the program that it resumed comes
    before it in the chain. `scheduler` is what the frame hosts, if it is the one around a program with tasks.
    """

    role: Role
    name: str
    generator: AnyGenerator
    frame: FrameType
    effect: Any = None
    scheduler: HasTasks | None = None


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


def schedulers() -> list[HasTasks]:
    """The schedulers of all programs in progress."""
    return list(live.schedulers)


def running_chain(run: Machine) -> list[Link]:
    """The chain of what a machine runs now or, if it waits for something outside, of what stands around its scheduler."""
    return list(running_links(run))


def running_links(run: Machine) -> Iterator[Link]:
    """The same one by one, for who needs the innermost alone."""
    return _levels(run.fiber, run.frame)


def taker(run: Machine, effect: object) -> Fiber | None:
    """The fiber whose handler is going to take an effect that is performed now."""
    return next((fiber for fiber in outward(run.fiber) if fiber.spec is not None and fiber.spec.verdict(effect)), None)


def effect_types() -> Iterator[type]:
    """Every type of effects that there is."""
    faces = _subclasses(Face)
    roots = {kind for face in faces for kind, operation in getattr(face, "operations", {}).items() if operation is perform}
    for root in roots:
        yield from _subclasses(root)


def chain(task: TaskInfo) -> list[Link]:
    """The chain that a suspended task consists of; empty for one that runs or has not begun."""
    continuation = task.continuation
    return [] if continuation is None or continuation.head is None else list(_held(continuation, None))


def parent(task: TaskInfo) -> TaskInfo | None:
    """The task that spawned a task; None if that has ended, or there is none."""
    return None if task.scheduler is None or task.parent_task is None else task.scheduler.task_info(task.parent_task)


def running_task(run: Machine) -> TaskInfo | None:
    """The spawned task that a machine runs now, or whose effect its scheduler handles; None while it runs a program that nobody spawned."""
    held = run.frame.k.head if run.frame is not None and run.frame.k is not None else None
    for level in (*outward(held), *outward(run.fiber)):
        if level.task is not None:
            return level.task if is_spawned(level) else None
    return None


def loop_of(frame: FrameType) -> Machine | None:
    """The machine whose loop this frame is; None for any other frame."""
    found = frame.f_locals.get("self") if frame.f_code is _LOOP else None
    return found if isinstance(found, Machine) else None


def performed(run: Machine) -> Any:
    """The effect that the handler at work handles; None where no handler is at work."""
    return None if run.frame is None or run.frame.k is None else run.frame.k.effect


def report(error: BaseException) -> str:
    """The effect traceback that an exception carries, as it is printed. Raises ValueError if it carries none."""
    found = DoeffTraceback.of(error)
    if found is None:
        raise ValueError("the exception did not come out of a program of effects")
    return found.format_default()


def short(value: object) -> str | None:
    """A task, a promise or a semaphore in few words, without the names that the program gave; None for anything else."""
    if type(value) is Task:
        return f"Task({value.task_id})"
    if type(value) is Promise:
        return f"Promise({value._cell.label.removeprefix('promise ')})"
    return f"Semaphore({value._serial})" if type(value) is Semaphore else None


def awaited(effect: object) -> object:
    """The awaitable whose result an effect asks for; None for other effects."""
    return effect.arguments[0] if isinstance(effect, Await) else None


def fields(effect: object) -> list[tuple[str, object]]:
    """What an effect says: its public attributes in the order in which they were declared, its arguments one by one."""
    found: dict[str, object] = {}
    for name in (name for kind in reversed(type(effect).__mro__) for name in kind.__dict__.get("__slots__", ()) if isinstance(name, str)):
        if not name.startswith("_"):
            with contextlib.suppress(AttributeError):
                found[name] = object.__getattribute__(effect, name)
    with contextlib.suppress(AttributeError):
        found |= {name: value for name, value in object.__getattribute__(effect, "__dict__").items() if not name.startswith("_")}
    if isinstance(effect, SchedulerEffect):
        arguments = found.pop("arguments")
        assert isinstance(arguments, tuple)
        return [*((str(index), value) for index, value in enumerate(arguments)), *found.items()]
    return list(found.items())


def run_of(frame: FrameType) -> Machine | None:
    """The machine whose `run` this frame is, the outermost of the runtime's frames below a program; None for any other frame."""
    if frame.f_code not in live.entrances:
        return None
    found = frame.f_locals.get("machine")
    return found if isinstance(found, Machine) else None


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
    return [EffectLink(performing["effect"], _created_at(performing["effect"]), tuple(links))]


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
    return task.scheduler is not None and task.scheduler.cancel(task)


def prefer(task: TaskInfo | None) -> None:
    """Hold the other tasks of a task's scheduler back while the task can go on; with None all tasks take turns again."""
    for scheduler in live.schedulers if task is None or task.scheduler is None else [task.scheduler]:
        scheduler.prefer(task)


def hold(task: TaskInfo, held: bool) -> None:
    """Hold a task back while others can run, or no longer."""
    if task.scheduler is not None:
        task.scheduler.hold(task, held)


def is_between(frame: FrameType | None) -> bool:
    """Whether tasks of a program that is interrupted in this frame can be changed: no scheduler is in the midst of its work."""
    while frame is not None and frame.f_code is not _LOOP:
        if frame.f_globals.get("__name__") in _SCHEDULING and frame.f_code not in _WAITING:
            return False
        frame = frame.f_back
    return True


def in_force(within: Machine | Continuation, wanted: FrameType) -> list[HandlerLink] | None:
    """The handlers in force for a generator's frame, innermost first, with what each did if the frame waits for an answer.

    It is looked for in what a machine runs, or in what a continuation holds; None if it is not there.
    """
    if isinstance(within, Machine):
        return _in_force(within.fiber, within.frame, {}, None, wanted)
    if within.head is None:
        return None
    return _in_force(within.head, within.head.frame, statuses_of(within), None, wanted)


def drives(run: Machine, frame: FrameType) -> bool:
    """Whether this is the frame of the generator that a machine runs now."""
    return run.frame is not None and generator_frame(run.frame.gen) is frame


def in_force_now(run: Machine) -> list[tuple[int, str, CodeType | None]]:
    """The handlers that are in force for the generator that a machine runs now, innermost first: serial number, name, code."""
    return [(fiber.serial, handler_name(fiber.handler), handler_code(fiber)) for fiber in outward(run.fiber) if fiber.spec is not None]


def asked(frame: FrameType) -> int | None:
    """The serial number of the handler that begins to work with this frame, which has just started; None for any other frame."""
    caller = frame.f_back
    if caller is None:
        return None
    if caller.f_code is offer.__code__ or caller.f_code in _ANSWERING:
        target = caller.f_locals.get("target")
        return target.serial if isinstance(target, Fiber) else None
    run = loop_of(caller)
    if run is None or not drives(run, frame) or run.frame is None or run.frame.k is None:
        return None
    return run.frame.k.taker


def in_this_thread(run: Machine) -> bool:
    """Whether a machine runs in the thread that asks."""
    return run.thread == threading.get_ident()


def _subclasses(root: type) -> Iterator[type]:
    seen, waiting = set(), [root]
    while waiting:
        kind = waiting.pop()
        if id(kind) not in seen:
            seen.add(id(kind))
            yield kind
            waiting += type.__subclasses__(kind)


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
    yield EffectLink(k.effect, _created_at(k.effect), tuple(_handlers(k, beyond)))
    yield from _levels(k.head, k.head.frame)


def _handlers(k: Continuation, beyond: Fiber | None) -> Iterator[HandlerLink]:
    return _links((k.head, beyond), statuses_of(k))


def _links(starts: tuple[Fiber | None, ...], statuses: _Statuses) -> Iterator[HandlerLink]:
    for start in starts:
        for fiber in outward(start):
            if fiber.spec is not None:
                yield _handler(fiber, *statuses.get(fiber.serial, ("pending", 0)))


def _created_at(effect: object) -> EffectCreationContext | None:
    """Where an effect was made, without asking it: its class is the program's."""
    try:
        if issubclass(type(effect), Effect):
            return EffectCreationContext(_CODE(effect).co_filename, line_of(_CODE(effect), _OFFSET(effect)), _CODE(effect).co_name)
        found = object.__getattribute__(effect, "__dict__").get("created_at")
    except AttributeError:
        return None
    return found if type(found) is EffectCreationContext else None


def _name(handler: object) -> str:
    """What a handler is called, without asking it."""
    if type(handler) in (FunctionType, MethodType, partial):
        return handler_name(handler)
    try:
        name = object.__getattribute__(handler, "__dict__").get("__name__")
    except AttributeError:
        name = None
    return name if type(name) is str else _CLASS_NAME(type(handler))


def _handler(fiber: Fiber, status: Status, line: int) -> HandlerLink:
    code = handler_code(fiber)
    place = (None, None) if code is None else (code.co_filename, line or code.co_firstlineno)
    return HandlerLink(fiber.handler, _name(fiber.handler), status, *place)


__all__ = [
    "MARKS",
    "MOMENTS",
    "EffectLink",
    "FrameLink",
    "HandlerLink",
    "Link",
    "TaskCancelledError",
    "TaskLink",
    "asked",
    "awaited",
    "cancel",
    "chain",
    "drives",
    "effect_types",
    "fields",
    "hold",
    "in_force",
    "in_force_now",
    "in_this_thread",
    "is_between",
    "loop_of",
    "offered",
    "parent",
    "performed",
    "prefer",
    "report",
    "run_of",
    "running_chain",
    "running_links",
    "running_task",
    "runs",
    "schedulers",
    "short",
    "suspended",
    "suspended_chain",
    "taker",
    "tasks",
]
