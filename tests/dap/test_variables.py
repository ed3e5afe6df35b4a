"""What an editor shows of a stopped program."""

from __future__ import annotations

import pytest

from .conftest import Debug

VALUES = """
class Point:
    kind = "point"
    def __init__(self, x, y):
        self.x = x
        self._hidden = y
    def move(self):
        return self

def main():
    n = 255
    text = "a\\nb"
    nothing = None
    numbers = list(range(1000))
    names = {"a": 1, 2: "b", (1, 2): [3]}
    unique = {3}
    raw = b"ab"
    point = Point(1, 2)
    pair = (1, [2])
    return n  # @here!
main()
"""


def test_values(debug: Debug) -> None:
    session = debug.stopped(VALUES)
    found = session.locals()
    shown = {name: found[name]["value"] for name in ("n", "text", "nothing", "unique", "raw", "pair")}
    assert shown == {"n": "255", "text": "'a\\nb'", "nothing": "None", "unique": "{3}", "raw": "b'ab'", "pair": "(1, [2])"}
    assert {name: found[name]["type"] for name in ("n", "text", "nothing", "numbers", "point")} == {
        "n": "int",
        "text": "str",
        "nothing": "NoneType",
        "numbers": "list",
        "point": "Point",
    }
    assert [found[name]["variablesReference"] for name in ("n", "text", "nothing")] == [0, 0, 0]
    assert all(found[name]["variablesReference"] for name in ("numbers", "names", "point", "pair"))


def test_long_lists_are_paged(debug: Debug) -> None:
    session = debug.stopped(VALUES)
    numbers = session.locals()["numbers"]
    assert numbers["indexedVariables"] == 1000
    assert len(numbers["value"]) < 2000
    page = session.children(numbers["variablesReference"], filter="indexed", start=990, count=20)
    assert [child["value"] for child in page] == [str(n) for n in range(990, 1000)]
    assert all(str(990 + place) in child["name"] for place, child in enumerate(page))
    first = session.children(numbers["variablesReference"], filter="indexed", start=0, count=3)
    assert [child["value"] for child in first] == ["0", "1", "2"]


def test_named_and_indexed_children_are_apart(debug: Debug) -> None:
    session = debug.stopped("class L(list):\n    pass\nbox = L([1, 2])\nbox.label = 'x'\na = 1  # @here!\n")
    reference = session.locals()["box"]["variablesReference"]
    assert [child["value"] for child in session.children(reference, filter="indexed")] == ["1", "2"]
    assert "label" in [child["name"] for child in session.children(reference, filter="named")]


def test_dict(debug: Debug) -> None:
    session = debug.stopped(VALUES)
    children = session.children(session.locals()["names"]["variablesReference"])
    assert [(child["name"], child["value"]) for child in children[:3]] == [("'a'", "1"), ("2", "'b'"), ("(1, 2)", "[3]")]


def test_what_evaluate_name_says_is_the_same_value(debug: Debug) -> None:
    session = debug.stopped(VALUES)
    for name in ("numbers", "names", "point", "pair"):
        for child in session.children(session.locals()[name]["variablesReference"], start=0, count=5):
            if child.get("evaluateName"):
                assert session.value(child["evaluateName"]) == child["value"]


def test_fields_come_first_and_the_rest_is_grouped(debug: Debug) -> None:
    session = debug.stopped(VALUES)
    names = [child["name"] for child in session.children(session.locals()["point"]["variablesReference"])]
    assert names[0] == "x"
    assert "__class__" not in names
    assert "move" not in names
    groups = [name for name in names if name not in ("x", "_hidden", "kind")]
    assert groups, "special and function members belong into groups"


def test_hex(debug: Debug) -> None:
    session = debug.stopped(VALUES)
    found = {variable["name"]: variable["value"] for variable in session.children(session.scope(), format={"hex": True})}
    assert found["n"] == "0xff"
    assert (
        session.client.request("evaluate", expression="n + 1", frameId=session.at().id, context="watch", format={"hex": True})["result"]
        == "0x100"
    )


def test_scopes(debug: Debug) -> None:
    session = debug.stopped(VALUES)
    scopes = session.scopes()
    assert [scope["name"] for scope in scopes][:1] == ["Locals"]
    assert scopes[0]["presentationHint"] == "locals"
    assert "Globals" in [scope["name"] for scope in scopes]
    assert {"Point", "main"} <= {variable["name"] for variable in session.children(session.scope("Globals"))} | {
        inner["name"]
        for variable in session.children(session.scope("Globals"))
        if variable["variablesReference"] and " " in variable["name"]
        for inner in session.children(variable["variablesReference"])
    }


def test_names_of_the_enclosing_function_are_there(debug: Debug) -> None:
    session = debug.stopped("def outer(a):\n    def inner(b):\n        return a + b  # @here!\n    return inner(2)\nouter(1)\n")
    every = {
        variable["name"]: variable["value"] for scope in session.scopes()[:2] for variable in session.children(scope["variablesReference"])
    }
    assert {every["a"], every["b"]} == {"1", "2"}


def test_names_not_bound_yet_are_not_shown(debug: Debug) -> None:
    session = debug.stopped("def f():\n    a = 1  # @here!\n    b = 2\nf()\n")
    assert session.locals() == {}


def test_handles_stay_from_stop_to_stop(debug: Debug) -> None:
    session = debug.stopped("def f():\n    box = [[1], 2]\n    a = 1  # @here!\n    b = 2\n    return b\nf()\n")
    scope = session.scope()
    box = session.locals()["box"]["variablesReference"]
    inner = session.children(box)[0]["variablesReference"]
    session.over()
    assert session.scope() == scope
    assert session.locals()["box"]["variablesReference"] == box
    assert session.children(box)[0]["variablesReference"] == inner


def test_a_handle_of_a_frame_that_is_gone_fails(debug: Debug) -> None:
    session = debug.stopped(
        "def f():\n    box = [1]\n    return box  # @here!\ndef g():\n    box = [2]\n    return box  # @there!\nf()\ng()\n"
    )
    frame = session.at().id
    scope = session.scope()
    box = session.locals()["box"]["variablesReference"]
    session.go()
    assert session.where() == "there"
    assert session.client.fails("variables", variablesReference=scope)
    assert session.client.fails("variables", variablesReference=box)
    assert session.client.fails("scopes", frameId=frame)
    assert session.locals()["box"]["value"] == "[2]"


def test_a_handle_shows_the_value_of_now(debug: Debug) -> None:
    session = debug.stopped("def f():\n    box = [1]\n    a = 1  # @here!\n    box.append(2)\n    b = 2  # @there!\nf()\n")
    box = session.locals()["box"]["variablesReference"]
    session.go()
    assert session.locals()["box"]["variablesReference"] == box
    assert [child["value"] for child in session.children(box, filter="indexed")] == ["1", "2"]


def test_unknown_references_fail(debug: Debug) -> None:
    session = debug.stopped("a = 1  # @here!\n")
    assert session.client.fails("variables", variablesReference=987654)
    assert session.client.fails("scopes", frameId=987654)
    assert session.client.fails("stackTrace", threadId=987654)


def test_references_fail_while_the_program_runs(debug: Debug) -> None:
    session = debug.stopped("a = [1]  # @here!\nprint('on', flush=True)\nwhile True:\n    pass\n")
    scope = session.scope()
    session.resume("continue")
    session.client.event("output", lambda body: "on" in body["output"])
    assert session.client.fails("variables", variablesReference=scope)


def test_return_values_of_what_was_stepped_over(debug: Debug) -> None:
    session = debug.stopped("def double(n):\n    return n * 2\ndef main():\n    a = double(21)  # @here!\n    b = a\nmain()\n")
    session.over()
    returned = [variable for name, variable in session.locals().items() if "return" in name.lower()]
    assert [variable["value"] for variable in returned] == ["42"]
    assert "double" in returned[0]["name"]


def test_stack_is_paged(debug: Debug) -> None:
    session = debug.stopped("def down(n):\n    if n:\n        return down(n - 1)\n    return 0  # @here!\ndown(50)\n")
    body = session.client.request("stackTrace", threadId=session.at().thread, startFrame=0, levels=20)
    assert len(body["stackFrames"]) == 20
    assert body["totalFrames"] == 52
    rest = session.client.request("stackTrace", threadId=session.at().thread, startFrame=20, levels=0)["stackFrames"]
    assert len(rest) == 32
    assert rest[-1]["name"] == "<module>"
    assert not {frame["id"] for frame in body["stackFrames"]} & {frame["id"] for frame in rest}


def test_every_frame_has_its_own_locals(debug: Debug) -> None:
    session = debug.stopped("def down(n):\n    if n:\n        return down(n - 1)\n    return 0  # @here!\ndown(3)\n")
    assert [session.locals(frame["id"])["n"]["value"] for frame in session.frames()[:4]] == ["0", "1", "2", "3"]


def test_one_thread_named_after_the_program(debug: Debug) -> None:
    session = debug.stopped("a = 1  # @here!\n")
    threads = session.client.request("threads")["threads"]
    assert [thread["id"] for thread in threads] == [session.at().thread]
    assert threads[0]["name"]


def test_recursive_structures_end(debug: Debug) -> None:
    session = debug.stopped("box = []\nbox.append(box)\nloop = {}\nloop['me'] = loop\na = 1  # @here!\n")
    assert session.locals()["box"]["value"] == "[[...]]"
    reference = session.locals()["box"]["variablesReference"]
    for _ in range(5):
        reference = session.children(reference, filter="indexed")[0]["variablesReference"]
    assert reference


@pytest.mark.parametrize(
    ("expression", "children"),
    [
        ("{1: 2}.items()", 1),
        ("frozenset([1, 2])", 2),
        ("__import__('collections').deque([1, 2, 3])", 3),
        ("__import__('collections').OrderedDict(a=1)", 1),
        ("__import__('array').array('i', [1, 2])", 2),
    ],
)
def test_containers_of_the_library_show_what_they_hold(debug: Debug, expression: str, children: int) -> None:
    session = debug.stopped(f"box = {expression}\na = 1  # @here!\n")
    box = session.locals()["box"]
    assert box["variablesReference"]
    counted = box.get("indexedVariables", 0) + box.get("namedVariables", 0)
    assert counted >= children or len(session.children(box["variablesReference"])) >= children


def test_modules_and_sources_are_those_of_the_program(debug: Debug) -> None:
    debug.write("x = 1\n", "helper.py")
    session = debug.stopped("import helper\na = 1  # @here!\n")
    modules = {module["name"]: module for module in session.client.request("modules")["modules"]}
    assert modules["helper"]["path"].endswith("helper.py")
    assert "__main__" in modules
    paths = [source.get("path", "") for source in session.client.request("loadedSources")["sources"]]
    assert any(path.endswith("helper.py") for path in paths)
    assert any(path.endswith("prog.py") for path in paths)
    assert not any("agent" in path for path in paths)
