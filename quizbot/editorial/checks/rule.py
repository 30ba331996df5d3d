"""What a rule is, and what it may look at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from inspect import cleandoc
from typing import Generic, TypeVar

from quizbot.content.edition import Edition
from quizbot.content.problems import Finding, Loc, Severity
from quizbot.content.site import Site
from quizbot.editorial.playing import Played, play
from quizbot.editorial.simulate import MOST, Simulation, summary

SEED = 0
LEAST = 200
"""Paths that are played even in the largest catalog."""

PRODUCTS = 5_000
"""Up to this many products the full number of paths is played, beyond it fewer."""


@dataclass(frozen=True)
class Seen:
    """A quiz with its catalog and site; it is played once, and only when a rule asks for it."""

    edition: Edition
    site: Site

    @cached_property
    def played(self) -> Played:
        """The paths that were played."""
        most = MOST * PRODUCTS // max(PRODUCTS, len(self.edition.catalog))
        return play(self.edition, SEED, max(LEAST, most))

    @cached_property
    def simulation(self) -> Simulation:
        """What came of playing them."""
        return summary(self.edition, self.played, SEED)


Looked = TypeVar("Looked")
"""What a rule looks at: a quiz that is Seen, or a Site."""

Find = Callable[[Looked], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule(Generic[Looked]):
    """A rule with its id and severity. `find` finds what breaks it; its docstring says what, why and what to do."""

    id: str
    severity: Severity
    find: Find[Looked]

    def findings(self, looked: Looked) -> Iterator[Finding]:
        """What breaks the rule, under its name and severity."""
        return (each._replace(rule=self.id, severity=self.severity) for each in self.find(looked))

    @property
    def what(self) -> str:
        """The first sentence of the docstring."""
        return cleandoc(self.find.__doc__ or "").partition("\n\n")[0]

    @property
    def more(self) -> str:
        """Why it matters and what to do about it."""
        return cleandoc(self.find.__doc__ or "").partition("\n\n")[2]


def rule(name: str, severity: Severity = "warning") -> Callable[[Find[Looked]], Rule[Looked]]:
    """Make a rule of a generator of findings."""

    def made(find: Find[Looked]) -> Rule[Looked]:
        return Rule(name, severity, find)

    return made


def found(loc: Loc, text: str, remedy: str) -> Finding:
    """A finding whose rule and severity are those of the rule that finds it."""
    return Finding(loc, "", text, remedy)
