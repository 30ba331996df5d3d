"""Items and their variants as columns of arrays."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
_SPACES = " '\u2019\u00a0\u202f"
_AFFIXED = re.compile(
    r"(?:[^\W\d_]{1,3}\.?\s*)?(?:[$\u00a2-\u00a5\u20a0-\u20cf]\s*)?"  # EUR, Rs., $
    rf"(?P<sign>[+-]?)(?P<digits>[.,]?[0-9](?:[0-9.,{_SPACES}]*[0-9])?)[.,]?"
    r"(?:[-\u2013]|\s*[^\d\s][^\d]{0,15}(?:(?<=m)[23])?)?"  # the dash of 15,- and the unit
)
_GAPS = re.compile(r"[\s_\u2010\u2011-]+")
_PARTS = re.compile(r"[,;/|]")  # a cell may list several values
_METAFIELD = re.compile(r".*\(product\.metafields\.([^)]+)\)\s*$")
_LETTERS = re.compile(r"[^\W\d_]+")
_LARGEST = 1e15
_LONGEST = 64


def _written(decimal: str) -> re.Pattern[str]:
    """Numbers with this decimal point and, between their thousands, spaces or the other of comma and dot."""
    between = f"[{_SPACES}{',' if decimal == '.' else '.'}]"
    return re.compile(rf"([0-9]+|[1-9][0-9]{{0,2}}({between})(?:[0-9]{{2,3}}\2)*[0-9]{{3}})?(?:[{decimal}]([0-9]+))?")


_WRITTEN = {".": _written("."), ",": _written(",")}


def number(text: str, decimal: str = "") -> float:
    """The number a cell says, NaN when it says none: `189`, `1,450 g`, `1.450,50 EUR`, `$15`.

    `decimal` is the decimal point of the cell's column, where the column tells. Without it a lone `1,299` has
    thousands and a lone `1.299` decimals. Numbers beyond 1e15 are none.
    """
    found = _affixed(text)
    if found is None:
        return _scientific(text)
    for point in (",", ".") if decimal == "," else (".", ","):
        read = _WRITTEN[point].fullmatch(found["digits"])
        if read:
            value = float(f"{found['sign']}{re.sub(r'[^0-9]', '', read[1] or '0')}.{read[3] or '0'}")
            return value if abs(value) <= _LARGEST else float("nan")
    return float("nan")


def _affixed(text: str) -> re.Match[str] | None:
    """The digits of a cell among its currency and unit."""
    return _AFFIXED.fullmatch(text.strip().replace("\u2212", "-")) if len(text) <= _LONGEST else None


def _scientific(text: str) -> float:
    """`1e3` and the like; words such as `nan` and `infinity` are no numbers."""
    try:
        value = float(text) if "_" not in text else float("nan")
    except ValueError:
        return float("nan")
    return value if abs(value) <= _LARGEST else float("nan")


def numbers(texts: Sequence[str]) -> Floats:
    """What the cells of one column say as numbers, shape (rows,); NaN where unknown or no number.

    A cell that can only be read with one decimal point (`12,50`) settles how the others (`1.299`) are read.
    """
    try:
        plain = np.array([float(each) if each else np.nan for each in texts], dtype=np.float64)
    except ValueError:
        distinct = set(texts)
        decimal = _decimal_point(distinct)
        values = {each: number(each, decimal) if each else np.nan for each in distinct}
        return np.array([values[each] for each in texts], dtype=np.float64)
    odd = np.flatnonzero(~(np.abs(plain) <= _LARGEST))
    plain[odd] = np.nan
    # Python's own grouping, 1_000, is an article number rather than a number.
    return plain if "_" not in "".join(texts) else np.array([number(each) for each in texts], dtype=np.float64)


def _decimal_point(texts: Iterable[str]) -> str:
    """The decimal point that the unambiguous numbers agree on, empty when there are none or they disagree."""
    points = set()
    for each in texts:
        found = _affixed(each)
        fitting = [point for point, form in _WRITTEN.items() if found and form.fullmatch(found["digits"])]
        if len(fitting) == 1:
            points.add(fitting[0])
    return points.pop() if len(points) == 1 else ""


def label_key(label: str) -> str:
    """What two spellings of a label share: `Navy blue` and `navy-blue`."""
    return _GAPS.sub("-", label.strip().casefold())


def split(text: str, separator: str) -> tuple[str, ...]:
    """The parts of a cell, without the empty ones."""
    return tuple(part for raw in text.split(separator) if (part := raw.strip()))


def yes_or_no(text: str) -> bool | None:
    """What a yes/no cell says, None when it says neither."""
    folded = text.strip().casefold()
    return True if folded in YES else False if folded in NO else None


def says_yes(text: str) -> bool | None:
    """Whether a cell says yes or a number above 0, None when it says neither a number nor yes or no."""
    answer = yes_or_no(text)
    if answer is None and not np.isnan(value := number(text)):
        return value > 0
    return answer


@dataclass(frozen=True, eq=False)
class Column:
    """One column: a text for each row; the empty text means unknown."""

    name: str
    texts: Sequence[str]

    @cached_property
    def numbers(self) -> Floats:
        """What the cells say as numbers, shape (rows,); NaN where unknown or no number."""
        return numbers(self.texts)

    @cached_property
    def flags(self) -> Floats:
        """Cells that say yes, or a number above 0, as 1, those that say no as 0, others NaN; shape (rows,)."""
        spoken = {each: says_yes(each) for each in set(self.texts)}
        return np.array([np.nan if (yes := spoken[each]) is None else yes for each in self.texts], dtype=np.float64)

    @cached_property
    def known(self) -> Bools:
        """Whether a cell says anything, shape (rows,)."""
        return np.array([bool(each) for each in self.texts], dtype=np.bool_)

    @cached_property
    def unlike(self) -> tuple[str, ...]:
        """The keys of the first two texts that differ, whatever their spelling; fewer when no two do."""
        keys = (label_key(each) for each in self.texts if each)
        first = next(keys, None)
        second = next((each for each in keys if each != first), None)
        return tuple(each for each in (first, second) if each is not None)

    @cached_property
    def is_yes_or_no(self) -> bool:
        """Whether all known cells are yes or no."""
        distinct = {each.casefold() for each in self.texts if each}
        return bool(distinct) and distinct <= (YES | NO)

    @cached_property
    def is_number(self) -> bool:
        """Whether all known cells are numbers with at most one word before them: `A-1` and `B-2` are names."""
        if not self.known.any() or bool(np.isnan(self.numbers[self.known]).any()):
            return False
        led = (each.casefold() for each in self.texts if each[:1].isalpha())
        return len({found[0] for found in map(_LETTERS.match, led) if found}) <= 1

    def having(self, values: Iterable[str]) -> Bools:
        """Whether a cell is, or lists, any of these values, shape (rows,).

        Compared by the kind of the column: as yes or no, as numbers, else as texts in any case; unknown has none.
        """
        sought = list(values)
        wanted = {label_key(each) for each in sought}
        flags = {yes_or_no(each) for each in wanted} - {None} if self.is_yes_or_no else set()
        if not flags and self.is_number:
            return self._saying(sought)

        def has(text: str) -> bool:
            if flags:
                return yes_or_no(text) in flags
            return label_key(text) in wanted or any(label_key(each) in wanted for each in _PARTS.split(text))

        good = {each for each in set(self.texts) if each and has(each)}
        return np.array([each in good for each in self.texts], dtype=np.bool_)

    def _saying(self, values: Iterable[str]) -> Bools:
        """Whether a cell is any of these numbers, shape (rows,); of another unit only where either has none."""
        met = np.zeros(len(self.texts), dtype=np.bool_)
        for each in values:
            unit, same = _unit(each), np.flatnonzero(self.numbers == number(each))
            met[[at for at in same.tolist() if _unit(self.texts[at]) in ("", unit)] if unit else same] = True
        return met


def _unit(text: str) -> str:
    """The letters around a number."""
    return "".join(_LETTERS.findall(text)).casefold()


@dataclass(frozen=True, eq=False)
class Cells:
    """Everything a catalog says under one name: a text and the item it is said of, shape (c,) each, sorted by item.

    A column says one text per item, an option one per variant, tags one per tag.
    """

    items: Ints
    column: Column

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """Item and text, unknown ones left out."""
        return ((at, text) for at, text in zip(self.items.tolist(), self.column.texts, strict=True) if text)

    def of(self, item: int) -> tuple[str, ...]:
        """The known texts of one item."""
        return tuple(each for each in self.column.texts[self.rows(item)] if each)

    def rows(self, item: int) -> slice:
        """Where the cells of one item stand in the column."""
        if self._one_each:
            return slice(item, item + 1)
        return slice(*np.searchsorted(self.items, [item, item + 1]).tolist())

    @cached_property
    def _one_each(self) -> bool:
        return bool((self.items == np.arange(len(self.items))).all())


@dataclass(frozen=True, eq=False)
class Variants:
    """What can be bought: one or more rows for each item, sorted by item.

    `item` (v,) is the position of the item, `price` (v,) its price or NaN, `available` (v,) whether it is in stock.
    """

    item: Ints
    ids: Sequence[str]
    price: Floats
    available: Bools
    options: Mapping[str, Column] = field(default_factory=dict)
    images: Sequence[str] = ()


@dataclass(frozen=True, eq=False)
class Catalog:
    """n items as columns. The standard columns are always there, empty where the feed has none.

    `columns` holds item-level columns by name, `variants` price, availability and options. `digest` is the
    SHA-256 of what it was read from, `aliases` the feed's own names of standard columns. `order` ranks the ids
    as text, for ties.
    """

    ids: tuple[str, ...]
    columns: Mapping[str, Column]
    variants: Variants
    currency: str = ""
    digest: str = ""
    file: str = ""
    aliases: Mapping[str, str] = field(default_factory=dict)

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
    def lowest_price(self) -> float:
        """The lowest known price of all; infinite when none is known."""
        return float(np.nanmin(self.variants.price, initial=np.inf))

    @cached_property
    def order(self) -> Ints:
        """Rank of each id in text order, shape (n,)."""
        ranks = np.empty(len(self), dtype=np.int64)
        ranks[np.array(sorted(range(len(self)), key=self.ids.__getitem__), dtype=np.int64)] = np.arange(len(self))
        return ranks

    @cached_property
    def tags(self) -> tuple[frozenset[str], ...]:
        """The folded tags of each item."""
        texts = tuple(self.columns["tags"].texts)
        read = {each: frozenset(tag.casefold() for tag in split(each, ",")) for each in set(texts)}
        return tuple(read[each] for each in texts)

    @cached_property
    def all_tags(self) -> frozenset[str]:
        """Every folded tag of the catalog."""
        return frozenset().union(*set(self.tags))

    def column(self, name: str) -> Column | None:
        """The item-level column of this name, whatever its case."""
        return self.columns.get(name) or self._by_folded_name.get(name.casefold())

    def option(self, name: str) -> Column | None:
        """The variant option of this name, whatever its case."""
        return next((each for key, each in self.variants.options.items() if key.casefold() == name.casefold()), None)

    def names(self) -> Iterable[str]:
        """What `from`, `require` and `exclude` can name, tags aside; a metafield by its key."""
        own = [name for name in self.columns if name not in STANDARD]
        keys = [_METAFIELD.sub(lambda found: found[1].rpartition(".")[2], name) for name in own]
        return (*keys, *self.variants.options, "price", "available", *STANDARD)

    def cells(self, name: str) -> Cells | None:
        """What is said under a name: a column, else an option, else a tag (`yes` for the items that have it).

        `price` says the lowest price of an item, `available` whether it is in stock, `tags` each tag.
        """
        found = self._cells.get(name) or self._gather(name)
        if found is not None:
            self._cells[name] = found
        return found

    def _gather(self, name: str) -> Cells | None:
        everyone = np.arange(len(self))
        folded = name.casefold()
        if folded == "price":
            return Cells(everyone, Column("price", tuple("" if np.isnan(p) else repr(p) for p in self.price.tolist())))
        if folded == "available":
            return Cells(everyone, Column("available", tuple("yes" if each else "no" for each in self.available)))
        if folded == "tags":
            said = [(at, tag) for at, text in enumerate(self.columns["tags"].texts) for tag in split(text, ",")]
            return Cells(np.array([at for at, _ in said], np.int64), Column("tags", tuple(tag for _, tag in said)))
        column, option = self.column(name), self.option(name)
        if column is not None:
            return Cells(everyone, column)
        if option is not None:
            return Cells(self.variants.item, option)
        having = [at for at, tags in enumerate(self.tags) if folded in tags] if folded in self.all_tags else []
        return Cells(np.array(having, np.int64), Column(name, ("yes",) * len(having))) if having else None

    @cached_property
    def _cells(self) -> dict[str, Cells]:
        return {}

    @cached_property
    def _by_folded_name(self) -> Mapping[str, Column]:
        """Columns by folded name, alias and, for `Name (product.metafields.ns.key)`, by `Name`, `ns.key` and `key`."""
        found: dict[str, Column] = {}
        for name, each in self.columns.items():
            found.setdefault(name.casefold(), each)
        for alias, standard in self.aliases.items():
            if standard in self.columns:
                found.setdefault(alias.casefold(), self.columns[standard])
        for name, each in self.columns.items():
            meta = re.search(r"\(product\.metafields\.([^)]+)\)\s*$", name)
            if meta:
                full = meta[1].casefold()
                for alias in (full, full.rpartition(".")[2], name[: meta.start()].strip().casefold()):
                    found.setdefault(alias, each)
        return found
