"""The zygote: `python -m sandstep.sandbox.zygote SOCKET`. It has loaded all that a worker needs, and forks workers.

It has one thread, and runs no program.
"""

import gc
import os
import signal
import socket
import sys

from . import cache, serving
from .forker import Forker


def main(asker: socket.socket) -> None:
    """Never returns: the process ends when the asker is gone."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the asker's to deal with
    compiled = cache.compiled()
    if compiled is None:
        sys.exit("sandstep: The image is not built: build it with `sandstep image build`.")
    loaded = serving.load(compiled)
    gc.collect()
    gc.freeze()
    serving.main(loaded, Forker(asker).serve())


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
