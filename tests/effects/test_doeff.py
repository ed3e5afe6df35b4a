"""Programs of doeff, under its own machine and under ours: the same answers, the same errors, the same traces.

Needs `doeff` and `doeff-core-effects` of the versions that `guest/image/doeff_vm` is made for, with their native machine.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("doeff")

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CASES = HERE / "doeff_cases" / "cases.py"
NAMES = [
    f"{path.stem}.{name}"
    for path in sorted(CASES.parent.glob("*.py"))
    if path.stem != "cases"
    for name in re.findall(r"^@case\ndef (\w+)", path.read_text(), re.M)
]


@cache
def outcomes(ours: bool) -> dict[str, Any]:
    """What became of every case under one of the machines."""
    paths = [str(ROOT / "guest" / "image"), str(ROOT / "guest")] if ours else []
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "DOEFF_SCHEDULER": "python"}
    done = subprocess.run([sys.executable, str(CASES)], env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return {outcome["name"]: outcome for outcome in map(json.loads, done.stdout.splitlines())}


def test_there_are_enough() -> None:
    assert len(NAMES) >= 60


@pytest.mark.parametrize("name", NAMES)
def test_the_same_as_natively(name: str) -> None:
    assert outcomes(True)[name] == outcomes(False)[name]
