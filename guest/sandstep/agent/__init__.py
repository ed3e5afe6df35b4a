"""The guest's part of the debugger: it watches the interpreter, stops it, and answers while it is stopped."""

from .agent import Agent as Agent
from .happenings import Callbacks as Callbacks

__all__ = ["Agent", "Callbacks"]
