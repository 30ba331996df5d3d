"""Conversation: asking or showing until somebody's artist is found, with each tag as a yes/no question of a quiz.

Multi-round conversational recommendation: turn 0 names one tag of the target; each later turn asks about
a tag or shows ten artists; 14 actions, a success at action t counts t + 1 turns, a failure 15.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray

from benchmarks.table import data, show
from quizbot.advice.belief import Beliefs
from quizbot.advice.stopping import questions_first
from quizbot.content.answers import Answer
from quizbot.content.catalog import STANDARD, Catalog, Column, Variants
from quizbot.content.edition import Edition, edition
from quizbot.content.quiz import Quiz

ACTIONS, SHOWN, PAIRS = 14, 10, 4000
SAMPLE = 500
"""Sessions of each setting when all benchmarks are run."""

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
    "every 'no' counts against the artists that have the tag, which the published systems do not use; "
    "prior: listeners in the training pairs and one of the artist's tags named at random"
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class World:
    """Artists as a quiz: `tags` of each, `listeners` (n,) in the training pairs, and the quiz's edition."""

    edition: Edition
    tags: list[list[int]]
    listeners: Floats


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
    rows = []
    for folder in folders:
        world = read_world(folder)
        pairs = read_pairs(asked.pairs or folder / "review_dict_valid.json")[:sessions]
        for noise in (0.0, 0.1) if asked.noise is None else (asked.noise,):
            found = play(world, pairs, noise)
            anchors = " | ".join(SETS.get(folder.name, ("", ""))) if not noise else NOISY.get(folder.name, "")
            rows.append([folder.name, len(world.edition.questions), noise, *_measured(found), anchors])
    show(
        f"Ask or show, {sessions} pairs a line, {SHOWN} shown at a time",
        ["set", "tags", "noise", "SR@15", "AT", "hDCG", "CPU ms a turn", "anchors, SR@15 / AT"],
        rows,
        NOTE,
    )


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
    listeners = np.zeros(size)
    for artists in json.loads((folder / "review_dict_train.json").read_text("utf-8")).values():
        listeners[artists] += 1
    return World(_edition(folder.name, tags), tags, listeners)


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


def read_pairs(path: Path) -> list[int]:
    """The artists of the pairs in a review file: flattened in its order, shuffled as published, 4,000 of them."""
    artists = [each for of_one in json.loads(path.read_text("utf-8")).values() for each in of_one]
    order = np.random.RandomState(1).permutation(len(artists))  # the published shuffle
    return [artists[at] for at in order[:PAIRS]]


# The sessions ---------------------------------------------------------------------------------------


def play(world: World, targets: Sequence[int], noise: float) -> list[Outcome]:
    """One session for each target, in order, with a random tag of it as turn 0; that share of answers is flipped."""
    thought = Beliefs(world.edition, max(noise, LEAST_ERROR))
    random = np.random.default_rng(0)
    wanted = (world.listeners + 1) ** POPULARITY / np.maximum([len(each) for each in world.tags], 1)
    return [_session(world, thought, wanted, target, noise, random) for target in targets]


def _session(  # noqa: PLR0913, PLR0917 (a session is all of these)
    world: World, thought: Beliefs, wanted: Floats, target: int, noise: float, random: np.random.Generator
) -> Outcome:
    has = world.tags[target]
    if not has:
        return Outcome(ACTIONS + 1, 0, 0.0)
    named = has[random.integers(len(has))]
    family = world.edition.levels.families["tags"]
    left_in = np.zeros(len(world.tags), dtype=np.bool_)
    left_in[family.having([f"t{named}"])] = True
    answers: dict[str, Answer] = {}
    open_ones = np.delete(np.arange(len(thought.places)), named)
    started, spent = process_time(), 0.0
    for turn in range(ACTIONS):
        started = process_time()
        belief = thought.posterior(answers, wanted, left_in)
        gains = thought.gains(belief, open_ones)
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
            answers[f"t{tag}"] = "yes" if (tag in has) != (random.random() < noise) else "no"
            open_ones = np.delete(open_ones, best)
    return Outcome(ACTIONS + 1, 0, spent / ACTIONS)


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
