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

    def __init__(self, module: Module) -> None:
        self.path = module.path
        self.parts: list[Part] = module.parts

    @cached_property
    def names(self) -> dict[str, list[Binding]]:
        """What binds each name of the module."""
        found: dict[str, list[Binding]] = {}
        for name, binding in self._bindings(MODULE):
            found.setdefault(name, []).append(binding)
        return found

    def _bindings(self, scope: int, only: int | None = None) -> Iterator[tuple[str, Binding]]:
        for number, part in enumerate(self.parts):
            if only is not None and number != only:
                continue
            for index, function in enumerate(part.functions):
                if function.scope == scope and function.owner < 0:
                    yield function.name, FunctionAt(number, index, function)
            for cls in part.classes:
                if cls.scope == scope and (cls.qualname == cls.name or cls.qualname.endswith(f"<locals>.{cls.name}")):
                    yield cls.name, ClassAt(number, cls)
            for imported in part.imports:
                if imported.scope == scope:
                    yield imported.bound, imported
            for assignment in part.assignments:
                if assignment.scope == scope:
                    yield assignment.name, AssignedAt(number, assignment)

    def local(self, part: int, scope: int, name: str) -> list[Binding]:
        """What binds a name in a function."""
        return [binding for each, binding in self._bindings(scope, part) if each == name]

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
        found: set[str] = set(self.names)
        for part in self.parts:
            found.update(call.callee.rpartition(".")[2] for call in part.calls)
            found.update(
                value.text.rpartition(".")[2]
                for call in part.calls
                for argument in call.arguments
                for value in (argument.value, *argument.value.items)
                if value.kind == "name"
            )
            found.update(imported.name or imported.module for imported in part.imports)
            for function in part.functions:
                found.update(name.rpartition(".")[2] for parameter in function.parameters for name in parameter.annotation)
                found.update(name.rpartition(".")[2] for name in function.tested)
        return frozenset(found)

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
