"""What a sentence can point at: the items that were shown when it was said."""

from dataclasses import dataclass

from quizbot.content.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Screen:
    """The ids of the shown items in order, with their catalog and the prices they were shown at."""

    catalog: Catalog
    items: tuple[str, ...] = ()
    prices: tuple[float | None, ...] = ()

    def at(self, place: int) -> str | None:
        """The item at a place from 1, or from the end for -1; None where there is none."""
        if place < 0:
            return self.items[place] if -place <= len(self.items) else None
        return self.items[place - 1] if 0 < place <= len(self.items) else None

    def price(self, item: str) -> float | None:
        """What an item costs, as it was shown if it was."""
        if item in self.items:
            return self.prices[self.items.index(item)]
        price = float(self.catalog.price[self.catalog.positions[item]])
        return price if price == price else None  # noqa: PLR0124 (NaN)
