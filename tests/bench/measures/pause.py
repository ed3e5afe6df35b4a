"""Pausing a tight loop: from the request to the stopped event."""

from __future__ import annotations

from statistics import median

from tests.bench.row import Row, Sample
from tests.bench.running import BOTH, program, until_stopped
from tests.dap.session import Session

ROWS = [Row("pause of a tight loop", "sandstep", "debugpy", at_most=0.020)]
PAUSES = 10


def sample() -> Sample:
    taken: Sample = {}
    for peer in BOTH:
        with Session(peer) as session:
            session.start(program("loop"))
            session.client.event("output", lambda body: "running" in body["output"])
            times = []
            for _ in range(PAUSES):
                times.append(until_stopped(session.client, "pause", threadId=1))
                session.client.request("continue", threadId=1)
            taken[peer.name] = median(times)
            session.disconnect()
    return taken
