"""What a debugger costs a program that never stops: against the same interpreter without it."""

from __future__ import annotations

from tests.bench.row import Row, Sample
from tests.bench.running import BOTH, debugged, undebugged

ROWS = [
    Row("breakpoints set and not reached, x of undebugged", "sandstep set", "debugpy set", at_most=1.03, seconds=False),
    Row("no breakpoint set, x of undebugged", "sandstep none", "debugpy none", at_most=1.03, seconds=False),
    Row("the program itself, undebugged", "sandstep base", "debugpy base"),
]


def sample() -> Sample:
    taken: Sample = {}
    for peer in BOTH:
        base = float(undebugged(peer, "unreached"))
        taken[f"{peer.name} set"] = float(debugged(peer, "unreached", ["beside", "elsewhere"])) / base
        taken[f"{peer.name} none"] = float(debugged(peer, "unreached")) / base
        taken[f"{peer.name} base"] = base
    return taken
