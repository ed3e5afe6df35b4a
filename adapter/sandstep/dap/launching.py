"""What a `launch` or `attach` may say, checked: each error names the attribute and says what to do."""

import os

import msgspec
from sandstep.sandbox import options
from sandstep.sandbox.messages import Debug, Launch

from .errors import RequestError, explain

_EDITORS_OWN = frozenset(
    {
        *("type", "request", "name", "presentation", "internalConsoleOptions", "preLaunchTask", "postDebugTask", "debugServer"),
        *("serverReadyAction", "suppressMultipleSessionWarning", "windows", "linux", "osx", "order", "restart", "consoleName", "trace"),
        *("runInTerminal", "targetArchitecture", "server", "preRestartTask", "postRestartTask", "timeout", "host", "port"),
    }
)
"""Attributes of a launch configuration that editors use themselves, and send along."""
_NAMES = {"mount": "mounts", "time": "timeLimit"}
"""Attributes that have another name than the option of the command line."""


class Attributes(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The attributes of a launch configuration. `attach` takes the same: it is a launch for clients that can only attach."""

    # One of these three is to be run: a file's path, the name of a module as for `python -m`, or code as for `python -c`.
    program: str | None = None
    module: str | None = None
    code: str | None = None
    # The program's own arguments.
    args: list[str] = []
    # The folder that the program runs in; relative paths begin there.
    cwd: str | None = None
    # The program's environment: there is nothing in it but this.
    env: dict[str, str | None] = {}
    # Folders that the program may use, as `DIR[:AS][:rw]`.
    mounts: list[str] = []
    # Folders of pure-Python packages that it may import.
    packages: list[str] = []
    # A Python file of the host's: the program may call the functions in it that are marked with `@callback`.
    callbacks: str | None = None
    # The most memory that it may use, as `256MiB`.
    memory: str | int | None = None
    # The longest that it may run, in seconds; the time that it stands still doesn't count.
    time_limit: float | None = None
    # Whether to stop at the first line.
    stop_on_entry: bool = False
    # Whether to step over, and hide, code that isn't the user's.
    just_my_code: bool = True
    # Where the program's output goes and its input comes from: the Debug Console.
    console: str = "internalConsole"
    # Whether to run without stopping at breakpoints.
    no_debug: bool = False
    # What a listening server printed when it started.
    token: str | None = None


def parse(arguments: msgspec.Raw) -> Attributes:
    """The attributes that a client sent. Raises RequestError."""
    try:
        names = msgspec.json.decode(arguments, type=dict[str, msgspec.Raw])
        for name in names:
            _check_name(name)
        attributes = msgspec.json.decode(arguments, type=Attributes)
    except msgspec.ValidationError as error:
        text = explain(error, whole="the launch attributes", part="the launch attribute")
        raise RequestError(f"{text}; correct it in the launch configuration") from None
    if attributes.console != "internalConsole":
        raise RequestError("the launch attribute `console` can only be `internalConsole`, where input is typed, too; leave it out")
    return attributes


def _check_name(name: str) -> None:
    known = {field.encode_name for field in msgspec.structs.fields(Attributes)}
    if name in known or name in _EDITORS_OWN or name.startswith("__"):
        return
    from difflib import get_close_matches

    close = get_close_matches(name, known, 1)
    way_out = f"did you mean `{close[0]}`?" if close else f"there are: {', '.join(sorted(known))}"
    raise RequestError(f"the launch attribute `{name}` is unknown; {way_out}")


def to_launch(attributes: Attributes) -> Launch:
    """What the worker is told. Raises RequestError."""
    target = options.Target(attributes.program, attributes.module, attributes.code)
    env = {name: value for name, value in attributes.env.items() if value is not None}
    grants = options.Grants(attributes.mounts, attributes.packages, env, attributes.memory, attributes.time_limit)
    debug = Debug(just_my_code=attributes.just_my_code, stop_on_entry=attributes.stop_on_entry and not attributes.no_debug)
    try:
        return options.launch(target, attributes.args, grants, cwd=attributes.cwd, debug=debug)
    except options.OptionError as error:
        raise RequestError(f"the launch attribute `{_NAMES.get(error.option, error.option)}`: {error}") from None


def callbacks_file(attributes: Attributes) -> str | None:
    """The path of the file with the callbacks."""
    return None if attributes.callbacks is None else os.path.abspath(os.path.join(attributes.cwd or "", attributes.callbacks))


def title(attributes: Attributes) -> str:
    """What an editor calls the process."""
    return attributes.program or attributes.module or "-c"
