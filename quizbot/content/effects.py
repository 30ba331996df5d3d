"""What answers do to the ranking: soft wishes for traits and hard demands on columns."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator

from quizbot.content.written import (
    SCALAR,
    SCALARS,
    Level,
    LevelOrAnswer,
    Names,
    NumberOrAnswer,
    OrShort,
    Weight,
    Written,
    wrong,
)


class Wanted(Written):
    """What an answer softly wants of one trait: a level, a bound, a span of levels, or labels."""

    model_config = ConfigDict(title="a wish")

    level: LevelOrAnswer | None = Field(None, description="Wanted level, 0..1, or `answer` for the number given.")
    min: LevelOrAnswer | None = Field(None, description="At least this level is wanted.")
    max: LevelOrAnswer | None = Field(None, description="At most this level is wanted.")
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
            bool(self.labels),
        ]
        if sum(kinds) != 1 or (self.first is None) != (self.last is None):
            raise wrong("wish", "wants nothing, or two things at once", "give one of: level, min and max, labels")
        if isinstance(self.min, float) and isinstance(self.max, float) and self.min > self.max:
            raise wrong("bounds", f"has its min {self.min:g} above its max {self.max:g}", "swap them")
        return self


class Requirement(Written):
    """What an answer demands of one column: values, or a range in the column's unit."""

    model_config = ConfigDict(title="a requirement")

    values: Names = Field((), description="Any of these values.")
    min: NumberOrAnswer | None = Field(None, description="At least this, in the column's unit.")
    max: NumberOrAnswer | None = Field(None, description="At most this, in the column's unit.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        ranged = self.min is not None or self.max is not None
        if bool(self.values) == ranged:
            raise wrong("requirement", "demands nothing, or two things at once", "give values, or {min:, max:}")
        if isinstance(self.min, float) and isinstance(self.max, float) and self.min > self.max:
            raise wrong("bounds", f"has its min {self.min:g} above its max {self.max:g}", "swap them")
        return self


def _spell_out_wishes(raw: Any, info: ValidationInfo) -> Any:
    """Short wishes in full; which traits there are, and which have labels, comes with the validation's context.

    A wish for a trait that nobody defines is read as labels, which any text can be: it has its own problem.
    """
    if not isinstance(raw, Mapping):
        return raw
    context = info.context or {}
    families, known = context.get("label_traits", ()), context.get("traits")
    return {
        name: _spell_out_wish(value, name in families or (known is not None and name not in known))
        for name, value in raw.items()
    }


def _spell_out_wish(raw: Any, labels: bool) -> Any:
    if labels:
        return _spell_out_avoided(raw)
    if isinstance(raw, list) and len(raw) == 2:  # noqa: PLR2004 (first and last step)
        return {"first": raw[0], "last": raw[1]}
    return {"level": raw} if isinstance(raw, (str, int, float)) else raw


def _spell_out_avoided(raw: Any) -> Any:
    return {"labels": raw} if isinstance(raw, (str, list)) else raw


def _spell_out_demand(raw: Any) -> Any:
    return {"values": raw} if isinstance(raw, (str, list)) else raw


def _no_list(raw: Any) -> Any:
    if isinstance(raw, list):
        remedy = "give two levels, for the first and the last step of a scale; a trait with labels says `kind: labels`"
        raise wrong("wish", f"is a list of {len(raw)} where levels are wanted", remedy)
    return raw


_ANY_SHORT = OrShort((SCALAR, SCALARS))
_Wish = Annotated[Wanted, BeforeValidator(_no_list), _ANY_SHORT]
_Avoided = Annotated[Wanted, BeforeValidator(_spell_out_avoided), _ANY_SHORT]
_Demand = Annotated[Requirement, BeforeValidator(_spell_out_demand), _ANY_SHORT]

Prefer = Annotated[dict[str, _Wish], BeforeValidator(_spell_out_wishes)]
Avoid = dict[str, _Avoided]
Demands = dict[str, _Demand]


class Effect(Written):
    """Four words in a square: soft `prefer` and `avoid` speak of traits, hard `require` and `exclude` of columns."""

    prefer: Prefer = Field({}, description="Wanted levels or labels, by trait. Soft: it moves the ranking.")
    avoid: Avoid = Field({}, description="Unwanted labels, by trait. Soft: it moves the ranking.")
    require: Demands = Field({}, description="What a product must have, by column, option, tag or label trait. Hard.")
    exclude: Demands = Field(
        {}, description="What a product must not have, by column, option, tag or label trait. Hard."
    )
