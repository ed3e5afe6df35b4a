"""The standard library inside the image: captured while it is built, imported from memory when a program runs.

While `componentize-py` builds the image, the library is mounted at /python; when a program runs, nothing is mounted but
what the host grants. What is not captured here cannot be imported later, and its import says so.
"""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import marshal
import os
import sys
import zlib
from collections.abc import Sequence
from types import CodeType, ModuleType
from typing import NamedTuple

ROOT = "/python"
_NOT_WORKING = {"ctypes", "curses", "ensurepip", "idlelib", "multiprocessing", "site-packages", "ssl", "test", "tkinter", "turtle",
                "turtledemo", "venv", "lib-dynload"}  # fmt: skip


class Captured(NamedTuple):
    """A module's source and code, compressed, and the file that its code names."""

    file: str
    is_package: bool
    code: bytes
    source: bytes


def capture(root: str, prefix: str = "") -> dict[str, Captured]:
    """Every module below the folder `root` that compiles, by its full name."""
    modules = {}
    for folder, subfolders, files in os.walk(root):
        parts = [] if folder == root else os.path.relpath(folder, root).split("/")
        if parts and (parts[-1] == "__pycache__" or (root == ROOT and parts[0] in _NOT_WORKING)):
            subfolders.clear()
            continue
        for file in files:
            stem, extension = os.path.splitext(file)
            if extension != ".py" or (not parts and root == ROOT and stem in _NOT_WORKING):
                continue
            name = ".".join(filter(None, [prefix, *parts, "" if stem == "__init__" else stem]))
            captured = _read(os.path.join(folder, file), stem == "__init__")
            if captured is not None:
                modules[name] = captured
    return modules


def _read(path: str, is_package: bool) -> Captured | None:
    with open(path, "rb") as file:
        source = file.read()
    try:
        code = compile(source, path, "exec", dont_inherit=True)
    except SyntaxError:  # lib2to3's and others' test data
        return None
    return Captured(path, is_package, zlib.compress(marshal.dumps(code)), zlib.compress(source))


def namespace(file: str) -> Captured:
    """A package with nothing in it but what lies below it."""
    return Captured(file, True, zlib.compress(marshal.dumps(compile("", file, "exec"))), zlib.compress(b""))


class Library(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds and loads captured modules. Comes after the path finder, so that a program's own module wins, as with `python`."""

    def __init__(self, modules: dict[str, Captured]) -> None:
        self._modules = modules
        self._ready: dict[str, ModuleType] = {}

    def make_ready(self, package: str) -> None:
        """Imports a package with all that is below it now, so that a program's import of it costs nothing; until then it is not there."""
        names = [name for name in self._modules if name == package or name.startswith(f"{package}.")]
        for name in names:
            importlib.import_module(name)
        self._ready = {name: sys.modules.pop(name) for name in names}

    def ready(self, name: str) -> ModuleType:
        """A module that was made ready."""
        return self._ready[name]

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._ready.get(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        if module.__name__ not in self._ready:
            super().exec_module(module)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        captured = self._modules.get(fullname)
        if captured is None:
            return None
        spec = importlib.util.spec_from_loader(fullname, self, origin=captured.file, is_package=captured.is_package)
        if spec is not None:
            spec.has_location = True
            if captured.is_package:
                folder = os.path.dirname(captured.file)
                spec.submodule_search_locations = [folder] if folder else []  # "" would be the working directory
        return spec

    def get_code(self, fullname: str) -> CodeType:
        code = marshal.loads(zlib.decompress(self._modules[fullname].code))
        assert isinstance(code, CodeType)
        return code

    def get_source(self, fullname: str) -> str:
        return zlib.decompress(self._modules[fullname].source).decode()

    def is_package(self, fullname: str) -> bool:
        return self._modules[fullname].is_package

    def source_of_file(self, file: str) -> str | None:
        """The text of a captured file, by the path that its code names."""
        return next((zlib.decompress(m.source).decode() for m in self._modules.values() if m.file == file), None)


class Absent(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers imports of standard modules that cannot work in the sandbox with the reason."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in self._names:
            return None
        return importlib.machinery.ModuleSpec(fullname, self)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        raise ModuleNotFoundError(f"No module named {spec.name!r}: it is not available in the sandbox", name=spec.name)

    def exec_module(self, module: ModuleType) -> None:
        raise AssertionError("create_module has raised")


def install(others: dict[str, Captured]) -> Library:
    """Makes the captured library, and `others`, the last finders of imports. Called once, while the image is built."""
    modules = capture(ROOT)
    library = Library(modules | others)
    absent = frozenset(sys.stdlib_module_names) - modules.keys() - set(sys.builtin_module_names) - set(sys.modules)
    sys.meta_path += [library, Absent(absent)]
    for name, captured in (modules | others).items():
        module = sys.modules.get(name)
        if module is not None and module.__spec__ is not None:  # imported while building, from a file that will be gone
            module.__spec__.loader = library
            module.__loader__ = library
            module.__dict__.setdefault("__file__", captured.file)
    return library
