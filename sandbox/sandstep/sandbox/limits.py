"""How much a program may use, and the errors that end a run."""

from collections.abc import Mapping
from dataclasses import dataclass

from .options import parse_memory


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one run; None is no limit. What reaches one ends with the error of that limit in `Result.error`.

    `memory`: bytes, or as "256MiB" (at least 64 MiB, which Python itself needs; at most 4 GiB). `time` and `cpu_time`: seconds by the
    clock, and of the processor. `output`: bytes of stdout and stderr together. `callbacks`: how many calls of the host. `callback_time`:
    seconds that one call may take. `callbacks_at_once`: calls beyond it wait for their turn. `trace_events`: how many events a `Result`
    holds; a trace that is streamed has no limit.
    """

    memory: int | str | None = "512MiB"
    time: float | None = 60.0
    cpu_time: float | None = None
    output: int | None = 16 << 20
    callbacks: int | None = 10_000
    callback_time: float | None = None
    callbacks_at_once: int = 64
    trace_events: int = 1_000_000

    def __post_init__(self) -> None:
        parse_memory(self.memory)
        for name in ("time", "cpu_time", "callback_time"):
            value = getattr(self, name)
            if value is not None and not 0 < value < 1e9:
                raise ValueError(f"The limit {name} has to be a positive number of seconds, not {value!r}.")
        for name, least in (("output", 0), ("callbacks", 0), ("callbacks_at_once", 1), ("trace_events", 0)):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, int) or value < least):
                raise ValueError(f"The limit {name} has to be a whole number of at least {least}, not {value!r}.")


@dataclass(frozen=True, slots=True)
class Frame:
    """One entry of a traceback, as the guest tells it."""

    file: str
    line: int
    function: str


class RunError(Exception):
    """Why a program did not end well. `Result.check` raises it.

    `type` is the exception's class in the guest, or this error's own; `traceback` is text as Python prints it, `frames` the same as
    data, outermost first. All of it is what the guest says.
    """

    def __init__(self, type: str, message: str, *, module: str = "", frames: tuple[Frame, ...] = (), traceback: str = "") -> None:
        super().__init__(f"{type}: {message}" if message else type)
        self.type, self.message, self.module = type, message, module
        self.frames, self.traceback = frames, traceback


class LimitReached(RunError):
    """The program reached a limit: `limit` is its name in `Limits`, `amount` how much it is."""

    def __init__(self, limit: str, amount: float, message: str, **details: object) -> None:
        super().__init__(type(self).__name__, message, **details)  # type: ignore[arg-type]
        self.limit, self.amount = limit, amount


class MemoryLimit(LimitReached):
    """It needed more memory than it may have."""


class TimeLimit(LimitReached):
    """It ran longer than it may."""


class CpuTimeLimit(LimitReached):
    """It used the processor longer than it may."""


class OutputLimit(LimitReached):
    """It wrote more than it may."""


class CallbackLimit(LimitReached):
    """It called the host more often than it may."""


class CallbackTimeLimit(LimitReached):
    """A call of the host took longer than it may."""


class Cancelled(RunError):
    """The run was cancelled by the host."""


class Crashed(RunError):
    """The sandbox's process or the guest's interpreter ended in a way that no program should be able to cause; no harm is done."""


def of_limit(limit: str, limits: Limits, detail: str = "") -> LimitReached:
    """The error for a limit that was reached; `detail` is what did it."""
    if limit == "memory":
        size = parse_memory(limits.memory) or 4 << 30
        return MemoryLimit(limit, size, f"The program needs more memory than its limit of {size >> 20} MiB: raise `memory`.")
    amount = float(getattr(limits, limit) or 0)
    kind, words = _WORDS[limit]
    return kind(limit, amount, words.format(amount=amount, detail=detail))


_WORDS: Mapping[str, tuple[type[LimitReached], str]] = {
    "time": (TimeLimit, "The program ran longer than its limit of {amount:g} s: raise `time`."),
    "cpu_time": (CpuTimeLimit, "The program used more than its limit of {amount:g} s of processor time: raise `cpu_time`."),
    "output": (OutputLimit, "The program wrote more than its limit of {amount:.0f} bytes: raise `output`."),
    "callbacks": (CallbackLimit, "The program called the host more often than its limit of {amount:.0f} calls: raise `callbacks`."),
    "callback_time": (CallbackTimeLimit, "A call of {detail} took longer than its limit of {amount:g} s: raise `callback_time`."),
}
