"""wasmtime as the guest needs it: the engine's configuration, the linker, and one run of the component."""

import functools
from collections.abc import Callable, Iterable
from typing import Any

from wasmtime import Config, Engine, Store, WasiConfig
from wasmtime import _bindings as c_api
from wasmtime.component import Component, Linker, LinkerInstance

from . import trampoline
from .messages import Mount

GUEST_STACK = 64 << 20
"""Bytes of stack for wasm frames: enough that CPython's own check comes first and a runaway recursion is a RecursionError."""
THREAD_STACK = 512 << 20
"""Bytes of native stack (reserved, not used) for the thread that runs the guest: wasm frames live on it."""


def make_engine() -> Engine:
    config = Config()
    # The C API ends the process when max_wasm_stack exceeds async_stack_size, which Python's class cannot set.
    c_api.wasmtime_config_async_stack_size_set(config.ptr(), 2 * GUEST_STACK)
    config.max_wasm_stack = GUEST_STACK
    return Engine(config)


def make_linker(
    engine: Engine, interfaces: dict[str, dict[str, Callable[..., Any]]], functions: dict[str, Callable[..., Any]] | None = None
) -> Linker:
    """A linker with WASI and the project's own `interfaces`, functions by interface and name, and the world's own `functions`.

    None of them is given the store.
    """
    linker = Linker(engine)
    linker.add_wasip2()
    linker.allow_shadowing = True
    with linker.root() as root:
        for interface, members in interfaces.items():
            with root.add_instance(interface) as instance:
                _define(instance, members)
        _define(root, functions or {})
    return linker


def _define(instance: LinkerInstance, functions: dict[str, Callable[..., Any]]) -> None:
    for name, function in functions.items():
        trampoline.add(instance, name, function)


def make_store(engine: Engine, mounts: Iterable[Mount], memory: int | None, write: Callable[[int, bytes], None]) -> Store:
    """A store whose guest may use `mounts` and `memory` bytes, and nothing else.

    `write` is given what its C code writes to the file descriptors 1 and 2. Raises WasmtimeError for a folder that is not there.
    """
    store = Store(engine)
    if memory is not None:
        store.set_limits(memory_size=memory)
    wasi = WasiConfig()
    wasi.stdout_custom = functools.partial(write, 1)
    wasi.stderr_custom = functools.partial(write, 2)
    for mount in mounts:
        wasi.preopen_dir(mount.host, mount.guest, mount.writable)
    store.set_wasi(wasi)
    return store


def execute(linker: Linker, store: Store, component: Component, argument: str, ready: Callable[[], None] = lambda: None) -> str:
    """Instantiates the guest and runs its `execute`; `ready` is called in between, when the guest's memory is there.

    Raises wasmtime's Trap or WasmtimeError, or what a host function raised.
    """
    function = linker.instantiate(store, component).get_func(store, "execute")
    ready()
    if function is None:
        raise RuntimeError("the image has no function `execute`: clear it with `sandstep image clear`")
    answer = function(store, argument)
    assert isinstance(answer, str)
    return answer
