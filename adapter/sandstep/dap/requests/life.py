"""From the first request to the last: initialize, launch, attach, configurationDone, restart, cancel, terminate, disconnect."""

import msgspec

from .. import launching
from ..errors import RequestError
from ..protocol import (
    CancelArguments,
    Capabilities,
    ConfigurationDoneArguments,
    DisconnectArguments,
    InitializeRequestArguments,
    TerminateArguments,
)
from ..registry import capabilities, request
from ..session import Session
from ..state import State, When
from ..wire import NOTHING, given


class Restart(msgspec.Struct, frozen=True):
    """The arguments of `restart`, with the launch configuration as it was sent."""

    arguments: msgspec.Raw = NOTHING


@request("initialize", When.ALWAYS)
async def initialize(session: Session, arguments: InitializeRequestArguments) -> Capabilities:
    if session.state is not State.NEW:
        raise RequestError("initialize: the session has been initialized already; start another one")
    if arguments.path_format not in (None, "path"):
        raise RequestError(f"initialize: the path format `{arguments.path_format}` is not supported; use `path`")
    session.client.introduce(arguments)
    session.state = State.READY
    return capabilities()


@request("launch", When.ALWAYS)
async def launch(session: Session, arguments: msgspec.Raw) -> None:
    await _launch(session, arguments)


@request("attach", When.ALWAYS)
async def attach(session: Session, arguments: msgspec.Raw) -> None:
    """As `launch`, for clients that do nothing else with a server which is there already."""
    await _launch(session, arguments)


async def _launch(session: Session, arguments: msgspec.Raw) -> None:
    attributes = launching.parse(arguments)
    if not session.admits(attributes.token):
        raise RequestError("the launch attribute `token` has to be the one that the server printed when it started")
    if session.state is not State.READY:
        raise RequestError("a program has been launched already; use `restart`, or start another session")
    await session.start(attributes)
    session.client.event("initialized")
    if session.configured:
        await session.go()


@request("configurationDone", When.ALWAYS, supports_configuration_done_request=True)
async def configuration_done(session: Session, arguments: ConfigurationDoneArguments) -> None:
    await session.go()


@request("restart", When.ALWAYS, supports_restart_request=True)
async def restart(session: Session, arguments: msgspec.Raw) -> None:
    try:
        wanted = msgspec.json.decode(arguments, type=Restart).arguments
    except msgspec.ValidationError as error:
        raise RequestError(f"restart: {error}") from None
    attributes = session.attributes if given(wanted) == NOTHING else launching.parse(wanted)
    if session.attributes is None or attributes is None:
        raise RequestError("restart: there is no program yet; send `launch` first")
    await session.restart(attributes)


@request("cancel", When.ALWAYS, supports_cancel_request=True)
async def cancel(session: Session, arguments: CancelArguments) -> None:
    if arguments.request_id is not None:
        session.cancel(arguments.request_id)
    if arguments.progress_id is not None:
        session.building.cancel(arguments.progress_id)


@request("terminate", When.ALWAYS, supports_terminate_request=True)
async def terminate(session: Session, arguments: TerminateArguments) -> None:
    await session.terminate()


@request("disconnect", When.ALWAYS, support_terminate_debuggee=True)
async def disconnect(session: Session, arguments: DisconnectArguments) -> None:
    if arguments.terminate_debuggee is False and session.living is not None:
        raise RequestError("the program lives in this session and ends with it; disconnect with `terminateDebuggee`")
    await session.close()
    session.on_over()
