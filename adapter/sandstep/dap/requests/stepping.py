"""Going on, and stopping: continue, next, stepIn, stepOut, stepInTargets, pause."""

from ..errors import Busy, RequestError
from ..protocol import (
    Base,
    ContinueArguments,
    ContinueResponseBody,
    NextArguments,
    PauseArguments,
    SandstepBreakOnResumeArguments,
    StepInArguments,
    StepInTargetsArguments,
    StepInTargetsResponseBody,
    StepOutArguments,
)
from ..registry import request
from ..session import Session
from ..state import State, When


@request("continue", When.STOP, supports_single_thread_execution_requests=True)
async def continue_(session: Session, arguments: ContinueArguments) -> ContinueResponseBody:
    return await session.resume("continue", arguments, ContinueResponseBody)


@request("next", When.STOP)
async def next_(session: Session, arguments: NextArguments) -> None:
    session.threads.require(arguments.thread_id)
    await session.resume("next", arguments, Base)


@request("stepIn", When.STOP)
async def step_in(session: Session, arguments: StepInArguments) -> None:
    session.threads.require(arguments.thread_id)
    await session.resume("stepIn", arguments, Base)


@request("stepOut", When.STOP)
async def step_out(session: Session, arguments: StepOutArguments) -> None:
    session.threads.require(arguments.thread_id)
    await session.resume("stepOut", arguments, Base)


@request("stepInTargets", When.STOP, quiet=True, supports_step_in_targets_request=True)
async def step_in_targets(session: Session, arguments: StepInTargetsArguments) -> StepInTargetsResponseBody:
    return await session.ask("stepInTargets", arguments, StepInTargetsResponseBody)


@request("sandstepBreakOnResume", When.PROGRAM)
async def break_on_resume(session: Session, arguments: SandstepBreakOnResumeArguments) -> None:
    session.threads.require(arguments.thread_id)
    await session.ask("sandstepBreakOnResume", arguments, Base)


@request("pause", When.PROGRAM)
async def pause(session: Session, arguments: PauseArguments) -> None:
    if session.state is not State.RUNNING:
        raise RequestError("the program stands still already")
    try:
        await session.ask("pause", arguments, Base)
    except Busy:
        session.client.output("The program is inside of a call that can't be interrupted; it pauses when that returns.")
