"""What is wrong with single rows of a feed, by line, and the refusal of a whole one."""

from collections.abc import Iterable
from pathlib import Path

from quizbot.content.problems import Problem, Refused

MOST = 1000
"""Rows listed one by one; more are counted."""


def refusal(path: Path, rule: str, text: str, remedy: str = "", line: int = 0) -> Refused:
    """The refusal of a feed as a whole, for one reason."""
    return Refused([Problem(str(path), line, 1 if line else 0, rule, text, remedy)])


class Findings:
    """Warnings about the rows of one file, gathered while it is read."""

    def __init__(self, path: Path) -> None:
        """Gather for one file."""
        self.path = path
        self.count = 0
        self._listed: list[Problem] = []

    def row(self, line: int, rule: str, text: str, remedy: str = "the row is left out") -> None:
        """One row that is left out, or a part of it."""
        self.count += 1
        if len(self._listed) < MOST:
            self._listed.append(Problem(str(self.path), line, 1, rule, text, remedy, "warning"))

    def rows(self, lines: Iterable[int], rule: str, text: str, remedy: str = "the row is left out") -> None:
        """Several rows with the same fault."""
        for line in lines:
            self.row(line, rule, text, remedy)

    def all(self) -> list[Problem]:
        """Everything found, by line, and how much was not listed."""
        more = self.count - len(self._listed)
        rest = [Problem(str(self.path), 0, 0, "more-rows", f"{more} more rows have problems", "", "warning")]
        return sorted(self._listed) + (rest if more else [])
