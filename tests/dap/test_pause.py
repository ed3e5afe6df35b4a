"""Pausing whatever the program does."""

from __future__ import annotations

import pytest

from .conftest import Debug

ASYNC = "import asyncio\nasync def main():\n    n = 0\n    print('on', flush=True)\n    {}\nasyncio.run(main())\n"
PROGRAMS = {
    "tight loop": "print('on', flush=True)\nn = 0\nwhile True:\n    n += 1\n",
    "empty loop": "print('on', flush=True)\nn = 0\nwhile True: pass\n",
    "loop in a function": "def f():\n    n = 0\n    print('on', flush=True)\n    while True:\n        n += 1\nf()\n",
    "recursive calls": "def f(k):\n    return k and f(k - 1)\nprint('on', flush=True)\nn = 0\nwhile True:\n    f(50)\n",
    "sleep": "import time\nn = 0\nprint('on', flush=True)\ntime.sleep(1000)\n",
    "sleeps": "import time\nn = 0\nprint('on', flush=True)\nwhile True:\n    time.sleep(0.01)\n",
    "comprehension": "import itertools\nn = 0\nprint('on', flush=True)\n[x for x in itertools.count() if x < 0]\n",
    "generator driven by C": "import itertools\nn = 0\nprint('on', flush=True)\nsum(0 for x in itertools.count())\n",
    "key function driven by C": "n = 0\nprint('on', flush=True)\nwhile True: sorted(range(1000), key=lambda x: -x)\n",
    "exceptions": "n = 0\nprint('on', flush=True)\nwhile True:\n    try:\n        int('x')\n    except ValueError:\n        pass\n",
    "asyncio sleep": ASYNC.format("await asyncio.sleep(1000)"),
    "all tasks wait": ASYNC.format("await asyncio.Event().wait()"),
    "tasks spin": ASYNC.format("while True: await asyncio.sleep(0)"),
    "library loop": "import re\nn = 0\nprint('on', flush=True)\nwhile True: re.compile('a' * 50 + '%d' % n); n += 1\n",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_pause(debug: Debug, name: str) -> None:
    session = debug.start(PROGRAMS[name])
    assert session.program
    session.client.event("output", lambda body: "on" in body["output"])
    for _ in range(2):
        thread = session.client.request("threads")["threads"][0]["id"]
        session.client.request("pause", threadId=thread)
        stop = session.stop(timeout=10)
        assert stop.reason == "pause"
        frames = session.frames()
        assert {(frame.get("source") or {}).get("path") for frame in frames} >= {str(session.program.path)} or "async" in PROGRAMS[name]
        assert session.value("1 + 1") == "2"
        session.resume("continue")
    session.client.request("terminate")
    session.client.event("terminated", timeout=10)


def test_pause_then_step(debug: Debug) -> None:
    session = debug.start("def f(n):\n    return n + 1\nprint('on', flush=True)\nn = 0\nwhile True:\n    n = f(n)\n    m = n\n")
    session.client.event("output", lambda body: "on" in body["output"])
    session.client.request("pause", threadId=1)
    session.stop()
    lines = {session.over().line for _ in range(8)}
    assert lines <= {2, 5, 6, 7}
    assert {6, 7} <= lines


def test_pause_at_a_stop_is_answered(debug: Debug) -> None:
    session = debug.stopped("a = 1  # @here!\nb = 2\n")
    session.client.response(session.client.send("pause", threadId=session.at().thread))
    session.resume("continue")
    if session.client.either("stopped", "exited")[0] == "stopped":
        session.client.request("continue", threadId=1)


def test_two_pauses_are_one_stop(debug: Debug) -> None:
    session = debug.start(PROGRAMS["tight loop"])
    session.client.event("output", lambda body: "on" in body["output"])
    first = session.client.send("pause", threadId=1)
    second = session.client.send("pause", threadId=1)
    session.client.response(first)
    session.client.response(second)
    session.stop()
    assert session.value("1 + 1") == "2"
    assert session.client.taken("stopped") == []


def test_pause_right_after_continue(debug: Debug) -> None:
    """The pause may arrive before the program has gone on: it is not lost."""
    session = debug.start(PROGRAMS["tight loop"])
    session.client.event("output", lambda body: "on" in body["output"])
    session.client.timeout = 5
    for _ in range(30):
        session.client.request("pause", threadId=1)
        session.client.event("stopped")
        session.client.request("continue", threadId=1)


def test_pause_sent_together_with_continue(debug: Debug) -> None:
    session = debug.stopped("n = 0  # @here!\nwhile True:\n    n += 1\n")
    session.client.timeout = 5
    session.client.send("continue", threadId=1)
    session.client.send("pause", threadId=1)
    session.client.event("stopped")
