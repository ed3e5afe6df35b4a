"""What the agent's parts and the adapter say to each other: requests in, bodies and events out, in DAP's vocabulary."""

from collections.abc import Callable, Mapping
from json.decoder import JSONDecoder
from json.encoder import c_make_encoder, encode_basestring  # type: ignore[attr-defined]
from typing import Any, Literal, Protocol, TypedDict

from .own import keep_builtins

keep_builtins(globals())

type Json = dict[str, Any]
"""A JSON object: the arguments of a request, the body of a response or of an event."""

type Handler = Callable[[Json], Json | None]
"""Serves one command: its arguments in, the body of its response out. Raises `RequestError` to refuse."""

type StopReason = Literal["entry", "step", "breakpoint", "function breakpoint", "exception", "pause"]

MAIN_THREAD = 1


class Channel(Protocol):
    """The way to the adapter."""

    def next_request(self) -> str: ...
    def poll_request(self) -> str | None: ...
    def send(self, message: str, /) -> None: ...
    def clone(self, request_seq: int, /) -> bool: ...


class Options(TypedDict, total=False):
    """What is known when the agent is made."""

    justMyCode: bool
    packages: list[str]
    stopOnEntry: bool
    pokes: bool


class RequestError(Exception):
    """A request that cannot be done; its text is for the user."""


class NotNow(Exception):
    """A request that has to wait until the program, which runs, is elsewhere: the host pokes again."""


class TakenByClone(Exception):
    """A clone of the worker answers this request: the original goes on to the next."""


# The C parts of `json` alone: a program may have patched the rest.
_chunks: Callable[[object, int], tuple[str, ...]] = c_make_encoder(None, str, encode_basestring, None, ":", ",", False, False, False)
_scan: Callable[[str, int], tuple[Any, int]] = JSONDecoder().scan_once  # type: ignore[attr-defined]


def encode(message: Mapping[str, Any]) -> str:
    """JSON that UTF-8 can carry, whatever a program has in its strings: lone surrogates are written as Python writes them."""
    text = "".join(_chunks(message, 0))
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return "".join([f"\\\\u{ord(each):x}" if "\ud800" <= each <= "\udfff" else each for each in text])
    return text


def decode(text: str) -> Json:
    message, _ = _scan(text, 0)
    if not isinstance(message, dict):
        raise ValueError("a message is a JSON object")
    return message


def integer(arguments: Json, name: str, default: int | None = None) -> int:
    """An integer argument, or its default; a request without it is refused."""
    value = arguments.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise RequestError(f"`{name}` must be an integer")
    return value


def text(arguments: Json, name: str, default: str | None = None) -> str:
    """A string argument, or its default; a request without it is refused."""
    value = arguments.get(name, default)
    if not isinstance(value, str):
        raise RequestError(f"`{name}` must be a string")
    return value
