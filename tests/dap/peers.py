"""The adapters that the tests and the benchmarks can drive: ours, and debugpy's for comparison."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Peer:
    """How to start an adapter, and what its `launch` wants beside the program."""

    name: str
    command: tuple[str, ...]
    launch: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)


def sandstep_command(*arguments: str) -> tuple[str, ...]:
    """The command line of this tree's `sandstep`; SANDSTEP_COMMAND replaces it."""
    given = os.environ.get("SANDSTEP_COMMAND")
    return (*(shlex.split(given) if given else (sys.executable, "-m", "sandstep.cli")), *arguments)


def sandstep_environment() -> dict[str, str]:
    roots = [str(ROOT / part) for part in ("adapter", "sandbox", "guest")]
    return {"PYTHONPATH": os.pathsep.join([*roots, *filter(None, [os.environ.get("PYTHONPATH")])])}


SANDSTEP = Peer("sandstep", sandstep_command("dap"), {"type": "sandstep"}, sandstep_environment())

DEBUGPY = Peer(
    "debugpy",
    (sys.executable, "-m", "debugpy.adapter"),
    {"type": "debugpy", "console": "internalConsole", "redirectOutput": True, "python": [sys.executable], "subProcess": False},
    {"PYDEVD_DISABLE_FILE_VALIDATION": "1"},
)

PEERS = {peer.name: peer for peer in (SANDSTEP, DEBUGPY)}


def chosen() -> Peer:
    """The adapter that the tests drive: ours, or the one that SANDSTEP_PEER names."""
    return PEERS[os.environ.get("SANDSTEP_PEER", "sandstep")]
