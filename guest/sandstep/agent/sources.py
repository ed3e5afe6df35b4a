"""Where code comes from: whose it is, what its text is, and how the editor is told."""

import importlib.util
import linecache
import os
import sys
from collections.abc import Iterator
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Literal

from . import objects
from .messages import Handler, Json, RequestError, integer
from .own import keep_builtins

keep_builtins(globals())

type Owner = Literal["user", "library", "hidden"]

_HERE = os.path.dirname(os.path.abspath(__file__)) + "/"
_STDLIB = tuple({os.path.dirname(os.path.abspath(os.__file__)) + "/", "/python/"})
_HIDDEN = ("<sandstep ", "<frozen importlib", "<frozen runpy", "<frozen zipimport", *(f"{root}runpy.py" for root in _STDLIB))
_FIRST_REFERENCE = 1
_realpath, _getcwd, _isabs, _join, _normpath, _stat = os.path.realpath, os.getcwd, os.path.isabs, os.path.join, os.path.normpath, os.stat


class Sources:
    """Answers, by the file name that a code object has: user's, library's or ours; and its text."""

    def __init__(self, just_my_code: bool) -> None:
        self.just_my_code = just_my_code
        self._hidden: tuple[str, ...] = (_HERE, *_HIDDEN)
        self._packages: tuple[str, ...] = ()
        self._owners: dict[str, Owner] = {}
        self._paths: dict[str, str] = {}
        self._references: dict[str, int] = {}
        self._files: list[str] = []
        self._seen: dict[str, float] = {}

    def hide_callers(self, frame: FrameType | None) -> None:
        """Whoever starts the agent is the runtime: no file of its folders is ever shown."""
        while frame is not None:
            file = frame.f_code.co_filename
            folder = os.path.dirname(file)
            self._hidden += (folder + "/",) if folder not in ("", "/") else (file,)
            frame = frame.f_back

    def hide_functions(self, *functions: object) -> None:
        """What the runtime gave the agent to call is the runtime's too."""
        for function in functions:
            if type(function) is FunctionType:
                folder = os.path.dirname(function.__code__.co_filename)
                self._hidden += (folder + "/", *((os.path.dirname(folder) + "/",) if os.path.basename(folder) == "imports" else ()))

    def add_packages(self, folders: list[str]) -> None:
        """Code in these folders is library code."""
        self._packages += tuple(folder.rstrip("/") + "/" for folder in folders)

    def owner(self, code: CodeType) -> Owner:
        owner = self._owners.get(code.co_filename)
        if owner is None:
            owner = self._owners[code.co_filename] = self._find_owner(code.co_filename)
        if owner == "user" and code.co_filename == "<string>" and code.co_qualname.startswith("__create_fn__."):
            return "library"  # what `dataclasses` generates
        return owner

    def is_mine(self, code: CodeType) -> bool:
        """Whether stepping may stop in this code."""
        owner = self.owner(code)
        return owner == "user" or (owner == "library" and not self.just_my_code)

    def can_step(self, code: CodeType) -> bool:
        """Whether a step may end in this code: code of which there is no text would show nothing."""
        return self.is_mine(code) and (not code.co_filename.startswith("<") or code.co_filename in linecache.cache)

    def _find_owner(self, file: str) -> Owner:
        if file.startswith(self._hidden):
            return "hidden"
        if file.startswith(("<frozen ", "<__array_function__", "<doctest", *_STDLIB, *self._packages)) or "/site-packages/" in file:
            return "library"
        return "user"

    def path(self, file: str) -> str:
        """The absolute path of a file as code objects name it: breakpoints are looked up by it."""
        path = self._paths.get(file)
        if path is None:
            path = self._paths[file] = file if file.startswith("<") else _real(file)
        return path

    def source(self, file: str) -> Json:
        """DAP's Source: a file that the editor can open, or a reference under which `source` gives the text."""
        owner = self._owners.get(file) or self._find_owner(file)
        if file.startswith("<") or file.startswith(_STDLIB):
            name = file if file.startswith("<") else file[len(next(root for root in _STDLIB if file.startswith(root))) :]
            source: Json = {"name": name, "sourceReference": self.reference(file)}
            if not file.startswith("<"):
                source["path"] = file
                source["origin"] = "Python's standard library"
        else:
            path = file if _isabs(file) else _normpath(_join(_getcwd(), file))
            source = {"name": os.path.basename(path), "path": path}
        if owner != "user":
            source["presentationHint"] = "deemphasize"
        return source

    def reference(self, file: str) -> int:
        if file not in self._references:
            self._files.append(file)
            self._references[file] = _FIRST_REFERENCE + len(self._files) - 1
        return self._references[file]

    def file_of(self, source: Json) -> str | None:
        """The file name that a Source of the editor's means."""
        reference = source.get("sourceReference")
        if isinstance(reference, int) and reference > 0:
            return self._files[reference - _FIRST_REFERENCE] if reference - _FIRST_REFERENCE < len(self._files) else None
        path = source.get("path")
        return path if isinstance(path, str) else None

    def text(self, file: str) -> str | None:
        """The text of a file, wherever it is: on disk, in the image, registered by who compiled it."""
        lines = linecache.cache.get(file)
        if file.startswith("<") and lines is not None and len(lines) == 4:
            return "".join(lines[2])
        if not file.startswith("<"):
            try:
                return read_source(file)
            except OSError, SyntaxError, UnicodeDecodeError, LookupError:
                pass  # not a file here: perhaps a loader has it
        for finder in list(sys.meta_path):
            if type(finder).__name__ == "Library" and hasattr(finder, "source_of_file"):
                found = finder.source_of_file(file)
                if found is not None:
                    return str(found)
        return self._text_of_loader(file)

    def _text_of_loader(self, file: str) -> str | None:
        name = file[len("<frozen ") : -1] if file.startswith("<frozen ") else None
        for module_name, module in list(sys.modules.items()):
            if not objects.is_a(module, ModuleType):
                continue
            space = objects.instance_dict(module) or {}
            if space.get("__file__") != file and module_name != name:
                continue
            get_source = getattr(getattr(space.get("__spec__"), "loader", None), "get_source", None)
            try:
                found = get_source(module_name) if get_source is not None else None
            except ImportError, OSError, SyntaxError, ValueError, KeyError:
                continue
            if isinstance(found, str):
                return found
        return None

    def loaded(self, code: CodeType) -> bool:
        """A file begins to run: which version of it that was is kept. True: it is the first time, and it is the user's."""
        path = self.path(code.co_filename)
        if path.startswith("<") or path in self._seen or self.owner(code) != "user":
            return False
        self._seen[path] = _modified(path)
        return True

    def is_loaded(self, path: str) -> bool:
        return path in self._seen

    def has_changed(self, path: str) -> bool:
        """Whether the file is no longer the one that was loaded."""
        return path in self._seen and self._seen[path] != _modified(path)

    def handlers(self) -> dict[str, Handler]:
        return {"source": self._source, "loadedSources": self._loaded_sources, "modules": self._modules}

    def _source(self, arguments: Json) -> Json:
        given = arguments.get("source")
        source = given if isinstance(given, dict) else {"sourceReference": integer(arguments, "sourceReference")}
        if not source.get("sourceReference"):
            source = {**source, "sourceReference": arguments.get("sourceReference")}
        file = self.file_of(source)
        if file is None:
            raise RequestError("There is no source with this reference.")
        found = self.text(file)
        if found is None:
            raise RequestError(f"The text of {file} is not known: it was compiled from a string that is gone.")
        return {"content": found, "mimeType": "text/x-python"}

    def _loaded_sources(self, arguments: Json) -> Json:
        files = dict.fromkeys([*self._seen, *(file for _, file in self._module_files())])
        return {"sources": [self.source(file) for file in files]}

    def _modules(self, arguments: Json) -> Json:
        start, count = integer(arguments, "startModule", 0), integer(arguments, "moduleCount", 0)
        modules = [self.module(name, file) for name, file in self._module_files()]
        return {"modules": modules[start : start + count if count else None], "totalModules": len(modules)}

    def module(self, name: str, file: str) -> Json:
        """DAP's Module."""
        return {"id": name, "name": name, "path": file, "isUserCode": self._find_owner(file) == "user"}

    def _module_files(self) -> Iterator[tuple[str, str]]:
        for name, module in list(sys.modules.items()):
            file = (objects.instance_dict(module) or {}).get("__file__") if objects.is_a(module, ModuleType) else None
            if type(name) is str and type(file) is str and self._find_owner(file) != "hidden":
                yield name, file


def read_source(path: str) -> str:
    """A Python file's text, decoded as Python decodes it."""
    return _decode_source(_read(path))


def _read(path: str) -> bytes:
    descriptor = _open(path, os.O_RDONLY)
    try:
        chunks = []
        while chunk := _read_some(descriptor, 1 << 20):
            chunks.append(chunk)
        return b"".join(chunks)
    finally:
        _close(descriptor)


def _modified(path: str) -> float:
    try:
        return _stat(path).st_mtime
    except OSError:
        return 0.0


def _real(file: str) -> str:
    try:
        return _realpath(file)
    except OSError:
        return _normpath(_join(_getcwd(), file))


_open, _read_some, _close = os.open, os.read, os.close
_decode_source = importlib.util.decode_source
