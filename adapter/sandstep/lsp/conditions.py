"""Conditions whose outcome in the sandbox is known before anything runs: `TYPE_CHECKING`, the platform, the version."""

from tree_sitter import Node

from .syntax import dotted, inner, string_value, text_of

_PLATFORM = {"sys.platform": "wasi", "os.name": "posix", "platform.system()": "wasi"}
_VERSION = (3, 14)
"""CPython's version in the sandbox, and what `sys.platform` and `os.name` say there."""
_ALWAYS = {"False": False, "0": False, "None": False, "True": True, "1": True, "TYPE_CHECKING": False, "typing.TYPE_CHECKING": False,
           "__debug__": True}  # fmt: skip


def outcome(node: Node | None) -> bool | None:
    """Whether a condition is true in the sandbox; None if it depends on more than the syntax."""
    if node is None:
        return None
    node = inner(node)
    if text_of(node) in _ALWAYS:
        return _ALWAYS[text_of(node)]
    match node.type:
        case "not_operator":
            inside = outcome(node.child_by_field_name("argument"))
            return None if inside is None else not inside
        case "boolean_operator":
            return _combined(node)
        case "comparison_operator":
            return _compared(node)
        case "call":
            return _starts(node)
    return None


def _combined(node: Node) -> bool | None:
    left, right = outcome(node.child_by_field_name("left")), outcome(node.child_by_field_name("right"))
    deciding = text_of(node.child_by_field_name("operator")) == "or"
    if deciding in (left, right):
        return deciding
    return None if None in (left, right) else not deciding


def _compared(node: Node) -> bool | None:
    if len(node.named_children) != 2:
        return None
    left, right = node.named_children
    operator = text_of(node.child_by_field_name("operators"))
    if text_of(left) == "sys.version_info":
        return _version(operator, right)
    platform = _PLATFORM.get(text_of(left))
    if platform is None:
        return None
    others = [right] if right.type == "string" else right.named_children if right.type in ("tuple", "set", "list") else []
    values = [string_value(other) for other in others]
    if not values or None in values:
        return None
    return {"==": platform in values, "in": platform in values, "!=": platform not in values, "not in": platform not in values}.get(
        operator
    )


def _version(operator: str, right: Node) -> bool | None:
    if right.type != "tuple" or not all(child.type == "integer" for child in right.named_children):
        return None
    wanted = tuple(int(text_of(child)) for child in right.named_children)
    if wanted[:2] == _VERSION and (len(wanted) > 2 or operator in (">", "<=", "==", "!=")):
        return None
    return {">=": wanted <= _VERSION, ">": wanted < _VERSION, "<": wanted > _VERSION, "<=": wanted >= _VERSION}.get(operator)


def _starts(node: Node) -> bool | None:
    name = dotted(node.child_by_field_name("function"))
    arguments = node.child_by_field_name("arguments")
    if name != "sys.platform.startswith" or arguments is None or len(arguments.named_children) != 1:
        return None
    prefix = string_value(arguments.named_children[0]) if arguments.named_children[0].type == "string" else None
    return None if prefix is None else _PLATFORM["sys.platform"].startswith(prefix)
