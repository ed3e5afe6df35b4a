"""How the host gets the attention of a guest that runs at full speed.

The host sets the doorbell, a few bytes of guest memory, and the interpreter's "a collection is due" bit. At its next check the interpreter
collects, and `gc.callbacks` calls us; a collection of the program's own costs one look at the doorbell. Nothing is paid until then.
"""

import gc
import sys
from _thread import interrupt_main
from array import array
from collections.abc import Callable
from sys import monitoring
from types import CodeType

import host_calls

_INTERRUPT = 2
_TOOL = 4  # one of those that sys.monitoring leaves without a name
_doorbell = array("I", [0])
_attend: Callable[[], None] = lambda: None  # noqa: E731
_hidden: frozenset[str] = frozenset()
_program_callbacks: list[Callable[[str, dict[str, int]], object]] = []


def install(attend: Callable[[], None], hidden: frozenset[str]) -> None:
    """Calls `attend` when the host rings; interrupts the program, never the code of the `hidden` files.

    The program sees a `gc.callbacks` of its own, and a `gc.disable` that leaves the bell on.
    """
    global _attend, _hidden
    _attend, _hidden = attend, hidden
    gc.callbacks.append(_on_collection)
    gc.callbacks = _program_callbacks  # type: ignore[assignment]  # typeshed knows the phases
    _Automatic().install()
    host_calls.on_poke(answer)
    host_calls.doorbell(_doorbell.buffer_info()[0])


def answer() -> None:
    """Does what the host rang for, if it did. May raise KeyboardInterrupt, as any call may."""
    if _take_notice() & _INTERRUPT or monitoring.get_tool(_TOOL) is not None:
        _strike()


def _take_notice() -> int:
    rung, _doorbell[0] = _doorbell[0], 0
    if rung:
        _attend()
    return rung


def _on_collection(phase: str, info: dict[str, int]) -> None:
    # Looked at in both phases: a ring that comes while this one is attended to finds a collection under way, and starts none.
    if _doorbell[0] and not host_calls.in_a_wait and _take_notice() & _INTERRUPT:
        _interrupt_soon()
    for callback in _program_callbacks:
        try:
            callback(phase, info)
        except Exception as error:
            sys.unraisablehook(_Unraisable(error, callback))  # type: ignore[arg-type]


def _interrupt_soon() -> None:
    """What is raised in a collection's callback is lost, so the interrupt waits for the program's next instruction, or its next wait."""
    if monitoring.get_tool(_TOOL) is None:
        monitoring.use_tool_id(_TOOL, "interrupt")
        # Not JUMP: what is raised at a jump is taken for raised at its target, which may be outside of the program's `try`.
        monitoring.register_callback(_TOOL, monitoring.events.INSTRUCTION, _on_instruction)
        monitoring.set_events(_TOOL, monitoring.events.INSTRUCTION)


def _on_instruction(code: CodeType, offset: int) -> None:
    if code.co_filename not in _hidden:
        _strike()


def _strike() -> None:
    if monitoring.get_tool(_TOOL) is not None:
        monitoring.set_events(_TOOL, 0)
        monitoring.free_tool_id(_TOOL)
    interrupt_main()


class _Unraisable:
    """What `sys.unraisablehook` is given: a callback's exception cannot reach the program."""

    err_msg = None

    def __init__(self, error: Exception, callback: object) -> None:
        self.exc_type, self.exc_value, self.exc_traceback, self.object = type(error), error, error.__traceback__, callback


class _Automatic:
    """`gc.disable` and its kin, done by the threshold: were collection really disabled, the bell would not be heard."""

    def __init__(self) -> None:
        self._threshold: tuple[int, ...] | None = None
        self._get, self._set = gc.get_threshold, gc.set_threshold

    def install(self) -> None:
        gc.enable, gc.disable, gc.isenabled = self.enable, self.disable, self.is_enabled
        gc.get_threshold, gc.set_threshold = self.get_threshold, self.set_threshold  # type: ignore[assignment]

    def enable(self) -> None:
        """Enable automatic garbage collection."""
        if self._threshold is not None:
            self._set(*self._threshold)
            self._threshold = None

    def disable(self) -> None:
        """Disable automatic garbage collection."""
        if self._threshold is None:
            self._threshold = self._get()
            self._set(0)

    def is_enabled(self) -> bool:
        """Returns true if automatic garbage collection is enabled."""
        return self._threshold is None

    def get_threshold(self) -> tuple[int, ...]:
        """Return the current collection thresholds."""
        return self._threshold or self._get()

    def set_threshold(self, *thresholds: int) -> None:
        """Set the collection thresholds (the collection frequency)."""
        self._set(*thresholds)
        if self._threshold is not None:
            self._threshold = self._get()
            self._set(0)
