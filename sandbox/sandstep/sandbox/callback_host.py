"""The process that runs a user's callbacks: `python -m sandstep.sandbox.callback_host SOCKET FILE`.

It first says what FILE offers, or why it cannot be loaded; then it serves the worker that calls. It ends when the worker does, whatever a
callback is doing. Nobody else has its socket: what the program makes of its end of it can only reach the callbacks.
"""

import importlib.util
import os
import signal
import socket
import sys
import traceback
from pathlib import Path
from types import ModuleType

import msgspec

from . import offering
from .calling import Calling
from .channel import Closed
from .limits import Limits
from .messages import ERROR, OFFERS
from .offering import Callback
from .shared_channel import SharedChannel

_NO_LIMITS = Limits(memory=None, time=None, output=None, callbacks=None)


class Caller(SharedChannel):
    """The worker at the other end: it has but one run."""

    runs = 0


class BadFile(Exception):
    """Why a file offers no callbacks: one sentence."""


def load(path: Path) -> dict[str, Callback]:
    """The functions that the file marks with `@callback`. Raises BadFile."""
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise BadFile(f"{path} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        raise BadFile(f"{path} cannot be loaded{_place(error, path)}: {type(error).__name__}: {_words(error)}") from error
    marked = _marked(module)
    if not marked:
        raise BadFile(f"{path} offers nothing: mark a function with `@callback`, which is imported from `sandstep.sandbox`.")
    try:
        return offering.collect(marked)
    except TypeError as error:
        raise BadFile(f"{path}: {error}") from None


def _marked(module: ModuleType) -> list[object]:
    """Each function once, in the order of the file."""
    found = {id(each): each for each in vars(module).values() if isinstance(getattr(each, offering.MARK, None), Callback)}
    return [*found.values()]


def _place(error: BaseException, path: Path) -> str:
    """Where in the file the error came up."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f" (line {error.lineno})"
    lines = [entry.lineno for entry in traceback.extract_tb(error.__traceback__) if entry.filename == str(path)]
    return f" (line {lines[-1]})" if lines else ""


def _words(error: BaseException) -> str:
    return error.msg if isinstance(error, SyntaxError) else str(error)


def main(connection: socket.socket, path: Path) -> None:
    """Never returns: the process ends with its caller."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the program's
    os.dup2(2, 1)  # the program's output is not to be mixed with what a callback prints
    caller = Caller(connection)
    try:
        callbacks = load(path)
        caller.send(OFFERS + offering.describe(callbacks).encode())
    except (BadFile, TypeError) as error:
        caller.send(ERROR + str(error).encode(errors="replace"))
        os._exit(1)
    calling = Calling(callbacks, _NO_LIMITS, caller, None)
    try:
        _serve(caller, calling)
    except Closed:
        pass
    except (msgspec.MsgspecError, ValueError) as error:
        print(f"sandstep: The program said what it must not: {str(error)[:300]}", file=sys.stderr)
    sys.stderr.flush()
    os._exit(0)  # a callback that never returns is left where it is


def _serve(caller: Caller, calling: Calling) -> None:
    while True:
        frame = caller.receive(calling.patience())
        if frame is None:
            calling.overdue()
        elif frame[:1] == b"c":
            calling.take(frame[1:])


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2]))
