"""Serves `evaluate` and its kin: looks in a clone of the worker, statements in the program itself."""

from __future__ import annotations

import ast
import sys
import time
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from . import evaluate, objects, pure
from .completions import complete
from .conditions import describe
from .entries import Place
from .handles import Handles
from .messages import Channel, Handler, Json, RequestError, TakenByClone, integer, text
from .monitor import EVENTS, Monitor
from .output import Output
from .own import keep_builtins
from .render import NeedsUserCode
from .stack import Stack
from .variables import Looks, Variables

keep_builtins(globals())

_LOOKS = frozenset(("watch", "hover", "clipboard", "variables"))
_DEADLINE = 1.0
_TICKS = 200
_REASON = "interrupt"
_call_tracing, _monotonic = sys.call_tracing, time.monotonic


class Cancelled(BaseException):
    """Raised inside code that is evaluated, when it is to end."""


class CloneLooks(Looks):
    """Runs the program's code in a clone of the worker; where there are none, here."""

    def __init__(self, console: Console, channel: Channel, handles: Handles) -> None:
        self._console, self._channel, self._handles = console, channel, handles
        self.is_clone = False
        self.event: Callable[[str, Json], None] = lambda name, body: None

    def enter(self) -> None:
        if self.is_clone:
            return
        try:
            self.is_clone = self._channel.clone(self._console.request.get("seq", 0))
        except Exception:
            return  # there are no clones here: it is done in place
        if not self.is_clone:
            raise TakenByClone
        self._handles.begin_clone()

    def repr(self, index: int, value: object) -> str:
        skip = (self._console.request.get("arguments") or {}).get("skip") or ()
        if skip == "all" or index in skip:
            return f"<{objects.qualname(type(value))}: __repr__ did not return within 1 s>"
        if self.is_clone:
            self.event("looking", {"index": index})
        try:
            shown = self._console.run(lambda: repr(value), limited=not self.is_clone)
        except Cancelled:
            return f"<{objects.qualname(type(value))}: __repr__ did not return within {_DEADLINE:g} s>"
        except BaseException as error:
            return f"<{objects.qualname(type(value))}: __repr__ raised {describe(error)}>"
        return shown if type(shown) is str else str.__str__(shown)

    def read(self, value: object, name: str) -> object:
        try:
            return self._console.run(lambda: getattr(value, name), limited=not self.is_clone)
        except BaseException as error:
            raise RequestError(str(error) if isinstance(error, Cancelled) else describe(error)) from None


class Console:
    """Evaluates in the frames of a stop."""

    def __init__(self, channel: Channel, monitor: Monitor, stack: Stack, handles: Handles) -> None:
        self._monitor, self._stack, self._handles = monitor, stack, handles
        self.looks = CloneLooks(self, channel, handles)
        self.request: Json = {}
        self._cancelled: str | None = None
        self._evaluating = 0
        self._ticks, self._deadline = 0, 0.0
        self._variables: Variables
        self._output: Output

    def wire(self, variables: Variables, output: Output, event: Callable[[str, Json], None]) -> None:
        self._variables, self._output = variables, output
        self.looks.event = event

    @property
    def is_evaluating(self) -> bool:
        return self._evaluating > 0

    def handlers(self) -> dict[str, Handler]:
        return {"evaluate": self._evaluate, "setExpression": self._set_expression, "completions": self._completions}

    def cancel(self, request: object) -> None:
        """Interrupts the evaluation that runs, if it is this request's."""
        if self._evaluating and (request is None or request == self.request.get("seq")):
            self._interrupt("the evaluation was cancelled")

    def _interrupt(self, why: str) -> None:
        """The next instruction of each frame that the evaluation runs raises."""
        self._cancelled = why
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code is not Console.run.__code__:
            self._monitor.want(frame.f_code, _REASON, EVENTS.INSTRUCTION)
            frame = frame.f_back

    def _on_instruction(self, code: CodeType, offset: int) -> None:
        if self._cancelled is not None and code.co_filename != __file__:
            raise Cancelled(self._cancelled)

    def _on_tick(self, *_: object) -> None:
        """Where nothing else could end an evaluation: looks at the clock now and then."""
        self._ticks += 1
        if self._ticks % _TICKS == 0 and _monotonic() > self._deadline:
            raise Cancelled(f"it did not end within {_DEADLINE:g} s")

    def run(self, what: Callable[[], Any], *, limited: bool = False) -> Any:
        """Runs the program's code while the program stands still: it can be cancelled, and it does not stop anywhere."""
        callbacks: dict[int, Callable[..., Any]] = {EVENTS.INSTRUCTION: self._on_instruction}
        if limited:
            self._ticks, self._deadline = 0, _monotonic() + _DEADLINE
            callbacks |= {EVENTS.JUMP: self._on_tick, EVENTS.PY_START: self._on_tick}
            self._monitor.everywhere(_REASON, EVENTS.JUMP | EVENTS.PY_START)
        self._evaluating += 1
        try:
            with self._monitor.mute(callbacks):
                return _call_tracing(what, ())
        finally:
            self._evaluating -= 1
            self._cancelled = None
            self._monitor.unwant_all(_REASON)

    def look(self, what: Callable[[], Any]) -> Any:
        """Runs what only looks: in a clone the adapter sets the limit, else we do."""
        return self.run(what, limited=not self.looks.is_clone)

    def value_of(self, source: str, frame: FrameType | None) -> Any:
        """The value of an expression that is to be assigned."""
        return self._guarded(lambda: evaluate.evaluate(source, frame, _main()))

    def _guarded(self, what: Callable[[], Any], *, limited: bool = False) -> Any:
        try:
            return self.run(what, limited=limited)
        except BaseException as error:
            raise RequestError(str(error) if isinstance(error, Cancelled) else describe(error)) from None

    def _place(self, arguments: Json) -> Place | None:
        return self._stack.place(integer(arguments, "frameId")) if arguments.get("frameId") is not None else None

    def _evaluate(self, arguments: Json) -> Json:
        source, context = text(arguments, "expression"), arguments.get("context")
        place = self._place(arguments)
        frame = place.frame if place is not None else None
        if context in _LOOKS:
            return self._look(source, frame, arguments)
        value = self._guarded(lambda: evaluate.execute(source, frame, _main()))
        self._output.flush()
        if value is evaluate.NOTHING or (value is None and context == "repl"):
            return {"result": "", "variablesReference": 0}
        return self._result(value, source, frame, arguments)

    def _look(self, source: str, frame: FrameType | None, arguments: Json) -> Json:
        try:
            value = pure.evaluate(source, frame, _main())
            return self._variables.result(value, source, self._serial(frame), arguments, None)
        except pure.NotPure, NeedsUserCode:
            self.looks.enter()
        except Exception as error:
            raise RequestError(describe(error)) from None
        value = self._guarded(lambda: evaluate.evaluate(source, frame, _main()), limited=not self.looks.is_clone)
        return self._result(value, source, frame, arguments)

    def _result(self, value: object, source: str, frame: FrameType | None, arguments: Json) -> Json:
        body = self._variables.result(value, source.strip(), self._serial(frame), arguments, lambda each: self.looks.repr(0, each))
        self._output.flush()
        return body

    def _serial(self, frame: FrameType | None) -> int:
        return self._handles.frame_number(frame) if frame is not None else 0

    def _set_expression(self, arguments: Json) -> Json:
        target, source = text(arguments, "expression"), text(arguments, "value")
        place = self._place(arguments)
        frame = place.frame if place is not None else None
        value = self._guarded(lambda: evaluate.evaluate(source, frame, _main()))
        self._guarded(lambda: evaluate.assign(target, value, frame, _main()))
        body = self._variables.result(value, target, self._serial(frame), arguments, lambda each: self.looks.repr(0, each))
        body["value"] = body.pop("result")
        return body

    def _completions(self, arguments: Json) -> Json:
        place = self._place(arguments)
        line, column = integer(arguments, "line", 1), integer(arguments, "column")
        frame = place.frame if place else None

        def run(node: ast.expr) -> Any:
            self.looks.enter()
            try:
                return self.look(lambda: evaluate.evaluate_tree(node, frame, _main()))
            except BaseException:
                return objects.MISSING

        return {"targets": complete(text(arguments, "text"), line, column, frame, _main(), run)}


def _main() -> dict[str, Any]:
    """The program's own globals."""
    main = sys.modules.get("__main__")
    return main.__dict__ if main is not None else {}
