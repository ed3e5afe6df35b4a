"""The machine with doeff's words and rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import GeneratorType
from typing import Any

from sandstep.effects import boundaries, operations
from sandstep.effects.boundaries import frame_entry, frames_of
from sandstep.effects.capture import outward
from sandstep.effects.chain import Continuation, Fiber, Frame, HandlerSpec
from sandstep.effects.dispatch import perform
from sandstep.effects.face import Face
from sandstep.effects.machine import Fatal, Machine, Operation
from sandstep.effects.own_frames import is_own, strip
from sandstep.effects.sites import generator_frame
from sandstep.effects.tail import tail_offsets

from doeff_vm import _nodes as nodes
from doeff_vm._values import Callable, EffectBase, IRStream, K, StateHandler, UnhandledEffect

TRACEBACK = "__doeff_traceback__"
Rows = list[list[Any]]


def refuse(machine: Machine, text: str) -> None:
    """A malformed node in a program: doeff reports it in this roundabout way."""
    machine.throw(RuntimeError(f'VM error (non-exception value in Raise): "{text}"'))


def call(machine: Machine, node: nodes.Call) -> None:
    """Call a definition; a generator becomes a frame, anything else is the value."""
    definition = node._definition
    try:
        result = definition._function(*node._args, **node._kwargs)
    except BaseException as raised:
        call_failed(machine, node, raised)
        return
    if type(result) is GeneratorType:
        machine.frame = Frame(result, machine.frame, definition._tails, None)
        machine.value = None
    else:
        machine.value = unwrap(result)


def call_failed(machine: Machine, node: nodes.Call, raised: BaseException) -> None:
    """Raise what a call raised; where Python refused the call itself, with a better text if there is one."""
    raised.__traceback__ = strip(raised.__traceback__)
    if type(raised) is TypeError and raised.__traceback__ is None:
        from doeff_vm._not_a_program import handler_applied_as_a_program

        text = handler_applied_as_a_program(node._definition._function, node._args, node._kwargs)
        if text is not None:
            raised = TypeError(text)
    machine.throw(raised)


def unwrap(value: Any) -> Any:
    """What a program receives for a value: the function itself for a `Callable`."""
    return value._callable if type(value) is Callable else value


def pure(machine: Machine, node: nodes.Pure) -> None:
    """Answer the value."""
    machine.value = unwrap(node._value)


def applied(machine: Machine, node: nodes.Apply) -> Any:
    """The result of an `Apply`; raises Fatal for operands that are not `Pure`."""
    function = node._f._value if isinstance(node._f, nodes.Pure) else None
    if type(function) is not Callable or not isinstance(node._args, list):
        raise Fatal(RuntimeError("internal error: Apply: f is not callable"))
    if not all(isinstance(argument, nodes.Pure) for argument in node._args):
        raise Fatal(RuntimeError("internal error: Apply: arguments must be Pure"))
    return function._callable(*(unwrap(argument._value) for argument in node._args))


def apply(machine: Machine, node: nodes.Apply) -> None:
    """Call a function."""
    if not machine.is_program(node._f):
        return refuse(machine, f"expected DoExpr or EffectBase, got: {type(node._f)}")
    try:
        machine.value = unwrap(applied(machine, node))
    except Exception as raised:
        raised.__traceback__ = strip(raised.__traceback__)
        machine.throw(raised)


def expand(machine: Machine, node: nodes.Expand) -> Any:
    """Evaluate the expression, which answers a stream, and run that."""
    if not machine.is_program(node._expr):
        return refuse(machine, f"expected DoExpr or EffectBase, got: {type(node._expr)}")
    machine.push_frame(_expansion(node._expr))
    return None


def _expansion(expr: Any) -> Any:
    stream = yield expr
    return (yield _Run(stream))


class _Run:
    """Run what an `Expand` was answered."""

    __slots__ = ("stream",)

    def __init__(self, stream: Any) -> None:
        self.stream = stream


def run_stream(machine: Machine, node: _Run) -> None:
    """Run a stream in place of the frame that expanded it."""
    if type(node.stream) is not IRStream:
        raise Fatal(RuntimeError(f"type error: Expand: expected Value::Stream, got {type(node.stream).__name__}"))
    machine.drop_frame()
    machine.push_frame(node.stream._generator, node.stream._tails)


def with_handler(machine: Machine, node: nodes.WithHandler) -> Any:
    """Install a handler."""
    if not machine.is_program(node._body):
        return refuse(machine, f"WithHandler body: expected DoExpr or EffectBase, got: {type(node._body)}")
    return boundaries.install(machine, node._handler, node._body)


def with_observe(machine: Machine, node: nodes.WithObserve) -> Any:
    """Install an observer, which has to be a `Callable`."""
    if not machine.is_program(node._body):
        return refuse(machine, f"WithObserve body: expected DoExpr or EffectBase, got: {type(node._body)}")
    boundaries.observe(machine, observer_of("WithObserve", node._observer))
    return node._body


def observer_of(what: str, observer: Any) -> Any:
    """The function in an observer; raises Fatal for anything but a `Callable`."""
    if type(observer) is not Callable:
        raise Fatal(RuntimeError(f"type error: {what}: observer must be Callable, got {observer!r}"))
    return observer._callable


def with_boundaries(machine: Machine, node: nodes.WithBoundaries) -> Any:
    """Install handlers and observers, the innermost of which comes first."""
    if not machine.is_program(node._body):
        return refuse(machine, f"WithBoundaries body: expected DoExpr or EffectBase, got: {type(node._body)}")
    for kind, boundary in reversed(list(node._boundaries)):
        if kind == "observer":
            boundaries.observe(machine, observer_of("WithBoundaries", boundary))
        elif boundaries.install(machine, boundary, node) is None:
            return None
    return node._body


def tail_eval(machine: Machine, node: nodes.TailEval) -> Any:
    """End the yielding generator and evaluate in its place."""
    machine.drop_frame()
    expr = node._program
    if not machine.is_program(expr):
        return refuse(machine, f"expected DoExpr or EffectBase, got: {type(expr)}")
    if type(expr) is nodes.Transfer:
        return nodes.Resume(expr._k, expr._value)
    return nodes.ResumeThrow(expr._k, expr._value) if type(expr) is nodes.TransferThrow else expr


OPERATIONS: Mapping[type, Operation] = {
    EffectBase: perform,
    nodes.Pure: pure,
    nodes.Perform: lambda machine, node: perform(machine, node._effect),
    nodes.Call: call,
    nodes.Expand: expand,
    nodes.Apply: apply,
    _Run: run_stream,
    nodes.Resume: operations.resume,
    nodes.Transfer: operations.transfer,
    nodes.ResumeThrow: operations.resume_throw,
    nodes.TransferThrow: operations.transfer_throw,
    nodes.Pass: operations.pass_on,
    nodes.TailEval: tail_eval,
    nodes.WithHandler: with_handler,
    nodes.WithObserve: with_observe,
    nodes.WithBoundaries: with_boundaries,
    nodes.GetHandlers: boundaries.get_handlers,
    nodes.GetBoundaries: boundaries.get_boundaries,
    nodes.GetOuterHandlers: boundaries.get_outer_handlers,
    nodes.GetTraceback: boundaries.get_traceback,
    nodes.GetExecutionContext: boundaries.get_execution_context,
}


class DoeffFace(Face):
    """Reads handlers and words errors as doeff's users know them."""

    continuation = K
    operations = OPERATIONS

    def spec_of(self, handler: Any) -> HandlerSpec:
        if type(handler) is StateHandler:
            return handler._spec
        from doeff_vm._effect_types import handler_spec

        return handler_spec(handler)

    def adopts(self, item: Any) -> bool:
        return isinstance(getattr(item, "tag", None), int)

    def adopt(self, item: Any) -> Any:
        if self.adopts(item):
            from doeff_vm._legacy import node_of

            try:
                return node_of(item)
            except TypeError as refusal:
                raise RuntimeError(f"VM error (non-exception value in Raise): {str(refusal)!r}") from None
        from doeff_vm._not_a_program import yielded_not_a_program

        raise TypeError(yielded_not_a_program(item))

    def not_runnable(self, item: Any) -> BaseException:
        return TypeError(f"expected DoExpr or EffectBase, got: {type(item)}")

    def used_twice(self, machine: Machine, k: Continuation) -> BaseException:
        depth = sum(1 for _ in outward(machine.fiber)) - 1
        return RuntimeError(f"internal error: Continuation: continuation already consumed (one-shot violation) (current fiber={depth})")

    def handler_answer(self, machine: Machine, k: Continuation, called_generator: bool, result: Any) -> Any:
        if called_generator:
            machine.value = unwrap(result)
        elif machine.is_program(result):
            machine.push_frame(_relay(result), RELAY_TAILS, k)
        else:
            text = f"type error: handler must return DoExpr: expected DoExpr or EffectBase, got: {type(result)}"
            raise Fatal(RuntimeError(text))

    def unhandled(self, machine: Machine, effect: Any, start: Fiber) -> None:
        error = UnhandledEffect(unhandled_text(machine, effect))
        remember(error, rows_of(machine, error))
        machine.throw(error)

    def raised(self, machine: Machine, error: BaseException) -> None:
        if machine.context is None:
            machine.context = rows_of(machine, error)

    def execution_context(self, machine: Machine) -> list[Any]:
        rows, machine.context = machine.context, None
        return rows_of(machine, None) if rows is None else rows


def remember(error: BaseException, rows: Rows) -> None:
    """Give an exception its traceback, if it takes attributes."""
    try:
        setattr(error, TRACEBACK, rows)
    except AttributeError:
        return


def finish(machine: Machine, error: BaseException) -> None:
    """Give an exception that leaves a run the chain as it was at the first raise that nobody has asked for."""
    if machine.context:
        remember(error, machine.context)


def _relay(program: Any) -> Any:
    return (yield program)


RELAY_TAILS = tail_offsets(_relay.__code__)


def live_frames(machine: Machine) -> Iterator[Frame]:
    """The frames of the chain, innermost first."""
    for fiber in outward(machine.fiber):
        yield from frames_of(machine.frame if fiber is machine.fiber else fiber.frame)


def rows_of(machine: Machine, error: BaseException | None) -> Rows:
    """The chain as doeff lists it: frames outermost first, then the names of the handlers, innermost first."""
    rows: Rows = []
    for frame in reversed(list(live_frames(machine))):
        python_frame = generator_frame(frame.gen)
        if python_frame is not None and is_own(python_frame):
            continue
        row = frame_row(frame, python_frame is None, error)
        if row is not None:
            _append(rows, row)
    names = [qualified_name(fiber.handler) for fiber in outward(machine.fiber) if fiber.spec is not None]
    return [*rows, ["handler", "chain", names]] if names else rows


def frame_row(frame: Frame, ended: bool, error: BaseException | None) -> list[Any] | None:
    """One frame; the line of one that has ended is where the error left it."""
    entry = frame_entry(frame)
    if entry is None:
        return None
    trace = None if error is None else error.__traceback__
    if ended and trace is not None and trace.tb_frame.f_code is getattr(frame.gen, "gi_code", None):
        entry[2] = trace.tb_lineno
    return ["frame", *entry]


def _append(rows: Rows, row: list[Any]) -> None:
    if rows and rows[-1][:4] == row:
        rows[-1] = [*row, (rows[-1][4] if len(rows[-1]) > 4 else 1) + 1]
    else:
        rows.append(row)


def qualified_name(handler: Any) -> str:
    """How a handler is listed."""
    return getattr(handler, "__qualname__", None) or getattr(handler, "__name__", None) or "<handler>"


def short_name(handler: Any) -> str:
    """How a handler is called in a message."""
    return qualified_name(handler).split(".<locals>.")[0].rsplit(".", 1)[-1]


def unhandled_text(machine: Machine, effect: Any) -> str:
    """The message of an effect that nobody took."""
    from doeff_vm._unhandled_hint import hint_for, skipped_by_annotation

    name = type(effect).__qualname__
    try:
        text = repr(effect)
    except Exception:
        text = name
    shown = name if text == name else f"{name} ({text})"
    fibers = [fiber for fiber in outward(machine.fiber) if fiber.spec is not None]
    if not fibers:
        lines = [f"unhandled effect: {shown} (no handlers in scope)"]
    else:
        names = [short_name(fiber.handler) for fiber in fibers]
        merged = [each for index, each in enumerate(names) if index == 0 or names[index - 1] != each]
        lines = [f"no handler found for effect: {shown}", f"  handlers in scope (innermost→outermost): {' → '.join(merged)}"]
    typed = [(short_name(fiber.handler), fiber.spec.effect_types) for fiber in fibers if fiber.spec and fiber.spec.effect_types]
    skipped = skipped_by_annotation(effect, typed)
    if skipped is not None:
        lines.append(f"  {skipped}")
    lines.append(f"  hint: {hint_for(effect)}")
    return "\n".join(lines)


FACE = DoeffFace()
