"""Breakpoints: what the editor asked for, where they really are, and whether this line is one at which to stop."""

import sys
import warnings
from ast import PyCF_ALLOW_TOP_LEVEL_AWAIT
from collections.abc import Callable, Iterable, Mapping
from types import CodeType, FrameType
from typing import Any

from . import codes
from .breakpoint import Breakpoint, Log
from .breakpoint import Hit as Hit
from .conditions import Test, describe
from .functions import Functions
from .messages import Handler, Json, RequestError
from .monitor import DISABLE, EVENTS, Monitor
from .own import keep_builtins
from .sources import Sources

keep_builtins(globals())

type Spot = tuple[CodeType, Mapping[str, Any], Test]
"""A line of one code, run with these globals, that has nothing but a condition."""

_getframe = sys._getframe
_REASON = "breakpoint"
_UNREACHED = "breakpoint, not reached yet"


class Breakpoints:
    """All breakpoints, and the callbacks that watch for them."""

    def __init__(self, monitor: Monitor, sources: Sources, functions: Functions) -> None:
        self._monitor, self._sources, self._functions = monitor, sources, functions
        self._numbers = functions.numbers
        self._files: dict[str, list[Breakpoint]] = {}
        self._at: dict[str, dict[int, list[Breakpoint]]] = {}
        self._spots: dict[int, Spot | None] = {}
        self.on_line = _line_callback(self._spots, self._on_line)
        self.stop: Callable[[FrameType, Hit], None] = _nothing
        self.log: Log = _nothing
        self.changed: Callable[[Breakpoint, Json], None] = _nothing
        self.loaded: Callable[[CodeType, FrameType], None] = _nothing
        self.refreshed: Callable[[], None] = _nothing
        """Is told that other functions, effects and handlers have breakpoints."""
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
        return (lines is not None and line in lines) or self._functions.has(code)

    def check(self, frame: FrameType, code: CodeType, line: int) -> Hit | None:
        """Whether to stop at this line of this frame. Counts hits and writes log points."""
        named = self._functions.reached(frame)
        found = list(named.breakpoints)
        lines = self._at.get(self._sources.path(code.co_filename))
        if (
            lines is not None
            and line in lines
            and frame.f_lasti not in codes.statements(code).continuations
            and not codes.is_part_of_line(frame, line)
        ):
            found += lines[line]
        hits, text = [], None
        for each in found:
            stops, why = each.counts(frame, self.log, named.subjects if each in named.breakpoints else None)
            if stops:
                hits.append(each.id)
                text = why or text
        if not hits:
            if len(found) == 1 and not named.breakpoints:
                self._remember_spot(found[0], frame, code, line)
            return None
        return Hit("function breakpoint" if named.breakpoints else "breakpoint", hits, text or named.text)

    def _remember_spot(self, breakpoint: Breakpoint, frame: FrameType, code: CodeType, line: int) -> None:
        """A false condition will be tested the short way, unless another code has the same line number."""
        if not breakpoint.is_plain_condition or codes.statements(code).continuations or self._functions.has(code):
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
        named = self._functions.look(code, frame, starts=starts)
        if wanted and not named and starts and _REASON not in self._monitor.wanted(code):
            self._monitor.want(code, _UNREACHED, EVENTS.INSTRUCTION)
        elif wanted or named:
            self._watch(code)
        return named

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

    def _loaded(self, code: CodeType, module: str) -> None:
        """A module begins to run: what could not be verified before can be now."""
        self._functions.loaded(code, module)
        path = self._sources.path(code.co_filename)
        for each in self._files.get(path, ()):
            before = each.body(self._sources)
            self._place(each, path, {line for inner in codes.nested(code) for line in codes.executable_lines(inner)}, None)
            if each.body(self._sources) != before:
                self.changed(each, each.body(self._sources))
        self._index()

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
                    self.changed(each, each.body(self._sources))

    def handlers(self) -> dict[str, Handler]:
        return {
            "setBreakpoints": self._set_breakpoints,
            "setFunctionBreakpoints": self._set_function_breakpoints,
            "breakpointLocations": self._breakpoint_locations,
        }

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
        self._files[path] = [self._numbers.breakpoint(asked, old) for asked in wanted]
        lines, why_not = self._lines(file) if wanted else (None, None)
        for each in self._files[path]:
            self._place(each, path, lines, why_not)
        self.refresh()
        return {"breakpoints": [each.body(self._sources) for each in self._files[path]]}

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
        body = self._functions.set(arguments)
        self.refreshed()
        self.refresh()
        return body

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
