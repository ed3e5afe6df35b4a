"""Addresses that cannot be reached from elsewhere."""

import ipaddress


def parse(listen: str) -> tuple[str, int] | None:
    """Host and port of `HOST:PORT`, if it is on the loopback."""
    host, _, port = listen.rpartition(":")
    host = "127.0.0.1" if host == "localhost" else host.removeprefix("[").removesuffix("]")
    try:
        if ipaddress.ip_address(host).is_loopback and 0 <= int(port) <= 65535:
            return host, int(port)
    except ValueError:
        return None
    return None
