"""What the answers so far say about the product that is looked for, and what another answer would add.

The posterior is Bayes' rule over items. How likely an answer is for somebody who looks for an item follows from the
score that the answer alone gives the item, the same that ranks it; people err, so no answer is impossible.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from weakref import WeakKeyDictionary, ref

import numpy as np

from quizbot.advice.asking.ways import ways
from quizbot.advice.preference import Preference, Wish, prefer
from quizbot.advice.ranking.requirements import requirements
from quizbot.advice.ranking.space import space
from quizbot.content.answers import Answer, Answers, Picks, contains
from quizbot.content.catalog import Bools, Floats, Ints
from quizbot.content.edition import Edition
from quizbot.content.quiz import Option, Question, Single

CONSIDERED = 8192
"""Items that beliefs are about; of a larger catalog evenly spread ones stand for all."""

ERROR = 0.1
"""How often people are taken to give another answer than the one that fits what they look for."""

SHARPNESS = 16.0
"""How surely people choose the answer that fits best: the odds of two answers are exp(SHARPNESS * gap of scores)."""

KINDRED = 2.0
"""With a long history, an item half as like what is remembered is wanted 2**KINDRED times more rarely."""

STRANGE = 0.02
"""What is not like anything that is remembered is wanted as if it were this much like the most like item."""

ENOUGH = 2.0
"""The mass of remembered events at which half of what they say is believed."""

SAMPLES = 128
"""Shoppers that are imagined to foresee what they answer."""

_CACHED = 256
_NEVER = 1e-300
BARRED = 1e6
"""What breaking a demand loses: more than any sum of masses."""


@dataclass(frozen=True, eq=False)
class Prospect:
    """The W answers that stand for all of a question, for each of m items of n.

    `chance` (W, m) is how likely each is for somebody who looks for the item and answers; a column adds up to 1.
    `total` (m,) is the logarithm of what the chances were divided by; `wishes` are those of all answers, `owners` the
    answers they belong to; `passing` (n,) the items that meet the demands of those answers that have any; `draws`
    (2, SAMPLES) what decides the answers of imagined shoppers, who may skip what is not `required`.
    """

    answers: tuple[Answer, ...]
    chance: Floats
    total: Floats
    wishes: tuple[Wish, ...]
    owners: Ints
    passing: Mapping[int, Bools]
    draws: Floats
    required: bool

    @cached_property
    def doubt(self) -> Floats:
        """Entropy of the chances in bits, shape (m,)."""
        doubt: Floats = -(self.chance * np.log2(self.chance)).sum(axis=0)
        return doubt

    @cached_property
    def bounds(self) -> Floats:
        """Chances of each answer and those before it, shape (W, m)."""
        return np.cumsum(self.chance, axis=0)

    @cached_property
    def skipped(self) -> Floats:
        """How likely it is that nothing fits, shape (m,)."""
        skipped: Floats = 1 / (1 + np.exp(self.total))
        return skipped

    @cached_property
    def masses(self) -> Floats:
        """The sum of the masses of each answer's wishes; last 0, for no answer. Shape (W + 1,)."""
        weights = np.array([each.mass for each in self.wishes])
        return np.bincount(self.owners, weights, len(self.answers) + 1).astype(np.float64)

    def opening(self, listed: tuple[str, ...]) -> Bools:
        """Which answers open another question that hangs on the `listed`; last False, for no answer. Shape (W + 1,)."""
        return np.array([*(any(contains(each, one) for one in listed) for each in self.answers), False])

    def answered(self, shoppers: Ints) -> Ints:
        """What SAMPLES shoppers who look for these of the m items answer, as places among the W answers; -1 skips."""
        if not self.answers:
            return np.full(len(shoppers), -1)
        draw, skip = self.draws
        chosen: Ints = (draw > self.bounds[:-1, shoppers]).sum(axis=0)
        if not self.required:
            chosen[skip < self.skipped[shoppers]] = -1
        return chosen


class Beliefs:
    """Beliefs about the items of one edition, with one rate of error (0 to below 0.5) in what people answer."""

    def __init__(self, edition: Edition, error: float = ERROR) -> None:
        """Consider this edition."""
        self._held, self._error = ref(edition), error
        size = len(edition.catalog)
        self.items: Ints = np.arange(0, size, max(1, -(-size // CONSIDERED)))
        self._names = tuple(edition.questions)
        self.places = {name: at for at, name in enumerate(self._names)}
        self.advising: Ints = np.array([self.places[each.id] for each in edition.quiz.advising], dtype=np.int64)
        self.prospect = lru_cache(maxsize=max(_CACHED, len(self._names)))(self._prospect)
        self.evidence = lru_cache(maxsize=_CACHED)(self._evidence)

    @property
    def _edition(self) -> Edition:
        """Held weakly, so that beliefs go with the edition they are kept for."""
        edition = self._held()
        assert edition is not None
        return edition

    def wanted(self, preference: Preference) -> Floats | None:
        """How often items (m,) are wanted by somebody who has the preference's history, up to a factor; None without.

        What is hidden is not wanted at all. The more is remembered, the more its likeness says.
        """
        wishes = tuple(each for each in preference.wishes if each.source == "history")
        mass = sum(each.mass for each in wishes)
        if not mass:
            return None
        alike = space(self._edition).screen([Preference(wishes, (), mass)])[0][self.items].astype(np.float64)
        open_ones = ~np.isin(self.items, sorted(preference.hidden))
        most = alike[open_ones].max(initial=0.0)
        near = np.round(np.maximum(alike, 0.0) / most, 6) if most > 0 else np.ones(len(alike))
        wanted: Floats = (near + STRANGE) ** (KINDRED * mass / (mass + ENOUGH))
        return wanted * open_ones if open_ones.any() else wanted

    def posterior(self, answers: Answers, prior: Floats | None = None, passing: Bools | None = None) -> Floats:
        """The probability (m,) that an item is what is looked for, given answers that apply.

        `prior` (m,) is how often items are wanted, up to a factor; `passing` (m,) which may be shown at all, and
        counts unless there is none.
        """
        logs = np.zeros(len(self.items)) if prior is None else np.log(np.maximum(prior, _NEVER))
        for name, answer in answers.items():
            logs = logs + self.evidence(name, answer)
        if passing is not None and passing.any():
            logs = np.where(passing, logs, -np.inf)
        weights: Floats = np.exp(logs - logs.max(initial=-700.0))
        return weights / (weights.sum() or 1.0)

    def gains(self, belief: Floats, places: Ints) -> Floats:
        """Bits that the answer to each of k questions is expected to tell about the item looked for, shape (k,).

        The expected fall of the posterior's entropy (Lindley, On a measure of the information provided by an
        experiment, 1956). Questions whether an item has one label are a product of the posterior with a sparse table.
        """
        every = np.zeros(len(self.places))
        if self._labels is not None and not self._is_dense[places].all():
            every[self._labels.places] = self._labels.gains(belief, self._error)
        found = every[places]
        for at in np.flatnonzero(self._is_dense[places]):
            prospect = self.prospect(self._names[places[at]])
            if len(prospect.answers) > 1:
                marginal = prospect.chance @ belief
                found[at] = -(marginal @ np.log2(marginal)) - prospect.doubt @ belief
        return np.asarray(np.round(np.maximum(found, 0.0), 9))

    def adding(self, prospects: Sequence[Prospect], items: Ints) -> Iterator[Floats]:
        """What each of W answers to each question adds to the scores of k items, times all masses, (W + 1, k).

        The last row is for no answer; what breaks a demand loses more than any answers add.
        """
        wishes = tuple(wish for each in prospects for wish in each.wishes)
        points = space(self._edition).measure(Preference(wishes, (), 1.0), items)[0] if wishes else np.zeros((0, 0))
        start = 0
        for each in prospects:
            added = np.zeros((len(each.answers) + 1, len(items)))
            if each.wishes:
                np.add.at(added, each.owners, points[start : start + len(each.wishes)])
            for at, passing in each.passing.items():
                added[at, ~passing[items]] -= BARRED
            start += len(each.wishes)
            yield added

    # How likely an answer is ------------------------------------------------------------------------

    def _prospect(self, name: str, shelf: tuple[int, ...] = ()) -> Prospect:
        question = self._edition.questions[name]
        answers = ways(self._edition, question, shelf)
        preferences = [prefer(self._edition, {name: each}).own for each in answers]
        scores = SHARPNESS * self._scores(preferences)
        total = np.logaddexp.reduce(scores, axis=0)
        return Prospect(
            answers=answers,
            chance=self._erring(np.exp(scores - total), len(answers)),
            total=total,
            wishes=tuple(wish for each in preferences for wish in each.wishes),
            owners=np.repeat(np.arange(len(answers)), [len(each.wishes) for each in preferences]),
            passing={at: self._passing(each) for at, each in enumerate(preferences) if each.clauses},
            draws=np.random.default_rng(self.places[name]).random((2, SAMPLES)),
            required=question.required,
        )

    def _scores(self, preferences: Sequence[Preference]) -> Floats:
        """The score of each item by each preference alone, -1 where it breaks a demand; shape (W, m)."""
        scores = space(self._edition).screen(preferences, self.items).astype(np.float64)
        for row, preference in zip(scores, preferences, strict=True):
            if preference.clauses:
                row[~self._passing(preference)[self.items]] = -1.0
        return scores

    def _passing(self, preference: Preference) -> Bools:
        """Items that meet all demands, shape (n,)."""
        found = requirements(self._edition).passing(preference.clauses)
        return np.ones(len(self._edition.catalog), dtype=np.bool_) if found is None else found

    def _erring(self, chance: Floats, count: int) -> Floats:
        """The chances when now and then one of the `count - 1` other answers is given."""
        if count < 2:  # noqa: PLR2004 (nothing to confuse it with)
            return np.ones_like(chance)
        erring: Floats = (1 - self._error) * chance + self._error * (1 - chance) / (count - 1)
        return np.maximum(erring, 1e-12)

    def _evidence(self, name: str, answer: Answer) -> Floats:
        """The logarithm of how likely an answer is for each item, shape (m,)."""
        if self._labels is not None and name in self._labels.rows:
            return self._labels.evidence(name, answer, self._error)
        positions = self._edition.catalog.positions
        shelf = tuple(positions[each] for each in answer.shown) if isinstance(answer, Picks) else ()
        prospect = self.prospect(name, shelf) if shelf else self.prospect(name)
        if not prospect.answers:
            return np.zeros(len(self.items))
        scores = SHARPNESS * self._scores([prefer(self._edition, {name: answer}).own])[0]
        chance = np.minimum(np.exp(scores - prospect.total), 1.0)
        return np.log(self._erring(chance, len(prospect.answers)))

    # Questions about one label ----------------------------------------------------------------------

    @cached_property
    def _labels(self) -> "_Labels | None":
        return _labels(self._edition, self.items)

    @cached_property
    def _is_dense(self) -> Bools:
        dense = np.ones(len(self.places), dtype=np.bool_)
        if self._labels is not None:
            dense[self._labels.places] = False
        return dense


@dataclass(frozen=True, eq=False, slots=True)
class _Labels:
    """The L questions that ask whether an item has one label, yes or no; sparse.

    `places` (L,) of the questions in the quiz; `items` (k,) positions of the items that have the label, question after
    question, bounded by `ends` (L + 1,); `known` (families, m) whether an item states its labels, `family` (L,).
    """

    rows: Mapping[str, int]
    yes: tuple[str, ...]
    places: Ints
    items: Ints
    ends: Ints
    known: Bools
    family: Ints

    def gains(self, belief: Floats, error: float) -> Floats:
        """Expected information of each question in bits, shape (L,)."""
        sums = np.concatenate([[0.0], np.cumsum(belief[self.items])])
        having = sums[self.ends[1:]] - sums[self.ends[:-1]]
        known = (self.known @ belief)[self.family]
        marginal = 0.5 + (0.5 - error) * (2 * having - known)
        gains: Floats = _entropy(marginal) - known * float(_entropy(np.array(error))) - (1 - known)
        return gains

    def evidence(self, name: str, answer: Answer, error: float) -> Floats:
        """Logarithms of how likely an answer is for each item, shape (m,)."""
        at = self.rows[name]
        having = np.zeros(self.known.shape[1], dtype=np.bool_)
        having[self.items[self.ends[at] : self.ends[at + 1]]] = True
        fits = having == (answer == self.yes[at])
        likely = np.where(fits, 1 - error, max(error, 1e-12))
        return np.log(np.where(self.known[self.family[at]], likely, 0.5))


def _entropy(chance: Floats) -> Floats:
    """Bits of a yes or no with this chance."""
    chance = np.clip(chance, 1e-12, 1 - 1e-12)
    bits: Floats = -(chance * np.log2(chance) + (1 - chance) * np.log2(1 - chance))
    return bits


def _labels(edition: Edition, considered: Ints) -> _Labels | None:
    """The questions of an edition about one label each, None when there is none."""
    found = [(at, *asked) for at, each in enumerate(edition.quiz.questions) if (asked := _one_label(each))]
    if not found:
        return None
    families = list(dict.fromkeys(trait for _, trait, _, _ in found))
    places = np.full(len(edition.catalog), -1)
    places[considered] = np.arange(len(considered))
    having = [places[edition.levels.families[trait].having([label])] for _, trait, label, _ in found]
    having = [each[each >= 0] for each in having]
    return _Labels(
        rows={edition.quiz.questions[at].id: row for row, (at, _, _, _) in enumerate(found)},
        yes=tuple(yes for _, _, _, yes in found),
        places=np.array([at for at, _, _, _ in found]),
        items=np.concatenate(having),
        ends=np.concatenate([[0], np.cumsum([len(each) for each in having])]),
        known=np.array([edition.levels.families[trait].known[considered] for trait in families]),
        family=np.array([families.index(trait) for _, trait, _, _ in found]),
    )


def _one_label(question: Question) -> tuple[str, str, str] | None:
    """Trait, label and the option for yes, when a question is about having one label or not, and nothing else."""
    if not isinstance(question, Single) or len(question.offered) != 2:  # noqa: PLR2004 (yes and no)
        return None
    for yes, no in (question.offered, question.offered[::-1]):
        wanted, avoided = _lone(yes, "prefer"), _lone(no, "avoid")
        if wanted is not None and wanted == avoided:
            return *wanted, yes.id
    return None


def _lone(option: Option, kind: str) -> tuple[str, str] | None:
    """Trait and label of an option that does nothing but prefer, or avoid, one label."""
    effects = {name: getattr(option, name) for name in ("prefer", "avoid", "require", "exclude")}
    if any(effect for name, effect in effects.items() if name != kind) or len(effects[kind]) != 1:
        return None
    ((trait, wanted),) = effects[kind].items()
    return (trait, wanted.labels[0].casefold()) if wanted.labels and len(wanted.labels) == 1 else None


_made: WeakKeyDictionary[Edition, Beliefs] = WeakKeyDictionary()


def beliefs(edition: Edition) -> Beliefs:
    """The beliefs about an edition, made once."""
    found = _made.get(edition)
    if found is None:
        found = _made[edition] = Beliefs(edition)
    return found
