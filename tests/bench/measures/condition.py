"""A breakpoint's condition in a hot loop: what one check costs."""

from __future__ import annotations

from tests.bench.row import Row, Sample
from tests.bench.running import BOTH, debugged

ROWS = [Row("condition in a hot loop, a check", "sandstep", "debugpy", at_most_of_peer=1 / 12)]


def sample() -> Sample:
    taken: Sample = {}
    for peer in BOTH:
        plain, hot = map(float, debugged(peer, "condition", ["check"], check={"condition": "n == -1"}).split())
        taken[peer.name] = hot - plain
    return taken
