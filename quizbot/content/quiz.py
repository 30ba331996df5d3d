"""The format of a quiz, defined here and nowhere else; its JSON Schema is made from these models.

Every scalar of the file arrives as its written text; a field asks for a number or yes/no by its type.
Short forms (`prefer: {warmth: 0.3}`) are spelled out while they are read, so the rest of the program
meets one form only.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

ID_PATTERN = r"^[a-z0-9][a-z0-9-]{0,63}$"

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]
Level = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Weight = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Answer = Literal["answer"]


def slug(text: str) -> str:
    """The id made from a text: `Navy blue` is `navy-blue`."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:64] or "x"


def _listed(raw: Any) -> Any:
    """One value stands for a list of one."""
    return [raw] if isinstance(raw, str) else raw


Names = Annotated[
    tuple[Text, ...],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": ["string", "number", "boolean"]}, {"type": "array", "items": {}}]}),
]


class Written(BaseModel):
    """Something an editor writes: closed (unknown keys are problems) and never changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _missing(cls, raw: Any) -> Any:
        """A known key without a value is the same as no key."""
        if not isinstance(raw, Mapping):
            return raw
        known = {field.alias or name for name, field in cls.model_fields.items()}
        return {key: value for key, value in raw.items() if value is not None or key not in known}


# What an answer wants -----------------------------------------------------------------------------


class Wanted(Written):
    """What an answer softly wants of one trait: a level, a bound, a span of levels, or labels."""

    level: Level | Answer | None = Field(None, description="Wanted level, 0..1, or `answer` for the number given.")
    min: Level | Answer | None = Field(None, description="At least this level is wanted.")
    max: Level | Answer | None = Field(None, description="At most this level is wanted.")
    first: Level | None = Field(None, description="Level wanted by the first step of a scale.")
    last: Level | None = Field(None, description="Level wanted by the last step of a scale.")
    labels: Names | None = Field(None, description="Wanted labels; any of them will do.")
    weight: Weight = Field(1.0, description="How much this counts against the other wishes of the answer.")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = [
            self.level is not None,
            self.min is not None or self.max is not None,
            self.first is not None or self.last is not None,
            self.labels is not None,
        ]
        if sum(kinds) != 1 or (self.first is None) != (self.last is None):
            raise PydanticCustomError("wish_kind", "needs one of: a level, {{min:}} or {{max:}}, labels")
        if isinstance(self.min, float) and isinstance(self.max, float) and self.min > self.max:
            raise PydanticCustomError("bounds", "min is above max")
        return self


class Requirement(Written):
    """What an answer demands of one column: values, or a range in the column's unit."""

    values: Names = Field((), description="Any of these values.")
    min: Number | Answer | None = Field(None, description="At least this, in the column's unit.")
    max: Number | Answer | None = Field(None, description="At most this, in the column's unit.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        ranged = self.min is not None or self.max is not None
        if bool(self.values) == ranged:
            raise PydanticCustomError("requirement", "needs a value, a list of values, or {{min:, max:}}")
        if isinstance(self.min, float) and isinstance(self.max, float) and self.min > self.max:
            raise PydanticCustomError("bounds", "min is above max")
        return self


def _spell_out_wishes(raw: Any, info: ValidationInfo) -> Any:
    """Short wishes in full; which traits have labels comes with the validation's context."""
    if not isinstance(raw, Mapping):
        return raw
    families = (info.context or {}).get("label_traits", frozenset())
    return {name: _spell_out_wish(value, name in families) for name, value in raw.items()}


def _spell_out_wish(raw: Any, labels: bool) -> Any:
    if raw is None or isinstance(raw, (Mapping, Wanted)):
        return raw
    if labels:
        return {"labels": raw}
    if isinstance(raw, list):
        if len(raw) == 2:  # noqa: PLR2004 (first and last step)
            return {"first": raw[0], "last": raw[1]}
        raise PydanticCustomError("wish_list", "a list of levels needs two: for the first and the last step")
    return {"level": raw}


def _spell_out_avoided(raw: Any) -> Any:
    if not isinstance(raw, Mapping):
        return raw
    return {name: {"labels": value} if isinstance(value, (str, list)) else value for name, value in raw.items()}


def _spell_out_demands(raw: Any) -> Any:
    if not isinstance(raw, Mapping):
        return raw
    return {name: {"values": value} if isinstance(value, (str, list)) else value for name, value in raw.items()}


_SCALAR = {"type": ["string", "number", "boolean"]}
_SCALARS = {"type": "array", "items": _SCALAR, "minItems": 1}
_WANTED = {"type": "object", "additionalProperties": {"anyOf": [_SCALAR, _SCALARS, {"$ref": "#/$defs/Wanted"}]}}
_DEMANDED = {"type": "object", "additionalProperties": {"anyOf": [_SCALAR, _SCALARS, {"$ref": "#/$defs/Requirement"}]}}

Prefer = Annotated[dict[str, Wanted], BeforeValidator(_spell_out_wishes), WithJsonSchema(_WANTED)]
Avoid = Annotated[dict[str, Wanted], BeforeValidator(_spell_out_avoided), WithJsonSchema(_WANTED)]
Demands = Annotated[dict[str, Requirement], BeforeValidator(_spell_out_demands), WithJsonSchema(_DEMANDED)]


class Effect(Written):
    """Four words in a square: soft `prefer` and `avoid` speak of traits, hard `require` and `exclude` of columns."""

    prefer: Prefer = Field({}, description="Wanted levels or labels, by trait. Soft: it moves the ranking.")
    avoid: Avoid = Field({}, description="Unwanted labels, by trait. Soft: it moves the ranking.")
    require: Demands = Field({}, description="What a product must have, by column, option, tag or label trait. Hard.")
    exclude: Demands = Field(
        {}, description="What a product must not have, by column, option, tag or label trait. Hard."
    )


# Traits -------------------------------------------------------------------------------------------


class Source(Written):
    """Where a trait is read from; one of column, columns, tags, option or words."""

    column: Text | None = Field(None, description="A column or metafield of the catalog.")
    columns: tuple[Text, ...] | None = Field(None, min_length=1, description="One yes/no column per label.")
    tags: tuple[Text, ...] | None = Field(None, min_length=1, description="Tags: the labels, or what shows the trait.")
    option: Text | None = Field(None, description="A variant option, such as Color.")
    words: tuple[Text, ...] | dict[Text, Names] | None = Field(
        None, min_length=1, description="Phrases looked for in the text; for labels, phrases by label."
    )
    where: Names = Field(
        ("title", "tags", "description"), alias="in", description="Columns the words are looked for in."
    )
    unit: str = Field("", description="Unit of the column, for people.")
    range: tuple[Number, ...] | None = Field(
        None, min_length=2, description="Stops in the column's unit, rising or falling, spread evenly over 0..1."
    )
    levels: dict[Text, Level] | None = Field(None, description="Level of each text of a column, option or tag.")
    split: str | None = Field(None, min_length=1, description="What separates several labels in one cell.")
    spelled: dict[Text, Names] = Field({}, alias="as", description="Label: how the catalog spells it.")
    missing: Level | None = Field(
        None, description="Level (or, for labels, `0`) when nothing is found; default: unknown."
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        named = [self.column, self.columns, self.tags, self.option, self.words]
        if sum(each is not None for each in named) != 1:
            raise PydanticCustomError("source", "needs exactly one of: column, columns, tags, option, words")
        if self.range is not None:
            steps = [b - a for a, b in zip(self.range, self.range[1:], strict=False)]
            if not (all(s > 0 for s in steps) or all(s < 0 for s in steps)):
                raise PydanticCustomError("range", "stops must rise or fall all the way")
        return self


class Trait(Written):
    """One axis of the preference space: a level in 0..1, or a family of labels."""

    label: Text = Field(description="What it is called, for people.")
    kind: Literal["level", "labels"] = Field("level", description="`level` (0..1) or `labels`.")
    low: Text | None = Field(None, description="Completes `It is ...` at level 0.")
    middle: Text | None = Field(None, description="Completes `It is ...` at level 0.5.")
    high: Text | None = Field(None, description="Completes `It is ...` at level 1.")
    more: Names = Field((), description="What shoppers say for more of it; the first names the refinement.")
    less: Names = Field((), description="What shoppers say for less of it.")
    source: Source = Field(alias="from", description="Where the catalog says it.")
    labels: dict[Text, Text] = Field({}, description="Texts of labels, for people.")


# Questions ----------------------------------------------------------------------------------------


class Option(Effect):
    """One thing a shopper can choose."""

    id: Id
    text: Text
    image: Text | None = Field(None, description="Picture, relative to the content folder or https.")
    says: Text | None = Field(None, description="The bot's reply when this is chosen.")


class OptionsFrom(Written):
    """Options made from the catalog: its most frequent values."""

    source: Text = Field(alias="from", description="Column, option or label trait the values come from.")
    most: int = Field(6, ge=2, le=50, description="How many of the most frequent values.")
    require: bool = Field(False, description="Whether the choice is a hard requirement.")


def _options_form(raw: Any) -> str:
    return "made" if isinstance(raw, (Mapping, OptionsFrom)) else "listed"


Options = Annotated[
    Annotated[tuple[Option, ...], Field(min_length=1, max_length=60), Tag("listed")]
    | Annotated[OptionsFrom, Tag("made")],
    Discriminator(_options_form),
]


class _Question(Written):
    id: Id
    ask: Text = Field(description="The question as the shopper reads it.")
    why: Text | None = Field(None, description="Why it is asked, in a sentence.")
    weight: Weight = Field(1.0, description="How much the answer counts.")
    required: bool = Field(False, description="Whether it cannot be skipped.")
    condition: dict[Id, Names] = Field(
        {}, alias="if", description="Asked when each listed question has any of its options."
    )
    sensitive: Literal["health", "religion", "origin", "sexuality", "politics"] | None = Field(
        None, description="Special category of personal data."
    )
    ask_after: bool = Field(False, description="A survey question: after the results, changes nothing.")


class Single(_Question):
    """One option is chosen."""

    type: Literal["single"] = "single"
    options: Options


class Multiple(_Question):
    """Several options may be chosen; they share the question's weight."""

    type: Literal["multiple"]
    options: Options
    max: int | None = Field(None, ge=1, description="How many may be chosen.")


class Ranking(_Question):
    """Options are put in order; weights fall with rank."""

    type: Literal["ranking"]
    options: Options


class Scale(_Question, Effect):
    """A step from low to high."""

    type: Literal["scale"]
    steps: int = Field(5, ge=2, le=11, description="Number of steps.")
    low: Text = Field(description="What the first step means.")
    high: Text = Field(description="What the last step means.")


class NumberQuestion(_Question, Effect):
    """A number in a unit."""

    type: Literal["number"]
    unit: str = Field("", description="Unit of the number, for people.")
    min: Number = Field(description="Smallest number that can be given.")
    max: Number = Field(description="Largest number that can be given.")
    step: Annotated[float, Field(gt=0, allow_inf_nan=False)] = Field(1.0, description="Distance between numbers.")

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.min >= self.max:
            raise PydanticCustomError("bounds", "min is not below max")
        return self


class TextQuestion(_Question):
    """The shopper's own words."""

    type: Literal["text"]


class Products(_Question):
    """Products to pick from; what is picked and what is passed over both count."""

    type: Literal["products"]
    show: int = Field(4, ge=2, le=12, description="How many products are shown.")


QUESTION_TYPES = ("single", "multiple", "scale", "number", "ranking", "text", "products")


def _question_type(raw: Any) -> str:
    if isinstance(raw, Mapping):
        return str(raw.get("type") or "single")
    return str(getattr(raw, "type", "single"))


Question = Annotated[
    Annotated[Single, Tag("single")]
    | Annotated[Multiple, Tag("multiple")]
    | Annotated[Scale, Tag("scale")]
    | Annotated[NumberQuestion, Tag("number")]
    | Annotated[Ranking, Tag("ranking")]
    | Annotated[TextQuestion, Tag("text")]
    | Annotated[Products, Tag("products")],
    Discriminator(_question_type),
]
Chosen = Single | Multiple | Ranking


# The whole ----------------------------------------------------------------------------------------


class CatalogSource(Written):
    """The catalog a quiz recommends from."""

    file: Text = Field(description="Feed file, relative to the quiz.")
    format: Literal["csv", "shopify", "google", "woocommerce", "schemaorg", "jsonl"] | None = Field(
        None, description="When it cannot be recognized by content."
    )
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = Field(
        None, description="ISO 4217 code of the prices."
    )
    columns: dict[Text, Text] = Field({}, description="Standard name: name in the file's header.")
    unknown: dict[Text, Names] = Field({}, description="Texts that mean unknown, by column; `*` stands for anything.")
    only: Demands = Field({}, description="Keeps only what meets this, as in `require`.")
    also: Text | None = Field(None, description="A file with more columns, joined by id.")


class Gift(Written):
    """When the quiz is taken for someone else."""

    question: Id
    option: Id


class Persona(Written):
    """A portrait; the nearest one is shown with the results."""

    id: Id
    title: Text
    text: Text
    image: Text | None = Field(None, description="Picture, relative to the content folder or https.")
    levels: dict[Id, Level] = Field(min_length=1, description="Its point in the preference space.")


class Slot(Written):
    """A place in a routine: one pick for each."""

    id: Id
    title: Text
    require: Demands = Field(min_length=1, description="What belongs here.")


class Results(Written):
    """How many results, and how they are put together."""

    show: int = Field(6, ge=1, le=50, description="How many products: a best match and alternatives.")
    diversity: Level = Field(0.0, description="0 the nearest products, 1 the most different ones.")
    per_brand: int | None = Field(None, ge=1, description="Most products of one brand.")
    boost: dict[Id, Weight] = Field({}, description="The shop's own push for a trait, told as such.")
    link: str | None = Field(None, description="Query appended to product links.")
    slots: tuple[Slot, ...] = Field((), description="A routine: one pick per slot.")


class Expectation(Written):
    """What a golden shopper must see; products by id or exact title."""

    first: Text | None = None
    top: dict[Annotated[int, Field(ge=1)], Names] = Field({}, description="These are among the first n.")
    never: Names = Field((), description="Not among the results.")
    every: Demands = Field({}, description="Each result meets this.")
    none: Demands = Field({}, description="No result meets this.")


class Example(Written):
    """A golden shopper: answers, and what they must lead to."""

    name: Text
    answers: dict[Id, Names] = Field(description="Answers by question: option ids, a number, or words.")
    expect: Expectation


def _catalog_file(raw: Any) -> Any:
    return {"file": raw} if isinstance(raw, str) else raw


class Quiz(Written):
    """A quiz: what it asks, what the answers want, and where the products come from."""

    title: Text
    welcome: Text | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    order: Literal["fixed", "adaptive"] = "fixed"
    gift: bool | Gift = False
    catalog: Annotated[
        CatalogSource,
        BeforeValidator(_catalog_file),
        WithJsonSchema({"anyOf": [{"type": "string"}, {"$ref": "#/$defs/CatalogSource"}]}),
    ]
    traits: dict[Id, Trait] = Field(min_length=1)
    questions: tuple[Question, ...] = Field(min_length=1)
    personas: tuple[Persona, ...] = ()
    results: Results = Results()
    examples: tuple[Example, ...] = ()

    def question(self, name: str) -> Question | None:
        """The question with this id, if there is one."""
        return next((each for each in self.questions if each.id == name), None)
