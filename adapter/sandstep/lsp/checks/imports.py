"""Imports that cannot work in the sandbox, by what the installed image has."""

import os
from collections.abc import Iterator
from functools import lru_cache
from importlib.machinery import EXTENSION_SUFFIXES

from ..findings import Finding
from ..image_facts import REMOVED, ImageFacts
from ..model import Import
from ..text import Span
from .context import Context, expected

_ERRORS = ("ImportError", "ModuleNotFoundError")
_REASONS = {
    "ssl": "there is no network",
    "_ssl": "there is no network",
    "multiprocessing": "there are no processes",
    "_multiprocessing": "there are no processes",
    "_posixsubprocess": "there are no processes",
    "termios": "there is no terminal",
    "readline": "there is no terminal",
    "curses": "there is no terminal",
    "tkinter": "there is no screen",
    "_tkinter": "there is no screen",
    "turtle": "there is no screen",
    "ctypes": "no machine code can be loaded",
    "_ctypes": "no machine code can be loaded",
    "mmap": "there is no memory that could be mapped",
    "_interpreters": "there is one interpreter",
    "pwd": "there are no users",
    "grp": "there are no users",
}
_WAYS = {
    "multiprocessing": "use asyncio, or effects with Spawn and Gather",
    "ssl": "let a callback of the host speak with the network",
    "bz2": "use zlib, gzip or zipfile with deflate",
    "lzma": "use zlib, gzip or zipfile with deflate",
    "readline": "leave it out",
    "ctypes": "use pure Python, or a callback of the host",
}


def check(context: Context) -> Iterator[Finding]:
    """`missing-module`, `missing-name`, `missing-package` and `compiled-package`."""
    image = context.project.image
    if image is None or not context.in_sandbox:
        return
    for imported in context.view.imports():
        if imported.live and not imported.module.startswith(".") and not expected(imported.guarded, "if", *_ERRORS):
            yield from _imported(context, image, imported)


def _imported(context: Context, image: ImageFacts, imported: Import) -> Iterator[Finding]:
    top = imported.module.partition(".")[0]
    found = context.index.resolver.module_file(top, context.view.path)
    if found is not None:
        yield from _package(context, imported, found)
        return
    missing = next((name for name in _modules(imported) if name in image.absent), None)
    if missing is not None:
        yield Finding("missing-module", _place(imported, missing), missing_module(image, missing))
    elif top in REMOVED:
        yield Finding("missing-module", imported.module_span, f"Python 3.14, the sandbox's, has no `{top}` any more: use what replaced it.")
    elif top in image.modules or top in ("sandstep", "doeff_vm", "__main__"):
        yield from _name(image, imported)
    elif context.project.packages_are_known and not _beside(context, top):
        message = f"`{top}` is in none of the granted packages: add its folder to `packages` of the launch configuration."
        yield Finding("missing-package", imported.module_span, message)


def _place(imported: Import, missing: str) -> Span:
    """The name of the module, or what is imported from it, if that is what is missing."""
    return imported.span if missing == f"{imported.module}.{imported.name}" else imported.module_span


def _modules(imported: Import) -> list[str]:
    """The modules that an import needs, from the outermost; a name may be a module too."""
    parts = imported.module.split(".")
    names = [".".join(parts[: count + 1]) for count in range(len(parts))]
    return [*names, f"{imported.module}.{imported.name}"] if imported.name not in ("", "*") else names


def missing_module(image: ImageFacts, name: str) -> str:
    """Why a module is not in the sandbox, and what to do."""
    root = image.absent.get(name, "") or name
    needs = "" if root == name else f", as it needs `{root}`"
    reason = f": {_REASONS[root]}" if root in _REASONS else ""
    way_out = _WAYS.get(name) or _WAYS.get(root) or "do without it, or catch the ImportError"
    return f"`{name}` cannot be imported in the sandbox{needs}{reason}; {way_out}."


def _name(image: ImageFacts, imported: Import) -> Iterator[Finding]:
    names = image.attributes.get(imported.module)
    if names is None or imported.name in ("", "*") or imported.name in names or "__getattr__" in names:
        return
    if f"{imported.module}.{imported.name}" in image.modules:
        return
    message = f"`{imported.module}` has no `{imported.name}` in the sandbox: do without it, or catch the ImportError."
    yield Finding("missing-name", imported.span, message)


def _package(context: Context, imported: Import, file: str) -> Iterator[Finding]:
    """A package that is granted, but has compiled parts, which WebAssembly cannot load."""
    folder = os.path.dirname(file) if os.path.basename(file) == "__init__.py" else file
    if not any(folder.startswith(package + os.sep) for package in context.index.packages) or not os.path.isdir(folder):
        return
    compiled = _compiled(folder)
    if compiled:
        message = f"`{imported.module}` has compiled parts ({compiled}), which the sandbox cannot load: use a pure-Python package."
        yield Finding("compiled-package", imported.module_span, message)


@lru_cache(maxsize=256)
def _compiled(folder: str) -> str:
    """A compiled module below a package's folder; "" if there is none, or only beside a module in Python of the same name."""
    for path, _, files in os.walk(folder):
        for file in files:
            if file.endswith((*EXTENSION_SUFFIXES, ".pyd")) and f"{file.partition('.')[0]}.py" not in files:
                return os.path.relpath(os.path.join(path, file), folder)
    return ""


def _beside(context: Context, top: str) -> bool:
    """Whether a file with this name is anywhere in the workspace: a program may put its folder on sys.path."""
    endings = (f"{os.sep}{top}.py", f"{os.sep}{top}{os.sep}__init__.py")
    return any(path.endswith(endings) for path in context.index.paths())
