"""What the paths through a quiz lead to, and what they would lead to without one of their answers."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TypeVar

from quizbot.advice.preference import Preference, Wish, prefer
from quizbot.advice.ranking.rank import Ranking, rank
from quizbot.content.answers import Answer, Answers, Picks, applicable
from quizbot.content.edition import Edition
from quizbot.editorial.paths import Path, Paths, paths

FIRST = 3
"""Leaving a question out matters when it changes this many first products."""

COMPARED = 500
"""Paths of a sample on which leaving a question out is tried, unless more are needed to be sure."""

NEAR_NOTHING = 0.05
"""A question that may change the first products less often is tried on all paths."""

_CHUNK = 2000

_Key = tuple[tuple[str, Answer], ...]
_Name = TypeVar("_Name", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Shown:
    """What one set of answers leads to."""

    items: tuple[int, ...]
    empty: bool
    tied: bool
    relaxed: frozenset[str]

    @property
    def first(self) -> int:
        """The first product, -1 when there is none."""
        return self.items[0] if self.items else -1

    def alike(self, other: "Shown", show: int) -> bool:
        """Whether both show the same, and not one by merit what the other shows by a rule for ties."""
        return self.items[:show] == other.items[:show] and self.tied == other.tied


class Played:
    """The paths that were played, and what each of them leads to, and some of them without one of their answers."""

    def __init__(self, edition: Edition, ways: Paths) -> None:
        """Play these paths, in batches and each set of answers only once."""
        self.ways = ways
        self._edition = edition
        self._limit = max(edition.quiz.results.show, FIRST)
        self._branching = frozenset(name for each in edition.quiz.questions for name in each.condition)
        self._pushed: tuple[Wish, ...] = prefer(edition, {}).wishes
        said = dict.fromkeys(each for path in ways.played for each in path.answers.items())
        self._parts = {each: prefer(edition, dict([each])).own for each in said}
        self._silent = frozenset(each for each, part in self._parts.items() if not (part.wishes or part.clauses))
        self._ranked: dict[_Key, Shown] = {}
        self._of = self._play({id(path): path.answers for path in ways.played})
        self._without: dict[tuple[int, str], Shown] = {}
        self._compared: dict[str, int] = {}
        self._compare()

    @property
    def rankings(self) -> Sequence[Answers]:
        """The different sets of answers that were ranked."""
        return [dict(each) for each in self._ranked]

    def of(self, path: Path) -> Shown:
        """What a path leads to."""
        return self._of[id(path)]

    def without(self, path: Path, name: str) -> Shown | None:
        """What a path leads to without one of its answers; None when that was not tried."""
        return self._without.get((id(path), name))

    def compared(self, name: str) -> int:
        """How many of the paths that answer a question, the first ones, were tried without its answer."""
        return self._compared[name]

    # Steps ----------------------------------------------------------------------------------------

    def _play(self, given: Mapping[_Name, Answers]) -> dict[_Name, Shown]:
        """What each set of answers leads to; what is the same is ranked once, in batches."""
        keys = {name: self._key(answers) for name, answers in given.items()}
        new = [each for each in dict.fromkeys(keys.values()) if each not in self._ranked]
        for start in range(0, len(new), _CHUNK):
            chunk = new[start : start + _CHUNK]
            rankings = rank(self._edition, list(map(self._joined, chunk)), self._limit, variants=False)
            self._ranked.update(zip(chunk, map(_shown, rankings), strict=True))
        return {name: self._ranked[key] for name, key in keys.items()}

    def _key(self, answers: Answers) -> _Key:
        """The answers that want anything; the others change no ranking."""
        said = tuple(answers.items())
        return said if self._silent.isdisjoint(said) else tuple(each for each in said if each not in self._silent)

    def _joined(self, key: _Key) -> Preference:
        """The preference of all answers, joined from those of each alone, and the shop's push."""
        parts = [self._parts[each] for each in key]
        wishes = (*(wish for part in parts for wish in part.wishes), *self._pushed)
        clauses = tuple(clause for part in parts for clause in part.clauses)
        return Preference(wishes, clauses, sum(wish.mass for wish in wishes))

    def _compare(self) -> None:
        """Leave each question out: on all paths, or on as many as tell surely that it matters and each answer does."""
        answering = {
            each.id: [path for path in self.ways.played if each.id in path.answers]
            for each in self._edition.quiz.advising
        }
        first = {name: several if self.ways.whole else several[:COMPARED] for name, several in answering.items()}
        self._leave_out(first)
        more = {name: answering[name] for name in answering if self._may_be_dead(name, first[name])}
        idle = {name: list(self._with_idle(name, several)) for name, several in answering.items() if name not in more}
        self._leave_out(more | idle)
        self._compared = {name: len(more.get(name, several)) for name, several in first.items()}

    def _leave_out(self, answering: Mapping[str, Iterable[Path]]) -> None:
        self._without |= self._play(
            {
                (id(path), name): _without(self._edition, path.answers, name, self._branching)
                for name, several in answering.items()
                for path in several
                if (id(path), name) not in self._without
            }
        )

    def _may_be_dead(self, name: str, several: Sequence[Path]) -> bool:
        """Whether the share of paths on which a question changes the first products may be next to nothing."""
        if not several:
            return False
        changed = sum(self._changes(path, name) for path in several) / len(several)
        return changed - 3 * sqrt(changed * (1 - changed) / len(several)) < NEAR_NOTHING

    def _changes(self, path: Path, name: str) -> bool:
        rest = self.without(path, name)
        return rest is not None and self.of(path).items[:FIRST] != rest.items[:FIRST]

    def _with_idle(self, name: str, several: Sequence[Path]) -> Iterator[Path]:
        """The paths with an answer, alone, that has changed nothing so far."""
        show = self._edition.quiz.results.show
        moving = {
            path.answers[name]
            for path in several
            if (rest := self.without(path, name)) is not None and not self.of(path).alike(rest, show)
        }
        for path in several:
            answer = path.answers[name]
            if answer not in moving and alone(answer) and (name, answer) not in self._silent:
                yield path


def play(edition: Edition, seed: int, most: int) -> Played:
    """Play every path of a quiz, or a sample of `most` that the seed decides."""
    return Played(edition, paths(edition, seed, most))


def alone(answer: Answer) -> str:
    """An answer in words when it is one option, step or number alone; else the empty text."""
    if isinstance(answer, Picks):
        return ""
    if isinstance(answer, tuple):
        return answer[0] if len(answer) == 1 else ""
    return answer if isinstance(answer, str) else f"{answer:g}"


def _shown(ranking: Ranking) -> Shown:
    score = ranking.score
    return Shown(
        items=tuple(ranking.items.tolist()),
        empty=ranking.passing == 0,
        tied=len(score) > 1 and bool(score[0] == score[1]),
        relaxed=frozenset(each.question for each in ranking.relaxed),
    )


def _without(edition: Edition, answers: Answers, name: str, branching: frozenset[str]) -> Answers:
    """The answers without one of them, and without those that are then not asked for."""
    rest = {each: answer for each, answer in answers.items() if each != name}
    if name not in branching:
        return rest
    asked = {each.id for each in applicable(edition.quiz, rest)}
    return {each: answer for each, answer in rest.items() if each in asked}
