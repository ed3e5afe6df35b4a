"""State by key: `Get`, `Put`, `Modify`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from sys import _getframe
from typing import Any

from sandstep.effects.effect import Effect
from sandstep.effects.installing import Installer
from sandstep.effects.native import Answerer
from sandstep.effects.nodes import WithHandler


class Get(Effect[Any]):
    """The value of a key; None if it was never put."""

    __slots__ = ("key",)

    def __init__(self, key: object) -> None:
        self.key = key
        frame = _getframe(1)
        self._made_in = frame.f_code
        self._made_at = frame.f_lasti

    def __repr__(self) -> str:
        return f"Get({self.key!r})"


class Put(Effect[None]):
    """Set the value of a key."""

    __slots__ = ("key", "value")

    def __init__(self, key: object, value: object) -> None:
        self.key = key
        self.value = value
        frame = _getframe(1)
        self._made_in = frame.f_code
        self._made_at = frame.f_lasti

    def __repr__(self) -> str:
        return f"Put({self.key!r}, {self.value!r})"


class Modify(Effect[Any]):
    """Set a key to what `change` makes of its value, and answer the new value. What `change` raises is raised here."""

    __slots__ = ("change", "key")

    def __init__(self, key: object, change: Callable[[Any], Any]) -> None:
        self.key = key
        self.change = change
        frame = _getframe(1)
        self._made_in = frame.f_code
        self._made_at = frame.f_lasti

    def __repr__(self) -> str:
        return f"Modify({self.key!r}, {getattr(self.change, '__name__', self.change)})"


def state_of(initial: Mapping[Any, Any] | None = None) -> Installer:
    """A handler that keeps state in a dictionary of its own, which begins as a copy of `initial` wherever it is installed."""

    def build(body: Any) -> WithHandler[Any]:
        return WithHandler(state_in({} if initial is None else dict(initial)), body)

    return Installer("state", build)


def state_in(store: dict[Any, Any]) -> Answerer:
    """A handler that keeps state in the given dictionary, where others can see it."""
    get = store.get

    def answer(effect: Any) -> Any:
        if isinstance(effect, Get):
            return get(effect.key)
        if isinstance(effect, Put):
            store[effect.key] = effect.value
            return None
        value = store[effect.key] = effect.change(get(effect.key))
        return value

    return Answerer("state", (Get, Put, Modify), answer)
