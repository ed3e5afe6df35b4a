"""Effects: what a program asks for without saying who answers."""

from __future__ import annotations

from collections.abc import Generator
from sys import _getframe
from types import CodeType
from typing import Any, Generic, TypeVar

from sandstep.effects.sites import EffectCreationContext, line_of

T = TypeVar("T")
E = TypeVar("E", bound="Effect[Any]")


class Effect(Generic[T]):
    """The base of all effects; `T` is the type of the answer.

    Derive a frozen dataclass from it. `answer = yield MyEffect(...)` performs it; `answer = yield from MyEffect(...)`
    does the same and tells a type checker that the answer is a `T`.

    An effect remembers where it was made. Dataclasses get that from `__post_init__`; one that defines its own, or an effect
    that is made by a helper on behalf of its caller, is passed through `create_effect_with_trace`.
    """

    __slots__ = ("_made_in", "_made_at")  # noqa: RUF023 - the pair reads in this order

    _made_in: CodeType
    _made_at: int

    def __post_init__(self) -> None:
        frame = _getframe(2)
        _set_code(self, frame.f_code)
        _set_offset(self, frame.f_lasti)

    def __iter__(self) -> Generator[Any, Any, T]:
        answer: T = yield self
        return answer

    @property
    def created_at(self) -> EffectCreationContext | None:
        """Where the effect was made, or None if it was not recorded."""
        try:
            code = self._made_in
        except AttributeError:
            return None
        return EffectCreationContext(code.co_filename, line_of(code, self._made_at), code.co_name)

    def __getstate__(self) -> object:
        state = object.__getstate__(self)
        if not isinstance(state, tuple):
            return state
        instance, slots = state
        return instance, {name: value for name, value in slots.items() if name not in ("_made_in", "_made_at")}


_set_code, _code = Effect.__dict__["_made_in"].__set__, Effect.__dict__["_made_in"].__get__
_set_offset, _offset = Effect.__dict__["_made_at"].__set__, Effect.__dict__["_made_at"].__get__


def creation_site(effect: object) -> EffectCreationContext | None:
    """Where an effect was made, without asking it: its class is the program's."""
    try:
        if issubclass(type(effect), Effect):
            code = _code(effect)
            return EffectCreationContext(code.co_filename, line_of(code, _offset(effect)), code.co_name)
        found = object.__getattribute__(effect, "__dict__").get("created_at")
    except AttributeError:
        return None
    return found if type(found) is EffectCreationContext else None


def create_effect_with_trace(effect: E, skip_frames: int = 0) -> E:
    """Record on the effect where the caller is, and return it.

    `skip_frames` looks that many callers further out, for helpers that make effects on behalf of others.
    """
    frame = _getframe(1 + skip_frames)
    _set_code(effect, frame.f_code)
    _set_offset(effect, frame.f_lasti)
    return effect
