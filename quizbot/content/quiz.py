"""The format of a quiz, defined here and nowhere else; its JSON Schema is made from these models.

Every scalar of the file arrives as its written text; a field asks for a number or yes/no by its type.
Short forms (`prefer: {warmth: 0.3}`) are spelled out while they are read, so the rest of the program
meets one form only.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator
from pydantic.json_schema import JsonSchemaValue

from quizbot.content.effects import Avoid, Demands, Effect, Prefer, Requirement, Wanted
from quizbot.content.traits import Source, Trait
from quizbot.content.written import (
    SCALAR,
    AnyScalar,
    Between,
    Count,
    Id,
    InQuotesToo,
    Level,
    Names,
    Number,
    OrShort,
    Pattern,
    Short,
    Size,
    SomeNames,
    Text,
    Weight,
    Written,
    YesNo,
    slug,
    wrong,
)

__all__ = [
    "QUESTION_TYPES",
    "Avoid",
    "CatalogSource",
    "Chosen",
    "Demands",
    "Effect",
    "Example",
    "Expectation",
    "Gift",
    "Id",
    "Level",
    "Multiple",
    "Names",
    "Number",
    "NumberQuestion",
    "Option",
    "OptionsFrom",
    "Persona",
    "Prefer",
    "Products",
    "Question",
    "Quiz",
    "Ranking",
    "Requirement",
    "Results",
    "Scale",
    "Single",
    "Slot",
    "Source",
    "SpecialCategory",
    "Text",
    "TextQuestion",
    "Trait",
    "Wanted",
    "Weight",
    "Written",
    "schema",
    "slug",
]

# Questions ----------------------------------------------------------------------------------------

Picture = Annotated[Text | None, Field(description="Picture, relative to the content folder or https.")]


class Option(Effect):
    """One thing a shopper can choose."""

    model_config = ConfigDict(title="an option")

    id: Id = Field(description="Its name in answers, in `if` and in translations.")
    text: Text = Field(description="The choice as the shopper reads it.")
    image: Picture = None
    says: Text | None = Field(None, description="The bot's reply when this is chosen.")


class OptionsFrom(Written):
    """Options made from the catalog: its most frequent values."""

    model_config = ConfigDict(title="options made from the catalog")

    source: Text = Field(
        alias="from", description="Column, variant option, `tags` or label trait the values come from."
    )
    most: Annotated[int, Between(2, 50), InQuotesToo()] = Field(6, description="How many of the most frequent values.")
    require: YesNo = Field(False, description="Whether the choice is a hard requirement.")


def _options_form(raw: Any) -> str:
    return "<made>" if isinstance(raw, (Mapping, OptionsFrom)) else "<listed>"


Options = Annotated[
    Annotated[tuple[Option, ...], Field(min_length=1, max_length=60), Tag("<listed>")]
    | Annotated[OptionsFrom, Tag("<made>")],
    Discriminator(_options_form),
    Field(description="What can be chosen, or where in the catalog the choices come from."),
]


SpecialCategory = Literal["health", "religion", "origin", "sexuality", "politics"]
"""Personal data that the law protects most (GDPR, article 9), as far as a shop's quiz may touch it."""


class _Question(Written):
    model_config = ConfigDict(title="a question")

    id: Id = Field(description="Its name in answers, in `if` and in translations.")
    ask: Text = Field(description="The question as the shopper reads it.")
    why: Text | None = Field(None, description="Why it is asked, in a sentence.")
    weight: Weight = Field(1.0, description="How much the answer counts.")
    required: YesNo = Field(False, description="Whether it cannot be skipped.")
    condition: dict[Id, SomeNames] = Field(
        {}, alias="if", description="Asked when each listed question has any of its options."
    )
    sensitive: SpecialCategory | None = Field(
        None, description="Special category of personal data: never stored or quoted; `site.yaml` has its notice."
    )
    ask_after: YesNo = Field(False, description="A survey question: after the results, changes nothing.")

    @property
    def offered(self) -> tuple[Option, ...]:
        """The options there are: none for other types, and none as long as they are to be made from the catalog."""
        options: tuple[Option, ...] | OptionsFrom = getattr(self, "options", ())
        return () if isinstance(options, OptionsFrom) else options

    @property
    def options_from(self) -> OptionsFrom | None:
        """Where its options are to be made from; None when they are listed or made, and for other types."""
        options = getattr(self, "options", None)
        return options if isinstance(options, OptionsFrom) else None


class Single(_Question):
    """One option is chosen."""

    type: Literal["single"] = Field("single", description="One option is chosen; this is the default.")
    options: Options


class Multiple(_Question):
    """Several options may be chosen; they share the question's weight."""

    type: Literal["multiple"] = Field(description="Several options may be chosen.")
    options: Options
    max: Count | None = Field(None, description="How many may be chosen.")


class Ranking(_Question):
    """Options are put in order; weights fall with rank."""

    type: Literal["ranking"] = Field(description="Options are put in order.")
    options: Options


class Scale(_Question, Effect):
    """A step from low to high."""

    model_config = ConfigDict(title="a scale question")

    type: Literal["scale"] = Field(description="A step from low to high.")
    steps: Annotated[int, Between(2, 11), InQuotesToo()] = Field(5, description="Number of steps.")
    low: Text = Field(description="What the first step means.")
    high: Text = Field(description="What the last step means.")


class NumberQuestion(_Question, Effect):
    """A number in a unit."""

    model_config = ConfigDict(title="a number question")

    type: Literal["number"] = Field(description="A number in a unit.")
    unit: Short = Field("", description="Unit of the number, for people.")
    min: Number = Field(description="Smallest number that can be given.")
    max: Number = Field(description="Largest number that can be given.")
    step: Size = Field(1.0, description="Distance between numbers.")

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.min >= self.max:
            raise wrong("bounds", f"has its min {self.min:g} not below its max {self.max:g}", "swap or widen them")
        return self


class TextQuestion(_Question):
    """The shopper's own words."""

    model_config = ConfigDict(title="a text question")

    type: Literal["text"] = Field(description="The shopper's own words.")


class Products(_Question):
    """Products to pick from; what is picked and what is passed over both count."""

    model_config = ConfigDict(title="a products question")

    type: Literal["products"] = Field(description="Products to pick from.")
    show: Annotated[int, Between(2, 12), InQuotesToo()] = Field(4, description="How many products are shown.")


QUESTION_TYPES = ("single", "multiple", "scale", "number", "ranking", "text", "products")


_TELLING = {"number": {"min", "unit", "step"}, "scale": {"low", "high", "steps"}}
"""Keys by which a question without options shows that its `type` was forgotten."""


def _question_type(raw: Any) -> str:
    found = raw.get("type") if isinstance(raw, Mapping) else getattr(raw, "type", None)
    if not found and isinstance(raw, Mapping) and "options" not in raw:
        found = next((name for name, keys in _TELLING.items() if keys & raw.keys()), None)
    return f"<{found or 'single'}>"


Question = Annotated[
    Annotated[Single, Tag("<single>")]
    | Annotated[Multiple, Tag("<multiple>")]
    | Annotated[Scale, Tag("<scale>")]
    | Annotated[NumberQuestion, Tag("<number>")]
    | Annotated[Ranking, Tag("<ranking>")]
    | Annotated[TextQuestion, Tag("<text>")]
    | Annotated[Products, Tag("<products>")],
    Discriminator(_question_type),
]
Chosen = Single | Multiple | Ranking


# The whole ----------------------------------------------------------------------------------------

CurrencyCode = Annotated[str, Pattern("^[A-Z]{3}$", "a currency code", "EUR")]
LANGUAGE_PATTERN = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
LanguageCode = Annotated[str, Pattern(LANGUAGE_PATTERN, "a language code", "en"), AnyScalar()]


class CatalogSource(Written):
    """The catalog a quiz recommends from."""

    model_config = ConfigDict(title="the catalog")

    file: Text = Field(description="Feed file, relative to the quiz.")
    format: Literal["csv", "shopify", "google", "woocommerce", "schemaorg", "jsonl"] | None = Field(
        None, description="When it cannot be recognized by content."
    )
    currency: CurrencyCode | None = Field(None, description="ISO 4217 code of the prices.")
    columns: dict[Text, Text] = Field(
        {}, description="Standard name: name in the file's header, where that is no usual one, English or German."
    )
    unknown: dict[Text, SomeNames] = Field(
        {}, description="Texts that mean unknown, by column; `*` stands for anything."
    )
    only: Demands = Field({}, description="Keeps only what meets this, as in `require`.")
    also: Text | None = Field(None, description="A file with more columns, joined by id.")


class Gift(Written):
    """When the quiz is taken for someone else."""

    model_config = ConfigDict(title="the gift")

    question: Id = Field(description="The question that asks for whom it is.")
    option: Id = Field(description="The option that says it is for someone else.")


class Persona(Written):
    """A portrait; the nearest one is shown with the results."""

    model_config = ConfigDict(title="a persona")

    id: Id = Field(description="Its name in translations and answers of the program.")
    title: Text = Field(description="What the shopper is called.")
    text: Text = Field(description="The portrait, in a sentence or two.")
    image: Picture = None
    levels: dict[Id, Level] = Field(min_length=1, description="Its point in the preference space.")


class Slot(Written):
    """A place in a routine: one pick for each."""

    model_config = ConfigDict(title="a slot")

    id: Id = Field(description="Its name in translations.")
    title: Text = Field(description="What belongs here, for people.")
    require: Demands = Field(min_length=1, description="What belongs here.")


class Results(Written):
    """How many results, and how they are put together."""

    model_config = ConfigDict(title="the results")

    show: Annotated[int, Between(1, 50), InQuotesToo()] = Field(
        6, description="How many products: a best match and alternatives."
    )
    diversity: Level = Field(0.0, description="0 the nearest products, 1 the most different ones.")
    per_brand: Count | None = Field(None, description="Most products of one brand.")
    wild_card: bool = Field(False, description="In the last place one that fits nearly as well and is unlike the rest.")
    boost: dict[Id, Weight] = Field({}, description="The shop's own push for a trait, told as such.")
    link: Short | None = Field(None, description="Query appended to product links.")
    slots: tuple[Slot, ...] = Field((), description="A routine: one pick per slot.")


class Expectation(Written):
    """What a golden shopper must see; products by id or exact title."""

    model_config = ConfigDict(title="an expectation")

    first: Text | None = Field(None, description="This product comes first.")
    top: dict[Count, SomeNames] = Field({}, description="These are among the first n.")
    never: Names = Field((), description="Not among the results.")
    every: Demands = Field({}, description="Each result meets this.")
    none: Demands = Field({}, description="No result meets this.")


class Example(Written):
    """A golden shopper: answers, and what they must lead to."""

    model_config = ConfigDict(title="an example")

    name: Text = Field(description="What this shopper is called in messages.")
    answers: dict[Id, SomeNames] = Field(description="Answers by question: option ids, a number, or words.")
    expect: Expectation = Field(description="What these answers must lead to.")


def _catalog_file(raw: Any) -> Any:
    return {"file": raw} if isinstance(raw, str) else raw


def _gift_form(raw: Any) -> str:
    return "<gift>" if isinstance(raw, (Mapping, Gift)) else "<yes-or-no>"


class Quiz(Written):
    """A quiz: what it asks, what the answers want, and where the products come from."""

    model_config = ConfigDict(title="a quiz")

    title: Text = Field(description="What the quiz is called.")
    welcome: Text | None = Field(None, description="What is said before the first question.")
    language: LanguageCode = Field("en", description="The language this file is written in.")
    order: Literal["fixed", "adaptive"] = Field("fixed", description="Ask in this order, or what matters most next.")
    gift: Annotated[
        Annotated[YesNo, Tag("<yes-or-no>")] | Annotated[Gift, Tag("<gift>")], Discriminator(_gift_form)
    ] = Field(False, description="Whether the quiz is taken for someone else, or which option says so.")
    catalog: Annotated[CatalogSource, BeforeValidator(_catalog_file), OrShort((SCALAR,))] = Field(
        description="Where the products come from: a feed file, or more about it."
    )
    traits: dict[Id, Trait] = Field(min_length=1, description="The axes of the preference space, by id.")
    questions: tuple[Question, ...] = Field(min_length=1, description="What is asked, in order.")
    personas: tuple[Persona, ...] = Field((), description="Portraits; the nearest one is shown.")
    results: Results = Field(Results(), description="How the suggestions are put together.")
    examples: tuple[Example, ...] = Field((), description="Golden shoppers: answers, and what they must lead to.")

    def question(self, name: str) -> Question | None:
        """The question with this id, if there is one."""
        return next((each for each in self.questions if each.id == name), None)

    @property
    def advising(self) -> tuple[Question, ...]:
        """The questions that lead to suggestions, in order."""
        return tuple(each for each in self.questions if not each.ask_after)

    @property
    def survey(self) -> tuple[Question, ...]:
        """The questions that are asked after the suggestions, in order."""
        return tuple(each for each in self.questions if each.ask_after)


def schema() -> JsonSchemaValue:
    """The JSON Schema (draft 2020-12) of a quiz file, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Quiz.model_json_schema(by_alias=True)}
