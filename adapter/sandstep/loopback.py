"""Servers on addresses that cannot be reached from elsewhere; a client has to know the token that is printed."""

import asyncio
import hmac
import ipaddress
import json
import secrets
import sys
from collections.abc import Awaitable, Callable
from typing import TypeAlias

Admits: TypeAlias = Callable[[str | None], bool]
"""Whether a client that gives this token is one to serve."""


async def serve(command: str, listen: str, start: Callable[[Admits, str, int], Awaitable[asyncio.Server]]) -> int:
    """Prints where it listens and the token as one line of JSON, and serves until it is ended; the exit status of `sandstep COMMAND`.

    `start` begins to listen. Raises OSError, which is told.
    """
    address = _parse(listen)
    if address is None:
        print(f"sandstep {command}: {listen!r} is not a loopback address with a port; use 127.0.0.1:0, or [::1]:0", file=sys.stderr)
        return 2
    token = secrets.token_urlsafe(24)

    def admits(given: str | None) -> bool:
        return hmac.compare_digest((given or "").encode(), token.encode())

    try:
        server = await start(admits, *address)
    except OSError as error:
        print(f"sandstep {command}: cannot listen on {listen}: {error.strerror}; choose another port, or 0 for any", file=sys.stderr)
        return 2
    host, port = server.sockets[0].getsockname()[:2]
    print(json.dumps({"host": host, "port": port, "token": token}), flush=True)
    async with server:
        await server.serve_forever()
    return 0


def _parse(listen: str) -> tuple[str, int] | None:
    """Host and port of `HOST:PORT`, if it is on the loopback."""
    host, _, port = listen.rpartition(":")
    host = "127.0.0.1" if host == "localhost" else host.removeprefix("[").removesuffix("]")
    try:
        if ipaddress.ip_address(host).is_loopback and 0 <= int(port) <= 65535:
            return host, int(port)
    except ValueError:
        return None
    return None
