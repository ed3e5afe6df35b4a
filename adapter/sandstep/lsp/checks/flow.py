"""What becomes of a handler's continuation on each path through its body.

A walk over the syntax that keeps a set of paths, each with what it has assumed: conditions, constants in names, classes that the effect is
not. It says something only where it is sure; whatever hands the continuation on makes a path unsure, and silent.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from tree_sitter import Node

from ..conditions import outcome
from ..library import Role
from ..syntax import dotted, inner, named_names, text_of
from .paths import NONE, Path, Paths, assigned, assume, below, condition_of, unsure, without

_MOST_PATHS = 48
_ENDING = frozenset(
    {"sys.exit", "exit", "quit", "os._exit", "os.abort", "assert_never", "typing.assert_never", "pytest.fail", "pytest.skip"}
)


class Flow(NamedTuple):
    """What is wrong: an end that is reached with the continuation unused, `return`s that abandon it, second uses with the first."""

    falls: bool
    abandons: list[Node]
    twice: list[tuple[Node, Node]]


class Names(NamedTuple):
    """What the walk asks about names: the role of a callee, and the class that a name in `isinstance` stands for."""

    role: Callable[[str], Role | None]
    ends: Callable[[str], bool]
    covered: Callable[[frozenset[str]], bool]


class _Answer(NamedTuple):
    """A `yield` of an operation on continuations, and where the handler's own is named in it."""

    role: Role
    own: list[int]


class _Unsure(Exception):
    """The body has something that the walk does not follow."""


def analyse(body: Node, effect: str, k: str, names: Names) -> Flow | None:
    """The flow of a handler with these parameters; None where nothing can be said."""
    walk = _Walk(effect, k, names)
    try:
        end = walk.block(body, frozenset({Path()}))
    except (_Unsure, RecursionError):
        return None
    falls = any(walk.certainly_unused(path) for path in end)
    return Flow(falls or walk.bare_return, walk.abandons, walk.twice)


class _Loop(NamedTuple):
    breaks: list[Path]
    continues: list[Path]


class _Walk:
    def __init__(self, effect: str, k: str, names: Names) -> None:
        self._effect, self._k, self._names = effect, k, names
        self._loops: list[_Loop] = []
        self.abandons: list[Node] = []
        self.twice: list[tuple[Node, Node]] = []
        self.bare_return = False

    def certainly_unused(self, path: Path) -> bool:
        """Whether a path that ends here leaves the continuation, and is no path that only looks possible."""
        subjects = [subject for subject, _ in path.denied]
        vague = any(subjects.count(subject) > 1 for subject in subjects)
        return path.k == "unused" and not vague and not self._names.covered(path.gone)

    # Statements

    def block(self, node: Node | None, paths: Paths) -> Paths:
        """The paths that leave a block at its end."""
        for statement in node.named_children if node is not None else ():
            if not paths:
                break
            paths = self._statement(statement, paths)
            if len(paths) > _MOST_PATHS:
                raise _Unsure
        return paths

    def _statement(self, node: Node, paths: Paths) -> Paths:
        match node.type:
            case "comment" | "pass_statement" | "import_statement" | "import_from_statement" | "global_statement" | "nonlocal_statement":
                return paths
            case "return_statement":
                return self._return(node, paths)
            case "raise_statement":
                self._expression(node, paths)
                return NONE
            case "if_statement":
                return self._if(node, paths)
            case "for_statement" | "while_statement":
                return self._loop(node, paths)
            case "try_statement":
                return self._try(node, paths)
            case "with_statement":
                paths = self._all([clause for clause in node.named_children if clause.type == "with_clause"], paths)
                return self.block(node.child_by_field_name("body"), paths)
            case "match_statement":
                return self._match(node, paths)
            case "break_statement" | "continue_statement":
                if self._loops:
                    (self._loops[-1].breaks if node.type == "break_statement" else self._loops[-1].continues).extend(paths)
                return NONE
            case "assert_statement":
                return self.branch(node.named_children[0], paths)[0] if node.named_children else paths
            case "function_definition" | "class_definition" | "decorated_definition":
                return self._mentioned(node, paths)
            case "delete_statement":
                return paths
        return self._simple(node, paths)

    def _simple(self, node: Node, paths: Paths) -> Paths:
        paths = self._expression(node, paths)
        for child in node.named_children:
            if child.type in ("assignment", "augmented_assignment"):
                paths = self._assigned(child, paths)
            name = dotted(child.child_by_field_name("function")) if child.type == "call" else ""
            if name in _ENDING or (name and self._names.ends(name)):
                return NONE
        return paths

    def _all(self, nodes: Iterable[Node], paths: Paths) -> Paths:
        for node in nodes:
            paths = self._expression(node, paths)
        return paths

    def _return(self, node: Node, paths: Paths) -> Paths:
        value = next((child for child in node.named_children if child.type != "comment"), None)
        after = self._expression(node, paths)
        if any(self.certainly_unused(path) for path in after):
            if value is None or value.type == "none":
                self.bare_return = True
            elif not _is_program(value, self._names):
                self.abandons.append(node)
        return NONE

    def _if(self, node: Node, paths: Paths) -> Paths:
        yes, no = self.branch(node.child_by_field_name("condition"), paths)
        out = self.block(node.child_by_field_name("consequence"), yes)
        for alternative in node.children_by_field_name("alternative"):
            if alternative.type == "elif_clause":
                yes, no = self.branch(alternative.child_by_field_name("condition"), no)
                out |= self.block(alternative.child_by_field_name("consequence"), yes)
            else:
                out |= self.block(alternative.child_by_field_name("body"), no)
                no = NONE
        return out | no

    def _loop(self, node: Node, paths: Paths) -> Paths:
        condition = node.child_by_field_name("condition")
        endless = outcome(condition) is True
        body = node.child_by_field_name("body")
        loop = _Loop([], [])
        left = node.child_by_field_name("left")
        if left is not None:
            paths = self._expression(node.child_by_field_name("right") or left, paths)
        skipped = NONE
        self._loops.append(loop)
        for round_ in range(2):
            paths = without(paths, assigned(left)) if left is not None else paths
            if condition is not None and not endless:
                paths, no = self.branch(condition, paths)
                skipped |= no
                if round_:
                    paths = unsure(paths)
            elif not endless:
                skipped |= paths
            paths = self.block(body, paths) | frozenset(loop.continues)
            loop.continues.clear()
        self._loops.pop()
        if not endless:
            skipped |= paths
            if body is not None and any(self._matters(each) for each in below(body)):
                skipped = unsure(skipped)
        for alternative in node.children_by_field_name("alternative"):
            skipped = self.block(alternative.child_by_field_name("body"), skipped)
        return skipped | frozenset(loop.breaks)

    def _try(self, node: Node, paths: Paths) -> Paths:
        body = node.child_by_field_name("body")
        clauses = {child.type: child for child in node.named_children}
        final = clauses.get("finally_clause")
        if final is not None and any(self._matters(each) for each in below(final)):
            raise _Unsure
        risky = body is not None and any(self._matters(each) for each in below(body))
        failed = without(unsure(paths) if risky else paths, assigned(body))
        out = self.block(body, paths)
        if "else_clause" in clauses:
            out = self.block(clauses["else_clause"].child_by_field_name("body"), out)
        for child in node.named_children:
            if child.type in ("except_clause", "except_group_clause"):
                out |= self.block(next((each for each in child.named_children if each.type == "block"), None), failed)
        return out

    def _match(self, node: Node, paths: Paths) -> Paths:
        subjects = node.children_by_field_name("subject")
        paths = self._all(subjects, paths)
        about = text_of(subjects[0]) if len(subjects) == 1 else ""
        out, left = NONE, paths
        bodies = node.children_by_field_name("body")
        for case in (case for body in bodies for case in body.named_children if case.type == "case_clause"):
            patterns = [child for child in case.named_children if child.type == "case_pattern"]
            guard = next((child for child in case.named_children if child.type == "if_clause"), None)
            yes, no = self._pattern(patterns, about, left)
            if guard is not None:
                yes, no = self._expression(guard, yes), left
            out |= self.block(case.child_by_field_name("consequence"), yes)
            left = no
        return out | left

    def _pattern(self, patterns: Sequence[Node], about: str, paths: Paths) -> tuple[Paths, Paths]:
        """The paths on which a case is taken, and those on which it is not."""
        text = " | ".join(text_of(pattern) for pattern in patterns)
        if len(patterns) == 1 and (text == "_" or text.isidentifier()):
            return paths, NONE
        kinds = _plain_classes(patterns[0]) if len(patterns) == 1 else None
        if kinds and about == self._effect:
            return self._tested(kinds, paths)
        return paths, frozenset(path._replace(denied=path.denied | {(about, text)}) for path in paths)

    # Conditions

    def branch(self, node: Node | None, paths: Paths) -> tuple[Paths, Paths]:
        """The paths on which a condition is true, and those on which it is false."""
        if node is None:
            return paths, paths
        node = inner(node)
        known = outcome(node)
        if known is not None:
            return (paths, NONE) if known else (NONE, paths)
        if node.type == "not_operator":
            yes, no = self.branch(node.child_by_field_name("argument"), paths)
            return no, yes
        if node.type == "boolean_operator":
            return self._either(node, paths)
        paths = self._expression(node, paths)
        kinds = self._instance_test(node)
        if kinds:
            return self._tested(kinds, paths)
        condition, positive = condition_of(node)
        yes = frozenset(each for path in paths if (each := assume(path, condition, positive)) is not None)
        no = frozenset(each for path in paths if (each := assume(path, condition, not positive)) is not None)
        return yes, no

    def _either(self, node: Node, paths: Paths) -> tuple[Paths, Paths]:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        yes, no = self.branch(left, paths)
        if text_of(node.child_by_field_name("operator")) == "and":
            both, second = self.branch(right, yes)
            return both, no | second
        second, neither = self.branch(right, no)
        return yes | second, neither

    def _instance_test(self, node: Node) -> list[str]:
        """The classes of `isinstance(effect, …)`."""
        if node.type != "call" or text_of(node.child_by_field_name("function")) != "isinstance":
            return []
        arguments = node.child_by_field_name("arguments")
        given = [child for child in arguments.named_children if child.type != "comment"] if arguments is not None else []
        return named_names(given[1]) if len(given) == 2 and text_of(given[0]) == self._effect else []

    def _tested(self, kinds: list[str], paths: Paths) -> tuple[Paths, Paths]:
        yes = frozenset(path for path in paths if not set(kinds) <= path.gone)
        return yes, frozenset(path._replace(gone=path.gone | set(kinds)) for path in paths)

    # Expressions

    def _expression(self, node: Node, paths: Paths) -> Paths:
        """What an expression does with the continuation, in the order of the source."""
        nodes = [*below(node)]
        answers = {each: answer for each in nodes if each.type == "yield" and (answer := self._answer(each)) is not None}
        own = {start for answer in answers.values() for start in answer.own}
        for each in nodes:
            if each in answers:
                paths = self._perform(each, answers[each], paths)
            elif each.type == "identifier" and text_of(each) == self._k and each.start_byte not in own and not _is_label(each):
                paths = unsure(paths)
        return paths

    def _answer(self, node: Node) -> _Answer | None:
        """What a `yield` answers its effect with."""
        value = next((child for child in node.named_children if child.type != "comment"), None)
        call = inner(value) if value is not None else None
        if call is None or call.type != "call":
            return None
        role = self._names.role(dotted(call.child_by_field_name("function")))
        if role not in ("resume", "leave", "pass"):
            return None
        arguments = call.child_by_field_name("arguments")
        given = [each for each in arguments.named_children if each.type != "comment"] if arguments is not None else []
        content = [each.child_by_field_name("value") if each.type == "keyword_argument" else each for each in given]
        return _Answer(role, [each.start_byte for each in content if each is not None and text_of(each) == self._k])

    def _perform(self, node: Node, answer: _Answer, paths: Paths) -> Paths:
        if _conditional(node):
            return unsure(paths)
        if answer.own and answer.role != "pass":
            paths = self._use(node, paths)
        return paths if answer.role == "resume" else NONE

    def _use(self, node: Node, paths: Paths) -> Paths:
        if paths and all(path.k == "used" for path in paths):
            first = next(path.used_at for path in paths)
            if first is not None and not any(second == node for second, _ in self.twice):
                self.twice.append((node, first))
        return frozenset(path._replace(k="used" if path.k != "unsure" else "unsure", used_at=node) for path in paths)

    def _assigned(self, node: Node, paths: Paths) -> Paths:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        paths = without(paths, assigned(left))
        if left is None or left.type != "identifier" or right is None or right.type not in ("true", "false", "none"):
            return paths
        name, truth = text_of(left), right.type == "true"
        facts = {(name, truth)} | ({(f"{name} is None", True)} if right.type == "none" else {(f"{name} is None", False)})
        return frozenset(path._replace(assumed=path.assumed | facts) for path in paths)

    def _mentioned(self, node: Node, paths: Paths) -> Paths:
        words = re.findall(r"\w+", text_of(node))
        return unsure(paths) if self._k in words else paths

    def _matters(self, node: Node) -> bool:
        """Whether a node may use the continuation, or end the handler."""
        if node.type == "identifier":
            return text_of(node) == self._k
        return node.type == "return_statement" or (
            node.type == "call" and self._names.role(dotted(node.child_by_field_name("function"))) in ("pass", "leave")
        )


def _is_label(node: Node) -> bool:
    """Whether an identifier is the name of an attribute or of a keyword argument, or is deleted."""
    parent = node.parent
    if parent is None:
        return False
    return (parent.type == "attribute" and parent.child_by_field_name("attribute") == node) or (
        parent.type == "keyword_argument" and parent.child_by_field_name("name") == node
    )


def _conditional(node: Node) -> bool:
    """Whether an expression is evaluated only sometimes where its statement is."""
    each = node.parent
    while each is not None and not each.type.endswith("_statement") and each.type != "block":
        if each.type in ("conditional_expression", "boolean_operator", "lambda", "for_in_clause") or each.type.endswith("_comprehension"):
            return True
        each = each.parent
    return False


def _is_program(value: Node, names: Names) -> bool:
    """Whether a returned value is an operation that was meant to be yielded: another check tells of it."""
    value = inner(value)
    return value.type == "call" and names.role(dotted(value.child_by_field_name("function"))) is not None


def _plain_classes(pattern: Node) -> list[str] | None:
    """The classes of `case A():` and `case A() | B():`, which take every instance; None for any other pattern."""
    text = text_of(pattern).replace(" ", "")
    names = text.split("|")
    if all(re.fullmatch(r"[\w.]+\(\)", name) for name in names):
        return [name[:-2] for name in names]
    return None
