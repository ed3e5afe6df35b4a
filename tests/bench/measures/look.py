"""What an editor asks at each stop: stackTrace, then scopes, then variables; and watches."""

from __future__ import annotations

from statistics import median

from tests.bench.row import Row, Sample
from tests.bench.running import BOTH, at_breakpoint, round_trip
from tests.dap.session import Session

REQUEST = 0.002
ROWS = [
    Row("stackTrace + scopes + variables at a stop", "sandstep all", "debugpy all", at_most_of_peer=1 / 25),
    Row("the slowest of these requests", "sandstep slowest", "debugpy slowest", at_most=REQUEST),
    Row("watch of a name", "sandstep name", "debugpy name", at_most=REQUEST),
    Row("watch of an attribute and a call", "sandstep call", "debugpy call", at_most=REQUEST),
]
ROUNDS = 10


def looks(session: Session) -> Sample:
    client, stop = session.client, session.at()
    # A request right after a stop; no reference of an earlier one is held, as each round steps.
    times: dict[str, list[float]] = {key: [] for key in ("stack", "scopes", "variables", "name", "call")}
    for _ in range(ROUNDS):
        session.over()
        frame = session.at().id
        times["stack"].append(round_trip(client, "stackTrace", threadId=stop.thread))
        times["scopes"].append(round_trip(client, "scopes", frameId=frame))
        times["variables"].append(round_trip(client, "variables", variablesReference=session.scope("Locals")))
        times["name"].append(round_trip(client, "evaluate", expression="total", context="watch", frameId=frame))
        times["call"].append(round_trip(client, "evaluate", expression="point.x + len(names)", context="watch", frameId=frame))
    medians = {key: median(values) for key, values in times.items()}
    parts = [medians[key] for key in ("stack", "scopes", "variables")]
    return {"all": sum(parts), "slowest": max(parts), "name": medians["name"], "call": medians["call"]}


def sample() -> Sample:
    taken: Sample = {}
    for peer in BOTH:
        with at_breakpoint(peer, "steps") as session:
            taken |= {f"{peer.name} {key}": value for key, value in looks(session).items()}
    return taken
