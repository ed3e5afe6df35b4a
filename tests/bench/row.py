"""What a benchmark shows: rows of figures with what they must reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Protocol

Sample = dict[str, float]


@dataclass(frozen=True)
class Row:
    """One line of the table. `ours` and `peer` name figures of a sample: `seconds`, or what `unit` says ("x": ratios)."""

    name: str
    ours: str
    peer: str | None = None
    at_most_of_peer: float | None = None
    at_most: float | None = None
    seconds: bool = True
    unit: str = "x"


class Measure(Protocol):
    """A module of `measures`."""

    ROWS: Sequence[Row]

    def sample(self) -> Sample: ...


@dataclass(frozen=True)
class Result:
    """A row with its figures: medians over the samples; the ratio is the median of each sample's own. Or why there are none."""

    row: Row
    ours: float | None = None
    peer: float | None = None
    ratio: float | None = None
    spread: float | None = None
    failure: str | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the row reaches what it must; None if nothing is asked of it."""
        if self.failure is not None:
            return False
        wanted = [
            figure <= limit
            for figure, limit in ((self.ratio, self.row.at_most_of_peer), (self.ours, self.row.at_most))
            if figure is not None and limit is not None
        ]
        return all(wanted) if wanted else None


def result(row: Row, samples: Sequence[Sample]) -> Result:
    """The figures of a row; `spread` is half the distance between the quartiles, relative to the median."""
    ours = [sample[row.ours] for sample in samples]
    middle = median(ours)
    ordered = sorted(ours)
    low, high = ordered[len(ordered) // 4], ordered[-1 - len(ordered) // 4]
    spread = (high - low) / 2 / middle if middle else 0.0
    if row.peer is None:
        return Result(row, middle, spread=spread)
    peer = [sample[row.peer] for sample in samples]
    return Result(row, middle, median(peer), median(a / b for a, b in zip(ours, peer, strict=True)), spread)
