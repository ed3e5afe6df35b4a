"""From `initialized` on: settings, folders, files that change on disk."""

from typing import TYPE_CHECKING

from lsprotocol import types

from ..registry import command, notification
from ..uris import path_of

if TYPE_CHECKING:
    from ..server import Server

_WATCHED = ("**/*.py", "**/.vscode/launch.json")


@notification(types.INITIALIZE)
def initialize(server: "Server", params: types.InitializeParams) -> None:
    """Takes the settings that come with it; a client that has `workspace/configuration` is asked later."""
    server.initial = params.initialization_options


@notification(types.INITIALIZED)
def initialized(server: "Server", params: types.InitializedParams) -> None:
    server.configure(server.initial)
    server.start(_configure(server))
    server.start(_watch(server))
    server.start(server.ask_image())
    server.start(server.indexing.run())


async def _configure(server: "Server") -> None:
    """Asks the client for the settings, if it can be asked."""
    workspace = server.client_capabilities.workspace
    if workspace is None or not workspace.configuration:
        return
    item = types.ConfigurationItem(section="sandstep")
    said = await server.workspace_configuration_async(types.ConfigurationParams([item]))
    if said and said[0] is not None:
        server.configure(said[0])


async def _watch(server: "Server") -> None:
    workspace = server.client_capabilities.workspace
    watching = workspace.did_change_watched_files if workspace is not None else None
    if watching is None or not watching.dynamic_registration:
        return
    options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(pattern) for pattern in _WATCHED])
    registration = types.Registration("sandstep-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    await server.client_register_capability_async(types.RegistrationParams([registration]))


@notification(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
def did_change_configuration(server: "Server", params: types.DidChangeConfigurationParams) -> None:
    said = params.settings.get("sandstep") if isinstance(params.settings, dict) else None
    if said is not None:
        server.configure(said)
    else:
        server.start(_configure(server))


@notification(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
def did_change_folders(server: "Server", params: types.DidChangeWorkspaceFoldersParams) -> None:
    server.read_project()
    server.start(server.indexing.run())


@notification(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
def did_change_files(server: "Server", params: types.DidChangeWatchedFilesParams) -> None:
    paths = [path for change in params.changes if (path := path_of(change.uri)) is not None]
    if any(path.endswith("launch.json") for path in paths):
        server.read_project()
    server.start(server.indexing.read_again([path for path in paths if path.endswith(".py")]))


@notification(types.TEXT_DOCUMENT_DID_SAVE)
def did_save(server: "Server", params: types.DidSaveTextDocumentParams) -> None:
    """A client that does not watch files tells of those that it saves itself."""
    if params.text_document.uri.endswith("launch.json"):
        server.read_project()


@command("sandstep.whenIndexed")
async def when_indexed(server: "Server", arguments: object) -> int:
    """Answers when the workspace is indexed, for scripts that want to know it whole; how many files it has."""
    await server.indexing.idle()
    return len(server.index.paths())
