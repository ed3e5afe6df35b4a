"""Programs that want out, or want to do harm, and how each has to end."""

from __future__ import annotations

from typing import NamedTuple


class Hostile(NamedTuple):
    """One program. `ends` is the type of its error, "" for none; `says` is part of its message or output.

    Several types may be named, with | between them: which of them comes first is the program's luck.
    """

    name: str
    code: str
    ends: str
    says: str = ""


PROGRAMS = [
    # files
    Hostile("reads /etc/passwd", "open('/etc/passwd')", "FileNotFoundError|PermissionError|OSError"),
    Hostile("reads by dots", "open('../../../../etc/passwd')", "FileNotFoundError|PermissionError|OSError"),
    Hostile("reads its own process", "open('/proc/self/environ')", "FileNotFoundError|PermissionError|OSError"),
    Hostile("lists the root", "import os; os.listdir('/')", "FileNotFoundError|PermissionError|OSError"),
    Hostile("leaves a mount by dots", "open('/mnt/../etc/passwd')", "FileNotFoundError|PermissionError|OSError"),
    Hostile("leaves a mount deeper", "open('/mnt/inner/../../../etc/passwd')", "FileNotFoundError|PermissionError|OSError"),
    Hostile("follows an absolute link", "open('/mnt/link')", "PermissionError|OSError|FileNotFoundError"),
    Hostile("follows a relative link", "open('/mnt/dots')", "PermissionError|OSError|FileNotFoundError"),
    Hostile("makes a link out", "import os; os.symlink('/etc', '/mnt/out')", "PermissionError|OSError|AttributeError"),
    Hostile("writes to a read-only mount", "open('/mnt/new', 'w')", "PermissionError|OSError"),
    Hostile("appends to a read-only file", "open('/mnt/file', 'a')", "PermissionError|OSError"),
    Hostile("deletes from a read-only mount", "import os; os.remove('/mnt/file')", "PermissionError|OSError"),
    Hostile("renames in a read-only mount", "import os; os.rename('/mnt/file', '/mnt/other')", "PermissionError|OSError"),
    Hostile("reads a device", "open('/dev/mem')", "FileNotFoundError|PermissionError|OSError"),
    # the system
    Hostile(
        "opens a socket",
        "import socket; socket.create_connection(('127.0.0.1', 80))",
        "gaierror|ModuleNotFoundError|OSError|AttributeError",
    ),
    Hostile(
        "fetches",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1')",
        "ModuleNotFoundError|OSError|AttributeError|URLError",
    ),
    Hostile("runs a command", "import os; os.system('id')", "AttributeError|OSError|NotImplementedError"),
    Hostile(
        "runs a process",
        "import subprocess; subprocess.run(['id'])",
        "OSError|AttributeError|NotImplementedError|ModuleNotFoundError|FileNotFoundError",
    ),
    Hostile("forks", "import os; os.fork()", "AttributeError|OSError"),
    Hostile("executes", "import os; os.execv('/bin/sh', ['sh'])", "AttributeError|OSError"),
    Hostile("kills", "import os; os.kill(1, 9)", "AttributeError|OSError"),
    Hostile("uses ctypes", "import ctypes", "ModuleNotFoundError", "not available in the sandbox"),
    Hostile("starts a thread", "import threading; threading.Thread(target=print).start()", "RuntimeError"),
    Hostile("starts processes", "import multiprocessing", "ModuleNotFoundError"),
    Hostile("looks for the environment", "import os; print(dict(os.environ))", "", "{}"),
    # time and memory
    Hostile("runs for ever", "while True: pass", "TimeLimit", "limit of 2 s"),
    Hostile("runs for ever and takes it all", "while True:\n try:\n  while True: pass\n except BaseException: pass", "TimeLimit"),
    Hostile("sleeps for ever", "import time; time.sleep(1e8)", "TimeLimit"),
    Hostile("waits for ever", "import asyncio; await asyncio.Event().wait()", "TimeLimit"),
    Hostile("a regex for ever", "import re; re.match(r'(a+)+$', 'a' * 60 + 'b')", "TimeLimit"),
    Hostile("a number for ever", "x = 10 ** 10 ** 8; y = x * x", "TimeLimit|MemoryLimit"),
    Hostile("a sum for ever", "sum(iter(int, 1))", "TimeLimit"),
    Hostile(
        "a bomb of tasks",
        "import asyncio\nasync def f():\n while True:\n  asyncio.create_task(f()); await asyncio.sleep(0)\nawait f()",
        "TimeLimit|MemoryLimit",
    ),
    Hostile("a bomb of strings", "x = 'a'\nwhile True: x += x", "MemoryLimit", "limit of 128 MiB"),
    Hostile("a bomb of lists", "x = []\nwhile True: x.append([0] * 10000)", "MemoryLimit"),
    Hostile("one large allocation", "bytearray(2_000_000_000)", "MemoryLimit"),
    Hostile("a bomb of dicts", "x = {}\nwhile True: x[len(x)] = {1: 2}", "MemoryLimit|TimeLimit"),
    Hostile("a bomb that unpacks", "import zlib\nd = zlib.decompressobj().decompress(zlib.compress(bytes(1 << 28)))", "MemoryLimit"),
    Hostile("memory for ever", "x = []\nwhile True:\n try: x.append(bytearray(1 << 20))\n except MemoryError: pass", "TimeLimit"),
    Hostile("deep in Python", "def f(): f()\nf()", "RecursionError"),
    Hostile("deep in C", "x = []\nfor _ in range(10**6): x = [x]\nrepr(x)", "RecursionError"),
    Hostile("deep in the compiler", "compile('(' * 10000 + ')' * 10000, '', 'eval')", "MemoryError", "too complex to parse"),
    Hostile("deep in pickle", "import pickle\nx = []\nfor _ in range(10**5): x = [x]\npickle.dumps(x)", "RecursionError|MemoryLimit"),
    Hostile("deep by attributes", "class A:\n def __getattr__(self, n): return getattr(self, n)\nA().x", "RecursionError"),
    # output and ends
    Hostile("closes stdout", "import sys; sys.stdout.close(); print('x')", "ValueError"),
    Hostile("closes the descriptors", "import os; os.close(1); os.close(2)\nprint('still here')", "", "still here"),
    Hostile("floods stdout", "while True: print('x' * 10000)", "OutputLimit", "limit of 1000000 bytes"),
    Hostile("floods stderr", "import sys\nwhile True: sys.stderr.write('x' * 10000)", "OutputLimit"),
    Hostile("ends at once", "import os; os._exit(7)", "", ""),
    Hostile("aborts", "import os; os.abort()", "", ""),
    Hostile("exits in a finalizer", "import sys\nclass A:\n def __del__(self): sys.exit(3)\nA(); print('after')", "", "after"),
    Hostile(
        "exits in a callback of gc",
        "import gc, sys\ngc.callbacks.append(lambda *a: sys.exit(3)); gc.collect(); print('after')",
        "",
        "after",
    ),
    Hostile("exits in atexit", "import atexit, sys; atexit.register(sys.exit, 5)", "", ""),
    Hostile("exits in a task", "import asyncio, sys\nasync def f(): sys.exit(4)\nawait asyncio.gather(f())", "", ""),
    Hostile("stops the loop", "import asyncio\nasyncio.get_running_loop().stop(); await asyncio.sleep(1)", "RuntimeError"),
    Hostile("closes the loop", "import asyncio\nasyncio.get_running_loop().close()", "RuntimeError"),
    # lies
    Hostile(
        "an error that cannot be shown",
        "class E(Exception):\n def __str__(self): raise ValueError\nraise E",
        "E",
        "__str__ raised ValueError",
    ),
    Hostile("an error that shows for ever", "class E(Exception):\n def __str__(self):\n  while True: pass\nraise E", "TimeLimit"),
    Hostile("an error that shows too much", "class E(Exception):\n def __str__(self): return 'x' * 10**7\nraise E", "E|OutputLimit"),
    Hostile(
        "an error that exits", "class E(Exception):\n def __str__(self): raise SystemExit(3)\nraise E", "E", "__str__ raised SystemExit"
    ),
    Hostile(
        "an error of lies", "class E(Exception): pass\nE.__module__ = 42; E.__qualname__ = 'a' * 10**6\nraise E", "a" * 200 + "|OutputLimit"
    ),
    Hostile("an error with itself as its cause", "e = ValueError('x'); e.__cause__ = e\nraise e", "ValueError"),
    Hostile("an error of lone surrogates", "raise ValueError('\\ud800')", "ValueError"),
    Hostile("a result that is none", "result = object()", "TypeError", "no JSON value"),
    Hostile("a result with itself in it", "result = []; result.append(result)", "TypeError", "no JSON value"),
    Hostile("a result that is not a number", "result = float('nan')", "TypeError", "no JSON value"),
    Hostile("a result of lone surrogates", "result = {'a': '\\ud800'}", "TypeError", "surrogates not allowed"),
    Hostile("a result that is too long", "result = 'x' * (17 << 20)", "ValueError", "longer than 16 MiB"),
    # patches
    Hostile(
        "patches builtins",
        "import builtins\nfor n in list(vars(builtins)):\n if not n.startswith('__'): setattr(builtins, n, None)",
        "|Crashed",
        "",
    ),
    Hostile("deletes builtins", "import builtins; vars(builtins).clear()", "|NameError|KeyError|AttributeError|Crashed"),
    Hostile(
        "patches json", "import json\njson.dumps = json.loads = json.encoder.JSONEncoder.encode = lambda *a, **k: 1/0\nresult = 5", "", ""
    ),
    Hostile(
        "patches sys", "import sys\nsys.modules.clear(); sys.path = None; sys.meta_path = None; sys.stdout = None; sys.stderr = 3", "", ""
    ),
    Hostile("patches the hooks", "import sys\nsys.excepthook = sys.unraisablehook = lambda *a: 1/0\nraise ValueError('x')", "ValueError"),
    Hostile(
        "patches traceback",
        "import traceback\ntraceback.format_exception = traceback.print_exception = None\nraise ValueError('x')",
        "ValueError",
    ),
    Hostile(
        "breaks the guest's runtime",
        "import gc\nfor m in [o for o in gc.get_objects() if type(o).__name__ == 'Server']: m.__dict__.clear()",
        "|AttributeError|Crashed",
    ),
    Hostile("hides nothing of ours", "import serving", "ModuleNotFoundError"),
]

FORGERIES = """
import gc, sys
def found(name):
    for each in gc.get_objects():
        if isinstance(each, dict) and callable(each.get(name)): return each[name]
    frame = sys._getframe()
    while frame is not None:
        for space in (frame.f_globals, frame.f_locals):
            if callable(space.get(name)): return space[name]
        frame = frame.f_back
    raise SystemExit("not found: " + name)
"""
"""Finds a function of the guest's runtime, whatever hides it."""

FORGED = [
    Hostile("forges an end", FORGERIES + 'found(\'next_run\')(\'{"exit_code": 0, "value": "42"}\')', "|SystemExit|Crashed|NameError"),
    Hostile("forges an end that is none", FORGERIES + "found('next_run')('[' * 100000)", "|Crashed"),
    Hostile("forges an end that is no text", FORGERIES + "found('next_run')(42)", "|TypeError|Crashed|AttributeError"),
    Hostile("forges events", FORGERIES + "found('_report_batch')('abc', '{')", "|Crashed"),
    Hostile("forges an event", FORGERIES + "found('_report_trace')(2**40, '{', '}')", "|Crashed|OverflowError|TypeError"),
    Hostile("forges calls", FORGERIES + "found('_host_invoke')('nonsense', 0)", "|Crashed"),
    Hostile(
        "calls with absurd numbers", FORGERIES + "found('_host_invoke')('[[-1,\"x\",{}],[99999999999999999999,\"x\",{}]]', 0)", "|Crashed"
    ),
    Hostile("calls with a name of a megabyte", "await invoke('x' * (1 << 20))", "LookupError"),
    Hostile("calls what is not there", "await invoke('__import__', name='os')", "LookupError"),
    Hostile(
        "calls without end",
        "import asyncio\nwhile True: await asyncio.gather(*(ping() for _ in range(20)))",
        "CallbackLimit",
        "limit of 50 calls",
    ),
    Hostile("calls with wrong arguments", "await ping(x=1)", "TypeError"),
    Hostile("calls for ever", "await stuck()", "CallbackTimeLimit", "limit of 1 s"),
]
