"""A file's facts, ready to be asked: which name is bound by what, which function a place is in."""

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple, TypeAlias

from .model import MODULE, Assignment, Call, Class, Function, Import, Module, Part, Value, Yield


class FunctionAt(NamedTuple):
    """A function, the number of the part that it is in, and the scope that its body is there."""

    part: int
    body: int
    function: Function


class ClassAt(NamedTuple):
    """A class, and the number of the part that it is in."""

    part: int
    cls: Class


class AssignedAt(NamedTuple):
    part: int
    assignment: Assignment


Binding: TypeAlias = FunctionAt | ClassAt | Import | AssignedAt


class CallAt(NamedTuple):
    part: int
    call: Call


class YieldAt(NamedTuple):
    part: int
    yielded: Yield


class View:
    """The facts of one file."""

    def __init__(self, module: Module, before: "View | None" = None) -> None:
        """`before` is what the file was until now: what is known of parts that are still where they were is taken from there."""
        self.path = module.path
        self.parts: list[Part] = module.parts
        self._bound: dict[int, dict[int, dict[str, list[Binding]]]] = {}
        self._words: dict[int, frozenset[str]] = {}
        if before is not None:
            same = [number for number, (old, new) in enumerate(zip(before.parts, self.parts, strict=False)) if old is new]
            self._bound = {number: before._bound[number] for number in same if number in before._bound}
            self._words = {number: before._words[number] for number in same if number in before._words}

    @cached_property
    def names(self) -> dict[str, list[Binding]]:
        """What binds each name of the module."""
        found: dict[str, list[Binding]] = {}
        for number in range(len(self.parts)):
            for name, bindings in self._scopes(number).get(MODULE, {}).items():
                found.setdefault(name, []).extend(bindings)
        return found

    def local(self, part: int, scope: int, name: str) -> list[Binding]:
        """What binds a name in a function."""
        return self._scopes(part).get(scope, {}).get(name, [])

    def _scopes(self, part: int) -> dict[int, dict[str, list[Binding]]]:
        """What is bound in each scope of a part."""
        known = self._bound.get(part)
        if known is None:
            known = self._bound[part] = {}
            for scope, name, binding in _bindings(part, self.parts[part]):
                known.setdefault(scope, {}).setdefault(name, []).append(binding)
        return known

    @cached_property
    def functions(self) -> dict[str, FunctionAt]:
        """By qualified name; of those that have the same the last."""
        return {
            function.qualname: FunctionAt(number, index, function)
            for number, part in enumerate(self.parts)
            for index, function in enumerate(part.functions)
        }

    @cached_property
    def classes(self) -> dict[str, ClassAt]:
        return {cls.qualname: ClassAt(number, cls) for number, part in enumerate(self.parts) for cls in part.classes}

    @cached_property
    def words(self) -> frozenset[str]:
        """The last names of what is called, handed on, annotated or imported: without a name in it a file need not be searched for it."""
        for number, part in enumerate(self.parts):
            if number not in self._words:
                self._words[number] = frozenset(_words(part))
        return frozenset(self.names).union(*self._words.values())

    def calls(self) -> Iterator[CallAt]:
        for number, part in enumerate(self.parts):
            for call in part.calls:
                yield CallAt(number, call)

    def yields(self) -> Iterator[YieldAt]:
        for number, part in enumerate(self.parts):
            for each in part.yields:
                yield YieldAt(number, each)

    def imports(self) -> Iterator[Import]:
        for part in self.parts:
            yield from part.imports

    def scope_at(self, line: int, column: int) -> tuple[int, int]:
        """The part and the innermost function that a position is in, MODULE if none."""
        best = (-1, MODULE)
        for number, part in enumerate(self.parts):
            for index, function in enumerate(part.functions):
                if function.span.holds(line, column):
                    best = (number, index)
            if best[0] == number:
                return best
        return best

    def call_of(self, part: int, value: Value) -> Call | None:
        """The call that a value is."""
        return self.parts[part].calls[value.call] if value.kind == "call" and value.call >= 0 else None


def _bindings(number: int, part: Part) -> Iterator[tuple[int, str, Binding]]:
    for index, function in enumerate(part.functions):
        if function.owner < 0:
            yield function.scope, function.name, FunctionAt(number, index, function)
    for cls in part.classes:
        if cls.qualname == cls.name or cls.qualname.endswith(f"<locals>.{cls.name}"):
            yield cls.scope, cls.name, ClassAt(number, cls)
    for imported in part.imports:
        yield imported.scope, imported.bound, imported
    for assignment in part.assignments:
        yield assignment.scope, assignment.name, AssignedAt(number, assignment)


def _words(part: Part) -> Iterator[str]:
    for call in part.calls:
        yield call.callee.rpartition(".")[2]
        for argument in call.arguments:
            for value in (argument.value, *argument.value.items):
                if value.kind == "name":
                    yield value.text.rpartition(".")[2]
    for imported in part.imports:
        yield imported.name or imported.module
    for function in part.functions:
        for parameter in function.parameters:
            yield from (name.rpartition(".")[2] for name in parameter.annotation)
        yield from (name.rpartition(".")[2] for name in function.tested)
