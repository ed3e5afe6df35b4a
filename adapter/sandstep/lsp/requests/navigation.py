"""From an effect to the handlers that take it, and from a handler to its effects and to where it is installed."""

from typing import TYPE_CHECKING

from lsprotocol import types

from .. import relations
from ..converting import to_location
from ..registry import request
from .subject import subject_at

if TYPE_CHECKING:
    from ..server import Server


@request(types.TEXT_DOCUMENT_IMPLEMENTATION)
def implementation(server: "Server", params: types.ImplementationParams) -> list[types.Location]:
    """The handlers of the effect that is named here."""
    subject = subject_at(server, params.text_document.uri, params.position.line, params.position.character)
    if subject is None or subject.kind != "effect":
        return []
    return [to_location(place.path, place.span) for place in relations.handlers_of(server.index, subject.symbol)]


@request(types.TEXT_DOCUMENT_REFERENCES)
def references(server: "Server", params: types.ReferenceParams) -> list[types.Location]:
    """The effects that the handler named here takes, and the places where it is installed."""
    subject = subject_at(server, params.text_document.uri, params.position.line, params.position.character)
    if subject is None or subject.kind != "handler":
        return []
    effects = (relations.location_of(server.index, each) for each in relations.effects_of_handler(server.index, subject.symbol))
    places = [*(each for each in effects if each is not None), *relations.installs_of(server.index, subject.symbol)]
    return [to_location(place.path, place.span) for place in places]
