"""What the effects libraries call their parts: `sandstep.effects`, whose source is read like the user's, and `doeff`, by name."""

import os
from functools import lru_cache
from importlib.machinery import PathFinder
from typing import Literal, TypeAlias

from .symbols import Symbol

Role: TypeAlias = Literal[
    "do", "run", "with handlers", "WithHandler", "handler decorator", "Effect", "Program",
    "resume", "leave", "pass", "delegate", "Invoke", "Spawn", "callback", "answerer", "installer",
]  # fmt: skip
"""`resume` uses the continuation and comes back, `leave` uses it and ends the handler, `pass` ends it without."""

_ROLES: dict[tuple[str, str], Role] = {
    ("effect.py", "Effect"): "Effect",
    ("nodes.py", "Program"): "Program",
    ("nodes.py", "WithHandler"): "WithHandler",
    ("nodes.py", "Resume"): "resume",
    ("nodes.py", "ResumeThrow"): "resume",
    ("nodes.py", "Transfer"): "leave",
    ("nodes.py", "TransferThrow"): "leave",
    ("nodes.py", "Pass"): "pass",
    ("nodes.py", "Delegate"): "delegate",
    ("programs.py", "do"): "do",
    ("programs.py", "run"): "run",
    ("programs.py", "run_async"): "run",
    ("programs.py", "with_handlers"): "with handlers",
    ("native.py", "Answerer"): "answerer",
    ("installing.py", "Installer"): "installer",
    (os.path.join("library", "invoke.py"), "Invoke"): "Invoke",
    (os.path.join("library", "tasks.py"), "Spawn"): "Spawn",
}
_DOEFF_PACKAGES = ("doeff", "doeff_core_effects", "doeff_vm")
_DOEFF_ROLES: dict[str, Role] = {
    "do": "do", "run": "run", "WithHandler": "WithHandler", "with_handlers": "with handlers", "handler": "handler decorator",
    "EffectBase": "Effect", "Resume": "resume", "ResumeThrow": "resume", "Transfer": "leave", "TransferThrow": "leave", "Pass": "pass",
    "Spawn": "Spawn",
}  # fmt: skip
_DOEFF_EFFECTS = frozenset({
    "Ask", "Get", "Put", "Tell", "Spawn", "Gather", "Wait", "Race", "Await", "Cancel", "CreatePromise", "CompletePromise", "FailPromise",
    "CreateSemaphore", "AcquireSemaphore", "ReleaseSemaphore", "Try", "Local", "Listen", "Slog", "SlogEffect", "WriterTellEffect",
})  # fmt: skip
_CALLBACK = {"sandstep.sandbox.callback", "sandstep.sandbox.offering.callback"}
DEFAULTS = ("scheduler", "invoker", "reader", "writer", "state_of")
"""The functions of the library whose handlers `run` installs if it is given none."""


@lru_cache(maxsize=1)
def folder() -> str:
    """Where the source of `sandstep.effects` is. Nothing of it is imported."""
    spec = PathFinder.find_spec("sandstep")
    roots = list(spec.submodule_search_locations or ()) if spec is not None else []
    return next((found for root in roots if os.path.isfile(os.path.join(found := os.path.join(root, "effects"), "__init__.py"))), "")


def module_file(name: str) -> str | None:
    """The file of a module of `sandstep.effects`."""
    if name != "sandstep.effects" and not name.startswith("sandstep.effects."):
        return None
    base = os.path.join(folder(), *name.split(".")[2:])
    return next((file for file in (os.path.join(base, "__init__.py"), f"{base}.py") if os.path.isfile(file)), None)


def is_library(path: str) -> bool:
    return path.startswith(folder() + os.sep)


def is_doeff(symbol: Symbol) -> bool:
    return not symbol.path and symbol.name.partition(".")[0] in _DOEFF_PACKAGES


def role_of(symbol: Symbol) -> Role | None:
    """What a name is to the effects libraries and the sandbox; None for most."""
    if symbol.path:
        return _ROLES.get((symbol.path[len(folder()) + 1 :], symbol.name)) if is_library(symbol.path) else None
    if symbol.name in _CALLBACK:
        return "callback"
    return _DOEFF_ROLES.get(symbol.last) if is_doeff(symbol) else None


def is_doeff_effect(symbol: Symbol) -> bool:
    """Whether it is an effect, or a program, of doeff's own."""
    return is_doeff(symbol) and symbol.last in _DOEFF_EFFECTS
