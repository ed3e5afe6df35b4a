"""Tells the host what a program does: each line, call, return, exception, task and callback, with the time and the task of each.

An event costs one callback of `sys.monitoring` and one `list.extend`; the host gets them thousands at a time, as columns of numbers. With
`locals`, each goes alone and at once through `report-trace`.
"""

import asyncio
import sys
from _asyncio import _get_running_loop, current_task
from array import array
from collections.abc import Callable
from importlib import import_module
from time import perf_counter_ns
from types import CodeType, FrameType
from typing import Any
from weakref import WeakKeyDictionary

import waiting
import wit_world
from calls import Calls
from effect_events import LIBRARY, EffectEvents, TraceDict
from sandstep.agent import messages, objects
from sandstep.agent.render import Renderer
from wit_world.imports import tracing

LINE, CALL, RETURN, EXCEPTION, YIELD, RESUME, UNWIND, TASK_START, TASK_SWITCH, TASK_END, CALLBACK_START, CALLBACK_END, DISPATCH, HANDLED = (
    range(14)
)
_TYPES = ("line", "call", "return", "exception", "yield", "resume", "return", "task_start", "task_switch", "task_end", "callback_start",
          "callback_end", "effect_dispatched", "effect_handled")  # fmt: skip
_BATCH = 3 * 8192
_TOOL = 3  # one of those that sys.monitoring leaves without a name: a debugger may be there as well
_E = sys.monitoring.events
_LOCAL = _E.LINE | _E.PY_RETURN | _E.PY_YIELD
_ALL = _E.PY_START | _E.PY_RESUME | _E.PY_THROW | _E.RAISE | _E.PY_UNWIND
_DISABLE = sys.monitoring.DISABLE
_NOWHERE = compile("", "<sandbox>", "exec")
_TURN = asyncio.Handle._run.__code__  # runs a task's next stretch: what stands below it is not the task's
_getframe = sys._getframe
_VALUE, _NAMES, _MESSAGE = 200, 50, 1000
_encode = messages.encode
_report_batch, _report_trace = tracing.report_batch, wit_world.report_trace


class Tracer:
    """Traces until it is stopped. There is one at a time."""

    def __init__(self, options: TraceDict, hidden: frozenset[str], calls: Calls) -> None:
        self._internal, self._hidden, self._calls = options["internal"], hidden, calls
        self._buffer: list[Any] = []
        self._details: list[list[Any]] = []
        self._codes: dict[int, CodeType] = {id(_NOWHERE): _NOWHERE}
        self._told: dict[int, int] = {}
        self._new: list[CodeType] = []
        self._numbers: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
        self._tasks = 0
        self._task: object = None
        self._flushing = False
        self._kept: list[CodeType] = []
        self._effects = EffectEvents(self._on_effect, _asyncio_task, self._switch, self._task_ended, options)
        self._tell_code(_NOWHERE)

    def start(self, *, each: bool) -> None:
        _observe_effects(self._effects)  # first, as it may have to import them
        monitoring = sys.monitoring
        monitoring.use_tool_id(_TOOL, "trace")
        callbacks = self._callbacks_each() if each else self._callbacks()
        for event, callback in callbacks.items():
            monitoring.register_callback(_TOOL, event, callback)
        monitoring.set_events(_TOOL, _ALL)
        monitoring.restart_events()
        self._calls.watch = self._on_callback
        waiting.GuestEventLoop.on_task = self._on_task

    def stop(self) -> None:
        monitoring = sys.monitoring
        monitoring.set_events(_TOOL, 0)
        for code in self._codes.values():
            monitoring.set_local_events(_TOOL, code, 0)
        monitoring.free_tool_id(_TOOL)
        self._calls.watch = waiting.GuestEventLoop.on_task = None
        _observe_effects(None)
        self.flush()

    def flush(self) -> None:
        """Hands over what there is. Called when enough has come together, and when the host asks."""
        buffer = self._buffer
        if self._flushing or not buffer:
            return
        self._flushing = True
        rows = buffer[:]
        buffer.clear()
        told = self._told
        columns = (array("I", [told[id(code)] for code in rows[::3]]), array("I", rows[1::3]), array("Q", rows[2::3]))
        news = {"codes": [_about(code) for code in self._new], "details": self._details}
        self._new, self._details = [], []
        try:
            _report_batch(b"".join(column.tobytes() for column in columns).decode("latin-1"), _encode(news))
        finally:
            self._flushing = False

    def _callbacks(self) -> dict[int, Callable[..., object]]:
        buffer, now, flush, codes = self._buffer, perf_counter_ns, self.flush, self._codes
        extend, is_users, switch = buffer.extend, self._is_users, self._switch

        def on_line(code: CodeType, line: int) -> None:
            extend((code, line << 4, now()))
            if len(buffer) >= _BATCH:
                flush()

        def on_start(code: CodeType, offset: int) -> object:
            if id(code) not in codes and not is_users(code):
                return _DISABLE
            if _get_running_loop() is not None:
                switch()
            extend((code, code.co_firstlineno << 4 | CALL, now()))
            return None

        def on_resume(code: CodeType, offset: int, *error: object) -> object:
            if id(code) not in codes and not is_users(code):
                return None if error else _DISABLE
            if _get_running_loop() is not None:
                switch()
            extend((code, (_getframe(1).f_lineno or 0) << 4 | RESUME, now()))
            return None

        def on_return(code: CodeType, offset: int, value: object) -> None:
            extend((code, (_getframe(1).f_lineno or 0) << 4 | RETURN, now()))

        def on_yield(code: CodeType, offset: int, value: object) -> None:
            extend((code, (_getframe(1).f_lineno or 0) << 4 | YIELD, now()))

        def on_unwind(code: CodeType, offset: int, error: BaseException) -> None:
            if id(code) in codes:
                extend((code, (_getframe(1).f_lineno or 0) << 4 | UNWIND, now()))

        def on_raise(code: CodeType, offset: int, error: BaseException) -> None:
            if id(code) in codes and not isinstance(error, (StopIteration, StopAsyncIteration)):
                self._details.append(_error(error))
                extend((code, (_getframe(1).f_lineno or 0) << 4 | EXCEPTION, now()))

        return {_E.LINE: on_line, _E.PY_START: on_start, _E.PY_RESUME: on_resume, _E.PY_THROW: on_resume, _E.PY_RETURN: on_return,
                _E.PY_YIELD: on_yield, _E.PY_UNWIND: on_unwind, _E.RAISE: on_raise}  # fmt: skip

    def _callbacks_each(self) -> dict[int, Callable[..., object]]:
        """The same events, each told at once with the locals of its frame."""
        codes, is_users = self._codes, self._is_users

        def report(kind: int) -> Callable[..., object]:
            def on_event(code: CodeType, place: int, what: object = None) -> object:
                if id(code) not in codes and not is_users(code):
                    return _DISABLE if kind in (CALL, RESUME) and what is None else None
                if kind == EXCEPTION and isinstance(what, (StopIteration, StopAsyncIteration)):
                    return None
                if kind in (CALL, RESUME) and _get_running_loop() is not None:
                    self._switch()
                frame = _getframe(1)
                line = place if kind == LINE else code.co_firstlineno if kind == CALL else frame.f_lineno or 0
                event: dict[str, Any] = {
                    "type": _TYPES[kind],
                    "function": code.co_qualname,
                    "file": code.co_filename,
                    "time": perf_counter_ns(),
                }
                event["task"] = self._number(self._task)
                if isinstance(what, BaseException):
                    event["detail"] = _error(what)
                self.flush()
                _report_trace(line, _encode(event), _encode({"locals": _locals(frame.f_locals)}))
                return None

            return on_event

        return {_E.LINE: report(LINE), _E.PY_START: report(CALL), _E.PY_RESUME: report(RESUME), _E.PY_THROW: report(RESUME),
                _E.PY_RETURN: report(RETURN),
                _E.PY_YIELD: report(YIELD), _E.PY_UNWIND: report(UNWIND), _E.RAISE: report(EXCEPTION)}  # fmt: skip

    def _is_users(self, code: CodeType) -> bool:
        file, name = code.co_filename, code.co_name
        if file in self._hidden or code.co_varnames[:1] == ("_cls",):  # the __new__ of named tuples comes from nowhere
            return False
        if not self._internal and (file.startswith(LIBRARY) or (name.startswith("_") and name != "<module>")):
            return False
        self._codes[id(code)] = code
        self._tell_code(code)
        sys.monitoring.set_local_events(_TOOL, code, _LOCAL)
        return True

    def _tell_code(self, code: CodeType) -> None:
        self._told[id(code)] = len(self._told)
        self._new.append(code)

    def _add(self, kind: int, detail: list[Any], code: CodeType = _NOWHERE, line: int = 0) -> None:
        self._details.append(detail)
        self._buffer.extend((code, line << 4 | kind, perf_counter_ns()))

    def _switch(self) -> None:
        task = self._effects.task(_asyncio_task())
        if task is not self._task:
            self._task = task
            self._add(TASK_SWITCH, [self._number(task)])

    def _number(self, task: object) -> int:
        """0 is what runs outside of any task."""
        if task is None:
            return 0
        number = self._numbers.get(task)
        if number is None:
            number = self._tasks = self._tasks + 1
            self._numbers[task] = number
            name = task.get_name() if isinstance(task, asyncio.Task) else getattr(task, "name", type(task).__name__)
            self._add(TASK_START, [number, str(name)[:_VALUE]])
        return number

    def _on_task(self, task: asyncio.Task[Any]) -> None:
        self._number(task)
        task.add_done_callback(self._on_done)

    def _on_done(self, task: asyncio.Task[Any]) -> None:
        error = getattr(task, "_exception", None)  # asking for `exception()` would count as having seen it
        self._task_ended(task, "cancelled" if task.cancelled() else type(error).__name__ if error is not None else "done")

    def _task_ended(self, task: object, how: str) -> None:
        self._add(TASK_END, [self._number(task), how[:_VALUE]])

    def _on_effect(self, begins: bool, detail: list[Any], code: CodeType | None, line: int) -> None:
        if code is not None and id(code) not in self._told:
            self._tell_code(code)
            self._kept.append(code)
        self._add(DISPATCH if begins else HANDLED, detail, code or _NOWHERE, line)

    def _on_callback(self, kind: str, name: str, failure: str, duration: float) -> None:
        if kind == "callback_start":
            self._add(CALLBACK_START, [name[:_VALUE]], *self._caller())
        else:
            self._add(CALLBACK_END, [name[:_VALUE], failure[:_VALUE], int(duration * 1e9)])

    def _caller(self) -> tuple[CodeType, int]:
        """The line of the program that calls the host; nowhere, if the call is a task of its own."""
        frame: FrameType | None = _getframe(2)
        while frame is not None and frame.f_code is not _TURN:
            if id(frame.f_code) in self._codes:
                return frame.f_code, frame.f_lineno or 0
            frame = frame.f_back
        return _NOWHERE, 0


def _observe_effects(observer: EffectEvents | None) -> None:
    """The machine is the program's to import, so it is not there before."""
    vars(import_module("sandstep.effects.instruments"))["observer"] = observer


def _asyncio_task() -> object:
    loop = _get_running_loop()
    return None if loop is None else current_task(loop)


def start(options: TraceDict, hidden: frozenset[str], calls: Calls) -> Tracer:
    """Begins to trace."""
    global current
    current = Tracer(options, hidden, calls)
    current.start(each=options["locals"])
    return current


current: Tracer | None = None


def flush() -> None:
    """Hands over what a tracer has, if there is one."""
    if current is not None:
        current.flush()


def _about(code: CodeType) -> list[Any]:
    return [code.co_filename, code.co_qualname, code.co_firstlineno]


def _error(error: BaseException) -> list[Any]:
    """Its type and message; a message that only the program's own code could tell is left out."""
    kind = type(error)
    plain = kind.__str__ in (BaseException.__str__, OSError.__str__, KeyError.__str__, SyntaxError.__str__, ImportError.__str__)
    arguments = error.args
    safe = plain and all(type(each) in (str, int, float, bool, type(None)) for each in arguments)
    return [kind.__qualname__[:_VALUE], str(error)[:_MESSAGE] if safe else ""]


def _of_users(value: object) -> str:
    return f"<{objects.qualname(type(value))} object>"


def _locals(names: Any) -> dict[str, str]:
    shown: dict[str, str] = {}
    for name, value in names.items():
        if len(shown) == _NAMES:
            break
        if not name.startswith("__"):
            shown[str(name)[:_VALUE]] = Renderer(_VALUE, user=_of_users).text(value)
    return shown
