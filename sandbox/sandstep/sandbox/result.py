"""What a run gives back."""

from dataclasses import dataclass, field
from typing import Any

from .limits import RunError
from .trace_events import TraceEvent


@dataclass(frozen=True, slots=True)
class Result:
    """How a program ran.

    `value` is the JSON value that it left in the name `result`. `error` is None if it ended well. `duration` and `cpu_time` are
    seconds, `peak_memory` bytes of the guest's memory (0 where a limit ended the run). `events` are those of its trace, if that was
    asked for and not streamed; `left_out` counts those beyond the limit.
    """

    stdout: str
    stderr: str
    value: Any
    error: RunError | None
    exit_code: int
    duration: float
    cpu_time: float
    peak_memory: int
    events: list[TraceEvent] = field(default_factory=list)
    left_out: int = 0

    def check(self) -> "Result":
        """This result. Raises its `error`, if there is one."""
        if self.error is not None:
            raise self.error
        return self
