"""How far a program is, told now and then: the line that runs, lines a second, the number of tasks.

Between two looks the program runs as if nobody looked. A look counts the next few lines of the function that runs with `sys.monitoring`,
and takes that away again; the next look tells what came of it.
"""

import asyncio
import sys
from time import perf_counter_ns
from types import CodeType, FrameType

import wit_world
from effect_events import LIBRARY
from sandstep.agent import messages

_TOOL = 3
_COUNTED = 64
_LINE, _JUMP = sys.monitoring.events.LINE, sys.monitoring.events.JUMP
_report, _encode, _all_tasks, _getframe = wit_world.report_trace, messages.encode, asyncio.all_tasks, sys._getframe


class _Sampler:
    def __init__(self, hidden: frozenset[str]) -> None:
        self._hidden = hidden
        self._code: CodeType | None = None
        self._lines = self._first = self._last = self._cost = 0
        sys.monitoring.use_tool_id(_TOOL, "progress")
        self._jumped_to = 0
        sys.monitoring.register_callback(_TOOL, _LINE, self._on_line)
        sys.monitoring.register_callback(_TOOL, _JUMP, self._on_jump)

    def sample(self) -> None:
        self._stop_counting()
        frame = self._users_frame(_getframe(1))
        elapsed = self._last - self._first - self._cost
        self._tell(frame, (self._lines - 1) * 1_000_000_000 // elapsed if self._lines > 1 and elapsed > 0 else 0)
        self._lines = self._first = self._last = self._cost = self._jumped_to = 0
        if frame is not None:
            self._code = frame.f_code
            sys.monitoring.set_local_events(_TOOL, self._code, _LINE | _JUMP)

    def _stop_counting(self) -> None:
        if self._code is not None:
            sys.monitoring.set_local_events(_TOOL, self._code, 0)
            self._code = None

    def _on_line(self, code: CodeType, line: int) -> None:
        now, jumped_to = perf_counter_ns(), self._jumped_to
        self._jumped_to = 0
        if line != jumped_to:
            self._count(now)

    def _on_jump(self, code: CodeType, source: int, target: int) -> None:
        """A loop within one line runs that line again, and need not come past its beginning."""
        now = perf_counter_ns()
        if target < source and (line := _line_at(code, target)) == _line_at(code, source):
            self._jumped_to = line
            self._count(now)
        elif self._lines:
            self._cost += perf_counter_ns() - now

    def _count(self, now: int) -> None:
        if self._lines == 0:
            self._first = now
        self._lines += 1
        self._last = now
        if self._lines >= _COUNTED:
            self._stop_counting()
        else:
            self._cost += perf_counter_ns() - now

    def _users_frame(self, frame: FrameType | None) -> FrameType | None:
        while frame is not None:
            file = frame.f_code.co_filename
            if file not in self._hidden and not file.startswith(LIBRARY):
                return frame
            frame = frame.f_back
        return None

    def _tell(self, frame: FrameType | None, rate: int) -> None:
        loop = asyncio._get_running_loop()
        tasks = len(_all_tasks(loop)) if loop is not None else 0
        file, function, line = ("", "", 0) if frame is None else (frame.f_code.co_filename, frame.f_code.co_qualname, frame.f_lineno or 0)
        _report(line, _encode({"type": "progress", "file": file, "function": function, "rate": rate, "tasks": tasks}), "")


def _line_at(code: CodeType, offset: int) -> int:
    return next((line or 0 for start, end, line in code.co_lines() if start <= offset < end), 0)


_sampler: _Sampler | None = None


def start(hidden: frozenset[str]) -> None:
    """From now on each poke of the host is answered by a sample."""
    global _sampler
    _sampler = _Sampler(hidden)


def sample() -> None:
    if _sampler is not None:
        _sampler.sample()
