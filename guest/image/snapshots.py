"""The names of a session as bytes, and back. Only a guest ever opens them: functions and classes travel with their code."""

import dataclasses
import importlib
import io
import marshal
import pickle
import sys
from collections.abc import Callable
from enum import EnumType
from types import CellType, FunctionType, GetSetDescriptorType, MappingProxyType, ModuleType
from typing import Any

_SKIPPED = frozenset(
    ("__name__", "__builtins__", "__doc__", "__loader__", "__spec__", "__package__", "__file__", "__cached__", "__annotate__")
)
_OF_MEMBERS = frozenset(("_value_", "_name_", "__objclass__", "_sort_order_"))
_OF_TYPES = frozenset(("__dict__", "__weakref__", "__static_attributes__", "__firstlineno__"))
_main: dict[str, Any] = {}


def take(main: ModuleType, own: dict[str, object]) -> tuple[bytes, list[str]]:
    """The state, and the names that could not be kept. `own` are names that the host provides anew."""
    global _main
    _main = main.__dict__
    names = {name: value for name, value in _main.items() if name not in _SKIPPED and own.get(name, _main) is not value}
    try:
        return _pickled(names), []
    except Exception:
        left_out = sorted(name for name, value in names.items() if not _can_be_kept(value))
        return _pickled({name: value for name, value in names.items() if name not in left_out}), left_out


def restore(main: ModuleType, state: bytes) -> None:
    """Puts the names of `take` into the module. Raises ValueError for bytes that are none of `take`'s."""
    global _main
    _main = main.__dict__
    try:
        names = _Unpickler(io.BytesIO(state)).load()
        _main.update(names)
    except Exception as error:
        raise ValueError(f"this is no state of a session: {type(error).__name__}: {error}") from None


def _can_be_kept(value: object) -> bool:
    try:
        _pickled(value)
    except Exception:
        return False
    return True


def _pickled(value: object) -> bytes:
    target = io.BytesIO()
    _Pickler(target, pickle.HIGHEST_PROTOCOL).dump(value)
    return target.getvalue()


class _Pickler(pickle.Pickler):
    def persistent_id(self, value: object, /) -> str | None:
        if value is _main:
            return "main"
        return _NAMES.get(id(value))

    def reducer_override(self, value: Any, /) -> Any:
        if isinstance(value, ModuleType):
            return importlib.import_module, (value.__name__,)
        if isinstance(value, FunctionType) and (value.__globals__ is _main or not _is_importable(value)):
            made_of = marshal.dumps(value.__code__), len(value.__closure__ or ()), value.__globals__.get("__name__")
            return _make_function, made_of, _function_state(value), None, None, _fill_function
        if isinstance(value, EnumType) and value.__module__ == "__main__":
            return _make_enum, _members(value), _enum_state(value), None, None, _fill_enum
        if isinstance(value, type) and value.__module__ == "__main__":
            return _make_class, (type(value), value.__name__, value.__bases__, _slots(value)), _class_state(value), None, None, _fill_class
        if isinstance(value, CellType):
            return _make_cell, (), value.cell_contents, None, None, _fill_cell
        if isinstance(value, (property, staticmethod, classmethod)):
            return _make_wrapper, _wrapped(value)
        if isinstance(value, MappingProxyType):
            return _make_proxy, (dict(value),)
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    def persistent_load(self, name: str, /) -> object:
        return _main if name == "main" else _BY_NAME[name]


def _function_state(function: FunctionType) -> dict[str, Any]:
    return {
        "closure": tuple(_cell(*each) for each in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)),
        "attributes": {
            "__name__": function.__name__,
            "__qualname__": function.__qualname__,
            "__defaults__": function.__defaults__,
            "__kwdefaults__": function.__kwdefaults__,
            "__doc__": function.__doc__,
            "__module__": function.__module__,
        },
        "dict": function.__dict__,
    }


def _cell(name: str, cell: CellType) -> CellType:
    """What annotations see of their class's body is left out: it holds what belongs to the class alone."""
    return CellType({}) if name == "__classdict__" else cell


def _make_function(code: bytes, cells: int, module: str) -> FunctionType:
    space = _main if module == "__main__" else importlib.import_module(module).__dict__
    return FunctionType(marshal.loads(code), space, closure=tuple(CellType() for _ in range(cells)))


def _is_importable(function: FunctionType) -> bool:
    """Whether its name leads to it: that of a decorator's wrapper does not."""
    return getattr(sys.modules.get(function.__module__), function.__qualname__, None) is function


def _fill_function(function: FunctionType, state: dict[str, Any]) -> None:
    for cell, source in zip(function.__closure__ or (), state["closure"], strict=True):
        try:
            cell.cell_contents = source.cell_contents
        except ValueError:
            continue  # a name that has no value yet
    for name, value in state["attributes"].items():
        setattr(function, name, value)
    function.__dict__.update(state["dict"])


def _make_cell() -> CellType:
    return CellType()


def _fill_cell(cell: CellType, value: object) -> None:
    cell.cell_contents = value


def _slots(kind: type) -> dict[str, Any]:
    return {"__slots__": kind.__dict__["__slots__"]} if "__slots__" in kind.__dict__ else {}


def _class_state(kind: type) -> dict[str, Any]:
    slots = kind.__dict__.get("__slots__", ())
    own = (slots,) if isinstance(slots, str) else tuple(slots)
    left = {*_OF_TYPES, *own, "__slots__"}
    return {name: value for name, value in kind.__dict__.items() if name not in left and not isinstance(value, GetSetDescriptorType)}


def _make_class(meta: type, name: str, bases: tuple[type, ...], slots: dict[str, Any]) -> type:
    made = meta(name, bases, {"__module__": "__main__", **slots})
    assert isinstance(made, type)
    return made


def _fill_class(kind: type, state: dict[str, Any]) -> None:
    for name, value in state.items():
        setattr(kind, name, value)


def _members(kind: EnumType) -> tuple[type[EnumType], str, tuple[type, ...], list[tuple[str, Any]]]:
    return type(kind), kind.__name__, kind.__bases__, [(name, member._value_) for name, member in _by_name(kind).items()]


def _by_name(kind: EnumType) -> dict[str, Any]:
    return {**kind.__members__}  # with the names that are aliases


def _enum_state(kind: EnumType) -> dict[str, Any]:
    """What the program wrote into it beside the members, and what its members have beside their values."""
    own = {name: value for name, value in kind.__dict__.items() if _is_of_main(value)}
    extra = {
        name: {key: value for key, value in member.__dict__.items() if key not in _OF_MEMBERS} for name, member in _by_name(kind).items()
    }
    return {"own": own, "members": extra}


def _is_of_main(value: Any) -> bool:
    function = getattr(value, "__func__", None) or getattr(value, "fget", None) or value
    return isinstance(function, FunctionType) and function.__globals__ is _main


def _make_enum(meta: type[EnumType], name: str, bases: tuple[type, ...], members: list[tuple[str, Any]]) -> EnumType:
    space = meta.__prepare__(name, bases)
    space["__module__"] = "__main__"
    for member, value in members:
        space[member] = value
    return meta(name, bases, space)


def _fill_enum(kind: EnumType, state: dict[str, Any]) -> None:
    for name, value in state["own"].items():
        setattr(kind, name, value)
    members = _by_name(kind)
    for name, extra in state["members"].items():
        members[name].__dict__.update(extra)


def _wrapped(value: Any) -> tuple[Any, ...]:
    if isinstance(value, property):
        return "property", value.fget, value.fset, value.fdel
    return type(value).__name__, value.__func__


def _make_wrapper(name: str, *functions: Any) -> object:
    kind: Callable[..., object] = {"property": property, "staticmethod": staticmethod, "classmethod": classmethod}[name]
    return kind(*functions)


def _make_proxy(items: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(items)


_SENTINELS = ("MISSING", "KW_ONLY", "_FIELD", "_FIELD_CLASSVAR", "_FIELD_INITVAR", "_HAS_DEFAULT_FACTORY")
_BY_NAME: dict[str, object] = {name: getattr(dataclasses, name) for name in _SENTINELS} | {
    function.__name__: function
    for function in (_make_function, _fill_function, _make_cell, _fill_cell, _make_class, _fill_class, _make_wrapper, _make_proxy,
                     _make_enum, _fill_enum)
}  # fmt: skip
_NAMES = {id(each): name for name, each in _BY_NAME.items()}
