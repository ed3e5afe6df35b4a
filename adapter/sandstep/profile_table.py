"""Shows a profile as tables on stderr."""

from pathlib import Path

from rich.console import Console
from rich.table import Table
from sandstep.sandbox.profile import Profile, Row


def show(profile: Profile, rows: int) -> None:
    """The dearest `rows` lines and functions."""
    functions, lines = profile.by_function(), profile.by_line()
    whole = sum(row.own for row in functions) + profile.outside
    console = Console(stderr=True)
    by_line = _table("Where the time went, by line", "line", "times", "time", "%", "function")
    for row in lines[:rows]:
        by_line.add_row(f"{_short(row)}:{row.line}", f"{row.times:,}", _time(row.own), _share(row.own, whole), row.function)
    by_function = _table("By function", "function", "calls", "own", "%", "with what it called", "%")
    for row in functions[:rows]:
        shares = _share(row.own, whole), _share(row.total, whole)
        by_function.add_row(f"{row.function} ({_short(row)})", f"{row.times:,}", _time(row.own), shares[0], _time(row.total), shares[1])
    console.print(by_line)
    console.print(by_function)
    console.print(
        f"{_time(profile.outside)} were spent outside of the program's own code. Tracing makes each line dearer by a microsecond or so."
    )


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first, overflow="fold")
    for name in others:
        table.add_column(name, justify="left" if name == "function" else "right")
    return table


def _short(row: Row) -> str:
    return Path(row.file).name


def _time(nanoseconds: int) -> str:
    return f"{nanoseconds / 1e9:.2f} s" if nanoseconds >= 1e9 else f"{nanoseconds / 1e6:.2f} ms"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "0.0"
