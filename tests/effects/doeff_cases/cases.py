# mypy: ignore-errors
"""Collects the cases of the sections and says, as JSON lines, what became of each. Runs under doeff's own machine and under ours."""

import contextlib
import importlib
import io
import json
import re
import sys
import warnings

CASES = {}
SECTIONS = ("nodes", "running", "handlers", "continuations", "errors", "observers", "legacy", "library", "scheduling")
ADDRESS = re.compile(r"0x[0-9a-f]+|stable_id: \d+")


def case(function):
    """A function to call; what it returns, or raises, is compared."""
    section = function.__module__.rpartition(".")[2]
    CASES[f"{section}.{function.__name__}"] = function
    return function


def told(value):
    """A text that is the same in every process."""
    text = ADDRESS.sub("…", value if isinstance(value, str) else repr(value))
    return re.sub(r"[^\s'\"]*/(doeff_core_effects|doeff_cases|doeff|python)/", r"\1/", text)


def outcome(function):
    """What became of a case."""
    stderr = io.StringIO()
    try:
        with contextlib.redirect_stderr(stderr), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = {"value": told(function())}
    except BaseException as error:
        result = {
            "error": type(error).__name__,
            "text": told(str(error)),
            "trace": told(getattr(error, "__doeff_traceback__", None)),
            "python": frames_of(error),
        }
    result["stderr"] = told(stderr.getvalue())
    return result


def frames_of(error):
    """The functions in a Python traceback, without those of doeff itself, and without the one behind `yield from effect`."""
    trace = error.__traceback__
    names = []
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename
        if trace.tb_frame.f_code.co_name != "bind" and "/doeff/" not in path and "/doeff_core_effects/" not in path:
            names.append(trace.tb_frame.f_code.co_name)
        trace = trace.tb_next
    return names


if __name__ == "__main__":
    sys.modules["cases"] = sys.modules["__main__"]
    for section in SECTIONS:
        importlib.import_module(section)
    for name, function in CASES.items():
        print(json.dumps({"name": name, **outcome(function)}, ensure_ascii=True))
