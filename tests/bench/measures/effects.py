"""The effects beside doeff's, on the host: see `tests.bench.effects`."""

from tests.bench.effects import ROWS, sample

__all__ = ["ROWS", "sample"]
