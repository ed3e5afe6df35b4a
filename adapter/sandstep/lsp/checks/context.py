"""What a check looks at."""

from dataclasses import dataclass
from functools import cached_property

from ..documents import Document
from ..index import Index
from ..kinds import Kind, Kinds
from ..library import Role, role_of
from ..model import MODULE, Call, Function
from ..project import Project
from ..symbols import Symbol
from ..view import FunctionAt, View


@dataclass(frozen=True)
class Context:
    """A document and all that is known around it."""

    document: Document
    index: Index
    project: Project

    @property
    def view(self) -> View:
        return self.document.view

    @property
    def kinds(self) -> Kinds:
        return self.index.kinds

    def symbol(self, part: int, scope: int, dotted: str) -> Symbol | None:
        """What a name means there."""
        return self.index.resolver.name(self.view, part, scope, dotted)

    def kind(self, part: int, scope: int, dotted: str) -> Kind | None:
        return self.kinds.of(self.symbol(part, scope, dotted))

    def role(self, part: int, scope: int, dotted: str) -> Role | None:
        symbol = self.symbol(part, scope, dotted)
        return role_of(symbol) if symbol is not None else None

    def function(self, part: int, scope: int) -> Function | None:
        return self.view.parts[part].functions[scope] if scope != MODULE else None

    def is_body(self, part: int, scope: int) -> bool:
        """Whether a scope is the body of a program or a handler, where effects are to be yielded."""
        if scope == MODULE:
            return False
        return (part, scope) in self._bodies

    @cached_property
    def _bodies(self) -> frozenset[tuple[int, int]]:
        found = set()
        for number, part in enumerate(self.view.parts):
            for index, function in enumerate(part.functions):
                is_program = any(self.role(number, function.scope, each.name) == "do" for each in function.decorators)
                if is_program or self._is_handler(number, index):
                    found.add((number, index))
        return frozenset(found)

    def _is_handler(self, part: int, index: int) -> bool:
        return self.kinds.is_handler(self.view, FunctionAt(part, index, self.view.parts[part].functions[index]))

    @cached_property
    def in_sandbox(self) -> bool:
        """Whether the document is checked for what the sandbox cannot do."""
        return self.project.runs_in_sandbox(self.view)

    @cached_property
    def outside(self) -> list[tuple[int, Call, str]]:
        """The calls that can be reached, with the full names of what they call outside of the workspace, and the parts that they are in."""
        found = ((part, call, self.external(part, call)) for part, call in self.view.calls() if call.live)
        return [(part, call, name) for part, call, name in found if name]

    def external(self, part: int, call: Call) -> str:
        """The full name of what a call calls, if that is outside of the workspace: "os.fork"; "" otherwise. Builtins have no dot."""
        symbol = self.symbol(part, call.scope, call.callee)
        if symbol is not None:
            return symbol.name if not symbol.path else ""
        return call.callee if self._is_builtin(part, call) else ""

    def _is_builtin(self, part: int, call: Call) -> bool:
        if "." in call.callee or call.callee in self.view.names or "*" in self.view.names:
            return False
        scope = call.scope
        while scope != MODULE:
            function = self.view.parts[part].functions[scope]
            if call.callee in function.bound or self.view.local(part, scope, call.callee):
                return False
            scope = function.scope
        return True


GUARDS = frozenset({"*", "Exception", "BaseException", "hasattr"})


def expected(guards: list[str], *errors: str) -> bool:
    """Whether the program expects one of these errors, and so deals with what is found."""
    return any(guard in GUARDS or guard.rpartition(".")[2] in errors for guard in guards)
