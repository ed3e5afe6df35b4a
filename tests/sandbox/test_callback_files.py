"""`--callbacks FILE`: functions of the host for a program that is run from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from .command import Ended, sandstep

CALLBACKS = '''
import asyncio, os, threading
from dataclasses import dataclass
from sandstep.sandbox import callback
import beside

@dataclass
class Place:
    x: int
    y: int = 0

@callback
def fetch_user(user_id: int, full: bool = False) -> dict:
    """Looks a user up."""
    print("asked for", user_id)
    return {"id": user_id, "full": full, "beside": beside.NAME}

@callback(name="move", timeout=0.2)
async def moves(place: Place) -> Place:
    await asyncio.sleep(0 if place.x else 1000)
    return Place(place.x + 1, place.y)

together = threading.Barrier(10)

@callback
def meet() -> bool:
    return together.wait(30) >= 0

@callback
def fails() -> None:
    raise PermissionError("not you")

@callback
def dies() -> None:
    os._exit(3)

@callback
def never() -> None:
    threading.Event().wait()

def not_offered() -> None:
    pass
'''


@pytest.fixture
def callbacks(tmp_path: Path) -> Path:
    folder = tmp_path / "host"
    folder.mkdir()
    (folder / "beside.py").write_text("NAME = 'imported'")
    file = folder / "callbacks.py"
    file.write_text(CALLBACKS)
    return file


def run(callbacks: Path, code: str, *options: str) -> Ended:
    return sandstep("run", *options, "--callbacks", str(callbacks), "-c", code)


@pytest.mark.parametrize(
    ("code", "out"),
    [
        ("print(await fetch_user(user_id=42))", "{'id': 42, 'full': False, 'beside': 'imported'}"),
        ("print((await fetch_user(1, True))['full'], (await invoke('fetch_user', user_id=2))['id'])", "True 2"),
        ("print([c['name'] for c in list_callbacks()])", "['fetch_user', 'move', 'meet', 'fails', 'dies', 'never']"),
        ("print(await move(place={'x': 1, 'y': 5}))", "{'x': 2, 'y': 5}"),
        ("import asyncio\nprint(set(await asyncio.gather(*(meet() for _ in range(10)))))", "{True}"),
        ("import asyncio\nasync def main(): print((await fetch_user(3))['id'])\nasyncio.run(main())", "3"),
        ("print(invoke.blocking('fetch_user', user_id=4)['id'])", "4"),
        ("try: await move(place={'x': 0})\nexcept TimeoutError as e: print(e)", "move took longer than its limit of 0.2 s"),
        ("try: await fails()\nexcept PermissionError as e: print(e)", "not you"),
        ("try: await fetch_user('x')\nexcept TypeError as e: print(e)", "fetch_user: Expected `int`, got `str` - at `$.user_id`"),
        ("try: await dies()\nexcept RuntimeError as e: print(e)", "the process of the callbacks has ended"),
        ("try: invoke.blocking('dies')\nexcept RuntimeError as e: print(e)", "the process of the callbacks has ended"),
        ("try: await invoke('not_offered')\nexcept LookupError as e: print(str(e)[:33])", "there is no callback 'not_offered"),
    ],
)
def test_called(callbacks: Path, code: str, out: str) -> None:
    ended = run(callbacks, code)
    assert (ended.out, ended.status) == (f"{out}\n", 0), ended.err


def test_what_a_callback_prints_is_not_mixed_with_the_output(callbacks: Path) -> None:
    ended = run(callbacks, "await fetch_user(7)")
    assert (ended.out, ended.err) == ("", "asked for 7\n")


def test_a_traceback_shows_the_programs_frames_alone(callbacks: Path) -> None:
    ended = run(callbacks, "async def f():\n    await fails()\nawait f()")
    assert ended.status == 1
    assert [line.strip() for line in ended.err.splitlines() if "File" in line] == [
        'File "<string>", line 3, in <module>',
        'File "<string>", line 2, in f',
    ]
    assert ended.err.endswith("PermissionError: not you\n")


def test_a_call_that_never_returns_ends_with_the_program(callbacks: Path) -> None:
    ended = run(callbacks, "await never()", "--time", "0.5")
    assert ended.status == 124
    assert "time limit" in ended.err


def test_effects_reach_it(callbacks: Path, tmp_path: Path) -> None:
    program = tmp_path / "prog.py"
    program.write_text(
        "from sandstep.effects import Invoke, do, run\n"
        "@do\ndef main():\n"
        "    user = yield Invoke('fetch_user', user_id=5)\n"
        "    try:\n        yield Invoke('fails')\n"
        "    except PermissionError as error:\n        return user['id'], str(error)\n"
        "print(run(main()))\n"
    )
    ended = sandstep("run", "--callbacks", str(callbacks), str(program))
    assert (ended.out, ended.status) == ("(5, 'not you')\n", 0), ended.err


def test_traced(callbacks: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    run(callbacks, "await fetch_user(1)\ntry: await fails()\nexcept PermissionError: pass", "--trace", str(trace))
    kinds = [line for line in trace.read_text().splitlines() if '"callback_' in line]
    assert len(kinds) == 4
    assert '"fetch_user"' in kinds[0]
    assert '"PermissionError"' in kinds[3]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("def f(:", "cannot be loaded (line 1): SyntaxError: invalid syntax"),
        ("x = 1\ny = 1 / 0", "cannot be loaded (line 2): ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit(5)", "cannot be loaded (line 2): SystemExit: 5"),
        ("import os\nos._exit(5)", "ended the process that loaded it"),
        ("def f(): pass", "offers nothing: mark a function with `@callback`"),
        ("from sandstep.sandbox import callback\n@callback\ndef f(*a): pass", "cannot take *a"),
    ],
)
def test_a_broken_file_is_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "callbacks.py"
    file.write_text(text)
    ended = run(file, "print('never')")
    assert (ended.out, ended.status) == ("", 2)
    assert ended.err.startswith("sandstep: ")
    assert ended.err.count("\n") == 1
    assert says in ended.err


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    ended = run(tmp_path / "none.py", "print('never')")
    assert (ended.out, ended.status) == ("", 2)
    assert "There is no file" in ended.err


def test_without_it_there_is_nothing_to_call() -> None:
    ended = sandstep("run", "-c", "import builtins; print(hasattr(builtins, 'invoke'))")
    assert ended.out == "False\n"
    assert "SyntaxError" in sandstep("run", "-c", "await x()").err
