"""The stacks at a stop: which frames of which thread are shown, under which numbers."""

from types import FrameType
from typing import NamedTuple

from . import codes, objects
from .entries import Dispatch, Edge, Entry, Gone, Place, Site
from .messages import Handler, Json, RequestError, integer
from .own import keep_builtins
from .sources import Sources
from .tasks import Flow, Tasks

keep_builtins(globals())


class Shown(NamedTuple):
    """The frames of one thread that the client has been told of; they are numbered from `first` on."""

    flow: Flow
    first: int
    entries: list[Entry]


class Stack:
    """The stacks of one stop, each made when it is first asked for."""

    def __init__(self, sources: Sources, tasks: Tasks) -> None:
        self._sources, self._tasks = sources, tasks
        self._traceback: list[Entry] | None = None
        self._here: FrameType | None = None
        self._shown: dict[int, Shown] = {}
        self._next = 1

    def stand(self, frame: FrameType | None, *, here: bool) -> None:
        """The program stands in this frame. `here`: the frame is to be shown, whoever's it is, as it was asked for."""
        self.clear()
        self._tasks.stand(frame)
        self._here = frame if here else None

    def stand_at_end(self, entries: list[Entry]) -> None:
        """The program has ended by an exception: the stack is its traceback's."""
        self.clear()
        self._tasks.stand(None)
        self._traceback = entries

    def clear(self) -> None:
        self._shown.clear()
        self._traceback, self._here = None, None
        self._tasks.clear()

    @property
    def has_ended(self) -> bool:
        """Whether the stack is that of an exception that ended the program."""
        return self._traceback is not None

    def of(self, flow: Flow) -> Shown:
        """The stack of a thread as it is shown, innermost first."""
        shown = self._shown.get(flow.number)
        if shown is None:
            entries = self._visible(self._entries(flow))
            shown = self._shown[flow.number] = Shown(flow, self._next, entries)
            self._next += len(entries)
        return shown

    def _entries(self, flow: Flow) -> list[Entry]:
        if self._traceback is not None and flow is self._tasks.current:
            return self._traceback
        return self._tasks.stacks.of(flow)

    def _visible(self, entries: list[Entry]) -> list[Entry]:
        visible = [entry for entry in entries if type(entry) is not Place or self._sources.owner(entry.frame.f_code) != "hidden"]
        own = next((index for index, entry in enumerate(visible) if type(entry) is Edge), len(visible))
        mine = [each for each in visible[:own] if self._is_mine(each)] or visible[:own]
        return mine + [each for each in visible[own:] if self._is_mine(each)]

    def _is_mine(self, entry: Entry) -> bool:
        """Whether an entry is shown while only the user's code is."""
        return type(entry) is not Place or entry.frame is self._here or self._sources.is_mine(entry.frame.f_code)

    @property
    def places(self) -> list[Place]:
        """The Python frames that are shown of the thread in which the program stands, innermost first."""
        return self.places_of(self._tasks.current)

    def places_of(self, flow: Flow) -> list[Place]:
        """The same of any thread."""
        return [entry for entry in self.of(flow).entries if type(entry) is Place]

    def own_place(self, flow: Flow) -> Place | None:
        """The innermost Python frame of a thread that is not one of its parents'."""
        for entry in self.of(flow).entries:
            if type(entry) is Place:
                return entry
            if type(entry) is Edge and flow.owner != "main":
                return None
        return None

    def entry(self, number: int) -> tuple[Flow, Entry]:
        """What a frame's number stands for, and whose it is: a stack goes on with those of the task's parents."""
        _, entries, index = self._find(number)
        edge = next((each for each in entries[index:] if type(each) is Edge), None)
        flow = self._tasks.flows.get(edge.number) if edge is not None else None
        return flow or self._tasks.flows.main, entries[index]

    def outward(self, number: int) -> tuple[Flow, list[Entry]]:
        """A frame and what stands further out in the stack that it is of, and whose that is."""
        flow, entries, index = self._find(number)
        return flow, entries[index:]

    def place(self, number: int) -> Place:
        """The place of a frame's number; for what is no Python frame, that of the frame that waits for it."""
        _, entries, index = self._find(number)
        found = next((entry for entry in entries[index:] if type(entry) is Place), None)
        if found is None:
            raise RequestError("There is no code of Python's in this frame.")
        return found

    def _find(self, number: int) -> tuple[Flow, list[Entry], int]:
        for flow, first, entries in self._shown.values():
            if first <= number < first + len(entries):
                return flow, entries, number - first
        raise RequestError("This frame is of an earlier stop.")

    def handlers(self) -> dict[str, Handler]:
        return {"stackTrace": self._stack_trace}

    def _stack_trace(self, arguments: Json) -> Json:
        start, levels = integer(arguments, "startFrame", 0), integer(arguments, "levels", 0)
        _, first, entries = self.of(self._tasks.flow(integer(arguments, "threadId")))
        chosen = entries[start : start + levels if levels else None]
        frames = [self._body(number, entry) for number, entry in enumerate(chosen, first + start)]
        return {"stackFrames": frames, "totalFrames": len(entries)}

    def _body(self, number: int, entry: Entry) -> Json:
        """DAP's StackFrame."""
        match entry:
            case Place():
                return self._frame(number, entry)
            case Dispatch(effect, site, _):
                return self._at(number, self._tasks.effects.text(effect), site, None)
            case Edge(_, name, site):
                where = "" if site is None else f" · spawned at {site.function}() {self._name(site)}:{site.line}"
                return self._at(number, f"── in task {name}{where} ──", site, "label")
            case Gone(site):
                return self._at(number, site.function, site, None)

    def _at(self, number: int, name: str, site: Site | None, hint: str | None) -> Json:
        body: Json = {"id": number, "name": name, "line": 0 if site is None else site.line, "column": 0 if site is None else 1}
        if site is not None:
            body["source"] = self._sources.source(site.file)
        if hint is not None:
            body["presentationHint"] = hint
        return body

    def _name(self, site: Site) -> str:
        return str(self._sources.source(site.file)["name"])

    def _frame(self, number: int, place: Place) -> Json:
        code = place.frame.f_code
        name = code.co_qualname
        if place.is_handler:
            name += f" · handles {objects.qualname(type(place.handles)).rpartition('.')[2]}"
        body: Json = {"id": number, "name": name, "line": place.line, "column": 1}
        body["source"] = self._sources.source(code.co_filename)
        first, last, column, end = codes.position(code, place.offset)
        if first == place.line and column is not None:
            body["column"] = column + 1
            if end is not None and last is not None:
                body["endLine"], body["endColumn"] = last, end + 1
        module = codes.module_name(place.frame)
        if module:
            body["moduleId"] = module
        if not self._sources.is_mine(code) or self._sources.owner(code) == "library":
            body["presentationHint"] = "subtle"
        return body
