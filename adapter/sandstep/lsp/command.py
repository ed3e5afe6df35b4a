"""`sandstep lsp`: serves one editor over stdio, or editors over TCP on the loopback."""

import asyncio
import logging
import os
import sys

from pygls.io_ import StdoutWriter
from sandstep import loopback

from . import requests
from .server import Server
from .syntax import DEEPEST

logging.getLogger("pygls").setLevel(logging.CRITICAL)  # what matters of it is told by `Server.report`


def serve(listen: str | None) -> int:
    """Serves until the editor goes; the exit status."""
    requests.load()
    sys.setrecursionlimit(DEEPEST)
    try:
        return asyncio.run(_serve_stdio() if listen is None else _serve_tcp(listen))
    except KeyboardInterrupt:
        return 130


async def _serve_stdio() -> int:
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not come between the messages
    reader = asyncio.StreamReader(limit=1 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    try:
        return await Server().serve(reader, StdoutWriter(out))
    except (BrokenPipeError, ConnectionResetError):
        return 1


async def _serve_tcp(listen: str) -> int:
    async def start(admits: loopback.Admits, host: str, port: int) -> asyncio.Server:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await Server(admits).serve(reader, writer)
            except (BrokenPipeError, ConnectionResetError):
                return
            finally:
                writer.close()

        return await asyncio.start_server(connected, host, port)

    return await loopback.serve("lsp", listen, start)
