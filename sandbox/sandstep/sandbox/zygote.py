"""The zygote: `python -m sandstep.sandbox.zygote SOCKET`. It has loaded all that a worker needs, so that a worker costs a fork.

It runs nothing, has one thread, and forks templates: each has a guest with certain grants, prepared up to its first program, and forks
workers, which go on from there.
"""

import gc
import os
import signal
import socket
import sys

from wasmtime.component import Component

from . import cache, engine, template
from .forker import Forker


def main(asker: socket.socket) -> None:
    """Never returns: the process ends when the asker is gone."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the asker's to deal with
    compiled = cache.compiled()
    if compiled is None:
        sys.exit("sandstep: The image is not built: build it with `sandstep image build`.")
    machine = engine.make_engine()
    component = Component.deserialize_file(machine, compiled.file)
    gc.collect()
    gc.freeze()
    born = Forker(asker).serve()
    template.main(template.Loaded(machine, component, compiled), born)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
