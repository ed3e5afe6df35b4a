"""What the workspace says of the programs in it: settings, launch configurations, callbacks of the host."""

import os
from collections.abc import Iterator
from fnmatch import fnmatch
from itertools import islice
from typing import NamedTuple

from . import launch
from .image_facts import ImageFacts
from .index import Index
from .model import Argument, Function
from .reach import Reach
from .settings import Settings
from .view import FunctionAt, View

_STEPS = 500
"""So many functions are looked at in one go."""


class Offered(NamedTuple):
    """A callback of the host, as its source declares it."""

    name: str
    path: str
    function: Function


class Project:
    """Read anew when one of its files changes."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.settings = Settings()
        self.image: ImageFacts | None = None
        self.configurations: list[launch.Configuration] = []
        self._offered: tuple[int, dict[str, Offered]] = (-1, {})
        self._reach = Reach(index)
        self._exploring: tuple[int, Iterator[None]] = (-1, iter(()))
        self._explored = False

    def read(self, folders: list[str]) -> list[str]:
        """Reads the launch configurations; sentences on what is wrong with them."""
        found, wrong = [], []
        for folder in folders:
            configurations, trouble = launch.read(folder)
            found += configurations
            wrong += [trouble] if trouble else []
        self.configurations = found
        packages = [*dict.fromkeys([*self.settings.packages, *(each for one in found for each in one.packages)])]
        base = folders[0] if folders else ""
        self._index.look_in(folders, [os.path.normpath(os.path.join(base, os.path.expanduser(each))) for each in packages])
        return wrong

    @property
    def grants_are_known(self) -> bool:
        """Whether the workspace says with what its programs run; else they may be granted anything, on a command line or by an embedder."""
        return bool(self.configurations)

    @property
    def packages_are_known(self) -> bool:
        return bool(self.configurations or self.settings.packages)

    def mounts(self) -> list[launch.Mount]:
        return [mount for one in self.configurations for mount in one.mounts]

    def runs_in_sandbox(self, view: View) -> bool:
        """Whether a file may be one of a sandboxed program: it is in the workspace, and nothing in it belongs to the host."""
        inside = next((folder for folder in self._index.folders if view.path.startswith(folder + os.sep)), None)
        if inside is None:
            return not self._index.folders
        relative = os.path.relpath(view.path, inside)
        if any(fnmatch(relative, pattern) for pattern in self.settings.exclude):
            return False
        if any(one.callbacks == view.path for one in self.configurations):
            return False
        parts = relative.split(os.sep)[:-1]
        if any(part in ("site-packages", "node_modules") or part.startswith(".") for part in parts):
            return False
        return not any(_is_of_host(each.module) for each in view.imports())

    def reach(self) -> Reach | None:
        """Where effects go, as of now. None where that takes longer than an editor waits: call `explore` until it is done."""
        return self._reach if self.explore() else None

    def explore(self) -> bool:
        """Follows effects for some milliseconds; whether it is done."""
        if self._exploring[0] != self._index.generation:
            self._reach, self._explored = Reach(self._index), False
            self._exploring = self._index.generation, self._reach.explore()
        if not self._explored:
            self._explored = sum(1 for _ in islice(self._exploring[1], _STEPS)) < _STEPS
        return self._explored

    def callbacks(self) -> dict[str, Offered]:
        """The host's callbacks by name: those of the configured files, and all that the workspace decorates with `@callback`."""
        if self._offered[0] != self._index.generation:
            self._offered = self._index.generation, {each.name: each for each in self._find_callbacks()}
        return self._offered[1]

    def _find_callbacks(self) -> Iterator[Offered]:
        paths = {one.callbacks for one in self.configurations if one.callbacks}
        views = [view for path in sorted(paths) if (view := self._index.view(path)) is not None]
        for view in [*self._index.views("callback"), *views]:
            for number, part in enumerate(view.parts):
                for index, function in enumerate(part.functions):
                    name = self._callback_name(view, FunctionAt(number, index, function))
                    if name:
                        yield Offered(name, view.path, function)

    def _callback_name(self, view: View, at: FunctionAt) -> str:
        for decorator in at.function.decorators:
            if self._index.kinds.role(view, at.part, at.function.scope, decorator.name) == "callback":
                given = next((each.value.text for each in decorator.arguments if _is_name(each)), "")
                return given or at.function.name
        return ""


def _is_name(argument: Argument) -> bool:
    return argument.name == "name" and argument.value.kind == "str"


def _is_of_host(module: str) -> bool:
    return (
        module.split(".")[:2] in (["sandstep", "sandbox"], ["sandstep", "dap"], ["sandstep", "lsp"]) or module.partition(".")[0] == "pytest"
    )
