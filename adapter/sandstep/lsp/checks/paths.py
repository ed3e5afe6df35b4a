"""Paths through a handler: what is known where one has come to, and what it has assumed on the way."""

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple, TypeAlias

from tree_sitter import Node

from ..syntax import text_of

K: TypeAlias = Literal["unused", "used", "unsure"]
_OPPOSITE = {"!=": "==", "is not": "is", "not in": "in", ">=": "<", "<=": ">"}


class Condition(NamedTuple):
    """A condition without its negation, and what it is about."""

    key: str
    subject: str
    calls: bool


class Path(NamedTuple):
    """What is known where a path has come to. `gone` are the classes that the effect is none of; `denied` the conditions found false."""

    k: K = "unused"
    used_at: Node | None = None
    assumed: frozenset[tuple[str, bool]] = frozenset()
    gone: frozenset[str] = frozenset()
    denied: frozenset[tuple[str, str]] = frozenset()


Paths: TypeAlias = frozenset[Path]
NONE: Paths = frozenset()


def condition_of(node: Node) -> tuple[Condition, bool]:
    """A condition and whether it stands there as it is, or negated."""
    calls = "(" in text_of(node)
    if node.type == "comparison_operator" and len(node.named_children) == 2:
        left, right = (text_of(child) for child in node.named_children)
        operators = " ".join(text_of(each) for each in node.children_by_field_name("operators"))
        plain = _OPPOSITE.get(operators, operators)
        return Condition(f"{left} {plain} {right}", left, calls), plain == operators
    return Condition(text_of(node), text_of(node).partition("(")[0].partition(".")[0], calls), True


def assume(path: Path, condition: Condition, truth: bool) -> Path | None:
    """The path with a condition assumed; None if it contradicts what was assumed before."""
    if (condition.key, not truth) in path.assumed:
        return path._replace(k="unsure") if condition.calls else None
    denied = path.denied if truth else path.denied | {(condition.subject, condition.key)}
    return path._replace(assumed=path.assumed | {(condition.key, truth)}, denied=denied)


def assigned(node: Node | None) -> frozenset[str]:
    """The names that a target, or a block, assigns to."""
    if node is None:
        return frozenset()
    if node.type == "block":
        targets = [each.child_by_field_name("left") for each in below(node) if each.type in ("assignment", "augmented_assignment")]
        return frozenset[str]().union(*(assigned(target) for target in targets))
    return frozenset(re.findall(r"[^\W\d]\w*", text_of(node)))


def without(paths: Paths, names: frozenset[str]) -> Paths:
    """The paths without what was assumed about names that are assigned."""
    if not names:
        return paths

    def stays(key: str) -> bool:
        return names.isdisjoint(re.findall(r"[^\W\d]\w*", key))

    return frozenset(path._replace(assumed=frozenset(each for each in path.assumed if stays(each[0]))) for path in paths)


def unsure(paths: Paths) -> Paths:
    return frozenset(path._replace(k="unsure") for path in paths)


def below(node: Node) -> Iterable[Node]:
    """A node and all below it, what is nested before what holds it, as it is evaluated; not into function bodies of their own yields."""
    for child in node.children:
        yield from below(child)
    yield node
