"""What a word of a shop can mean."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Degree = Literal["positive", "comparative", "superlative"]


@dataclass(frozen=True, slots=True)
class Side:
    """An adjective: more of a trait (`sign` 1) or less of it (-1)."""

    trait: str
    sign: int
    degree: Degree = "positive"


@dataclass(frozen=True, slots=True)
class Level:
    """A phrase for one level of a trait."""

    trait: str
    level: float


@dataclass(frozen=True, slots=True)
class Noun:
    """The name of a trait."""

    trait: str


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a column, or a label of a trait; `soft` where it can be wished for.

    `name` is what demands call the column, `label` what wishes call the value, `text` what the catalog says.
    """

    name: str
    text: str
    label: str = ""
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes/no column or a tag-like switch."""

    name: str


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a column."""

    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a question."""

    question: str
    option: str


@dataclass(frozen=True, slots=True)
class Item:
    """A product by its title, or a part of it."""

    id: str


Sense = Side | Level | Noun | Value | Flag | Name | Item

_KINDS: tuple[type[Sense], ...] = (Flag, Value, Level, Side, Noun, Item, Name)


def order(sense: Sense) -> int:
    """Which kind of sense is meant first where a word has several."""
    return _KINDS.index(type(sense))


def distinct(senses: Iterable[Sense]) -> list[Sense]:
    """Senses that are not the same thing: a label that the catalog spells in two ways is one."""
    found: dict[object, Sense] = {}
    for each in senses:
        found.setdefault((each.name, each.label) if isinstance(each, Value) and each.soft else each, each)
    return list(found.values())


def merged(one: Mapping[Sense, int], other: Mapping[Sense, int]) -> dict[Sense, int]:
    """The senses of both with their ranks, the smaller one where both have it."""
    found = dict(one)
    for sense, rank in other.items():
        found[sense] = min(rank, found.get(sense, rank))
    return found


def labeled(senses: Mapping[Sense, int]) -> Mapping[Sense, int]:
    """The labels that can be wished for among some senses."""
    return {sense: rank for sense, rank in senses.items() if isinstance(sense, Value) and sense.soft}
