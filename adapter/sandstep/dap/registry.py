"""The requests that are supported: each is one function, found by its name, that declares the capability it brings."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from .errors import RequestError, explain
from .protocol import Base, Capabilities
from .state import When, require
from .wire import given

if TYPE_CHECKING:
    from .session import Session

Function = TypeVar("Function", bound=Callable[..., Awaitable[Base | None]])


class Handler(msgspec.Struct, frozen=True):
    """A request's function, and what it needs. `quiet`: a failure is shown where the answer would be, not as a notification."""

    command: str
    when: When
    quiet: bool
    function: Callable[..., Awaitable[Base | None]]
    capabilities: dict[str, Any]

    async def serve(self, session: "Session", arguments: msgspec.Raw) -> Base | None:
        """The body of the answer. Raises RequestError."""
        require(session.state, self.when, show=not self.quiet)
        kind = self.function.__annotations__.get("arguments")
        if kind is None:
            return await self.function(session)
        if kind is msgspec.Raw:
            return await self.function(session, given(arguments))
        return await self.function(session, session.client.bases.inward(self._decode(kind, arguments)))

    def _decode(self, kind: type[Base], arguments: msgspec.Raw) -> Base:
        try:
            return msgspec.json.decode(given(arguments), type=kind)
        except msgspec.ValidationError as error:
            text = explain(error, whole=f"{self.command}: the arguments", part=f"{self.command}: the argument")
            raise RequestError(text) from None


HANDLERS: dict[str, Handler] = {}


def request(command: str, when: When, *, quiet: bool = False, **capabilities: Any) -> Callable[[Function], Function]:
    """Declares the function that serves a request: `async def name(session, arguments: Arguments) -> Body`.

    `capabilities` are fields of `Capabilities`, which it brings.
    """

    def register(function: Function) -> Function:
        HANDLERS[command] = Handler(command, when, quiet, function, capabilities)
        return function

    return register


def capabilities() -> Capabilities:
    """The union of what the handlers declare, so that nothing is advertised that is not there."""
    return Capabilities(**{name: value for handler in HANDLERS.values() for name, value in handler.capabilities.items()})
