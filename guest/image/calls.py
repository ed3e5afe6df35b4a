"""Calls of the host's functions: each is awaited, and any number of them may be under way."""

import asyncio
import builtins
from asyncio import Future
from collections.abc import Callable
from time import perf_counter
from typing import Any, NamedTuple, TypedDict

import host_calls
import plain_json

_NOT_BY_A_MESSAGE = (UnicodeError, BaseExceptionGroup, StopIteration, StopAsyncIteration)
_PLAIN_ERRORS = {
    name: kind
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, _NOT_BY_A_MESSAGE)
}  # fmt: skip
_encode, _decode, _quote = plain_json.encode, plain_json.decode, plain_json.encode
_host_invoke, _list = host_calls.invoke, host_calls.list_callbacks
_ALL = 0
"""In place of a call's number: the answer is that of all calls."""

type Watch = Callable[[str, str, str, float], None]
"""Is told of a call: "callback_start" or "callback_end", the name, "" or the error, the duration in seconds."""


class Offer(TypedDict):
    """A function of the host, as it describes it."""

    name: str
    description: str
    schema: dict[str, Any]


class Pending(NamedTuple):
    """A call that has not been answered, for a debugger. `future` is what its task waits for; None if the whole program waits.

    `began` is a moment of `time.perf_counter`.
    """

    name: str
    arguments: tuple[str, ...]
    began: float
    future: Future[Any] | None


class Calls:
    """The calls of one program."""

    def __init__(self) -> None:
        self._number = 0
        self._under_way: dict[int, tuple[str, dict[str, Any], float, Future[Any] | None]] = {}
        self._answers: dict[int, list[Any]] = {}
        self._unsent: list[str] = []
        self.watch: Watch | None = None
        self.called: Callable[[str, dict[str, Any]], object] | None = None
        """Is told of each call before it begins, by name and arguments, if a debugger wants it."""

    def pending(self) -> list[Pending]:
        """The calls that are under way, the oldest first. Changes nothing."""
        return [Pending(name, tuple(arguments), began, future) for name, arguments, began, future in self._under_way.values()]

    @property
    def busy(self) -> bool:
        """Whether the idle moment of the event loop is to be spent with `exchange`."""
        return bool(self._under_way or self._unsent)

    async def invoke(self, name: str, /, **arguments: Any) -> Any:
        """Calls the host's function of this name. Raises what it raised: its type if that is a built-in one, else RuntimeError."""
        future: Future[Any] = asyncio.get_running_loop().create_future()
        number = self._begin(name, arguments, future)
        failure = "cancelled"
        try:
            answer = await future
            failure = "" if answer[1] else str(answer[2])
        except asyncio.CancelledError:
            self._unsent.append(f"[{number}]")
            raise
        finally:
            self._end(number, failure)
        return _result(answer)

    def invoke_blocking(self, name: str, /, **arguments: Any) -> Any:
        """The same for code that cannot await: nothing else of the program runs until the answer is there."""
        number = self._begin(name, arguments, None)
        answer = None
        try:
            while (answer := self._answers.pop(number, None)) is None:
                self.exchange(None)
        finally:
            self._end(number, "cancelled" if answer is None else "" if answer[1] else str(answer[2]))
        return _result(answer)

    def _begin(self, name: str, arguments: dict[str, Any], future: Future[Any] | None) -> int:
        if not isinstance(name, str):
            raise TypeError("the name of a callback is a str")
        if self.called is not None:
            self.called(name, arguments)
        number = self._number + 1
        self._unsent.append(f"[{number},{_quote(name)},{_encode(arguments)}]")
        self._number = number
        self._under_way[number] = name, arguments, perf_counter(), future
        if self.watch is not None:
            self.watch("callback_start", name, "", 0.0)
        return number

    def _end(self, number: int, failure: str) -> None:
        name, _, began, _ = self._under_way.pop(number)
        if self.watch is not None:
            self.watch("callback_end", name, failure, perf_counter() - began)

    def exchange(self, nanoseconds: int | None) -> None:
        """Sends what was begun and waits for answers: for so long at most, and until the host pokes."""
        unsent, self._unsent = self._unsent, []
        text = _host_invoke("[" + ",".join(unsent) + "]" if unsent else "", nanoseconds)
        for answer in _decode(text) if text else ():
            for number in [answer[0]] if answer[0] != _ALL else list(self._under_way):
                self._settle(number, answer)

    def _settle(self, number: int, answer: list[Any]) -> None:
        call = self._under_way.get(number)
        if call is None:
            return
        future = call[3]
        if future is None:
            self._answers[number] = answer
        elif not future.done():
            future.set_result(answer)


class Invoke:
    """`await invoke(name, **arguments)` calls a function of the host; `invoke.blocking` does for code that cannot await."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self.blocking = calls.invoke_blocking

    async def __call__(self, name: str, /, **arguments: Any) -> Any:
        return await self._calls.invoke(name, **arguments)


def offer(calls: Calls) -> dict[str, object]:
    """Puts `invoke` and `list_callbacks` into the built-in names; the functions that a program is to find among its own."""
    builtins.__dict__.update(invoke=Invoke(calls), list_callbacks=offers)
    return {each["name"]: stub(calls, each) for each in offers()}


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
