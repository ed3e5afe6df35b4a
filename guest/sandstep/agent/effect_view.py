"""What of effects stands around a frame, for a view of its own: handlers in force, dispatches in progress, where its task comes from."""

from .entries import Dispatch, Edge, Entry, Handling, Place, Site
from .messages import Handler, Json, integer
from .own import keep_builtins
from .sources import Sources
from .stack import Stack
from .tasks import Flow, Tasks

keep_builtins(globals())


class EffectView:
    """Serves `sandstepEffects`."""

    def __init__(self, stack: Stack, tasks: Tasks, sources: Sources) -> None:
        self._stack, self._tasks, self._sources = stack, tasks, sources

    def handlers(self) -> dict[str, Handler]:
        return {"sandstepEffects": self._show}

    def _show(self, arguments: Json) -> Json:
        flow, entries = self._stack.outward(integer(arguments, "frameId"))
        dispatches, spawns = [], []
        for entry in entries:
            if type(entry) is Dispatch:
                label = self._tasks.effects.text(entry.effect)
                dispatches.append({"label": label, **self._place(entry.site)})
            elif type(entry) is Edge:
                spawns.append({"label": entry.name, "threadId": entry.number, **self._place(entry.site)})
        handlers = [self._handler(each) for each in self._in_force(flow, entries)]
        return {"handlers": handlers, "dispatches": dispatches, "spawns": spawns}

    def _in_force(self, flow: Flow, entries: list[Entry]) -> tuple[Handling, ...]:
        """The handlers in force for the first of these entries: for what is no frame, those of the frame that waits for it."""
        for entry in entries:
            if type(entry) is Dispatch:
                return entry.handlers
            if type(entry) is Place:
                found = self._tasks.effects.handlers_of(flow, self._tasks.stacks.of(flow), entry.frame)
                if found:
                    return found
        return ()

    def _handler(self, handler: Handling) -> Json:
        return {"name": handler.name, "mark": handler.mark, **self._place(handler.site)}

    def _place(self, site: Site | None) -> Json:
        return {} if site is None else {"source": self._sources.source(site.file), "line": site.line}
