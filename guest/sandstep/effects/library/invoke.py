"""Calling the host of the sandbox as an effect."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from sys import _getframe
from typing import Any

from sandstep.effects.effect import Effect
from sandstep.effects.native import Answerer


class Invoke(Effect[Any]):
    """Call the host's callback of this name with keyword arguments; what the callback raises is raised here."""

    __slots__ = ("arguments", "name")

    def __init__(self, name: str, **arguments: Any) -> None:
        self.name = name
        self.arguments = arguments
        frame = _getframe(1)
        self._made_in = frame.f_code
        self._made_at = frame.f_lasti

    def __repr__(self) -> str:
        shown = "".join(f", {name}={value!r}" for name, value in self.arguments.items())
        return f"Invoke({self.name!r}{shown})"


def invoker(call: Callable[..., Any] | None = None) -> Answerer:
    """A handler that answers `Invoke` with `call(name, **arguments)`; without `call` it is the sandbox's own.

    Outside of a sandbox, and without `call`, an `Invoke` raises RuntimeError.
    """

    def answer(effect: Invoke) -> Any:
        return (call or host_call())(effect.name, **effect.arguments)

    return Answerer("invoker", (Invoke,), answer)


def host_call() -> Callable[..., Any]:
    """The sandbox's function that calls the host. Raises RuntimeError where there is no sandbox around the program."""
    call = getattr(builtins, "invoke", None)
    if call is None:
        raise RuntimeError("Invoke needs the sandbox around the program, or invoker(call) as a handler")
    return getattr(call, "blocking", call)  # type: ignore[no-any-return]
