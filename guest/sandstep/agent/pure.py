"""Evaluates expressions that run none of the program's code: names, attributes and items of plain objects, small arithmetic."""

import ast
import inspect
import operator
from collections.abc import Callable, Mapping
from types import BuiltinFunctionType, FrameType, FunctionType, MethodType, ModuleType, WrapperDescriptorType
from typing import Any

from . import objects
from .objects import MISSING
from .own import keep_builtins

keep_builtins(globals())

_LONGEST = 10_000
_SCALARS = frozenset((int, float, bool, str, bytes, type(None), complex))
_OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
    ast.Not: operator.not_,
}


class NotPure(Exception):
    """The expression can be evaluated by running it alone."""


def evaluate(source: str, frame: FrameType | None, space: dict[str, Any]) -> Any:
    """The value of an expression. Raises `NotPure`, or what Python would raise."""
    tree = ast.parse(source.strip(), "<expression>", "eval")
    return _Evaluator(frame, space).visit(tree.body)


def value(node: ast.expr, frame: FrameType | None, space: dict[str, Any]) -> Any:
    """The value of a piece of an expression."""
    return _Evaluator(frame, space).visit(node)


class _Evaluator:
    def __init__(self, frame: FrameType | None, space: dict[str, Any]) -> None:
        self._frame = frame
        self._locals: Mapping[str, Any] = objects.locals_of(frame) if frame is not None else space
        self._globals = frame.f_globals if frame is not None else space

    def visit(self, node: ast.expr) -> Any:
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            raise NotPure
        return method(node)

    def _constant(self, node: ast.Constant) -> Any:
        return node.value

    def _name(self, node: ast.Name) -> Any:
        name = node.id
        if name in self._locals:
            return self._locals[name]
        if self._frame is not None:
            code = self._frame.f_code
            if code.co_flags & inspect.CO_OPTIMIZED and name in (*code.co_varnames, *code.co_cellvars, *code.co_freevars):
                raise UnboundLocalError(f"cannot access local variable {name!r} where it is not associated with a value")
        if name in self._globals:
            return self._globals[name]
        builtins = self._globals.get("__builtins__")
        names = builtins.__dict__ if type(builtins) is ModuleType else builtins
        if type(names) is dict and name in names:
            return names[name]
        raise NameError(f"name {name!r} is not defined")

    def _attribute(self, node: ast.Attribute) -> Any:
        return attribute(self.visit(node.value), node.attr)

    def _subscript(self, node: ast.Subscript) -> Any:
        value = self.visit(node.value)
        if type(value) not in (list, tuple, str, bytes, dict):
            raise NotPure
        if isinstance(node.slice, ast.Slice):
            parts = [None if part is None else self.visit(part) for part in (node.slice.lower, node.slice.upper, node.slice.step)]
            if type(value) is dict or not all(part is None or type(part) is int for part in parts):
                raise NotPure
            return value[slice(*parts)]
        key = self.visit(node.slice)
        if not _is_simple_key(key):
            raise NotPure
        return value[key]

    def _binop(self, node: ast.BinOp) -> Any:
        return self._operate(type(node.op), self.visit(node.left), self.visit(node.right))

    def _operate(self, kind: type, left: Any, right: Any) -> Any:
        apply = _OPERATORS.get(kind)
        if apply is None:
            raise NotPure
        if kind not in (ast.Is, ast.IsNot) and not (_is_small(left) and _is_small(right)):
            raise NotPure
        if kind is ast.Mult and not (type(left) in (int, float, bool) and type(right) in (int, float, bool)):
            raise NotPure
        if kind is ast.Mod and type(left) in (str, bytes):
            raise NotPure
        return apply(left, right)

    def _unaryop(self, node: ast.UnaryOp) -> Any:
        value = self.visit(node.operand)
        if not _is_small(value):
            raise NotPure
        return _OPERATORS[type(node.op)](value)

    def _boolop(self, node: ast.BoolOp) -> Any:
        value: Any = None
        for part in node.values:
            value = self.visit(part)
            if truth(value) != isinstance(node.op, ast.And):
                return value
        return value

    def _ifexp(self, node: ast.IfExp) -> Any:
        return self.visit(node.body if truth(self.visit(node.test)) else node.orelse)

    def _compare(self, node: ast.Compare) -> Any:
        left, result = self.visit(node.left), True
        for kind, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.visit(right_node)
            if isinstance(kind, ast.In | ast.NotIn):
                raise NotPure
            result = self._operate(type(kind), left, right)
            if not result:
                return result
            left = right
        return result

    def _tuple(self, node: ast.Tuple) -> Any:
        return tuple(map(self.visit, node.elts))

    def _list(self, node: ast.List) -> Any:
        return list(map(self.visit, node.elts))

    def _dict(self, node: ast.Dict) -> Any:
        found = {}
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            key = self.visit(key_node) if key_node is not None else None
            if key_node is None or not _is_simple_key(key):
                raise NotPure
            found[key] = self.visit(value_node)
        return found

    def _call(self, node: ast.Call) -> Any:
        function = self.visit(node.func)
        arguments = [self.visit(each) for each in node.args]
        if node.keywords or type(function) not in (BuiltinFunctionType, type):
            raise NotPure
        if type(function) is BuiltinFunctionType and type(function.__self__) in _METHODS:
            return _call_method(function, arguments)
        if len(arguments) != 1:
            raise NotPure
        (value,) = arguments
        if function is len and (type(value) in _SIZED):
            return len(value)
        if function is type:
            return type(value)
        if function is id:
            return id(value)
        if function in (abs, bool, int, float) and type(value) in (int, float, bool):
            return function(value)
        raise NotPure


_METHODS: dict[type, frozenset[str]] = {
    str: frozenset(("lower", "upper", "strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "startswith", "endswith", "title",
                    "find", "count", "partition", "rpartition", "removeprefix", "removesuffix", "isdigit", "capitalize", "encode")),
    bytes: frozenset(("decode", "hex", "startswith", "endswith", "split", "strip")),
    dict: frozenset(("keys", "values", "items", "copy", "get")),
    list: frozenset(("copy",)),
}  # fmt: skip
"""Methods that change nothing and run nothing, for receivers of just this class."""


def _call_method(method: BuiltinFunctionType, arguments: list[Any]) -> Any:
    receiver = method.__self__
    if method.__name__ not in _METHODS[type(receiver)] or not all(map(_is_simple_key, arguments)):
        raise NotPure
    if type(receiver) in (str, bytes) and not _is_small(receiver):
        raise NotPure
    return method(*arguments)


_SIZED = (list, tuple, dict, set, frozenset, str, bytes, bytearray, range)


def truth(value: object) -> bool:
    """`bool` of what is plain."""
    if type(value) in _SCALARS or type(value) in _SIZED:
        return bool(value)
    raise NotPure


def _is_small(value: object) -> bool:
    if type(value) is int:
        return value.bit_length() < _LONGEST
    return type(value) in _SCALARS and (type(value) not in (str, bytes) or len(value) < _LONGEST)  # type: ignore[arg-type]


def _is_simple_key(key: object) -> bool:
    return type(key) in _SCALARS or (type(key) is tuple and all(map(_is_simple_key, key)))


def attribute(value: object, name: str) -> Any:
    """An attribute as Python finds it, if no code of the program's has to run for that. Raises `NotPure` or AttributeError."""
    cls = type(value)
    if objects.is_a(value, ModuleType):
        return _of_module(value, name)
    getter = objects.in_class(cls, "__getattribute__")
    if type(getter) is not WrapperDescriptorType or objects.module_of(getter.__objclass__) != "builtins" or getter.__objclass__ is super:
        raise NotPure
    if objects.is_a(value, type):
        return _of_class(value, name)  # type: ignore[arg-type]
    found = objects.in_class(cls, name)
    if found is not MISSING and _is_data_descriptor(found):
        item = objects.read(value, name)
        if item is MISSING:
            raise NotPure
        return item
    space = objects.instance_dict(value)
    if space is not None and name in space:
        return space[name]
    if found is not MISSING:
        return _bind(found, value, cls)
    if objects.in_class(cls, "__getattr__") is not MISSING:
        raise NotPure
    raise AttributeError(f"{objects.qualname(cls)!r} object has no attribute {name!r}")


def _of_module(value: Any, name: str) -> Any:
    space = objects.instance_dict(value) or {}
    if name in space:
        return space[name]
    if type(value) is not ModuleType or "__getattr__" in space or objects.in_class(ModuleType, name) is not MISSING:
        raise NotPure
    raise AttributeError(f"module {space.get('__name__')!r} has no attribute {name!r}")


def _of_class(value: type, name: str) -> Any:
    found = objects.in_class(value, name)
    if found is MISSING or objects.in_class(type(value), name) is not MISSING:
        raise NotPure
    if type(found) is staticmethod:
        return found.__func__
    if type(found) is classmethod:
        return MethodType(found.__func__, value)
    if type(found) is not FunctionType and objects.in_class(type(found), "__get__") is not MISSING:
        raise NotPure
    return found


def _is_data_descriptor(found: object) -> bool:
    return objects.in_class(type(found), "__set__") is not MISSING or objects.in_class(type(found), "__delete__") is not MISSING


def _bind(found: Any, value: object, cls: type) -> Any:
    if type(found) is FunctionType:
        return MethodType(found, value)
    if type(found) is staticmethod:
        return found.__func__
    if type(found) is classmethod:
        return MethodType(found.__func__, cls)
    if objects.in_class(type(found), "__get__") is MISSING:
        return found
    if objects.module_of(cls) == "builtins" and type(found) is type(list.append):
        return found.__get__(value, cls)
    raise NotPure
