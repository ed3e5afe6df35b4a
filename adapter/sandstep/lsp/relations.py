"""How effects, handlers and programs belong together across the workspace."""

from collections.abc import Iterator
from typing import NamedTuple

from .index import Index
from .kinds import Kinds
from .library import role_of
from .model import MODULE, Call, Value
from .symbols import Symbol
from .text import Span
from .view import CallAt, FunctionAt, View


class Place(NamedTuple):
    """Somewhere in a file, under the name that it has there."""

    path: str
    span: Span
    name: str


def handlers_of(index: Index, effect: Symbol) -> list[Place]:
    """The handlers that take an effect: by their annotation, or, where they ask for everything, by what they test for."""
    kinds = index.kinds
    found: list[Place] = []
    for view in index.everywhere(""):
        for at in view.functions.values():
            if at.function.yields and kinds.is_handler(view, at) and _takes(kinds, view, at, effect):
                found.append(Place(view.path, at.function.name_span, at.function.name))
        found += _answerers(index, view, effect)
    return found


def _takes(kinds: Kinds, view: View, at: FunctionAt, effect: Symbol) -> bool:
    types = kinds.handler_types(view, at)
    return any(kinds.derives(effect, each) for each in (types.tested if types.all_effects else types.classes))


def _answerers(index: Index, view: View, effect: Symbol) -> Iterator[Place]:
    """`Answerer("name", (Fetch,), function)`: the function around it, or the call itself."""
    for part, call in view.calls():
        if call.callee.rpartition(".")[2] != "Answerer" or index.kinds.role(view, part, call.scope, call.callee) != "answerer":
            continue
        classes = call.arguments[1].value.items if len(call.arguments) > 1 else []
        named = (index.resolver.name(view, part, call.scope, each.text) for each in classes)
        if any(each is not None and index.kinds.derives(effect, each) for each in named):
            around = view.parts[part].functions[call.scope] if call.scope != MODULE else None
            label = call.arguments[0].value.text or (around.name if around is not None else call.callee)
            yield Place(view.path, around.name_span if around is not None else call.callee_span, label)


def effects_of_handler(index: Index, handler: Symbol) -> list[Symbol]:
    """The effects that a handler takes, as its annotation or its tests say."""
    at, view = index.resolver.function(handler), index.resolver.view(handler.path)
    if at is None or view is None:
        return []
    types = index.kinds.handler_types(view, at)
    return [*dict.fromkeys(types.tested if types.all_effects else types.classes)]


def installs_of(index: Index, handler: Symbol) -> list[Place]:
    """Where a handler is put into force, or into a list of handlers."""
    found: list[Place] = []
    for view in index.everywhere(handler.last):
        for number, part in enumerate(view.parts):
            values = [(call.scope, value) for call in part.calls for value in _handler_values(index, view, number, call)]
            values += [(each.scope, item) for each in part.assignments for item in each.value.items]
            for scope, value in values:
                if value.kind == "name" and index.resolver.name(view, number, scope, value.text) == handler:
                    found.append(Place(view.path, value.span, value.text))
    return found


def _handler_values(index: Index, view: View, part: int, call: Call) -> Iterator[Value]:
    role = index.kinds.role(view, part, call.scope, call.callee)
    if role not in ("WithHandler", "with handlers", "run"):
        return
    for each in call.arguments:
        if each.name in ("", "handler", "handlers"):
            yield each.value
            yield from each.value.items


def location_of(index: Index, symbol: Symbol) -> Place | None:
    """Where a function or a class is defined."""
    at, found = index.resolver.function(symbol), index.resolver.cls(symbol)
    if at is not None:
        return Place(symbol.path, at.function.name_span, at.function.name)
    return Place(symbol.path, found.cls.name_span, found.cls.name) if found is not None else None


def body_calls(view: View, at: FunctionAt) -> list[CallAt]:
    """The calls in a function's own body."""
    return [CallAt(at.part, call) for call in view.parts[at.part].calls if call.scope == at.body and call.live]


class Performs(NamedTuple):
    """The effects that a program may perform: its own, and those of the programs that it runs, by the first of these."""

    own: list[Symbol]
    inherited: dict[Symbol, Symbol]


def performed_by(index: Index, program: Symbol) -> Performs:
    """What a program may perform, whether or not something handles it on the way."""
    own, programs = _direct(index, program)
    inherited: dict[Symbol, Symbol] = {}
    seen = {program}
    waiting = [(each, each) for each in programs]
    while waiting:
        each, through = waiting.pop(0)
        if each in seen:
            continue
        seen.add(each)
        effects, further = _direct(index, each)
        for effect in effects:
            inherited.setdefault(effect, through)
        waiting += [(one, through) for one in further]
    return Performs(own, {effect: through for effect, through in inherited.items() if effect not in own})


def _direct(index: Index, program: Symbol) -> tuple[list[Symbol], list[Symbol]]:
    """The effects that a program performs itself, and the programs that it makes."""
    at, view = index.resolver.function(program), index.resolver.view(program.path)
    if at is None or view is None:
        return [], []
    symbols = [index.resolver.name(view, each.part, each.call.scope, each.call.callee) for each in body_calls(view, at)]
    effects = (each for each in symbols if each is not None and index.kinds.of(each) == "effect")
    programs = (each for each in symbols if each is not None and index.kinds.of(each) == "program")
    return [*dict.fromkeys(effects)], [*dict.fromkeys(programs)]


def is_program_like(index: Index, symbol: Symbol) -> bool:
    """Whether a definition has a place in the call hierarchy."""
    return index.kinds.of(symbol) in ("program", "handler") and role_of(symbol) is None
