"""What is known of a Python file from its syntax alone: definitions, imports, calls and yields, with their places.

Names are kept as they are written; `resolving.py` says what they mean. The structs are plain data, so that an index of thousands
of files can be kept in a cache and come from another process.
"""

from typing import Literal, TypeAlias

import msgspec

from .text import Span

MODULE = -1
"""As a scope: code of the module or of a class, outside of any function."""

Use: TypeAlias = Literal["discarded", "unused", "yielded", "yielded from", "returned", "awaited", "operand", "condition", "other"]
"""What becomes of a value: `unused` is assigned to a name that is never read, `operand` is one of an arithmetic or comparing operator."""

ValueKind: TypeAlias = Literal[
    "str", "int", "float", "bool", "none", "bytes", "name", "call", "list", "tuple", "dict", "set", "operation", "other"
]


class Value(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """An expression, as far as it can be told: `text` is a string's value, a number, or a dotted name; `call` the call's index."""

    kind: ValueKind
    span: Span
    text: str = ""
    call: int = -1
    items: list["Value"] = []


class Argument(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """`name` is "" for one by place, "*" and "**" for those that are unpacked."""

    name: str
    value: Value


class Call(msgspec.Struct, array_like=True, gc=False):
    """A call whose callee is a dotted name. `guarded` names the exceptions that are expected there ("*": all), with "hasattr" and "if" for
    conditions around it and "raises" for `with pytest.raises(…)`. `live`: it is not plainly out of reach."""

    callee: str
    span: Span
    callee_span: Span
    scope: int
    arguments: list[Argument]
    use: Use = "other"
    target: str = ""
    guarded: list[str] = []
    live: bool = True


class Yield(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A `yield`; `live` unless it plainly can't be reached. `value` is None for a bare one."""

    span: Span
    scope: int
    value: Value | None
    delegates: bool
    live: bool


class Parameter(msgspec.Struct, array_like=True, frozen=True, gc=False):
    name: str
    annotation: list[str]
    text: str
    default: bool
    kind: Literal["positional", "keyword", "*", "**"]
    span: Span


class Decorator(msgspec.Struct, array_like=True, frozen=True, gc=False):
    name: str
    span: Span
    arguments: list[Argument]


class Function(msgspec.Struct, array_like=True, gc=False):
    """`scope` is that of its definition, `owner` the index of the class that it is a method of, or -1."""

    name: str
    qualname: str
    span: Span
    name_span: Span
    scope: int
    owner: int
    parameters: list[Parameter]
    decorators: list[Decorator]
    is_async: bool
    returns: list[str] = []
    doc: str = ""
    trivial: bool = False
    yields: bool = False
    bound: list[str] = []
    tested: list[str] = []
    """Dotted names in `isinstance(…, X)` and `case X(…)`."""


class Class(msgspec.Struct, array_like=True, gc=False):
    name: str
    qualname: str
    span: Span
    name_span: Span
    scope: int
    bases: list[str]
    decorators: list[Decorator]
    fields: list[Parameter] = []
    doc: str = ""


class Import(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """`module` as it is written, with leading dots; `name` is "" for `import module`, "*" for all; `bound` the name that it gets.
    `module_span` is where the module is named."""

    module: str
    name: str
    bound: str
    span: Span
    module_span: Span
    scope: int
    guarded: list[str]
    live: bool


class Assignment(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """`name = value`, once for each name."""

    name: str
    span: Span
    scope: int
    value: Value


class Part(msgspec.Struct, array_like=True, gc=False):
    """The facts of one statement of the module: a keystroke changes one and leaves the others. Scopes and indices are its own."""

    functions: list[Function] = []
    classes: list[Class] = []
    imports: list[Import] = []
    calls: list[Call] = []
    yields: list[Yield] = []
    assignments: list[Assignment] = []
    main: Span | None = None
    """The test of `if __name__ == "__main__":`."""


class Module(msgspec.Struct, array_like=True, gc=False):
    """A file."""

    path: str
    parts: list[Part]
