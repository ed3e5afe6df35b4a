"""Step over: from the request to the stopped event."""

from __future__ import annotations

from statistics import median

from tests.bench.row import Row, Sample
from tests.bench.running import BOTH, at_breakpoint, program, until_stopped

ROWS = [Row("step over, request to stopped event", "sandstep", "debugpy", at_most_of_peer=1 / 15, at_most=0.003)]
STEPS = 20


def sample() -> Sample:
    taken: Sample = {}
    for peer in BOTH:
        with at_breakpoint(peer, "steps") as session:
            session.breakpoints(program("steps"))
            taken[peer.name] = median(until_stopped(session.client, "next", threadId=session.at().thread) for _ in range(STEPS))
    return taken
