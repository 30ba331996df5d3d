"""What the levels of each trait mean in a catalog, so that an editor can write `0.3` and know what it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from quizbot.content.edition import Edition
from quizbot.content.levels import Evidence, Family, Scale, evidence
from quizbot.content.quiz import Source, Trait

STOPS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Stop:
    """One level of a trait in a catalog.

    `value` is the level in the column's unit, None where the trait is not read from numbers; `products` how many
    products are nearer to this stop than to another; `id` and `title` name the product that is nearest to it, `at`
    is that product's level and `says` what the catalog says of it; all None or empty when no product has a level.
    """

    level: float
    value: float | None
    word: str
    products: int
    id: str | None
    title: str
    at: float | None
    says: str


@dataclass(frozen=True, slots=True)
class Label:
    """A label with its text for people and the number of products that have it."""

    label: str
    text: str
    products: int


@dataclass(frozen=True, slots=True)
class TraitMeasure:
    """A trait in a catalog: `unknown` is the share of products (0..1) of which the catalog says nothing.

    A level trait has the five `stops`, a label trait its `labels`, the most frequent first.
    """

    id: str
    label: str
    kind: str
    source: str
    unit: str
    unknown: float
    stops: tuple[Stop, ...] = ()
    labels: tuple[Label, ...] = ()


def traits(edition: Edition) -> tuple[TraitMeasure, ...]:
    """Every trait of a quiz as it stands in its catalog, in the quiz's order."""
    levels = edition.levels
    rows = {name: at for at, name in enumerate(levels.names)}
    measured: list[TraitMeasure] = []
    for name, trait in edition.quiz.traits.items():
        row, family = rows.get(name), levels.families.get(name)
        unknown = np.isnan(levels.level[row]) if family is None else ~family.known
        measured.append(
            TraitMeasure(
                id=name,
                label=trait.label,
                kind=trait.kind,
                source=_source(trait.source),
                unit=trait.source.unit,
                unknown=round(float(unknown.mean()), 9) if unknown.size else 0.0,
                stops=() if row is None else _stops(edition, name, row),
                labels=() if family is None else _labels(trait, family),
            )
        )
    return tuple(measured)


def _stops(edition: Edition, name: str, row: int) -> tuple[Stop, ...]:
    level = edition.levels.level[row]
    known = np.flatnonzero(~np.isnan(level))
    counts = _nearest_counts(level[known].tolist())
    stops: list[Stop] = []
    for stop in STOPS:
        word, value = _word(edition.quiz.traits[name], stop), _value(edition.levels.scales.get(name), stop)
        if not len(known):
            stops.append(Stop(stop, value, word, 0, None, "", None, ""))
            continue
        away = np.round(np.abs(level[known] - stop), 9)
        item = int(known[np.lexsort((edition.catalog.order[known], ~edition.catalog.available[known], away))[0]])
        title = edition.catalog.columns["title"].texts[item]
        says = _said(evidence(edition.quiz, edition.catalog, name, item))
        identity, at = edition.catalog.ids[item], float(level[item])
        stops.append(Stop(stop, value, word, counts[stop], identity, title, at, says))
    return tuple(stops)


def _nearest_counts(levels: Sequence[float]) -> Mapping[float, int]:
    """How many levels are nearest to each stop; half way counts for the upper one."""
    nearest = np.floor(np.array(levels) * (len(STOPS) - 1) + 0.5).astype(np.int64)
    return dict(zip(STOPS, np.bincount(nearest, minlength=len(STOPS)).tolist(), strict=True))


def _value(scale: Scale | None, level: float) -> float | None:
    """A level in the column's unit."""
    if scale is None:
        return None
    order = np.argsort(scale.levels)
    return round(float(np.interp(level, scale.levels[order], scale.values[order])), 9)


def _word(trait: Trait, level: float) -> str:
    return {0.0: trait.low, 0.5: trait.middle, 1.0: trait.high}.get(level) or ""


def _said(found: Evidence) -> str:
    """What the catalog says, in a few words."""
    if found.value is not None:
        value = f"{found.value:,.10g}" if isinstance(found.value, float) else found.value
        return " ".join(filter(None, (value, found.unit)))
    return ", ".join(found.phrases or found.labels or found.tags)


def _source(source: Source) -> str:
    """Where the trait is read from, as in the quiz."""
    if source.words is not None:
        return f"words in {', '.join(source.where)}"
    if source.columns is not None:
        return f"columns {', '.join(source.columns)}"
    if source.tags is not None:
        return f"tags {', '.join(source.tags)}"
    return f"option {source.option}" if source.option is not None else f"column {source.column}"


def _labels(trait: Trait, family: Family) -> tuple[Label, ...]:
    found = [
        Label(label, trait.labels.get(label, label), len(items))
        for label, items in zip(family.labels, family.items, strict=True)
    ]
    return tuple(sorted(found, key=lambda each: -each.products))
