"""`sandstep lsp`: serves one editor over stdio, or editors over TCP on the loopback."""

import asyncio
import hmac
import json
import logging
import os
import secrets
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
    address = loopback.parse(listen)
    if address is None:
        print(f"sandstep lsp: {listen!r} is not a loopback address with a port; use 127.0.0.1:0, or [::1]:0", file=sys.stderr)
        return 2
    token = secrets.token_urlsafe(24)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await Server(lambda given: hmac.compare_digest(given.encode(), token.encode())).serve(reader, writer)
        except (BrokenPipeError, ConnectionResetError):
            return
        finally:
            writer.close()

    try:
        server = await asyncio.start_server(connected, *address)
    except OSError as error:
        print(f"sandstep lsp: cannot listen on {listen}: {error.strerror}; choose another port, or 0 for any", file=sys.stderr)
        return 2
    host, port = server.sockets[0].getsockname()[:2]
    print(json.dumps({"host": host, "port": port, "token": token}), flush=True)
    async with server:
        await server.serve_forever()
    return 0
