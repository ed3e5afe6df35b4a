"""The command `sandstep`. Debugging and running start at once; all else of the command line is loaded when it is asked for."""

import sys


def main() -> int:
    """Entry of the console script; the exit status."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["dap"]:
        from sandstep.dap.command import main as dap

        return dap(arguments[1:])
    from sandstep.commands import main as commands

    return commands(arguments)


if __name__ == "__main__":
    sys.exit(main())
