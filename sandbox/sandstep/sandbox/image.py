"""The image: the guest component and its compiled form, built once per machine and kept in the user's cache."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

from . import build
from .cache import BUNDLED, CHECKOUT, Compiled, ImageError, cache_folder, compiled, component_key, from_checkout, image_file, own, trusted

_KEPT = 6
"""So many images stay in the cache: checkouts and versions that are used in turn need not build each time."""

Progress: TypeAlias = Callable[[str, float], None]
"""Is told what is being done, and how far it is (0 to 1, estimated from the usual time). What it raises ends the build."""


class Step(NamedTuple):
    """One step of making an image, and its usual seconds on a machine of two cores."""

    title: str
    seconds: float


BUILD = Step("Building the sandbox's Python (once for each version)", 25.0)
COMPILE = Step("Compiling it for this machine", 15.0)


def ensure(progress: Progress) -> Compiled:
    """The compiled image; built first if need be, by one process at a time. Raises ImageError, or what `progress` raises."""
    ready = compiled()
    if ready is not None:
        return ready
    with _lock(cache_folder() / "lock", progress):
        return compiled() or _make(progress)


def rebuild(progress: Progress) -> Compiled:
    """Builds and compiles the image, whatever the cache has."""
    with _lock(cache_folder() / "lock", progress):
        return _make(progress)


def clear() -> int:
    """Removes all images from the cache; how many bytes that freed."""
    freed = 0
    for file in cache_folder().iterdir():
        if file.name.startswith(("image-", "component-", "key-", "facts-")):
            freed += file.lstat().st_size
            file.unlink()
    return freed


def _make(progress: Progress) -> Compiled:
    folder = cache_folder()
    file = image_file()
    part = folder / f"image-part-{os.getpid()}.cwasm"
    try:
        component = _component(folder, progress)
        _run_step(COMPILE, [sys.executable, "-P", "-m", "sandstep.sandbox.compile", str(component), str(part)], progress)
        note = json.loads(part.with_suffix(".json").read_text())
        status = part.stat()
        note |= {"size": status.st_size, "mtime_ns": status.st_mtime_ns}
        part.with_suffix(".json").write_text(json.dumps(note))
        part.replace(file)
        part.with_suffix(".json").replace(file.with_suffix(".json"))
    finally:
        for rest in (part, part.with_suffix(".json")):
            rest.unlink(missing_ok=True)
    _prune(folder)
    ready = trusted(file)
    if ready is None:
        raise ImageError(f"The image in {folder} was changed while it was written: try again.")
    return ready


def _component(folder: Path, progress: Progress) -> Path:
    if not from_checkout():
        return BUNDLED
    file = folder / f"component-{component_key()}.wasm"
    if file.exists() and own(file):
        return file
    part = folder / f"component-part-{os.getpid()}.wasm"
    try:
        _run_step(BUILD, build.command(CHECKOUT, part), progress)
        part.chmod(0o600)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return file


def _run_step(step: Step, command: list[str], progress: Progress) -> None:
    """Runs a step in a process of its own, which can be ended at any time."""
    began = time.monotonic()
    null = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=null, stdout=null, stderr=subprocess.PIPE, env=build.environment(), text=True) as process:
        try:
            while True:
                elapsed = time.monotonic() - began
                progress(step.title, min(0.99, elapsed / step.seconds))
                with contextlib.suppress(subprocess.TimeoutExpired):
                    _, errors = process.communicate(timeout=0.1)
                    break
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise ImageError(f"{step.title} failed: {build.last_words(errors) or f'exit status {process.returncode}'}")
    progress(step.title, 1.0)


@contextlib.contextmanager
def _lock(file: Path, progress: Progress) -> Iterator[None]:
    """One builder at a time; the others wait for it and then find its work."""
    import fcntl

    with open(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                progress("Waiting for another process that builds the image", 0.0)
                time.sleep(0.1)
        yield


def _prune(folder: Path) -> None:
    for pattern in ("image-*.cwasm", "component-*.wasm"):
        files = sorted(folder.glob(pattern), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files[_KEPT:]:
            file.unlink(missing_ok=True)
            file.with_suffix(".json").unlink(missing_ok=True)


def bundle(target: Path) -> None:
    """Writes the component of this checkout and its key where a wheel takes them from."""
    _run_step(BUILD, build.command(CHECKOUT, target), lambda title, fraction: None)
    target.with_name("guest.key").write_text(component_key())
