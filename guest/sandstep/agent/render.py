"""Values as text, without running the program's code and never more than asked for."""

import array
import collections
import datetime
import decimal
import enum
import fractions
import gc
import pathlib
import re
import types
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from . import objects
from .facts import Facts, Text
from .own import keep_builtins

keep_builtins(globals())

LIMIT = 1000
_MOST_DEPTH, _WHOLE_DEPTH = 6, 60
_MOST_DIGITS = 4000

_LEAVES = frozenset(
    (datetime.date, datetime.datetime, datetime.time, datetime.timedelta, datetime.timezone, decimal.Decimal, range, re.Pattern, re.Match,
     types.CodeType, types.FrameType, types.TracebackType, types.CellType, types.FunctionType, types.BuiltinFunctionType, types.ModuleType,
     types.WrapperDescriptorType, types.MethodDescriptorType, types.GetSetDescriptorType, types.MemberDescriptorType,
     types.ClassMethodDescriptorType, types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType, type(None), type(...),
     type(NotImplemented), float, complex, bool, memoryview, super)
)  # fmt: skip
"""C classes whose repr runs no code but its own."""
_PYTHON_LEAVES = frozenset((fractions.Fraction, uuid.UUID, pathlib.PurePosixPath, pathlib.PosixPath, pathlib.PureWindowsPath))
"""Classes of the standard library whose Python repr is known to be harmless, for instances of just this class."""
_int_repr, _referents = int.__repr__, gc.get_referents


class NeedsUserCode(Exception):
    """The text of a value can be had by running the program's code alone."""


class Renderer:
    """Renders one value. `user` is called for what only the program's code knows; without it that raises `NeedsUserCode`."""

    def __init__(self, limit: int = LIMIT, *, hexadecimal: bool = False, user: Callable[[object], str] | None = None) -> None:
        self._limit, self._hex, self._user = limit, hexadecimal, user
        self._left = limit
        self._inside: set[int] = set()

    def text(self, value: object) -> str:
        found = self._any(value)
        return found if len(found) <= self._limit else found[: self._limit - 1] + "…"

    def _any(self, value: object) -> str:
        cls = type(value)
        show = _EXACT.get(cls)
        if show is not None:
            text = show(self, value)
        else:
            text = self._other(value, cls)
        self._left -= len(text)
        return text

    def _int(self, value: Any) -> str:
        if self._hex:
            return hex(int(value))
        if int(value).bit_length() > _MOST_DIGITS * 3:
            return f"<int of {int(value).bit_length():,} bits>"
        return _int_repr(value)

    def _str(self, value: Any) -> str:
        return self._cut(value, str.__len__(value), "")

    def _bytes(self, value: Any) -> str:
        return self._cut(value, bytes.__len__(value), "")

    def _bytearray(self, value: Any) -> str:
        return f"bytearray({self._cut(bytes(bytearray.__getitem__(value, slice(self._limit + 1))), bytearray.__len__(value), '')})"

    def _cut(self, value: Any, length: int, _: str) -> str:
        base = str if objects.is_a(value, str) else bytes
        if length <= self._limit:
            return str(base.__repr__(value))
        shown = base.__repr__(base.__getitem__(value, slice(max(self._left, 20))))
        return f"{shown[:-1]}…{shown[-1]}"

    def _many(self, value: object, opening: str, items: Iterable[str], closing: str) -> str:
        """Items between brackets, until there is no room left."""
        if id(value) in self._inside:
            return f"{opening}...{closing}"
        if len(self._inside) >= (_MOST_DEPTH if self._limit <= LIMIT else _WHOLE_DEPTH):
            return f"{opening}…{closing}"
        self._inside.add(id(value))
        try:
            parts = []
            self._left -= len(opening) + len(closing)
            for item in items:
                parts.append(item)
                self._left -= 2
                if self._left <= 0:
                    parts.append("…")
                    break
            return f"{opening}{', '.join(parts)}{closing}"
        finally:
            self._inside.discard(id(value))

    def _list(self, value: Any) -> str:
        return self._many(value, "[", map(self._any, list.__iter__(value)), "]")

    def _tuple(self, value: Any) -> str:
        return self._many(value, "(", map(self._any, tuple.__iter__(value)), ",)" if tuple.__len__(value) == 1 else ")")

    def _set(self, value: Any) -> str:
        kind = type(value)
        base = set if objects.is_a(value, set) else frozenset
        if not base.__len__(value):
            return f"{objects.qualname(kind)}()"
        if kind is set:
            return self._many(value, "{", map(self._any, set.__iter__(value)), "}")
        return self._many(value, f"{objects.qualname(kind)}({{", map(self._any, base.__iter__(value)), "})")

    def _dict(self, value: Any) -> str:
        return self._many(value, "{", self._items(value), "}")

    def _items(self, value: dict[Any, Any]) -> Iterator[str]:
        for key, item in dict.items(value):
            yield f"{self._any(key)}: {self._any(item)}"

    def _named_dict(self, value: Any) -> str:
        name = objects.qualname(type(value))
        if objects.is_a(value, collections.defaultdict):
            factory = collections.defaultdict.__dict__["default_factory"].__get__(value)
            return self._many(value, f"{name}({self._any(factory)}, {{", self._items(value), "})")
        return self._many(value, f"{name}({{", self._items(value), "})") if dict.__len__(value) else f"{name}()"

    def _deque(self, value: Any) -> str:
        length = collections.deque.__dict__["maxlen"].__get__(value)
        return self._many(
            value, "deque([", map(self._any, collections.deque.__iter__(value)), "])" if length is None else f"], maxlen={length})"
        )

    def _exception(self, value: Any) -> str:
        args = BaseException.__dict__["args"].__get__(value)
        return self._many(value, f"{objects.qualname(type(value))}(", map(self._any, tuple.__iter__(args)), ")")

    def _class(self, value: Any) -> str:
        return f"<class {objects.full_name(value)!r}>"

    def _method(self, value: Any) -> str:
        function = value.__func__
        name = getattr(function, "__qualname__", None) if type(function) is types.FunctionType else None
        return f"<bound method {name or '?'} of {self._any(value.__self__)}>"

    def _proxy(self, value: Any) -> str:
        behind = next((each for each in _referents(value) if type(each) is dict), None)
        return self._plain(value) if behind is None else f"mappingproxy({self._dict(behind)})"

    def _view(self, value: Any) -> str:
        return self._many(value, f"{type(value).__name__}([", map(self._any, iter(value)), "])")

    def _items_view(self, value: Any) -> str:
        return self._many(value, "dict_items([", (f"({self._any(key)}, {self._any(item)})" for key, item in value), "])")

    def _slice(self, value: Any) -> str:
        return f"slice({self._any(value.start)}, {self._any(value.stop)}, {self._any(value.step)})"

    def _namespace(self, value: Any) -> str:
        space = objects.instance_dict(value) or {}
        return self._many(value, "namespace(", (f"{name}={self._any(item)}" for name, item in space.items()), ")")

    def _array(self, value: Any) -> str:
        return self._many(value, f"array({value.typecode!r}, [", map(self._any, array.array.__iter__(value)), "])")

    def _plain(self, value: object) -> str:
        return f"<{objects.full_name(type(value))} object at {id(value):#x}>"

    def _other(self, value: object, cls: type) -> str:
        """A value of a class that is not among the known ones: by who wrote its `__repr__`."""
        shown = objects.in_class(cls, "__repr__")
        if shown is object.__repr__:
            return self._plain(value)
        if type(shown) is types.WrapperDescriptorType:
            owner = shown.__objclass__
            show = _INHERITED.get(owner)
            if show is not None:
                return show(self, value)
            if owner in _LEAVES and not objects.is_a(value, memoryview):
                return self._leaf(shown, value)
            return self._plain(value)
        if objects.is_a(value, type) and type(shown) is types.FunctionType and shown.__module__ in ("enum", "typing", "abc"):
            return f"<enum {objects.qualname(value)!r}>" if shown.__module__ == "enum" else self._class(value)  # type: ignore[arg-type]
        if type(shown) is types.FunctionType:
            text = self._generated(value, cls, shown)
            if text is not None:
                return text
        if self._user is None:
            raise NeedsUserCode
        return self._user(value)

    def _leaf(self, shown: Callable[[object], str], value: object) -> str:
        zone = objects.read(value, "tzinfo") if objects.is_a(value, datetime.datetime) or objects.is_a(value, datetime.time) else None
        if zone is not None and type(zone) is not datetime.timezone:
            return self._plain(value)
        return shown(value)

    def _generated(self, value: object, cls: type, shown: types.FunctionType) -> str | None:
        """What the standard library writes for dataclasses, named tuples and enumerations, done here with care for their fields."""
        if cls in _PYTHON_LEAVES:
            return str(shown(value))
        fields = objects.in_class(cls, "__dataclass_fields__")
        inner = shown.__dict__.get("__wrapped__", shown)
        if type(fields) is dict and type(inner) is types.FunctionType and inner.__code__.co_qualname.startswith("__create_fn__"):
            return self._many(value, f"{objects.qualname(cls)}(", self._fields(value, fields), ")")
        names = objects.in_class(cls, "_fields")
        if shown.__module__ == "collections" and objects.is_a(value, tuple) and type(names) is tuple:
            items: tuple[object, ...] = tuple.__getitem__(value, slice(None))  # type: ignore[call-overload]
            pairs = zip(names, items, strict=False)
            return self._many(value, f"{objects.qualname(cls)}(", (f"{name}={self._any(item)}" for name, item in pairs), ")")
        if objects.is_a(value, enum.Enum) and shown.__module__ == "enum":
            space = objects.instance_dict(value) or {}
            return f"<{objects.qualname(cls)}.{space.get('_name_')}: {self._any(space.get('_value_'))}>"
        if objects.is_a(value, collections.Counter) and shown.__module__ == "collections":
            return self._named_dict(value)
        return None

    def _fields(self, value: object, fields: dict[str, Any]) -> Iterator[str]:
        for name, field in fields.items():
            if getattr(field, "repr", True) and getattr(getattr(field, "_field_type", None), "name", "_FIELD") == "_FIELD":
                item = objects.read(value, name)
                yield f"{name}=…" if item is objects.MISSING else f"{name}={self._any(item)}"


def _leaf_of(cls: type) -> Callable[[Renderer, Any], str]:
    shown: Callable[[object], str] = cls.__repr__  # type: ignore[assignment]
    return lambda renderer, value: shown(value)


_INHERITED: dict[type, Callable[[Renderer, Any], str]] = {
    int: Renderer._int,
    str: Renderer._str,
    bytes: Renderer._bytes,
    bytearray: Renderer._bytearray,
    list: Renderer._list,
    tuple: Renderer._tuple,
    set: Renderer._set,
    frozenset: Renderer._set,
    dict: Renderer._dict,
    collections.OrderedDict: Renderer._named_dict,
    collections.defaultdict: Renderer._named_dict,
    collections.deque: Renderer._deque,
    BaseException: Renderer._exception,
    KeyError: Renderer._exception,
    BaseExceptionGroup: Renderer._exception,
    type: Renderer._class,
    types.MethodType: Renderer._method,
    types.MappingProxyType: Renderer._proxy,
    slice: Renderer._slice,
    types.SimpleNamespace: Renderer._namespace,
    array.array: Renderer._array,
    type({}.keys()): Renderer._view,
    type({}.values()): Renderer._view,
    type({}.items()): Renderer._items_view,
}
_EXACT = {
    cls: _leaf_of(cls) for cls in _LEAVES if cls not in (datetime.datetime, datetime.time, types.ModuleType, super, types.CellType)
} | _INHERITED


def module_text(value: types.ModuleType) -> str:
    """A module without asking its loader."""
    space = objects.instance_dict(value) or {}
    name, file = space.get("__name__"), space.get("__file__")
    return f"<module {name!r} from {file!r}>" if type(file) is str else f"<module {name!r}>"


_EXACT[Text] = lambda renderer, value: str.__str__(value)
_EXACT[Facts] = lambda renderer, value: value.heading
_EXACT[types.ModuleType] = lambda renderer, value: module_text(value)
_INHERITED[types.ModuleType] = lambda renderer, value: module_text(value)
