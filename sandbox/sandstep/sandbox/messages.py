"""What a parent process and its worker say to each other: the launch of a program, and how it ended.

Both sides are ours, so named tuples and `json` serve: msgspec or dataclasses would cost the worker a good part of its start.
"""

import json
import struct
from typing import Any, Literal, NamedTuple

OFFERS, ERROR = b"o", b"x"
"""How the first frame of a process of callbacks begins: with what it offers (JSON), or with a sentence that says why it cannot."""
SERIAL = struct.Struct("<I")
"""The number of a worker's run, in front of each answer of a callback."""


class Mount(NamedTuple):
    """A folder of the host that the guest may use, under the path `guest`."""

    host: str
    guest: str
    writable: bool = False


class Grants(NamedTuple):
    """What the guests of one worker may use: folders, and bytes of memory."""

    mounts: tuple[Mount, ...] = ()
    memory: int | None = None

    def encode(self) -> bytes:
        return json.dumps([[list(mount) for mount in self.mounts], self.memory]).encode()

    @classmethod
    def decode(cls, words: bytes) -> "Grants":
        mounts, memory = json.loads(words)
        return cls(tuple(Mount(*mount) for mount in mounts), memory)


class Program(NamedTuple):
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


class Debug(NamedTuple):
    """How a program is to be debugged. `pokes`: the host can get the attention of a running guest, which the worker finds out."""

    just_my_code: bool = True
    stop_on_entry: bool = False
    pokes: bool = True


class Trace(NamedTuple):
    """How a program is to be traced.

    `locals`: each event goes alone, with the names and values of its frame. `internal`: the library's code and functions whose name
    begins with `_` are traced as well.
    """

    locals: bool = False
    internal: bool = False


class Launch(NamedTuple):
    """The first frame that a worker gets.

    `memory` is in bytes, `time` in seconds of running (time at a stop does not count). With `inherit` the guest's streams are the
    worker's own file descriptors 0 to 2, else they are messages. `progress`: seconds after which the guest tells how far it is.
    `callbacks`: what the host offers to call (JSON); the line to who answers comes over the control socket.
    """

    program: Program
    mounts: list[Mount]
    memory: int | None = None
    time: float | None = None
    debug: Debug | None = None
    inherit: bool = False
    trace: Trace | None = None
    progress: float | None = None
    callbacks: str | None = None

    def encode(self) -> bytes:
        program, mounts, debug = self.program._asdict(), [mount._asdict() for mount in self.mounts], self.debug and self.debug._asdict()
        trace = self.trace and self.trace._asdict()
        return json.dumps(self._asdict() | {"program": program, "mounts": mounts, "debug": debug, "trace": trace}).encode()

    @classmethod
    def decode(cls, frame: bytes) -> "Launch":
        """What `encode` wrote."""
        said: dict[str, Any] = json.loads(frame)
        program, mounts, debug, trace = (said.pop(name) for name in ("program", "mounts", "debug", "trace"))
        launch = cls(Program(**program), [Mount(**mount) for mount in mounts], **said)
        return launch._replace(debug=Debug(**debug) if debug else None, trace=Trace(**trace) if trace else None)

    def execute(self, *, pokes: bool) -> str:
        """The argument of the guest's `execute`."""
        debug = self.debug and {"justMyCode": self.debug.just_my_code, "stopOnEntry": self.debug.stop_on_entry, "pokes": pokes}
        trace = self.trace and self.trace._asdict()
        said = {"program": self.program._asdict(), "debug": debug, "trace": trace}
        return json.dumps({**said, "pokes": pokes, "progress": self.progress, "callbacks": self.callbacks is not None})
