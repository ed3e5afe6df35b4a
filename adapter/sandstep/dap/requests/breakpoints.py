"""Where to stop: setBreakpoints, setFunctionBreakpoints, setExceptionBreakpoints, breakpointLocations."""

from ..breakpoints import NO_DEBUG, NOT_YET, Kept
from ..errors import Busy, RequestError
from ..protocol import (
    Breakpoint,
    BreakpointLocationsArguments,
    BreakpointLocationsResponseBody,
    ExceptionBreakpointsFilter,
    SetBreakpointsArguments,
    SetBreakpointsResponseBody,
    SetExceptionBreakpointsArguments,
    SetExceptionBreakpointsResponseBody,
    SetFunctionBreakpointsArguments,
    SetFunctionBreakpointsResponseBody,
)
from ..registry import request
from ..session import Session
from ..state import State, When

_EXCEPTION = "types (ValueError, pkg.Error), or an expression about `exception`: exception.errno == 2"
_EFFECT = "types (Ask, pkg.Tell), or an expression about `effect`: effect.key == 'timeout'"
_TASK = "names of tasks (fetch, worker), or an expression about the name `task`: task.startswith('fetch')"
_FAILURE = "types (ValueError, pkg.Error), or an expression about `exception` and the task's name `task`: task == 'fetch'"
_CALLBACK = "names (http_get), or an expression about `name` and `arguments`: arguments['url'] == '/'"
FILTERS = [
    ExceptionBreakpointsFilter(
        filter=name, label=label, description=description, default=default, supports_condition=True, condition_description=condition
    )
    for name, label, description, default, condition in (
        ("raised", "Raised Exceptions", "Stops wherever an exception is raised, caught or not.", False, _EXCEPTION),
        ("uncaught", "Uncaught Exceptions", "Stops where an exception is raised that nothing catches.", True, _EXCEPTION),
        ("userUnhandled", "User Uncaught Exceptions", "Stops where an exception leaves your code for code that isn't yours.", False,
         _EXCEPTION),
        ("effect", "Effects", "Stops where an effect is performed.", False, _EFFECT),
        ("effectUnhandled", "Unhandled Effects", "Stops where an effect is performed that no handler takes.", False, _EFFECT),
        ("taskSpawned", "Spawned Tasks", "Stops where a task is spawned.", False, _TASK),
        ("taskFailed", "Failed Tasks", "Stops where an exception is raised that ends a task.", False, _FAILURE),
        ("taskCancelled", "Cancelled Tasks", "Stops where a task stands that ends because it was cancelled.", False, _TASK),
        ("callback", "Callbacks", "Stops where a function of the host is called.", False, _CALLBACK),
    )
]  # fmt: skip


@request(
    "setBreakpoints",
    When.ALWAYS,
    supports_conditional_breakpoints=True,
    supports_hit_conditional_breakpoints=True,
    supports_log_points=True,
)
async def set_breakpoints(session: Session, arguments: SetBreakpointsArguments) -> SetBreakpointsResponseBody:
    return SetBreakpointsResponseBody(breakpoints=await _place(session, session.breakpoints.keep_source(arguments)))


@request("setFunctionBreakpoints", When.ALWAYS, supports_function_breakpoints=True)
async def set_function_breakpoints(session: Session, arguments: SetFunctionBreakpointsArguments) -> SetFunctionBreakpointsResponseBody:
    return SetFunctionBreakpointsResponseBody(breakpoints=await _place(session, session.breakpoints.keep_functions(arguments)))


async def _place(session: Session, kept: Kept) -> list[Breakpoint]:
    debuggee = session.living
    if session.attributes is not None and session.attributes.no_debug:
        return kept.unverified(NO_DEBUG)
    if debuggee is None:
        return kept.unverified(NOT_YET)
    return await session.breakpoints.place(debuggee, kept, running=session.state is State.RUNNING)


@request("setExceptionBreakpoints", When.ALWAYS, exception_breakpoint_filters=FILTERS, supports_exception_filter_options=True)
async def set_exception_breakpoints(
    session: Session, arguments: SetExceptionBreakpointsArguments
) -> SetExceptionBreakpointsResponseBody | None:
    known = [each.filter for each in FILTERS]
    for name in [*arguments.filters, *(option.filter_id for option in arguments.filter_options or ())]:
        if name not in known:
            raise RequestError(f"setExceptionBreakpoints: there is no filter `{name}`; there are: {', '.join(known)}")
    session.breakpoints.exceptions = arguments
    if session.living is None or (session.attributes is not None and session.attributes.no_debug):
        return None
    try:
        return await session.ask("setExceptionBreakpoints", arguments, SetExceptionBreakpointsResponseBody)
    except Busy:
        return None  # it has it, and will look at it


@request("breakpointLocations", When.PROGRAM, quiet=True, supports_breakpoint_locations_request=True)
async def breakpoint_locations(session: Session, arguments: BreakpointLocationsArguments) -> BreakpointLocationsResponseBody:
    return await session.ask("breakpointLocations", arguments, BreakpointLocationsResponseBody)
