"""A sandbox for Python: runs CPython in WebAssembly, in worker processes, and nothing of the guest reaches the host but data.

What embedders use is listed here; it is loaded when it is asked for, as a worker must start without it.
"""

TYPE_CHECKING = False  # that of `typing` costs as much as the rest of what has to be loaded before a worker is started
if TYPE_CHECKING:
    from .box import Sandbox as Sandbox
    from .limits import CallbackLimit as CallbackLimit
    from .limits import CallbackTimeLimit as CallbackTimeLimit
    from .limits import Cancelled as Cancelled
    from .limits import CpuTimeLimit as CpuTimeLimit
    from .limits import Crashed as Crashed
    from .limits import Frame as Frame
    from .limits import LimitReached as LimitReached
    from .limits import Limits as Limits
    from .limits import MemoryLimit as MemoryLimit
    from .limits import OutputLimit as OutputLimit
    from .limits import RunError as RunError
    from .limits import TimeLimit as TimeLimit
    from .messages import Trace as Trace
    from .offering import Callback as Callback
    from .offering import callback as callback
    from .result import Result as Result
    from .running import Running as Running
    from .session import Session as Session
    from .trace_events import TraceEvent as TraceEvent

_HOMES = {
    "box": ("Sandbox",),
    "offering": ("Callback", "callback"),
    "limits": ("CallbackLimit", "CallbackTimeLimit", "Cancelled", "CpuTimeLimit", "Crashed", "Frame", "LimitReached", "Limits",
               "MemoryLimit", "OutputLimit", "RunError", "TimeLimit"),
    "messages": ("Trace",),
    "result": ("Result",),
    "running": ("Running",),
    "session": ("Session",),
    "trace_events": ("TraceEvent",),
}  # fmt: skip
_HOME = {name: home for home, names in _HOMES.items() for name in names}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value: object = getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value
