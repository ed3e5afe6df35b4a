"""Ten thousand tasks at a stop: what the editor asks then; and a million task switches while nothing stops."""

from __future__ import annotations

from tests.bench.row import Row, Sample
from tests.bench.running import at_breakpoint, debugged, round_trip, undebugged
from tests.dap.peers import SANDSTEP

ROWS = [
    Row("10,000 tasks: threads", "threads", at_most=0.2),
    Row("10,000 tasks: one stackTrace", "stackTrace", at_most=0.005),
    Row("10,000 tasks: the first level of sandstepTasks", "first level", at_most=0.2),
    Row("10,000 tasks: a page of 100 of its group", "page", at_most=0.2),
    Row("a million task switches, of the same undebugged", "switches", seconds=False),
]


def sample() -> Sample:
    taken: Sample = {}
    with at_breakpoint(SANDSTEP, "tasks") as session:
        client = session.client
        taken["threads"] = round_trip(client, "threads")
        threads = client.request("threads")["threads"]
        taken["stackTrace"] = round_trip(client, "stackTrace", threadId=threads[len(threads) // 2]["id"])
        (runner,) = client.request("sandstepTasks", parent=1)["entries"]
        parent = runner["threadId"]
        taken["first level"] = round_trip(client, "sandstepTasks", parent=parent)
        (group,) = client.request("sandstepTasks", parent=parent)["entries"]
        taken["page"] = round_trip(client, "sandstepTasks", parent=parent, group=group["group"], start=5000, count=100)
    taken["switches"] = float(debugged(SANDSTEP, "switches")) / float(undebugged(SANDSTEP, "switches"))
    return taken
