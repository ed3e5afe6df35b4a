"""The zygote: a process that has loaded all that a worker of the embedding API needs, and forks workers. `nursery.py` starts it.

It has one thread, and runs no program.
"""

import gc
import os
import signal
import socket
import sys

from . import cache, serving
from .forker import Forker


def main(asker: int) -> None:
    """Never returns: the process ends when the asker, at the other end of this socket descriptor, is gone."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the asker's to deal with
    compiled = cache.compiled()
    if compiled is None:
        sys.exit("sandstep: The image is not built: build it with `sandstep image build`.")
    loaded = serving.load(compiled)
    gc.collect()
    gc.freeze()
    gc.enable()
    serving.main(loaded, Forker(socket.socket(fileno=asker)).serve())
