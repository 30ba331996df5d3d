"""Keeps the part of a catalog that a quiz asks for."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from quizbot.content.catalog import Bools, Catalog, Cells, Column, Variants, number
from quizbot.content.feeds.findings import refusal
from quizbot.content.problems import choose_from
from quizbot.content.quiz import Requirement


def keeps(catalog: Catalog, name: str, requirement: Requirement, path: Path) -> Bools:
    """Whether each variant meets a requirement, shape (v,); unknown does not. Raises Refused for an unknown name."""
    variants = catalog.variants
    if name.casefold() == "price":
        return _within(variants.price, requirement) | np.isin(
            variants.price, [number(each) for each in requirement.values]
        )
    if name.casefold() == "available":
        cells: Cells | None = Cells(
            np.arange(len(variants.item)), Column(name, tuple("yes" if each else "no" for each in variants.available))
        )
        by_variant = True
    else:
        cells = catalog.cells(name)
        by_variant = catalog.column(name) is None and catalog.option(name) is not None and name.casefold() != "tags"
    if cells is None:
        raise refusal(
            path,
            "only",
            f"`only` asks for '{name}', which the feed lacks",
            choose_from(name, tuple(catalog.names()), 20),
        )
    met = _met(cells.column, requirement)
    if by_variant:
        return met
    items = np.zeros(len(catalog), dtype=np.bool_)
    items[cells.items[met]] = True
    return items[variants.item]


def _met(column: Column, requirement: Requirement) -> Bools:
    """Whether each cell meets a requirement, by the column's kind: yes/no, number or text."""
    return column.having(requirement.values) if requirement.values else _within(column.numbers, requirement)


def _within(values: np.ndarray[tuple[int], np.dtype[np.float64]], requirement: Requirement) -> Bools:
    low, high = (each if isinstance(each, float) else None for each in (requirement.min, requirement.max))
    if low is None and high is None:
        return np.zeros(len(values), dtype=np.bool_)
    return (values >= (-np.inf if low is None else low)) & (values <= (np.inf if high is None else high))


def kept(catalog: Catalog, variants: Bools) -> Catalog:
    """The part of a catalog with these variants, shape (v,), and the items that have any of them."""
    if bool(variants.all()) and len(np.unique(catalog.variants.item)) == len(catalog):
        return catalog
    old = catalog.variants
    rows = np.flatnonzero(variants)
    items, place = np.unique(old.item[rows], return_inverse=True)
    at_item, at_variant = items.tolist(), rows.tolist()
    return Catalog(
        ids=tuple(catalog.ids[at] for at in at_item),
        columns={name: Column(each.name, _at(each.texts, at_item)) for name, each in catalog.columns.items()},
        variants=Variants(
            item=place.astype(np.int64),
            ids=_at(old.ids, at_variant),
            price=old.price[rows],
            available=old.available[rows],
            options={name: Column(each.name, _at(each.texts, at_variant)) for name, each in old.options.items()},
            images=_at(old.images, at_variant) if old.images else (),
        ),
        currency=catalog.currency,
        digest=catalog.digest,
        file=catalog.file,
        aliases=catalog.aliases,
    )


def _at(texts: Sequence[str], places: list[int]) -> tuple[str, ...]:
    return tuple(texts[at] for at in places)
