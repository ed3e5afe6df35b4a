"""Runs what is typed in the console, watched or hovered over, in a frame: its locals are seen everywhere and can be assigned."""

import ast
import inspect
import symtable
import sys
import textwrap
from collections.abc import Mapping
from types import CellType, CodeType, FrameType, FunctionType
from typing import Any

from . import objects
from .awaiting import drive
from .own import keep_builtins

keep_builtins(globals())

FILE = "<sandstep console>"


_FrameLocals = type((lambda: sys._getframe().f_locals)())


class Nothing:
    """The result of statements."""


NOTHING = Nothing()


def evaluate(source: str, frame: FrameType | None, space: dict[str, Any]) -> Any:
    """The value of an expression."""
    tree = ast.parse(source.strip(), FILE, "eval").body
    return _run(ast.Module([ast.Return(tree)], []), tree, frame, space, (), awaits=_awaits(source.strip(), "eval"))


def evaluate_tree(tree: ast.expr, frame: FrameType | None, space: dict[str, Any]) -> Any:
    """The value of an expression, or of a piece of one."""
    return _run(ast.Module([ast.Return(tree)], []), tree, frame, space, ())


def execute(source: str, frame: FrameType | None, space: dict[str, Any]) -> Any:
    """Runs statements; the value of the last one, if it is an expression, else NOTHING. Raises what they raise."""
    source = textwrap.dedent(source).strip()
    awaits = _awaits(source, "exec")
    tree = ast.parse(source, FILE, "exec")
    if not awaits and (frame is None or frame.f_locals is frame.f_globals):
        return _execute_in(tree, frame.f_globals if frame is not None else space)
    if frame is not None and any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in ast.walk(tree)):
        exec(compile(tree, FILE, "exec", dont_inherit=True), frame.f_globals, frame.f_locals)
        return NOTHING
    assigned = [symbol.get_name() for symbol in _symbols(source, awaits=awaits) if _is_bound(symbol)]
    has_value = bool(tree.body) and isinstance(tree.body[-1], ast.Expr)
    if has_value:
        last = tree.body[-1]
        assert isinstance(last, ast.Expr)
        tree.body[-1] = ast.copy_location(ast.Return(last.value), last)
    value = _run(tree, tree, frame, space, assigned, awaits=awaits)
    return value if has_value else NOTHING


def _awaits(source: str, mode: str) -> bool:
    """Whether a piece of source awaits at its top. Raises SyntaxError, also for `return` and `yield` outside a function."""
    code: CodeType = compile(source, FILE, mode, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    return bool(code.co_flags & inspect.CO_COROUTINE)


def _symbols(source: str, *, awaits: bool) -> list[symtable.Symbol]:
    """The names of a piece of source; what awaits is taken for the body of a function, which is all that may."""
    if not awaits:
        return symtable.symtable(source, FILE, "exec").get_symbols()
    table = symtable.symtable(f"async def console():\n{textwrap.indent(source, ' ')}", FILE, "exec")
    return next(child for child in table.get_children() if child.get_name() == "console").get_symbols()


def _is_bound(symbol: symtable.Symbol) -> bool:
    return (symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()) and not symbol.is_declared_global()


def _execute_in(tree: ast.Module, space: dict[str, Any]) -> Any:
    """At the top of a module: its names are the namespace's."""
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    code = compile(tree, FILE, "exec", dont_inherit=True)
    final = compile(ast.Expression(last.value), FILE, "eval", dont_inherit=True) if isinstance(last, ast.Expr) else None
    exec(code, space)
    return eval(final, space) if final is not None else NOTHING


def _run(
    body: ast.Module,
    tree: ast.AST,
    frame: FrameType | None,
    space: dict[str, Any],
    assigned: list[str] | tuple[str, ...],
    *,
    awaits: bool = False,
) -> Any:
    """Runs the statements as the body of a function that closes over cells with the frame's locals, then takes back what changed."""
    if frame is None or (frame.f_locals is frame.f_globals):
        found: Mapping[str, Any] = {}
        space = frame.f_globals if frame is not None else space
    else:
        found, space = objects.locals_of(frame), frame.f_globals
    declared_global = {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        name for node in ast.walk(tree) if isinstance(node, ast.Nonlocal) for name in node.names
    }
    at_module = frame is None or frame.f_locals is frame.f_globals or _is_module_in_comprehension(frame)
    to_globals = {name for name in assigned if name not in found} if at_module else set()
    names = sorted(((used & _names_of(frame, found)) | set(assigned)) - declared_global - to_globals)
    code = _function(names, body, sorted(to_globals - declared_global), awaits=awaits)
    cells = {name: CellType(found[name]) if name in found else CellType() for name in names}
    function = FunctionType(code, space, closure=tuple(cells[name] for name in code.co_freevars))
    before = {name: cell.cell_contents for name, cell in cells.items() if name in found}
    try:
        return drive(function()) if awaits else function()
    except NameError as error:
        raise _as_in_frame(error, names) from None
    finally:
        if frame is not None:
            _take_back(frame, cells, before)


def _is_module_in_comprehension(frame: FrameType) -> bool:
    """A module's frame in the midst of an inlined comprehension: its locals are the comprehension's, its own names are globals."""
    return not frame.f_code.co_flags & inspect.CO_OPTIMIZED and type(frame.f_locals) is _FrameLocals


def _names_of(frame: FrameType | None, found: Mapping[str, Any]) -> set[str]:
    """The names that are local in a frame, also those that have no value yet."""
    if frame is None or found == {}:
        return set()
    code = frame.f_code
    declared = {*code.co_varnames, *code.co_cellvars, *code.co_freevars} if code.co_flags & inspect.CO_OPTIMIZED else set()
    return {*found, *declared}


def _as_in_frame(error: NameError, names: list[str]) -> NameError:
    """Our closure is not to be seen in the words of the error."""
    words = str(error)
    if words.startswith("cannot access free variable") and error.name in names:
        return UnboundLocalError(f"cannot access local variable {error.name!r} where it is not associated with a value")
    return error


def _take_back(frame: FrameType, cells: Mapping[str, CellType], before: Mapping[str, Any]) -> None:
    for name, cell in cells.items():
        try:
            value = cell.cell_contents
        except ValueError:
            if name in before:
                del frame.f_locals[name]  # Python says why that cannot be
            continue
        if name not in before or before[name] is not value:
            frame.f_locals[name] = value


def _function(names: list[str], body: ast.Module, to_globals: list[str] | tuple[str, ...] = (), *, awaits: bool = False) -> CodeType:
    """`def outer(names): def inner(): nonlocal names; <body>`: the code of `inner`, which is a coroutine's if it awaits."""
    declaration = f"        nonlocal {', '.join(names)}\n" if names else ""
    declaration += f"        global {', '.join(to_globals)}\n" if to_globals else ""
    module = ast.parse(f"def outer({', '.join(names)}):\n    {'async ' if awaits else ''}def console():\n{declaration}        pass\n")
    outer = module.body[0]
    assert isinstance(outer, ast.FunctionDef)
    inner = outer.body[0]
    assert isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
    inner.body[-1:] = body.body or [ast.Pass()]
    code: CodeType = compile(ast.fix_missing_locations(module), FILE, "exec", dont_inherit=True)
    for _ in range(2):
        code = next(constant for constant in code.co_consts if type(constant) is CodeType)
    return _renamed(code)


def _renamed(code: CodeType) -> CodeType:
    """Functions that are defined in the console are named as at the top of a module."""
    constants = tuple(_renamed(each) if type(each) is CodeType else each for each in code.co_consts)
    return code.replace(co_consts=constants, co_qualname=code.co_qualname.removeprefix("outer.<locals>.console.<locals>."))


def assign(target: str, value: Any, frame: FrameType | None, space: dict[str, Any]) -> None:
    """Assigns to a name, an attribute or an item. Raises what Python raises."""
    tree = ast.parse(f"{target.strip()} = None", FILE, "exec")
    statement = tree.body[0]
    if len(tree.body) != 1 or not isinstance(statement, ast.Assign):
        raise SyntaxError("this is not a place that can be assigned to")
    if frame is None or frame.f_locals is frame.f_globals:
        scope = frame.f_globals if frame is not None else space
        holder = "_sandstep_value_"
        statement.value = ast.Name(holder, ast.Load())
        scope[holder] = value
        try:
            exec(compile(ast.fix_missing_locations(tree), FILE, "exec", dont_inherit=True), scope)
        finally:
            del scope[holder]
        return
    name = statement.targets[0]
    if isinstance(name, ast.Name):
        _assign_name(name.id, value, frame)
        return
    holder = "_sandstep_value_"
    statement.value = ast.Name(holder, ast.Load())
    used = {node.id for node in ast.walk(statement.targets[0]) if isinstance(node, ast.Name)}
    found = objects.locals_of(frame)
    names = [*sorted(used & set(found)), holder]
    code = _function(names, tree)
    cells = {each: CellType(value if each == holder else found[each]) for each in names}
    FunctionType(code, frame.f_globals, closure=tuple(cells[each] for each in code.co_freevars))()


def _assign_name(name: str, value: Any, frame: FrameType) -> None:
    code = frame.f_code
    local = name in frame.f_locals or name in {*code.co_varnames, *code.co_cellvars, *code.co_freevars}
    if local or (name not in frame.f_globals and not _is_module_in_comprehension(frame)):
        frame.f_locals[name] = value
    else:
        frame.f_globals[name] = value
