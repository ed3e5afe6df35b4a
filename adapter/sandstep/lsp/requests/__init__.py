"""One small handler for each request, by what it is about. `load` registers them all."""

import importlib
import pkgutil


def load() -> None:
    """Imports every module of this package, which registers its handlers."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
