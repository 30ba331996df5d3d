"""Refinements: what each may say, whether a quiz can take it, and how far a comparison leads."""

from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from typing import Any

from quizbot.advice.turn import Refinement
from quizbot.content.edition import Edition
from quizbot.content.problems import choose_from, quoted
from quizbot.content.quiz import Effect

STEPS: Mapping[str | None, float] = {"slightly": 0.15, None: 0.2, "much": 0.5}
"""How far a comparative leads from what it is compared with, in levels."""

_TRAIT = {"trait"}
_FORMS: tuple[tuple[set[str], set[str]], ...] = (  # what must be there, what may be there too
    (_TRAIT | {"direction"}, {"than", "level", "amount"}),
    (_TRAIT | {"level"}, set()),
    (_TRAIT | {"importance"}, set()),
    ({"column", "about"}, set()),
    ({"column"}, {"min", "max"}),
    *(({name}, set[str]()) for name in ("require", "exclude", "prefer", "avoid", "like", "hide", "drop")),
    ({"dislike"}, {"why"}),
)
_SHAPES = (
    "trait with direction, level or importance; column with min, max or about; require; exclude; prefer; avoid; "
    "like; dislike; hide; drop"
)


class Unfit(ValueError):
    """A refinement that this quiz cannot take; `field` is its wrong part."""

    def __init__(self, field: str, message: str) -> None:
        """Keep the field."""
        self.field = field
        super().__init__(message)


# Checking -----------------------------------------------------------------------------------------


def check(edition: Edition, each: Refinement) -> None:
    """Raises Unfit when a refinement is of no form, or names what the quiz and its catalog do not have."""
    given = {name for name, value in each if value is not None}
    if not any(needed <= given <= needed | optional for needed, optional in _FORMS) or given == {"column"}:
        raise Unfit("", f"is no refinement; give one of: {_SHAPES}")
    if each.trait is not None:
        _check_trait(edition, each.trait, "trait")
        if edition.quiz.traits[each.trait].kind == "labels" and each.importance is None:
            raise Unfit("trait", f"trait {quoted(each.trait)} has labels, no levels; give them under 'prefer'")
    if each.column is not None:
        _check_column(edition, each.column, "column")
        if each.min is not None and each.max is not None and each.min > each.max:
            raise Unfit("min", f"'{each.min:g}' is above the max '{each.max:g}'; swap them")
    for name in ("than", "like", "dislike", "hide"):
        item = getattr(each, name)
        if item is not None and item not in edition.catalog.positions:
            raise Unfit(name, f"unknown product {quoted(item)}; {choose_from(item, edition.catalog.ids)}")
    for name in ("prefer", "avoid", "require", "exclude"):
        if getattr(each, name) is not None:
            effect_of(edition, each, name)


def _check_trait(edition: Edition, name: str, field: str) -> None:
    if name not in edition.quiz.traits:
        raise Unfit(field, f"unknown trait {quoted(name)}; {choose_from(name, list(edition.quiz.traits))}")


def _check_column(edition: Edition, name: str, field: str) -> None:
    if column(edition, name) is None:
        known = [*edition.catalog.names(), *edition.quiz.traits]
        raise Unfit(field, f"unknown column {quoted(name)}; {choose_from(name, known)}")


def column(edition: Edition, name: str) -> str | None:
    """What a name stands for in a demand: a column, an option, a tag or a trait; None when nothing has it.

    A trait that is read from numbers stands for their column.
    """
    catalog, folded = edition.catalog, name.casefold()
    if folded in ("price", "available") or catalog.column(name) or catalog.option(name) or folded in catalog.all_tags:
        return name
    if name in edition.levels.families:
        return name
    trait = edition.quiz.traits.get(name)
    return (trait.source.column or trait.source.option) if trait else None


def effect_of(edition: Edition, each: Refinement, word: str) -> Effect:
    """What `prefer`, `avoid`, `require` or `exclude` says, read as in a quiz. Raises Unfit."""
    raw: Mapping[str, Any] = getattr(each, word)
    if not raw:
        raise Unfit(word, "is empty; name a trait or a column")
    for name in raw:
        if word in ("prefer", "avoid"):
            _check_trait(edition, name, f"{word}.{name}")
        else:
            _check_column(edition, name, f"{word}.{name}")
    families = frozenset(edition.levels.families)
    try:
        effect = Effect.model_validate(
            {word: {name: _written(value) for name, value in raw.items()}},
            context={"label_traits": families, "traits": frozenset(edition.quiz.traits)},
        )
    except ValueError as error:
        raise Unfit(
            word, "does not read as it would in a quiz; give a value, a list, {min: ..} or {max: ..}"
        ) from error
    for name, wanted in {**effect.prefer, **effect.avoid}.items():
        if (wanted.labels is None) == (name in families):
            raise Unfit(f"{word}.{name}", "names labels where levels are wished for, or the other way round")
        if wanted.first is not None or "answer" in (wanted.level, wanted.min, wanted.max):
            raise Unfit(f"{word}.{name}", "is no wish here; give a level, {min: ..}, {max: ..} or labels")
    for name, demand in {**effect.require, **effect.exclude}.items():
        if "answer" in (demand.min, demand.max):
            raise Unfit(f"{word}.{name}", "is no bound here; give a number")
    return effect


def _written(value: Any) -> Any:
    """A value as a quiz would write it: yes and no, numbers and lists of them as texts."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)
    return [_written(part) for part in value] if isinstance(value, list) else value


def misfits(edition: Edition, refinements: Sequence[Refinement]) -> Iterator[tuple[int, str, str]]:
    """Place, field and message of each refinement that this quiz cannot take."""
    for at, each in enumerate(refinements):
        try:
            check(edition, each)
        except Unfit as unfit:
            yield at, f"refine.{at}" + (f".{unfit.field}" if unfit.field else ""), str(unfit)


# Comparing ----------------------------------------------------------------------------------------


def relative(each: Refinement) -> bool:
    """Whether a refinement still depends on what it is compared with."""
    return each.direction is not None and each.level is None


def compared(edition: Edition, each: Refinement, item: int) -> float:
    """The level that is wished for by comparison with an item; one whose level is unknown counts as the middle."""
    own = level(edition, str(each.trait), item)
    step = STEPS[each.amount] * (1 if each.direction == "more" else -1)
    return round(min(1.0, max(0.0, (0.5 if own is None else own) + step)), 6)


def level(edition: Edition, trait: str, item: int) -> float | None:
    """The level of an item, None when it is unknown."""
    value = float(edition.levels.level[edition.levels.names.index(trait), item])
    return None if isnan(value) else value
