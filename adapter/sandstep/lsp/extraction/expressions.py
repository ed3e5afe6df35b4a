"""Expressions: calls and yields, what becomes of their values, and names that are bound on the way."""

from typing import Literal

from tree_sitter import Node

from .. import values
from ..model import MODULE, Call, Parameter, Use, Yield
from ..syntax import dotted, inner, named_names, text_of
from .parameters import parameter
from .walk import ExpressionHandler, Walk

_ARITHMETIC = ("+", "-", "*", "/", "//", "**")
_ORDER = ("<", ">", "<=", ">=")


def identifier(walk: Walk, node: Node, use: Use) -> None:
    walk.count(text_of(node))


def attribute(walk: Walk, node: Node, use: Use) -> None:
    value = node.child_by_field_name("object")
    if value is not None:
        walk.visit(value)


def same(walk: Walk, node: Node, use: Use) -> None:
    for child in node.named_children:
        walk.visit(child, use)


def same_field(walk: Walk, node: Node, field: str) -> None:
    value = node.child_by_field_name(field)
    if value is not None:
        walk.visit(value)


def conditional(walk: Walk, node: Node, use: Use) -> None:
    parts = [child for child in node.named_children if child.type != "comment"]
    for place, child in enumerate(parts):
        walk.visit(child, "condition" if place == 1 else use)


def operator(walk: Walk, node: Node, use: Use) -> None:
    operator = text_of(node.child_by_field_name("operator"))
    for child in node.named_children:
        walk.visit(child, "operand" if operator in _ARITHMETIC else "other")


def comparison(walk: Walk, node: Node, use: Use) -> None:
    ordered = all(text_of(operator) in _ORDER for operator in node.children_by_field_name("operators"))
    for child in node.named_children:
        walk.visit(child, "operand" if ordered else "other")


def not_(walk: Walk, node: Node, use: Use) -> None:
    for child in node.named_children:
        walk.visit(child, "condition")


def subscript(walk: Walk, node: Node, use: Use) -> None:
    value = node.child_by_field_name("value")
    for child in node.named_children:
        walk.visit(child, "operand" if child == value else "other")


def await_(walk: Walk, node: Node, use: Use) -> None:
    for child in node.named_children:
        walk.visit(child, "awaited")


def yield_(walk: Walk, node: Node, use: Use) -> None:
    delegates = any(child.type == "from" for child in node.children)
    expression = next((child for child in node.named_children if child.type != "comment"), None)
    before = len(walk.part.calls)
    if expression is not None:
        walk.visit(expression, "yielded from" if delegates else "yielded")
    value = values.value_of(walk.text, expression, walk.call_at(before)) if expression is not None else None
    if walk.scope != MODULE:
        walk.part.functions[walk.scope].yields = True
    walk.part.yields.append(Yield(walk.span_of(node), walk.scope, value, delegates, walk.live))


def assignment(walk: Walk, node: Node, use: Use) -> None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    annotation = node.child_by_field_name("type")
    if annotation is not None and left is not None and walk.owner >= 0 and left.type == "identifier":
        kind: Literal["positional"] = "positional"
        field = Parameter(text_of(left), named_names(annotation), text_of(annotation), right is not None, kind, walk.span_of(left))
        walk.part.classes[walk.owner].fields.append(field)
    before = len(walk.part.calls)
    if right is not None:
        walk.visit(right)
    if left is None:
        return
    if left.type == "identifier":
        walk.count(text_of(left))
        plain = inner(right) if right is not None else None
        value = values.value_of(walk.text, plain, walk.call_at(before)) if plain is not None else None
        if value is not None and value.call >= 0 and walk.owner < 0:
            walk.part.calls[value.call].target = text_of(left)
        walk.bind(text_of(left), left, value)
    else:
        walk.bind_targets(left)


def augmented(walk: Walk, node: Node, use: Use) -> None:
    right = node.child_by_field_name("right")
    if right is not None:
        walk.visit(right, "operand")
    walk.bind_targets(node.child_by_field_name("left"))


def named(walk: Walk, node: Node, use: Use) -> None:
    value, name = node.child_by_field_name("value"), node.child_by_field_name("name")
    if value is not None:
        walk.visit(value)
    walk.bind_targets(name)


def as_(walk: Walk, node: Node, use: Use) -> None:
    for child in node.named_children:
        if child.type == "as_pattern_target":
            for target in child.named_children:
                walk.bind_targets(target)
        else:
            walk.visit(child)


def for_in(walk: Walk, node: Node, use: Use) -> None:
    walk.bind_targets(node.child_by_field_name("left"))
    for right in node.children_by_field_name("right"):
        walk.visit(right)


def lambda_(walk: Walk, node: Node, use: Use) -> None:
    parameters = node.child_by_field_name("parameters")
    for child in parameters.named_children if parameters is not None else ():
        taken = parameter(walk, child)
        if taken is not None:
            walk.bound[walk.scope].add(taken.name)
    body = node.child_by_field_name("body")
    if body is not None:
        walk.visit(body)


def call(walk: Walk, node: Node, use: Use) -> None:
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    callee = dotted(function)
    if callee in ("isinstance", "issubclass") and arguments is not None and len(arguments.named_children) == 2:
        for name in named_names(arguments.named_children[1]):
            walk.test(name)
    if not callee or function is None:
        walk.children(node)
        return
    walk.visit(function)
    taken = walk.arguments(arguments)
    call = Call(callee, walk.span_of(node), walk.span_of(function), walk.scope, taken, use, "", [*walk.guards], walk.live)
    walk.part.calls.append(call)


EXPRESSIONS: dict[str, ExpressionHandler] = {
    "identifier": identifier,
    "attribute": attribute,
    "parenthesized_expression": same,
    "conditional_expression": conditional,
    "binary_operator": operator,
    "comparison_operator": comparison,
    "not_operator": not_,
    "subscript": subscript,
    "await": await_,
    "yield": yield_,
    "assignment": assignment,
    "augmented_assignment": augmented,
    "named_expression": named,
    "as_pattern": as_,
    "for_in_clause": for_in,
    "lambda": lambda_,
    "call": call,
    "keyword_argument": lambda walk, node, use: same_field(walk, node, "value"),
}
