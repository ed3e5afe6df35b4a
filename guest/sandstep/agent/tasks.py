"""Which flows of control there are, and which of them runs: the one place that knows."""

from .messages import MAIN_THREAD, Handler, Json


class Tasks:
    """The program's tasks, as DAP's threads. The main program is one."""

    def current(self) -> int:
        """The thread's id of what runs now."""
        return MAIN_THREAD

    def handlers(self) -> dict[str, Handler]:
        return {"threads": self._threads}

    def _threads(self, arguments: Json) -> Json:
        return {"threads": [{"id": MAIN_THREAD, "name": "MainThread"}]}
