"""The runtime of algebraic effects, as `sandstep.effects.inspect` shows it: tasks, dispatches, handlers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import CodeType, FrameType, ModuleType
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from .. import objects
from ..effect_text import effect_text
from ..entries import Dispatch, Entry, Handling, Place, Site, place_of, places_of_traceback
from ..exception_text import summary
from ..messages import RequestError
from ..own import keep_builtins
from .bindings import Bindings
from .flows import Flow, Flows, State, Waiting, one_line

keep_builtins(globals())

MAIN = 0
"""The number of the task that each scheduler begins with: the program itself, which nobody spawned."""


_ENDED = frozenset({"done", "failed", "cancelled"})


class Part(NamedTuple):
    """A stretch of what a run runs now: it belongs to the task, or to whoever runs the program if that is None."""

    task: Any
    entries: list[Entry]
    schedulers: list[Any]
    """Those that are hosted in this part."""


class EffectTasks:
    """Answers for programs of effects. `inspect` is `sandstep.effects.inspect`, which is in the image; a program may never import it."""

    def __init__(self, flows: Flows, inspect: ModuleType) -> None:
        self._flows = flows
        self.inspect = inspect
        self._bindings = Bindings()
        self._hosts: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
        self.new_turn: CodeType = inspect.MOMENTS.made
        """The code of the scheduler's function that makes a task."""
        self.began: Callable[[Flow], None] = lambda flow: None
        self.ended: Callable[[Flow], None] = flows.end

    def created(self, turn: Any) -> None:
        """The scheduler has made a task."""
        if turn.info.parent_task is not None:
            self.began(self.flow(turn.info))

    def flow(self, info: Any) -> Flow:
        """The flow of a task."""
        known = self._bindings.flow(info)
        if known is not None:
            return known
        site = None if info.spawn_site is None else Site(info.spawn_site[1], info.spawn_site[2], info.spawn_site[0])
        name = one_line(str.__str__(info.name)) if objects.is_a(info.name, str) else objects.qualname(type(info.name))
        flow = self._flows.new("effects", name, info.task_id, 0, site)
        flow.began = info.created
        self._bindings.bind(info, flow, self.ended)
        return flow

    def flows(self) -> Iterator[Flow]:
        yield from sorted((self.flow(info) for info in self.inspect.tasks() if info.parent_task is not None), key=lambda flow: flow.number)

    def state(self, flow: Flow) -> State:
        found: State = "ready" if (status := self._bindings.task(flow).status) == "new" else status
        return found

    def waiting(self, flow: Flow) -> Waiting:
        return self._waiting(self._bindings.task(flow))

    def _waiting(self, info: Any) -> Waiting:
        if info.status == "waiting":
            scheduler = info.scheduler
            on = [task for number in info.waiting_on if (task := scheduler.task_info(number)) is not None]
            return Waiting("waiting", info.waits_for, tuple(self.flow(task) for task in on), upon=info.continuation)
        if info.status == "failed" and info.error is not None:
            return Waiting("failed", summary(info.error))
        return Waiting("ready" if info.status == "new" else info.status)

    def parent(self, flow: Flow) -> Flow | None:
        info = self._bindings.task(flow)
        parent = self.inspect.parent(info)
        if parent is not None and parent.parent_task is not None:
            found = self.flow(parent)
            flow.parent = found.number
            return found
        host = self._flows.get(self._hosts.get(info.scheduler, 0))
        if host is not None and parent is not None:
            flow.parent = host.number
        return host

    def host(self, scheduler: Any, flow: Flow) -> None:
        """This flow is the one that runs the program with this scheduler."""
        self._hosts[scheduler] = flow.number

    @property
    def has_schedulers(self) -> bool:
        """Whether any program of effects has tasks."""
        return bool(self.inspect.schedulers())

    def hosted(self, flow: Flow) -> Waiting | None:
        """What the program waits for that a flow runs, if it has tasks and is suspended."""
        for scheduler in self.inspect.schedulers():
            main = scheduler.task_info(MAIN) if self._hosts.get(scheduler) == flow.number else None
            if main is not None and main.status in ("waiting", "ready"):
                return self._waiting(main)
        return None

    def unhosted(self) -> bool:
        """Whether there is a scheduler of which it is not known who runs its program."""
        return any(scheduler not in self._hosts for scheduler in self.inspect.schedulers())

    def waiters(self, flow: Flow) -> list[Flow]:
        info = self._bindings.task(flow)
        found = []
        for other in self.inspect.tasks():
            if other.scheduler is info.scheduler and other.status == "waiting" and info.task_id in other.waiting_on:
                host = self._flows.get(self._hosts.get(info.scheduler, 0)) or self._flows.main
                found.append(host if other.parent_task is None else self.flow(other))
        return found

    def suspended(self, flow: Flow) -> list[Entry]:
        info = self._bindings.task(flow)
        if info.error is not None:
            return list(places_of_traceback(objects.traceback_of(info.error)))
        return self._entries(self.inspect.chain(info))

    def task(self, flow: Flow) -> object:
        return self._bindings.task(flow)

    def cancel(self, flow: Flow) -> None:
        if not self.inspect.cancel(self._bindings.task(flow)):
            raise RequestError(f"{flow.name} runs now or has ended: only a task that waits or is ready can be cancelled.")

    def hold(self, flow: Flow, held: bool) -> None:
        self.inspect.hold(self._bindings.task(flow), held)

    def has_ended(self, flow: Flow) -> bool:
        info = self._bindings.find(flow)
        return info is None or info.status in _ENDED

    def prefer(self, flow: Flow | None) -> None:
        if flow is None or flow.owner == "effects":
            self.inspect.prefer(self._bindings.task(flow) if flow is not None else None)
            return
        for scheduler in self.inspect.schedulers():
            main = scheduler.task_info(MAIN) if self._hosts.get(scheduler) == flow.number else None
            if main is not None:
                self.inspect.prefer(main)

    def drives(self, run: Any, frame: FrameType) -> bool:
        """Whether this is the frame of the generator that a run runs now."""
        return bool(self.inspect.drives(run, frame))

    def in_force(self, run: Any) -> list[tuple[int, str, CodeType | None]]:
        """The handlers in force where a run is, innermost first: serial number, name, code."""
        found: list[tuple[int, str, CodeType | None]] = self.inspect.in_force_now(run)
        return found

    def asked(self, frame: FrameType) -> int | None:
        """The serial number of the handler that begins to work with this frame."""
        found: int | None = self.inspect.asked(frame)
        return found

    def runs(self, frame: FrameType) -> Any:
        """The run whose outermost frame this is, else None."""
        return self.inspect.run_of(frame)

    def offered(self, frame: FrameType) -> list[Entry]:
        """What stands between a handler that is a plain function, which this frame calls, and the program that performed its effect."""
        return self._entries(self.inspect.offered(frame) or ())

    def parts(self, run: Any) -> list[Part]:
        """What a run runs now, innermost first: a part for each task on top of the others, the last one its own."""
        parts = [Part(None, [], [])]
        for link in self.inspect.running_chain(run):
            if type(link) is self.inspect.TaskLink:
                parts[-1] = parts[-1]._replace(task=link.task)
                parts.append(Part(None, [], []))
                continue
            scheduler = getattr(link, "scheduler", None)
            if scheduler is not None:
                parts[-1].schedulers.append(scheduler)
                main = scheduler.task_info(MAIN)
                if main is not None:
                    parts[-1].entries[:0] = self._entries(self.inspect.chain(main))
            entry = self._entry(link)
            if entry is not None:
                parts[-1].entries.append(entry)
        return parts

    def task_of_run(self, run: Any) -> Flow | None:
        """The spawned task that a run runs now."""
        info = self.inspect.running_task(run)
        return self.flow(info) if info is not None else None

    def is_loop(self, frame: FrameType) -> Any:
        """The run whose loop this frame is, else None."""
        return self.inspect.loop_of(frame)

    def innermost(self, run: Any, is_mine: Callable[[CodeType], bool]) -> tuple[FrameType | None, bool]:
        """The innermost frame of what a run runs now whose code is one of these, within its task; and whether that was all of the run."""
        for link in self.inspect.running_links(run):
            if type(link) is self.inspect.TaskLink:
                return None, False
            if type(link) is self.inspect.FrameLink and is_mine(link.frame.f_code):
                return link.frame, False
        return None, True

    def performed_at(self, run: Any) -> Iterator[tuple[CodeType, int]]:
        """Where the effect was performed that is handled now, by whom that was asked for, and so on outward."""
        handled = None if run.frame is None else run.frame.k
        held = [] if handled is None else self._entries(self.inspect.suspended_chain(handled))
        for entry in (*held, *self.parts(run)[0].entries):
            if type(entry) is Place:
                yield entry.frame.f_code, entry.offset

    def report(self, error: BaseException) -> str:
        """The effect traceback that an exception carries. Raises ValueError if what it carries is none."""
        shown: str = self.inspect.report(error)
        return shown

    def text(self, effect: object) -> str:
        """An effect as it would be written."""
        return effect_text(effect, self.fields(effect), self.inspect.short)

    def awaited(self, entry: Entry) -> object:
        """The awaitable that a program of effects waits for; None if it does not."""
        return self.inspect.awaited(entry.effect) if type(entry) is Dispatch else None

    def handlers_of(self, flow: Flow, entries: Iterable[Entry], frame: FrameType) -> tuple[Handling, ...]:
        """The handlers in force for a frame of a flow's stack, innermost first."""
        held = [task.continuation for task in self._tasks_around(flow)]
        runs = [run for entry in entries if type(entry) is Place and (run := self.inspect.run_of(entry.frame)) is not None]
        for within in (*runs, *(each for each in held if each is not None)):
            found = self.inspect.in_force(within, frame)
            if found is not None:
                return tuple(self._handling(each) for each in found)
        return ()

    def _tasks_around(self, flow: Flow) -> Iterator[Any]:
        """The task of a flow and those that spawned it; and the programs with tasks, which nobody spawned."""
        info = self._bindings.find(flow)
        while info is not None:
            yield info
            info = self.inspect.parent(info)
        for scheduler in self.inspect.schedulers():
            main = scheduler.task_info(MAIN)
            if main is not None:
                yield main

    def fields(self, effect: object) -> list[tuple[str, object]]:
        """What an effect says."""
        found: list[tuple[str, object]] = self.inspect.fields(effect)
        return found

    def _entries(self, links: Iterable[Any]) -> list[Entry]:
        entries = [entry for link in links if (entry := self._entry(link)) is not None]
        for index, entry in enumerate(entries[:-1]):
            if type(entry) is Dispatch and entry.site is None:
                entries[index] = entry._replace(site=_site_of(entries[index + 1]))
        return entries

    def _entry(self, link: Any) -> Entry | None:
        if type(link) is self.inspect.FrameLink:
            return place_of(link.frame)._replace(is_handler=link.role == "handler", handles=link.effect)
        if type(link) is self.inspect.EffectLink:
            created = link.created_at
            site = None if created is None else Site(created.filename, created.line, created.function)
            return Dispatch(link.effect, site, tuple(self._handling(each) for each in link.handlers))
        return None

    def _handling(self, handler: Any) -> Handling:
        site = None if handler.filename is None else Site(handler.filename, handler.line or 1, handler.name)
        mark = "" if handler.status == "pending" else f"{self.inspect.MARKS[handler.status]} {handler.status}"
        return Handling(handler.handler, handler.name, mark, site)


def _site_of(entry: Entry) -> Site | None:
    """The place of the frame that performed an effect, where the effect does not say where it was made."""
    return Site(entry.frame.f_code.co_filename, entry.line, entry.frame.f_code.co_name) if type(entry) is Place else None
