"""What a format's reader hands over: columns of texts, not yet checked."""

from dataclasses import dataclass, field

LONGEST_ID = 128


@dataclass(slots=True)
class Draft:
    """Items and variants of a feed as written.

    `columns` are item-level texts by name, the standard ones under their standard names; `ids` and `lines` belong
    to the items; the `variant_*` lists to the variants, sorted by item. `aliases` maps the feed's own column names
    to standard ones. Without `has_ids` they are made from brand and title. `currencies`, when the
    feed states them apart from the prices, belong to the variants.
    """

    columns: dict[str, list[str]]
    ids: list[str]
    lines: list[int]
    variant_items: list[int]
    variant_ids: list[str]
    variant_lines: list[int]
    prices: list[str]
    available: list[bool]
    options: dict[str, list[str]] = field(default_factory=dict)
    images: list[str] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    has_ids: bool = True
    currencies: list[str] = field(default_factory=list)


def put(columns: dict[str, list[str]], name: str, at: int, text: str) -> None:
    """One cell of columns that grow; the cells before it that nobody filled are empty."""
    column = columns.setdefault(name, [])
    column.extend([""] * (at - len(column)))
    column.append(text)


def filled(columns: dict[str, list[str]], rows: int) -> dict[str, list[str]]:
    """Columns that grew, all as long as the table."""
    return {name: texts + [""] * (rows - len(texts)) for name, texts in columns.items()}
