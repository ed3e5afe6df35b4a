"""Reading objects without running a line of the program's: no `__getattr__`, no `__len__`, no descriptor of the user's is called."""

from collections.abc import Callable, Iterator, Mapping
from types import FrameType, GetSetDescriptorType, MappingProxyType, MemberDescriptorType, ModuleType, TracebackType
from typing import Any, TypeGuard

from .own import keep_builtins

keep_builtins(globals())

MISSING: Any = object()

_LONGEST_NAME = 100

_mro = type.__dict__["__mro__"].__get__
_class_dict = type.__dict__["__dict__"].__get__
_qualname = type.__dict__["__qualname__"].__get__
_name = type.__dict__["__name__"].__get__
_module = type.__dict__["__module__"].__get__
_is_subclass = type.__subclasscheck__
_traceback = BaseException.__dict__["__traceback__"].__get__
_module_dict: Callable[[object], object] = vars(ModuleType)["__dict__"].__get__


def mro(cls: type) -> tuple[type, ...]:
    found: tuple[type, ...] = _mro(cls)
    return found


def class_dict(cls: type) -> MappingProxyType[str, Any]:
    found: MappingProxyType[str, Any] = _class_dict(cls)
    return found


def qualname(cls: type) -> str:
    """A class's name, in a line, even if it is an odd one."""
    found = _qualname(cls)
    name = found if type(found) is str else str(_name(cls))
    return name if len(name) < _LONGEST_NAME and name.isprintable() else ascii(name)[1:-1][:_LONGEST_NAME]


def full_name(cls: type) -> str:
    """A class's name with its module, as Python prints it."""
    module = module_of(cls)
    return qualname(cls) if module in ("", "builtins") else f"{module}.{qualname(cls)}"


def in_class(cls: type, name: str) -> Any:
    """What a class or one of its bases has under a name, as it stands in the class's dict; MISSING if none has."""
    for each in _mro(cls):
        found = _class_dict(each).get(name, MISSING)
        if found is not MISSING:
            return found
    return MISSING


def traceback_of(error: BaseException) -> TracebackType | None:
    found: TracebackType | None = _traceback(error)
    return found


def exactly[T](value: object, cls: type[T]) -> TypeGuard[T]:
    """`isinstance` for classes that have no subclasses; what the object claims to be is not asked."""
    return type(value) is cls


def is_a(value: object, cls: type) -> bool:
    """`isinstance`, by the real class: what the object claims to be is not asked."""
    return _is_subclass(cls, type(value))


def module_of(cls: type) -> str:
    """The name of the module in which a class says it was made."""
    try:
        module = _module(cls)
    except AttributeError:
        return ""
    return module if type(module) is str else ""


def locals_of(frame: FrameType) -> Mapping[str, Any]:
    """The locals of a frame for reading; a class body may have a namespace of the program's own making, which is read as the dict it is."""
    found = frame.f_locals
    if type(found) is dict or not is_a(found, dict):
        return found
    return dict(dict.items(found))


def instance_dict(value: object) -> dict[str, Any] | None:
    """The `__dict__` of an object, if it has one of the ordinary kind."""
    if type(value) is ModuleType or is_a(value, ModuleType):
        found = _module_dict(value)
        return found if type(found) is dict else None
    if is_a(value, type):
        return None
    descriptor = in_class(type(value), "__dict__")
    if type(descriptor) not in (GetSetDescriptorType, MemberDescriptorType):
        return None
    try:
        found = descriptor.__get__(value, type(value))
    except AttributeError, TypeError:
        return None
    return found if type(found) is dict else None


def slots(value: object) -> Iterator[tuple[str, Any]]:
    """Names and values of the slots that are set."""
    seen = set()
    for cls in _mro(type(value)):
        if "__slots__" not in _class_dict(cls):
            continue
        for name, descriptor in _class_dict(cls).items():
            if type(descriptor) is MemberDescriptorType and name not in seen:
                seen.add(name)
                try:
                    yield name, descriptor.__get__(value, type(value))
                except AttributeError:
                    continue


def properties(value: object) -> Iterator[str]:
    """Names of what looks like an attribute and runs code when it is read."""
    seen = set()
    for cls in _mro(type(value)):
        if module_of(cls) == "builtins":
            continue
        for name, found in _class_dict(cls).items():
            if type(name) is str and name not in seen:
                seen.add(name)
                if type(found) is property or type(found).__name__ == "cached_property":
                    yield name


def read(value: object, name: str) -> Any:
    """An attribute's value if no code has to run for it; MISSING otherwise."""
    cls = type(value)
    found = in_class(cls, name)
    if found is not MISSING and type(found) in (MemberDescriptorType, GetSetDescriptorType):
        try:
            return found.__get__(value, cls)
        except AttributeError:
            return MISSING
    if type(found) is property:
        return MISSING
    space = instance_dict(value)
    if space is not None and name in space:
        return space[name]
    if is_a(value, type):
        inherited = in_class(value, name)  # type: ignore[arg-type]
        if inherited is not MISSING:
            return inherited.__func__ if type(inherited) is staticmethod else inherited
    return found
