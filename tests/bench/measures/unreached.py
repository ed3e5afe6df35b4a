"""What a debugger costs a program that never stops: against the same interpreter without it."""

from __future__ import annotations

from tests.bench.row import Row, Sample
from tests.bench.running import BOTH, debugged, undebugged
from tests.dap.peers import SANDSTEP, Peer

ROWS = [
    Row("breakpoints set and not reached, x of undebugged", "sandstep set", "debugpy set", at_most=1.03, seconds=False),
    Row("no breakpoint set, x of undebugged", "sandstep none", "debugpy none", at_most=1.03, seconds=False),
    Row("the program itself, undebugged", "sandstep base", "debugpy base"),
]
# Differences of a few percent drown in the machine's noise: each variant runs several times, in turns, and its best counts.
TURNS = {SANDSTEP.name: 3}


def variants(peer: Peer) -> tuple[float, float, float]:
    return (
        float(undebugged(peer, "unreached")),
        float(debugged(peer, "unreached", ["beside", "elsewhere"])),
        float(debugged(peer, "unreached")),
    )


def sample() -> Sample:
    taken: Sample = {}
    for peer in BOTH:
        turns = [variants(peer) for _ in range(TURNS.get(peer.name, 1))]
        base, with_breakpoints, without = (min(times) for times in zip(*turns, strict=True))
        taken[f"{peer.name} base"] = base
        taken[f"{peer.name} set"] = with_breakpoints / base
        taken[f"{peer.name} none"] = without / base
    return taken
