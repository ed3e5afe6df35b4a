"""Debugs the programs of `tests/dap/tasks/programs` with Sandstep and with debugpy, and writes down what each shows at one stop.

`python -m tools.side_by_side` writes it into docs/tasks.md, below the heading that says so.
"""

from __future__ import annotations

import platform
import sys
from pathlib import Path
from typing import Any, NamedTuple

from tests.dap import program as programs
from tests.dap.client import Message
from tests.dap.peers import DEBUGPY, ROOT, SANDSTEP, Peer
from tests.dap.session import Session, source_name

PAGE = ROOT / "docs" / "tasks.md"
HEADING = "## Ten programs, beside debugpy\n"
FOLDER = ROOT / "tests" / "dap" / "tasks" / "programs"
NOT_MINE = [{"path": "**/sandstep/effects/**", "include": False}]
"""debugpy takes only what is below site-packages for a library: the effects runtime, which is not there in a checkout, is one too."""


INTRODUCTION = """\
What debugpy {debugpy} shows on Python {python}, and what Sandstep shows, each with the same breakpoints and what it does by default.
The thread that stopped is shown with its whole stack, the others with their own frames. `python -m tools.side_by_side` makes
this chapter.
"""


class Scene(NamedTuple):
    """A program, at which stop it is looked at, and what happens there."""

    program: str
    stops: int
    story: str


SCENES = [
    Scene("crawler", 1, "A worker of three finds that a page is not there."),
    Scene("rate_limited", 1, "A request has failed twice; two others wait for the semaphore, one for its second try."),
    Scene("failing_child", 2, "A child of a task group has failed; the other one is cancelled and cleans up."),
    Scene("generator_pipeline", 3, "Two consumers pull numbers through four asynchronous generators each."),
    Scene("timeout_gather", 3, "A timeout around a gather strikes."),
    Scene("state_reader", 3, "A handler asks the handler outside it, for an effect of a program that runs in a changed environment."),
    Scene("batches", 1, "Batches spawn items, which spawn attempts; an attempt is done."),
    Scene("caching_handler", 1, "Three tasks want pages; the caching handler has delegated, the one outside it answers."),
    Scene("deadlock", 1, "Two transfers hold one lock each and want the other's."),
    Scene("cancelled_tree", 2, "A tree of tasks is cancelled at its root; its leaves clean up."),
]


def place(frame: Message) -> str:
    return f"{source_name(frame)}:{frame['line']}" if source_name(frame) else ""


def row(frame: Message) -> str:
    name = str(frame["name"])
    return f"    {name}" if frame.get("presentationHint") == "label" else f"    {name:<52} {place(frame)}".rstrip()


def own(frames: list[Message]) -> list[Message]:
    """A task's frames without those of its parents, which stand under the parents' own names."""
    edge = next((index for index, frame in enumerate(frames) if frame.get("presentationHint") == "label"), len(frames) - 1)
    return frames[: edge + 1]


def shown(session: Session) -> str:
    """Every thread; the whole stack of the one that stopped, and the own frames of the others."""
    lines = []
    stopped = session.at().thread
    for thread in session.client.request("threads")["threads"]:
        frames = session.frames(thread["id"])
        lines.append(f"{thread['name']}{'   ◀ stopped here' if thread['id'] == stopped else ''}")
        lines += [row(frame) for frame in (frames if thread["id"] == stopped else own(frames))]
    return "\n".join(lines)


def look(peer: Peer, scene: Scene) -> str:
    """What an adapter shows at a scene's stop."""
    launch: dict[str, Any] = {"rules": NOT_MINE} if peer is DEBUGPY else {}
    with Session(peer, timeout=60) as session:
        session.start(programs.read(FOLDER / f"{scene.program}.py"), None, **launch)
        session.stop()
        for _ in range(scene.stops - 1):
            session.go()
        text = shown(session)
        session.disconnect()
    return text


def section(scene: Scene) -> str:
    title = scene.program.replace("_", " ").capitalize()
    link = f"[{scene.program}.py](../tests/dap/tasks/programs/{scene.program}.py)"
    blocks = [f"{peer.name}:\n\n```\n{look(peer, scene)}\n```\n" for peer in (DEBUGPY, SANDSTEP)]
    return "\n".join([f"### {title}\n", f"{scene.story} {link}\n", *blocks])


def main() -> int:
    import debugpy

    text = PAGE.read_text()
    if HEADING not in text:
        print(f"{PAGE} has no heading {HEADING.strip()!r}: add it where the comparison is to stand, at the end.", file=sys.stderr)
        return 1
    before = text[: text.index(HEADING)]
    version = ".".join(platform.python_version_tuple()[:2])
    intro = INTRODUCTION.format(debugpy=debugpy.__version__, python=version)
    Path(PAGE).write_text("\n".join([before + HEADING, intro, *(section(scene) for scene in SCENES)]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
