"""The process of the user's callbacks, beside a debugged program: what they print goes to the editor's console."""

import asyncio
import codecs
import os
import subprocess
from collections.abc import Callable

from sandstep.sandbox.callback_process import CallbackProcess
from sandstep.sandbox.options import OptionError

from .errors import RequestError

_CHUNK = 1 << 16


class Callbacks:
    """One process, from its start to its end. `close` ends it, whatever a callback is doing."""

    def __init__(self, process: CallbackProcess, say: Callable[[str], None]) -> None:
        self.process = process
        self.offers = ""
        self._say = say
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._output = process.output

    @classmethod
    async def start(cls, path: str, say: Callable[[str], None]) -> "Callbacks":
        """Loads the file; `say` is given what it and its callbacks print. Raises RequestError."""
        loop = asyncio.get_running_loop()
        try:
            callbacks = cls(CallbackProcess(path, output=subprocess.PIPE), say)
        except OptionError as error:
            raise _refusal(error) from None
        assert callbacks._output is not None
        loop.add_reader(callbacks._output, callbacks._read)
        try:
            callbacks.offers = await loop.run_in_executor(None, callbacks.process.offers)
        except OptionError as error:
            callbacks.close()
            raise _refusal(error) from None
        except BaseException:
            callbacks.close()
            raise
        return callbacks

    def _read(self) -> None:
        assert self._output is not None
        data = os.read(self._output.fileno(), _CHUNK)
        if data:
            self._say(self._decode(data))
        else:
            self._stop_reading()

    def _stop_reading(self) -> None:
        if self._output is not None:
            asyncio.get_running_loop().remove_reader(self._output)
            self._output = None

    def close(self) -> None:
        """May be called again."""
        self._stop_reading()
        self.process.close()


def _refusal(error: OptionError) -> RequestError:
    return RequestError(f"the launch attribute `callbacks`: {error}")
