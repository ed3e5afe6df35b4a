"""What a parent process and its worker say to each other: the launch of a program, and how it ended."""

from typing import Literal

import msgspec


class Mount(msgspec.Struct, frozen=True):
    """A folder of the host that the guest may use, under the path `guest`."""

    host: str
    guest: str
    writable: bool = False


class Program(msgspec.Struct, frozen=True):
    """What is to be run, as the guest sees it.

    `target` is a path, a module's name or code; `name` is what `sys.argv[0]` shall be; `path` goes to `sys.path`; `cwd` may be "".
    """

    kind: Literal["file", "module", "code"]
    target: str
    name: str
    args: list[str]
    path: list[str]
    cwd: str
    env: dict[str, str]


class Debug(msgspec.Struct, frozen=True, rename="camel"):
    """How a program is to be debugged. `pokes`: the host can get the attention of a running guest."""

    just_my_code: bool = True
    stop_on_entry: bool = False
    pokes: bool = True


class Launch(msgspec.Struct, frozen=True):
    """The first frame that a worker gets.

    `memory` is in bytes, `time` in seconds of running (time at a stop does not count). With `inherit` the guest's streams are the
    worker's own file descriptors 0 to 2, else they are messages.
    """

    program: Program
    mounts: list[Mount]
    memory: int | None = None
    time: float | None = None
    debug: Debug | None = None
    inherit: bool = False


class Execute(msgspec.Struct, frozen=True):
    """The argument of the guest's `execute`."""

    program: Program
    debug: Debug | None


class Outcome(msgspec.Struct, frozen=True, rename="camel"):
    """What the guest's `execute` answers."""

    exit_code: int
