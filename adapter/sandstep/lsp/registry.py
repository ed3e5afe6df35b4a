"""Finds the handler of each request and notification: one function each, registered by its method."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

if TYPE_CHECKING:
    from .server import Server

Handler: TypeAlias = "Callable[[Server, Any], Any]"
_F = TypeVar("_F", bound=Callable[..., Any])
REQUESTS: dict[str, Handler] = {}
NOTIFICATIONS: dict[str, Handler] = {}
COMMANDS: dict[str, Handler] = {}
OPTIONS: dict[str, Any] = {}


def request(method: str, options: Any = None) -> Callable[[_F], _F]:
    """Registers what answers a request; `options` are what the server says of it in `initialize`."""

    def register(function: _F) -> _F:
        REQUESTS[method] = function
        if options is not None:
            OPTIONS[method] = options
        return function

    return register


def notification(method: str) -> Callable[[_F], _F]:
    """Registers what is done on a notification."""

    def register(function: _F) -> _F:
        NOTIFICATIONS[method] = function
        return function

    return register


def command(name: str) -> Callable[[_F], _F]:
    """Registers a command of `workspace/executeCommand`; it gets the list of arguments."""

    def register(function: _F) -> _F:
        COMMANDS[name] = function
        return function

    return register
