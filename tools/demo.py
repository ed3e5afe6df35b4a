"""Debugs programs of `examples/` through the adapter, as an editor does, and tells it as a story: `python -m tools.demo`.

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
WEATHER = ROOT / "examples" / "weather.py"
QUOTES = ROOT / "examples" / "effects_quotes.py"
SUSPICION = "percent > 30"
TOO_WARM = "celsius > 40"
WRONG_PRICE = "effect.currency == 'JPY' and price < 100"


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
            edge = frame.get("presentationHint") == "label"
            place = "" if edge else f"{Path(frame['source']['path']).name}:{frame['line']}"
            table.add_row(Text(str(frame["name"]), style="italic" if edge else ""), place)
        self.console.print(table)

    def threads(self) -> None:
        table = Table("thread", title="threads", title_justify="left", box=None, pad_edge=False)
        stopped = self.session.at().thread
        for thread in self.session.client.request("threads")["threads"]:
            table.add_row(Text(thread["name"], style="bold" if thread["id"] == stopped else ""))
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


def launch(story: Story, program: Path) -> None:
    """Launches; where the adapter builds the image first, shows its progress."""
    session = story.session
    session.initialize()
    story.does(f"launch {program.name}")
    session.client.timeout = 900
    session.launched = session.client.send("launch", **session.peer.launch, program=str(program), cwd=str(program.parent))
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


def stop_at(story: Story, path: Path, text: str, condition: str) -> None:
    """Sets a conditional breakpoint at a line, and runs the program to it."""
    place = line_of(path, text)
    story.does(f"set a breakpoint at {path.name}:{place} with the condition {condition}, and go")
    story.session.client.request("setBreakpoints", source={"path": str(path)}, breakpoints=[{"line": place, "condition": condition}])
    story.session.configured()
    story.stops(story.session.stop())


def tell_of_orders(story: Story) -> None:
    session = story.session
    story.chapter("A breakpoint in another module")
    launch(story, ORDERS)
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


def tell_of_tasks(story: Story) -> None:
    story.chapter("Many tasks: which station makes the north so warm, and who asked it?")
    launch(story, WEATHER)
    stop_at(story, WEATHER, "return Reading(", TOO_WARM)
    story.threads()
    story.stack()
    story.watch("report")


def tell_of_effects(story: Story) -> None:
    story.chapter("Effects: why does one order pay a wrong price?")
    launch(story, QUOTES)
    stop_at(story, QUOTES, "return (yield Resume(k, price))", WRONG_PRICE)
    story.stack()
    dispatch = next(frame for frame in story.session.frames() if frame["name"].startswith("Quote("))
    handlers = story.session.children(story.session.scope("Handlers", dispatch["id"]))
    story.variables(f"handlers of {dispatch['name']}", handlers[:2])
    story.watch("known")
    story.console.print("[bold]The cache remembers an item's price whatever the currency.")


def main() -> int:
    """Tells the story; `--svg FILE` also draws it, for the README."""
    started = time.perf_counter()
    picture = sys.argv[2] if sys.argv[1:2] == ["--svg"] else None
    console = Console(width=min(110, Console().width) if sys.stdout.isatty() else 110, record=picture is not None)
    console.print(
        "[bold]Sandstep[/] debugs three programs in its sandbox. Arrows: [green]→[/] what the user does, [magenta]←[/] what came back."
    )
    left = 0
    for chapter in (tell_of_orders, tell_of_tasks, tell_of_effects):
        with Session(chosen()) as session:
            chapter(Story(console, session))
            session.disconnect()
            left += len(session.close())
    seconds = time.perf_counter() - started
    console.print(f"\n[dim]{seconds:.1f} s in all; processes left behind: {left}")
    if picture is not None:
        console.save_svg(picture, title="make demo")
    return left


if __name__ == "__main__":
    sys.exit(main())
