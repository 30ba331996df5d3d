"""Figures behind the drawings of a page: bars that add up, and a portrait's outline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, floor, pi, sin

from quizbot.advice.turn import Contribution, ResultItem
from quizbot.content.quiz import Persona, Trait

FEWEST_AXES = 6  # with fewer, a radar says less than its list
_STEPS = 4  # a level is told as 1 to 5


@dataclass(frozen=True, slots=True)
class Bar:
    """One contribution: its sentence, its points of 100, and where its bar lies, all in 0..100."""

    text: str
    points: int
    start: float
    length: float


@dataclass(frozen=True, slots=True)
class Bars:
    """Contributions whose bars follow each other, with the points they add up to; `zero` is where they begin."""

    rows: tuple[Bar, ...]
    points: int
    zero: float


def bars(item: ResultItem) -> Bars:
    """The contributions of one result as bars: each begins where the one before ended."""
    told = [*item.reasons, *item.misses]
    exact = [each.points for each in told]
    ends = [0.0]
    for each in exact:
        ends.append(ends[-1] + each)
    low = min(ends)
    scale = 100 / max(max(ends) - low, 1e-9)
    rows = tuple(
        Bar(
            text=each.text,
            points=points,
            start=round((min(ends[at], ends[at + 1]) - low) * scale, 2),
            length=round(max(abs(each.points) * scale, 0.6), 2),
        )
        for at, (each, points) in enumerate(zip(told, whole(exact), strict=True))
    )
    return Bars(rows, sum(row.points for row in rows), round(-low * scale, 2))


def whole(parts: Sequence[float]) -> list[int]:
    """Points of 100, rounded so that they still add up to the rounded sum (largest remainders)."""
    hundredths = [round(each * 100, 6) for each in parts]
    found = [floor(each) for each in hundredths]
    lacking = floor(sum(hundredths) + 0.5) - sum(found)
    by_remainder = sorted(range(len(found)), key=lambda at: (found[at] - hundredths[at], at))
    for at in by_remainder[:lacking]:
        found[at] += 1
    return found


@dataclass(frozen=True, slots=True)
class Axis:
    """One trait of a portrait: its level in 0..1, the same as 1 to 5, and the ends of its radar axis."""

    trait: Trait
    level: float
    step: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Portrait:
    """A persona's levels as axes of a radar with center (0, 0) and radius 100; `outline` are SVG points."""

    axes: tuple[Axis, ...]
    outline: str

    @property
    def has_radar(self) -> bool:
        """Whether there are enough axes for a radar to say something."""
        return len(self.axes) >= FEWEST_AXES


def portrait(persona: Persona, traits: dict[str, Trait]) -> Portrait:
    """The levels of a persona, drawn clockwise from the top."""
    known = [(traits[name], level) for name, level in persona.levels.items() if name in traits]
    turn = 2 * pi / max(len(known), 1)
    axes = tuple(
        Axis(trait, level, 1 + round(_STEPS * level), round(100 * sin(at * turn), 1), round(-100 * cos(at * turn), 1))
        for at, (trait, level) in enumerate(known)
    )
    reach = [(0.1 + 0.9 * each.level, each) for each in axes]  # a level of 0 still shows as a corner
    return Portrait(axes, " ".join(f"{share * each.x:.1f},{share * each.y:.1f}" for share, each in reach))


@dataclass(frozen=True, slots=True)
class Side:
    """What one of two items has to say on a trait, and its points of 100 there; `text` is None when not stated."""

    text: str | None
    points: float


@dataclass(frozen=True, slots=True)
class Versus:
    """One trait, or what else counted, of two items side by side."""

    label: str
    sides: tuple[Side, Side]

    @property
    def apart(self) -> float:
        """How far the two are from each other here, in points of 1."""
        return abs(self.sides[0].points - self.sides[1].points)


def versus(pair: Sequence[ResultItem], labels: Mapping[str, str]) -> list[Versus]:
    """Two items by trait, what tells them apart first; `labels` name traits and questions."""
    sides = [_by_subject(each) for each in pair]
    subjects = dict.fromkeys([*sides[0], *sides[1]])
    rows = [
        Versus(labels.get(each, each), (sides[0].get(each, _SILENT), sides[1].get(each, _SILENT))) for each in subjects
    ]
    return sorted((each for each in rows if any(side.text for side in each.sides)), key=lambda row: -row.apart)


_SILENT = Side(None, 0.0)


def _by_subject(item: ResultItem) -> dict[str, Side]:
    """The contributions of an item by trait (else question, else source): the weightiest sentence, all points."""
    found: dict[str, list[Contribution]] = {}
    for each in (*item.reasons, *item.misses):
        found.setdefault(each.trait or each.question or each.source, []).append(each)
    return {
        subject: Side(max(told, key=lambda each: abs(each.points)).text, sum(each.points for each in told))
        for subject, told in found.items()
    }
