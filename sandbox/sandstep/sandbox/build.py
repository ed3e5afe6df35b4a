"""Builds the guest component from `guest/` and `wit/` with componentize-py. Runs in a source checkout and when a wheel is made."""

import os
import subprocess
import sys
from pathlib import Path

WORLD = "sandbox"


def build(root: Path, target: Path) -> None:
    """Writes the component of the checkout `root` to `target`. Raises BuildError with the tool's last words."""
    # With VIRTUAL_ENV set, the packages of that environment would be mounted into the build.
    env = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"} | {"PYTHONDONTWRITEBYTECODE": "1"}
    tool = [sys.executable, "-c", "import sys; from componentize_py import script; sys.exit(script())"]
    paths = ["-p", str(root / "guest" / "image"), "-p", str(root / "guest")]
    command = [*tool, "-q", "-d", str(root / "wit"), "-w", WORLD, "componentize", *paths, "app", "-o", str(target)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0 or not target.exists():
        raise BuildError(f"componentize-py could not build the image: {_last_words(done)}")


def _last_words(done: subprocess.CompletedProcess[str]) -> str:
    """What the tool said, without its own stack."""
    said = (done.stderr.strip() or done.stdout.strip()).partition("Stack backtrace:")[0]
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith((" ", "Traceback"))]
    return " | ".join(lines[-6:]) or f"exit status {done.returncode}"


class BuildError(Exception):
    """The component could not be built; the message says why."""


if __name__ == "__main__":
    try:
        build(Path(sys.argv[1]), Path(sys.argv[2]))
    except BuildError as error:
        sys.exit(str(error))
