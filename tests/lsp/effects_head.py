"""What the sources of the tests begin with: two effects and a program."""

HEAD = """
from dataclasses import dataclass
from sandstep.effects import (
    Ask, Delegate, Effect, Gather, Get, Listen, Local, Pass, Put, Resume, ResumeThrow, Spawn, Tell, Transfer, Try, WithHandler, do, run
)

@dataclass(frozen=True)
class Fetch(Effect[str]):
    url: str

@dataclass(frozen=True)
class Store(Effect[None]):
    url: str

@do
def helper():
    return (yield Ask("x"))
"""
