"""What doeff's own machine says to the cases, to be compared with what ours says.

Needs `doeff` and `doeff-core-effects` of the versions that `guest/image/doeff_vm` is made for, with their native machine.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CASES = HERE / "doeff_cases" / "cases.py"
CASE = re.compile(r"^@case\ndef (\w+)", re.MULTILINE)
NAMES = [f"{path.stem}.{name}" for path in sorted(CASES.parent.glob("*.py")) if path != CASES for name in CASE.findall(path.read_text())]

needs_doeff = pytest.mark.skipif(importlib.util.find_spec("doeff") is None, reason="doeff is not installed")


def parsed(output: str) -> dict[str, Any]:
    """The outcomes by name."""
    return {outcome["name"]: outcome for outcome in map(json.loads, output.splitlines())}


@cache
def outcomes(ours: bool) -> dict[str, Any]:
    """What became of every case on the host, under our machine or under doeff's own."""
    paths = [str(ROOT / "guest" / "image"), str(ROOT / "guest")] if ours else []
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "DOEFF_SCHEDULER": "python"}
    done = subprocess.run([sys.executable, CASES.name], cwd=CASES.parent, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return parsed(done.stdout)
