"""Sessions: names that stay, snapshots, resets, and what ends them."""

from __future__ import annotations

import pytest
from sandstep.sandbox import Limits, RunError, Sandbox, TimeLimit

STATE = """
import math, dataclasses
x = [1, 2]
same = x
def scale(n, by=3): return n * by * len(x)
def counter():
    count = 0
    def up():
        nonlocal count
        count += 1
        return count
    return up
up = counter()
up()
class Base:
    kind = "base"
    def name(self): return self.kind
class Derived(Base):
    def name(self): return super().name() + "!"
    @property
    def twice(self): return self.v * 2
@dataclasses.dataclass
class Point:
    x: int
    y: int = 2
d = Derived()
d.v = 21
p = Point(1)
gen = (i for i in range(3))
"""
LOOK = "same.append(3); result = [x, scale(2), up(), d.name(), d.twice, p == Point(1, 2), math.pi > 3, isinstance(d, Base)]"


def test_names_stay() -> None:
    with Sandbox() as box, box.session() as session:
        session.run("x = 40").check()
        assert session.run("result = x + 2").value == 42
        assert session.run("1/0").exit_code == 1
        assert session.run("result = x").value == 40
        assert box.run("result = 'x' in globals()").value is False


def test_tracebacks_show_each_runs_own_source() -> None:
    with Sandbox() as box, box.session() as session:
        session.run("def f():\n    raise ValueError('in f')").check()
        error = session.run("f()").error
        assert error is not None
        assert [frame.file for frame in error.frames] == ["<run 2>", "<run 1>"]
        assert "    raise ValueError('in f')" in error.traceback


def test_event_loop_stays() -> None:
    with Sandbox() as box, box.session() as session:
        begin = "import asyncio\nqueue = asyncio.Queue()\nasync def put(): await queue.put(7)\n"
        session.run(begin + "await asyncio.sleep(0); task = asyncio.create_task(put())").check()
        assert session.run("result = await queue.get()").check().value == 7


def test_snapshot_and_restore() -> None:
    with Sandbox() as box, box.session() as session:
        session.run(STATE).check()
        state = session.snapshot()
        assert session.left_out == ["gen"]
        before = session.run(LOOK).check().value
        with box.session() as other:
            other.restore(state)
            assert other.run(LOOK).check().value == before
            with pytest.raises(RunError, match="no state of a session"):
                other.restore(b"nonsense")
            assert other.run("result = 'x' in globals()").value is False


def test_reset() -> None:
    with Sandbox() as box, box.session() as session:
        session.run("x = 1")
        session.reset()
        assert session.run("result = 'x' in globals()").value is False


def test_a_limit_ends_the_names_too() -> None:
    with Sandbox(limits=Limits(time=0.5)) as box, box.session() as session:
        session.run("x = 1").check()
        assert isinstance(session.run("while True: pass").error, TimeLimit)
        assert session.run("result = 'x' in globals()").value is False


def test_callbacks_in_sessions() -> None:
    with Sandbox(callbacks={"one": lambda: 1}) as box, box.session() as session:
        session.run("async def two(): return await one() + 1").check()
        assert session.run("result = await two()").value == 2
        state = session.snapshot()
        session.restore(state)
        assert session.run("result = await two()").check().value == 2


ENUMS = """from enum import Enum, Flag, IntEnum, StrEnum, auto

class Color(Enum):
    RED = 1
    CRIMSON = 1
    BLUE = auto()
    @property
    def shown(self): return self.name.lower()
    @classmethod
    def first(cls): return cls.RED
    def __str__(self): return "color " + self.shown

class Planet(Enum):
    EARTH = (5.9, 6.4)
    def __init__(self, mass, radius): self.mass, self.radius = mass, radius

class Access(Flag):
    READ = auto()
    WRITE = auto()

class Size(IntEnum):
    SMALL = 1

class Word(StrEnum):
    YES = auto()

chosen = {Color.BLUE: Access.READ | Access.WRITE}
"""
LOOK_AT_ENUMS = """result = [
    str(Color.BLUE), Color(1).shown, Color.first() is Color.CRIMSON, list(chosen) == [Color.BLUE], Planet.EARTH.radius,
    chosen[Color.BLUE] == Access.READ | Access.WRITE, Size.SMALL + 1,
    Word.YES + "!", len(Color), isinstance(Color.RED, Enum)]
"""


def test_enums_are_kept() -> None:
    with Sandbox() as box, box.session() as session:
        session.run(ENUMS).check()
        before = session.run(LOOK_AT_ENUMS).check().value
        state = session.snapshot()
        assert session.left_out == []
        session.restore(state)
        assert session.run(LOOK_AT_ENUMS).check().value == before
