"""Builds the guest component from `guest/` and `wit/` with componentize-py. Runs in a source checkout and when a wheel is made."""

import os
import sys
from pathlib import Path

WORLD = "sandbox"


def command(root: Path, target: Path) -> list[str]:
    """What builds the component of the checkout `root` into `target`."""
    tool = [sys.executable, "-c", "import sys; from componentize_py import script; sys.exit(script())"]
    paths = ["-p", str(root / "guest" / "image"), "-p", str(root / "guest")]
    return [*tool, "-q", "-d", str(root / "wit"), "-w", WORLD, "componentize", *paths, "app", "-o", str(target)]


def environment() -> dict[str, str]:
    """With VIRTUAL_ENV set, the packages of that environment would be mounted into the build."""
    return {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"} | {"PYTHONDONTWRITEBYTECODE": "1"}


def last_words(said: str) -> str:
    """What the tool said went wrong, without its own stack."""
    lines = [line.strip() for line in said.partition("Stack backtrace:")[0].splitlines() if line.strip() and not line.startswith(" ")]
    return " | ".join(lines[-4:])
