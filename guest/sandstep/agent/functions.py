"""Function breakpoints: by the name of a function, of an effect type (`effect:Ask`), or of a handler (`handler:cache`)."""

import re
from collections.abc import Callable, Iterable, Sequence
from types import CodeType, FrameType
from typing import Any, NamedTuple

from . import codes
from .breakpoint import Breakpoint, Numbers
from .messages import Json, RequestError
from .monitor import EVENTS, Monitor
from .own import keep_builtins
from .sources import Sources

keep_builtins(globals())

_REASON = "handler"
_NAME = re.compile(r"[\w.<>]+\Z")


class Reached(NamedTuple):
    """The breakpoints whose function begins here, what their expressions see beside the frame, and what to say of it."""

    breakpoints: Sequence[Breakpoint] = ()
    subjects: dict[str, Any] | None = None
    text: str | None = None


class Functions:
    """All breakpoints that have a name in place of a line."""

    def __init__(self, monitor: Monitor, sources: Sources) -> None:
        self._monitor, self._sources = monitor, sources
        self.numbers = Numbers()
        self._all: list[Breakpoint] = []
        self._named: list[Breakpoint] = []
        self.effects: list[Breakpoint] = []
        self.handlers: list[Breakpoint] = []
        self._entering: FrameType | None = None
        self._expected: tuple[CodeType, Reached] | None = None
        self.changed: Callable[[Breakpoint, Json], None] = lambda breakpoint, body: None
        self.effect_names: Callable[[], Iterable[set[str]]] = list
        """Under which names each type of effects that there is may be written."""

    def set(self, arguments: Json) -> Json:
        """Serves `setFunctionBreakpoints`."""
        wanted = arguments.get("breakpoints")
        if not isinstance(wanted, list) or any(not isinstance(asked.get("name"), str) for asked in wanted):
            raise RequestError("`breakpoints` must be a list of objects with a `name`")
        old = self._all
        self._all = [self.numbers.breakpoint(asked, old) for asked in wanted]
        kinds: dict[str, list[Breakpoint]] = {"": [], "effect": [], "handler": []}
        for each in self._all:
            kind, each.name = _read(each.asked["name"])
            if not _NAME.match(each.name) or kind not in kinds:
                each.wrong = each.wrong or f"{each.asked['name']!r} is none of: module.function, Class.method, effect:Type, handler:name"
            else:
                kinds[kind].append(each)
            if each.wrong is not None:
                each.message = each.wrong
            elif not each.verified:
                each.message = _PENDING[kind].format(each.name)
        self._named, self.effects, self.handlers = (
            [each for each in kinds[kind] if each.wrong is None] for kind in ("", "effect", "handler")
        )
        self._verify_effects()
        return {"breakpoints": [each.body(self._sources) for each in self._all]}

    # Functions that begin

    def look(self, code: CodeType, frame: FrameType, *, starts: bool) -> bool:
        """A code is about to run. True: it has a breakpoint, which its first line will reach if it starts."""
        named = [each for each in self._named if self._is_named(each, code, frame)] if self._named else []
        for each in named:
            self.verify(each, code)
        if named and starts:
            self._entering = frame
        return bool(named)

    def has(self, code: CodeType) -> bool:
        """Whether a code may have a breakpoint."""
        return bool(self.handlers) or any(self._is_named(each, code, None) for each in self._named)

    def expect(self, code: CodeType, reached: Reached) -> None:
        """A handler of the program's is called: its first line will be one with these breakpoints."""
        self._expected = code, reached
        self._monitor.want(code, _REASON, EVENTS.LINE)

    def reached(self, frame: FrameType) -> Reached:
        """Which of them the line of this frame, to which an event has come, is the first of."""
        entering, self._entering = self._entering, None
        code = frame.f_code
        if self._expected is not None and self._expected[0] is code:
            reached, self._expected = self._expected[1], None
            self._monitor.unwant(code, _REASON)
            return reached
        if entering is frame:
            return Reached([each for each in self._named if self._is_named(each, code, frame)])
        return Reached()

    def _is_named(self, breakpoint: Breakpoint, code: CodeType, frame: FrameType | None) -> bool:
        if code.co_name.startswith("<"):
            return False
        name, qualified = breakpoint.name, code.co_qualname
        if name == qualified or name == qualified.replace("<locals>.", "") or name == code.co_name:
            return self._sources.is_mine(code)
        if not name.endswith("." + code.co_name):
            return False
        if frame is None:
            return True
        return bool(name == f"{codes.module_name(frame)}.{qualified}")

    # What the editor is told

    def verify(self, breakpoint: Breakpoint, code: CodeType | None) -> None:
        """What a breakpoint names is there: a function's or handler's code, or an effect type."""
        if breakpoint.verified:
            return
        breakpoint.verified, breakpoint.message = True, None
        if code is not None:
            breakpoint.file, breakpoint.line = code.co_filename, min(codes.executable_lines(code), default=code.co_firstlineno)
        self.changed(breakpoint, breakpoint.body(self._sources))

    def loaded(self, code: CodeType, module: str) -> None:
        """A module begins to run: what could not be verified before can be now."""
        for each in (*self._named, *self.handlers):
            if not each.verified:
                inner = next((inner for inner in codes.nested(code) if inner is not code and _is_in(each.name, inner, module)), None)
                if inner is not None:
                    self.verify(each, inner)
        for each in self._verify_effects():
            self.changed(each, each.body(self._sources))

    def _verify_effects(self) -> list[Breakpoint]:
        """Those whose effect type is there by now, and was not before."""
        pending = [each for each in self.effects if not each.verified]
        found: list[Breakpoint] = []
        for names in self.effect_names() if pending else ():
            found += (each for each in pending if each.name in names and each not in found)
        for each in found:
            each.verified, each.message = True, None
        return found


_PENDING = {
    "": "No function {} has been loaded yet.",
    "effect": "No effect type {} has been defined yet.",
    "handler": "No handler {} has been asked yet.",
}


def _read(asked: str) -> tuple[str, str]:
    """What kind of thing is named, and its name."""
    kind, colon, name = asked.partition(":")
    return (kind.strip(), name.strip()) if colon else ("", kind.strip())


def _is_in(name: str, code: CodeType, module: str) -> bool:
    qualified = code.co_qualname
    names = (qualified, qualified.replace("<locals>.", ""), code.co_name, f"{module}.{qualified}")
    return not code.co_name.startswith("<") and name in names
