"""Tasks: terminateThreads, and Sandstep's own sandstepTasks, sandstepHoldTask, sandstepEffects."""

from ..protocol import (
    Base,
    SandstepEffectsArguments,
    SandstepEffectsResponseBody,
    SandstepHoldTaskArguments,
    SandstepTasksArguments,
    SandstepTasksResponseBody,
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


@request("sandstepEffects", When.STOP, quiet=True)
async def sandstep_effects(session: Session, arguments: SandstepEffectsArguments) -> SandstepEffectsResponseBody:
    return await session.ask("sandstepEffects", arguments, SandstepEffectsResponseBody)
