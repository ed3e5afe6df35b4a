"""Calls of the host's functions: each is awaited, and any number of them may be under way."""

import asyncio
import builtins
from asyncio import Future
from collections.abc import Callable
from time import perf_counter
from typing import Any, TypedDict

import plain_json
from wit_world.imports import callbacks

_NOT_BY_A_MESSAGE = (UnicodeError, BaseExceptionGroup, StopIteration, StopAsyncIteration)
_PLAIN_ERRORS = {
    name: kind
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, _NOT_BY_A_MESSAGE)
}  # fmt: skip
_encode, _decode, _quote = plain_json.encode, plain_json.decode, plain_json.encode
_host_invoke, _list = callbacks.invoke, callbacks.list_callbacks

type Watch = Callable[[str, str, str, float], None]
"""Is told of a call: "callback_start" or "callback_end", the name, "" or the error, the duration in seconds."""


class Offer(TypedDict):
    """A function of the host, as it describes it."""

    name: str
    description: str
    schema: dict[str, Any]


class Calls:
    """The calls of one program."""

    def __init__(self) -> None:
        self._number = 0
        self._under_way: dict[int, Future[Any]] = {}
        self._answers: dict[int, list[Any]] = {}
        self._blocking: set[int] = set()
        self._unsent: list[str] = []
        self.watch: Watch | None = None

    @property
    def busy(self) -> bool:
        """Whether the idle moment of the event loop is to be spent with `exchange`."""
        return bool(self._under_way or self._unsent)

    async def invoke(self, name: str, /, **arguments: Any) -> Any:
        """Calls the host's function of this name. Raises what it raised: its type if that is a built-in one, else RuntimeError."""
        number = self._begin(name, arguments)
        future: Future[Any] = asyncio.get_running_loop().create_future()
        self._under_way[number] = future
        began = self._note("callback_start", name)
        failure = "cancelled"
        try:
            answer = await future
            failure = "" if answer[1] else str(answer[2])
        except asyncio.CancelledError:
            self._unsent.append(f"[{number}]")
            raise
        finally:
            self._under_way.pop(number, None)
            self._note("callback_end", name, failure, began)
        return _result(answer)

    def invoke_blocking(self, name: str, /, **arguments: Any) -> Any:
        """The same for code that cannot await: nothing else of the program runs until the answer is there."""
        number = self._begin(name, arguments)
        self._blocking.add(number)
        began = self._note("callback_start", name)
        try:
            while number not in self._answers:
                self.exchange(None)
        finally:
            self._blocking.discard(number)
            self._note("callback_end", name, "", began)
        return _result(self._answers.pop(number))

    def _note(self, kind: str, name: str, failure: str = "", began: float = 0.0) -> float:
        now = perf_counter()
        if self.watch is not None:
            self.watch(kind, name, failure, now - began if began else 0.0)
        return now

    def _begin(self, name: str, arguments: dict[str, Any]) -> int:
        if not isinstance(name, str):
            raise TypeError("the name of a callback is a str")
        self._number += 1
        self._unsent.append(f"[{self._number},{_quote(name)},{_encode(arguments)}]")
        return self._number

    def exchange(self, nanoseconds: int | None) -> bool:
        """Sends what was begun and waits for answers, for so long at most. False: the host poked, which is to be attended to."""
        unsent, self._unsent = self._unsent, []
        text = _host_invoke("[" + ",".join(unsent) + "]" if unsent else "", nanoseconds)
        if text is None:
            return False
        for answer in _decode(text) if text else ():
            number = answer[0]
            if number in self._blocking:
                self._answers[number] = answer
            future = self._under_way.get(number)
            if future is not None and not future.done():
                future.set_result(answer)
        return True


def offers() -> list[Offer]:
    """What the host offers to call: name, description and JSON schema of the arguments of each."""
    found: list[Offer] = _decode(_list())
    return found


def _result(answer: list[Any]) -> Any:
    if answer[1]:
        return answer[2]
    kind = _PLAIN_ERRORS.get(answer[2])
    raise kind(answer[3]) if kind is not None else RuntimeError(f"{answer[2]}: {answer[3]}")


def stub(calls: Calls, offer: Offer) -> Callable[..., Any]:
    """The function that a program awaits: arguments by name, or by place in the order of the schema."""
    name, places = offer["name"], tuple(offer["schema"].get("properties", ()))

    async def call(*by_place: Any, **arguments: Any) -> Any:
        if len(by_place) > len(places):
            raise TypeError(f"{name}() takes {len(places)} arguments but {len(by_place)} were given")
        for place, value in zip(places, by_place, strict=False):
            if place in arguments:
                raise TypeError(f"{name}() got multiple values for argument {place!r}")
            arguments[place] = value
        return await calls.invoke(name, **arguments)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = offer["description"]
    return call
