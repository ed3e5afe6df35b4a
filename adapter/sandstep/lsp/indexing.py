"""Reads the files of the workspace in processes of its own, in the background, and remembers what it has read."""

import asyncio
import os
import sys
import zlib
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from lsprotocol import types

from .entries import BATCH, SIZE, Entry, Stored, stamp_of

if TYPE_CHECKING:
    from .server import Server

_SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages", "venv", "env", "build", "dist"})
_MOST_FILES = 50_000
_KEPT = 20
"""So many workspaces' facts stay in the cache."""
_PROCESSES = min(4, os.cpu_count() or 1)


class Indexing:
    """Keeps the index as the disk is."""

    def __init__(self, server: "Server") -> None:
        self._server = server
        self._entries: dict[str, Entry] = {}
        self._turn = asyncio.Lock()
        self._begun = asyncio.Event()

    async def idle(self) -> None:
        """Returns when all that was to be read by now is read."""
        await self._begun.wait()
        async with self._turn:
            return

    async def run(self) -> None:
        """Reads all files: those that the cache knows as they are from there, the others anew."""
        async with self._turn:
            self._begun.set()
            await self._run()

    async def _run(self) -> None:
        folders = self._server.folders()
        store = await asyncio.to_thread(_store, folders)
        known = await asyncio.to_thread(_load, store)
        paths = await asyncio.to_thread(lambda: [*_python_files(folders)])
        stamps = {path: stamp for path in paths if (stamp := stamp_of(path)) is not None}
        fresh = {path: known[path] for path, stamp in stamps.items() if path in known and known[path].stamp == stamp}
        self._take(fresh.values())
        rest = [path for path in stamps if path not in fresh]
        if rest:
            await self._read_with_progress(rest)
        self._server.index.changed()
        self._server.check_everything()
        if rest or len(known) != len(fresh):
            await asyncio.to_thread(_save, store, [*self._entries.values()])

    async def read_again(self, paths: Sequence[str]) -> None:
        """Files of the workspace that have changed on disk, or are gone."""
        async with self._turn:
            await self._read_again(paths)

    async def _read_again(self, paths: Sequence[str]) -> None:
        folders = self._server.folders()
        for path in paths:
            self._entries.pop(path, None)
            self._server.index.drop(path)
        async for entry in _read([path for path in paths if _belongs(path, folders)]):
            self._take([entry])
        self._server.index.changed()
        self._server.check_everything()

    def _take(self, entries: Any) -> None:
        for entry in entries:
            self._entries[entry.path] = entry
            if entry.module is not None:
                self._server.index.put(entry.module)

    async def _read_with_progress(self, paths: Sequence[str]) -> None:
        token = "sandstep-index"
        progress = self._server.work_done_progress
        window = self._server.client_capabilities.window
        shown = window is not None and bool(window.work_done_progress)
        if shown:
            await progress.create_async(token)
            progress.begin(token, types.WorkDoneProgressBegin("Indexing for effects", percentage=0))
        count = 0
        try:
            async for entry in _read(paths):
                self._take([entry])
                count += 1
                if shown and count % BATCH == 0:
                    said = types.WorkDoneProgressReport(percentage=100 * count // len(paths), message=f"{count} of {len(paths)} files")
                    progress.report(token, said)
        finally:
            if shown:
                progress.end(token, types.WorkDoneProgressEnd())


async def _read(paths: Sequence[str]) -> AsyncIterator[Entry]:
    """The files, as processes of their own read them: the event loop stays free for the editor."""
    count = max(1, min(_PROCESSES, len(paths) // BATCH))
    queue: asyncio.Queue[list[Entry] | None] = asyncio.Queue()
    readers = [asyncio.create_task(_read_some(paths[number::count], queue)) for number in range(count)] if paths else []
    try:
        left = len(readers)
        while left:
            batch = await queue.get()
            left -= batch is None
            for entry in batch or ():
                yield entry
        for reader in readers:
            await reader
    finally:
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)


async def _read_some(paths: Sequence[str], queue: "asyncio.Queue[list[Entry] | None]") -> None:
    """One process's part; None at its end."""
    command = (sys.executable, "-P", "-m", "sandstep.lsp.reading")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert process.stdin is not None
    assert process.stdout is not None
    decoder = msgspec.msgpack.Decoder(list[Entry])
    try:
        process.stdin.write(msgspec.msgpack.encode([*paths]))
        process.stdin.close()
        while True:
            size = int.from_bytes(await process.stdout.readexactly(SIZE), "little")
            await queue.put(decoder.decode(await process.stdout.readexactly(size)))
    except asyncio.IncompleteReadError:
        return
    finally:
        await queue.put(None)
        if process.returncode is None:
            process.kill()
        await process.wait()


def _python_files(folders: Sequence[str]) -> Iterator[str]:
    count = 0
    for folder in folders:
        for path, inner, files in os.walk(folder):
            inner[:] = [each for each in inner if each not in _SKIPPED and not each.startswith(".") and not _is_environment(path, each)]
            for file in files:
                if file.endswith(".py"):
                    count += 1
                    if count > _MOST_FILES:
                        return
                    yield os.path.join(path, file)


def _is_environment(path: str, folder: str) -> bool:
    return os.path.isfile(os.path.join(path, folder, "pyvenv.cfg"))


def _belongs(path: str, folders: Sequence[str]) -> bool:
    inside = next((folder for folder in folders if path.startswith(folder + os.sep)), None)
    if inside is None or not path.endswith(".py"):
        return False
    return not any(each in _SKIPPED or each.startswith(".") for each in os.path.relpath(path, inside).split(os.sep)[:-1])


def _version() -> str:
    """Of the code that makes the facts: its own content."""
    folder = Path(__file__).parent
    plain = (folder / f"{name}.py" for name in ("conditions", "index", "model", "syntax", "text", "values"))
    sources = [*plain, *sorted((folder / "extraction").glob("*.py"))]
    return f"{zlib.crc32(b''.join(source.read_bytes() for source in sources)):08x}"


def _store(folders: Sequence[str]) -> Path:
    from sandstep.sandbox import cache  # loads wasmtime: the editor shall not wait for that

    name = zlib.crc32("\n".join(folders).encode())
    return cache.cache_folder() / f"index-{name:08x}.msgpack"


def _load(store: Path) -> dict[str, Entry]:
    from sandstep.sandbox import cache

    try:
        if not cache.own(store):
            return {}
        stored = msgspec.msgpack.decode(store.read_bytes(), type=Stored)
    except (OSError, msgspec.MsgspecError):
        return {}
    return {entry.path: entry for entry in stored.entries} if stored.version == _version() else {}


def _save(store: Path, entries: list[Entry]) -> None:
    part = store.with_suffix(f".{os.getpid()}")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(msgspec.msgpack.encode(Stored(_version(), entries)))
    part.replace(store)
    stores = sorted(store.parent.glob("index-*.msgpack"), key=lambda each: each.stat().st_mtime, reverse=True)
    for old in stores[_KEPT:]:
        old.unlink(missing_ok=True)
