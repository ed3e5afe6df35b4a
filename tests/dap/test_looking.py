"""Looking at a stopped program does not touch it, whatever its values do."""

from __future__ import annotations

import pytest

from .conftest import Debug

COUNTER = """
class Seen:
    looks = 0
    def __repr__(self):
        Seen.looks += 1
        print("looked")
        return f"seen {Seen.looks}"
def main():
    seen = Seen()
    items = [seen, 1]
    done = False  # @here!
    print(Seen.looks, items[1:])
main()
"""


def test_a_repr_of_theirs_never_happened(debug: Debug) -> None:
    session = debug.stopped(COUNTER)
    assert session.locals()["seen"]["value"] == "seen 1"
    assert session.value("seen").startswith("seen ")
    assert session.value("items", "hover").startswith("[seen ")
    session.children(session.locals()["items"]["variablesReference"])
    assert session.value("Seen.looks") == "0"
    session.finish()
    assert session.client.output("stdout") == "0 [1]\n"


def test_a_watch_with_side_effects_changes_nothing(debug: Debug) -> None:
    session = debug.stopped(COUNTER)
    assert session.value("items.append(9) or len(items)") == "3"
    assert session.value("items.append(9) or len(items)", "hover") == "3"
    assert session.value("setattr(Seen, 'looks', 5) or Seen.looks") == "5"
    assert session.value("(done := 7)") == "7"
    assert session.value("[i for i in items[1:]]") == "[1]"
    session.finish()
    assert session.client.output("stdout") == "0 [1]\n"


def test_a_result_of_a_watch_can_be_unfolded(debug: Debug) -> None:
    session = debug.stopped(COUNTER)
    result = session.evaluate("[items, Seen()]")
    children = session.children(result["variablesReference"], filter="indexed")
    assert session.children(children[0]["variablesReference"], filter="indexed")[1]["value"] == "1"


def test_the_console_does_happen(debug: Debug) -> None:
    session = debug.stopped(COUNTER)
    session.evaluate("items.append(9)", "repl")
    session.finish()
    assert session.client.output("stdout") == "0 [1, 9]\n"


HOSTILE = {
    "repr raises": "class Bad:\n    def __repr__(self): raise ValueError('no')",
    "repr loops": "class Bad:\n    def __repr__(self):\n        while True: pass",
    "repr loops in C": "class Bad:\n    def __repr__(self): return str(sum(range(10**15)))",
    "repr sleeps": "import time\nclass Bad:\n    def __repr__(self): time.sleep(1000); return ''",
    "repr is 10 MB": "class Bad:\n    def __repr__(self): return 'x' * 10_000_000",
    "repr has lines": "class Bad:\n    def __repr__(self): return 'a\\nb\\n' * 1000",
    "repr is no text": "class Bad:\n    def __repr__(self): return 5",
    "repr recurses": "class Bad:\n    def __repr__(self): return repr(self)",
    "repr exits": "import sys\nclass Bad:\n    def __repr__(self): sys.exit(3)",
    "repr ends the process": "import os\nclass Bad:\n    def __repr__(self): os._exit(3)",
    "repr is interrupted": "class Bad:\n    def __repr__(self): raise KeyboardInterrupt",
    "repr reads input": "class Bad:\n    def __repr__(self): return input()",
    "repr eats memory": "class Bad:\n    def __repr__(self): return str(len([0] * (1 << 29)))",
    "getattr raises": "class Bad:\n    def __getattr__(self, name): raise RuntimeError(name)",
    "getattr answers all": "class Bad:\n    def __getattr__(self, name): return self",
    "getattribute raises": "class Bad:\n    def __getattribute__(self, name): raise RuntimeError(name)",
    "getattribute loops": "class Bad:\n    def __getattribute__(self, name):\n        while True: pass",
    "len raises": "class Bad:\n    def __len__(self): raise RuntimeError\n    def __iter__(self): raise RuntimeError",
    "len is huge": "class Bad(list):\n    def __len__(self): return 1 << 62",
    "keys raise": "class Bad(dict):\n    def keys(self): raise RuntimeError\n    items = __iter__ = __len__ = keys",
    "class lies": "class Bad:\n    @property\n    def __class__(self): raise RuntimeError",
    "dict raises": "class Bad:\n    @property\n    def __dict__(self): raise RuntimeError",
    "dir raises": "class Bad:\n    def __dir__(self): raise RuntimeError",
    "metaclass is hostile": (
        "class Meta(type):\n    def __repr__(cls): raise RuntimeError\n    def __getattribute__(cls, name): raise RuntimeError\n"
        "class Bad(metaclass=Meta):\n    pass"
    ),
    "equality raises": "class Bad:\n    def __eq__(self, other): raise RuntimeError\n    __hash__ = None\n    __bool__ = __eq__",
    "property raises": "class Bad:\n    @property\n    def x(self): raise RuntimeError('x')",
    "property loops": "class Bad:\n    @property\n    def x(self):\n        while True: pass",
    "name of the class is odd": "Bad = type('a\\n' * 1000, (), {})",
    "str subclass lies": "class Bad(str):\n    def __repr__(self): raise RuntimeError\n    __str__ = __len__ = __getitem__ = __repr__",
    "int subclass lies": "class Bad(int):\n    def __repr__(self): raise RuntimeError\n    __str__ = __index__ = __repr__",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_value(debug: Debug, name: str) -> None:
    """It costs one line; its neighbours are shown, and the program goes on."""
    session = debug.stopped(
        f"{HOSTILE[name]}\ndef main():\n    ok = 42\n    bad = Bad()\n    box = [bad, 7]\n    last = 'z'\n    done = 1  # @here!\nmain()\n"
    )
    found = session.locals()
    assert found["ok"]["value"] == "42"
    assert found["last"]["value"] == "'z'"
    shown = found["bad"]["value"]
    assert len(shown) < 3000
    assert shown
    if found["bad"]["variablesReference"]:
        session.children(found["bad"]["variablesReference"], start=0, count=20)
    inside = session.children(found["box"]["variablesReference"], filter="indexed")
    assert inside[1]["value"] == "7"
    session.client.response(session.client.send("evaluate", expression="bad", context="watch", frameId=session.at().id))
    assert session.value("ok + 1") == "43"
    assert session.over().line
    assert session.finish() == 0


def test_many_hostile_values(debug: Debug) -> None:
    text = "class Bad:\n    def __repr__(self):\n        while True: pass\ndef main():\n"
    text += "".join(f"    bad{n} = Bad()\n" for n in range(20)) + "    ok = 42\n    done = 1  # @here!\nmain()\n"
    session = debug.stopped(text)
    found = session.locals()
    assert found["ok"]["value"] == "42"
    assert all("Bad" in found[f"bad{n}"]["value"] for n in range(20))
    assert session.finish() == 0


def test_a_hostile_locals_mapping(debug: Debug) -> None:
    text = """
    class Space(dict):
        def __getitem__(self, name):
            if name == "trap":
                raise RuntimeError
            return dict.__getitem__(self, name)
        def keys(self):
            raise RuntimeError
    class Meta(type):
        @classmethod
        def __prepare__(cls, name, bases):
            return Space()
    class A(metaclass=Meta):
        x = 1
        y = 2  # @here!
    """
    session = debug.stopped(text)
    assert session.scopes()
    assert session.locals()["x"]["value"] == "1"
    assert session.finish() == 0


SURROGATES = r"""
class Odd:
    pass
Odd.__qualname__ = "Odd\ud800"
def main():
    odd = Odd()
    odd.__dict__["a\ud800"] = "\udfff"
    raise ValueError("\ud800")  # @here!
main()
"""


def test_strings_that_no_message_can_carry_are_written_as_python_writes_them(debug: Debug) -> None:
    session = debug.stopped(SURROGATES)
    odd = session.locals()["odd"]
    assert odd["value"].startswith(r"<__main__.Odd\ud800 object at ")
    assert session.child(odd["variablesReference"], r"a\ud800")["value"] == r"'\udfff'"
    session.client.request("setExceptionBreakpoints", filters=["uncaught"])
    assert session.go().body["text"] == r"\ud800"
    session.finish()
