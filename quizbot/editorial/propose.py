"""A first quiz for a catalog: what its columns can be asked about, written with a comment for every part."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from math import ceil, floor, log10

import numpy as np

from quizbot.content.catalog import Catalog, Column, Floats, label_key, split
from quizbot.content.families import joining
from quizbot.content.quiz import slug
from quizbot.editorial.checks.sensitive import spoken_of

MOST_LEVELS = 5
MOST_LABELS = 2
MOST_TAGS = 6
_FEWEST_VALUES = 2
_MOST_VALUES = 12
_FEW_ROWS = 4
_LONGEST_LABEL = 40
_LONGEST_NAME = 60
_FILLED = 0.5
_STEPS = 20
_FEWEST_NUMBERS = 3
_FEWEST_AXES = 3
_NUMBERING = frozenset(
    {"id", "sku", "ean", "gtin", "upc", "mpn", "isbn", "asin", "barcode", "handle", "code", "position", "rank"}
    | {"inventory", "quantity", "stock", "qty", "row", "number"}
    | {"artikelnummer", "artikelnr", "artikel", "nummer", "nr", "lagerbestand", "bestand"}
)
"""Words in the names of columns whose numbers say nothing about a product."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A trait that a column, a variant option or some tags (`kind`) are proposed for."""

    id: str
    label: str
    kind: str
    column: str
    labels: bool
    tags: tuple[str, ...] = ()
    separator: str = ""  # of several labels in one cell


@dataclass(frozen=True, slots=True)
class Budget:
    """The smallest and largest sum to ask for, and the distance between sums."""

    low: float
    high: float
    step: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a catalog can be asked about; `axes` has at least one trait."""

    axes: tuple[Axis, ...]
    budget: Budget | None
    currency: str


def propose(catalog: Catalog) -> Proposal:
    """What to ask about a catalog. Raises ValueError with a sentence when there is nothing."""
    budget = _budget(catalog)
    taken = {"null"}  # which YAML would read as nothing
    levels = [_axis(name, "column", taken, labels=False) for name in _first(_numeric(catalog), MOST_LEVELS, catalog)]
    labels = [
        replace(_axis(name, kind, taken, labels=True), separator=_separator(catalog, kind, name))
        for kind, name in _labeled(catalog)
    ]
    axes = [*levels, *labels]
    if len(axes) < _FEWEST_AXES and (tags := _tags(catalog)):
        axes.append(replace(_axis("kind", "tags", taken, labels=True), tags=tags))
    if not axes and budget:
        axes.append(Axis("price", "Price", "column", "price", labels=False))
    if not axes:
        raise ValueError(
            "there is nothing to ask about: no column has numbers that differ, none has 2 to 12 values that products "
            "share, and prices do not differ; add a column that says in what the products differ"
        )
    return Proposal(tuple(axes), budget, catalog.currency)


# What is in the catalog ------------------------------------------------------------------------------


def _own(catalog: Catalog) -> Iterator[Column]:
    """The columns that are the shop's own, under names that can be written; none that needs a notice to be asked of."""
    for name, column in catalog.columns.items():
        standard = name in ("title", "brand", "type", "tags", "description", "url", "image")
        if not standard and _writable(name) and not any(spoken_of(_short(name))):
            yield column


def _writable(name: str) -> bool:
    return name.strip() == name and 0 < len(name) <= 2000 and name.isprintable()  # noqa: PLR2004 (the format's limit)


def _numeric(catalog: Catalog) -> Iterator[str]:
    """Columns whose numbers differ, most of them known, and which do not only count or name the products."""
    for column in _own(catalog):
        words = set(slug(_short(column.name)).split("-"))
        if words & _NUMBERING or np.mean(column.known) < _FILLED or not column.is_number:
            continue
        if np.array_equal(column.numbers, catalog.price, equal_nan=True):
            continue  # the prices under the shop's own name, which the budget is for
        known = column.numbers[column.known]
        if len(np.unique(known)) >= _FEWEST_NUMBERS and len(np.unique(np.percentile(known, [5, 50, 95]))) > 1:
            yield column.name


def _first(names: Iterable[str], most: int, catalog: Catalog) -> list[str]:
    """Columns of which much is known and that tell products apart, each in another way; in the catalog's order."""
    listed = list(names)
    ranks = {name: _ranks(catalog.columns[name]) for name in listed}
    worth = {name: float(np.mean(catalog.columns[name].known)) * _spread(catalog.columns[name]) for name in listed}
    chosen: list[str] = []
    while len(chosen) < min(most, len(listed)):
        alike = {name: max((_alike(ranks[name], ranks[each]) for each in chosen), default=0.0) for name in listed}
        chosen.append(
            max((each for each in listed if each not in chosen), key=lambda each: worth[each] * (1 - alike[each]))
        )
    return [each for each in listed if each in chosen]


def _spread(column: Column) -> float:
    """How well the numbers tell products apart: 1 when all differ, 0 when none does (entropy over its most)."""
    _, counts = np.unique(column.numbers[column.known], return_counts=True)
    shares = counts / counts.sum()
    return float(-(shares * np.log(shares)).sum() / np.log(max(2, counts.sum())))


def _ranks(column: Column) -> Floats:
    """The places of the numbers among each other, NaN where unknown, shape (n,)."""
    known = column.numbers[column.known]
    ranks: Floats = np.full(len(column.numbers), np.nan)
    ranks[column.known] = np.searchsorted(np.sort(known), known)
    return ranks


def _alike(one: Floats, other: Floats) -> float:
    """How much two columns of ranks say the same, 0..1: their correlation, whatever its sign."""
    both = ~np.isnan(one) & ~np.isnan(other)
    first, second = one[both] - one[both].mean() if both.any() else one[both], other[both]
    norm = np.sqrt((first**2).sum() * ((second - second.mean()) ** 2).sum()) if both.any() else 0.0
    return float(abs((first * second).sum()) / norm) if norm else 0.0


def _tags(catalog: Catalog) -> tuple[str, ...]:
    """The most frequent tags that several products have, and not all; none where there are fewer than two."""
    counted = Counter(tag for each in catalog.columns["tags"].texts for tag in dict.fromkeys(split(each, ",")))
    shared = [tag for tag, count in counted.most_common() if 1 < count < len(catalog) and _writable(tag)]
    distinct = list({label_key(each): each for each in reversed(shared) if len(each) <= _LONGEST_LABEL}.values())[::-1]
    return tuple(distinct[:MOST_TAGS]) if len(distinct) >= _FEWEST_VALUES else ()


def _labeled(catalog: Catalog) -> list[tuple[str, str]]:
    """Kind and name of what has a few values: the brand, then the type, then options and columns."""
    found = [("column", each) for each in ("brand", "type") if _shared(catalog.columns[each], most=10**9)]
    options = [
        ("option", name)
        for name, column in catalog.variants.options.items()
        if _writable(name) and not any(spoken_of(name)) and catalog.column(name) is None and _few(column)
    ]
    columns = [("column", each.name) for each in _own(catalog) if not each.is_number and _few(each)]
    return found + (options + columns)[:MOST_LABELS]


def _separator(catalog: Catalog, kind: str, name: str) -> str:
    """What joins several labels in the cells of a column, empty where nothing does."""
    column = catalog.column(name) if kind == "column" else None
    distinct = {label_key(each): each for each in column.texts if each} if column else {}
    return joining(list(distinct.values())) or ""


def _few(column: Column) -> bool:
    known = column.known
    return bool(known.any()) and float(np.mean(known)) >= _FILLED and _shared(column, _MOST_VALUES)


def _shared(column: Column, most: int) -> bool:
    """Whether there are from 2 to `most` values, and not every row has its own."""
    texts = [each for each in column.texts if each]
    distinct = {label_key(each) for each in texts}
    if (
        len(distinct) < _FEWEST_VALUES
        or len(distinct) > most
        or len(distinct) == len(texts) > _FEW_ROWS
        or column.is_number
    ):
        return False
    return not column.is_yes_or_no and max(map(len, distinct)) <= _LONGEST_LABEL


def _axis(name: str, kind: str, taken: set[str], *, labels: bool) -> Axis:
    """A trait with an id of its own."""
    wanted = slug(_short(name))[:_LONGEST_NAME]
    own = next(each for each in (wanted, *(f"{wanted}-{at}" for at in range(2, 10_000))) if each not in taken)
    taken.add(own)
    label = " ".join(_short(name).replace("_", " ").split())
    return Axis(own, label[:1].upper() + label[1:], kind, name, labels)


def _short(name: str) -> str:
    """A column's name without what stands in brackets behind it."""
    return name.partition(" (")[0] or name


def _budget(catalog: Catalog) -> Budget | None:
    """From the 5th to the 95th percentile of the prices, outward to whole steps; None where they hardly differ."""
    prices: Floats = catalog.price[~np.isnan(catalog.price)]
    if len(prices) < len(catalog) * _FILLED or len(np.unique(prices)) < _FEWEST_VALUES:
        return None
    low, high = np.percentile(prices, [5, 95]).tolist()
    if not 0 <= low < high:
        return None
    step = _round_step((high - low) / _STEPS)
    return Budget(max(floor(low / step), 1) * step, max(ceil(high / step), 2) * step, step)


def _round_step(raw: float) -> float:
    """The nearest of 1, 2, 5, 10, 20 and so on that is not smaller; from a hundredth."""
    power = 10.0 ** floor(log10(max(raw, 0.01)))
    return max(0.01, next(each * power for each in (1, 2, 5, 10) if each * power >= raw * (1 - 1e-9)))


# Writing -----------------------------------------------------------------------------------------------

_HEAD = """\
# yaml-language-server: $schema=quiz.schema.json
# A first quiz, made from the columns of the catalog. Every line starting with # is for you; shoppers never see it.
# The name of this file is the quiz's id. `quizbot schema > quiz.schema.json` gives completion in editors.
# Next: change the words, then run `quizbot check` and `quizbot traits` on this file.

# What shoppers read first.
title: {title}
welcome: A few questions, then our suggestions with the reasons for them.
language: en

# Where the products come from: a feed, found from this file's folder.
{catalog}

# Traits are what products differ in. A trait of levels goes from 0 (lowest) to 1 (highest); `quizbot traits` shows
# which products are where. `low` and `high` complete the sentence "It is ...". A trait of labels has names instead.
traits:
"""

_QUESTIONS = """
# Questions, in the order in which they are asked. `why` tells shoppers what an answer is good for. Each can be skipped.
# `prefer` is a wish that products come near to or not; `require` is a demand that a product must meet.
# A question on skin, allergies, diet and the like needs `sensitive: health`, and a notice in site.yaml beside it.
questions:
"""

_RESULTS = """
# How many products are suggested: a best match and alternatives.
results:
  show: 6

# Golden shoppers: whoever answers like this must get these products. Fill one in, and it is checked from then on.
# examples:
#   - name: a shopper we know well
#     answers: {question: option}
#     expect: {first: the id of a product}
"""


def written(proposal: Proposal, title: str, catalog: str, named: str = "") -> str:
    """The quiz as YAML with a comment for every part.

    `catalog` is the feed's address from the quiz, `named` the column that names the products where none is the title.
    """
    parts = [_HEAD.format(title=quoted(title), catalog=_feed(catalog, named))]
    parts += ["\n".join(_trait(each)) + "\n" for each in proposal.axes]
    parts.append(_QUESTIONS)
    asked = [each for each in proposal.axes if not (each.column == "price" and proposal.budget)]
    names = {each.id for each in asked}
    parts += ["\n".join(_labels(each) if each.labels else _levels(each)) + "\n" for each in asked]
    if proposal.budget:
        parts.append("\n".join(_sum(proposal.budget, proposal.currency, names)) + "\n")
    return "".join(parts) + _RESULTS


def _feed(catalog: str, named: str) -> str:
    if not named:
        return f"catalog: {quoted(catalog)}"
    columns = f"  columns: {{title: {quoted(named)}}}     # the column that names the products"
    return f"catalog:\n  file: {quoted(catalog)}\n{columns}"


def _trait(axis: Axis) -> Iterator[str]:
    yield f"  {axis.id}:"
    yield f"    label: {quoted(axis.label)}"
    if axis.labels:
        yield "    kind: labels"
    else:
        yield f"    low: {quoted('low in ' + _spoken(axis))}     # better: your own words, such as `a light layer`"
        yield f"    high: {quoted('high in ' + _spoken(axis))}"
    if axis.tags:
        yield f"    from: {{tags: [{', '.join(map(quoted, axis.tags))}]}}"
    else:
        split = f", split: {quoted(axis.separator)}" if axis.separator else ""
        yield f"    from: {{{axis.kind}: {quoted(axis.column)}{split}}}"


def _spoken(axis: Axis) -> str:
    """A label within a sentence: in small letters, but for abbreviations."""
    return " ".join(each if each.isupper() and len(each) > 1 else each.lower() for each in axis.label.split())


# A wish for the middle comes between, so that every product has somebody whom it fits, and none is for the very ends,
# where many products are alike.
_THIRDS = (("low", "Rather low", "0.1"), ("middle", "Something in between", "0.5"), ("high", "Rather high", "0.9"))


def _levels(axis: Axis) -> Iterator[str]:
    label = _spoken(axis)
    yield f"  - id: {axis.id}"
    yield f"    ask: {quoted(f'How about {label}?')}"
    yield f"    why: {quoted(f'Our products differ in {label}.')}"
    yield "    options:"
    for name, text, level in _THIRDS:
        yield f"      - {{id: {name}, text: {text}, prefer: {{{axis.id}: {level}}}}}"


def _labels(axis: Axis) -> Iterator[str]:
    label = _spoken(axis)
    yield f"  - id: {axis.id}"
    yield f"    ask: {quoted(f'Which {label} would you like?')}"
    yield f"    why: {quoted(f'We look for your {label} first.')}"
    yield "    type: multiple"
    if axis.tags:
        yield "    options:"
        for at, tag in enumerate(axis.tags, 1):
            yield f"      - {{id: tag-{at}, text: {quoted(tag)}, prefer: {{{axis.id}: {quoted(tag)}}}}}"
        return
    yield "    # The choices are the catalog's most frequent values. `require: true` beside `most` makes them a demand."
    yield f"    options: {{from: {quoted(axis.column)}, most: 6}}"


def _sum(budget: Budget, currency: str, names: Collection[str]) -> Iterator[str]:
    yield f"  - id: {'budget' if 'budget' not in names else 'most-to-spend'}"
    yield "    ask: What would you like to spend at most?"
    yield "    why: Nothing dearer is suggested while there is something else."
    yield "    type: number"
    if currency:
        yield f"    unit: {currency}"
    for name, value in (("min", budget.low), ("max", budget.high), ("step", budget.step)):
        yield f"    {name}: {np.format_float_positional(round(value, 2), trim='-')}"
    yield "    require: {price: {max: answer}}     # `answer` stands for the number that is given"


def quoted(text: str) -> str:
    """A text as YAML, in double quotes."""
    marked = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in marked) + '"'
