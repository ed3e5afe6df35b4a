"""What the machine does for each kind of node. An operation changes the machine and answers the next node, or None."""

from __future__ import annotations

import sys
from types import GeneratorType
from typing import Any

from sandstep.effects import nodes
from sandstep.effects.chain import Continuation, Fiber, Frame
from sandstep.effects.dispatch import offer, perform, search, unhandled
from sandstep.effects.machine import Fatal, Machine, Parked
from sandstep.effects.own_frames import strip, unraisable
from sandstep.effects.sites import generator_code, generator_frame

HELD_BY_FRAME_AND_CALLER = 3


def pure(machine: Machine, node: nodes.Pure[Any]) -> None:
    """Answer the value."""
    machine.value = node._value


def perform_node(machine: Machine, node: nodes.Perform) -> Any:
    """Perform the effect that the node holds."""
    return perform(machine, node._effect)


def call(machine: Machine, node: nodes.Call[Any]) -> None:
    """Call the function; a generator becomes a frame, anything else is the value."""
    try:
        result = node._function(*node._args, **node._kwargs)
    except BaseException as raised:
        raised.__traceback__ = strip(raised.__traceback__)
        if type(raised) is TypeError and raised.__traceback__ is None:
            raised = machine.face.call_failed(node._function, node._args, node._kwargs, raised)
        machine.throw(raised)
        return
    if type(result) is GeneratorType or hasattr(result, "__doeff_inner__"):
        machine.frame = Frame(result, machine.frame, node._tails, None)
        machine.value = None
    else:
        machine.value = result


def stream(machine: Machine, node: nodes.Stream[Any]) -> None:
    """Run a generator that exists."""
    machine.push_frame(node._generator, node._tails)


def offset_of(frame: Frame) -> int:
    """The instruction at which a suspended frame stands; -1 for what is not a generator of Python's."""
    gen = frame.gen
    python_frame = gen.gi_frame if type(gen) is GeneratorType else generator_frame(gen)
    return -1 if python_frame is None else python_frame.f_lasti


def resume(machine: Machine, node: nodes.Resume) -> None:
    """Continue on top of the yielding frame, or in its place if this is the last thing that it does."""
    k = node._k
    value = node._value
    if k.head is None:
        raise Fatal(machine.face.used_twice(machine, k))
    frame = machine.frame
    if frame is not None:
        if machine.records:
            offset = settle(frame, k, value)
            if offset in frame.tails:
                leave_for(machine, frame, k)
        elif frame.tails and offset_of(frame) in frame.tails:
            machine.drop_frame()
    machine.attach(k)
    machine.value = value
    if machine.records and machine.frame is not None:
        machine.frame.last = k


def transfer(machine: Machine, node: nodes.Transfer) -> None:
    """Continue in place of the yielding frame."""
    k = node._k
    value = node._value
    if k.head is None:
        raise Fatal(machine.face.used_twice(machine, k))
    frame = machine.frame
    if frame is not None:
        if machine.records:
            settle(frame, k, value)
            leave_for(machine, frame, k)
        else:
            machine.drop_frame()
    machine.attach(k)
    machine.value = value
    if machine.records and machine.frame is not None:
        machine.frame.last = k


def settle(frame: Frame, k: Continuation, value: Any) -> int:
    """Write down where and how a continuation is used; answers the instruction at which that happens."""
    gen = frame.gen
    if type(gen) is GeneratorType:
        offset = gen.gi_frame.f_lasti  # type: ignore[union-attr]
        k.place = (gen.gi_code, offset)
    else:
        offset = offset_of(frame)
        k.place = (generator_code(gen), offset)
    k.outcome = "resumed"
    if type(value) is not Continuation:
        k.value = value
    if frame.last is not None and frame.k is k:
        _settle_delegated(frame.last, k)
    return offset


def _settle_delegated(last: Any, k: Continuation) -> None:
    """If what the handler did last was to perform the effect again, the answer came from further out."""
    if isinstance(last, Continuation):
        if last.effect is k.effect:
            k.marks += (*last.marks, (last.taker, last.outcome, *last.place))
            k.outcome = "delegated"
    elif last[0] is k.effect:
        k.marks += ((last[1], "resumed", None, 0),)
        k.outcome = "delegated"


def leave_for(machine: Machine, frame: Frame, k: Continuation) -> None:
    """Drop the frame before `k` goes on."""
    machine.frame = frame.caller
    try:
        frame.gen.close()
    except BaseException as error:
        unraisable(error, frame.gen)
    own = frame.k
    if own is not k and own is not None and own.head is not None:
        frame.k = None
        if sys.getrefcount(own) < HELD_BY_FRAME_AND_CALLER:
            frame.k = own
            own.outcome = "transferred"
            machine.face.transferred(machine, frame, k)


def throw_into(machine: Machine, node: nodes.ResumeThrow, tail: bool) -> None:
    """Continue with an exception, on top of the yielding frame or in its place."""
    k = node._k
    if k.head is None:
        raise Fatal(machine.face.used_twice(machine, k))
    frame = machine.frame
    error = node._value
    if not isinstance(error, BaseException):
        error = RuntimeError(f"VM error (non-exception value in Raise): {error!r}")
    if frame is not None:
        if machine.records:
            settle(frame, k, None)
            k.outcome = "threw"
        if tail or (frame.tails and offset_of(frame) in frame.tails):
            leave_for(machine, frame, k)
    machine.attach(k)
    machine.face.delivered(machine, error, k)
    machine.error = error


def resume_throw(machine: Machine, node: nodes.ResumeThrow) -> None:
    """Raise at the perform site."""
    throw_into(machine, node, tail=False)


def transfer_throw(machine: Machine, node: Any) -> None:
    """Raise at the perform site, in place of the yielding frame."""
    throw_into(machine, node, tail=True)


def pass_on(machine: Machine, node: nodes.Pass) -> Any:
    """End the handler and look for the next one outward."""
    frame = machine.frame
    k = node._k
    effect = node._effect
    if k is None:
        frame = machine.handler_frame()
        if frame is None or frame.k is None:
            machine.throw(RuntimeError("Pass outside of a handler"))
            return None
        k = frame.k
        effect = k.effect if effect is None else effect
    if k.head is None:
        raise Fatal(machine.face.used_twice(machine, k))
    marks = k.marks
    if frame is not None:
        if machine.records:
            marks += ((k.taker, "passed", generator_code(frame.gen), offset_of(frame)),)
        while machine.drop_frame() is not frame:
            continue
    frame = None  # its generator goes before the next handler is asked
    k.outcome = "passed"
    start = machine.fiber
    machine.attach(k)
    target = start if start.verdicts.get(type(effect)) else search(machine, start, effect)
    if target is None:
        unhandled(machine, effect)
        return None
    if target.answer is not None:
        answer_passed(machine, effect, target, marks)
        return None
    return offer(machine, effect, target, marks)


def answer_passed(machine: Machine, effect: Any, target: Fiber, marks: tuple[Any, ...]) -> None:
    """Let a handler without a generator answer an effect that others passed on."""
    assert target.answer is not None
    try:
        machine.value = target.answer(effect)
    except BaseException as raised:
        raised.__traceback__ = strip(raised.__traceback__)
        machine.face.refused(machine, raised, effect, target)
        machine.error = raised
        return
    if machine.records and machine.frame is not None:
        k: Continuation = object.__new__(machine.face.continuation)
        k.head = k.last = None
        k.effect, k.taker, k.marks, k.outcome, k.value = effect, target.serial, marks, "resumed", machine.value
        machine.frame.last = k


def delegate(machine: Machine, _node: nodes.Delegate) -> Any:
    """Perform the handler's effect again from inside the handler."""
    frame = machine.handler_frame()
    if frame is None or frame.k is None:
        machine.throw(RuntimeError("Delegate outside of a handler"))
        return None
    return perform(machine, frame.k.effect)


def tail_eval(machine: Machine, node: nodes.TailEval) -> Any:
    """End the yielding generator, then evaluate a program in its place."""
    machine.drop_frame()
    program = node._program
    if isinstance(program, nodes.Transfer):
        return nodes.Resume(program._k, program._value)
    if isinstance(program, nodes.TransferThrow):
        return nodes.ResumeThrow(program._k, program._value)
    return program


def park(_machine: Machine, node: nodes.Park) -> Any:
    """Leave the loop."""
    raise Parked(node._wait)
