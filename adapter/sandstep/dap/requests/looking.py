"""Looking at a program: threads, stackTrace, scopes, variables, evaluate, completions, exceptionInfo."""

import msgspec

from .. import looks
from ..errors import Busy
from ..protocol import (
    CompletionsArguments,
    CompletionsResponseBody,
    EvaluateArguments,
    EvaluateResponseBody,
    ExceptionInfoArguments,
    ExceptionInfoResponseBody,
    ScopesArguments,
    ScopesResponseBody,
    StackTraceArguments,
    StackTraceResponseBody,
    ThreadsResponseBody,
    VariablesArguments,
    VariablesResponseBody,
)
from ..registry import request
from ..session import Session
from ..state import State, When, require


@request("threads", When.ALWAYS, quiet=True)
async def threads(session: Session) -> ThreadsResponseBody:
    if session.living is None:
        return ThreadsResponseBody(threads=[])
    try:
        session.threads.listed(await session.ask("threads", None, ThreadsResponseBody))
    except Busy:
        pass  # those that there were last are most likely still there
    return session.threads.last


@request("stackTrace", When.STOP, quiet=True, supports_delayed_stack_trace_loading=True)
async def stack_trace(session: Session, arguments: StackTraceArguments) -> StackTraceResponseBody:
    session.threads.require(arguments.thread_id)
    return await session.ask("stackTrace", arguments, StackTraceResponseBody)


@request("scopes", When.STOP, quiet=True)
async def scopes(session: Session, arguments: ScopesArguments) -> ScopesResponseBody:
    return await session.ask("scopes", arguments, ScopesResponseBody)


@request("variables", When.STOP, quiet=True)
async def variables(session: Session, arguments: VariablesArguments) -> VariablesResponseBody:
    return await looks.variables(session.debuggee, arguments)


@request(
    "evaluate",
    When.PROGRAM,
    quiet=True,
    supports_evaluate_for_hovers=True,
    supports_clipboard_context=True,
    supports_value_formatting_options=True,
)
async def evaluate(session: Session, arguments: EvaluateArguments) -> EvaluateResponseBody:
    """What is typed while the program waits for input is its input; else it is an expression, or in the console statements."""
    if session.state is State.RUNNING and arguments.context == "repl" and await session.input.awaited_soon():
        session.debuggee.type_in(session.input.line(arguments.expression))
        return EvaluateResponseBody(result="", variables_reference=0)
    require(session.state, When.STOP, show=False)
    if arguments.context in looks.LOOKS:
        return await looks.evaluate(session.debuggee, arguments)
    return await session.ask("evaluate", arguments, EvaluateResponseBody)


@request("completions", When.STOP, quiet=True, supports_completions_request=True, completion_trigger_characters=["."])
async def completions(session: Session, arguments: CompletionsArguments) -> CompletionsResponseBody:
    body = await session.ask("completions", arguments, CompletionsResponseBody)
    if session.client.features is None or session.client.features.client_id != "vscode":
        return body
    # VS Code counts `start` from 0 whatever it said, and so finds nothing; without it, it takes `length` characters before the cursor.
    return msgspec.structs.replace(body, targets=[msgspec.structs.replace(target, start=None) for target in body.targets])


@request("exceptionInfo", When.STOP, quiet=True, supports_exception_info_request=True)
async def exception_info(session: Session, arguments: ExceptionInfoArguments) -> ExceptionInfoResponseBody:
    session.threads.require(arguments.thread_id)
    return await session.ask("exceptionInfo", arguments, ExceptionInfoResponseBody)
