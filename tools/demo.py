"""Debugs `examples/orders.py` through the adapter, as an editor does, and tells it as a story: `python -m tools.demo`.

All that is printed under an arrow is what the adapter answered.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from tests.dap.client import Message, RequestFailed
from tests.dap.peers import ROOT, chosen
from tests.dap.session import Session, Stop

ORDERS = ROOT / "examples" / "orders.py"
PRICING = ROOT / "examples" / "pricing.py"
SUSPICION = "percent > 30"


def line_of(path: Path, text: str) -> int:
    """The line of a file that holds this text: the demo sets its breakpoints by what they show."""
    return next(number for number, line in enumerate(path.read_text().splitlines(), 1) if text in line)


class Story:
    """Tells the dialogue: what the user does, what the adapter says, and what the editor would show."""

    def __init__(self, console: Console, session: Session) -> None:
        self.console = console
        self.session = session
        self.asked = 0.0

    def chapter(self, title: str) -> None:
        self.console.print()
        self.console.rule(f"[bold]{title}", align="left", style="cyan")

    def does(self, what: str) -> None:
        self.console.print(Text.assemble(("→ ", "bold green"), what))
        self.asked = time.perf_counter()

    def hears(self, what: str) -> None:
        took = (time.perf_counter() - self.asked) * 1000
        self.console.print(Text.assemble(("← ", "bold magenta"), what, (f"   {took:.1f} ms", "dim")))

    def stops(self, stop: Stop) -> None:
        """A stop: the reason, the place, the source around it."""
        path = Path(stop.frame["source"]["path"])
        self.hears(f"stopped ({stop.reason}) in {stop.frame['name']}, {path.name}:{stop.line}")
        around = (max(1, stop.line - 3), stop.line + 2)
        self.console.print(
            Syntax(
                path.read_text(), "python", line_numbers=True, line_range=around, highlight_lines={stop.line}, background_color="default"
            )
        )

    def stack(self) -> None:
        table = Table("frame", "place", title="stack", title_justify="left", box=None, pad_edge=False)
        for frame in self.session.frames():
            table.add_row(str(frame["name"]), f"{Path(frame['source']['path']).name}:{frame['line']}")
        self.console.print(table)

    def variables(self, title: str, variables: list[Message]) -> None:
        table = Table("name", "value", "type", title=title, title_justify="left", box=None, pad_edge=False)
        for variable in variables:
            table.add_row(
                Text(variable["name"]), Text(variable["value"], overflow="ellipsis", no_wrap=True), Text(variable.get("type") or "")
            )
        self.console.print(table)

    def watch(self, expression: str) -> None:
        self.does(f"watch: {expression}")
        self.hears(self.session.value(expression))


def launch(story: Story) -> None:
    """Launches; where the adapter builds the image first, shows its progress."""
    session = story.session
    session.initialize()
    story.does("launch orders.py")
    session.client.timeout = 900
    session.launched = session.client.send("launch", **session.peer.launch, program=str(ORDERS), cwd=str(ORDERS.parent))
    with Progress(console=story.console, transient=True) as progress:
        task = None
        while True:
            name, body = session.client.either("initialized", "progressStart", "progressUpdate", "progressEnd", "terminated")
            if name == "progressStart":
                task = progress.add_task(body["title"], total=100)
            elif name == "progressUpdate" and task is not None:
                progress.update(task, description=body.get("message"), completed=body.get("percentage"))
            elif name in ("initialized", "terminated"):
                break
    session.client.timeout = 30
    if name == "terminated":
        raise RequestFailed(session.client.response(session.launched))
    story.hears("initialized: the program is loaded and waits for the breakpoints")


def tell(story: Story) -> int:
    session = story.session
    story.console.print(
        "[bold]Sandstep[/] debugs examples/orders.py in its sandbox. Arrows: [green]→[/] what the user does, [magenta]←[/] what came back."
    )
    story.chapter("A breakpoint in another module")
    launch(story)
    place = line_of(PRICING, "after = before")
    story.does(f"set a breakpoint at pricing.py:{place}, and go")
    session.client.request("setBreakpoints", source={"path": str(PRICING)}, breakpoints=[{"line": place}])
    session.configured()
    story.stops(session.stop())
    story.stack()
    story.variables("locals", session.children(session.scope("Locals")))
    order = session.locals()["order"]
    fields = {"number", "customer", "lines", "coupons"}
    story.variables("order", [child for child in session.children(order["variablesReference"]) if child["name"] in fields])

    story.chapter("A watch, and two steps")
    story.watch("sum(line.quantity * line.price for line in order.lines) == before")
    for _ in range(2):
        story.does("step over")
        story.stops(session.over())

    story.chapter("Which order gets more than the 30 % that the shop allows?")
    story.does(f"set a condition on the breakpoint: {SUSPICION}, and go on")
    session.client.request("setBreakpoints", source={"path": str(PRICING)}, breakpoints=[{"line": place, "condition": SUSPICION}])
    story.stops(session.go())
    for expression in ("order.number", "percent", "order.coupons", "sorted(set(order.coupons))"):
        story.watch(expression)
    story.console.print("[bold]The set is built before the codes are put in upper case: the same coupon counts twice.")

    story.chapter("Would the correction help? Try it in the stopped program")
    story.watch("sorted({code.strip().upper() for code in order.coupons})")
    fixed = "percent = sum(PERCENT_OFF[code] for code in {code.strip().upper() for code in order.coupons})"
    story.does(f"console: {fixed}")
    session.evaluate(fixed, "repl")
    story.hears(f"percent is now {session.value('percent')}")
    story.does("step over")
    story.stops(session.over())
    story.variables("locals", [variable for variable in session.children(session.scope("Locals")) if variable["name"] != "order"])

    story.chapter("To the end")
    story.does("remove the breakpoint, and go on")
    session.client.request("setBreakpoints", source={"path": str(PRICING)}, breakpoints=[])
    status = session.finish()
    story.hears(f"the program has ended with status {status}; it printed:")
    story.console.print(session.client.output().rstrip(), style="yellow", highlight=False)
    return 0


def main() -> int:
    """Tells the story; `--svg FILE` also draws it, for the README."""
    started = time.perf_counter()
    picture = sys.argv[2] if sys.argv[1:2] == ["--svg"] else None
    console = Console(width=min(110, Console().width) if sys.stdout.isatty() else 110, record=picture is not None)
    with Session(chosen()) as session:
        status = tell(Story(console, session))
        session.disconnect()
        left = session.close()
    seconds = time.perf_counter() - started
    console.print(f"\n[dim]{seconds:.1f} s in all; processes left behind: {len(left)}")
    if picture is not None:
        console.save_svg(picture, title="make demo")
    return status or len(left)


if __name__ == "__main__":
    sys.exit(main())
