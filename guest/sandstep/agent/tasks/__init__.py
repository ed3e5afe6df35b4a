"""The program's flows of control: the main program, and every task of every runtime that has tasks."""

from .flows import Flow as Flow
from .flows import Pending as Pending
from .flows import Runtime as Runtime
from .threads import Tasks as Tasks

__all__ = ["Flow", "Pending", "Runtime", "Tasks"]
