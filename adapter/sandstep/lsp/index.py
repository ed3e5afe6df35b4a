"""The files of the workspace: as they are on disk, or in the editor where they are open."""

import os
import sys
from collections.abc import Iterator, Mapping

from . import library
from .documents import Document
from .extraction import extract
from .kinds import Kinds
from .model import Call, Module, Part
from .resolving import Resolver
from .symbols import Symbol
from .syntax import parse
from .text import MOST_BYTES, Span, Text, decode_source
from .view import View

_NO_CALL = Call("", Span(0, 0, 0, 0), Span(0, 0, 0, 0), -1, [], live=False)
"""In the place of a call that does not matter: the others keep their numbers."""


def read(path: str) -> Module | None:
    """The facts of a file on disk; None if it is gone, is no text, or is too long."""
    try:
        if os.path.getsize(path) > MOST_BYTES:
            return None
        with open(path, "rb") as file:
            data = decode_source(file.read())
    except OSError:
        return None
    return Module(path, slim(extract(Text(data), parse(data)))) if data is not None else None


def slim(parts: list[Part]) -> list[Part]:
    """The facts without those that only matter while a file is open: calls of the standard library, of built-ins and of variables."""
    names = {function.name for part in parts for function in part.functions}
    names |= {cls.name for part in parts for cls in part.classes} | {each.name for part in parts for each in part.assignments}
    imports = (each for part in parts for each in part.imports)
    names |= {each.bound for each in imports if each.module.partition(".")[0] not in sys.stdlib_module_names}
    names |= {"self", "cls"}
    everything = "*" in names
    for part in parts:
        part.calls = [each if everything or each.callee.partition(".")[0] in names else _NO_CALL for each in part.calls]
    return parts


class Index:
    """All files that are known. What has changed since is forgotten by `changed`."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents
        self._views: dict[str, View] = {}
        self._others: dict[str, View | None] = {}
        self.folders: list[str] = []
        self.packages: list[str] = []
        self.generation = 0
        self.resolver = Resolver(self.view, [])
        self.kinds = Kinds(self.resolver)

    def look_in(self, folders: list[str], packages: list[str]) -> None:
        """Where the workspace and its packages are."""
        self.folders, self.packages = folders, packages
        sources = [os.path.join(folder, "src") for folder in folders]
        self.resolver.roots = [*folders, *sources, *packages]
        self.changed()

    def changed(self, *, files: bool = True) -> None:
        """Something is other than it was: what was concluded is forgotten; `files`: some have come or gone."""
        self.generation += 1
        self.kinds.forget()
        self.resolver.forget(files=files)
        if files:
            self._others = {path: view for path, view in self._others.items() if library.is_library(path)}

    def put(self, module: Module) -> None:
        """A file of the workspace, as it is on disk."""
        self._views[module.path] = View(module)

    def drop(self, path: str) -> None:
        self._views.pop(path, None)

    def view(self, path: str) -> View | None:
        """The facts of a file; it is read if it belongs to a package, or was not indexed yet."""
        document = self._documents.get(path)
        if document is not None:
            return document.view
        if path in self._views:
            return self._views[path]
        if path not in self._others:
            module = read(path) if path.endswith(".py") else None
            self._others[path] = View(module) if module is not None else None
        return self._others[path]

    def paths(self) -> list[str]:
        """The files of the workspace."""
        return [*self._views]

    def views(self, word: str = "") -> Iterator[View]:
        """The files of the workspace, and the open ones, that mention a name, or all."""
        for path in dict.fromkeys([*self._views, *self._documents]):
            view = self.view(path)
            if view is not None and (not word or word in view.words):
                yield view

    def everywhere(self, word: str) -> Iterator[View]:
        """The files of the workspace, the open ones and those of the library, that mention a name, or all."""
        paths = [*self._views, *self._documents, *_library_files()]
        for path in dict.fromkeys(paths):
            view = self.view(path)
            if view is not None and (not word or word in view.words):
                yield view

    def role_symbol(self, name: str) -> Symbol:
        """A name of `sandstep.effects`, where it is defined."""
        start = library.module_file("sandstep.effects")
        view = self.view(start) if start is not None else None
        found = self.resolver.name(view, -1, -1, name) if view is not None else None
        return found or Symbol("", f"sandstep.effects.{name}")


def _library_files() -> list[str]:
    return [os.path.join(path, file) for path, _, files in os.walk(library.folder()) for file in files if file.endswith(".py")]
