"""Families of labels: which items have which, sparse."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from quizbot.content.catalog import Bools, Catalog, Cells, Ints, label_key, split
from quizbot.content.quiz import Source, slug
from quizbot.content.words import corpus, spoken_of

SEPARATORS = (",", ";", "|", "/")
"""What may join several labels in a cell."""


@dataclass(frozen=True, eq=False)
class Family:
    """The labels of one trait over n items, sparse: for each label the sorted positions of the items that have it.

    `labels` are spelled as the quiz or the catalog spells them; `known` (n,) whether an item's labels are known.
    """

    labels: tuple[str, ...]
    known: Bools
    items: tuple[Ints, ...]

    def having(self, labels: Iterable[str]) -> Ints:
        """Items that have any of these labels, whatever their case or as slugs; sorted, each once."""
        places = {self.position(each) for each in labels} - {None}
        found = [self.items[at] for at in places if at is not None]
        if len(found) == 1:
            return found[0]
        return np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)

    def position(self, label: str) -> int | None:
        """Place of a label in `labels`, None when the family lacks it."""
        at = self._by_key.get(label_key(label))
        return self._by_slug.get(label) if at is None else at

    def of(self, item: int) -> tuple[str, ...]:
        """The labels of one item, in the family's order."""
        start, end = self._by_item[0][item : item + 2]
        return tuple(self.labels[at] for at in self._by_item[1][start:end])

    def table(self, items: Ints) -> Bools:
        """Which of some items (k,) have which of the labels that any of them has, shape (k, labels)."""
        rows, places = self._listed(items)
        labels, columns = np.unique(places, return_inverse=True)
        having = np.zeros((len(items), len(labels)), dtype=np.bool_)
        having[rows, columns] = True
        return having

    def counts(self, items: Ints) -> Ints:
        """How many of some items have each label, shape (labels,)."""
        return np.bincount(self._listed(items)[1], minlength=len(self.labels))

    def _listed(self, items: Ints) -> tuple[Ints, Ints]:
        """The labels of some items (k,), one after the other: whose each is, in 0..k, and its place."""
        starts, places = self._by_item
        counts = starts[items + 1] - starts[items]
        rows = np.repeat(np.arange(len(items)), counts)
        first = np.repeat(starts[items] - (np.cumsum(counts) - counts), counts)
        return rows, places[first + np.arange(len(rows))]

    @cached_property
    def _by_key(self) -> Mapping[str, int]:
        return {label_key(each): at for at, each in reversed(list(enumerate(self.labels)))}

    @cached_property
    def _by_slug(self) -> Mapping[str, int]:
        """Labels by slug, those alone that share theirs with no other."""
        shared = Counter(map(slug, self.labels))
        return {slug(each): at for at, each in enumerate(self.labels) if shared[slug(each)] == 1}

    @cached_property
    def _by_item(self) -> tuple[Ints, Ints]:
        """Where each item's labels start, shape (n + 1,), and the places of all labels, sorted by item."""
        items = np.concatenate([*self.items, np.zeros(0, dtype=np.int64)])
        places = np.repeat(np.arange(len(self.items)), [len(each) for each in self.items])
        order = np.argsort(items, kind="stable")
        return np.searchsorted(items[order], np.arange(len(self.known) + 1)), places[order]


def joining(labels: Sequence[str]) -> str | None:
    """What joins some labels that are lists: a part of one stands alone elsewhere, or parts are fewer than labels."""
    for separator in SEPARATORS:
        parts = [frozenset(map(label_key, split(each, separator))) for each in labels]
        joined = [each for each in parts if len(each) > 1]
        alone = {one for each in parts if len(each) == 1 for one in each}
        distinct = {one for each in parts for one in each}
        if joined and (len(distinct) < len(labels) or any(each & alone for each in joined)):
            return separator
    return None


def family(source: Source, catalog: Catalog) -> Family:
    """The labels that a source finds in a catalog; an item without any is unknown, or has none where `missing: 0`.

    Where words are looked for in columns that say nothing of an item, it stays unknown.
    """
    if source.words is not None:
        read = _worded(source, catalog)
    elif source.columns is not None:
        read = _flagged(source.columns, catalog)
    elif source.tags is not None:
        read = _listed(source, catalog)
    else:
        read = _spelled(source, catalog.cells(source.column or source.option or ""), len(catalog))
    if source.missing is None:
        return read
    everything = np.ones(len(catalog), dtype=np.bool_)
    return replace(read, known=everything if source.words is None else spoken_of(catalog, source.where))


def _spelled(source: Source, cells: Cells | None, n: int) -> Family:
    """The texts of a column or option are the labels, the listed ones first, then the most frequent."""
    names = {label_key(each): label for label, spelled in source.spelled.items() for each in (label, *spelled)}
    said: dict[str, list[int]] = {label: [] for label in source.spelled}
    spellings: Counter[tuple[str, str]] = Counter()
    labels_of: dict[str, tuple[str, ...]] = {}
    for item, text in cells or ():
        labels = labels_of.get(text)
        if labels is None:
            parts = split(text, source.split) if source.split else (text,)
            labels = labels_of[text] = tuple(dict.fromkeys(names.get(label_key(each), each) for each in parts))
        for label in labels:
            said.setdefault(label, []).append(item)
    for label, items in said.items():
        spellings[label_key(label), label] += len(items)
    return _family(_merged(said, spellings, source.spelled), n)


def _merged(
    said: Mapping[str, list[int]], spellings: Mapping[tuple[str, str], int], listed: Iterable[str]
) -> dict[str, list[int]]:
    """Items by label, each label under its most frequent spelling; listed labels first, then by frequency."""
    shown: dict[str, str] = {label_key(each): each for each in listed}
    total: Counter[str] = Counter()
    for (key, label), count in sorted(spellings.items(), key=lambda each: (-each[1], each[0])):
        shown.setdefault(key, label)
        total[key] += count
    first = {label_key(each): at for at, each in enumerate(listed)}
    merged: dict[str, list[int]] = {
        shown[key]: [] for key in sorted(total, key=lambda each: (first.get(each, len(first)), -total[each], each))
    }
    for label, items in said.items():
        merged[shown[label_key(label)]] += items
    return merged


def _listed(source: Source, catalog: Catalog) -> Family:
    """Listed tags are the labels."""
    names: dict[str, str] = {}
    for tag in source.tags or ():
        for spelling in (tag, *source.spelled.get(tag, ())):
            names.setdefault(label_key(spelling), tag)
    said: dict[str, list[int]] = {tag: [] for tag in dict.fromkeys(names.values())}
    for item, tag in catalog.cells("tags") or ():
        label = names.get(label_key(tag))
        if label is not None:
            said[label].append(item)
    return _family(said, len(catalog))


def _flagged(columns: Sequence[str], catalog: Catalog) -> Family:
    """Each column is a label: an item has it where the column says yes or a number above 0."""
    known = np.zeros(len(catalog), dtype=np.bool_)
    said: dict[str, Ints] = {}
    for name in columns:
        cells = catalog.cells(name)
        if cells is None:
            said[name] = np.zeros(0, dtype=np.int64)
            continue
        known[cells.items[~np.isnan(cells.column.flags)]] = True
        said[name] = np.unique(cells.items[cells.column.flags == 1])
    return Family(tuple(said), known, tuple(said.values()))


def _worded(source: Source, catalog: Catalog) -> Family:
    """Labels by the phrases that name them; what is only denied is known not to be there."""
    words = source.words if isinstance(source.words, dict) else {each: (each,) for each in source.words or ()}
    texts = corpus(catalog, source.where)
    known = np.zeros(len(catalog), dtype=np.bool_)
    said: dict[str, Ints] = {}
    for label, phrases in words.items():
        found = [texts.items(each) for each in phrases]
        said[label] = np.unique(np.concatenate([each[0] for each in found]))
        known[np.concatenate([np.concatenate(each) for each in found])] = True
    return Family(tuple(said), known, tuple(said.values()))


def _family(said: Mapping[str, list[int]], n: int) -> Family:
    items = tuple(np.unique(np.array(each, dtype=np.int64)) for each in said.values())
    known = np.zeros(n, dtype=np.bool_)
    known[np.concatenate([*items, np.zeros(0, dtype=np.int64)])] = True
    return Family(tuple(said), known, items)
