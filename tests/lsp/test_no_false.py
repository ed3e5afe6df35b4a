"""Nothing false is said of real code: the examples, the standard library of this Python, and the image's own."""

from __future__ import annotations

import asyncio
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from sandstep.lsp import image_facts
from sandstep.lsp.checks import findings
from sandstep.lsp.checks.context import Context
from sandstep.lsp.documents import Document
from sandstep.lsp.findings import Finding
from sandstep.lsp.image_facts import ImageFacts
from sandstep.lsp.index import Index
from sandstep.lsp.project import Project
from sandstep.lsp.syntax import DEEPEST
from sandstep.lsp.text import decode_source
from sandstep.lsp.uris import uri_of
from sandstep.sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = Path(sysconfig.get_path("stdlib"))
OF_EFFECTS = {"not-yielded", "not-run", "plain-yield", "do-without-yield", "do-async", "handler-falls-through", "handler-abandons",
              "resumed-twice", "unhandled-effect", "unknown-callback", "callback-arguments", "missing-package"}  # fmt: skip


@pytest.fixture(scope="module")
def facts() -> ImageFacts:
    return asyncio.run(image_facts.facts())


@pytest.fixture(autouse=True)
def deep() -> Iterator[None]:
    """The limit that the server has."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(DEEPEST)
    yield
    sys.setrecursionlimit(before)


def check(folder: Path, facts: ImageFacts, files: dict[str, str]) -> Iterator[tuple[str, Finding]]:
    """What is found in files, as if they were open one after the other in a workspace."""
    documents: dict[str, Document] = {}
    index = Index(documents)
    project = Project(index)
    project.image = facts
    index.look_in([str(folder)], [])
    for path, text in files.items():
        documents[path] = Document(uri_of(path), text, 1)
        for finding in findings(Context(documents[path], index, project)):
            yield path, finding
        del documents[path]


def read(folder: Path, *leaving: str) -> dict[str, str]:
    """The Python files below a folder."""
    paths = (path for path in sorted(folder.rglob("*.py")) if not any(part in leaving for part in path.relative_to(folder).parts))
    sources = ((path, decode_source(path.read_bytes())) for path in paths if path.is_file())
    return {str(path): source.decode() for path, source in sources if source is not None}


def said(found: Iterator[tuple[str, Finding]]) -> list[str]:
    return [f"{path}:{finding.span.line + 1}: {finding.code}: {finding.message}" for path, finding in found]


@pytest.mark.parametrize("folder", ["examples", "guest/sandstep/effects", "guest/image"])
def test_our_own(facts: ImageFacts, folder: str) -> None:
    files = read(ROOT / folder)
    assert files
    assert said(check(ROOT / folder, facts, files)) == []


@pytest.mark.timeout(300)
def test_the_standard_library_of_this_python(facts: ImageFacts) -> None:
    """There are no effects in it; and what is missing in the image is all that is said to be missing."""
    files = read(LIBRARY, "site-packages", "test", "tests", "idlelib", "lib2to3", "turtledemo")
    assert len(files) > 400
    found = [*check(LIBRARY, facts, files)]
    assert said((path, each) for path, each in found if each.code in OF_EFFECTS) == []
    works = {str(LIBRARY / name.replace(".", "/")) for name in facts.modules}
    imports = [(path, each) for path, each in found if each.code == "missing-module" and each.span.column == 0]
    whole = [(path, each) for path, each in imports if path.removesuffix(".py").removesuffix("/__init__") in works]
    assert said(iter(whole)) == []


@pytest.mark.timeout(300)
def test_the_standard_library_of_the_image(facts: ImageFacts, tmp_path: Path) -> None:
    """A module that can be imported there has, at its top level, no import that is said to be impossible."""
    with Sandbox() as box:
        code = """
import sys, zlib
captured = {}
for finder in sys.meta_path:
    captured |= getattr(finder, "_modules", {})
result = {name: zlib.decompress(one.source).decode("utf-8", "replace") for name, one in captured.items()}
"""
        sources: dict[str, str] = box.run(code).check().value
    assert len(sources) > 400
    files = {str(tmp_path / f"{name.replace('.', '_')}__copy.py"): text for name, text in sources.items()}
    found = [*check(tmp_path, facts, files)]
    assert said((path, each) for path, each in found if each.code in OF_EFFECTS) == []
    works = {str(tmp_path / f"{name.replace('.', '_')}__copy.py") for name in facts.modules}
    tops = []
    for path, each in found:
        line = files[path].split("\n")[each.span.line]
        if path in works and each.code in ("missing-module", "missing-name") and not line.startswith((" ", "\t")):
            tops.append((path, each))
    assert said(iter(tops)) == []
