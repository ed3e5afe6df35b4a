"""The face of the machine that `sandstep.effects` shows: plain generator functions as handlers, and full traces."""

from __future__ import annotations

import functools
import inspect as _inspect
from collections.abc import Mapping
from types import FunctionType, MethodType
from typing import Any
from weakref import WeakKeyDictionary

from sandstep.effects import boundaries, dispatch, effect, nodes, operations
from sandstep.effects.capture import (
    Chain,
    Row,
    Writer,
    effect_row,
    handler_name,
    handler_stack,
    outward,
    result_of,
    statuses_of,
    unraised,
)
from sandstep.effects.chain import Continuation, Fiber, Frame, HandlerSpec, Status, TaskInfo
from sandstep.effects.errors import ContinuationUsedError, UnhandledEffectError
from sandstep.effects.face import Face
from sandstep.effects.filters import EffectFilter
from sandstep.effects.machine import Machine, Operation
from sandstep.effects.shown import shown
from sandstep.effects.sites import generator_place, line_of, path_shown
from sandstep.effects.tail import tail_offsets

TRACE = "__sandstep_trace__"
DATA = "__doeff_traceback_data__"

OPERATIONS: Mapping[type, Operation] = {
    effect.Effect: dispatch.perform,
    nodes.Pure: operations.pure,
    nodes.Perform: operations.perform_node,
    nodes.Call: operations.call,
    nodes.Stream: operations.stream,
    nodes.Resume: operations.resume,
    nodes.Transfer: operations.transfer,
    nodes.ResumeThrow: operations.resume_throw,
    nodes.TransferThrow: operations.transfer_throw,
    nodes.Pass: operations.pass_on,
    nodes.Delegate: operations.delegate,
    nodes.TailEval: operations.tail_eval,
    nodes.Park: operations.park,
    nodes.WithHandler: boundaries.with_handler,
    nodes.WithObserve: boundaries.with_observe,
    nodes.WithBoundaries: boundaries.with_boundaries,
    nodes.WithTask: boundaries.with_task,
    nodes.GetHandlers: boundaries.get_handlers,
    nodes.GetBoundaries: boundaries.get_boundaries,
    nodes.GetOuterHandlers: boundaries.get_outer_handlers,
    nodes.GetTraceback: boundaries.get_traceback,
    nodes.GetExecutionContext: boundaries.get_execution_context,
    nodes.AttachTrace: boundaries.attach_trace,
}

FILTER = EffectFilter(effect.Effect)
_specs: WeakKeyDictionary[FunctionType, HandlerSpec] = WeakKeyDictionary()


class Answerer:
    """A handler that answers effects by calling a function, without a generator: the fastest kind there is.

    `types` are the effects it takes. The function must not perform effects; what it raises is raised at the effect.
    """

    def __init__(self, name: str, types: tuple[type, ...], answer: Any) -> None:
        self.__name__ = self.__qualname__ = name
        self.spec = HandlerSpec(effect_types=types, answer=answer)

    def __repr__(self) -> str:
        return f"<handler {self.__name__}>"


class NativeFace(Face):
    """Reads handlers as `sandstep.effects` documents them, and records the traces of its errors."""

    operations = OPERATIONS
    records = True

    def spec_of(self, handler: Any) -> HandlerSpec:
        if isinstance(handler, FunctionType):
            spec = _specs.get(handler)
            if spec is None:
                spec = _specs[handler] = _read(handler)
            return spec
        if isinstance(handler, Answerer):
            return handler.spec
        if not callable(handler):
            raise TypeError(f"a handler is a function of an effect and a continuation, not {type(handler).__name__}")
        return _read(handler)

    def adopts(self, item: Any) -> bool:
        return hasattr(item, "__doeff_inner__")

    def adopt(self, item: Any) -> Any:
        if self.adopts(item):
            return nodes.Stream(item)
        hint = ""
        if isinstance(item, FunctionType) and hasattr(item, "__sandstep_program__"):
            hint = f" (call it: {item.__name__}(...))"
        elif _inspect.isgenerator(item):
            hint = f" (decorate {item.__name__} with @do)"
        raise TypeError(f"yield got {shown(item)}, which is neither an effect nor a program{hint}")

    def used_twice(self, machine: Machine, k: Continuation) -> BaseException:
        now = None if machine.frame is None else generator_place(machine.frame.gen)
        second = "?" if now is None else f"{now.function}() {path_shown(now.code.co_filename)}:{now.line}"
        code, offset = k.place
        first = "?" if code is None else f"{code.co_name}() {path_shown(code.co_filename)}:{line_of(code, offset)}"
        error = ContinuationUsedError(f"the continuation of {shown(k.effect)} was used at {first} and again at {second}")
        self.raised(machine, error)
        return error

    def handler_answer(self, machine: Machine, k: Continuation, called_generator: bool, result: Any) -> Any:
        if machine.is_program(result):
            machine.push_frame(_relay(result), RELAY_TAILS, k)
            return None
        self.note_return(machine, k, result, None)
        machine.value = result
        return None

    def raised(self, machine: Machine, error: BaseException) -> None:
        if hasattr(error, TRACE):
            return
        writer = Writer(error)
        chain = Chain(machine.fiber, machine.frame)
        writer.chain(chain.levels, None, machine.frame)
        self._keep(error, writer.rows, chain)

    def refused(self, machine: Machine, error: BaseException, effect: Any, target: Fiber) -> None:
        name = handler_name(target.handler)
        result = {"kind": "threw", "handler_name": name, "exception_repr": shown(error)}
        self._arrived(machine, error, effect, {target.serial: ("threw", 0)}, result)

    def delivered(self, machine: Machine, error: BaseException, k: Continuation) -> None:
        data = getattr(error, DATA, None)
        rows = data["active_chain"] if isinstance(data, dict) else []
        if rows and rows[0]["kind"] == "task":
            failed = {"kind": "task_failed", "task_id": rows[0]["task_id"], "during": type(k.effect).__name__}
            statuses = statuses_of(k)
            statuses[k.taker] = ("transferred", statuses[k.taker][1])
            self._arrived(machine, error, k.effect, statuses, failed, rows)
        elif not hasattr(error, TRACE):
            taker = next((fiber for fiber in outward(machine.fiber) if fiber.serial == k.taker), None)
            statuses = statuses_of(k)
            code, offset = k.place
            statuses[k.taker] = ("threw", 0 if code is None else line_of(code, offset))
            name = "?" if taker is None else handler_name(taker.handler)
            result = {"kind": "threw", "handler_name": name, "exception_repr": shown(error)}
            self._arrived(machine, error, k.effect, statuses, result)

    def unhandled(self, machine: Machine, effect: Any, start: Fiber) -> None:
        names = tuple(handler_name(fiber.handler) for fiber in outward(machine.fiber) if fiber.spec is not None)
        error = UnhandledEffectError(effect, names)
        self._arrived(machine, error, effect, {}, {"kind": "unhandled"})
        machine.error = error

    def transferred(self, machine: Machine, frame: Frame, k: Continuation) -> None:
        own = frame.k
        assert own is not None
        assert own.head is not None
        assert k.head is not None
        assert k.last is not None
        if task_of(own) is not task_of(k):
            return
        writer = Writer(None)
        levels = [(fiber, list(_frames(fiber.frame))) for fiber in outward(own.head)]
        performer = levels[0][1].pop(0) if levels[0][1] else None
        writer.chain(levels, machine.fiber)
        target = k.head.frame
        place = None if target is None else generator_place(target.gen)
        taker = next(fiber for fiber in outward(own.head) if fiber.serial == own.taker)
        code, offset = k.place
        statuses = statuses_of(own) | {own.taker: ("transferred", 0 if code is None else line_of(code, offset))}
        result = result_of(own, handler_name(taker.handler), None, "?" if place is None else place.function)
        where = None if performer is None else generator_place(performer.gen)
        writer.rows.append(effect_row(where, own.effect, handler_stack(own.head, statuses, machine.fiber), result))
        k.last.prelude = writer.rows

    def abandoned(self, machine: Machine, frame: Frame, k: Continuation) -> None:
        self.note_return(machine, k, machine.value, frame)

    def note_return(self, machine: Machine, k: Continuation, value: Any, frame: Frame | None) -> None:
        """Write an abandoned continuation into the run's history."""
        assert k.head is not None
        k.outcome = "returned"
        performer = k.head.frame
        place = None if performer is None else generator_place(performer.gen)
        stack = handler_stack(k.head, statuses_of(k), machine.fiber)
        taker = next(fiber for fiber in outward(k.head) if fiber.serial == k.taker)
        result = {"kind": "returned", "handler_name": handler_name(taker.handler), "value_repr": shown(value)}
        machine.history.append(effect_row(place, k.effect, stack, result))

    def execution_context(self, machine: Machine) -> list[Any]:
        if machine.context is not None:
            rows, machine.context = machine.context, None
            return list(rows)
        writer = Writer(None)
        writer.chain(Chain(machine.fiber, machine.frame).levels)
        return writer.rows

    def attach_trace(self, machine: Machine, error: BaseException) -> None:
        link: BaseException | None = error
        seen: set[int] = set()
        while link is not None and id(link) not in seen:
            seen.add(id(link))
            rows = getattr(link, TRACE, None)
            if rows is not None:
                setattr(link, DATA, {"active_chain": rows, "history": list(machine.history)})
                delattr(link, TRACE)
            link = link.__cause__

    def _arrived(self, machine: Machine, error: BaseException, effect: Any, statuses: dict[int, tuple[Status, int]], result: Row,
                 more: list[Row] | None = None) -> None:  # fmt: skip
        rows = unraised(machine, error, None, effect, statuses, result)
        self._keep(error, rows + (more or []), Chain(machine.fiber, machine.frame))
        machine.context = rows

    def _keep(self, error: BaseException, rows: list[Row], chain: Chain) -> None:
        try:
            setattr(error, TRACE, rows)
        except AttributeError:
            return


def task_of(k: Continuation) -> TaskInfo | None:
    """The innermost task that a continuation belongs to."""
    return next((fiber.task for fiber in outward(k.head) if fiber.task is not None), None)


def _frames(frame: Frame | None) -> Any:
    return boundaries.frames_of(frame)


def _relay(program: Any) -> Any:
    return (yield program)


RELAY_TAILS = tail_offsets(_relay.__code__)


def _read(handler: Any) -> HandlerSpec:
    function = handler.func if isinstance(handler, functools.partial) else handler
    function = function.__func__ if isinstance(function, MethodType) else function
    body = getattr(function, "__sandstep_program__", None)
    code = getattr(body or function, "__code__", None)
    tails = tail_offsets(code) if code is not None else frozenset[int]()
    call = handler
    if body is not None:
        call = MethodType(body, handler.__self__) if isinstance(handler, MethodType) else body
    return HandlerSpec(FILTER.types_of(handler), call, tails)


FACE = NativeFace()
__all__ = ["DATA", "FACE", "TRACE", "Answerer"]
