"""Breakpoints: what the editor asked for, where they really are, and whether this line is one at which to stop."""

import sys
import warnings
from ast import PyCF_ALLOW_TOP_LEVEL_AWAIT
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any, NamedTuple

from . import codes
from .conditions import BadExpression, Expression, Test, describe, parse_expression, parse_hit_condition, parse_log_message
from .messages import Handler, Json, RequestError, StopReason
from .monitor import DISABLE, EVENTS, Monitor
from .own import keep_builtins
from .sources import Sources

keep_builtins(globals())

type Spot = tuple[CodeType, Mapping[str, Any], Test]
"""A line of one code, run with these globals, that has nothing but a condition."""

_getframe = sys._getframe
_REASON = "breakpoint"
_UNREACHED = "breakpoint, not reached yet"


class Hit(NamedTuple):
    """Why a line is one to stop at."""

    reason: StopReason
    breakpoints: list[int]
    text: str | None


@dataclass(eq=False)
class Breakpoint:
    """One breakpoint, by line or by function name."""

    id: int
    asked: Json
    condition: Expression | None = None
    enough: Callable[[int], bool] | None = None
    log: Expression | None = None
    hits: int = 0
    wrong: str | None = None
    verified: bool = False
    message: str | None = None
    file: str | None = None
    line: int | None = None

    def read(self) -> None:
        """Compiles what the user wrote; what makes no sense is kept to be told."""
        try:
            if self.asked.get("condition"):
                self.condition = parse_expression(self.asked["condition"])
            if self.asked.get("hitCondition"):
                self.enough = parse_hit_condition(self.asked["hitCondition"])
            if self.asked.get("logMessage"):
                self.log = parse_log_message(self.asked["logMessage"])
        except BadExpression as error:
            self.wrong = str(error)

    @property
    def is_plain_condition(self) -> bool:
        return self.condition is not None and self.enough is None and self.log is None


class Breakpoints:
    """All breakpoints, and the callbacks that watch for them."""

    def __init__(self, monitor: Monitor, sources: Sources) -> None:
        self._monitor, self._sources = monitor, sources
        self._last_id = 0
        self._files: dict[str, list[Breakpoint]] = {}
        self._functions: list[Breakpoint] = []
        self._at: dict[str, dict[int, list[Breakpoint]]] = {}
        self._spots: dict[int, Spot | None] = {}
        self._entering: FrameType | None = None
        self.on_line = _line_callback(self._spots, self._on_line)
        self.stop: Callable[[FrameType, Hit], None] = _nothing
        self.log: Callable[[FrameType, str], None] = _nothing
        self.changed: Callable[[Breakpoint, Json], None] = _nothing
        self.loaded: Callable[[CodeType, FrameType], None] = _nothing
        self.frames: Callable[[], Iterable[FrameType]] = list

    def _on_line(self, code: CodeType, line: int) -> object:
        """A line event that is not a false condition's."""
        frame = _getframe(2)
        hit = self.check(frame, code, line)
        if hit is not None:
            self.stop(frame, hit)
            return None
        return None if self._has(code, line) else DISABLE

    def _has(self, code: CodeType, line: int) -> bool:
        lines = self._at.get(self._sources.path(code.co_filename))
        return (lines is not None and line in lines) or any(self._is_named(each, code, None) for each in self._functions)

    def check(self, frame: FrameType, code: CodeType, line: int) -> Hit | None:
        """Whether to stop at this line of this frame. Counts hits and writes log points."""
        entering, self._entering = self._entering, None
        found: list[Breakpoint] = []
        reason: StopReason = "breakpoint"
        if entering is frame:
            found = [each for each in self._functions if self._is_named(each, code, frame) and not each.wrong]
            reason = "function breakpoint" if found else "breakpoint"
        lines = self._at.get(self._sources.path(code.co_filename))
        if (
            lines is not None
            and line in lines
            and frame.f_lasti not in codes.statements(code).continuations
            and not codes.is_part_of_line(frame, line)
        ):
            found = [*found, *lines[line]]
        hits, text = [], None
        for each in found:
            stops, why = self._counts(each, frame)
            if stops:
                hits.append(each.id)
                text = why or text
        if len(found) == 1 and not hits and reason == "breakpoint":
            self._remember_spot(found[0], frame, code, line)
        return Hit(reason, hits, text) if hits else None

    def _counts(self, breakpoint: Breakpoint, frame: FrameType) -> tuple[bool, str | None]:
        """Whether it stops, and what to say. What raises stops: silence would look like a breakpoint that is not reached."""
        try:
            if breakpoint.condition is not None and not breakpoint.condition.evaluate(frame):
                return False, None
        except Exception as error:
            return True, f"The condition {breakpoint.asked['condition']!r} raised {describe(error)}"
        breakpoint.hits += 1
        if breakpoint.enough is not None and not breakpoint.enough(breakpoint.hits):
            return False, None
        if breakpoint.log is None:
            return True, None
        try:
            self.log(frame, breakpoint.log.evaluate(frame))
        except Exception as error:
            return True, f"The log message {breakpoint.asked['logMessage']!r} raised {describe(error)}"
        return False, None

    def _remember_spot(self, breakpoint: Breakpoint, frame: FrameType, code: CodeType, line: int) -> None:
        """A false condition will be tested the short way, unless another code has the same line number."""
        if (
            not breakpoint.is_plain_condition
            or codes.statements(code).continuations
            or any(self._is_named(each, code, frame) for each in self._functions)
        ):
            return
        assert breakpoint.condition is not None
        spot = self._spots.setdefault(line, (code, frame.f_globals, breakpoint.condition.test(frame)))
        if spot is not None and spot[0] is not code:
            self._spots[line] = None

    def look(self, code: CodeType, frame: FrameType, *, starts: bool) -> bool:
        """A code is about to run: asks for its line events if it has breakpoints. True: it is to be looked at each time that it starts."""
        if self._sources.owner(code) == "hidden":
            return False
        if starts and code.co_name == "<module>" and self._sources.loaded(code):
            self._loaded(code, codes.module_name(frame))
            self.loaded(code, frame)
        lines = self._at.get(self._sources.path(code.co_filename)) if self._at else None
        wanted = lines is not None and not codes.executable_lines(code).isdisjoint(lines)
        named = [each for each in self._functions if self._is_named(each, code, frame)] if self._functions else []
        for each in named:
            if not each.verified and not each.wrong:
                self._verify_function(each, code)
        if named and starts and any(not each.wrong for each in named):
            self._entering = frame
        if wanted and not named and starts and _REASON not in self._monitor.wanted(code):
            self._monitor.want(code, _UNREACHED, EVENTS.INSTRUCTION)
        elif wanted or named:
            self._watch(code)
        return bool(named)

    def _watch(self, code: CodeType) -> None:
        self._monitor.unwant(code, _UNREACHED)
        self._monitor.want(code, _REASON, EVENTS.LINE)

    def on_instruction(self, code: CodeType, offset: int, frame: FrameType) -> object:
        """The first time that an instruction of a code runs none of whose breakpoints has been reached.

        Line events would not do: CPython leaves them in place where a jump stays on its line, since it tells of those only once, and so
        a loop would pay for a breakpoint beside it. Instructions are disabled one by one, and then cost nothing.
        """
        wanted = self._monitor.wanted(code)
        if _UNREACHED not in wanted:
            return None
        line = frame.f_lineno
        lines = self._at.get(self._sources.path(code.co_filename))
        if lines is None or line is None or line not in lines or offset <= codes.first_traceable(code):
            return DISABLE if all(reason == _UNREACHED for reason in wanted) else None
        told = any(events & EVENTS.LINE for events in wanted.values())
        self._watch(code)
        hit = None if told else self.check(frame, code, line)
        if hit is not None:
            self.stop(frame, hit)
        return None

    def _is_named(self, breakpoint: Breakpoint, code: CodeType, frame: FrameType | None) -> bool:
        if code.co_name.startswith("<"):
            return False
        name, qualified = breakpoint.asked["name"], code.co_qualname
        if name == qualified or name == qualified.replace("<locals>.", "") or name == code.co_name:
            return self._sources.is_mine(code)
        if not name.endswith("." + code.co_name):
            return False
        if frame is None:
            return True
        return bool(name == f"{codes.module_name(frame)}.{qualified}")

    def _verify_function(self, breakpoint: Breakpoint, code: CodeType) -> None:
        breakpoint.verified, breakpoint.message = True, None
        breakpoint.file, breakpoint.line = code.co_filename, min(codes.executable_lines(code), default=code.co_firstlineno)
        self.changed(breakpoint, self.body(breakpoint))

    def _loaded(self, code: CodeType, module: str) -> None:
        """A module begins to run: what could not be verified before can be now."""
        for each in self._functions:
            if not each.verified and not each.wrong:
                inner = next((inner for inner in codes.nested(code) if inner is not code and self._is_in(each, inner, module)), None)
                if inner is not None:
                    self._verify_function(each, inner)
        path = self._sources.path(code.co_filename)
        for each in self._files.get(path, ()):
            before = self.body(each)
            self._place(each, path, {line for inner in codes.nested(code) for line in codes.executable_lines(inner)}, None)
            if self.body(each) != before:
                self.changed(each, self.body(each))
        self._index()

    def _is_in(self, breakpoint: Breakpoint, code: CodeType, module: str) -> bool:
        name, qualified = breakpoint.asked["name"], code.co_qualname
        names = (qualified, qualified.replace("<locals>.", ""), code.co_name, f"{module}.{qualified}")
        return not code.co_name.startswith("<") and name in names

    def _place(self, breakpoint: Breakpoint, path: str, lines: set[int] | None, why_not: str | None) -> None:
        """Finds the line where it is, or says why it is nowhere."""
        asked = breakpoint.asked["line"]
        breakpoint.file, breakpoint.line, breakpoint.verified = path, asked, False
        if breakpoint.wrong is not None:
            breakpoint.message = breakpoint.wrong
        elif lines is None:
            breakpoint.message = why_not
        else:
            following = min((line for line in lines if line >= asked), default=None)
            if following is None:
                breakpoint.message = f"There is no code at line {asked} or after it."
            else:
                breakpoint.line, breakpoint.verified, breakpoint.message = following, True, None
        if breakpoint.verified and self._sources.has_changed(path):
            breakpoint.verified = False
            breakpoint.message = "The file has changed since the program loaded it: restart to stop here."

    def _index(self) -> None:
        self._at = {}
        for path, breakpoints in self._files.items():
            for each in breakpoints:
                if each.line is not None and each.wrong is None and (each.verified or self._sources.has_changed(path)):
                    self._at.setdefault(path, {}).setdefault(each.line, []).append(each)

    def body(self, breakpoint: Breakpoint) -> Json:
        """DAP's Breakpoint."""
        body: Json = {"id": breakpoint.id, "verified": breakpoint.verified}
        if breakpoint.file is not None and breakpoint.line is not None:
            body |= {"line": breakpoint.line, "source": self._sources.source(breakpoint.file)}
        if breakpoint.message:
            body["message"] = breakpoint.message
            if not breakpoint.verified:
                body["reason"] = "failed" if breakpoint.wrong else "pending"
        return body

    def refresh(self) -> None:
        """After a change: every code is looked at once more, those that run now at once."""
        self._index()
        self._spots.clear()
        self._monitor.unwant_all(_REASON)
        self._monitor.unwant_all(_UNREACHED)
        for frame in self.frames():
            self.look(frame.f_code, frame, starts=False)
        self._monitor.restart()

    def finish(self) -> None:
        """The program has ended: tells of the breakpoints whose file it never loaded."""
        for path, breakpoints in self._files.items():
            for each in breakpoints:
                if each.verified and not self._sources.is_loaded(path) and not path.startswith("<"):
                    each.verified, each.message = False, "The program did not load this file."
                    self.changed(each, self.body(each))

    def handlers(self) -> dict[str, Handler]:
        return {
            "setBreakpoints": self._set_breakpoints,
            "setFunctionBreakpoints": self._set_function_breakpoints,
            "breakpointLocations": self._breakpoint_locations,
        }

    def _new(self, asked: Json, old: list[Breakpoint]) -> Breakpoint:
        """The breakpoint, which keeps its number and its hits if it was there before."""
        for each in old:
            if each.asked == asked:
                old.remove(each)
                return each
        self._last_id += 1
        breakpoint = Breakpoint(self._last_id, asked)
        breakpoint.read()
        return breakpoint

    def _set_breakpoints(self, arguments: Json) -> Json:
        file = self._sources.file_of(arguments.get("source") or {})
        if file is None:
            raise RequestError("setBreakpoints needs a source with a path or a reference that is known.")
        path = self._sources.path(file)
        wanted = arguments.get("breakpoints")
        if wanted is None:
            wanted = [{"line": line} for line in arguments.get("lines") or ()]
        if any(not isinstance(asked.get("line"), int) for asked in wanted):
            raise RequestError("`line` must be an integer")
        old = self._files.get(path, [])
        self._files[path] = [self._new(asked, old) for asked in wanted]
        lines, why_not = self._lines(file) if wanted else (None, None)
        for each in self._files[path]:
            self._place(each, path, lines, why_not)
        self.refresh()
        return {"breakpoints": [self.body(each) for each in self._files[path]]}

    def _lines(self, file: str) -> tuple[set[int] | None, str | None]:
        """The lines of a file at which one can stop, or why that is not known."""
        found = self._sources.text(file)
        if found is None:
            return None, f"{file} is not in the sandbox, and no code of it has been loaded."
        try:
            with warnings.catch_warnings():  # they are the program's to show, when it is loaded
                warnings.simplefilter("ignore")
                code = compile(found, file, "exec", PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return None, f"The file does not compile: {describe(error)}"
        return {line for inner in codes.nested(code) for line in codes.executable_lines(inner)}, None

    def _set_function_breakpoints(self, arguments: Json) -> Json:
        wanted = arguments.get("breakpoints")
        if not isinstance(wanted, list) or any(not isinstance(asked.get("name"), str) for asked in wanted):
            raise RequestError("`breakpoints` must be a list of objects with a `name`")
        old = self._functions
        self._functions = [self._new(asked, old) for asked in wanted]
        for each in self._functions:
            if each.wrong is not None:
                each.message = each.wrong
            elif not each.verified:
                each.message = f"No function {each.asked['name']} has been loaded yet."
        self.refresh()
        return {"breakpoints": [self.body(each) for each in self._functions]}

    def _breakpoint_locations(self, arguments: Json) -> Json:
        file = self._sources.file_of(arguments.get("source") or {})
        first = arguments.get("line")
        if file is None or not isinstance(first, int):
            raise RequestError("breakpointLocations needs a source and a line.")
        last = arguments.get("endLine") or first
        lines, why_not = self._lines(file)
        if lines is None:
            raise RequestError(why_not or "")
        return {"breakpoints": [{"line": line} for line in sorted(lines) if first <= line <= last]}


def _line_callback(spots: dict[int, Spot | None], otherwise: Callable[[CodeType, int], object]) -> Callable[[CodeType, int], object]:
    """The callback of line events while nobody steps, for whom a false condition in a hot loop is what counts."""
    find, getframe = spots.get, _getframe

    def on_line(code: CodeType, line: int) -> object:
        spot = find(line)
        if spot is not None:
            own, space, test = spot
            frame = getframe(1)
            if own is code and space is frame.f_globals:
                try:
                    if not test(frame.f_locals):
                        return None
                except Exception:
                    pass  # evaluated again, with care
        return otherwise(code, line)

    return on_line


def _nothing(*_: object) -> None:
    return
