"""How far a program is, told now and then: the line that runs, lines a second, the number of tasks.

Between two samples the program runs as if nobody looked. A sample counts a few lines with `sys.monitoring` and takes it away again.
"""

import asyncio
import sys
from time import perf_counter_ns
from types import CodeType, FrameType

import plain_json
import wit_world

_TOOL = 3
_COUNTED = 64
_E = sys.monitoring.events
_report, _encode, _all_tasks = wit_world.report_trace, plain_json.encode, asyncio.all_tasks


class _Sampler:
    """Counts the next lines of the program from the moment that the host asks."""

    def __init__(self, hidden: frozenset[str]) -> None:
        self._hidden = hidden
        self._lines = self._began = self._cost = 0
        self._counting = False

    def sample(self) -> None:
        if self._counting:
            self._tell(None, 0)  # the program waits, or is inside of one long call
            return
        monitoring = sys.monitoring
        if monitoring.get_tool(_TOOL) is None:
            monitoring.use_tool_id(_TOOL, "progress")
            monitoring.register_callback(_TOOL, _E.LINE, self._on_line)
        self._counting, self._lines, self._cost, self._began = True, 0, 0, perf_counter_ns()
        monitoring.set_events(_TOOL, _E.LINE)

    def _on_line(self, code: CodeType, line: int) -> None:
        begin = perf_counter_ns()
        if self._lines == 0:
            self._began = begin
        self._lines += 1
        if self._lines < _COUNTED:
            self._cost += perf_counter_ns() - begin
            return
        sys.monitoring.set_events(_TOOL, 0)
        self._counting = False
        elapsed = max(1, begin - self._began - self._cost)
        self._tell(sys._getframe(1), (_COUNTED - 1) * 1_000_000_000 // elapsed)

    def _tell(self, frame: FrameType | None, rate: int) -> None:
        while frame is not None and (
            frame.f_code.co_filename in self._hidden or frame.f_code.co_filename.startswith(("/python/", "<frozen "))
        ):
            frame = frame.f_back
        try:
            tasks = len(_all_tasks(asyncio._get_running_loop()))
        except Exception:
            tasks = 0
        code = frame.f_code if frame is not None else None
        file, function = (code.co_filename, code.co_qualname) if code is not None else ("", "")
        event = {"type": "progress", "file": file, "function": function, "rate": rate, "tasks": tasks}
        _report((frame.f_lineno or 0) if frame is not None else 0, _encode(event), "")


_sampler: _Sampler | None = None


def start(hidden: frozenset[str]) -> None:
    """From now on each poke of the host is answered by a sample."""
    global _sampler
    _sampler = _Sampler(hidden)


def sample() -> None:
    if _sampler is not None:
        _sampler.sample()
