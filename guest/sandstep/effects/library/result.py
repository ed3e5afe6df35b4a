"""Failures as values: `Try` a program and get `Ok` or `Err`."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sandstep.effects.effect import Effect
from sandstep.effects.nodes import AttachTrace, Program
from sandstep.effects.programs import do

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ok(Generic[T]):
    """The value of a program that ended well. It is true."""

    value: T

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Err:
    """The exception that a program ended with. It is false. The exception carries its effect traceback."""

    error: Exception

    def __bool__(self) -> bool:
        return False


@do
def Try(program: Program[T] | Effect[T]) -> Generator[Any, Any, Ok[T] | Err]:
    """A program that runs `program` and answers `Ok(value)`, or `Err(exception)` where it raises an Exception."""
    try:
        value = yield program
        return Ok(value)
    except Exception as error:
        yield AttachTrace(error)
        return Err(error)
