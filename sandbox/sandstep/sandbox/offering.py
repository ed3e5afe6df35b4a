"""Functions of the host that a program may call: what they are called, what they take, and how long they may take."""

import inspect
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, overload

import msgspec

_F = TypeVar("_F", bound=Callable[..., Any])
_MOST_OFFERS = 1 << 20
MARK = "__sandstep_callback__"
"""The attribute by which a function that is marked has its Callback."""


class Callback:
    """A function, sync or async, under the name that programs call it by.

    The JSON schema of its arguments is taken from its annotations; an argument without one may be any JSON value. Arguments are converted
    to the annotated types (dataclasses, TypedDict, Literal, datetime … as msgspec does) before the function sees them. `timeout`: seconds
    after which the program gets a TimeoutError in place of an answer. Raises TypeError for what cannot be offered.
    """

    def __init__(
        self, function: Callable[..., Any], *, name: str | None = None, description: str | None = None, timeout: float | None = None
    ) -> None:
        self.function = function
        self.name = name if name is not None else getattr(function, "__name__", "")
        if not self.name.isidentifier() or self.name.startswith("_"):
            raise TypeError(f"{self.name!r} is no name for a callback: give it one that is a plain identifier, by `name=`.")
        self.description = inspect.cleandoc(description if description is not None else getattr(function, "__doc__", None) or "")
        self.timeout = timeout
        self.is_async = inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None))  # noqa: B004
        self._arguments = _arguments(function, self.name)
        self._decoder = msgspec.json.Decoder(self._arguments)
        self.schema = _schema(self._arguments)

    def decode(self, arguments: msgspec.Raw) -> dict[str, Any]:
        """The arguments, checked. Raises msgspec.ValidationError, whose message says what is wrong and where."""
        decoded: msgspec.Struct = self._decoder.decode(arguments)
        names: tuple[str, ...] = self._arguments.__struct_fields__
        return {name: getattr(decoded, name) for name in names if getattr(decoded, name) is not msgspec.UNSET}


def _arguments(function: Callable[..., Any], name: str) -> type[msgspec.Struct]:
    hints = typing.get_type_hints(function if inspect.isroutine(function) else function.__call__, include_extras=True)  # type: ignore[operator]
    fields: list[Any] = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise TypeError(f"The callback {name} cannot take {parameter}: programs pass arguments by name, and each has to be named.")
        kind = hints.get(parameter.name, Any)
        if parameter.default is parameter.empty:
            fields.append((parameter.name, kind))
        else:
            fields.append((parameter.name, typing.Union[kind, msgspec.UnsetType], msgspec.UNSET))  # noqa: UP007
    return msgspec.defstruct(name, fields, forbid_unknown_fields=True, kw_only=True)


def _schema(arguments: type[msgspec.Struct]) -> dict[str, Any]:
    try:
        _, components = msgspec.json.schema_components([arguments], ref_template="#/$defs/{name}")
    except TypeError as error:
        raise TypeError(f"The callback {arguments.__name__} cannot be offered: {error}") from None
    own: dict[str, Any] = components.pop(arguments.__name__)
    own.pop("title", None)
    return own | ({"$defs": components} if components else {})


@overload
def callback(function: _F, /) -> _F: ...
@overload
def callback(*, name: str | None = None, description: str | None = None, timeout: float | None = None) -> Callable[[_F], _F]: ...
def callback(function: Callable[..., Any] | None = None, /, **options: Any) -> Any:
    """Marks a function as one that can be offered to programs: `Sandbox(callbacks=[function])`. See `Callback` for the options."""

    def mark(marked: Callable[..., Any]) -> Callable[..., Any]:
        setattr(marked, MARK, Callback(marked, **options))
        return marked

    return mark if function is None else mark(function)


def collect(offered: Mapping[str, Any] | Iterable[Any]) -> dict[str, Callback]:
    """The callbacks by name. `offered` are functions and `Callback`s, or a mapping from names to them. Raises TypeError."""
    named: Iterable[tuple[str | None, Any]] = offered.items() if isinstance(offered, Mapping) else ((None, each) for each in offered)
    found: dict[str, Callback] = {}
    for name, each in named:
        marked: Callback = each if isinstance(each, Callback) else getattr(each, MARK, None) or Callback(each, name=name)
        if name is not None and name != marked.name:
            marked = Callback(marked.function, name=name, description=marked.description, timeout=marked.timeout)
        if marked.name in found:
            raise TypeError(f"Two callbacks are called {marked.name!r}: give one another name, by a mapping.")
        found[marked.name] = marked
    return found


def describe(callbacks: Mapping[str, Callback]) -> str:
    """What `list-callbacks` answers. Raises TypeError if that is too long."""
    offers = [{"name": each.name, "description": each.description, "schema": each.schema} for each in callbacks.values()]
    text = msgspec.json.encode(offers).decode()
    if len(text) > _MOST_OFFERS:
        raise TypeError(f"The callbacks' descriptions are {len(text)} bytes long: shorten them to {_MOST_OFFERS}.")
    return text
