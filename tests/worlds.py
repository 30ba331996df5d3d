"""Small worlds for tests: a quiz and a catalog from a few Python values, through the real models."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from quizbot.content.catalog import STANDARD, Catalog, Column, Variants, number
from quizbot.content.edition import Edition, edition
from quizbot.content.quiz import Quiz

Row = Mapping[str, str]
OWN = ("id", "price", "available")


def catalog(rows: Sequence[Row], variants: Sequence[Sequence[Row]] | None = None) -> Catalog:
    """A catalog of these rows; `variants` gives each item's variants: price, available and options."""
    names = dict.fromkeys(
        [*STANDARD, *(name for row in rows for name in row if name not in ("id", "price", "available"))]
    )
    columns = {name: Column(name, tuple(row.get(name, "") for row in rows)) for name in names}
    ids = tuple(row.get("id", f"item-{at:04}") for at, row in enumerate(rows))
    listed = variants or [[row] for row in rows]
    owners = [at for at, group in enumerate(listed) for _ in group]
    flat = [each for group in listed for each in group]
    options = dict.fromkeys(
        name for each in flat for name in each if variants and name not in ("id", "price", "available")
    )
    made = Variants(
        item=np.array(owners, dtype=np.int64),
        ids=tuple(f"{ids[owner]}-{at}" for at, owner in enumerate(owners)),
        price=np.array([number(each.get("price", "")) for each in flat]),
        available=np.array([each.get("available", "yes") == "yes" for each in flat]),
        options={name: Column(name, tuple(each.get(name, "") for each in flat)) for name in options},
    )
    return Catalog(ids=ids, columns=columns, variants=made, currency="EUR", digest="test")


def level_trait(column: str, **more: Any) -> dict[str, Any]:
    """A trait whose level stands in a column as it is."""
    return {"label": column.title(), "from": {"column": column, "range": ["0", "1"]}, **more}


def label_trait(column: str, **source: Any) -> dict[str, Any]:
    """A trait whose labels stand in a column, separated by slashes."""
    return {"label": column.title(), "kind": "labels", "from": {"column": column, "split": "/", **source}}


def quiz(traits: Mapping[str, Any], questions: Sequence[Mapping[str, Any]], **more: Any) -> Quiz:
    """A quiz of these traits and questions, read like a file."""
    raw = {"title": "A world", "catalog": "items.csv", "traits": traits, "questions": questions, **more}
    families = {name for name, each in traits.items() if each.get("kind") == "labels"}
    return Quiz.model_validate(raw, context={"label_traits": families})


def option(name: str, **effect: Any) -> dict[str, Any]:
    """An option named by its id."""
    return {"id": name, "text": name.title(), **effect}


def single(name: str, *options: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A question with one choice."""
    return {"id": name, "ask": f"{name.title()}?", "options": list(options), **more}


def world(
    rows: Sequence[Row],
    traits: Mapping[str, Any],
    questions: Sequence[Mapping[str, Any]],
    variants: Sequence[Sequence[Row]] | None = None,
    **more: Any,
) -> Edition:
    """An edition of a quiz on a catalog."""
    return edition("world", quiz(traits, questions, **more), catalog(rows, variants))
