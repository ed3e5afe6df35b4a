"""Writing to a log: `Tell`, and `Listen` to hear what a part of the program tells."""

from __future__ import annotations

from collections.abc import Generator
from sys import _getframe
from typing import Any

from sandstep.effects.effect import Effect
from sandstep.effects.installing import Installer
from sandstep.effects.native import Answerer
from sandstep.effects.nodes import Program, WithHandler, WithObserve
from sandstep.effects.programs import do


class Tell(Effect[None]):
    """Write a message to the log."""

    __slots__ = ("message",)

    def __init__(self, message: object) -> None:
        self.message = message
        frame = _getframe(1)
        self._made_in = frame.f_code
        self._made_at = frame.f_lasti

    def __repr__(self) -> str:
        return f"Tell({self.message!r})"


class Log(Effect[list[Any]]):
    """A copy of all that was told so far."""

    __slots__ = ()

    def __init__(self) -> None:
        frame = _getframe(1)
        self._made_in = frame.f_code
        self._made_at = frame.f_lasti

    def __repr__(self) -> str:
        return "Log()"


def writer() -> Installer:
    """A handler that keeps what is told in a list of its own."""
    return Installer("writer", lambda body: WithHandler(writer_to([]), body))


def writer_to(log: list[Any]) -> Answerer:
    """A handler that appends what is told to the given list."""

    def answer(effect: Tell | Log) -> list[Any] | None:
        if isinstance(effect, Log):
            return list(log)
        log.append(effect.message)
        return None

    return Answerer("writer", (Tell, Log), answer)


@do
def Listen(program: Program[Any] | Effect[Any]) -> Generator[Any, Any, tuple[Any, list[Any]]]:
    """A program that runs `program` and answers its value and what it told, which goes to the log all the same."""
    heard: list[Any] = []

    def hear(effect: object) -> None:
        if isinstance(effect, Tell):
            heard.append(effect.message)

    value = yield WithObserve(hear, program)
    return value, heard
