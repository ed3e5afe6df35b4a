"""The handlers and effects that come with the runtime."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandstep.effects.library.invoke import Invoke, invoker
from sandstep.effects.library.reader import Ask, Local, reader
from sandstep.effects.library.result import Err, Ok, Try
from sandstep.effects.library.scheduler import scheduled, scheduler
from sandstep.effects.library.state import Get, Modify, Put, state_in, state_of
from sandstep.effects.library.tasks import (
    AcquireSemaphore,
    Await,
    Cancel,
    CompletePromise,
    CreatePromise,
    CreateSemaphore,
    FailPromise,
    Gather,
    Promise,
    Race,
    ReleaseSemaphore,
    Semaphore,
    Spawn,
    Task,
    Wait,
    Yield,
)
from sandstep.effects.library.writer import Listen, Log, Tell, writer, writer_to

__all__ = [
    "AcquireSemaphore",
    "Ask",
    "Await",
    "Cancel",
    "CompletePromise",
    "CreatePromise",
    "CreateSemaphore",
    "Err",
    "FailPromise",
    "Gather",
    "Get",
    "Invoke",
    "Listen",
    "Local",
    "Log",
    "Modify",
    "Ok",
    "Promise",
    "Put",
    "Race",
    "ReleaseSemaphore",
    "Semaphore",
    "Spawn",
    "Task",
    "Tell",
    "Try",
    "Wait",
    "Yield",
    "default_handlers",
    "invoker",
    "reader",
    "scheduled",
    "scheduler",
    "state_in",
    "state_of",
    "writer",
    "writer_to",
]


def default_handlers(env: Mapping[Any, Any] | None = None, state: Mapping[Any, Any] | None = None) -> list[Any]:
    """The handlers that `run` installs if it is given none, outermost first."""
    return [scheduler(), invoker(), reader(env), writer(), state_of(state)]
