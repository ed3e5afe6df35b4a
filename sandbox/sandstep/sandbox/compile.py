"""Compiles the component for this machine: `python -m sandstep.sandbox.compile COMPONENT TARGET`, which also writes TARGET's note."""

import json
import os
import sys
import threading
from pathlib import Path

from wasmtime.component import Component

from . import doorbell, engine


def compile_component(component: str, target: str) -> None:
    """Writes the compiled form to `target`, and beside it what only an instance of it can tell."""
    machine = engine.make_engine()
    data = Component.from_file(machine, component).serialize()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as file:
        file.write(data)
    note = Path(target).with_suffix(".json")
    with open(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({"runtime": _runtime(target) if doorbell.supported() else None}, file)


def _runtime(compiled: str) -> int | None:
    machine = engine.make_engine()
    component = Component.deserialize_file(machine, compiled)
    linker = engine.make_linker(machine, {})
    linker.define_unknown_imports_as_traps(component)
    store = engine.make_store(machine, [], None, lambda stream, data: None)
    instance = linker.instantiate(store, component)  # its memory is mapped as long as this lives
    try:
        return doorbell.find_runtime(compiled)
    except LookupError:
        return None
    finally:
        del instance


def main() -> None:
    threading.stack_size(engine.THREAD_STACK)
    thread = threading.Thread(target=compile_component, args=(sys.argv[1], sys.argv[2]))
    thread.start()
    thread.join()


if __name__ == "__main__":
    main()
