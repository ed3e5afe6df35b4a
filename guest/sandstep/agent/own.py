"""The builtins as they are when the image is built.

A module that imports these names has functions that look up `len` and its kin here: what a program does to `builtins` does not reach them.
"""

import builtins

__builtins__ = dict(vars(builtins))  # type: ignore[assignment]  # a dict is what functions want
