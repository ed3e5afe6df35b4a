"""From a syntax tree to the facts of `model.py`."""

from collections import Counter
from collections.abc import Callable
from typing import ClassVar, Literal

import msgspec
from tree_sitter import Node, Tree

from . import values
from .conditions import outcome
from .model import (
    MODULE,
    Argument,
    Assignment,
    Call,
    Class,
    Decorator,
    Function,
    Import,
    Parameter,
    Part,
    Use,
    Value,
    Yield,
)
from .syntax import descendants, docstring, dotted, inner, named_names, text_of
from .text import Span, Text

_ENDS = ("return_statement", "raise_statement", "continue_statement", "break_statement")
_ARITHMETIC = ("+", "-", "*", "/", "//", "**")
_ORDER = ("<", ">", "<=", ">=")


def extract(text: Text, tree: Tree) -> list[Part]:
    """The facts of each statement of the module, in order."""
    return [part(text, statement) for statement in tree.root_node.named_children if statement.type != "comment"]


def part(text: Text, statement: Node) -> Part:
    """The facts of one statement."""
    extractor = _Extractor(text)
    try:
        extractor.statement(statement)
    except RecursionError:
        return _opaque(text, statement)
    extractor.finish()
    return extractor.part


def _opaque(text: Text, statement: Node) -> Part:
    """Of a statement that is nested too deeply to be followed: that it may bind any of its names to anything."""
    names = {text_of(node): node for node in descendants(statement, "identifier", into_functions=True)}
    spans = {name: text.span(node.start_byte, node.end_byte) for name, node in names.items()}
    return Part(assignments=[Assignment(name, span, MODULE, Value("other", span)) for name, span in spans.items()])


class _Extractor:
    """Walks one statement of a module. The fields say where it is: in which function and class, and what is expected to fail there."""

    def __init__(self, text: Text) -> None:
        self.part = Part()
        self.text = text
        self._scope = MODULE
        self._owner = -1
        self._names: list[str] = []
        self._guards: list[str] = []
        self._live = True
        self._counts: dict[int, Counter[str]] = {MODULE: Counter()}
        self._outer: dict[int, int] = {}
        self._bound: dict[int, set[str]] = {MODULE: set()}
        self._declared: dict[int, set[str]] = {}

    def finish(self) -> None:
        """Completes what only the whole statement tells: names that are assigned and never read."""
        for index, function in enumerate(self.part.functions):
            function.bound = sorted(self._bound[index] - self._declared.get(index, set()))
        telling = {(each.scope, each.name) for each in self.part.assignments if each.value.kind != "other" or each.scope == MODULE}
        self.part.assignments = [each for each in self.part.assignments if (each.scope, each.name) in telling]  # `bound` has the others
        for call in self.part.calls:
            if call.target and call.scope != MODULE and call.target not in self._declared.get(call.scope, ()):
                call.use = "unused" if self._counts[call.scope][call.target] == 1 else call.use

    def span_of(self, node: Node) -> Span:
        return self.text.span(node.start_byte, node.end_byte)

    # Statements

    def statement(self, node: Node) -> None:
        handler = self._STATEMENTS.get(node.type)
        if handler is not None:
            handler(self, node)
        else:
            self._children(node)

    def _children(self, node: Node) -> None:
        for child in node.named_children:
            self.visit(child)

    def _block(self, node: Node | None, live: bool = True) -> None:
        if node is None:
            return
        before, self._live = self._live, self._live and live
        for child in node.named_children:
            self.statement(child)
            if child.type in _ENDS:
                self._live = False
        self._live = before

    def _expression_statement(self, node: Node) -> None:
        for child in node.named_children:
            self.visit(child, "discarded" if len(node.named_children) == 1 else "other")

    def _return(self, node: Node) -> None:
        for child in node.named_children:
            self.visit(child, "returned")

    def _if(self, node: Node) -> None:
        condition = node.child_by_field_name("condition")
        known = outcome(condition)
        asks = condition is not None and any(word in text_of(condition) for word in ("hasattr(", "find_spec("))
        is_main = condition is not None and self._note_main(condition)
        if condition is not None:
            self.visit(condition, "condition")
        guards = ["hasattr"] * asks + ["if"] * (known is None and not is_main)
        self._guards += guards
        self._block(node.child_by_field_name("consequence"), known is not False)
        for alternative in node.children_by_field_name("alternative"):
            before, self._live = self._live, self._live and known is not True
            self._alternative(alternative)
            self._live = before
            if alternative.type == "elif_clause" and known is not True:
                known = outcome(alternative.child_by_field_name("condition"))
        del self._guards[len(self._guards) - len(guards) :]

    def _alternative(self, node: Node) -> None:
        if node.type == "elif_clause":
            self._if(node)
        else:
            self._block(node.child_by_field_name("body"))

    def _note_main(self, condition: Node) -> bool:
        plain = text_of(condition).replace("'", '"').replace(" ", "")
        is_main = self._scope == MODULE and plain in ('__name__=="__main__"', '"__main__"==__name__')
        if is_main:
            self.part.main = self.span_of(condition)
        return is_main

    def _while(self, node: Node) -> None:
        condition = node.child_by_field_name("condition")
        if condition is not None:
            self.visit(condition, "condition")
        self._block(node.child_by_field_name("body"), outcome(condition) is not False)
        for alternative in node.children_by_field_name("alternative"):
            self._alternative(alternative)

    def _for(self, node: Node) -> None:
        self._bind_targets(node.child_by_field_name("left"))
        right = node.child_by_field_name("right")
        if right is not None:
            self.visit(right)
        self._block(node.child_by_field_name("body"))
        for alternative in node.children_by_field_name("alternative"):
            self._alternative(alternative)

    def _try(self, node: Node) -> None:
        clauses = [child for child in node.named_children if child.type in ("except_clause", "except_group_clause")]
        caught = [name for clause in clauses for name in _caught(clause)]
        self._guards += caught
        self._block(node.child_by_field_name("body"))
        del self._guards[len(self._guards) - len(caught) :]
        for child in node.named_children:
            if child.type in ("except_clause", "except_group_clause", "finally_clause"):
                self._clause(child)
            elif child.type == "else_clause":
                self._block(child.child_by_field_name("body"))

    def _clause(self, node: Node) -> None:
        self._guards.append("if")  # only after a failure, or, in `finally`, as the last thing
        for child in node.named_children:
            if child.type == "block":
                self._block(child)
            else:
                self.visit(child)
        self._guards.pop()

    def _with(self, node: Node) -> None:
        guards = []
        for item in (item for clause in node.named_children if clause.type == "with_clause" for item in clause.named_children):
            value = item.child_by_field_name("value")
            manager = value.named_children[0] if value is not None and value.type == "as_pattern" else value
            if manager is not None and manager.type == "call":
                guards += _expected(manager)
            self.visit(item)
        self._guards += guards
        self._block(node.child_by_field_name("body"))
        del self._guards[len(self._guards) - len(guards) :]

    def _match(self, node: Node) -> None:
        for subject in node.children_by_field_name("subject"):
            self.visit(subject)
        for case in (case for block in node.children_by_field_name("body") for case in block.named_children):
            if case.type != "case_clause":
                continue
            for child in case.named_children:
                if child.type == "case_pattern":
                    self._pattern(child)
                elif child.type == "if_clause":
                    self._children(child)
            self._block(case.child_by_field_name("consequence"))

    def _pattern(self, node: Node) -> None:
        parent = node.parent
        if node.type == "dotted_name" and parent is not None and parent.type == "class_pattern":
            self._test(text_of(node))
            self._count(text_of(node).partition(".")[0])
        elif node.type in ("dotted_name", "identifier") and parent is not None and parent.type != "keyword_pattern":
            if len(node.named_children) <= 1:
                self._bind(text_of(node), node)
        else:
            for child in node.named_children:
                self._pattern(child)

    def _test(self, name: str) -> None:
        if self._scope != MODULE:
            self.part.functions[self._scope].tested.append(name)

    def _declare(self, node: Node) -> None:
        self._declared.setdefault(self._scope, set()).update(text_of(child) for child in node.named_children)

    def _import(self, node: Node) -> None:
        for each in node.children_by_field_name("name"):
            name = each.child_by_field_name("name") if each.type == "aliased_import" else each
            alias = each.child_by_field_name("alias") if each.type == "aliased_import" else None
            module = text_of(name)
            self._add_import(module, "", text_of(alias) or module.partition(".")[0], each, name or each)

    def _import_from(self, node: Node) -> None:
        origin = node.child_by_field_name("module_name") or node
        module = text_of(origin).replace(" ", "")
        if any(child.type == "wildcard_import" for child in node.named_children):
            self._add_import(module, "*", "*", node, origin)
        for each in node.children_by_field_name("name"):
            name = each.child_by_field_name("name") if each.type == "aliased_import" else each
            alias = each.child_by_field_name("alias") if each.type == "aliased_import" else None
            self._add_import(module, text_of(name), text_of(alias) or text_of(name), each, origin)

    def _add_import(self, module: str, name: str, bound: str, node: Node, origin: Node) -> None:
        spans = self.span_of(node), self.span_of(origin)
        self.part.imports.append(Import(module, name, bound, *spans, self._scope, [*self._guards], self._live))

    # Definitions

    def _decorated(self, node: Node) -> None:
        decorators = [self._decorator(child) for child in node.named_children if child.type == "decorator"]
        definition = node.child_by_field_name("definition")
        if definition is not None and definition.type == "function_definition":
            self._function(definition, decorators)
        elif definition is not None:
            self._class(definition, decorators)

    def _decorator(self, node: Node) -> Decorator:
        expression = next(child for child in node.named_children if child.type != "comment")
        if expression.type == "call":
            arguments = self._arguments(expression.child_by_field_name("arguments"))
            return Decorator(dotted(expression.child_by_field_name("function")), self.span_of(node), arguments)
        self.visit(expression)
        return Decorator(dotted(expression), self.span_of(node), [])

    def _function(self, node: Node, decorators: list[Decorator] | None = None) -> None:
        name, parameters, body = (node.child_by_field_name(field) for field in ("name", "parameters", "body"))
        if name is None:
            return
        self._count(text_of(name))
        returns = node.child_by_field_name("return_type")
        taken = self._parameters(parameters)
        function = Function(
            text_of(name), ".".join([*self._names, text_of(name)]), self.span_of(node), self.span_of(name), self._scope, self._owner,
            taken, decorators or [], any(child.type == "async" for child in node.children),
            named_names(returns), docstring(body), _trivial(body),
        )  # fmt: skip
        self._enter_function(function, body)

    def _enter_function(self, function: Function, body: Node | None) -> None:
        index = len(self.part.functions)
        self.part.functions.append(function)
        before = self._scope, self._owner, self._names, self._guards, self._live
        self._outer[index] = self._scope
        self._counts[index], self._bound[index] = Counter(), {each.name for each in function.parameters}
        self._scope, self._owner, self._guards = index, -1, [guard for guard in self._guards if guard == "hasattr"]
        self._names = [*self._names, function.name, "<locals>"]
        self._block(body)
        self._scope, self._owner, self._names, self._guards, self._live = before

    def _parameters(self, node: Node | None) -> list[Parameter]:
        taken: list[Parameter] = []
        for child in node.named_children if node is not None else ():
            parameter = self._parameter(child) if child.type != "comment" else None
            if parameter is None:
                continue
            if parameter.kind == "positional" and any(each.kind == "*" for each in taken):
                parameter = msgspec.structs.replace(parameter, kind="keyword")
            if parameter.name or parameter.kind == "*":
                taken.append(parameter)
        return taken

    def _parameter(self, node: Node) -> Parameter | None:
        kinds: dict[str, Literal["*", "**"]] = {"list_splat_pattern": "*", "dictionary_splat_pattern": "**"}
        annotation, value = node.child_by_field_name("type"), node.child_by_field_name("value")
        name = node.child_by_field_name("name") or (node if node.type == "identifier" else next(iter(node.named_children), None))
        if node.type in ("keyword_separator", "positional_separator"):
            return Parameter("", [], "", False, "*" if node.type == "keyword_separator" else "positional", self.span_of(node))
        if name is None:
            return None
        if value is not None:
            self.visit(value)
        kind = kinds.get(name.type) or kinds.get(node.type) or "positional"
        plain = text_of(name).lstrip("*")
        return Parameter(plain, named_names(annotation), text_of(annotation), value is not None, kind, self.span_of(node))

    def _class(self, node: Node, decorators: list[Decorator] | None = None) -> None:
        name, body, bases = (node.child_by_field_name(field) for field in ("name", "body", "superclasses"))
        if name is None:
            return
        self._count(text_of(name))
        qualname = ".".join([*self._names, text_of(name)])
        bases_names = [_base(child) for child in bases.named_children if child.type != "keyword_argument"] if bases is not None else []
        index = len(self.part.classes)
        made = Class(text_of(name), qualname, self.span_of(node), self.span_of(name), self._scope, bases_names, decorators or [])
        made.doc = docstring(body)
        self.part.classes.append(made)
        if bases is not None:
            self._children(bases)
        before = self._owner, self._names
        self._owner, self._names = index, [*self._names, made.name]
        self._block(body)
        self._owner, self._names = before

    # Expressions

    def visit(self, node: Node, use: Use = "other") -> None:
        """An expression, of which `use` is made; or anything else."""
        handler = self._EXPRESSIONS.get(node.type)
        if handler is not None:
            handler(self, node, use)
        elif node.type in self._STATEMENTS or node.type == "block":
            self.statement(node)
        else:
            self._children(node)

    def _identifier(self, node: Node, use: Use) -> None:
        self._count(text_of(node))

    def _count(self, name: str) -> None:
        scope = self._scope
        while True:
            self._counts[scope][name] += 1
            if scope == MODULE:
                return
            scope = self._outer[scope]

    def _attribute(self, node: Node, use: Use) -> None:
        value = node.child_by_field_name("object")
        if value is not None:
            self.visit(value)

    def _same(self, node: Node, use: Use) -> None:
        for child in node.named_children:
            self.visit(child, use)

    def _conditional(self, node: Node, use: Use) -> None:
        parts = [child for child in node.named_children if child.type != "comment"]
        for place, child in enumerate(parts):
            self.visit(child, "condition" if place == 1 else use)

    def _operator(self, node: Node, use: Use) -> None:
        operator = text_of(node.child_by_field_name("operator"))
        for child in node.named_children:
            self.visit(child, "operand" if operator in _ARITHMETIC else "other")

    def _comparison(self, node: Node, use: Use) -> None:
        ordered = all(text_of(operator) in _ORDER for operator in node.children_by_field_name("operators"))
        for child in node.named_children:
            self.visit(child, "operand" if ordered else "other")

    def _not(self, node: Node, use: Use) -> None:
        for child in node.named_children:
            self.visit(child, "condition")

    def _subscript(self, node: Node, use: Use) -> None:
        value = node.child_by_field_name("value")
        for child in node.named_children:
            self.visit(child, "operand" if child == value else "other")

    def _await(self, node: Node, use: Use) -> None:
        for child in node.named_children:
            self.visit(child, "awaited")

    def _yield(self, node: Node, use: Use) -> None:
        delegates = any(child.type == "from" for child in node.children)
        expression = next((child for child in node.named_children if child.type != "comment"), None)
        before = len(self.part.calls)
        if expression is not None:
            self.visit(expression, "yielded from" if delegates else "yielded")
        value = values.value_of(self.text, expression, self._call_at(before)) if expression is not None else None
        if self._scope != MODULE:
            self.part.functions[self._scope].yields = True
        self.part.yields.append(Yield(self.span_of(node), self._scope, value, delegates, self._live))

    def _call_at(self, begin: int) -> Callable[[Span], int]:
        """Finds the calls that were noted since `begin` by their place."""
        return lambda span: next((index for index in range(begin, len(self.part.calls)) if self.part.calls[index].span == span), -1)

    def _assignment(self, node: Node, use: Use) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        annotation = node.child_by_field_name("type")
        if annotation is not None and left is not None and self._owner >= 0 and left.type == "identifier":
            kind: Literal["positional"] = "positional"
            field = Parameter(text_of(left), named_names(annotation), text_of(annotation), right is not None, kind, self.span_of(left))
            self.part.classes[self._owner].fields.append(field)
        before = len(self.part.calls)
        if right is not None:
            self.visit(right)
        if left is None:
            return
        if left.type == "identifier":
            self._count(text_of(left))
            plain = inner(right) if right is not None else None
            value = values.value_of(self.text, plain, self._call_at(before)) if plain is not None else None
            if value is not None and value.call >= 0 and self._owner < 0:
                self.part.calls[value.call].target = text_of(left)
            self._bind(text_of(left), left, value)
        else:
            self._bind_targets(left)

    def _augmented(self, node: Node, use: Use) -> None:
        right = node.child_by_field_name("right")
        if right is not None:
            self.visit(right, "operand")
        self._bind_targets(node.child_by_field_name("left"))

    def _named(self, node: Node, use: Use) -> None:
        value, name = node.child_by_field_name("value"), node.child_by_field_name("name")
        if value is not None:
            self.visit(value)
        self._bind_targets(name)

    def _as(self, node: Node, use: Use) -> None:
        for child in node.named_children:
            if child.type == "as_pattern_target":
                for target in child.named_children:
                    self._bind_targets(target)
            else:
                self.visit(child)

    def _for_in(self, node: Node, use: Use) -> None:
        self._bind_targets(node.child_by_field_name("left"))
        for right in node.children_by_field_name("right"):
            self.visit(right)

    def _lambda(self, node: Node, use: Use) -> None:
        parameters = node.child_by_field_name("parameters")
        for child in parameters.named_children if parameters is not None else ():
            parameter = self._parameter(child)
            if parameter is not None:
                self._bound[self._scope].add(parameter.name)
        body = node.child_by_field_name("body")
        if body is not None:
            self.visit(body)

    def _bind_targets(self, node: Node | None) -> None:
        if node is None:
            return
        if node.type == "identifier":
            self._count(text_of(node))
            self._bind(text_of(node), node)
        elif node.type in ("attribute", "subscript"):
            self._children(node)
        else:
            for child in node.named_children:
                self._bind_targets(child)

    def _bind(self, name: str, node: Node, value: Value | None = None) -> None:
        if self._owner >= 0:
            return
        span = self.span_of(node)
        self._bound[self._scope].add(name)
        self.part.assignments.append(Assignment(name, span, self._scope, value or Value("other", span)))

    def _call(self, node: Node, use: Use) -> None:
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        callee = dotted(function)
        if callee in ("isinstance", "issubclass") and arguments is not None and len(arguments.named_children) == 2:
            for name in named_names(arguments.named_children[1]):
                self._test(name)
        if not callee or function is None:
            self._children(node)
            return
        self.visit(function)
        taken = self._arguments(arguments)
        call = Call(callee, self.span_of(node), self.span_of(function), self._scope, taken, use, "", [*self._guards], self._live)
        self.part.calls.append(call)

    def _arguments(self, node: Node | None) -> list[Argument]:
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
            taken.append(Argument(name, values.value_of(self.text, content, self._call_at(before))))
        if node is not None and node.type != "argument_list":
            self.visit(node)
        return taken

    _STATEMENTS: ClassVar[dict[str, Callable[["_Extractor", Node], None]]] = {
        "expression_statement": _expression_statement,
        "return_statement": _return,
        "if_statement": _if,
        "while_statement": _while,
        "for_statement": _for,
        "try_statement": _try,
        "with_statement": _with,
        "match_statement": _match,
        "global_statement": _declare,
        "nonlocal_statement": _declare,
        "import_statement": _import,
        "import_from_statement": _import_from,
        "future_import_statement": lambda self, node: None,
        "decorated_definition": _decorated,
        "function_definition": lambda self, node: self._function(node),
        "class_definition": lambda self, node: self._class(node),
        "block": _block,
    }
    _EXPRESSIONS: ClassVar[dict[str, Callable[["_Extractor", Node, Use], None]]] = {
        "identifier": _identifier,
        "attribute": _attribute,
        "parenthesized_expression": _same,
        "conditional_expression": _conditional,
        "binary_operator": _operator,
        "comparison_operator": _comparison,
        "not_operator": _not,
        "subscript": _subscript,
        "await": _await,
        "yield": _yield,
        "assignment": _assignment,
        "augmented_assignment": _augmented,
        "named_expression": _named,
        "as_pattern": _as,
        "for_in_clause": _for_in,
        "lambda": _lambda,
        "call": _call,
        "keyword_argument": lambda self, node, use: self._same_field(node, "value"),
    }

    def _same_field(self, node: Node, field: str) -> None:
        value = node.child_by_field_name(field)
        if value is not None:
            self.visit(value)


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
