"""`sandstep run` beside `python`: the same program, the same output, input and exit status."""

from pathlib import Path

import pytest

from .command import Ended, python, sandstep

PROGRAMS = {
    "hello": "print('hello')",
    "arguments": "import sys; print(sys.argv)",
    "both streams": "import sys; print('out'); print('err', file=sys.stderr); print('out again')",
    "file descriptors": "import os; os.write(1, b'one\\n'); os.write(2, b'two\\n')",
    "no newline at the end": "print('x', end='')",
    "a megabyte in one line": "print('x' * 1_000_000)",
    "bytes": "import sys; sys.stdout.buffer.write(bytes(range(256)).decode('latin-1').encode()); sys.stdout.flush()",
    "unicode": "print('gr\\u00fc\\u00df \\U0001f40d')",
    "input": "print(input('name? ') + '!', input())",
    "all of stdin": "import sys; print(sys.stdin.read().upper(), end='')",
    "stdin line by line": "import sys\nfor line in sys.stdin: print(len(line))",
    "end of stdin": "try:\n    input(); input(); input()\nexcept EOFError as e: print(repr(e))",
    "exit with a number": "import sys; print('bye'); sys.exit(7)",
    "exit with words": "import sys; sys.exit('words')",
    "exit with nothing": "import sys; sys.exit()",
    "exit with True": "import sys; sys.exit(True)",
    "exit with 256 and more": "import sys; sys.exit(259)",
    "exit at once": "import os, sys; print('x'); sys.stdout.flush(); os._exit(5)",
    "exit in a function at exit": "import atexit, sys\natexit.register(print, 'at exit')\nsys.exit(3)",
    "exception": "def f(): raise ValueError('no')\nf()",
    "syntax error": "x = 1\ndef f(:\n",
    "names": "print(__name__, __package__, __spec__, __doc__, sorted(k for k in globals() if k not in ('__builtins__', '__annotations__')))",
    "its file": "import os, sys; print(os.path.basename(__file__), os.path.isabs(__file__), sys.path[0] == os.path.dirname(__file__))",
    "main is its module": "import __main__, sys; x = 5; print(__main__.x, sys.modules['__main__'] is __main__)",
    "pickle of its own class": "import pickle\nclass A: pass\nprint(type(pickle.loads(pickle.dumps(A()))).__name__)",
    "annotations": "x: int = 1\nprint(__annotations__ if '__annotations__' in globals() else {'x': int})",
    "asyncio": "import asyncio\nasync def f(n):\n    await asyncio.sleep(0.001 * n)\n    return n\n"
    "async def main():\n    print(await asyncio.gather(f(3), f(1), f(2)))\nasyncio.run(main())",
    "asyncio timeouts": "import asyncio\nasync def main():\n    try:\n        async with asyncio.timeout(0.01): await asyncio.sleep(9)\n"
    "    except TimeoutError: print('late')\nasyncio.run(main())",
    "asyncio queue and cancel": "import asyncio\nasync def worker(q):\n    while True: print(await q.get()); q.task_done()\n"
    "async def main():\n    q = asyncio.Queue(); t = asyncio.create_task(worker(q))\n    for i in range(3): q.put_nowait(i)\n"
    "    await q.join(); t.cancel()\n    try: await t\n    except asyncio.CancelledError: print('cancelled')\nasyncio.run(main())",
    "two loops one after the other": "import asyncio\nasync def f(): return 1\nprint(asyncio.run(f()) + asyncio.run(f()))",
    "hash of numbers": "print(hash(12345), hash(-1))",
    "sleep": "import time\nt = time.monotonic(); time.sleep(0.02); print(time.monotonic() - t >= 0.02)",
    "sleep refuses": "import time\nfor x in (-1, 'a', float('nan')):\n    try: time.sleep(x)\n    except Exception as e: print(type(e).__name__)",
    "recursion": "def f(): f()\ntry: f()\nexcept RecursionError: print('deep')",
    "deep repr": "x = []\nfor _ in range(100000): x = [x]\ntry: repr(x)\nexcept RecursionError: print('deep')",
    "gc": "import gc\nprint(gc.isenabled()); gc.disable(); print(gc.isenabled(), gc.callbacks); gc.enable(); print(gc.collect() >= 0)",
    "warnings": "import warnings; warnings.simplefilter('error')\ntry: warnings.warn('w')\nexcept UserWarning as e: print(e)",
    "replaced stdout": "import sys, io\nold = sys.stdout; sys.stdout = io.StringIO(); print('in'); v = sys.stdout.getvalue(); sys.stdout = old; print(v)",
    "closed stdout": "import sys\nprint('x'); sys.stdout.flush(); sys.stdout.close()",
    "own excepthook": "import sys\nsys.excepthook = lambda t, e, tb: print('hook', t.__name__)\n1/0",
    "decimal and friends": "import decimal, fractions, statistics, datetime, json, re, collections\n"
    "print(decimal.Decimal('1.1') + 1, fractions.Fraction(1, 3), statistics.mean([1, 2, 4]), json.dumps({'a': [1]}))",
    "zlib, hashes, struct": "import zlib, hashlib, struct, base64\nprint(zlib.crc32(b'a'), hashlib.sha256(b'a').hexdigest(), struct.pack('<I', 5))",
    "sqlite in memory": "import sqlite3\nc = sqlite3.connect(':memory:'); print(c.execute('select 1 + 1').fetchall())",
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_same_as_python(name: str, tmp_path: Path) -> None:
    (tmp_path / "prog.py").write_text(PROGRAMS[name])
    stdin = "Ada\nsecond line\n"
    ours, theirs = (run("prog.py", "a", "--b", stdin=stdin, cwd=tmp_path) for run in (_run, python))
    assert (ours.out, ours.status) == (theirs.out, theirs.status)
    assert _last(ours.err) == _last(theirs.err)
    assert "sandstep" not in ours.err
    assert "/0/" not in ours.err


def _run(*arguments: str, stdin: str, cwd: Path) -> Ended:
    return sandstep("run", *arguments, stdin=stdin, cwd=cwd)


def _last(text: str) -> str:
    """The line that names the error: the lines before differ from version to version of Python."""
    return text.strip().splitlines()[-1] if text.strip() else ""
