"""What definitions are to an effects program: effects, programs, handlers, and what may be yielded."""

from typing import Literal, NamedTuple, TypeAlias

from . import library
from .model import Function, Parameter
from .resolving import Resolver
from .symbols import Symbol
from .view import FunctionAt, View

Kind: TypeAlias = Literal["effect", "program", "handler", "node", "maker", "callback"]
"""`node` is another class of the library that may be yielded, `maker` a function that answers a program."""

YIELDABLE: tuple[Kind, ...] = ("effect", "program", "node", "maker")


class HandlerTypes(NamedTuple):
    """What a handler is asked about: `all_effects`, or effects of these classes; `tested` are those that its code tells apart."""

    all_effects: bool
    classes: tuple[Symbol, ...]
    tested: tuple[Symbol, ...] = ()


class Kinds:
    """Classifies definitions, and remembers until the files change."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._kinds: dict[Symbol, Kind | None] = {}

    def forget(self) -> None:
        self._kinds.clear()

    def of(self, symbol: Symbol | None) -> Kind | None:
        """The kind of a definition; None for all that has nothing to do with effects, or can't be told."""
        if symbol is None:
            return None
        if symbol not in self._kinds:
            self._kinds[symbol] = None  # a class that is its own base ends here
            self._kinds[symbol] = self._find(symbol)
        return self._kinds[symbol]

    def _find(self, symbol: Symbol) -> Kind | None:
        if not symbol.path:
            if library.role_of(symbol) in ("resume", "leave", "pass", "WithHandler", "with handlers"):
                return "node"
            return "effect" if library.is_doeff_effect(symbol) else None
        found = self.resolver.cls(symbol)
        if found is not None:
            return self._kind_of_class(symbol)
        function = self.resolver.function(symbol)
        view = self.resolver.view(symbol.path)
        return self._kind_of_function(view, function) if function is not None and view is not None else None

    def _kind_of_class(self, symbol: Symbol) -> Kind | None:
        role = library.role_of(symbol)
        if role == "Effect":
            return "effect"
        if role == "Program":
            return "node"
        found, view = self.resolver.cls(symbol), self.resolver.view(symbol.path)
        if found is None or view is None:
            return None
        for base in found.cls.bases:
            target = self.resolver.name(view, found.part, found.cls.scope, base)
            kind = self.of(target)
            if kind in ("effect", "node"):
                return kind
            if target is not None and not target.path and library.role_of(target) == "Effect":
                return "effect"
        return None

    def _kind_of_function(self, view: View, at: FunctionAt) -> Kind | None:
        function = at.function
        roles = [self.role(view, at.part, function.scope, decorator.name) for decorator in function.decorators]
        if "callback" in roles:
            return "callback"
        if self.is_handler(view, at):
            return "handler"
        if "do" in roles:
            return "program"
        if function.decorators or function.yields or function.is_async:
            return None
        returned = [self.resolver.name(view, at.part, function.scope, name) for name in function.returns[:1]]
        if any(self._is_program_type(each) for each in returned if each is not None):
            return "maker"
        return None

    def _is_program_type(self, symbol: Symbol) -> bool:
        return library.role_of(symbol) in ("Program", "Effect", "WithHandler") or self.of(symbol) in ("effect", "node")

    def role(self, view: View, part: int, scope: int, dotted: str) -> library.Role | None:
        """What a name is to the library."""
        symbol = self.resolver.name(view, part, scope, dotted)
        return library.role_of(symbol) if symbol is not None else None

    def is_handler(self, view: View, at: FunctionAt) -> bool:
        """Whether a function takes an effect and a continuation and does what handlers do."""
        function = at.function
        positional = handler_parameters(function)
        if len(positional) != 2 or not function.yields or function.is_async:
            return False
        own = view.parts[at.part]
        if any(self.role(view, at.part, function.scope, each.name) == "handler decorator" for each in function.decorators):
            return True
        if not function.decorators and self.has_handler_parameters(view, at):
            return True
        return any(
            call.scope == at.body and self.role(view, at.part, at.body, call.callee) in ("resume", "leave", "pass", "delegate")
            for call in own.calls
        )

    def has_handler_parameters(self, view: View, at: FunctionAt) -> bool:
        """Whether a function says by its parameters that it is a handler: an effect, and a continuation by name or annotation."""
        positional = handler_parameters(at.function)
        if len(positional) != 2 or not positional[0].annotation:
            return False
        types, k = self.handler_types(view, at), positional[1]
        named = any(each.rpartition(".")[2] == "Continuation" for each in k.annotation) or k.name in ("k", "continuation")
        return named and not types.all_effects

    def handler_types(self, view: View, at: FunctionAt) -> HandlerTypes:
        """Which effects a handler is asked about: its annotation says so, as it does at run time."""
        annotation = handler_parameters(at.function)[0].annotation
        named = [self.resolver.name(view, at.part, at.function.scope, each) for each in annotation]
        tested = [self.resolver.name(view, at.part, at.body, each) for each in at.function.tested]
        everything = not annotation or any(each is None or library.role_of(each) == "Effect" or self.of(each) != "effect" for each in named)
        known = (each for each in tested if self.of(each) == "effect")
        return HandlerTypes(
            everything, tuple(each for each in named if each is not None) if not everything else (), tuple(each for each in known if each)
        )

    def derives(self, symbol: Symbol, base: Symbol) -> bool:
        """Whether a class is another, or derives from it."""
        waiting, seen = [symbol], set[Symbol]()
        while waiting:
            each = waiting.pop()
            if each == base:
                return True
            if each in seen or not each.path:
                continue
            seen.add(each)
            found, view = self.resolver.cls(each), self.resolver.view(each.path)
            if found is None or view is None:
                continue
            bases = (self.resolver.name(view, found.part, found.cls.scope, name) for name in found.cls.bases)
            waiting += [each for each in bases if each is not None]
        return False


def handler_parameters(function: Function) -> list[Parameter]:
    """The parameters that are taken by place, without `self`."""
    positional = [each for each in function.parameters if each.kind == "positional" and each.name]
    is_method = function.owner >= 0 and not any(each.name == "staticmethod" for each in function.decorators)
    return positional[1:] if is_method else positional
