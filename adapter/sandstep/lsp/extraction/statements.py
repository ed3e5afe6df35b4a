"""Statements: what they bind, what guards what is in them, and what cannot be reached."""

from tree_sitter import Node

from ..conditions import outcome
from ..model import MODULE, Import
from ..syntax import dotted, named_names, text_of
from .definitions import class_, decorated, function
from .walk import StatementHandler, Walk


def expression_statement(walk: Walk, node: Node) -> None:
    for child in node.named_children:
        walk.visit(child, "discarded" if len(node.named_children) == 1 else "other")


def return_(walk: Walk, node: Node) -> None:
    for child in node.named_children:
        walk.visit(child, "returned")


def if_(walk: Walk, node: Node) -> None:
    condition = node.child_by_field_name("condition")
    known = outcome(condition)
    asks = condition is not None and any(word in text_of(condition) for word in ("hasattr(", "find_spec("))
    is_main = condition is not None and note_main(walk, condition)
    if condition is not None:
        walk.visit(condition, "condition")
    guards = ["hasattr"] * asks + ["if"] * (known is None and not is_main)
    walk.guards += guards
    walk.block(node.child_by_field_name("consequence"), known is not False)
    for alternative in node.children_by_field_name("alternative"):
        before, walk.live = walk.live, walk.live and known is not True
        _alternative(walk, alternative)
        walk.live = before
        if alternative.type == "elif_clause" and known is not True:
            known = outcome(alternative.child_by_field_name("condition"))
    del walk.guards[len(walk.guards) - len(guards) :]


def _alternative(walk: Walk, node: Node) -> None:
    if node.type == "elif_clause":
        if_(walk, node)
    else:
        walk.block(node.child_by_field_name("body"))


def note_main(walk: Walk, condition: Node) -> bool:
    plain = text_of(condition).replace("'", '"').replace(" ", "")
    is_main = walk.scope == MODULE and plain in ('__name__=="__main__"', '"__main__"==__name__')
    if is_main:
        walk.part.main = walk.span_of(condition)
    return is_main


def while_(walk: Walk, node: Node) -> None:
    condition = node.child_by_field_name("condition")
    if condition is not None:
        walk.visit(condition, "condition")
    walk.block(node.child_by_field_name("body"), outcome(condition) is not False)
    for alternative in node.children_by_field_name("alternative"):
        _alternative(walk, alternative)


def for_(walk: Walk, node: Node) -> None:
    walk.bind_targets(node.child_by_field_name("left"))
    right = node.child_by_field_name("right")
    if right is not None:
        walk.visit(right)
    walk.block(node.child_by_field_name("body"))
    for alternative in node.children_by_field_name("alternative"):
        _alternative(walk, alternative)


def try_(walk: Walk, node: Node) -> None:
    clauses = [child for child in node.named_children if child.type in ("except_clause", "except_group_clause")]
    caught = [name for clause in clauses for name in _caught(clause)]
    walk.guards += caught
    walk.block(node.child_by_field_name("body"))
    del walk.guards[len(walk.guards) - len(caught) :]
    for child in node.named_children:
        if child.type in ("except_clause", "except_group_clause", "finally_clause"):
            clause(walk, child)
        elif child.type == "else_clause":
            walk.block(child.child_by_field_name("body"))


def clause(walk: Walk, node: Node) -> None:
    walk.guards.append("if")  # only after a failure, or, in `finally`, as the last thing
    for child in node.named_children:
        if child.type == "block":
            walk.block(child)
        else:
            walk.visit(child)
    walk.guards.pop()


def with_(walk: Walk, node: Node) -> None:
    guards = []
    for item in (item for clause in node.named_children if clause.type == "with_clause" for item in clause.named_children):
        value = item.child_by_field_name("value")
        manager = value.named_children[0] if value is not None and value.type == "as_pattern" else value
        if manager is not None and manager.type == "call":
            guards += _expected(manager)
        walk.visit(item)
    walk.guards += guards
    walk.block(node.child_by_field_name("body"))
    del walk.guards[len(walk.guards) - len(guards) :]


def match_(walk: Walk, node: Node) -> None:
    for subject in node.children_by_field_name("subject"):
        walk.visit(subject)
    for case in (case for block in node.children_by_field_name("body") for case in block.named_children):
        if case.type != "case_clause":
            continue
        for child in case.named_children:
            if child.type == "case_pattern":
                pattern(walk, child)
            elif child.type == "if_clause":
                walk.children(child)
        walk.block(case.child_by_field_name("consequence"))


def pattern(walk: Walk, node: Node) -> None:
    parent = node.parent
    if node.type == "dotted_name" and parent is not None and parent.type == "class_pattern":
        walk.test(text_of(node))
        walk.count(text_of(node).partition(".")[0])
    elif node.type in ("dotted_name", "identifier") and parent is not None and parent.type != "keyword_pattern":
        if len(node.named_children) <= 1:
            walk.bind(text_of(node), node)
    else:
        for child in node.named_children:
            pattern(walk, child)


def declare(walk: Walk, node: Node) -> None:
    walk.declared.setdefault(walk.scope, set()).update(text_of(child) for child in node.named_children)


def import_(walk: Walk, node: Node) -> None:
    for each in node.children_by_field_name("name"):
        name = each.child_by_field_name("name") if each.type == "aliased_import" else each
        alias = each.child_by_field_name("alias") if each.type == "aliased_import" else None
        module = text_of(name)
        add_import(walk, module, "", text_of(alias) or module.partition(".")[0], each, name or each)


def import_from(walk: Walk, node: Node) -> None:
    origin = node.child_by_field_name("module_name") or node
    module = text_of(origin).replace(" ", "")
    if any(child.type == "wildcard_import" for child in node.named_children):
        add_import(walk, module, "*", "*", node, origin)
    for each in node.children_by_field_name("name"):
        name = each.child_by_field_name("name") if each.type == "aliased_import" else each
        alias = each.child_by_field_name("alias") if each.type == "aliased_import" else None
        add_import(walk, module, text_of(name), text_of(alias) or text_of(name), each, origin)


def add_import(walk: Walk, module: str, name: str, bound: str, node: Node, origin: Node) -> None:
    spans = walk.span_of(node), walk.span_of(origin)
    walk.part.imports.append(Import(module, name, bound, *spans, walk.scope, [*walk.guards], walk.live))


def _caught(clause: Node) -> list[str]:
    """The names of the exceptions that an `except` names; "*" for all."""
    named = [child for child in clause.named_children if child.type not in ("block", "comment")]
    if not named:
        return ["*"]
    first = named[0].named_children[0] if named[0].type == "as_pattern" else named[0]
    return named_names(first) or ["*"]


def _expected(manager: Node) -> list[str]:
    """What `with suppress(X)` and `with pytest.raises(X)` expect."""
    name = dotted(manager.child_by_field_name("function")).rpartition(".")[2]
    if name == "suppress":
        arguments = manager.child_by_field_name("arguments")
        return [each for child in arguments.named_children for each in named_names(child)] if arguments is not None else []
    return ["*", "raises"] if name in ("raises", "assertRaises", "assertRaisesRegex", "warns", "assertWarns") else []


STATEMENTS: dict[str, StatementHandler] = {
    "expression_statement": expression_statement,
    "return_statement": return_,
    "if_statement": if_,
    "while_statement": while_,
    "for_statement": for_,
    "try_statement": try_,
    "with_statement": with_,
    "match_statement": match_,
    "global_statement": declare,
    "nonlocal_statement": declare,
    "import_statement": import_,
    "import_from_statement": import_from,
    "future_import_statement": lambda walk, node: None,
    "decorated_definition": decorated,
    "function_definition": lambda walk, node: function(walk, node),
    "class_definition": lambda walk, node: class_(walk, node),
    "block": lambda walk, node: walk.block(node),
}
