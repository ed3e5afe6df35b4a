"""Tasks: terminateThreads, and Sandstep's own sandstepTasks, sandstepHoldTask, sandstepShowTask, sandstepEffects."""

import msgspec

from ..protocol import (
    Base,
    SandstepEffectsArguments,
    SandstepEffectsResponseBody,
    SandstepHoldTaskArguments,
    SandstepShowTaskArguments,
    SandstepTasksArguments,
    SandstepTasksResponseBody,
    StoppedEventBody,
    TaskEntry,
    TerminateThreadsArguments,
)
from ..registry import request
from ..session import Session
from ..state import When


@request("terminateThreads", When.PROGRAM, supports_terminate_threads_request=True)
async def terminate_threads(session: Session, arguments: TerminateThreadsArguments) -> None:
    """Cancels tasks."""
    for thread in arguments.thread_ids or ():
        session.threads.require(thread)
    await session.ask("terminateThreads", arguments, Base)


@request("sandstepTasks", When.PROGRAM, quiet=True)
async def sandstep_tasks(session: Session, arguments: SandstepTasksArguments) -> SandstepTasksResponseBody:
    if arguments.parent is not None:
        session.threads.require(arguments.parent)
    body = await session.ask("sandstepTasks", arguments, SandstepTasksResponseBody)
    for entry in body.entries:
        if isinstance(entry, TaskEntry):
            session.threads.seen(entry.thread_id)
    return body


@request("sandstepHoldTask", When.PROGRAM)
async def sandstep_hold_task(session: Session, arguments: SandstepHoldTaskArguments) -> None:
    session.threads.require(arguments.thread_id)
    await session.ask("sandstepHoldTask", arguments, Base)


@request("sandstepShowTask", When.STOP, quiet=True)
async def sandstep_show_task(session: Session, arguments: SandstepShowTaskArguments) -> None:
    """Editors let no extension select a thread, but select one that stops: this one is said to, though it has stood still before."""
    thread = arguments.thread_id
    session.threads.require(thread)
    stop = session.last_stop
    if stop is None or stop.thread_id != thread:
        stop = StoppedEventBody(reason="pause", description="Paused", thread_id=thread)
    session.client.event("stopped", msgspec.structs.replace(stop, all_threads_stopped=False))


@request("sandstepEffects", When.STOP, quiet=True)
async def sandstep_effects(session: Session, arguments: SandstepEffectsArguments) -> SandstepEffectsResponseBody:
    return await session.ask("sandstepEffects", arguments, SandstepEffectsResponseBody)
