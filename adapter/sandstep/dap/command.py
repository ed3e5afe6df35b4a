"""`sandstep dap`: starts a worker first thing, and loads the server meanwhile."""

import gc
import os
import sys


def main(arguments: list[str]) -> int:
    """Serves as the arguments say; the exit status."""
    options = _parse(arguments)
    if options is None:
        from sandstep.commands import main as commands  # it knows how to say what is wrong, and to help

        return commands(["dap", *arguments])
    from sandstep.sandbox.spawn import spawn

    gc.disable()  # nothing that is loaded now will ever be garbage
    spawned = spawn()
    sys.modules["ssl"] = None  # type: ignore[assignment]  # asyncio does without it, and we speak over pipes and loopback alone
    from .server import main as serve

    gc.freeze()
    gc.enable()
    return serve(options.get("--listen"), options.get("--log") or os.environ.get("SANDSTEP_LOG"), spawned)


def _parse(arguments: list[str]) -> dict[str, str] | None:
    """The options; None if they are not those that there are."""
    options: dict[str, str] = {}
    rest = iter(arguments)
    for argument in rest:
        name, equals, value = argument.partition("=")
        given = value if equals else next(rest, None)
        if name not in ("--listen", "--log") or not given:
            return None
        options[name] = given
    return options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
