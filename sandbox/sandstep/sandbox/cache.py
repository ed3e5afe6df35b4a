"""Where the image is, and whether it can be trusted. Light: each worker asks this while it starts. Building is `image.py`'s.

A file of the cache is used only if this user owns it, nobody else may write it, and it is whole; else it is made again.
"""

import json
import os
import stat
import sys
import zlib
from importlib.machinery import PathFinder
from pathlib import Path
from typing import NamedTuple

from . import engine

CHECKOUT = Path(__file__).resolve().parents[3]
BUNDLED = Path(__file__).with_name("guest.wasm")
"""Where a wheel carries the component; beside it `guest.key`, what it was built from."""


class ImageError(Exception):
    """The image cannot be had; the message is one sentence that says why and what to do."""


class Compiled(NamedTuple):
    """A compiled image: its file, and where the interpreter's runtime is in a guest's memory, if its layout is the one we know."""

    file: str
    runtime: int | None


def cache_folder() -> Path:
    """The user's cache for images. Made if it is not there; raises ImageError if it is not this user's own."""
    chosen = os.environ.get("SANDSTEP_CACHE")
    if chosen:
        folder = Path(chosen)
    else:
        import platformdirs

        folder = Path(platformdirs.user_cache_dir("sandstep", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not own(folder):
        raise ImageError(f"The cache folder {folder} can be written by others: set SANDSTEP_CACHE to a folder that only you can write.")
    return folder


def own(path: Path) -> bool:
    """Whether this user alone can write it. A link is not followed."""
    status = path.lstat()
    mine = not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
    return mine and not stat.S_ISLNK(status.st_mode)


def _version(package: str) -> str:
    """The installed version. By the name of its folder: `importlib.metadata` would cost a worker 30 ms of its start."""
    spec = PathFinder.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ImageError(f"The package {package} is missing: install Sandstep again.")
    found = Path(spec.submodule_search_locations[0]).parent.glob(f"{package}-*.dist-info")
    return next((folder.name for folder in found), package)


def from_checkout() -> bool:
    return (CHECKOUT / "wit" / "world.wit").exists() and (CHECKOUT / "guest" / "image" / "app.py").exists()


def sources(root: Path) -> list[str]:
    """The files that the component of a checkout is made of, in a fixed order."""
    folders = (root / "guest" / "image", root / "guest" / "sandstep", root / "wit")
    walks = (walk for folder in folders for walk in os.walk(folder))
    return sorted(f"{folder}/{file}" for folder, _, files in walks for file in files if file.endswith((".py", ".wit")))


def component_key() -> str:
    """Names the component by all that it is made of."""
    if not from_checkout():
        try:
            return BUNDLED.with_name("guest.key").read_text().strip()
        except OSError:
            raise ImageError("This installation has no image in it: install Sandstep again.") from None
    version, files = _version("componentize_py"), sources(CHECKOUT)
    stamps = "\n".join([version, *(f"{file} {status.st_size} {status.st_mtime_ns}" for file in files for status in [os.stat(file)])])
    note = cache_folder() / f"key-{zlib.crc32(bytes(CHECKOUT)):08x}"
    return _remembered(note, stamps) or _remember(note, stamps, _key(version, files))


def _key(version: str, files: list[str]) -> str:
    import hashlib

    digest = hashlib.sha256(version.encode())
    for file in files:
        content = Path(file).read_bytes()
        digest.update(f"{os.path.relpath(file, CHECKOUT)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:20]


def _remembered(note: Path, stamps: str) -> str | None:
    """The key that was found when the files were as they are: reading them all again would cost a worker a tenth of its start."""
    try:
        key, _, known = note.read_text().partition("\n") if own(note) else ("", "", "")
    except OSError:
        return None
    return key if known == stamps else None


def _remember(note: Path, stamps: str, key: str) -> str:
    part = note.with_name(f"{note.name}-{os.getpid()}")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"{key}\n{stamps}")
    part.replace(note)
    return key


def image_file() -> Path:
    """Where the compiled image of this version belongs: its name says all that it depends on."""
    machine = os.uname().machine if hasattr(os, "uname") else ""
    version = _version("wasmtime").removesuffix(".dist-info")
    return cache_folder() / f"image-{component_key()}-{version}-{engine.GUEST_STACK >> 20}-{sys.platform}-{machine}.cwasm"


def compiled() -> Compiled | None:
    """The compiled image of this version, if the cache has it whole."""
    return trusted(image_file())


def trusted(file: Path) -> Compiled | None:
    note = file.with_suffix(".json")
    try:
        if not (own(file) and own(note)):
            return None
        said = json.loads(note.read_text())
        status = file.stat()
        if [status.st_size, status.st_mtime_ns] != [said["size"], said["mtime_ns"]]:
            return None
        runtime = said["runtime"]
        return Compiled(str(file), runtime if isinstance(runtime, int) else None)
    except (OSError, ValueError, KeyError, TypeError):
        return None
