"""Programs of doeff, under its own machine and under ours: the same answers, the same errors, the same traces."""

from __future__ import annotations

import pytest

from tests.effects.natively import NAMES, needs_doeff, outcomes


def test_there_are_enough() -> None:
    assert len(NAMES) >= 60


@needs_doeff
@pytest.mark.parametrize("name", NAMES)
def test_the_same_as_natively(name: str) -> None:
    assert outcomes(True)[name] == outcomes(False)[name]
