"""One small function a request. Importing this package registers all of them."""

from . import breakpoints, changing, life, looking, sources, stepping, tasks

__all__ = ["breakpoints", "changing", "life", "looking", "sources", "stepping", "tasks"]
