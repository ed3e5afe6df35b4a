"""The server as a process: its index, its ends, its errors, and who may speak to it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.dap.peers import sandstep_command

from .editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")
Start = Callable[..., Awaitable[Editor]]
PROGRAM = "from sandstep.effects import Ask, do\n\n@do\ndef program_{n}():\n    yield Ask('x')\n"


async def symbols(editor: Editor, query: str) -> list[str]:
    found = await editor.client.workspace_symbol_async(types.WorkspaceSymbolParams(query)) or ()
    return sorted(each.name for each in found)


async def test_a_large_workspace_and_a_request_that_is_cancelled(start: Start, tmp_path: Path) -> None:
    for number in range(300):
        folder = tmp_path / f"package_{number % 7}"
        folder.mkdir(exist_ok=True)
        (folder / f"module_{number}.py").write_text(PROGRAM.format(n=number))
    editor = await start()
    assert len(await symbols(editor, "program_")) == 300
    asked = editor.client.protocol.send_request("workspace/symbol", types.WorkspaceSymbolParams("program_"), msg_id="mine")
    editor.client.cancel_request(types.CancelParams("mine"))
    with pytest.raises(JsonRpcException, match="cancel"):
        await asyncio.wait_for(asyncio.wrap_future(asked), 10)
    (reports,) = editor.client.progress_reports.values()
    assert isinstance(reports[0], types.WorkDoneProgressBegin)
    assert isinstance(reports[-1], types.WorkDoneProgressEnd)
    assert any(isinstance(report, types.WorkDoneProgressReport) for report in reports)


async def test_the_index_is_kept(start: Start, tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"module_{number}.py").write_text(PROGRAM.format(n=number))
    first = await start()
    assert len(await symbols(first, "program_")) == 60
    (tmp_path / "module_7.py").write_text(PROGRAM.format(n="changed"))
    (tmp_path / "module_8.py").unlink()
    second = await start()
    names = await symbols(second, "program_")
    assert len(names) == 59
    assert "program_changed" in names
    assert not {"program_7", "program_8"} & {*names}
    assert not any(isinstance(report, types.WorkDoneProgressReport) for report in second.client.progress_reports["sandstep-index"])


async def test_odd_files_in_the_workspace(start: Start, tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text(PROGRAM.format(n="good"))
    (tmp_path / "latin.py").write_bytes(b"# coding: latin-1\n# \xe9\n" + PROGRAM.format(n="latin").encode())
    (tmp_path / "binary.py").write_bytes(bytes(range(256)) * 100)
    (tmp_path / "broken.py").write_text("def (:\n" + PROGRAM.format(n="broken"))
    (tmp_path / "huge.py").write_text("x = 1\n" * 1_000_000)
    (tmp_path / "deep.py").write_text("x = " + "-" * 100_000 + "1\n")
    (tmp_path / "dangling.py").symlink_to(tmp_path / "nowhere.py")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "folder.py").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "x.py").write_text(PROGRAM.format(n="hidden"))
    unreadable = tmp_path / "unreadable.py"
    unreadable.write_text(PROGRAM.format(n="unreadable"))
    unreadable.chmod(0)
    editor = await start()
    expected = ["program_broken", "program_good", "program_latin"]
    assert [name for name in await symbols(editor, "program_") if name != "program_unreadable"] == expected
    (tmp_path / "good.py").unlink()
    await editor.changed_on_disk("good.py", types.FileChangeType.Changed)
    assert "program_good" not in await symbols(editor, "program_")


async def test_an_open_file_is_as_it_is_in_the_editor(start: Start, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(PROGRAM.format(n="disk"))
    editor = await start()
    uri = await editor.open(PROGRAM.format(n="editor"), "a.py")
    assert await symbols(editor, "program_") == ["program_editor"]
    editor.close(uri)
    await editor.client.workspace_execute_command_async(types.ExecuteCommandParams("sandstep.whenIndexed"))
    assert await symbols(editor, "program_") == ["program_disk"]


async def test_a_definition_in_another_file_changes(start: Start, tmp_path: Path) -> None:
    (tmp_path / "lib.py").write_text("def make(): ...\n")
    editor = await start()
    uri = await editor.open(
        "from lib import make\nfrom sandstep.effects import Ask, do\n@do\ndef main():\n    make()\n    yield Ask('x')\n", "main.py"
    )
    assert await editor.diagnostics(uri) == []
    await editor.wrote("lib.py", "from sandstep.effects import Ask, do\n@do\ndef make():\n    yield Ask('x')\n")
    (found,) = await editor.until(uri, bool)
    assert found.code == "not-yielded"


async def test_errors_are_one_sentence(editor: Editor) -> None:
    with pytest.raises(JsonRpcException) as unknown:
        await editor.request("textDocument/nonsense", {})
    assert "Traceback" not in str(unknown.value)
    with pytest.raises(JsonRpcException) as raised:
        await editor.client.workspace_execute_command_async(types.ExecuteCommandParams("sandstep.showTrace", []))
    assert raised.value.message.startswith("Name the trace: ")
    assert raised.value.data is None
    missing = types.TextDocumentIdentifier("file:///nowhere.py")
    assert not await editor.client.text_document_document_symbol_async(types.DocumentSymbolParams(missing))
    assert await editor.client.text_document_hover_async(types.HoverParams(missing, types.Position(0, 0))) is None


@pytest.mark.parametrize("uri", ["untitled:Untitled-1", "vscode-notebook-cell:/a.ipynb#X", "file:///odd%20path/%C3%A9.py"])
async def test_documents_that_are_no_files(editor: Editor, uri: str) -> None:
    editor._versions[uri] = 1
    item = types.TextDocumentItem(uri, "python", 1, "from sandstep.effects import do\n@do\ndef f():\n    yield 1\n")
    editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    (found,) = await editor.until(uri, bool)
    assert found.code == "plain-yield"


async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, method: str, params: object) -> dict[str, Any]:
    """Asks over a plain stream, and answers the response."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    while True:
        header = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)
        length = next(int(line[16:]) for line in header.split(b"\r\n") if line.startswith(b"Content-Length: "))
        message: dict[str, Any] = json.loads(await reader.readexactly(length))
        if message.get("id") == 1:
            return message


async def test_tcp_wants_its_token() -> None:
    arguments = sandstep_command("lsp", "--listen", "127.0.0.1:0")
    process = await asyncio.create_subprocess_exec(*arguments, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        said = json.loads(await asyncio.wait_for(process.stdout.readline(), 30))
        for options, admitted in (
            ({"token": "wrong"}, False),
            (None, False),
            ({"token": said["token"]}, True),
            ({"token": said["token"]}, True),
        ):
            reader, writer = await asyncio.open_connection(said["host"], said["port"])
            answer = await say(reader, writer, "initialize", {"capabilities": {}, "initializationOptions": options})
            if admitted:
                assert answer["result"]["serverInfo"]["name"] == "sandstep"
                assert (await say(reader, writer, "shutdown", None))["result"] is None
            else:
                assert answer["error"]["message"].startswith("This port wants the token")
            writer.close()
            await writer.wait_closed()
    finally:
        process.kill()
        await process.wait()
