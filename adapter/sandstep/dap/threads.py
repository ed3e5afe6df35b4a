"""The threads that the client has been told of: it can name no others."""

from .errors import RequestError
from .protocol import ThreadEventBody, ThreadsResponseBody


class Threads:
    """What the agent has said of its threads."""

    def __init__(self, last: ThreadsResponseBody) -> None:
        self.last = last
        self._known = {thread.id for thread in last.threads}

    def listed(self, last: ThreadsResponseBody) -> None:
        """The agent has listed them."""
        self.last = last
        self._known = {thread.id for thread in last.threads}

    def hear(self, event: ThreadEventBody) -> None:
        if event.reason == "exited":
            self._known.discard(event.thread_id)
        else:
            self._known.add(event.thread_id)

    def seen(self, thread: int | None) -> None:
        """The program stands in this one."""
        if thread is not None:
            self._known.add(thread)

    def require(self, thread: int) -> None:
        """Raises RequestError if there is no such thread."""
        if thread not in self._known:
            raise RequestError(f"there is no thread {thread}; it may have ended, ask for the `threads` again")
