"""WASI's random numbers from the host: they can be had by a seed, and one place hands them out."""

import os
from collections.abc import Callable
from typing import Any

from wasmtime import Engine
from wasmtime.component import Component

_MOST = 16 << 20


class RandomSource:
    """Fresh random numbers from the host's system, or, once it is given a seed, always the same."""

    def __init__(self) -> None:
        self._bytes: Callable[[int], bytes] = os.urandom

    def seed(self, seed: str | None) -> str:
        """Sets the seed, or takes it away; 32 hexadecimal digits for the guest's module `random`."""
        if seed is None:
            self._bytes = os.urandom
        else:
            import random  # a worker of the debugger starts without it

            self._bytes = random.Random(seed).randbytes
        return self._bytes(16).hex()

    def interfaces(self, component: Component, engine: Engine) -> dict[str, dict[str, Callable[..., Any]]]:
        """WASI's interfaces, in the version that the component asks for."""
        functions: dict[str, dict[str, Callable[..., Any]]] = {
            "wasi:random/random": {"get-random-bytes": self._get_bytes, "get-random-u64": self._get_number},
            "wasi:random/insecure": {"get-insecure-random-bytes": self._get_bytes, "get-insecure-random-u64": self._get_number},
            "wasi:random/insecure-seed": {"insecure-seed": lambda: (self._get_number(), self._get_number())},
        }
        wanted = [name for name in component.type.imports(engine) if name.startswith("wasi:random/")]
        return {name: functions[name.partition("@")[0]] for name in wanted}

    def _get_bytes(self, count: int) -> bytes:
        if count > _MOST:
            raise ValueError(f"{count} random bytes at once are more than {_MOST}")
        return self._bytes(count)

    def _get_number(self) -> int:
        return int.from_bytes(self._bytes(8), "little")
