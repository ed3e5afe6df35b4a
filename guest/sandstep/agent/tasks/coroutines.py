"""The frames of coroutines, generators and asynchronous generators that await one another."""

import gc
import sys
from types import AsyncGeneratorType, CoroutineType, FrameType, GeneratorType
from typing import Any

from ..own import keep_builtins

keep_builtins(globals())

_referents, _getframe = gc.get_referents, sys._getframe


async def _agen() -> Any:
    yield


def _wrappers() -> frozenset[type]:
    """C's awaitables that stand between a frame and the one that it awaits, and say only to the collector which that is."""
    generator, coroutine = _agen(), _agen().asend(None)
    found = {type(coroutine), type(generator.athrow(ValueError)), type(anext(generator, None))}
    coroutine.close()

    async def nothing() -> None:
        return

    made = nothing()
    found.add(type(made.__await__()))
    made.close()
    return frozenset(found)


_WRAPPERS = _wrappers()
_FRAMED = _WRAPPERS | {CoroutineType, GeneratorType, AsyncGeneratorType}


def frames_of(awaited: Any) -> list[FrameType]:
    """The frames of a coroutine that is suspended, and of what it awaits, innermost first."""
    found: list[FrameType] = []
    while awaited is not None:
        frame: FrameType | None = None
        kind = type(awaited)
        if kind is CoroutineType:
            frame, awaited = awaited.cr_frame, awaited.cr_await
        elif kind is GeneratorType:
            frame, awaited = awaited.gi_frame, awaited.gi_yieldfrom
        elif kind is AsyncGeneratorType:
            frame, awaited = awaited.ag_frame, awaited.ag_await
        elif kind in _WRAPPERS:
            awaited = next((each for each in _referents(awaited) if type(each) in _FRAMED), None)
        else:
            break
        if frame is not None:
            found.append(frame)
    return found[::-1]


def running_frames_of(coroutine: Any) -> list[FrameType]:
    """The frames of a coroutine that runs, outermost first."""
    found: list[FrameType] = []
    frame: FrameType | None = _getframe(1)
    while frame is not None:
        found.append(frame)
        if frame.f_generator is coroutine:
            return found[::-1]
        frame = frame.f_back
    return []
