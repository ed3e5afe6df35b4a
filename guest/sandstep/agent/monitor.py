"""The one owner of `sys.monitoring`'s events: who wants which events of which code, and why."""

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping
from types import CodeType
from typing import Any

from .own import keep_builtins

keep_builtins(globals())

_monitoring = sys.monitoring
TOOL = _monitoring.DEBUGGER_ID
DISABLE = _monitoring.DISABLE
EVENTS = _monitoring.events


class Monitor:
    """Events are wanted for a reason, per code object or for all code; each reason is taken back as a whole."""

    def __init__(self) -> None:
        self._codes: dict[int, CodeType] = {}
        self._wanted: dict[int, dict[str, int]] = {}
        self._everywhere: dict[str, int] = {}
        self._callbacks: dict[int, Callable[..., Any] | None] = {}

    def claim(self) -> None:
        if _monitoring.get_tool(TOOL) is None:
            _monitoring.use_tool_id(TOOL, "debugger")

    def release(self) -> None:
        for code in self._codes.values():
            _monitoring.set_local_events(TOOL, code, 0)
        _monitoring.set_events(TOOL, 0)
        _monitoring.free_tool_id(TOOL)
        self._codes.clear()
        self._wanted.clear()
        self._everywhere.clear()

    def call(self, event: int, callback: Callable[..., Any]) -> None:
        self._callbacks[event] = callback
        _monitoring.register_callback(TOOL, event, callback)

    @contextlib.contextmanager
    def mute(self, meanwhile: dict[int, Callable[..., Any]]) -> Iterator[None]:
        """Nobody is told of events while the debugger itself runs code, but who is given."""
        for event in self._callbacks:
            _monitoring.register_callback(TOOL, event, meanwhile.get(event))
        try:
            yield
        finally:
            for event, callback in self._callbacks.items():
                _monitoring.register_callback(TOOL, event, callback)

    def want(self, code: CodeType, reason: str, events: int) -> None:
        """Asks for events of one code; locations that had been disabled are looked at again."""
        reasons = self._wanted.setdefault(id(code), {})
        self._codes[id(code)] = code
        reasons[reason] = events
        _monitoring.set_local_events(TOOL, code, 0)
        self._apply(code)

    def wanted(self, code: CodeType) -> Mapping[str, int]:
        """The events that are asked for of one code, by reason."""
        return self._wanted.get(id(code), {})

    def unwant(self, code: CodeType, reason: str) -> None:
        reasons = self._wanted.get(id(code))
        if reasons is not None and reasons.pop(reason, 0):
            self._apply(code)

    def unwant_all(self, reason: str) -> None:
        for identity, reasons in list(self._wanted.items()):
            if reason in reasons:
                self.unwant(self._codes[identity], reason)
        self.everywhere(reason, 0)

    def everywhere(self, reason: str, events: int) -> None:
        """Asks for events of all code, or no longer for any."""
        if self._everywhere.get(reason, 0) == events:
            return
        if events:
            self._everywhere[reason] = events
        else:
            del self._everywhere[reason]
        total = 0
        for each in self._everywhere.values():
            total |= each
        _monitoring.set_events(TOOL, total)

    def restart(self) -> None:
        """Every disabled location of every code is looked at again."""
        _monitoring.restart_events()

    def _apply(self, code: CodeType) -> None:
        total = 0
        for events in self._wanted[id(code)].values():
            total |= events
        _monitoring.set_local_events(TOOL, code, total)
        if not self._wanted[id(code)]:
            del self._wanted[id(code)], self._codes[id(code)]
