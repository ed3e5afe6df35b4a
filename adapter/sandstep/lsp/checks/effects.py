"""Effects and programs that are made and never yielded, and yields of what is neither."""

from collections.abc import Iterator

from ..findings import Finding, Fix
from ..kinds import YIELDABLE
from ..library import is_doeff
from ..model import Call, Value
from ..symbols import Symbol
from ..text import Span
from ..view import YieldAt
from .context import Context

_PLAIN_BUILTINS = frozenset({
    "abs", "all", "any", "bool", "bytes", "dict", "enumerate", "float", "format", "frozenset", "hash", "id", "input", "int", "isinstance",
    "len", "list", "map", "max", "min", "open", "ord", "print", "range", "repr", "reversed", "round", "set", "sorted", "str", "sum",
    "tuple", "type", "zip",
})  # fmt: skip
_MAY_BE_A_PROGRAM = frozenset({"max", "min", "reversed", "map", "type", "open", "sum"})
_USUAL = ("__init__", "__post_init__", "__repr__", "__str__", "__eq__", "__hash__", "__iter__")
_WORDS = {"none": "None", "list": "a list", "tuple": "a tuple", "dict": "a dict", "set": "a set", "operation": "a plain value"}


def check(context: Context) -> Iterator[Finding]:
    """`not-yielded` and `plain-yield`."""
    for part, call in context.view.calls():
        told = call.use in ("discarded", "unused", "operand", "condition") or (
            call.use == "returned" and never_yields(context, part, call.scope)
        )
        if told and call.live and context.is_body(part, call.scope):
            yield from _not_yielded(context, part, call)
    for each in context.view.yields():
        if each.yielded.live and context.is_body(each.part, each.yielded.scope):
            yield from _plain(context, each)


def _has_operators(context: Context, symbol: Symbol) -> bool:
    """Whether a class has special methods of its own beside those of every effect, and so may be meant to stand beside an operator."""
    view = context.index.view(symbol.path) if symbol.path else None
    own = (
        name.removeprefix(f"{symbol.name}.") for name in (view.functions if view is not None else ()) if name.startswith(f"{symbol.name}.")
    )
    return any(name.startswith("__") and name not in _USUAL for name in own)


def never_yields(context: Context, part: int, scope: int) -> bool:
    """Whether a function has no `yield`: what it returns is no program's answer but the program itself."""
    function = context.function(part, scope)
    return function is not None and not function.yields


def _not_yielded(context: Context, part: int, call: Call) -> Iterator[Finding]:
    symbol = context.symbol(part, call.scope, call.callee)
    kind = context.kinds.of(symbol)
    if symbol is None or kind not in YIELDABLE or "raises" in call.guarded:
        return
    if call.use in ("operand", "condition") and _has_operators(context, symbol):
        return
    what = "effect" if kind == "effect" else "program"
    happens = {
        "discarded": f"is made and never yielded, so nothing happens: write `yield {call.callee}(…)`",
        "unused": f"is kept in `{call.target}` and never yielded, so nothing happens: write `{call.target} = yield {call.callee}(…)`",
        "operand": f"is used where its answer is meant: write `(yield {call.callee}(…))`",
        "returned": f"is returned as it is, and not performed: write `return (yield {call.callee}(…))`",
        "condition": f"is always true here; its answer is meant: write `(yield {call.callee}(…))`",
    }[call.use]
    begin = Span(call.span.line, call.span.column, call.span.line, call.span.column)
    if call.use in ("discarded", "unused"):
        fix = Fix("Yield it", ((begin, "yield "),))
    else:
        end = Span(call.span.end_line, call.span.end_column, call.span.end_line, call.span.end_column)
        fix = Fix("Yield it", ((begin, "(yield "), (end, ")")))
    yield Finding("not-yielded", call.span, f"The {what} `{call.callee}(…)` {happens}.", fix)


def _plain(context: Context, each: YieldAt) -> Iterator[Finding]:
    value, yielded = each.yielded.value, each.yielded
    if yielded.delegates:
        return
    if value is None:
        yield Finding("plain-yield", yielded.span, "This `yield` gives None, which is neither an effect nor a program: yield one of these.")
        return
    name = _plain_name(context, each.part, yielded.scope, value)
    if name:
        way_out = "use it as it is, or yield an effect or a program"
        yield Finding("plain-yield", value.span, f"This `yield` gives {name}, which is neither an effect nor a program: {way_out}.")
        return
    if value.kind == "name":
        yield from _uncalled(context, each.part, yielded.scope, value)


def _plain_name(context: Context, part: int, scope: int, value: Value) -> str:
    """How to call a value that can't be performed; "" if it may be one that can."""
    if value.kind in ("list", "tuple", "dict", "set", "operation", "none"):
        return _WORDS[value.kind] if value.text != "str" else "a str"
    if value.kind in ("str", "bytes", "int", "float", "bool"):
        return f"the {value.kind} {value.text}" if value.kind in ("int", "float", "bool") else f"a {value.kind}"
    call = context.view.call_of(part, value)
    if call is not None and call.callee in _PLAIN_BUILTINS - _MAY_BE_A_PROGRAM and context.external(part, call) == call.callee:
        return f"what `{call.callee}(…)` answers"
    return ""


def _uncalled(context: Context, part: int, scope: int, value: Value) -> Iterator[Finding]:
    """A program or an effect that is named and not called."""
    symbol = context.symbol(part, scope, value.text)
    kind = context.kinds.of(symbol)
    if symbol is None or kind not in ("program", "effect", "node") or is_doeff(symbol):
        return
    call = f"{value.text}(…)" if _needs_arguments(context, symbol.path, symbol.name) else f"{value.text}()"
    end = Span(value.span.end_line, value.span.end_column, value.span.end_line, value.span.end_column)
    fix = Fix("Call it", ((end, "()"),)) if call.endswith("()") else None
    yield Finding("plain-yield", value.span, f"This `yield` gives `{value.text}` itself: call it, `yield {call}`.", fix)


def _needs_arguments(context: Context, path: str, name: str) -> bool:
    view = context.index.view(path)
    at = view.functions.get(name) if view is not None else None
    if at is None:
        return True
    return any(not each.default and each.kind in ("positional", "keyword") for each in at.function.parameters)
