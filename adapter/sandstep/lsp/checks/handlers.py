"""Handlers that leave the program hanging, or go on with it twice."""

from collections.abc import Iterator

from ..findings import Finding, Related
from ..kinds import handler_parameters
from ..library import Role
from ..view import FunctionAt
from . import flow
from .context import Context


def check(context: Context) -> Iterator[Finding]:
    """`handler-falls-through`, `handler-abandons` and `resumed-twice`."""
    for number, part in enumerate(context.view.parts):
        for index, function in enumerate(part.functions):
            at = FunctionAt(number, index, function)
            if context.kinds.is_handler(context.view, at):
                yield from _handler(context, at)


def _handler(context: Context, at: FunctionAt) -> Iterator[Finding]:
    function = at.function
    node = context.document.node_of(function.span, "function_definition")
    body = node.child_by_field_name("body") if node is not None else None
    if body is None or (node is not None and node.has_error):
        return
    effect, k = (each.name for each in handler_parameters(function))
    found = flow.analyse(body, effect, k, _names(context, at))
    if found is None:
        return
    if found.falls:
        yield Finding(
            "handler-falls-through",
            function.name_span,
            f"The handler `{function.name}` can end without an answer, which abandons the program: "
            f"on each path yield Resume({k}, …), Transfer({k}, …) or Pass(), or raise.",
        )
    for each in found.abandons:
        message = f"This `return` abandons the rest of the program: its value becomes that of WithHandler, and `{k}` is never resumed."
        yield Finding("handler-abandons", context.document.span_of(each), message)
    for second, first in found.twice:
        again = "in the next round of the loop" if second == first else "here"
        message = f"`{k}` is resumed a second time {again}, and a continuation can be used once: resume it on one path only."
        related = Related(context.view.path, context.document.span_of(first), "it is resumed first here")
        yield Finding("resumed-twice", context.document.span_of(second), message, None, (related,))


def _names(context: Context, at: FunctionAt) -> flow.Names:
    types = context.kinds.handler_types(context.view, at)

    def role(callee: str) -> Role | None:
        return context.role(at.part, at.body, callee)

    def ends(callee: str) -> bool:
        symbol = context.symbol(at.part, at.body, callee)
        found = context.index.resolver.function(symbol) if symbol is not None else None
        return found is not None and any(each.rpartition(".")[2] in ("NoReturn", "Never") for each in found.function.returns)

    def covered(gone: frozenset[str]) -> bool:
        if types.all_effects or not gone:
            return False
        tested = [symbol for name in gone if (symbol := context.symbol(at.part, at.body, name)) is not None]
        return all(any(context.kinds.derives(each, test) for test in tested) for each in types.classes)

    return flow.Names(role, ends, covered)
