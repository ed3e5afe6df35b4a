"""Which flows of control there are, and which of them runs: the one place that knows."""

from _asyncio import Task as _Task
from _asyncio import current_task as _current_task

from .messages import MAIN_THREAD, Handler, Json, RequestError
from .own import keep_builtins

keep_builtins(globals())

_name_of = _Task.get_name


class Tasks:
    """The program's tasks, as DAP's threads. The main program is one."""

    def current(self) -> int:
        """The thread's id of what runs now."""
        return MAIN_THREAD

    def running(self) -> str | None:
        """The name of the asyncio task that runs, if one does."""
        try:
            task = _current_task()
        except RuntimeError:  # no event loop runs
            return None
        return _name_of(task) if type(task) is _Task else None

    def check(self, arguments: Json) -> None:
        """Refuses a request about a thread that is not there."""
        thread = arguments.get("threadId")
        if thread is not None and thread != MAIN_THREAD:
            raise RequestError(f"There is no thread {thread}.")

    def handlers(self) -> dict[str, Handler]:
        return {"threads": self._threads}

    def _threads(self, arguments: Json) -> Json:
        return {"threads": [{"id": MAIN_THREAD, "name": "MainThread"}]}
