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
        "stopped (breakpoint) in read_station",
        "── in task read_station #7 · spawned at average_of() weather.py",
        "'41 F'",
        "cached · handles Quote",
        "── in task tea JPY #4 · spawned at shop() effects_quotes.py",
        "1 market",
        "{'tea': 4.0, 'cake': 480.0}",
    ):
        assert event in story
    assert "processes left behind: 0" in story
    assert told() == story


def run(program: str) -> subprocess.CompletedProcess[str]:
    folder = ROOT / "examples"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "guest")}
    return subprocess.run((sys.executable, program), cwd=folder, capture_output=True, text=True, timeout=60, check=False, env=environment)


def test_the_programs_have_their_bugs() -> None:
    result = run("orders.py")
    assert result.returncode == 1
    assert result.stdout.splitlines()[-1] == "orders with more than 30 % off: 1"
    assert run("weather.py").stdout.splitlines() == ["north     17.3", "middle    12.5", "south     21.7"]
    assert "3 tea JPY 4.0" in run("effects_quotes.py").stdout
