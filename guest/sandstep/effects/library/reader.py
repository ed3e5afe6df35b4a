"""Reading from an environment: `Ask` for a key, `Local` to change it for a part of the program."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from sys import _getframe
from typing import Any, TypeVar

from sandstep.effects.chain import Continuation
from sandstep.effects.effect import Effect
from sandstep.effects.errors import MissingKeyError
from sandstep.effects.native import Answerer
from sandstep.effects.nodes import Pass, Transfer, WithHandler

T = TypeVar("T")


class Ask(Effect[Any]):
    """The value of a key in the environment. Raises MissingKeyError (a KeyError) if no environment holds it."""

    __slots__ = ("key",)

    def __init__(self, key: object) -> None:
        self.key = key
        frame = _getframe(1)
        self._made_in = frame.f_code
        self._made_at = frame.f_lasti

    def __repr__(self) -> str:
        return f"Ask({self.key!r})"


def reader(env: Mapping[Any, Any] | None = None) -> Answerer:
    """A handler that answers `Ask` from a mapping, which is read and not copied."""
    held: Mapping[Any, Any] = {} if env is None else env

    def answer(effect: Ask) -> Any:
        try:
            return held[effect.key]
        except KeyError:
            raise MissingKeyError(effect.key) from None

    return Answerer("reader", (Ask,), answer)


def Local(env: Mapping[Any, Any], program: Any) -> WithHandler[Any]:
    """A program that runs `program` with some keys of the environment set otherwise."""

    def local(effect: Ask, k: Continuation) -> Generator[Any, Any, Any]:
        if effect.key in env:
            return (yield Transfer(k, env[effect.key]))
        return (yield Pass())

    return WithHandler(local, program)
