"""WASI's clocks for programs that are debugged: read at one place, where what a program was told can be logged and told again."""

import time
from collections.abc import Callable
from typing import Any

from wasmtime import Engine
from wasmtime.component import Component, Record

_RESOLUTION = 1_000
"""Nanoseconds: a call takes longer."""


class NoPollable(Exception):
    """The guest wanted to wait inside WASI, where nobody could wake it. What waits in the image asks the host's own `wait`."""


def interfaces(component: Component, engine: Engine) -> dict[str, dict[str, Callable[..., Any]]]:
    """WASI's clocks, in the version that the component asks for."""
    functions: dict[str, dict[str, Callable[..., Any]]] = {
        "wasi:clocks/wall-clock": {"now": lambda: _datetime(time.time_ns()), "resolution": lambda: _datetime(_RESOLUTION)},
        "wasi:clocks/monotonic-clock": {
            "now": time.monotonic_ns,
            "resolution": lambda: _RESOLUTION,
            "subscribe-instant": _subscribe,
            "subscribe-duration": _subscribe,
        },
    }
    wanted = [name for name in component.type.imports(engine) if name.partition("@")[0] in functions]
    return {name: functions[name.partition("@")[0]] for name in wanted}


def _datetime(nanoseconds: int) -> Record:
    moment = Record()
    moment.seconds, moment.nanoseconds = divmod(nanoseconds, 10**9)  # type: ignore[attr-defined]
    return moment


def _subscribe(_: int) -> Any:
    raise NoPollable("the guest wanted to wait on a clock of WASI")
