"""What editors write, before it is a quiz or a site: texts, ids, numbers, lists of names, and closed models.

Every scalar of a file arrives as its written text; a field asks for a number or yes/no by its type. A
validator's own words are a predicate on the value (`is not between 0 and 1`) and a remedy.
"""

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    Tag,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

ID_PATTERN = r"^[a-z0-9][a-z0-9-]{0,63}$"
SCALAR: JsonSchemaValue = {"type": ["string", "number", "boolean"]}
SCALARS: JsonSchemaValue = {"type": "array", "items": SCALAR, "minItems": 1}
_WRITTEN_NUMBER = r"^\s*[+-]?[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?\s*$"


def slug(text: str) -> str:
    """The id made from a text: `Navy blue` is `navy-blue`, `Müller` is `muller`."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(each for each in letters if not unicodedata.combining(each))
    return re.sub(r"[^a-z0-9]+", "-", plain)[:64].strip("-") or "x"


def wrong(rule: str, predicate: str, remedy: str = "") -> PydanticCustomError:
    """What a validator raises: `predicate` follows the name of the value, `remedy` says what to do."""
    return PydanticCustomError(rule, "{predicate}", {"predicate": predicate, "remedy": remedy})


# What the JSON Schema says beyond the types -------------------------------------------------------


@dataclass(frozen=True, eq=False)
class OrShort:
    """In the JSON Schema: also these short forms, which are spelled out while a file is read."""

    forms: tuple[JsonSchemaValue, ...]

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Any of the short forms, or the full one."""
        return {"anyOf": [*self.forms, handler(core)]}


@dataclass(frozen=True)
class AnyScalar:
    """In the JSON Schema: whatever type an editor's YAML gives to a text such as `1.10` or `no`."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The schema of the text, for numbers and booleans, too."""
        return {**handler(core), **SCALAR}


@dataclass(frozen=True)
class InQuotesToo:
    """In the JSON Schema: a number may stand in quotes."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The schema of the number, for its text, too."""
        said = handler(core)
        return {**said, "type": [said["type"], "string"], "pattern": _WRITTEN_NUMBER}


# Rules that tell all they know --------------------------------------------------------------------


@dataclass(frozen=True)
class Between:
    """A number within two bounds; both are told when one is broken."""

    low: float
    high: float

    def check(self, value: float) -> float:
        """The value, when it is within the bounds."""
        if math.isfinite(value) and not self.low <= value <= self.high:
            raise wrong("range", f"is not between {self.low:g} and {self.high:g}", "choose a number between them")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The type's own check, then this one."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The bounds as JSON Schema says them."""
        return {**handler(core), "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True)
class Pattern:
    """A text of one form, with a name for the form and an example."""

    pattern: str
    name: str
    example: str

    def check(self, value: str) -> str:
        """The value, when it has the form."""
        if not re.fullmatch(self.pattern, value):
            raise wrong("form", f"is not {self.name}", f"write it like '{self.example}'")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The type's own check, then this one."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The form as JSON Schema says it."""
        return {**handler(core), "pattern": self.pattern}


def _check_id(value: str) -> str:
    if not re.fullmatch(ID_PATTERN, value):
        raise wrong("id", "is not an id", f"use small letters, digits and '-': '{slug(value)}'")
    return value


class IdRule:
    """Small letters, digits and `-`; the remedy shows the id that the text would make."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The text's own check, then this one."""
        return core_schema.no_info_after_validator_function(_check_id, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The form of an id as JSON Schema says it."""
        return {**handler(core), "pattern": ID_PATTERN}


# Types --------------------------------------------------------------------------------------------

Id = Annotated[str, IdRule(), AnyScalar()]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True), AnyScalar()]
Short = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True), AnyScalar()]
Number = Annotated[float, Field(allow_inf_nan=False), InQuotesToo()]
Level = Annotated[float, Field(allow_inf_nan=False), Between(0, 1), InQuotesToo()]
Weight = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False), InQuotesToo()]
Size = Annotated[float, Field(gt=0, allow_inf_nan=False), InQuotesToo()]
Count = Annotated[int, Field(ge=1), InQuotesToo()]
YesNo = Annotated[bool, OrShort(({"enum": ["yes", "no", "on", "off"]},))]
Answer = Literal["answer"]


def _number_or_answer(raw: Any) -> str:
    return "<answer>" if raw == "answer" else "<number>"


# Tags stand in brackets, so that no key of a file is taken for one.
LevelOrAnswer = Annotated[
    Annotated[Level, Tag("<number>")] | Annotated[Answer, Tag("<answer>")], Discriminator(_number_or_answer)
]
NumberOrAnswer = Annotated[
    Annotated[Number, Tag("<number>")] | Annotated[Answer, Tag("<answer>")], Discriminator(_number_or_answer)
]


def _listed(raw: Any) -> Any:
    """One value stands for a list of one."""
    return [raw] if isinstance(raw, str) else raw


Names = Annotated[tuple[Text, ...], BeforeValidator(_listed), OrShort((SCALAR,))]
SomeNames = Annotated[tuple[Text, ...], Field(min_length=1), BeforeValidator(_listed), OrShort((SCALAR,))]


class Written(BaseModel):
    """Something an editor writes: closed (unknown keys are problems) and never changed afterwards.

    The title of a model's configuration is what messages call it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _missing(cls, raw: Any) -> Any:
        """A known key without a value is the same as no key."""
        if not isinstance(raw, Mapping):
            return raw
        known = {field.alias or name for name, field in cls.model_fields.items()}
        return {key: value for key, value in raw.items() if value is not None or key not in known}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The model's schema, in which what is not required may also stand without a value."""
        said = handler(core)
        own = handler.resolve_ref_schema(said)
        properties, required = own.get("properties", {}), own.get("required", ())
        own["properties"] = {name: each if name in required else _or_nothing(each) for name, each in properties.items()}
        return said


def _or_nothing(schema: JsonSchemaValue) -> JsonSchemaValue:
    """The schema, or null; what describes it stays outside."""
    outer: JsonSchemaValue = {key: schema[key] for key in ("title", "description", "default") if key in schema}
    inner = {key: value for key, value in schema.items() if key not in outer}
    forms = inner["anyOf"] if list(inner) == ["anyOf"] else [inner]
    nothing: JsonSchemaValue = {"type": "null"}
    return {"anyOf": [*forms, *([] if nothing in forms else [nothing])], **outer}
