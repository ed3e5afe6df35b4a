"""Functions, classes and their decorators."""

from collections import Counter

from tree_sitter import Node

from ..model import Class, Decorator, Function
from ..syntax import docstring, dotted, named_names, text_of
from .parameters import parameters
from .walk import Walk


def decorated(walk: Walk, node: Node) -> None:
    decorators = [decorator(walk, child) for child in node.named_children if child.type == "decorator"]
    definition = node.child_by_field_name("definition")
    if definition is not None and definition.type == "function_definition":
        function(walk, definition, decorators)
    elif definition is not None:
        class_(walk, definition, decorators)


def decorator(walk: Walk, node: Node) -> Decorator:
    expression = next(child for child in node.named_children if child.type != "comment")
    if expression.type == "call":
        arguments = walk.arguments(expression.child_by_field_name("arguments"))
        return Decorator(dotted(expression.child_by_field_name("function")), walk.span_of(node), arguments)
    walk.visit(expression)
    return Decorator(dotted(expression), walk.span_of(node), [])


def function(walk: Walk, node: Node, decorators: list[Decorator] | None = None) -> None:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None:
        return
    walk.count(text_of(name))
    returns = node.child_by_field_name("return_type")
    taken = parameters(walk, node.child_by_field_name("parameters"))
    made = Function(
        text_of(name), ".".join([*walk.names, text_of(name)]), walk.span_of(node), walk.span_of(name), walk.scope, walk.owner,
        taken, decorators or [], any(child.type == "async" for child in node.children),
        named_names(returns), docstring(body), _trivial(body),
    )  # fmt: skip
    _enter(walk, made, body)


def _enter(walk: Walk, made: Function, body: Node | None) -> None:
    """Walks the body in a scope of its own."""
    index = len(walk.part.functions)
    walk.part.functions.append(made)
    before = walk.scope, walk.owner, walk.names, walk.guards, walk.live
    walk.outer[index] = walk.scope
    walk.counts[index], walk.bound[index] = Counter(), {each.name for each in made.parameters}
    walk.scope, walk.owner, walk.guards = index, -1, [guard for guard in walk.guards if guard == "hasattr"]
    walk.names = [*walk.names, made.name, "<locals>"]
    walk.block(body)
    walk.scope, walk.owner, walk.names, walk.guards, walk.live = before


def class_(walk: Walk, node: Node, decorators: list[Decorator] | None = None) -> None:
    name, body, bases = (node.child_by_field_name(field) for field in ("name", "body", "superclasses"))
    if name is None:
        return
    walk.count(text_of(name))
    qualname = ".".join([*walk.names, text_of(name)])
    bases_names = [_base(child) for child in bases.named_children if child.type != "keyword_argument"] if bases is not None else []
    index = len(walk.part.classes)
    made = Class(text_of(name), qualname, walk.span_of(node), walk.span_of(name), walk.scope, bases_names, decorators or [])
    made.doc = docstring(body)
    walk.part.classes.append(made)
    if bases is not None:
        walk.children(bases)
    before = walk.owner, walk.names
    walk.owner, walk.names = index, [*walk.names, made.name]
    walk.block(body)
    walk.owner, walk.names = before


def _base(node: Node) -> str:
    return dotted(node.child_by_field_name("value")) if node.type == "subscript" else dotted(node)


def _trivial(body: Node | None) -> bool:
    """Whether a body is only there to be overridden: `...`, `pass`, a docstring, `raise NotImplementedError`."""
    if body is None:
        return True
    for child in body.named_children:
        content = child.named_children[0].type if child.type == "expression_statement" and child.named_children else ""
        if child.type in ("pass_statement", "comment", "raise_statement") or content in ("string", "ellipsis", "concatenated_string"):
            continue
        return False
    return True
