"""What a value has inside, in the order and the groups in which it is shown; and how each part is found again and set."""

import array
import collections
import gc
import inspect
import itertools
from collections.abc import Callable, Iterator
from types import (
    BuiltinFunctionType,
    FrameType,
    FunctionType,
    GetSetDescriptorType,
    MappingProxyType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
)
from typing import Any, Literal, NamedTuple

from . import objects
from .facts import Facts, Text
from .objects import MISSING
from .own import keep_builtins

keep_builtins(globals())

type Group = Literal["special variables", "function variables", "class variables", "protected variables", "private variables"]

_MANY_ATTRIBUTES = 10
_FUNCTIONS = (
    FunctionType,
    BuiltinFunctionType,
    MethodType,
    type(list.append),
    type(object.__repr__),
    type(int.__dict__["from_bytes"]),
    staticmethod,
    classmethod,
)
_GENERATORS: dict[str, Callable[[Any], str]] = {
    "gi_frame": inspect.getgeneratorstate,
    "cr_frame": inspect.getcoroutinestate,
    "ag_frame": inspect.getasyncgenstate,
}
_SETS: tuple[tuple[type, Callable[[Any], Iterator[Any]]], ...] = ((set, set.__iter__), (frozenset, frozenset.__iter__))
_referents = gc.get_referents
_KEYS = (str, int, float, bool, type(None), bytes, complex)


class Scope:
    """The locals of a frame, and what functions returned on the way to this stop."""

    def __init__(self, frame: FrameType, returned: list[tuple[str, object]], exception: BaseException | None) -> None:
        self.frame, self.returned, self.exception = frame, returned, exception


class Grouped:
    """Some of the members of a value, under one name."""

    def __init__(self, owner: object, group: Group) -> None:
        self.owner, self.group = owner, group


class Property(NamedTuple):
    """A part that is read by running code: only when it is asked for."""

    owner: object
    name: str


class Child(NamedTuple):
    """A part of a value. `key` finds it again; `expression` is what follows the parent's expression, `{}` standing for that."""

    name: str
    key: tuple[str, object]
    value: object
    expression: str | None = None
    visibility: str | None = None
    kind: str | None = None


def indexed_count(value: object) -> int:
    """How many items a container has: they are paged."""
    if objects.is_a(value, list):
        return list.__len__(value)  # type: ignore[arg-type]
    if objects.is_a(value, tuple):
        return tuple.__len__(value)  # type: ignore[arg-type]
    if objects.is_a(value, dict):
        return dict.__len__(value)  # type: ignore[arg-type]
    if objects.is_a(value, set):
        return set.__len__(value)  # type: ignore[arg-type]
    if objects.is_a(value, frozenset):
        return frozenset.__len__(value)  # type: ignore[arg-type]
    if objects.is_a(value, collections.deque):
        return collections.deque.__len__(value)  # type: ignore[arg-type]
    if type(value) in _ITERABLE:
        return len(value)  # type: ignore[arg-type]
    return indexed_count(_behind(value)) if type(value) is MappingProxyType else 0


def _behind(proxy: object) -> object:
    """The mapping that a `mappingproxy` shows, if it is a dict."""
    return next((each for each in _referents(proxy) if type(each) is dict), None)


def has_children(value: object) -> bool:
    """Whether there is something to unfold."""
    if indexed_count(value) or type(value) in (Grouped, Scope, Property):
        return True
    if objects.exactly(value, Facts):
        return not value.is_empty
    if type(value) in _PLAIN:
        return False
    return next(named(value), None) is not None


def indexed(value: object, start: int, stop: int | None) -> Iterator[Child]:
    """A page of the items of a container."""
    if type(value) is MappingProxyType:
        value = _behind(value)
    if objects.is_a(value, dict):
        return _entries(value, start, stop)  # type: ignore[arg-type]
    items: Iterator[Any]
    for base, each in _SETS:
        if objects.is_a(value, base):
            items = itertools.islice(each(value), start, stop)
            return (Child(str(start + index), ("element", start + index), item) for index, item in enumerate(items))
    if objects.is_a(value, list):
        items = iter(list.__getitem__(value, slice(start, stop)))  # type: ignore[call-overload]
    elif objects.is_a(value, tuple):
        items = iter(tuple.__getitem__(value, slice(start, stop)))  # type: ignore[call-overload]
    elif objects.is_a(value, collections.deque):
        items = itertools.islice(collections.deque.__iter__(value), start, stop)  # type: ignore[arg-type]
    else:
        items = itertools.islice(value, start, stop) if type(value) in _ITERABLE else iter(())  # type: ignore[call-overload]
    return (Child(str(start + index), ("index", start + index), item, f"{{}}[{start + index}]") for index, item in enumerate(items))


def _entries(value: dict[Any, Any], start: int, stop: int | None) -> Iterator[Child]:
    for position, (key, item) in enumerate(itertools.islice(dict.items(value), start, stop), start):
        if type(key) in _KEYS:
            yield Child("", ("item", key), item, f"{{}}[{key!r}]")
        else:
            yield Child("", ("entry", position), item)


def key_of(value: dict[Any, Any], key: tuple[str, object]) -> object:
    """The key of a dict's entry that has no simple one."""
    if key[0] == "item":
        return key[1]
    position = key[1]
    assert isinstance(position, int)
    return next(itertools.islice(dict.keys(value), position, None), MISSING)


def named(value: object) -> Iterator[Child]:
    """Everything that a value has besides items: attributes, with the less interesting ones in groups."""
    if objects.exactly(value, Scope):
        yield from _of_scope(value)
    elif objects.exactly(value, Facts):
        yield from (Child(name, ("fact", position), item, kind="data") for position, (name, item) in enumerate(value.items))
    elif objects.exactly(value, Grouped):
        yield from (child for child, group in _members(value.owner) if group == value.group)
    elif type(value) not in _PLAIN:
        yield from _grouped(value, list(_members(value)))


def of_namespace(space: dict[str, Any], kind: str) -> Iterator[tuple[Child, Group | None]]:
    """Names of a module's or a frame's namespace."""
    for name, item in list(space.items()):
        if type(name) is str:
            yield Child(name, (kind, name), item, name), _group_of(name, item, private=False)


def _of_scope(scope: Scope) -> Iterator[Child]:
    for position, (name, value) in enumerate(scope.returned):
        yield Child(f"(return) {name}()", ("returned", position), value, kind="data")
    if scope.exception is not None:
        yield Child("(exception)", ("exception", ""), scope.exception, kind="data")
    yield from _grouped(scope, list(_members(scope)))


def _grouped(owner: object, members: list[tuple[Child, Group | None]]) -> Iterator[Child]:
    hidden_ones: set[Group] = {"special variables", "function variables", "class variables"}
    if len(members) > _MANY_ATTRIBUTES:
        hidden_ones |= {"protected variables", "private variables"}
    groups = dict.fromkeys(group for _, group in members if group in hidden_ones)
    yield from (child for child, group in members if group not in hidden_ones)
    for group in sorted(groups, key=_ORDER.index):
        yield Child(group, ("group", group), Grouped(owner, group), None, kind="virtual")


def _members(value: object) -> Iterator[tuple[Child, Group | None]]:
    if objects.exactly(value, Scope):
        yield from of_namespace(dict(objects.locals_of(value.frame)), "local")
        return
    if objects.exactly(value, Namespace):
        yield from of_namespace(value.space, "global")
        return
    if objects.is_a(value, ModuleType):
        for name, item in list((objects.instance_dict(value) or {}).items()):
            yield Child(name, ("attribute", name), item, f"{{}}.{name}"), _group_of(name, item, private=False)
        return
    yield from _attributes(value)


class Namespace(dict[str, Any]):
    """The globals of a module, told apart from a dict of the program's."""

    def __init__(self, space: dict[str, Any]) -> None:
        super().__init__()
        self.space = space


def _attributes(value: object) -> Iterator[tuple[Child, Group | None]]:
    seen = set()

    def child(name: str, item: object) -> tuple[Child, Group | None]:
        seen.add(name)
        group = _group_of(name, item, private=True)
        visibility = "private" if group == "private variables" else "protected" if group == "protected variables" else None
        return Child(_demangled(name), ("attribute", name), item, f"{{}}.{name}" if name.isidentifier() else None, visibility), group

    space = objects.class_dict(value) if objects.is_a(value, type) else objects.instance_dict(value)  # type: ignore[arg-type]
    for name, item in list((space or {}).items()):
        if type(name) is str:
            yield child(name, item)
    for name, item in objects.slots(value):
        if name not in seen:
            yield child(name, item)
    yield from (child(name, item) for name, item in _of_builtin(value) if name not in seen)
    for name in objects.properties(value):
        if name not in seen:
            seen.add(name)
            group = _group_of(name, None, private=True)
            yield Child(name, ("property", name), Property(value, name), f"{{}}.{name}", kind="property"), group
    if not objects.is_a(value, type):
        yield from _of_class(value, seen)


def _of_class(value: object, seen: set[str]) -> Iterator[tuple[Child, Group | None]]:
    """What an object has from its class: its methods, the class's own variables."""
    for cls in objects.mro(type(value)):
        if cls is object or objects.module_of(cls) == "builtins":
            continue
        for name, item in list(objects.class_dict(cls).items()):
            if type(name) is not str or name in seen or type(item) in (property, MemberDescriptorType, GetSetDescriptorType):
                continue
            seen.add(name)
            group: Group = (
                "special variables" if _is_special(name) else "function variables" if type(item) in _FUNCTIONS else "class variables"
            )
            yield (
                Child(name, ("class attribute", name), item, f"{{}}.{name}", kind="method" if group == "function variables" else "class"),
                group,
            )


def _of_builtin(value: object) -> Iterator[tuple[str, object]]:
    """What C keeps of some builtin objects and is worth seeing."""
    if objects.is_a(value, BaseException):
        for name in ("args", "__cause__", "__context__", "__notes__"):
            descriptor = BaseException.__dict__.get(name)
            found = descriptor.__get__(value) if descriptor is not None else objects.read(value, name)
            if found is not None and found is not MISSING:
                yield name, found
        if objects.is_a(value, BaseExceptionGroup):
            yield "exceptions", BaseExceptionGroup.__dict__["exceptions"].__get__(value)
        for name in ("errno", "strerror", "filename", "code", "value", "name", "obj", "start", "end", "reason"):
            found = objects.in_class(type(value), name)
            if type(found) is MemberDescriptorType and (item := objects.read(value, name)) is not MISSING and item is not None:
                yield name, item
    for name, state in _GENERATORS.items():
        if type(objects.in_class(type(value), name)) in (MemberDescriptorType, GetSetDescriptorType):
            yield "(state)", state(value)
            frame = objects.read(value, name)
            if frame is not None and frame is not MISSING:
                yield "(line)", frame.f_lineno
                yield "(locals)", dict(frame.f_locals)
    if type(value) is MethodType:
        yield from (("__self__", value.__self__), ("__func__", value.__func__))
    for name in _C_FIELDS.get(type(value), ()):
        yield name, getattr(value, name)


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__") and len(name) > 4


def _group_of(name: str, item: object, *, private: bool) -> Group | None:
    if name in ("__cause__", "__context__", "__notes__"):
        return None
    if _is_special(name):
        return "special variables"
    if type(item) in _FUNCTIONS:
        return "function variables"
    if objects.is_a(item, type):
        return "class variables"
    if private and name.startswith("_"):
        return "private variables" if name.startswith("__") or _demangled(name) != name else "protected variables"
    return None


def _demangled(name: str) -> str:
    """`_Account__balance` is `__balance` to who reads the class."""
    if name.startswith("_") and not name.startswith("__") and "__" in name[2:]:
        owner, _, rest = name[1:].partition("__")
        if owner and owner[0].isupper() and rest and not rest.endswith("__"):
            return f"__{rest}"
    return name


def find(value: object, key: tuple[str, object]) -> object:
    """The part of a value that a key means; LookupError if it is gone."""
    how, what = key
    if how == "group":
        return Grouped(value, what)  # type: ignore[arg-type]
    if objects.exactly(value, Grouped):
        value = value.owner
    if how == "property":
        return Property(value, str(what))
    if objects.exactly(value, Scope) and how == "local":
        return objects.locals_of(value.frame)[str(what)]
    if objects.exactly(value, Namespace):
        return value.space[str(what)]
    if objects.exactly(value, Facts) and isinstance(what, int) and what < len(value.items):
        return value.items[what][1]
    if type(value) is MappingProxyType:
        value = _behind(value)
    if how == "item" and objects.is_a(value, dict):
        return dict.__getitem__(value, what)  # type: ignore[index]
    if how in ("index", "element", "entry") and isinstance(what, int):
        return next(indexed(value, what, what + 1)).value if what < indexed_count(value) else _gone()
    if how in ("attribute", "class attribute"):
        for child, _ in _members(value):
            if child.key == key:
                return child.value
    return _gone()


def _gone() -> object:
    raise LookupError


def assign(value: object, key: tuple[str, object], new: object) -> None:
    """Sets a part. Raises what Python raises where that cannot be."""
    how, what = key
    if objects.exactly(value, Grouped):
        value = value.owner
    if objects.exactly(value, Scope) and how == "local":
        value.frame.f_locals[str(what)] = new
    elif objects.exactly(value, Namespace):
        value.space[str(what)] = new
    elif how in ("item", "entry"):
        value[key_of(value, key)] = new  # type: ignore[index,arg-type]
    elif how == "index":
        value[what] = new  # type: ignore[index]
    elif how in ("attribute", "property", "class attribute"):
        setattr(value, str(what), new)
    elif how == "element":
        raise TypeError("an element of a set cannot be replaced")
    else:
        raise TypeError("this cannot be set")


_ORDER: list[Group] = ["protected variables", "private variables", "special variables", "function variables", "class variables"]
_ITERABLE = frozenset((type({}.keys()), type({}.values()), type({}.items()), array.array))
_PLAIN = frozenset((Text, int, str, float, bool, complex, bytes, type(None), type(...), type(NotImplemented)))
_C_FIELDS: dict[type, tuple[str, ...]] = {
    slice: ("start", "stop", "step"),
    range: ("start", "stop", "step"),
    FunctionType: ("__name__", "__qualname__", "__module__"),
}
