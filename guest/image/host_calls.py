"""The host's calls as the guest's Python uses them. The only module that touches the bindings of what the host may wait in."""

from collections.abc import Callable

from wit_world.imports import callbacks, host

_attend: Callable[[], None] = lambda: None  # noqa: E731
in_a_wait = False
"""Whether the host holds the guest: it is woken then by its call's return, and nothing else needs to see to that."""


def on_poke(attend: Callable[[], None]) -> None:
    """`attend` is called when the host pokes the guest while it waits in a call of this module."""
    global _attend
    _attend = attend


def write(stream: int, data: bytes) -> None:
    host.write(stream, data.decode("latin-1"))


def read(size: int) -> bytes:
    """Blocks until there is input; b"" at its end."""
    global in_a_wait
    while True:
        in_a_wait = True
        text = host.read(size)
        in_a_wait = False
        if text is not None:
            return text.encode("latin-1")
        _attend()


def wait(nanoseconds: int | None) -> bool:
    """Blocks for so long, or for ever. True: the host poked before, which has been attended to."""
    global in_a_wait
    in_a_wait = True
    woken = host.wait(nanoseconds)
    in_a_wait = False
    if woken:
        _attend()
    return woken


def invoke(calls: str, nanoseconds: int | None) -> str:
    """Sends calls of the host's callbacks, and blocks until there are answers: for so long at most, and until the host pokes; "" then."""
    global in_a_wait
    in_a_wait = True
    answers = callbacks.invoke(calls, nanoseconds)
    in_a_wait = False
    if answers is None:
        _attend()
        return ""
    return answers


def list_callbacks() -> str:
    return callbacks.list_callbacks()


def exit_now(status: int) -> None:
    host.exit(status & 0xFF)


def doorbell(address: int) -> None:
    host.doorbell(address)
