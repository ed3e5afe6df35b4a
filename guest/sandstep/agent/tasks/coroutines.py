"""The frames of coroutines, generators and asynchronous generators that await one another."""

import gc
import sys
from types import AsyncGeneratorType, CodeType, CoroutineType, FrameType, GeneratorType
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


def chain_of(awaited: Any) -> list[Any]:
    """A coroutine that is suspended and what it awaits: coroutines, generators and asynchronous generators, innermost first."""
    found: list[Any] = []
    while awaited is not None:
        kind = type(awaited)
        if kind is CoroutineType:
            found.append(awaited)
            awaited = awaited.cr_await
        elif kind is GeneratorType:
            found.append(awaited)
            awaited = awaited.gi_yieldfrom
        elif kind is AsyncGeneratorType:
            found.append(awaited)
            awaited = awaited.ag_await
        elif kind in _WRAPPERS:
            awaited = next((each for each in _referents(awaited) if type(each) in _FRAMED), None)
        else:
            break
    found.reverse()
    return found


def code_of(link: Any) -> CodeType:
    """The code of a link of the chain. Unlike asking for its frame, that makes no object."""
    kind = type(link)
    code: CodeType = link.cr_code if kind is CoroutineType else link.gi_code if kind is GeneratorType else link.ag_code
    return code


def frame_of(link: Any) -> FrameType | None:
    """The frame of a link of the chain; None once it has ended."""
    kind = type(link)
    frame: FrameType | None = link.cr_frame if kind is CoroutineType else link.gi_frame if kind is GeneratorType else link.ag_frame
    return frame


def frames_of(awaited: Any) -> list[FrameType]:
    """The frames of a coroutine that is suspended, and of what it awaits, innermost first."""
    return [frame for link in chain_of(awaited) if (frame := frame_of(link)) is not None]


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
