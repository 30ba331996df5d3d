"""The axes of the preference space, and where the catalog says what an item is on each of them."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator

from quizbot.content.written import Level, Names, Number, Short, SomeNames, Text, Written, wrong


def _words_form(raw: Any) -> str:
    return "<by-label>" if isinstance(raw, Mapping) else "<listed>"


Phrases = Annotated[
    Annotated[tuple[Text, ...], Field(min_length=1), Tag("<listed>")]
    | Annotated[dict[Text, SomeNames], Field(min_length=1), Tag("<by-label>")],
    Discriminator(_words_form),
]


class Source(Written):
    """Where a trait is read from; one of column, columns, tags, option or words."""

    model_config = ConfigDict(title="a trait's `from`")

    column: Text | None = Field(None, description="A column or metafield of the catalog.")
    columns: tuple[Text, ...] | None = Field(None, min_length=1, description="One yes/no column per label.")
    tags: tuple[Text, ...] | None = Field(None, min_length=1, description="Tags: the labels, or what shows the trait.")
    option: Text | None = Field(None, description="A variant option, such as Color.")
    words: Phrases | None = Field(
        None, description="Phrases looked for in the text; for a trait with labels, phrases by label."
    )
    where: SomeNames = Field(
        ("title", "tags", "description"), alias="in", description="Columns the words are looked for in."
    )
    unit: Short = Field(
        "", description="Unit of the column, for people; cells in another unit of its kind are converted."
    )
    range: tuple[Number, ...] | None = Field(
        None, min_length=2, description="Stops in the column's unit, rising or falling, spread evenly over 0..1."
    )
    levels: dict[Text, Level] | None = Field(None, description="Level of each text of a column, option or tag.")
    split: Annotated[str, Field(min_length=1, max_length=10)] | None = Field(
        None, description="What separates several labels in one cell."
    )
    spelled: dict[Text, SomeNames] = Field({}, alias="as", description="Label: how the catalog spells it.")
    missing: Level | None = Field(
        None,
        description="Level (or, for labels, `0`) when nothing is found; default: unknown, "
        "as are products of which the columns for `words` say nothing.",
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        named = [self.column, self.columns, self.tags, self.option, self.words]
        if sum(each is not None for each in named) != 1:
            raise wrong("source", "does not name one source", "give one of: column, columns, tags, option, words")
        if self.range is not None:
            steps = [b - a for a, b in zip(self.range, self.range[1:], strict=False)]
            if not (all(s > 0 for s in steps) or all(s < 0 for s in steps)):
                raise wrong("stops", "has a range that turns back", "let its stops rise, or fall, all the way")
        return self


class Trait(Written):
    """One axis of the preference space: a level in 0..1, or a family of labels."""

    model_config = ConfigDict(title="a trait")

    label: Text = Field(description="What it is called, for people.")
    kind: Literal["level", "labels"] = Field("level", description="`level` (0..1) or `labels`.")
    low: Text | None = Field(None, description="Completes `It is ...` at level 0.")
    middle: Text | None = Field(None, description="Completes `It is ...` at level 0.5.")
    high: Text | None = Field(None, description="Completes `It is ...` at level 1.")
    more: Names = Field((), description="What shoppers say for more of it; the first names the refinement.")
    less: Names = Field((), description="What shoppers say for less of it.")
    source: Source = Field(alias="from", description="Where the catalog says it.")
    labels: dict[Text, Text] = Field({}, description="Texts of labels, for people.")
