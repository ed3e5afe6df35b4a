"""The runtime's own frames: which machine one belongs to, and in which of its functions something happens."""

from __future__ import annotations

from dataclasses import dataclass
from types import CodeType, FrameType

from sandstep.effects import live, machine
from sandstep.effects.capture import outward
from sandstep.effects.chain import Fiber
from sandstep.effects.dispatch import offer, perform, unhandled
from sandstep.effects.library.scheduler import Scheduler
from sandstep.effects.machine import Machine
from sandstep.effects.operations import answer_passed
from sandstep.effects.sites import generator_frame

LOOP = Machine._loop.__code__
"""The code of the loop of a machine."""
_ANSWERING = frozenset({perform.__code__, answer_passed.__code__})
"""The codes of what calls a handler that has no generator."""


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


def runs() -> list[Machine]:
    """The machines that run a program now, in whichever thread, the innermost last."""
    return list(machine.machines)


def run_of(frame: FrameType) -> Machine | None:
    """The machine whose `run` this frame is, the outermost of the runtime's frames below a program; None for any other frame."""
    if frame.f_code not in live.entrances:
        return None
    found = frame.f_locals.get("machine")
    return found if isinstance(found, Machine) else None


def loop_of(frame: FrameType) -> Machine | None:
    """The machine whose loop this frame is; None for any other frame."""
    found = frame.f_locals.get("self") if frame.f_code is LOOP else None
    return found if isinstance(found, Machine) else None


def drives(run: Machine, frame: FrameType) -> bool:
    """Whether this is the frame of the generator that a machine runs now."""
    return run.frame is not None and generator_frame(run.frame.gen) is frame


def taker(run: Machine, effect: object) -> Fiber | None:
    """The fiber whose handler is going to take an effect that is performed now."""
    return next((fiber for fiber in outward(run.fiber) if fiber.spec is not None and fiber.spec.verdict(effect)), None)


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
