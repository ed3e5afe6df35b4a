"""What the program consists of: source, loadedSources, modules."""

from ..protocol import (
    LoadedSourcesArguments,
    LoadedSourcesResponseBody,
    ModulesArguments,
    ModulesResponseBody,
    SourceArguments,
    SourceResponseBody,
)
from ..registry import request
from ..session import Session
from ..state import When


@request("source", When.PROGRAM, quiet=True)
async def source(session: Session, arguments: SourceArguments) -> SourceResponseBody:
    return await session.ask("source", arguments, SourceResponseBody)


@request("loadedSources", When.PROGRAM, quiet=True, supports_loaded_sources_request=True)
async def loaded_sources(session: Session, arguments: LoadedSourcesArguments) -> LoadedSourcesResponseBody:
    return await session.ask("loadedSources", arguments, LoadedSourcesResponseBody)


@request("modules", When.PROGRAM, quiet=True, supports_modules_request=True)
async def modules(session: Session, arguments: ModulesArguments) -> ModulesResponseBody:
    return await session.ask("modules", arguments, ModulesResponseBody)
