"""The demo tells the same story each time."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from .peers import ROOT


def told() -> str:
    command = (sys.executable, "-m", "tools.demo")
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, env={**os.environ, "TERM": "dumb"}, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return re.sub(r"[\d.]+ (ms|s in all)", "…", result.stdout)


def test_the_story() -> None:
    story = told()
    for event in (
        "stopped (breakpoint) in total",
        "stopped (step) in total",
        "163",
        "['SPRING20', 'spring20']",
        "percent is now 20",
        "status 0",
    ):
        assert event in story
    assert "processes left behind: 0" in story
    assert told() == story


def test_the_program_has_its_bug() -> None:
    result = subprocess.run((sys.executable, "orders.py"), cwd=ROOT / "examples", capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 1
    assert result.stdout.splitlines()[-1] == "orders with more than 30 % off: 1"
