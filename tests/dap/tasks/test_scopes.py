"""What is to be seen and changed in the frames of tasks that do not run."""

from __future__ import annotations

import re

from ..conftest import Debug
from .looking import facts, frame, thread, values

ASYNCIO = """
import asyncio
LIMIT = 3
async def numbers():
    sent = 1
    await asyncio.sleep(0.05)
    yield sent  # @yield
async def worker(name):
    total = 10
    async for number in numbers():
        total += number
    print(name, total)
async def main():
    task = asyncio.create_task(worker("left"))  # @spawn
    await asyncio.sleep(0)
    x = 1  # @here!
    await task
asyncio.run(main())  # @run
"""

EFFECTS = """
from dataclasses import dataclass
from sandstep.effects import Effect, Gather, Pass, Resume, Spawn, WithHandler, Yield, do, run
@dataclass(frozen=True)
class Page(Effect[str]):
    url: str
    depth: int
def cache(effect: Page, k):
    yield Pass()
def network(effect: Page, k):
    tries = 2
    yield Yield()
    text = "page" * tries  # @here!
    return (yield Resume(k, text))
@do
def title(url):
    prefix = "title: "
    page = yield Page(url, 1)  # @page
    print(prefix + page)
@do
def main():
    tasks = []
    for url in ("/a", "/b"):
        tasks.append((yield Spawn(title(url), name=url)))  # @spawn
    return (yield Gather(*tasks))
run(WithHandler(network, WithHandler(cache, main())))  # @run
"""


def test_locals_of_a_suspended_coroutine_are_read_and_written(debug: Debug) -> None:
    session = debug.stopped(ASYNCIO)
    suspended = frame(session, "worker", "worker")
    assert values(session, "Locals", suspended) == {"name": "'left'", "total": "10"}
    session.client.request("setVariable", variablesReference=session.scope("Locals", suspended), name="total", value="total * 10")
    session.evaluate("name = name.upper()", "repl", suspended)
    assert session.evaluate("(name, total, LIMIT)", frame=suspended)["result"] == "('LEFT', 100, 3)"
    generator = frame(session, "worker", "numbers")
    session.evaluate("sent += 1", "repl", generator)
    assert values(session, "Locals", generator) == {"sent": "2"}
    session.finish()
    assert session.client.output() == "LEFT 102\n"


def test_globals_are_those_of_the_frame(debug: Debug) -> None:
    session = debug.stopped(ASYNCIO)
    suspended = frame(session, "worker", "worker")
    assert values(session, "Globals", suspended)["LIMIT"] == "3"
    session.evaluate("global LIMIT; LIMIT = 4", "repl", suspended)
    assert session.value("LIMIT") == "4"


def test_a_task_says_what_it_is(debug: Debug) -> None:
    session = debug.stopped(ASYNCIO)
    number = thread(session, "worker")
    told = facts(session, "Task", frame(session, "worker", "worker"))
    assert told["id"]["value"] == str(number)
    assert told["state"]["value"] == "waiting"
    assert told["waits for"]["value"] == "sleep 0.05 s"
    assert told["parent"]["value"] == "main #1"
    assert session.program is not None
    assert told["spawned at"]["value"] == f"main() {session.program.path}:{session.program.line('spawn')}"
    assert re.fullmatch(r"\d+\.\d{3} s", told["age"]["value"])
    assert session.children(told["pending children"]["variablesReference"]) == []
    main = facts(session, "Task", frame(session, "main #", "main"))
    assert main["state"]["value"] == "running"
    assert main["parent"]["value"] == "main program"
    (child,) = session.children(main["pending children"]["variablesReference"])
    assert (child["name"], child["value"]) == ("worker #2", "waits for sleep 0.05 s")


def test_every_frame_of_a_stack_has_the_scope_of_its_own_task(debug: Debug) -> None:
    session = debug.stopped(ASYNCIO)
    found = {}
    for each in session.frames(thread(session, "worker")):
        scopes = {scope["name"]: scope["variablesReference"] for scope in session.scopes(each["id"])}
        name = session.child(scopes["Task"], "name")["value"] if "Task" in scopes else None
        found[each["name"].partition(" · ")[0]] = name
    assert found == {
        "numbers": "'worker'",
        "worker": "'worker'",
        "── in task worker #2": "'worker'",
        "main": "'main'",
        "── in task main #1": "'main'",
        "<module>": None,
    }


def test_await_in_the_console_and_in_a_watch(debug: Debug) -> None:
    session = debug.stopped("""
        import asyncio
        state = []
        async def twice(n):
            await asyncio.sleep(0.001)
            state.append(n)
            return 2 * n
        async def other(queue):
            await queue.put("from the other")
            await asyncio.sleep(0.01)
        async def main():
            queue = asyncio.Queue()
            task = asyncio.create_task(other(queue))
            x = 1  # @here!
            await task
            print(state)
        asyncio.run(main())
        """)
    assert session.value("await twice(4)") == "8"
    assert session.value("state") == "[]"
    assert session.value("await twice(5)", "repl") == "10"
    assert session.value("await queue.get()", "repl") == "'from the other'"
    session.evaluate("y = await twice(x if False else 6)", "repl")
    assert session.value("y") == "12"
    session.finish()
    assert session.client.output() == "[5, 6]\n"


def test_an_effect_and_its_handlers(debug: Debug) -> None:
    session = debug.stopped(EFFECTS)
    assert session.program is not None
    path, line = session.program.path, session.program.line
    dispatch = frame(session, "/a", "Page(")
    told = values(session, "Effect", dispatch)
    assert told["url"] == "'/a'"
    assert told["depth"] == "1"
    assert told["performed at"] == f"title() {path}:{line('page')}"
    handlers = facts(session, "Handlers", dispatch)
    names = [name for name in handlers if not name.startswith("__")]
    assert names[:2] == ["0 cache", "1 network"]
    assert handlers["0 cache"]["value"].startswith("↗ passed")
    assert handlers["1 network"]["value"].startswith("⚡ active")
    place = session.child(handlers["0 cache"]["variablesReference"], "place")["value"]
    assert place.startswith(f"cache() {path}:")
    assert handlers["2 state"]["value"].startswith("state.py")


def test_locals_of_suspended_programs_and_handlers(debug: Debug) -> None:
    session = debug.stopped(EFFECTS)
    handler = frame(session, "/b", "network")
    assert values(session, "Locals", handler)["tries"] == "2"
    session.client.request("setVariable", variablesReference=session.scope("Locals", handler), name="tries", value="1")
    program = frame(session, "/b", "title")
    session.evaluate("prefix = url + ': '", "repl", program)
    assert session.evaluate("prefix", frame=program)["result"] == "'/b: '"
    assert session.evaluate("effect.url", frame=handler)["result"] == "'/b'"
    session.go()
    session.finish()
    assert session.client.output() == "title: pagepage\n/b: page\n"


def test_a_task_of_effects_says_what_it_is(debug: Debug) -> None:
    session = debug.stopped(EFFECTS)
    told = values(session, "Task", frame(session, "/b", "title"))
    assert told["id"] == str(thread(session, "/b"))
    assert (told["state"], told["name"], told["number"]) == ("ready", "'/b'", "2")
    assert told["parent"] == "main program"
    assert session.program is not None
    assert told["spawned at"] == f"main() {session.program.path}:{session.program.line('spawn')}"
    assert re.fullmatch(r"\d+\.\d{3} s", told["age"])


def test_thread_events(debug: Debug) -> None:
    session = debug.stopped(ASYNCIO)
    worker, main = thread(session, "worker"), thread(session, "main #")
    session.finish()
    told = [(event["body"]["reason"], event["body"]["threadId"]) for event in session.client.pending if event["event"] == "thread"]
    assert told[:2] == [("started", main), ("started", worker)]
    assert told[2:].index(("exited", worker)) < told[2:].index(("exited", main))
