"""How shapes are written as JSON: pictures where they are served, and only what says something."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, GetJsonSchemaHandler, PlainSerializer, SerializationInfo, model_serializer
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


def _placed(address: str, info: SerializationInfo) -> str | None:
    place: Callable[[str], str | None] | None = (info.context or {}).get("picture")
    return place(address) if place else address


Picture = Annotated[str | None, PlainSerializer(_placed, return_type=str | None, when_used="json-unless-none")]
"""A picture as the content names it; in JSON where `context["picture"]` says it is served."""


class Sparse(BaseModel):
    """A shape of which few fields say something; what is None is not written."""

    @model_serializer(mode="plain")
    def _said(self) -> dict[str, Any]:
        return {name: value for name, value in self if value is not None}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The fields, as if all were written."""
        return handler({each: part for each, part in core.items() if each != "serialization"})
