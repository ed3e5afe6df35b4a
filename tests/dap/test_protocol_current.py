"""The messages are those of the schema that debugpy ships, and all that is advertised is there."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import msgspec
import pytest
from sandstep.dap import protocol, registry, requests

from tests.dap.peers import ROOT

FILE = ROOT / "tools" / "generate_protocol.py"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_protocol", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_module_is_current(generator: ModuleType) -> None:
    assert generator.TARGET.read_text() == generator.generate(generator.load_schema()), f"run {FILE}"


def test_every_request_has_a_handler_and_no_other_is_there(generator: ModuleType) -> None:
    assert requests.__all__
    assert set(registry.HANDLERS) == {*generator.REQUESTS, "launch", "attach"}


def test_types_are_named_as_in_the_schema(generator: ModuleType) -> None:
    schema = generator.load_schema()
    for name, kind in vars(protocol).items():
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and name in schema and "properties" in schema[name]:
            assert {field.encode_name for field in msgspec.structs.fields(kind)} == set(schema[name]["properties"]), name


def test_capabilities_are_those_that_handlers_bring(generator: ModuleType) -> None:
    advertised = set(msgspec.to_builtins(registry.capabilities()))
    assert advertised <= set(generator.load_schema()["Capabilities"]["properties"])
    for request in (
        "Completions",
        "Modules",
        "LoadedSources",
        "BreakpointLocations",
        "StepInTargets",
        "ExceptionInfo",
        "Cancel",
        "Restart",
    ):
        assert f"supports{request}Request" in advertised
    assert not {"supportsStepBack", "supportsGotoTargetsRequest", "supportsSteppingGranularity", "supportsDataBreakpoints"} & advertised
