"""What is wrong with single rows of a feed, by line or item, and the refusal of a whole one."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from quizbot.content.problems import Problem, Refused

MOST = 1000
"""Rows listed one by one; more are counted."""


def refusal(path: Path, rule: str, text: str, remedy: str = "", line: int = 0) -> Refused:
    """The refusal of a feed as a whole, for one reason."""
    return Refused([Problem(str(path), line, 1 if line else 0, rule, text, remedy)])


class Findings:
    """Warnings about the rows of one file, gathered while it is read.

    A row is known by its line; in files whose products are no lines, by the number of the item.
    """

    def __init__(self, path: Path) -> None:
        """Gather for one file."""
        self.path = path
        self.count = 0
        self._listed: list[tuple[int, Problem, str]] = []
        self._places: Sequence[int] | None = None

    def number_items(self, places: Sequence[int]) -> None:
        """From here on rows are items, counted from 1; `places` are the lines they stand at, 0 for unknown."""
        self._places = places

    def name(self, row: int) -> str:
        """How a row is called in a sentence."""
        return f"line {row}" if self._places is None else f"item {row}"

    def row(self, row: int, rule: str, text: str, remedy: str = "the row is left out") -> None:
        """One row that is left out, or a part of it."""
        self.count += 1
        if len(self._listed) >= MOST:
            return
        line, named = row, f"line {row}: {text}"
        if self._places is not None:
            line = self._places[row - 1] if 0 < row <= len(self._places) else 0
            text = named = f"{self.name(row)}: {text}"
            remedy = remedy.replace("the row", "the item")
        problem = Problem(str(self.path), line, 1 if line else 0, rule, text, remedy, "warning")
        self._listed.append((row, problem, named))

    def feed(self, rule: str, text: str, remedy: str) -> None:
        """Something about the feed as a whole that costs no row."""
        self.count += 1
        self._listed.append((0, Problem(str(self.path), 0, 0, rule, text, remedy, "warning"), text))

    def rows(self, rows: Iterable[int], rule: str, text: str, remedy: str = "the row is left out") -> None:
        """Several rows with the same fault."""
        for row in rows:
            self.row(row, rule, text, remedy)

    def first(self) -> str | None:
        """The first row that was left out and why, None when none was."""
        return min(self._listed)[2] if self._listed else None

    def all(self) -> list[Problem]:
        """Everything found, in the order of the rows, and how much was not listed."""
        more = self.count - len(self._listed)
        rest = [Problem(str(self.path), 0, 0, "more-rows", f"{more} more rows have problems", "", "warning")]
        return [each for _, each, _ in sorted(self._listed)] + (rest if more else [])
