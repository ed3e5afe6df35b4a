"""Steps: which line comes next in the same frame, in the frame that is entered, or where the program goes on for its task."""

from .driving import InForce as InForce
from .step import Kind as Kind
from .stepper import Stepper as Stepper

__all__ = ["InForce", "Kind", "Stepper"]
