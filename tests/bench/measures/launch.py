"""From the start of the adapter's process to the first breakpoint, the image being warm."""

from __future__ import annotations

import time

from tests.bench.row import Row, Sample
from tests.bench.running import BOTH, program
from tests.dap.session import Session

ROWS = [Row("start of the adapter to the first breakpoint", "sandstep", "debugpy", at_most_of_peer=1 / 6, at_most=0.250)]


def sample() -> Sample:
    taken: Sample = {}
    for peer in BOTH:
        started = time.perf_counter()
        with Session(peer) as session:
            session.start(program("steps"))
            session.client.event("stopped")
            taken[peer.name] = time.perf_counter() - started
    return taken
