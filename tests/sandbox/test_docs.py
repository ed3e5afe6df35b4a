"""The examples of docs/sandbox.md do what they say."""

from __future__ import annotations

import re

import pytest

from .command import ROOT

EXAMPLES = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / "sandbox.md").read_text(), re.M | re.S)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.splitlines()[-1][:60])
def test_example(example: str) -> None:
    exec(compile(example, "docs/sandbox.md", "exec"), {"__name__": "example"})


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 11
