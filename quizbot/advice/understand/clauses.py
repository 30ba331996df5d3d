"""A sentence at work: its marks, what the small words of a clause said so far, and the wishes made of them."""

from dataclasses import dataclass, field

from quizbot.advice.turn import Refinement
from quizbot.advice.understand.marks import Mark
from quizbot.advice.understand.screen import Screen
from quizbot.content.edition import Edition


@dataclass(slots=True)
class Wish:
    """One refinement with the marks it came from, by their places."""

    refine: Refinement
    first: int
    last: int
    sign: int = 0  # of a relative one


@dataclass(slots=True)
class Ambiguous:
    """Marks that may mean several things, with a refinement for each."""

    readings: list[Refinement]
    first: int
    last: int


@dataclass(slots=True)
class Clause:
    """What the small words of a clause said so far, and since which mark."""

    start: int
    denied: bool = False
    averse: bool = False
    too: bool = False
    direction: int = 0
    amount: str | None = None
    must: bool = False
    weight: str | None = None
    like: bool = False
    than: bool = False
    equal: bool = False
    other: bool = False
    own: bool = False
    fond: bool = False
    forget: bool = False
    bound: str | None = None
    name: str | None = None
    item: tuple[str, int] | None = None
    made: list[Wish] = field(default_factory=list)


class Work:
    """The marks of one sentence, being composed for what is on the screen."""

    def __init__(self, edition: Edition, screen: Screen, marks: list[Mark]) -> None:
        """Begin with the first clause."""
        self.edition, self.screen, self.marks = edition, screen, marks
        self.wishes: list[Wish] = []
        self.ambiguous: list[Ambiguous] = []
        self.clause = Clause(0)

    def following(self, at: int) -> Mark | None:
        """The next mark that means something, None at the end."""
        return next((each for each in self.marks[at + 1 :] if not each.is_a("noise")), None)

    def emit(self, refine: Refinement, at: int, sign: int = 0) -> None:
        """Make a wish of what the clause said since its last one, up to a mark."""
        start = min(self.clause.start, at)
        last = self.clause.made[-1].last + 1 if self.clause.made else start
        self.clause.made.append(Wish(refine, max(last, start), at, sign))
