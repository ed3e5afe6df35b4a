"""Completion in the debug console: after names, dots, indices, calls and literals, of keys and of arguments.

It runs none of the program's code, but for an expression that makes calls, and only where it may.
"""

import ast
import builtins
import keyword
import re
from collections.abc import Callable, Iterator
from types import BuiltinFunctionType, FrameType, FunctionType, MethodType, ModuleType
from typing import Any

from . import objects, pure
from .messages import Json
from .own import keep_builtins

keep_builtins(globals())

_WORD = re.compile(r"[^\W\d]\w*\Z|\Z")
_KEY = re.compile(r"\[\s*(['\"])([^'\"\\]*)\Z")
_MOST = 1000

type Run = Callable[[ast.expr], Any]
"""Evaluates what cannot be evaluated without running code of the program's."""

_METHODS: tuple[type, ...] = (MethodType, type([].append), type(list.append), type(object.__repr__), classmethod, staticmethod)
_BUILTINS = dict(vars(builtins))


def complete(text: str, line: int, column: int, frame: FrameType | None, space: dict[str, Any], run: Run) -> list[Json]:
    """DAP's CompletionItems for what stands before the cursor: line and column of the text, from 1."""
    lines = text.split("\n")
    if not 1 <= line <= len(lines):
        return []
    before = lines[line - 1][: max(column - 1, 0)]
    key = _KEY.search(before)
    if key is not None:
        return _keys(_value_before(before[: key.start()], frame, space), key, before)
    match = _WORD.search(before)
    word = match[0] if match is not None else ""
    rest = before[: len(before) - len(word)]
    if rest.rstrip().endswith("."):
        found = _after_dot(rest.rstrip()[:-1], frame, space, run)
    else:
        found = _names(rest, frame, space)
    return _items(found, word, len(before) - len(word) + 1)


def _items(found: Iterator[tuple[str, str]], word: str, start: int) -> list[Json]:
    items: list[Json] = []
    seen = set()
    for name, kind in found:
        if name in seen or not name.startswith(word) or (name.startswith("_") and not word and name.startswith("__")):
            continue
        seen.add(name)
        items.append({"label": name, "type": kind, "start": start, "length": len(word), "sortText": f"{name.startswith('_'):d}{name}"})
        if len(items) >= _MOST:
            break
    return sorted(items, key=lambda item: item["sortText"])


def _after_dot(text: str, frame: FrameType | None, space: dict[str, Any], run: Run) -> Iterator[tuple[str, str]]:
    value = _value_before(text, frame, space)
    if value is objects.MISSING:
        node = _expression_at_end(text)
        value = objects.MISSING if node is None else run(node)
    return attributes(value) if value is not objects.MISSING else iter(())


def _names(rest: str, frame: FrameType | None, space: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Arguments of the call that is being written, names in reach, keywords."""
    yield from _arguments(rest, frame, space)
    scopes: list[dict[str, Any]] = [dict(objects.locals_of(frame)), frame.f_globals] if frame is not None else [space]
    for scope in [*scopes, _BUILTINS]:
        for name, value in list(scope.items()):
            if type(name) is str:
                yield name, _kind(value, "variable")
    for name in (*keyword.kwlist, *keyword.softkwlist):
        yield name, "keyword"


def _arguments(rest: str, frame: FrameType | None, space: dict[str, Any]) -> Iterator[tuple[str, str]]:
    depth = 0
    for place in range(len(rest) - 1, -1, -1):
        char = rest[place]
        if char in ")]}":
            depth += 1
        elif char in "([{" and depth:
            depth -= 1
        elif char == "(":
            function = _value_before(rest[:place], frame, space)
            yield from ((f"{name}=", "property") for name in _parameters(function))
            return
        elif char in "[{":
            return


def _parameters(function: object) -> tuple[str, ...]:
    skip = 0
    if type(function) is MethodType:
        function, skip = function.__func__, 1
    elif objects.is_a(function, type):
        function, skip = objects.in_class(function, "__init__"), 1  # type: ignore[arg-type]
    if type(function) is not FunctionType:
        return ()
    code = function.__code__
    return code.co_varnames[skip : code.co_argcount + code.co_kwonlyargcount]


def _keys(value: object, match: re.Match[str], before: str) -> list[Json]:
    """The keys of a dict, of which the beginning is written."""
    if not objects.is_a(value, dict):
        return []
    quote, word = match[1], match[2]
    keys: list[Any] = list(dict.keys(value))  # type: ignore[arg-type]
    names = [key for key in keys if type(key) is str and key.startswith(word)]
    start = len(before) - len(word) + 1
    return [{"label": name, "text": f"{name}{quote}]", "type": "value", "start": start, "length": len(word)} for name in names[:_MOST]]


def _value_before(text: str, frame: FrameType | None, space: dict[str, Any]) -> Any:
    """The value of the expression with which a text ends; MISSING if it cannot be had without running code."""
    node = _expression_at_end(text)
    return objects.MISSING if node is None else _value_of(node, frame, space)


def _value_of(node: ast.expr, frame: FrameType | None, space: dict[str, Any]) -> Any:
    try:
        return pure.value(node, frame, space)
    except Exception:
        return objects.MISSING


def _expression_at_end(text: str) -> ast.expr | None:
    text = text.rstrip()
    for start in range(len(text)):
        if text[start].isspace() or (start and _is_word(text[start]) and _is_word(text[start - 1])):
            continue
        try:
            tree = ast.parse(text[start:], "<completion>", "eval").body
        except SyntaxError, ValueError, RecursionError, MemoryError:
            continue
        return _rightmost(tree)
    return None


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _rightmost(node: ast.expr) -> ast.expr:
    """What a dot after the expression would apply to."""
    end = node.end_col_offset
    while True:
        inner: ast.expr | None = None
        match node:
            case ast.BinOp(right=right):
                inner = right
            case ast.BoolOp(values=values):
                inner = values[-1]
            case ast.Compare(comparators=values):
                inner = values[-1]
            case ast.UnaryOp(operand=operand):
                inner = operand
            case ast.IfExp(orelse=orelse):
                inner = orelse
            case ast.Lambda(body=body):
                inner = body
            case ast.Tuple(elts=[*_, last]):
                inner = last
            case ast.Await(value=value):
                inner = value
        if inner is None or inner.end_col_offset != end:
            return node
        node = inner


def attributes(value: object) -> Iterator[tuple[str, str]]:
    """Names and kinds of the attributes of a value, as far as they stand in dicts."""
    for name, item in list((objects.instance_dict(value) or {}).items()):
        if type(name) is str:
            yield name, _kind(item, "variable" if type(value) is ModuleType else "field")
    if objects.is_a(value, type):
        yield from _of_classes(objects.mro(value))  # type: ignore[arg-type]
    yield from _of_classes(objects.mro(type(value)))


def _of_classes(classes: tuple[type, ...]) -> Iterator[tuple[str, str]]:
    for cls in classes:
        for name, item in list(objects.class_dict(cls).items()):
            if type(name) is str:
                yield name, "property" if type(item) is property else "method" if _is_method(item) else _kind(item, "field")


def _is_method(value: object) -> bool:
    return type(value) in _METHODS or type(value) is FunctionType


def _kind(value: object, otherwise: str) -> str:
    if type(value) is ModuleType:
        return "module"
    if objects.is_a(value, type):
        return "class"
    if type(value) is FunctionType or type(value) is BuiltinFunctionType:
        return "function"
    return "method" if type(value) in _METHODS else otherwise
