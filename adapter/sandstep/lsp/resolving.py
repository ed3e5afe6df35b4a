"""What names mean: follows imports, aliases and definitions through the files of the workspace, the packages and the library."""

import os
from collections.abc import Callable, Sequence

from . import library
from .model import MODULE, Function, Import, Value
from .symbols import Symbol
from .view import AssignedAt, Binding, ClassAt, FunctionAt, View

_DEEPEST = 12


class Resolver:
    """Answers for all files. `view_of` gives a file's facts, or None; `roots` are the folders that imports are looked for in."""

    def __init__(self, view_of: Callable[[str], View | None], roots: Sequence[str]) -> None:
        self._view_of = view_of
        self.roots = roots
        self._files: dict[tuple[str, str], str | None] = {}
        self._known: dict[tuple[View, str], Symbol | None] = {}

    def forget(self, *, files: bool) -> None:
        """Something has changed; `files`: some have come or gone."""
        self._known.clear()
        if files:
            self._files.clear()

    def name(self, view: View, part: int, scope: int, dotted: str, depth: int = 0) -> Symbol | None:
        """What a dotted name means in a function of a file; None where the syntax does not tell."""
        if not dotted or depth > _DEEPEST:
            return None
        head, _, rest = dotted.partition(".")
        while scope != MODULE:
            function = view.parts[part].functions[scope]
            if head in ("self", "cls") and function.owner >= 0 and rest:
                return self._attribute_of_class(Symbol(view.path, view.parts[part].classes[function.owner].qualname), rest, depth)
            bindings = view.local(part, scope, head)
            if bindings or head in function.bound:
                return self._bound(view, bindings, rest, depth)
            scope = function.scope
        key = (view, dotted)
        if key not in self._known:
            bindings = view.names.get(head, [])
            self._known[key] = self._bound(view, bindings, rest, depth) if bindings else self._starred(view, head, rest, depth)
        return self._known[key]

    def _bound(self, view: View, bindings: Sequence[Binding], rest: str, depth: int) -> Symbol | None:
        """What the bindings of a name agree on; overloads and conditional definitions of one kind are one."""
        if not bindings or not all(type(each) is type(bindings[0]) for each in bindings):
            return None
        last = bindings[-1]
        if isinstance(last, AssignedAt):
            if len(bindings) > 1:
                return None
            value = last.assignment.value
            found = self.name(view, last.part, last.assignment.scope, value.text, depth + 1) if value.kind == "name" else None
        elif isinstance(last, Import):
            found = self.imported(view.path, last, depth)
        elif isinstance(last, FunctionAt):
            found = Symbol(view.path, last.function.qualname)
        else:
            found = Symbol(view.path, last.cls.qualname)
        return self._member(found, rest, depth) if found is not None else None

    def _starred(self, view: View, head: str, rest: str, depth: int) -> Symbol | None:
        for star in view.names.get("*", []):
            found = self.imported(view.path, star, depth) if isinstance(star, Import) else None
            target = self._view_of(found.path) if found is not None and found.path else None
            if target is not None and found is not None and head in target.names and not head.startswith("_"):
                return self._member(found, f"{head}.{rest}" if rest else head, depth + 1)
        return None

    def imported(self, path: str, imported: Import, depth: int = 0) -> Symbol | None:
        """What an import binds."""
        module = self.absolute(path, imported.module)
        if module is None:
            return None
        if not imported.name:
            return self._module(module.partition(".")[0] if imported.bound == module.partition(".")[0] else module, path)
        found = self._module(module, path)
        return found if imported.name == "*" else self._member(found, imported.name, depth + 1)

    def absolute(self, path: str, module: str) -> str | None:
        """The module's name, or for a relative import the path of its file or folder; None above the top."""
        dots = len(module) - len(module.lstrip("."))
        if not dots:
            return module
        folder = os.path.dirname(path)
        for _ in range(dots - 1):
            folder = os.path.dirname(folder)
        return os.path.join(folder, *filter(None, module[dots:].split("."))) if folder else None

    def _module(self, name: str, path: str) -> Symbol:
        file = self.module_file(name, path)
        return Symbol(file, "") if file is not None else Symbol("", name)

    def module_file(self, name: str, path: str) -> str | None:
        """The file of a module that the file `path` imports, or the folder of a package without one; None if it is none of ours."""
        key = (name, os.path.dirname(path))
        if key not in self._files:
            self._files[key] = self._find(name, key[1])
        return self._files[key]

    def _find(self, name: str, folder: str) -> str | None:
        if os.path.isabs(name):
            return _file_of(name)
        found = library.module_file(name)
        if found is not None or name.partition(".")[0] in ("doeff", "doeff_core_effects", "doeff_vm"):
            return found
        parts = name.split(".")
        return next((file for root in (folder, *self.roots) if (file := _file_of(os.path.join(root, *parts))) is not None), None)

    def _member(self, base: Symbol, rest: str, depth: int) -> Symbol | None:
        if not rest:
            return base
        if depth > _DEEPEST:
            return None
        if not base.path:
            return self._outside(f"{base.name}.{rest}", depth)
        if base.name:
            return self._attribute_of_class(base, rest, depth)
        head, _, further = rest.partition(".")
        view = self._view_of(base.path)
        if view is not None and (head in view.names or "*" in view.names):
            found = self.name(view, -1, MODULE, head, depth + 1)
            if found is not None or head in view.names:
                return self._member(found, further, depth + 1) if found is not None else None
        folder = os.path.dirname(base.path) if os.path.basename(base.path) == "__init__.py" else base.path
        file = _file_of(os.path.join(folder, head)) if os.path.isdir(folder) else None
        return self._member(Symbol(file, ""), further, depth + 1) if file is not None else None

    def _outside(self, dotted: str, depth: int) -> Symbol | None:
        """A name below a package that is not indexed: `sandstep` alone has something in it that is."""
        effects, _, rest = dotted.removeprefix("sandstep.").partition(".")
        file = library.module_file("sandstep.effects") if dotted.startswith("sandstep.") and effects == "effects" else None
        return self._member(Symbol(file, ""), rest, depth + 1) if file is not None else Symbol("", dotted)

    def _attribute_of_class(self, cls: Symbol, attribute: str, depth: int) -> Symbol | None:
        """A method, looked for in a class and its bases."""
        if depth > _DEEPEST or "." in attribute:
            return None
        view = self._view_of(cls.path)
        if view is None:
            return None
        if f"{cls.name}.{attribute}" in view.functions:
            return Symbol(cls.path, f"{cls.name}.{attribute}")
        found = view.classes.get(cls.name)
        bases = [self.name(view, found.part, found.cls.scope, base, depth + 1) for base in found.cls.bases] if found is not None else []
        methods = (self._attribute_of_class(base, attribute, depth + 1) for base in bases if base is not None and base.path)
        return next((method for method in methods if method is not None), None)

    def function(self, symbol: Symbol) -> FunctionAt | None:
        """The facts of a function."""
        view = self._view_of(symbol.path) if symbol.path else None
        return view.functions.get(symbol.name) if view is not None else None

    def cls(self, symbol: Symbol) -> ClassAt | None:
        """The facts of a class."""
        view = self._view_of(symbol.path) if symbol.path else None
        return view.classes.get(symbol.name) if view is not None else None

    def view(self, path: str) -> View | None:
        return self._view_of(path)

    def assigned(self, view: View, part: int, scope: int, name: str) -> tuple[int, Value] | None:
        """The one value that a plain name is assigned, and the part that it is in."""
        while True:
            bindings = view.local(part, scope, name) if scope != MODULE else view.names.get(name, [])
            if bindings:
                only = bindings[0]
                return (only.part, only.assignment.value) if len(bindings) == 1 and isinstance(only, AssignedAt) else None
            if scope == MODULE:
                return None
            function: Function = view.parts[part].functions[scope]
            if name in function.bound:
                return None
            scope = function.scope


def _file_of(base: str) -> str | None:
    if os.path.isfile(f"{base}.py"):
        return f"{base}.py"
    package = os.path.join(base, "__init__.py")
    if os.path.isfile(package):
        return package
    return base if os.path.isdir(base) else None
