"""The builtins as they are when the image is built: what a program does to `builtins` later does not reach the agent's functions."""

import builtins

_BUILTINS = dict(vars(builtins))


def keep_builtins(space: dict[str, object]) -> None:
    """Functions that are defined in this namespace from now on look up `len` and its kin in a copy."""
    space["__builtins__"] = _BUILTINS
