"""Conversation: asking or showing until somebody's artist is found, with each tag as a yes/no question of a quiz.

Multi-round conversational recommendation: turn 0 names one tag of the target; each later turn asks about
a tag or shows ten artists; 14 actions, a success at action t counts t + 1 turns, a failure 15. Everybody is played
twice: as somebody nobody knows, and as somebody whose artists of the training pairs are remembered.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import log2
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray

from benchmarks.table import data, show
from quizbot.advice.advise import advise
from quizbot.advice.asking.belief import Beliefs
from quizbot.advice.asking.stopping import questions_first
from quizbot.advice.history import recall
from quizbot.advice.learning.learn import learn
from quizbot.advice.learning.lesson import Taught
from quizbot.advice.preference import Preference
from quizbot.advice.turn import Given, Past, Turn
from quizbot.content.answers import Answer
from quizbot.content.catalog import STANDARD, Catalog, Column, Variants
from quizbot.content.edition import Edition, edition
from quizbot.content.quiz import Quiz

ACTIONS, SHOWN, PAIRS = 14, 10, 4000
SAMPLE = 500
"""Sessions of each setting when all benchmarks are run."""

ADVISED = 30
"""Sessions whose turns are put to advise(), too, to time it."""

POPULARITY = 0.4
"""An artist listened to by n people of the training pairs is wanted in proportion to (n + 1) ** POPULARITY."""

LEAST_ERROR = 0.001
SETS = {
    "lastfm": ("SCPR .465 / 12.86, UNICORN .535 / 11.82", "entropy + Bayes .926 / 8.87"),
    "lastfm_star": ("SCPR .709 / 8.43, UNICORN .788 / 7.58, DAHCR .971 / 4.88", "entropy + Bayes .991 / 4.67"),
}
"""Published anchors, and the training-free one, SR@15 / AT on the test pairs."""

NOISY = {"lastfm": "SR .661", "lastfm_star": "SR .893"}
"""A soft likelihood with entropy, one in ten answers wrong."""

NOTE = (
    "every 'no' counts against the artists that have the tag, which the published systems do not use; where nothing is "
    "known of the person, listeners in the training pairs make the prior; where their artists there are known, as "
    "purchases, these do, and are not shown again; one of the target's tags is named at random"
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Pair = tuple[str, int]
"""A user and the artist that is looked for."""


@dataclass(frozen=True, eq=False)
class World:
    """Artists as a quiz: `tags` of each, `listeners` (n,) in the training pairs, each user's `known` artists there.

    The quiz's edition has learned from the training pairs.
    """

    edition: Edition
    tags: list[list[int]]
    listeners: Floats
    known: Mapping[str, Sequence[int]]

    def past(self, user: str) -> list[Past]:
        """What is remembered of a user."""
        return [Past(item=self.edition.catalog.ids[each], kind="purchase") for each in self.known.get(user, ())]


@dataclass(frozen=True)
class Outcome:
    """How one session ended: the turns it took, the place in the list (0: never), processor seconds a turn."""

    turns: int
    place: int
    seconds: float

    @property
    def gain(self) -> float:
        """The session's part of hDCG."""
        if not self.place:
            return 0.0
        turn = self.turns - 1
        return 1 / log2(turn + 3) + (1 / log2(turn + 2) - 1 / log2(turn + 3)) / log2(self.place + 1)


def main(arguments: Sequence[str] = ()) -> None:
    """Print SR@15, AT, hDCG and milliseconds a turn for both sets, or for the folder and noise that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of one data set, else both of BENCHMARK_DATA")
    parser.add_argument("--pairs", type=Path, help="review file, else the folder's review_dict_valid.json")
    parser.add_argument("--noise", type=float, help="share of yes/no answers that are flipped, else 0 and 0.1")
    parser.add_argument("--sessions", type=int, help=f"else {PAIRS} with --data, {SAMPLE} without")
    asked = parser.parse_args(list(arguments))
    folders = [asked.data] if asked.data else [data() / "conversation" / name for name in SETS]
    sessions = asked.sessions or (PAIRS if asked.data else SAMPLE)
    noises = (0.0, 0.1) if asked.noise is None else (asked.noise,)
    rows = [row for folder in folders for row in _rows(folder, asked.pairs, noises, sessions)]
    show(
        f"Ask or show, {sessions} pairs a line, {SHOWN} shown at a time",
        ["set", "tags", "noise", "artists", "SR@15", "AT", "hDCG", "CPU ms", "advise() ms", "anchors, SR@15 / AT"],
        rows,
        NOTE,
    )


def _rows(folder: Path, pairs: Path | None, noises: Sequence[float], sessions: int) -> Iterator[list[object]]:
    world = read_world(folder)
    chosen = read_pairs(pairs or folder / "review_dict_valid.json")[:sessions]
    for noise in noises:
        for known in (False, True):
            talk = Talk(world, noise, known=known)
            found = [talk.session(user, artist) for user, artist in chosen]
            anchors = " | ".join(SETS.get(folder.name, ("", ""))) if not noise else NOISY.get(folder.name, "")
            name = "known" if known else "unknown"
            advised = talk.advising(chosen[:ADVISED]) * 1e3
            yield [folder.name, len(world.edition.questions), noise, name, *_measured(found), advised, anchors]


def _measured(found: Sequence[Outcome]) -> list[float]:
    success = [each.place > 0 for each in found]
    figures = (success, [each.turns for each in found], [each.gain for each in found])
    return [*(float(np.mean(each)) for each in figures), float(np.mean([each.seconds for each in found])) * 1e3]


# The quiz -------------------------------------------------------------------------------------------


def read_world(folder: Path) -> World:
    """The artists of a folder and a quiz that asks about each of their tags."""
    listed = json.loads((folder / "item_dict.json").read_text("utf-8"))
    size = max(map(int, listed)) + 1
    tags = [sorted(set(listed.get(str(at), {}).get("feature_index", ()))) for at in range(size)]
    known = json.loads((folder / "review_dict_train.json").read_text("utf-8"))
    listeners = np.zeros(size)
    for artists in known.values():
        listeners[artists] += 1
    world = World(_edition(folder.name, tags), tags, listeners, known)
    taught = learn(world.edition, [Taught(world.past(each)) for each in known]).model
    return replace(world, edition=replace(world.edition, learned=taught))


def _edition(name: str, tags: Sequence[Sequence[int]]) -> Edition:
    size, count = len(tags), max(map(max, filter(None, tags))) + 1
    columns = {each: Column(each, ("",) * size) for each in STANDARD}
    columns["labels"] = Column("labels", tuple("/".join(f"t{tag}" for tag in each) for each in tags))
    ids = tuple(f"artist-{at}" for at in range(size))
    variants = Variants(np.arange(size), ids, np.full(size, np.nan), np.ones(size, dtype=np.bool_), {})
    catalog = Catalog(ids=ids, columns=columns, variants=variants, currency="", digest=name)
    trait = {"label": "Tags", "kind": "labels", "from": {"column": "labels", "split": "/", "missing": "0"}}
    questions = [
        {
            "id": f"t{tag}",
            "ask": f"Tag {tag}?",
            "options": [
                {"id": "yes", "text": "Yes", "prefer": {"tags": f"t{tag}"}},
                {"id": "no", "text": "No", "avoid": {"tags": f"t{tag}"}},
            ],
        }
        for tag in range(count)
    ]
    raw = {"title": name, "catalog": "artists.csv", "order": "adaptive", "traits": {"tags": trait}}
    quiz = Quiz.model_validate({**raw, "questions": questions}, context={"label_traits": {"tags"}})
    return edition(name, quiz, catalog)


def read_pairs(path: Path) -> list[Pair]:
    """The pairs of a review file: flattened in its order, shuffled as published, 4,000 of them."""
    pairs = [(user, each) for user, artists in json.loads(path.read_text("utf-8")).items() for each in artists]
    order = np.random.RandomState(1).permutation(len(pairs))  # the published shuffle
    return [pairs[at] for at in order[:PAIRS]]


# The sessions ---------------------------------------------------------------------------------------


class Talk:
    """Sessions with people of whom the artists of the training pairs are known, or nothing."""

    def __init__(self, world: World, noise: float, *, known: bool) -> None:
        """Begin; a share of the answers is flipped."""
        self.world, self.noise, self.known = world, noise, known
        self.thought = Beliefs(world.edition, max(noise, LEAST_ERROR))
        self.random = np.random.default_rng(0)
        self.named = 1 / np.maximum([len(each) for each in world.tags], 1)
        self.prior = cache(self._prior)

    def _prior(self, user: str) -> Floats:
        """How often each artist is wanted by a user and shown by one of its tags."""
        history = recall(self.world.edition, self.world.past(user) if self.known else [])
        mass = sum(each.mass for each in history.wishes)
        wanted = self.thought.wanted(Preference(history.wishes, (), mass, history.hidden))
        prior: Floats = self.named * ((self.world.listeners + 1) ** POPULARITY if wanted is None else wanted)
        return prior

    def session(self, user: str, target: int) -> Outcome:
        """One session: questions and lists until the target is shown, or the actions are over."""
        has = self.world.tags[target]
        if not has:
            return Outcome(ACTIONS + 1, 0, 0.0)
        named = has[self.random.integers(len(has))]
        left_in = np.zeros(len(self.world.tags), dtype=np.bool_)
        left_in[self.world.edition.levels.families["tags"].having([f"t{named}"])] = True
        answers: dict[str, Answer] = {}
        open_ones = np.delete(np.arange(len(self.thought.places)), named)
        prior, spent = self.prior(user), 0.0
        for turn in range(ACTIONS):
            started = process_time()
            belief = self.thought.posterior(answers, prior, left_in)
            gains = self.thought.gains(belief, open_ones)
            best = int(np.argmax(gains)) if len(gains) else -1
            bits = float(gains[best]) if len(gains) else 0.0
            shows = not bits or not questions_first(belief, bits, ACTIONS - turn, SHOWN)
            spent += process_time() - started
            if shows:
                shown = np.argsort(-belief, kind="stable")[:SHOWN]
                if target in shown:
                    place = int(np.flatnonzero(shown == target)[0]) + 1
                    return Outcome(turn + 1, place, spent / (turn + 1))
                left_in[shown] = False
            else:
                tag = int(open_ones[best])
                answers[f"t{tag}"] = "yes" if (tag in has) != (self.random.random() < self.noise) else "no"
                open_ones = np.delete(open_ones, best)
        return Outcome(ACTIONS + 1, 0, spent / ACTIONS)

    def advising(self, pairs: Sequence[Pair]) -> float:
        """Processor seconds of advise() a turn, while it asks each of some people ten questions."""
        edition, spent = self.world.edition, []
        for user, target in pairs:
            past, answers, asked = self.world.past(user) if self.known else [], dict[str, Given](), None
            for _ in range(10):
                turn = Turn(version=edition.version, answers=answers, history=past)
                started = process_time()
                asked = advise(edition, turn).question
                spent.append(process_time() - started)
                if asked is None:
                    break
                answers[asked.id] = "yes" if int(asked.id[1:]) in self.world.tags[target] else "no"
        return float(np.median(spent))


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
