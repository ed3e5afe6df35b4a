"""The walk over one statement of a module: where it is, and what it has found."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TypeAlias

from tree_sitter import Node

from .. import values
from ..model import MODULE, Argument, Assignment, Part, Use, Value
from ..syntax import text_of
from ..text import Span, Text

_ENDS = ("return_statement", "raise_statement", "continue_statement", "break_statement")
StatementHandler: TypeAlias = "Callable[[Walk, Node], None]"
ExpressionHandler: TypeAlias = "Callable[[Walk, Node, Use], None]"


class Walk:
    """The fields say where the walk is: in which function and class, what is expected to fail there, and whether it can be reached.

    What is done for each type of node is given to it, by the node's type.
    """

    def __init__(self, text: Text, statements: Mapping[str, StatementHandler], expressions: Mapping[str, ExpressionHandler]) -> None:
        self.part = Part()
        self.text = text
        self._statements, self._expressions = statements, expressions
        self.scope = MODULE
        self.owner = -1
        self.names: list[str] = []
        self.guards: list[str] = []
        self.live = True
        self.counts: dict[int, Counter[str]] = {MODULE: Counter()}
        self.outer: dict[int, int] = {}
        self.bound: dict[int, set[str]] = {MODULE: set()}
        self.declared: dict[int, set[str]] = {}

    def finish(self) -> None:
        """Completes what only the whole statement tells: names that are assigned and never read."""
        for index, function in enumerate(self.part.functions):
            function.bound = sorted(self.bound[index] - self.declared.get(index, set()))
        telling = {(each.scope, each.name) for each in self.part.assignments if each.value.kind != "other" or each.scope == MODULE}
        self.part.assignments = [each for each in self.part.assignments if (each.scope, each.name) in telling]  # `bound` has the others
        for call in self.part.calls:
            if call.target and call.scope != MODULE and call.target not in self.declared.get(call.scope, ()):
                call.use = "unused" if self.counts[call.scope][call.target] == 1 else call.use

    def span_of(self, node: Node) -> Span:
        """Where a node is."""
        return self.text.span(node.start_byte, node.end_byte)

    def statement(self, node: Node) -> None:
        """A statement; what is not known as one is looked through."""
        handler = self._statements.get(node.type)
        if handler is not None:
            handler(self, node)
        else:
            self.children(node)

    def visit(self, node: Node, use: Use = "other") -> None:
        """An expression, of which `use` is made; or anything else."""
        handler = self._expressions.get(node.type)
        if handler is not None:
            handler(self, node, use)
        elif node.type in self._statements or node.type == "block":
            self.statement(node)
        else:
            self.children(node)

    def children(self, node: Node) -> None:
        """All that is below a node."""
        for child in node.named_children:
            self.visit(child)

    def block(self, node: Node | None, live: bool = True) -> None:
        """The statements of a block; what comes after a `return` and the like is not `live`."""
        if node is None:
            return
        before, self.live = self.live, self.live and live
        for child in node.named_children:
            self.statement(child)
            if child.type in _ENDS:
                self.live = False
        self.live = before

    def count(self, name: str) -> None:
        """Notes that a name stands here, for this function and those around it."""
        scope = self.scope
        while True:
            self.counts[scope][name] += 1
            if scope == MODULE:
                return
            scope = self.outer[scope]

    def bind_targets(self, node: Node | None) -> None:
        """Binds all names of a target."""
        if node is None:
            return
        if node.type == "identifier":
            self.count(text_of(node))
            self.bind(text_of(node), node)
        elif node.type in ("attribute", "subscript"):
            self.children(node)
        else:
            for child in node.named_children:
                self.bind_targets(child)

    def bind(self, name: str, node: Node, value: Value | None = None) -> None:
        """Notes that a name is assigned to; in a class body it is an attribute, and no name of any scope."""
        if self.owner >= 0:
            return
        span = self.span_of(node)
        self.bound[self.scope].add(name)
        self.part.assignments.append(Assignment(name, span, self.scope, value or Value("other", span)))

    def test(self, name: str) -> None:
        """Notes a class that the function tells instances of."""
        if self.scope != MODULE:
            self.part.functions[self.scope].tested.append(name)

    def call_at(self, begin: int) -> Callable[[Span], int]:
        """Finds the calls that were noted since `begin` by their place."""
        return lambda span: next((index for index in range(begin, len(self.part.calls)) if self.part.calls[index].span == span), -1)

    def arguments(self, node: Node | None) -> list[Argument]:
        """The arguments of a call, which are visited."""
        taken: list[Argument] = []
        for child in node.named_children if node is not None and node.type == "argument_list" else ():
            name = {"list_splat": "*", "dictionary_splat": "**"}.get(child.type, "")
            content: Node | None = child
            if child.type == "keyword_argument":
                name, content = text_of(child.child_by_field_name("name")), child.child_by_field_name("value")
            elif name:
                content = next(iter(child.named_children), None)
            if content is None or child.type == "comment":
                continue
            before = len(self.part.calls)
            self.visit(content)
            taken.append(Argument(name, values.value_of(self.text, content, self.call_at(before))))
        if node is not None and node.type != "argument_list":
            self.visit(node)
        return taken
