"""Handlers that begin anew wherever they are installed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Installer:
    """A handler that keeps state: `build` makes the program that runs the body under a fresh one.

    It goes wherever a handler goes: in `WithHandler`, in `run(handlers=...)`.
    """

    __slots__ = ("__name__", "_build")

    def __init__(self, name: str, build: Callable[[Any], Any]) -> None:
        self.__name__ = name
        self._build = build

    def install(self, body: Any) -> Any:
        """The body under a new handler of this kind."""
        return self._build(body)

    def __repr__(self) -> str:
        return f"<handler {self.__name__}>"
