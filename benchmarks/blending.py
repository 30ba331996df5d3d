"""The blend beside answers alone, history alone and fixed halves, and what learning from shown lists adds, on LastFM*.

A person's artists of train are history, cut to n at random; the answers are the three tags that are most frequent among
those of one artist of validation, each wished for; sought are all the person's artists of validation. All constants are
chosen on artists of train alone, which are hidden for it. Everything is ranked by the functions that serve.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from benchmarks.conversation import read_world
from benchmarks.spread import spread
from benchmarks.table import data, show
from quizbot.advice.history import recall
from quizbot.advice.learning.feedback import examined, heed
from quizbot.advice.learning.learn import FEWEST, learn
from quizbot.advice.learning.lesson import Listed, Taught
from quizbot.advice.preference import Preference, prefer
from quizbot.advice.ranking.rank import rank
from quizbot.advice.ranking.space import space
from quizbot.advice.turn import Past
from quizbot.content.catalog import Floats
from quizbot.content.edition import Edition

SIZES = (0, 1, 2, 5, 10, 20)
PEOPLE = 1_000
TOP = 10
DRAWS = 2_000


@dataclass(frozen=True, eq=False)
class Shopper:
    """Somebody with artists in `known` order, three tags as answers, and the artists that are sought."""

    answers: dict[str, str]
    known: Sequence[int]
    sought: frozenset[int]


def main() -> None:
    """Print both tables."""
    folder = data() / "conversation" / "lastfm_star"
    world = read_world(folder)
    plain = world.edition.without_learned
    train, valid = (pairs(folder / f"review_dict_{name}.json") for name in ("train", "valid"))
    frequency = np.bincount(np.concatenate([np.array(each, dtype=np.int64) for each in world.tags]))
    random = np.random.default_rng(0)
    inside = [shopper(*halved(train[each], random), world.tags, frequency, random) for each in sorted(train)]
    started = process_time()
    lessons = learn(plain, [taught(plain, each) for each in inside])
    taken = process_time() - started
    edition = replace(plain, learned=lessons.model)
    everybody = random.permutation(sorted(set(train) & set(valid)))[:PEOPLE]
    shoppers = [shopper(train[each], valid[each], world.tags, frequency, random) for each in everybody]
    blended(edition, shoppers, taken)
    heeded(plain, inside, shoppers)


def pairs(path: Path) -> dict[int, list[int]]:
    """The artists of each person."""
    return {int(person): sorted(set(found)) for person, found in json.loads(path.read_text("utf-8")).items()}


def halved(artists: Sequence[int], random: Any) -> tuple[Sequence[int], Sequence[int]]:
    """Artists of train that are known when somebody answers, and a fifth that they find out about afterwards."""
    shuffled = random.permutation(artists).tolist()
    later = max(1, len(shuffled) // 5)
    return shuffled[later:], shuffled[:later]


def shopper(
    known: Sequence[int], sought: Sequence[int], tags: Sequence[Sequence[int]], frequency: Any, random: Any
) -> Shopper:
    """Somebody who answers with the three most frequent tags of one artist that is sought."""
    target = tags[int(random.choice(sought))]
    wished = sorted(target, key=lambda each: (-frequency[each], each))[:3]
    return Shopper({f"t{each}": "yes" for each in wished}, random.permutation(known).tolist(), frozenset(sought))


def taught(edition: Edition, who: Shopper) -> Taught:
    """What somebody teaches by their artists and an answered quiz."""
    ids = edition.catalog.ids
    events = [
        Past(item=ids[each], kind="like", days=days) for days, of in ((2, who.known), (0, who.sought)) for each in of
    ]
    return Taught(events, [Listed(edition.id, who.answers, ids[:1], 1)])


# The blend ------------------------------------------------------------------------------------------


def preferences(edition: Edition, who: Shopper, size: int) -> dict[str, Preference]:
    """What somebody wants with so many artists remembered: by answers, by history, by the blend and by fixed halves.

    What is remembered is never shown again, whichever it is.
    """
    said = prefer(edition, who.answers)
    past = recall(edition, [Past(item=edition.catalog.ids[each], kind="purchase") for each in who.known[:size]])
    half = said.total / (sum(each.mass for each in past.wishes) or 1.0)
    level = [replace(each, mass=each.mass * half, amplitude=each.amplitude * half) for each in past.wishes]
    parts = {"answers": said.wishes, "history": past.wishes, "blend": (*said.wishes, *past.wishes)}
    parts["halves"] = (*said.wishes, *level)
    return {
        name: Preference(tuple(wishes), (), sum(each.mass for each in wishes), past.hidden)
        for name, wishes in parts.items()
    }


def blended(edition: Edition, shoppers: Sequence[Shopper], taken: float) -> None:
    """The table of the blend."""
    rows = []
    totals: dict[str, list[Floats]] = {}
    for size in SIZES:
        asked = [preferences(edition, each, size) for each in shoppers]
        found = {name: _gains(edition, [each[name] for each in asked], shoppers) for name in asked[0]}
        found["spread halves"] = _spread_halves(edition, asked, shoppers)
        better = max(("answers", "history"), key=lambda name: found[name].mean())
        for name, gains in found.items():
            totals.setdefault(name, []).append(gains)
        rows.append(
            [
                size,
                *(float(found[name].mean()) for name in ("answers", "history", "blend", "halves", "spread halves")),
                *(_interval(found["blend"] - found[name]) for name in (better, "halves", "spread halves")),
            ]
        )
    mean = {name: np.mean(each, axis=0) for name, each in totals.items()}
    names = ("answers", "history", "blend", "halves", "spread halves")
    differences = (_interval(mean["blend"] - mean[name]) for name in ("answers", "halves", "spread halves"))
    rows.append(["all", *(float(mean[name].mean()) for name in names), *differences])
    learned = edition.learned
    assert learned is not None
    show(
        f"LastFM*: nDCG@10 of {len(shoppers)} people's artists of validation, with n artists of train remembered",
        ["n", *names, "blend - better", "blend - halves", "blend - spread halves"],
        rows,
        f"95 % by a paired bootstrap over people; halves: both scores in [-1, 1], half of each; spread halves: each "
        f"divided by its standard deviation over the catalog first; learned inside train in {taken:.0f} s: share of "
        f"people's doings {learned.share:g}, a like weighs {learned.trust or 0.5:g}",
    )


def _gains(edition: Edition, wanted: Sequence[Preference], shoppers: Sequence[Shopper]) -> Floats:
    rankings = rank(edition, wanted, TOP, plain=True, variants=False)
    return np.array([_gain(each.items.tolist(), who) for each, who in zip(rankings, shoppers, strict=True)])


def _gain(shown: Sequence[int], who: Shopper) -> float:
    """The nDCG at 10 of a list."""
    discount = 1 / np.log2(np.arange(2, TOP + 2))
    hits = np.array([each in who.sought for each in shown], dtype=np.float64)
    return float(hits @ discount[: len(hits)] / discount[: min(TOP, len(who.sought))].sum())


def _spread_halves(edition: Edition, asked: Sequence[dict[str, Preference]], shoppers: Sequence[Shopper]) -> Floats:
    """The gains of fixed halves of scores that were brought to the same spread."""
    found = []
    places = np.arange(len(edition.catalog))
    for each, who in zip(asked, shoppers, strict=True):
        said, past = space(edition).screen([each["answers"], each["history"]]).astype(np.float64)
        score = said / (said.std() or 1.0) + past / (past.std() or 1.0)
        score[sorted(each["blend"].hidden)] = -np.inf
        best = np.argpartition(-score, 2 * TOP)[: 2 * TOP]
        found.append(_gain(best[np.lexsort((places[best], -score[best]))][:TOP].tolist(), who))
    return np.array(found)


def _interval(differences: Floats) -> str:
    """A mean and its 95 % interval, drawing people again."""
    draws = np.random.default_rng(0).integers(len(differences), size=(DRAWS, len(differences)))
    low, high = np.percentile(differences[draws].mean(axis=1), [2.5, 97.5])
    return f"{differences.mean():+.4f} ({low:+.4f} to {high:+.4f})"


# Feedback -------------------------------------------------------------------------------------------


def heeded(plain: Edition, inside: Sequence[Shopper], shoppers: Sequence[Shopper]) -> None:
    """What learning from lists adds for others, and what it does to the spread of what is shown."""
    random = np.random.default_rng(1)
    lists = [_listed(plain, each, random) for each in inside]
    found = heed(plain, lists, FEWEST)
    rows = []
    for name, model in (("without prior", None), ("with prior", found.learned)):
        taught_so = replace(plain, learned=model)
        wanted = [prefer(taught_so, each.answers) for each in shoppers]
        shown = [each.items for each in rank(taught_so, wanted, TOP, plain=True, variants=False)]
        gains = [_gain(each.tolist(), who) for each, who in zip(shown, shoppers, strict=True)]
        rows.append([name, float(np.mean(gains)), *spread(np.concatenate(shown), len(plain.catalog))])
    steps = "; ".join(f"{s.part} {s.before:.3f} to {s.after:.3f} ({s.low:+.3f} to {s.high:+.3f})" for s in found.steps)
    show(
        f"LastFM*: answers alone, with what {found.people} people chose of the lists they were shown",
        ["ranking", "nDCG@10", "coverage@10", "Gini@10"],
        rows,
        f"an artist of theirs is chosen when it is looked at, by chance of its place; judged while learning: {steps}; "
        f"{found.effective:.0f} effective people; {found.why}",
    )


def _listed(edition: Edition, who: Shopper, random: Any) -> Taught:
    """The list somebody is shown for their answers, and which of their artists they see there."""
    items = rank(edition, [prefer(edition, who.answers)], TOP, plain=True, variants=False)[0].items.tolist()
    looked = random.random(len(items)) < examined(np.arange(1, len(items) + 1))
    ids = edition.catalog.ids
    chosen = [each for each, seen in zip(items, looked, strict=True) if seen and each in who.sought]
    return Taught(
        [Past(item=ids[each], kind="like") for each in chosen],
        [Listed(edition.id, who.answers, [ids[each] for each in items])],
    )


if __name__ == "__main__":
    main()
