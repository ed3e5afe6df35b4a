"""What a tracer tells of a program's effects: each dispatch, from where it was performed to its answer, and the tasks of schedulers."""

from collections.abc import Callable
from posixpath import dirname
from time import perf_counter_ns
from types import CodeType
from typing import Any, TypedDict

from sandstep.agent import objects
from sandstep.agent.render import Renderer

LIBRARY = ("/python/", "<frozen ", f"{dirname(__file__)}/", f"{dirname(dirname(dirname(objects.__file__)))}/")
"""How the files of code begin that is not the program's."""
_NAME, _FIELDS, _FIELD = 200, 20, 100


class TraceDict(TypedDict):
    """How a program is traced. `internal`: also the library's code and functions whose name begins with `_`."""

    locals: bool
    internal: bool


class EffectEvents:
    """Observes the machines and schedulers of `sandstep.effects`. `dispatched`, `handled` and the rest tell the tracer, in its terms."""

    def __init__(
        self,
        add: Callable[[bool, list[Any], CodeType | None, int], None],
        running: Callable[[], object],
        switched: Callable[[], None],
        ended: Callable[[object, str], None],
        options: TraceDict,
    ) -> None:
        """`add` tells of a dispatch (True) or its end; `running` is the asyncio task."""
        self._add, self._running, self._switched, self._ended = add, running, switched, ended
        self._with_fields, self._internal = options["locals"], options["internal"]
        self._count = 0
        self._under_way: dict[int, list[tuple[int, int, Any]]] = {}
        self._tasks: dict[object, dict[Any, Any]] = {}

    def task(self, outer: object) -> object:
        """The effect task that runs in an asyncio task (or None); that itself, if there is none."""
        schedulers = self._tasks.get(outer)
        return next(reversed(schedulers.values())) if schedulers else outer

    def dispatched(self, effect: Any, code: CodeType | None, line: int) -> None:
        if not self._internal and code is not None and code.co_filename.startswith(LIBRARY):
            return
        self._count += 1
        self._under_way.setdefault(id(effect), []).append((self._count, perf_counter_ns(), effect))
        self._add(True, [_name(effect), self._count, _fields(effect) if self._with_fields else ""], code, line)

    def handled(self, effect: Any, handler: str, outcome: str) -> None:
        entries = self._under_way.get(id(effect))
        if not entries:
            return  # performed before the trace began, or by the library
        number, began, _ = entries.pop()
        if not entries:
            del self._under_way[id(effect)]
        self._add(False, [_name(effect), number, handler[:_NAME], outcome, perf_counter_ns() - began], None, 0)

    def task_made(self, task: Any) -> None:
        return  # it has a track from its first turn on

    def task_runs(self, task: Any, main: Any) -> None:
        schedulers = self._tasks.setdefault(self._running(), {})
        schedulers.pop(main, None)  # the one that ran last comes last
        schedulers[main] = task
        self._switched()

    def task_ended(self, task: Any) -> None:
        error = task.error
        self._ended(task, "cancelled" if task.status == "cancelled" else type(error).__name__ if error is not None else "done")

    def scheduler_ended(self, main: Any) -> None:
        self._ended(main, "done")
        for outer, schedulers in list(self._tasks.items()):
            if schedulers.pop(main, None) is not None and not schedulers:
                del self._tasks[outer]
        self._switched()


def _name(effect: Any) -> str:
    return objects.qualname(type(effect))[:_NAME]


def _fields(effect: Any) -> str:
    """Its attributes, formatted without running the program's code."""
    named = [*objects.slots(effect), *(objects.instance_dict(effect) or {}).items()]
    public = [(name, value) for name, value in named if type(name) is str and not name.startswith("_")]
    return ", ".join(f"{name}={Renderer(_FIELD, user=_of_users).text(value)}" for name, value in public[:_FIELDS])


def _of_users(value: object) -> str:
    return f"<{objects.qualname(type(value))} object>"
