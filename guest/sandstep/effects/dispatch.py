"""Performing an effect: finding the handler that takes it, and letting that answer."""

from __future__ import annotations

from types import GeneratorType
from typing import Any
from weakref import ref

from sandstep.effects.chain import Continuation, Fiber, Frame, HandlerSpec, Mark, Routes
from sandstep.effects.machine import Machine
from sandstep.effects.own_frames import strip

FAR = 2
_new = object.__new__


def perform(machine: Machine, effect: Any) -> Any:
    """Find the handler that takes an effect and let it answer."""
    if machine.observing and not _observed(machine, effect):
        return None
    kind = type(effect)
    target: Fiber | None = machine.fiber
    assert target is not None
    routes = target.routes
    if routes is not None:
        target = routed(machine, routes, kind)
        if target is None:
            target = search(machine, machine.fiber, effect)
    elif not target.verdicts.get(kind):
        target = search(machine, target, effect)
    if target is None:
        unhandled(machine, effect)
        return None
    answer = target.answer
    if answer is None:
        return offer(machine, effect, target, ())
    try:
        machine.value = value = answer(effect)
    except BaseException as raised:
        raised.__traceback__ = strip(raised.__traceback__)
        machine.face.refused(machine, raised, effect, target)
        machine.error = raised
        return None
    if machine.records and machine.frame is not None:
        machine.frame.last = (effect, target.serial, value)
    return None


def unhandled(machine: Machine, effect: Any) -> None:
    """Nobody takes an effect: that is raised where it was performed."""
    machine.face.unhandled(machine, effect, machine.fiber)


def routed(machine: Machine, routes: Routes, kind: type) -> Fiber | None:
    """The handler that took effects of this type before, while the way to it is as it was."""
    if routes.epoch != machine.epoch:
        routes.epoch = machine.epoch
        routes.targets.clear()
        return None
    reference = routes.targets.get(kind)
    return None if reference is None else reference()


def search(machine: Machine, start: Fiber | None, effect: Any) -> Fiber | None:
    """Ask the boundaries from a fiber outward which one takes the effect; remember it if it is far."""
    kind = type(effect)
    fiber = start
    steps = 0
    while fiber is not None:
        verdict = fiber.verdicts.get(kind)
        if verdict is None:
            spec = fiber.spec
            verdict = spec is not None and spec.verdict(effect)
        if verdict:
            break
        fiber = fiber.parent
        steps += 1
    if steps > FAR and fiber is not None and start is not None:
        _remember(machine, start, fiber, kind)
    return fiber


def _remember(machine: Machine, start: Fiber, target: Fiber, kind: type) -> None:
    fiber: Fiber | None = start
    while fiber is not None and fiber is not target:
        spec = fiber.spec
        if spec is not None and kind not in spec.verdicts:
            return
        fiber = fiber.parent
    spec = target.spec
    if spec is None or kind not in spec.verdicts:
        return
    if start.routes is None:
        start.routes = Routes(machine.epoch)
    start.routes.targets[kind] = ref(target)


def offer(machine: Machine, effect: Any, target: Fiber, marks: tuple[Mark, ...]) -> Any:
    """Cut the chain off at a handler's boundary and call the handler with the effect and the continuation."""
    head = machine.fiber
    parent = target.parent
    assert parent is not None
    head.frame = machine.frame
    k: Continuation = _new(machine.continuation)
    k.head = head
    k.last = target
    k.effect = effect
    k.taker = target.serial
    k.marks = marks
    k.outcome = "active"
    k.value = None
    target.parent = None
    target.home = parent.serial
    machine.fiber = parent
    machine.frame = parent.frame
    parent.frame = None
    machine.handler_calls += 1
    spec: HandlerSpec = target.spec  # type: ignore[assignment]
    function = spec.generator_function
    try:
        result = target.handler(effect, k) if function is None else function(effect, k)
    except BaseException as raised:
        raised.__traceback__ = strip(raised.__traceback__)
        machine.attach(k)
        machine.face.refused(machine, raised, effect, target)
        machine.error = raised
        return None
    if type(result) is GeneratorType and function is not None:
        machine.frame = Frame(result, machine.frame, spec.tails, k)
        machine.value = None
        return None
    return machine.face.handler_answer(machine, k, function is not None, result)


def _observed(machine: Machine, effect: Any) -> bool:
    """Tell every observer around the performing frame; False if one of them raised."""
    fiber: Fiber | None = machine.fiber
    while fiber is not None:
        if fiber.observer is not None:
            try:
                fiber.observer(effect)
            except BaseException as raised:
                raised.__traceback__ = strip(raised.__traceback__)
                machine.throw(raised)
                return False
        fiber = fiber.parent
    return True
