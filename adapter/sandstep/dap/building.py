"""Building the image, when it isn't there: as a progress bar of the editor, or a line where it has none."""

import asyncio
import threading

from .client import Client
from .errors import RequestError
from .protocol import ProgressEndEventBody, ProgressStartEventBody, ProgressUpdateEventBody

_ID = "image"
_TITLE = "Setting up the sandbox"


class _Stopped(Exception):
    """The session is over, and so is the building."""


class Building:
    """Builds the image for a session. It can be cancelled by the name of its progress bar."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._waiting: asyncio.Task[object] | None = None

    async def ensure(self) -> bool:
        """Builds the image if it isn't there: whether it wasn't. Raises RequestError. Ends if nobody waits for it any more."""
        stop = threading.Event()
        self._waiting = asyncio.current_task()
        try:
            return await asyncio.to_thread(_ensure, _Report(self._client), stop)
        except asyncio.CancelledError:
            stop.set()
            raise
        finally:
            self._waiting = None

    def cancel(self, progress: str) -> None:
        """Cancels the request that waits for it."""
        if progress == _ID and self._waiting is not None:
            self._waiting.cancel()


def _ensure(report: "_Report", stop: threading.Event) -> bool:
    from sandstep.sandbox import cache, image  # rarely needed

    def progress(title: str, fraction: float) -> None:
        if stop.is_set():
            raise _Stopped
        done = image.BUILD.seconds if title == image.COMPILE.title else 0.0
        usual = image.COMPILE.seconds if done else image.BUILD.seconds
        report(title, (done + usual * fraction) / (image.BUILD.seconds + image.COMPILE.seconds))

    if cache.compiled() is not None:
        return False
    try:
        image.ensure(progress)
    except cache.ImageError as error:
        raise RequestError(str(error)) from None
    finally:
        report.end()
    return True


class _Report:
    """Tells the editor how far it is. Called by the thread that builds."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._bar = client.features is not None and bool(client.features.supports_progress_reporting)
        self._loop = asyncio.get_running_loop()
        self._last: tuple[str, int] | None = None

    def __call__(self, title: str, fraction: float) -> None:
        percent = int(100 * fraction)
        if self._last is None:
            self._loop.call_soon_threadsafe(self._begin)
        if self._last != (title, percent):
            self._last = title, percent
            self._loop.call_soon_threadsafe(self._update, title, percent)

    def end(self) -> None:
        if self._last is not None and self._bar:
            self._loop.call_soon_threadsafe(self._client.event, "progressEnd", ProgressEndEventBody(progress_id=_ID))

    def _begin(self) -> None:
        if self._bar:
            self._client.event("progressStart", ProgressStartEventBody(progress_id=_ID, title=_TITLE, cancellable=True, percentage=0))
        else:
            self._client.output(f"{_TITLE}: this happens once for each version, and takes less than a minute.")

    def _update(self, title: str, percent: int) -> None:
        if self._bar:
            self._client.event("progressUpdate", ProgressUpdateEventBody(progress_id=_ID, message=title, percentage=percent))
