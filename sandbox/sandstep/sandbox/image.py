"""The image: the guest component and its compiled form, built once per machine and kept in the user's cache.

A file of the cache is used only if this user owns it, nobody else may write it, and it is whole; else it is made again.
"""

import contextlib
import hashlib
import json
import os
import platform
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple, TypeAlias

from . import build, engine

CHECKOUT = Path(__file__).resolve().parents[3]
BUNDLED = Path(__file__).with_name("guest.wasm")
"""Where a wheel carries the component; beside it `guest.key`, what it was built from."""
_KEPT = 4
"""So many images stay in the cache: checkouts and versions that are used in turn need not build each time."""

Progress: TypeAlias = Callable[[str, float], None]
"""Is told what is being done, and how far it is (0 to 1, estimated from the usual time). What it raises ends the build."""


class ImageError(Exception):
    """The image cannot be had; the message is one sentence that says why and what to do."""


class Compiled(NamedTuple):
    """A compiled image: its file, and where the interpreter's runtime is in a guest's memory, if its layout is the one we know."""

    file: str
    runtime: int | None


class Step(NamedTuple):
    """One step of making an image, and its usual seconds on a machine of two cores."""

    title: str
    seconds: float


BUILD = Step("Building the sandbox's Python (once for each version)", 25.0)
COMPILE = Step("Compiling it for this machine", 15.0)


def cache_folder() -> Path:
    """The user's cache for images. Made if it is not there; raises ImageError if it is not this user's own."""
    chosen = os.environ.get("SANDSTEP_CACHE")
    if chosen:
        folder = Path(chosen)
    else:
        import platformdirs

        folder = Path(platformdirs.user_cache_dir("sandstep", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not _own(folder):
        raise ImageError(f"The cache folder {folder} can be written by others: set SANDSTEP_CACHE to a folder that only you can write.")
    return folder


def _own(path: Path) -> bool:
    """Whether this user alone can write it. A link is not followed."""
    status = path.lstat()
    mine = not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
    return mine and not stat.S_ISLNK(status.st_mode)


def from_checkout() -> bool:
    return (CHECKOUT / "wit" / "world.wit").exists() and (CHECKOUT / "guest" / "image" / "app.py").exists()


def component_key() -> str:
    """Names the component by all that it is made of."""
    if not from_checkout():
        try:
            return BUNDLED.with_name("guest.key").read_text().strip()
        except OSError:
            raise ImageError("This installation has no image in it: install Sandstep again.") from None
    digest = hashlib.sha256(metadata.version("componentize-py").encode())
    for path in build.sources(CHECKOUT):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(CHECKOUT)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:20]


def _image_key() -> str:
    parts = (component_key(), metadata.version("wasmtime"), str(engine.GUEST_STACK), sys.platform, platform.machine())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]


def compiled() -> Compiled | None:
    """The compiled image of this version, if the cache has it whole."""
    return _trusted(cache_folder() / f"image-{_image_key()}.cwasm")


def _trusted(file: Path) -> Compiled | None:
    note = file.with_suffix(".json")
    try:
        if not (_own(file) and _own(note)):
            return None
        said = json.loads(note.read_text())
        status = file.stat()
        if [status.st_size, status.st_mtime_ns] != [said["size"], said["mtime_ns"]]:
            return None
        runtime = said["runtime"]
        return Compiled(str(file), runtime if isinstance(runtime, int) else None)
    except (OSError, ValueError, KeyError, TypeError):
        return None


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
        if file.name.startswith(("image-", "component-")):
            freed += file.lstat().st_size
            file.unlink()
    return freed


def _make(progress: Progress) -> Compiled:
    folder = cache_folder()
    file = folder / f"image-{_image_key()}.cwasm"
    part = folder / f"image-part-{os.getpid()}.cwasm"
    try:
        component = _component(folder, progress)
        _run_step(COMPILE, [str(component), str(part)], progress)
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
    ready = _trusted(file)
    if ready is None:
        raise ImageError(f"The image in {folder} was changed while it was written: try again.")
    return ready


def _component(folder: Path, progress: Progress) -> Path:
    if not from_checkout():
        return BUNDLED
    file = folder / f"component-{component_key()}.wasm"
    if file.exists() and _own(file):
        return file
    part = folder / f"component-part-{os.getpid()}.wasm"
    try:
        _run_step(BUILD, [str(CHECKOUT), str(part)], progress)
        part.chmod(0o600)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return file


def _run_step(step: Step, arguments: list[str], progress: Progress) -> None:
    """Runs a step in a process of its own, which can be ended at any time."""
    module = "sandstep.sandbox.build" if step is BUILD else "sandstep.sandbox.compile"
    command = [sys.executable, "-P", "-m", module, *arguments]
    began = time.monotonic()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            while True:
                elapsed = time.monotonic() - began
                progress(step.title, min(0.99, elapsed / (elapsed + step.seconds / 2) * 1.2 if elapsed > step.seconds else elapsed / step.seconds))
                with contextlib.suppress(subprocess.TimeoutExpired):
                    _, errors = process.communicate(timeout=0.1)
                    break
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        words = errors.strip().splitlines() or [f"exit status {process.returncode}"]
        raise ImageError(f"{step.title} failed: {words[-1]}")
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
    build.build(CHECKOUT, target)
    target.with_name("guest.key").write_text(component_key())
    shutil.copystat(CHECKOUT / "pyproject.toml", target)
