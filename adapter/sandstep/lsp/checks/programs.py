"""`@do` where it can't be, or does nothing, and programs outside of programs that nobody runs."""

from collections.abc import Iterator

from ..findings import Finding, Fix
from ..kinds import YIELDABLE
from ..model import Function
from ..text import Span
from .context import Context


def check(context: Context) -> Iterator[Finding]:
    """`do-async`, `do-without-yield` and `not-run`."""
    for number, part in enumerate(context.view.parts):
        for index, function in enumerate(part.functions):
            if any(context.role(number, function.scope, each.name) == "do" for each in function.decorators):
                yield from _decorated(context, number, index, function)
    yield from _not_run(context)


def _decorated(context: Context, part: int, index: int, function: Function) -> Iterator[Finding]:
    if function.is_async:
        message = (
            f"@do takes a generator function, and `{function.name}` is async: make it `def`, with `yield Await(…)` in place of `await`."
        )
        yield Finding("do-async", function.name_span, message)
    elif not function.yields and not function.trivial and not _overloaded(function) and not _makes(context, part, index):
        message = f"`{function.name}` never yields, so it performs no effect and runs no program: without @do it is a plain function."
        yield Finding("do-without-yield", function.name_span, message)


def _makes(context: Context, part: int, index: int) -> bool:
    """Whether effects or programs are made in a function: what is missing there are the `yield`s."""
    calls = (call for call in context.view.parts[part].calls if call.scope == index)
    return any(context.kind(part, call.scope, call.callee) in YIELDABLE for call in calls)


def _overloaded(function: Function) -> bool:
    return any(each.name.rpartition(".")[2] in ("overload", "abstractmethod") for each in function.decorators)


def _not_run(context: Context) -> Iterator[Finding]:
    """A call of a program as a statement of plain code makes a program and drops it."""
    runner = next((name for name in ("run", "sandstep.effects.run") if context.role(-1, -1, name) == "run"), "")
    for part, call in context.view.calls():
        if call.use != "discarded" or not call.live or "raises" in call.guarded or context.is_body(part, call.scope):
            continue
        if context.kinds.of(context.symbol(part, call.scope, call.callee)) != "program" or _inside_generator(context, part, call.scope):
            continue
        begin = Span(call.span.line, call.span.column, call.span.line, call.span.column)
        end = Span(call.span.end_line, call.span.end_column, call.span.end_line, call.span.end_column)
        fix = Fix("Run it", ((begin, f"{runner}("), (end, ")"))) if runner else None
        message = f"`{call.callee}(…)` makes a program and runs nothing: write `run({call.callee}(…))`."
        yield Finding("not-run", call.span, message, fix)


def _inside_generator(context: Context, part: int, scope: int) -> bool:
    """A generator without @do may be one that another library runs."""
    function = context.function(part, scope)
    return function is not None and function.yields
