"""Conditions, hit conditions and log messages: compiled once per code object, called with the frame's locals."""

import ast
import inspect
import operator
import re
from collections.abc import Callable, Mapping
from types import CodeType, FrameType, FunctionType
from typing import Any

from .own import keep_builtins

keep_builtins(globals())

FILE = "<sandstep condition>"
_LOCALS = "_sandstep_locals_"
_HIT = re.compile(r"\s*(==|>=|<=|>|<|%)?\s*(\d+)\s*\Z")
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "==": operator.eq,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "%": lambda hits, number: hits % number == 0,
}

type Test = Callable[[Mapping[str, Any]], Any]
"""Evaluates an expression with a frame's locals."""


class BadExpression(Exception):
    """What a user wrote makes no sense; the text says why."""


class Expression:
    """An expression that is evaluated in frames of any code, again and again, at the cost of a call."""

    def __init__(self, tree: ast.expr) -> None:
        self._tree = tree
        self._names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        self._compiled: dict[tuple[str, ...], CodeType] = {}
        self._bound: dict[tuple[int, int], tuple[CodeType, Mapping[str, Any], Test]] = {}

    def test(self, frame: FrameType) -> Test:
        """The function for frames of this code and these globals. It raises KeyError where a local is not there (yet)."""
        key = id(frame.f_code), id(frame.f_globals)
        bound = self._bound.get(key)
        if bound is None or bound[0] is not frame.f_code:
            code = frame.f_code
            names = self._names & {*code.co_varnames, *code.co_cellvars, *code.co_freevars} if code.co_flags & inspect.CO_OPTIMIZED else ()
            bound = self._bound[key] = code, frame.f_globals, self._function(tuple(sorted(names)), frame.f_globals)
        return bound[2]

    def evaluate(self, frame: FrameType) -> Any:
        """Its value in this frame, with the locals that are there."""
        space = frame.f_locals
        names = () if space is frame.f_globals else tuple(sorted(name for name in self._names if name in space))
        return self._function(names, frame.f_globals)(space)

    def evaluate_with(self, frame: FrameType, extra: dict[str, Any]) -> Any:
        """Its value in this frame, where some names mean something else."""
        space = {name: frame.f_locals[name] for name in self._names if name in frame.f_locals} | extra
        return self._function(tuple(sorted(self._names & space.keys())), frame.f_globals)(space)

    def _function(self, names: tuple[str, ...], space: Mapping[str, Any]) -> Test:
        code = self._compiled.get(names)
        if code is None:
            code = self._compiled[names] = _compile(self._tree, names)
        return FunctionType(code, space)  # type: ignore[arg-type]


def _compile(tree: ast.expr, names: tuple[str, ...]) -> CodeType:
    """`def f(locals): a = locals["a"]; …; return <expression>`: so lambdas and generators inside the expression see the locals."""
    loads = "".join(f"    {name} = {_LOCALS}[{name!r}]\n" for name in names)
    module = ast.parse(f"def test({_LOCALS}):\n{loads}    return 0\n")
    function = module.body[0]
    assert isinstance(function, ast.FunctionDef)
    function.body[-1] = ast.copy_location(ast.Return(tree), function.body[-1])
    code = compile(ast.fix_missing_locations(module), FILE, "exec", dont_inherit=True)
    return next(constant for constant in code.co_consts if type(constant) is CodeType)


def parse_expression(source: str) -> Expression:
    """Raises `BadExpression` for what is not an expression."""
    try:
        return Expression(ast.parse(source.strip(), FILE, "eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadExpression(describe(error)) from None


def parse_hit_condition(source: str) -> Callable[[int], bool]:
    """Whether to stop at the n-th hit: `5`, `==5`, `>5`, `>=5`, `<5`, `<=5`, `%3`."""
    match = _HIT.match(source)
    if match is None:
        raise BadExpression(f"the hit condition {source!r} is none of: 5, ==5, >5, >=5, <5, <=5, %3")
    sign, number = match[1] or "==", int(match[2])
    if (number == 0 and sign in ("==", "<=", "<", "%")) or (number == 1 and sign == "<"):
        raise BadExpression(f"the hit condition {source!r} can never be true: hits are counted from 1")
    compare = _COMPARE[sign]
    return lambda hits: compare(hits, number)


def parse_log_message(source: str) -> Expression:
    """A text with `{expressions}`, as an f-string has them; `{{` and `}}` are braces."""
    parts: list[ast.expr] = []
    literal, place = "", 0
    while place < len(source):
        char = source[place]
        if char in "{}" and source[place : place + 2] == char * 2:
            literal, place = literal + char, place + 2
        elif char == "{":
            end = _end_of_field(source, place + 1)
            parts += [ast.Constant(literal), *_field(source[place + 1 : end])]
            literal, place = "", end + 1
        elif char == "}":
            raise BadExpression("a single } in the log message: write }} for a brace")
        else:
            literal, place = literal + char, place + 1
    return Expression(ast.JoinedStr([*parts, ast.Constant(literal)]))


def _end_of_field(source: str, place: int) -> int:
    """The place of the brace that closes the field which begins at `place`."""
    depth, quote = 0, ""
    while place < len(source):
        char = source[place]
        if quote:
            if char == "\\":
                place += 1
            elif char == quote:
                quote = ""
        elif char in "'\"":
            quote = char
        elif char in "([{":
            depth += 1
        elif char == "}" and depth == 0:
            return place
        elif char in ")]}":
            depth -= 1
        place += 1
    raise BadExpression("a { in the log message is not closed: write {{ for a brace")


def _field(field: str) -> list[ast.expr]:
    quote = "'''" if '"""' in field or field.endswith('"') else '"""'
    try:
        tree = ast.parse(f"f{quote}{{{field}}}{quote}", FILE, "eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadExpression(f"in the log message, {{{field}}}: {describe(error)}") from None
    assert isinstance(tree, ast.JoinedStr)
    return tree.values


def describe(error: BaseException) -> str:
    """An exception in a line, as the last line of its traceback; it may be of the user's making, and refuse."""
    name = type.__getattribute__(type(error), "__name__")
    if isinstance(error, SyntaxError) and type(error.msg) is str:
        return f"{name}: {error.msg}"
    try:
        words = str(error)
    except Exception:
        return f"{name}: <its text cannot be had: __str__ raises>"
    return f"{name}: {words[:2000]}" if words else str(name)
