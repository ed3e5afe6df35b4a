"""Scopes and variables: what the editor unfolds, and what it sets."""

from collections.abc import Callable
from time import monotonic
from types import FrameType
from typing import Any

from . import children, objects, render
from .children import Child, Grouped, Namespace, Property, Scope
from .conditions import describe
from .entries import Dispatch, Place
from .facts import Facts, Text
from .handles import Handles, Node
from .messages import Handler, Json, RequestError, integer, text
from .own import keep_builtins
from .render import NeedsUserCode, Renderer
from .stack import Stack
from .task_scopes import effect_scope, handlers_scope, task_scope
from .tasks import Tasks

keep_builtins(globals())

_WHOLE = 64 << 20


class Looks:
    """How the program's code may be run for a look; the agent knows whether this is a clone."""

    def enter(self) -> None:
        """Returns where the program's code may run. Raises `TakenByClone` where a clone of this does the rest."""

    def repr(self, index: int, value: object) -> str:
        """The text that the program's own `__repr__` gives, or a line saying why there is none."""
        return ""

    def read(self, value: object, name: str) -> object:
        """An attribute, by running what it takes. Raises `RequestError`."""
        return None


class Variables:
    """Serves `scopes`, `variables`, `setVariable`, and renders the results of evaluations."""

    def __init__(self, handles: Handles, stack: Stack, tasks: Tasks, looks: Looks) -> None:
        self._handles, self._stack, self._tasks, self._looks = handles, stack, tasks, looks
        handles.find = _find
        self.returned: list[tuple[str, object]] = []
        self.exception: BaseException | None = None
        self.evaluate: Callable[[str, FrameType | None], Any] = lambda source, frame: None

    def handlers(self) -> dict[str, Handler]:
        return {"scopes": self._scopes, "variables": self._variables, "setVariable": self._set_variable}

    def _scopes(self, arguments: Json) -> Json:
        flow, entry = self._stack.entry(integer(arguments, "frameId"))
        scopes = self._scopes_of_frame(entry) if type(entry) is Place else []
        if type(entry) is Dispatch:
            fields = self._tasks.effects.fields(entry.effect)
            for name, facts in (("Effect", effect_scope(entry, fields)), ("Handlers", handlers_scope(entry))):
                node = self._handles.root((name, id(entry.effect)), facts)
                scopes.append(self._scope(name, "", node, expensive=False, place=None))
        if not self._stack.has_ended and self._tasks.is_living(flow):
            node = self._handles.root(("task", flow.number), task_scope(flow, self._tasks, monotonic))
            scopes.append(self._scope("Task", "", node, expensive=False, place=None))
        return {"scopes": scopes}

    def _scopes_of_frame(self, place: Place) -> list[Json]:
        frame = place.frame
        serial = self._handles.frame_number(frame)
        innermost = self._stack.places[0].frame is frame
        scope = Scope(frame, self.returned if innermost else [], self.exception if innermost else None)
        at_module = frame.f_locals is frame.f_globals
        local = self._handles.root(("locals", serial), scope)
        scopes = [self._scope("Locals", "locals", local, expensive=False, place=place)]
        if not at_module:
            space = self._handles.root(("globals", serial), Namespace(frame.f_globals))
            scopes.append(self._scope("Globals", "globals", space, expensive=True, place=None))
        return scopes

    def _scope(self, name: str, hint: str, node: Node, *, expensive: bool, place: Place | None) -> Json:
        body: Json = {"name": name, "variablesReference": self._handles.reference(node), "expensive": expensive}
        if hint == "locals":
            body["presentationHint"] = "locals"
        if place is not None:
            lines = [line for _, _, line in place.frame.f_code.co_lines() if line]
            if lines:
                body |= {"line": place.frame.f_code.co_firstlineno, "endLine": max(lines)}
        return body

    def _variables(self, arguments: Json) -> Json:
        node = self._handles.node(integer(arguments, "variablesReference"))
        if objects.exactly(node.value, Property):
            return {"variables": [self._read_property(node, arguments)]}
        found = self._page(node.value, arguments)
        nodes = [self._handles.child(node, child.key, child.value, self._expression(node, child)) for child in found]
        bodies: list[Json] = []
        show_hex = bool((arguments.get("format") or {}).get("hex"))
        try:
            for child, each in zip(found, nodes, strict=True):
                bodies.append(self._variable(child, each, Renderer(hexadecimal=show_hex), node.value))
        except NeedsUserCode:
            bodies = [self._with_placeholder(child, each, node.value) for child, each in zip(found, nodes, strict=True)]
            self._looks.enter()
            for index, (child, each) in enumerate(zip(found, nodes, strict=True)):
                renderer = Renderer(hexadecimal=show_hex, user=lambda value, index=index: self._looks.repr(index, value))  # type: ignore[misc]
                bodies[index] = self._variable(child, each, renderer, node.value)
        return {"variables": bodies}

    def _with_placeholder(self, child: Child, node: Node, owner: object) -> Json:
        """Gives the references before there is a clone, so that they are the same in both."""
        return self._variable(child, node, Renderer(user=lambda value: ""), owner)

    def _page(self, value: object, arguments: Json) -> list[Child]:
        kind, start, count = arguments.get("filter"), integer(arguments, "start", 0), integer(arguments, "count", 0)
        total = children.indexed_count(value)
        if kind == "indexed":
            return list(children.indexed(value, start, start + count if count else None))
        if kind == "named":
            found = list(children.named(value))
            return found[start : start + count if count else None]
        stop = start + count if count else None
        items = list(children.indexed(value, start, stop)) if total else []
        if stop is not None and stop <= total:
            return items
        rest = list(children.named(value))
        begin = max(0, start - total)
        return items + rest[begin : begin + (count - len(items)) if count else None]

    @staticmethod
    def _expression(parent: Node, child: Child) -> str | None:
        if child.expression is None:
            return parent.expression if child.key[0] == "group" else None
        if "{}" not in child.expression:
            return child.expression
        return child.expression.replace("{}", parent.expression, 1) if parent.expression is not None else None

    def _variable(self, child: Child, node: Node, renderer: Renderer, owner: object) -> Json:
        """DAP's Variable."""
        name = child.name
        if child.key[0] in ("item", "entry"):
            key = child.key[1] if child.key[0] == "item" else children.key_of(owner, child.key)  # type: ignore[arg-type]
            name = Renderer(200, user=lambda value: f"<{objects.qualname(type(value))}>").text(key)
        body: Json = {"name": name, "variablesReference": 0}
        hint: Json = {"kind": child.kind} if child.kind else {}
        if child.visibility:
            hint["visibility"] = child.visibility
        if objects.exactly(child.value, Grouped):
            body |= {"value": "", "variablesReference": self._handles.reference(node)}
        elif objects.exactly(child.value, Property):
            body |= {"value": "", "variablesReference": self._handles.reference(node)}
            hint["lazy"] = True
        else:
            body |= self._value(node, renderer)
        if node.expression is not None and not objects.exactly(child.value, Grouped):
            body["evaluateName"] = node.expression
        if child.key[0] in ("returned", "exception", "element", "fact"):
            hint["attributes"] = ["readOnly"]
        if hint:
            body["presentationHint"] = hint
        return body

    def _value(self, node: Node, renderer: Renderer) -> Json:
        """The part of a Variable that an evaluation's result has too."""
        value = node.value
        body: Json = {"value": renderer.text(value), "variablesReference": 0}
        if type(value) not in (Text, Facts):
            body["type"] = objects.qualname(type(value))
        if children.has_children(value):
            body["variablesReference"] = self._handles.reference(node)
            count = children.indexed_count(value)
            if count and (count > 100 or not objects.is_a(value, dict)):
                body["indexedVariables"] = count
                body["namedVariables"] = sum(1 for _ in children.named(value))
        return body

    def result(self, value: object, expression: str, serial: object, arguments: Json, user: Callable[[object], str] | None) -> Json:
        """The body of an evaluation's response."""
        node = self._handles.root(("result", serial, expression), value, f"({expression})" if not expression.isidentifier() else expression)
        show_hex = bool((arguments.get("format") or {}).get("hex"))
        whole = arguments.get("context") in ("clipboard", "repl")
        body = self._value(node, Renderer(_WHOLE if whole else render.LIMIT, hexadecimal=show_hex, user=user))
        body["result"] = body.pop("value")
        return body

    def _read_property(self, node: Node, arguments: Json) -> Json:
        owner: Property = node.value
        self._looks.enter()
        value = self._looks.read(owner.owner, owner.name)
        found = Child(owner.name, ("property value", ""), value)
        child = self._handles.child(node, found.key, value, node.expression)
        return self._variable(found, child, Renderer(user=lambda each: self._looks.repr(0, each)), owner)

    def _set_variable(self, arguments: Json) -> Json:
        node = self._handles.node(integer(arguments, "variablesReference"))
        name, source = text(arguments, "name"), text(arguments, "value")
        child = self._named(node, name)
        frame = node.root.value.frame if objects.exactly(node.root.value, Scope) else None
        value = self.evaluate(source, frame or (self._stack.places[0].frame if self._stack.places else None))
        self.assign(lambda: children.assign(node.value, child.key, value))
        target = self._handles.child(node, child.key, value, self._expression(node, child))
        return self._value(target, Renderer(user=lambda each: self._looks.repr(0, each)))

    @staticmethod
    def assign(assignment: Callable[[], None]) -> None:
        """Does it, or refuses with Python's own error."""
        try:
            assignment()
        except Exception as error:
            raise RequestError(describe(error)) from None

    def _named(self, node: Node, name: str) -> Child:
        for found in [*children.named(node.value), *children.indexed(node.value, 0, None)]:
            shown = found.name
            if found.key[0] in ("item", "entry"):
                key = found.key[1] if found.key[0] == "item" else children.key_of(node.value, found.key)
                shown = Renderer(200, user=lambda value: f"<{objects.qualname(type(value))}>").text(key)
            if shown == name:
                if objects.exactly(found.value, Grouped):
                    break
                return found
        raise RequestError(f"There is nothing named {name} here that could be set.")


def _find(node: Node) -> object:
    parent = node.parent
    assert parent is not None
    return children.find(parent.value, node.key)  # type: ignore[arg-type]
