"""Quiz x catalog: the level of each trait of each item, unknown where the catalog does not say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from quizbot.content.catalog import Bools, Catalog, Cells, Floats, label_key, says_yes, split
from quizbot.content.families import Family, family
from quizbot.content.quiz import Quiz, Source
from quizbot.content.scales import Scale, measured, stated
from quizbot.content.units import in_unit
from quizbot.content.words import corpus, quoted, spoken_of, strength

__all__ = ["Evidence", "Family", "Levels", "Scale", "evidence", "measure"]


@dataclass(frozen=True)
class Evidence:
    """What in the catalog a level was read from; empty parts do not apply."""

    column: str = ""
    value: float | str | None = None
    unit: str = ""
    phrases: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Levels:
    """What the traits of a quiz are in a catalog of n items.

    `names` are the level traits in the quiz's order; `level` (traits, n) in 0..1, rounded to 1e-6, NaN where
    unknown; `families` the label traits; `scales` the level traits read from a numeric column.
    """

    names: tuple[str, ...]
    level: Floats
    families: Mapping[str, Family]
    scales: Mapping[str, Scale]


def measure(quiz: Quiz, catalog: Catalog) -> Levels:
    """Measure every trait of the quiz on the catalog. A source that the catalog lacks leaves its trait unknown."""
    rows: dict[str, Floats] = {}
    families: dict[str, Family] = {}
    scales: dict[str, Scale] = {}
    for name, trait in quiz.traits.items():
        if trait.kind == "labels":
            families[name] = family(trait.source, catalog)
            continue
        rows[name], scale = _level(trait.source, catalog)
        if scale is not None:
            scales[name] = scale
    level = np.round(np.array(list(rows.values()), dtype=np.float64).reshape(len(rows), len(catalog)), 6)
    return Levels(tuple(rows), level, families, scales)


def _level(source: Source, catalog: Catalog) -> tuple[Floats, Scale | None]:
    """One level trait: a level for each of n items, and its scale when it is read from numbers."""
    scale = None
    if source.words is not None:
        level = strength(corpus(catalog, source.where), _phrases(source))
    elif source.levels is not None:
        level = _mapped(source, _cells(source, catalog), len(catalog))
    elif source.tags is not None or source.columns is not None:
        having = family(source.model_copy(update={"missing": None}), catalog)
        level = np.where(having.known, 0.0, np.nan)
        level[having.having(having.labels)] = 1
    else:
        level, scale = _read(source, _cells(source, catalog), len(catalog))
    if source.missing is not None:
        silent = np.isnan(level) & (True if source.words is None else spoken_of(catalog, source.where))
        level = np.where(silent, source.missing, level)
    return level, scale


def _cells(source: Source, catalog: Catalog) -> Cells | None:
    return catalog.cells("tags" if source.tags is not None else source.column or source.option or "")


def _phrases(source: Source) -> tuple[str, ...]:
    if isinstance(source.words, dict):
        return tuple(dict.fromkeys(phrase for phrases in source.words.values() for phrase in phrases))
    return tuple(dict.fromkeys(source.words or ()))


def _mapped(source: Source, cells: Cells | None, n: int) -> Floats:
    """The mean of the levels that the texts of an item stand for."""
    levels = {label_key(text): level for text, level in (source.levels or {}).items()}
    total, hits = np.zeros(n), np.zeros(n)
    for item, text in cells or ():
        for part in split(text, source.split) if source.split else (text,):
            stated_level = levels.get(label_key(part))
            if stated_level is not None:
                total[item] += stated_level
                hits[item] += 1
    level: Floats = np.divide(total, hits, out=np.full(n, np.nan), where=hits > 0)
    return level


def _read(source: Source, cells: Cells | None, n: int) -> tuple[Floats, Scale | None]:
    """Yes/no cells as 1 and 0, others as numbers on a scale; several cells of an item count as the lowest number."""
    if cells is None or not len(cells.items):
        return np.full(n, np.nan), None
    if cells.column.is_yes_or_no and source.range is None:
        highest: Floats = -_lowest(-cells.column.flags, cells, n)
        return highest, stated((0, 1)) if cells.column.is_number else None
    values = _lowest(in_unit(cells.column.numbers, cells.column.texts, source.unit), cells, n)
    scale = stated(source.range) if source.range else measured(values)
    return (values, None) if scale is None else (scale.of(values), scale)


def _lowest(values: Floats, cells: Cells, n: int) -> Floats:
    """The lowest known value of each item, shape (n,)."""
    if len(values) == n and bool((cells.items == np.arange(n)).all()):
        return values
    lowest = np.full(n, np.nan)
    known: Bools = ~np.isnan(values)
    np.fmin.at(lowest, cells.items[known], values[known])
    return lowest


def evidence(quiz: Quiz, catalog: Catalog, trait: str, item: int) -> Evidence:
    """What the level or the labels of one trait of one item were read from; nothing when it is unknown."""
    source, kind = quiz.traits[trait].source, quiz.traits[trait].kind
    if source.words is not None:
        return Evidence(phrases=quoted(catalog, source.where, _phrases(source), item))
    if source.columns is not None:
        return Evidence(labels=_flags(source.columns, catalog, item))
    if source.tags is not None:
        wanted = {label_key(each) for tag in source.tags for each in (tag, *source.spelled.get(tag, ()))}
        found = split(catalog.columns["tags"].texts[item], ",")
        return Evidence(tags=tuple(each for each in found if label_key(each) in wanted))
    return _said(source, kind, catalog, item)


def _said(source: Source, kind: str, catalog: Catalog, item: int) -> Evidence:
    """What a column or an option says of one item: a number where one was read, else texts."""
    name = source.column or source.option or ""
    cells = catalog.cells(name)
    texts = cells.of(item) if cells is not None else ()
    if cells is None or not texts:
        return Evidence()
    parts = tuple(dict.fromkeys(part for text in texts for part in (split(text, source.split or "\0"))))
    if source.levels is not None:
        mapped = {label_key(each) for each in source.levels}
        parts = tuple(each for each in parts if label_key(each) in mapped)
    elif kind == "level" and (source.range is not None or not cells.column.is_yes_or_no):
        rows = cells.rows(item)
        values = in_unit(cells.column.numbers[rows], cells.column.texts[rows], source.unit)
        known = values[~np.isnan(values)]
        return Evidence(column=name, value=float(known.min()), unit=source.unit) if len(known) else Evidence()
    if kind == "level" and len(parts) == 1:
        return Evidence(column=name, value=parts[0], unit=source.unit)
    return Evidence(column=name, labels=parts) if parts else Evidence()


def _flags(columns: Sequence[str], catalog: Catalog, item: int) -> tuple[str, ...]:
    """The columns that say yes, or a number above 0, of one item."""
    said = ((name, catalog.cells(name)) for name in columns)
    return tuple(name for name, cells in said if cells is not None and any(says_yes(each) for each in cells.of(item)))
