"""Where effects go: from each `run(…)` of the workspace through the programs that it reaches, with the handlers that are installed there.

Whatever the syntax does not tell (a program that is handed to a function, handlers out of a variable that changes) counts as handling
everything, so that nothing is said of it.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from . import library
from .index import Index
from .kinds import handler_parameters
from .model import Argument, Call, Value
from .symbols import Symbol
from .text import Span
from .view import FunctionAt, View

Handled: TypeAlias = frozenset[Symbol] | None
"""The classes of effects that are handled; None for all."""
_MOST_VISITS = 20_000
_TRANSPARENT = ("Try", "Listen")
_TAKEN = {"scheduler": ("SchedulerEffect",), "invoker": ("Invoke",), "reader": ("Ask",), "writer": ("Tell", "Log"),
          "writer_to": ("Tell", "Log"),
          "state_of": ("Get", "Put", "Modify"), "state_in": ("Get", "Put", "Modify")}  # fmt: skip


class Step(NamedTuple):
    """A place on the way from a `run` to an effect."""

    path: str
    span: Span
    name: str


class Site(NamedTuple):
    """Where an effect is performed."""

    path: str
    span: Span


class Install(NamedTuple):
    """Where a handler is put into force."""

    path: str
    span: Span
    handler: Symbol


class Reach:
    """What can be reached; made anew when the workspace changes."""

    def __init__(self, index: Index) -> None:
        self._index, self._kinds, self._resolver = index, index.kinds, index.resolver
        self.unhandled: dict[Site, tuple[Symbol, tuple[Step, ...]]] = {}
        self.installs: list[Install] = []
        self._handled: set[Site] = set()
        self._seen: set[tuple[Symbol, Handled]] = set()
        self._waiting: list[tuple[Symbol, Handled, tuple[Step, ...]]] = []

    def explore(self) -> Iterator[None]:
        """Does the work; yields now and then, so that others have their turn."""
        for view in [*self._index.views("run"), *self._index.views("run_async")]:
            for part, call in view.calls():
                if call.live and self._kinds.role(view, part, call.scope, call.callee) == "run":
                    self._run(view, part, call)
            yield
        while self._waiting and len(self._seen) < _MOST_VISITS:
            symbol, handled, chain = self._waiting.pop()
            self._body(symbol, handled, chain)
            yield
        self.unhandled = {site: found for site, found in self.unhandled.items() if site not in self._handled}

    def _run(self, view: View, part: int, call: Call) -> None:
        given = {each.name: each.value for each in call.arguments if each.name}
        by_place = [each.value for each in call.arguments if not each.name]
        program = given.get("program") or (by_place[0] if by_place else None)
        handlers = given.get("handlers") or (by_place[1] if len(by_place) > 1 else None)
        step = Step(view.path, call.span, call.callee)
        symbol = self._resolver.name(view, part, call.scope, call.callee)
        if program is None or any(each.name in ("*", "**") for each in call.arguments):
            return
        handled: Handled = frozenset()
        if handlers is not None and handlers.kind != "none":
            handled = self._of_list(view, part, call.scope, handlers, frozenset(), (step,))
        elif symbol is not None and not library.is_doeff(symbol):
            handled = frozenset(each for name in library.DEFAULTS for each in self._taken(name))
        for name, taker in (("env", "reader"), ("state", "state_of")):
            if name in given and handled is not None:
                handled |= frozenset(self._taken(taker))
        self._value(view, part, call.scope, program, handled, (step,))

    def _taken(self, maker: str) -> Iterator[Symbol]:
        for name in _TAKEN[maker]:
            yield Symbol(self._index.role_symbol("Spawn").path, name) if name == "SchedulerEffect" else self._index.role_symbol(name)

    def _body(self, symbol: Symbol, handled: Handled, chain: tuple[Step, ...]) -> None:
        """What the body of a program or a handler performs and runs."""
        at, view = self._resolver.function(symbol), self._resolver.view(symbol.path)
        if at is None or view is None or library.is_library(symbol.path):
            return
        part = view.parts[at.part]
        inner = {each.value.call for call in part.calls for each in call.arguments if each.value.kind == "call"}
        inner |= {item.call for call in part.calls for each in call.arguments for item in each.value.items if item.kind == "call"}
        for index, call in enumerate(part.calls):
            if call.scope == at.body and call.live and index not in inner:
                performed = call.use in ("yielded", "yielded from")  # what is kept or returned may run anywhere
                self._call(view, at.part, call, handled if performed else None, chain)

    def _value(self, view: View, part: int, scope: int, value: Value, handled: Handled, chain: tuple[Step, ...]) -> None:
        """A program that is given somewhere runs with these handlers."""
        call = view.call_of(part, value)
        if call is not None:
            self._call(view, part, call, handled, chain)
        elif value.kind == "name":
            found = self._resolver.assigned(view, part, scope, value.text)
            made = view.call_of(found[0], found[1]) if found is not None else None
            if found is not None and made is not None:
                self._call(view, found[0], made, handled, chain)
            else:
                self._function(self._resolver.name(view, part, scope, value.text), None, chain)
        else:
            for item in value.items:
                self._value(view, part, scope, item, handled, chain)

    def _call(self, view: View, part: int, call: Call, handled: Handled, chain: tuple[Step, ...]) -> None:
        symbol = self._resolver.name(view, part, call.scope, call.callee)
        role = library.role_of(symbol) if symbol is not None else None
        kind = self._kinds.of(symbol)
        if role == "run":
            return
        if role in ("WithHandler", "with handlers"):
            self._with_handler(view, part, call, handled, chain, many=role == "with handlers")
            return
        if kind == "effect" and symbol is not None:
            if call.use in ("yielded", "yielded from"):
                self._perform(view, call, symbol, handled, chain)
        elif kind == "program" and symbol is not None and not library.is_library(symbol.path):
            self._function(symbol, handled, (*chain, Step(view.path, call.span, call.callee)))
        known = kind == "effect" or role in ("resume", "leave") or (symbol is not None and symbol.last in _TRANSPARENT)
        for each in call.arguments:
            self._value(view, part, call.scope, each.value, handled if known else None, chain)

    def _with_handler(self, view: View, part: int, call: Call, handled: Handled, chain: tuple[Step, ...], *, many: bool) -> None:
        given = {each.name: each.value for each in call.arguments if each.name}
        by_place = [each.value for each in call.arguments if not each.name]
        handler = given.get("handlers" if many else "handler") or (by_place[0] if by_place else None)
        body = given.get("program" if many else "body") or (by_place[1] if len(by_place) > 1 else None)
        if handler is None or body is None:
            return
        if many:
            handled = self._of_list(view, part, call.scope, handler, handled, chain)
        else:
            handled = self._of_handler(view, part, call.scope, handler, handled, chain)
        self._value(view, part, call.scope, body, handled, chain)

    def _of_list(self, view: View, part: int, scope: int, value: Value, handled: Handled, chain: tuple[Step, ...]) -> Handled:
        """With the handlers of a list in force, the first outermost."""
        if value.kind == "name":
            found = self._resolver.assigned(view, part, scope, value.text)
            if found is None:
                return None
            part, value = found
        if value.kind not in ("list", "tuple") or value.text.endswith("comprehension"):
            return None
        for item in value.items:
            handled = self._of_handler(view, part, scope, item, handled, chain)
        return handled

    def _of_handler(self, view: View, part: int, scope: int, value: Value, handled: Handled, chain: tuple[Step, ...]) -> Handled:
        """With one more handler in force; what the handler itself performs goes to those outside of it."""
        call = view.call_of(part, value)
        if call is not None:
            return self._of_made(view, part, call, handled)
        symbol = self._resolver.name(view, part, scope, value.text) if value.kind == "name" else None
        at = self._resolver.function(symbol) if symbol is not None else None
        if symbol is None or at is None:
            found = self._resolver.assigned(view, part, scope, value.text) if value.kind == "name" else None
            made = view.call_of(found[0], found[1]) if found is not None else None
            return self._of_made(view, found[0], made, handled) if found is not None and made is not None else None
        self.installs.append(Install(view.path, value.span, symbol))
        self._function(symbol, handled, (*chain, Step(view.path, value.span, symbol.last)))
        taken = self._types(symbol, at)
        return None if taken is None or handled is None else handled | taken

    def _types(self, symbol: Symbol, at: FunctionAt) -> Handled:
        view = self._resolver.view(symbol.path)
        if view is None or not handler_parameters(at.function):
            return None
        types = self._kinds.handler_types(view, at)
        return None if types.all_effects else frozenset(types.classes)

    def _of_made(self, view: View, part: int, call: Call, handled: Handled) -> Handled:
        """With a handler in force that a call makes: one of the library's, an Answerer, a partial of a function."""
        symbol = self._resolver.name(view, part, call.scope, call.callee)
        if symbol is None or handled is None:
            return None
        if library.is_library(symbol.path) and symbol.name in _TAKEN:
            return handled | frozenset(self._taken(symbol.name))
        if library.role_of(symbol) == "answerer" and len(call.arguments) > 1:
            return self._of_types(view, part, call.scope, call.arguments[1], handled)
        return None

    def _of_types(self, view: View, part: int, scope: int, given: Argument, handled: frozenset[Symbol]) -> Handled:
        named = [self._resolver.name(view, part, scope, item.text) for item in given.value.items if item.kind == "name"]
        if not named or len(named) != len(given.value.items) or None in named:
            return None
        return handled | frozenset(each for each in named if each is not None)

    def _function(self, symbol: Symbol | None, handled: Handled, chain: tuple[Step, ...]) -> None:
        if symbol is not None and symbol.path and (symbol, handled) not in self._seen and self._resolver.function(symbol) is not None:
            self._seen.add((symbol, handled))
            self._waiting.append((symbol, handled, chain))

    def _perform(self, view: View, call: Call, effect: Symbol, handled: Handled, chain: Sequence[Step]) -> None:
        site = Site(view.path, call.span)
        if handled is None or not effect.path or any(self._kinds.derives(effect, each) for each in handled):
            self._handled.add(site)
        elif site not in self.unhandled:
            self.unhandled[site] = effect, tuple(chain)
