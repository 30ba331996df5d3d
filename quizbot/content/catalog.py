"""Items and their variants as columns of arrays."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

STANDARD = ("title", "brand", "type", "tags", "description", "url", "image")
YES = frozenset({"yes", "true", "1", "y", "ja", "wahr", "x", "on"})
NO = frozenset({"no", "false", "0", "n", "nein", "falsch", "off"})
_NUMBER = re.compile(r"^[^\d+-]{0,4}([+-]?\d[\d ,.'\u00a0\u202f]*)(?:\s*[^\d\s][^\d]{0,15})?$")


def number(text: str) -> float:
    """The number a cell says, NaN when it says none: `189`, `1,450 g`, `1.450,50 EUR`."""
    try:
        value = float(text)
    except ValueError:
        found = _NUMBER.match(text.strip())
        if not found:
            return float("nan")
        try:
            value = float(_plain(found[1]))
        except ValueError:
            return float("nan")
    return value if np.isfinite(value) else float("nan")


def _plain(digits: str) -> str:
    """Thousands separators dropped; the last of two kinds, or one before 1-2 digits, is the decimal point."""
    digits = re.sub(r"[ '\u00a0\u202f]", "", digits).rstrip(",.")
    comma, dot = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and dot >= 0:
        thousands, decimal = (",", ".") if dot > comma else (".", ",")
        return digits.replace(thousands, "").replace(decimal, ".")
    if comma >= 0:
        groups = digits.split(",")
        if len(groups) == 2 and len(groups[1]) != 3:  # noqa: PLR2004 (three digits after a comma are thousands)
            return digits.replace(",", ".")
        return digits.replace(",", "")
    return digits if digits.count(".") <= 1 else digits.replace(".", "")


def yes_or_no(text: str) -> bool | None:
    """What a yes/no cell says, None when it says neither."""
    folded = text.strip().casefold()
    return True if folded in YES else False if folded in NO else None


@dataclass(frozen=True, eq=False)
class Column:
    """One column: a text for each row; the empty text means unknown."""

    name: str
    texts: tuple[str, ...]

    @cached_property
    def numbers(self) -> Floats:
        """What the cells say as numbers, shape (rows,); NaN where unknown or no number."""
        return np.array([number(each) if each else np.nan for each in self.texts], dtype=np.float64)

    @cached_property
    def known(self) -> Bools:
        """Whether a cell says anything, shape (rows,)."""
        return np.array([bool(each) for each in self.texts], dtype=np.bool_)

    @cached_property
    def is_yes_or_no(self) -> bool:
        """Whether all known cells are yes or no."""
        distinct = {each.casefold() for each in self.texts if each}
        return bool(distinct) and distinct <= (YES | NO)

    @cached_property
    def is_number(self) -> bool:
        """Whether all known cells are numbers."""
        return bool(self.known.any()) and not bool(np.isnan(self.numbers[self.known]).any())


@dataclass(frozen=True, eq=False)
class Variants:
    """What can be bought: one or more rows for each item, sorted by item.

    `item` (v,) is the position of the item, `price` (v,) its price or NaN, `available` (v,) whether it is in stock.
    """

    item: Ints
    ids: tuple[str, ...]
    price: Floats
    available: Bools
    options: Mapping[str, Column] = field(default_factory=dict)
    images: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Catalog:
    """n items as columns. The standard columns are always there, empty where the feed has none.

    `columns` holds item-level columns by name, `variants` price, availability and options. `digest` is the
    SHA-256 of what it was read from. `order` ranks the ids as text, for ties.
    """

    ids: tuple[str, ...]
    columns: Mapping[str, Column]
    variants: Variants
    currency: str = ""
    digest: str = ""
    file: str = ""

    def __len__(self) -> int:
        """Number of items."""
        return len(self.ids)

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """Position of each item by id."""
        return {each: at for at, each in enumerate(self.ids)}

    @cached_property
    def first_variant(self) -> Ints:
        """Position of each item's first variant, with the number of variants at the end, shape (n + 1,)."""
        return np.searchsorted(self.variants.item, np.arange(len(self) + 1))

    @cached_property
    def available(self) -> Bools:
        """Whether any variant is in stock, shape (n,)."""
        return (
            np.logical_or.reduceat(self.variants.available, self.first_variant[:-1]) if len(self) else np.zeros(0, bool)
        )

    @cached_property
    def price(self) -> Floats:
        """Lowest known price of an item, shape (n,); NaN when none is known."""
        priced = np.where(np.isnan(self.variants.price), np.inf, self.variants.price)
        lowest = np.minimum.reduceat(priced, self.first_variant[:-1]) if len(self) else np.zeros(0)
        return np.where(np.isinf(lowest), np.nan, lowest)

    @cached_property
    def order(self) -> Ints:
        """Rank of each id in text order, shape (n,)."""
        ranks = np.empty(len(self), dtype=np.int64)
        ranks[np.array(sorted(range(len(self)), key=self.ids.__getitem__), dtype=np.int64)] = np.arange(len(self))
        return ranks

    @cached_property
    def tags(self) -> tuple[frozenset[str], ...]:
        """The folded tags of each item."""
        return tuple(
            frozenset(part.strip().casefold() for part in each.split(",") if part.strip())
            for each in self.columns["tags"].texts
        )

    @cached_property
    def all_tags(self) -> frozenset[str]:
        """Every folded tag of the catalog."""
        return frozenset().union(*self.tags)

    def column(self, name: str) -> Column | None:
        """The item-level column of this name, whatever its case."""
        return self.columns.get(name) or self._by_folded_name.get(name.casefold())

    def option(self, name: str) -> Column | None:
        """The variant option of this name, whatever its case."""
        return next((each for key, each in self.variants.options.items() if key.casefold() == name.casefold()), None)

    def names(self) -> Iterable[str]:
        """What `from`, `require` and `exclude` can name, tags aside."""
        return (*self.columns, "price", "available", *self.variants.options)

    @cached_property
    def _by_folded_name(self) -> Mapping[str, Column]:
        """Columns by folded name; a metafield `Name (product.metafields.ns.key)` also by `ns.key` and `key`."""
        found: dict[str, Column] = {}
        for name, each in self.columns.items():
            found.setdefault(name.casefold(), each)
            meta = re.search(r"\(product\.metafields\.([^)]+)\)\s*$", name)
            if meta:
                full = meta[1].casefold()
                for alias in (full, full.rpartition(".")[2], name[: meta.start()].strip().casefold()):
                    found.setdefault(alias, each)
        return found
