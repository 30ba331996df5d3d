"""History: what a model finds beside its peers, what a turn with history costs, and how long learning takes."""

import json
from collections.abc import Sequence
from importlib import import_module
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from typing import Any

import numpy as np
from scipy.sparse import coo_array, csr_array

from benchmarks import blending
from benchmarks.speed import synthetic
from benchmarks.spread import spread
from benchmarks.table import data, interleaved, show
from quizbot.advice.advise import advise
from quizbot.advice.learning.learn import learn
from quizbot.advice.learning.lesson import Taught
from quizbot.advice.learning.together import NEIGHBORS, chosen, ease, gains, matrix, neighbors, split
from quizbot.advice.ranking.rank import forget
from quizbot.advice.turn import Past, Turn
from quizbot.content.edition import Edition

TOP = 10


def main() -> None:
    """Print all tables."""
    movies()
    artists()
    blending.main()
    turns()
    million()


# MovieLens ----------------------------------------------------------------------------------------


def movies() -> None:
    """ML-100k in its published split; every constant is chosen inside train."""
    folder = data() / "history" / "ml-100k"
    train = [line.split()[:2] for line in (folder / "train.tsv").read_text().splitlines()]
    test = {each[0]: each[1:] for each in map(str.split, (folder / "test.tsv").read_text().splitlines())}
    users = {each: at for at, each in enumerate(sorted({user for user, _ in train} | set(test)))}
    items = {
        each: at for at, each in enumerate(sorted({item for _, item in train} | {i for t in test.values() for i in t}))
    }
    shape = (len(users), len(items))
    known = _matrix([(users[user], items[item]) for user, item in train], shape)
    wanted = _matrix([(users[user], items[item]) for user, found in test.items() for item in found], shape)
    started = process_time()
    ridge = chosen(known)
    taken = process_time() - started
    popular = np.tile(known.sum(axis=0), (len(users), 1))
    cosine = known @ _cosine(known)
    rows = [
        ["popularity", *_accuracy(popular, known, wanted), *_spread(popular, known)],
        ["ItemKNN, cosine", *_accuracy(cosine, known, wanted), *_spread(cosine, known)],
    ]
    whole = known @ ease(known, ridge)
    rows.append([f"EASE, ridge {ridge:g}", *_accuracy(whole, known, wanted), *_spread(whole, known)])
    served = (known @ matrix(neighbors(known, ridge))).toarray()  # what is served
    rows.append(["as it is served", *_accuracy(served, known, wanted), *_spread(served, known)])
    show(
        "ML-100k, published split",
        ["model", "P@10", "R@10", "nDCG@10", "coverage@10", "Gini@10"],
        rows,
        f"published EASE .3739/.2430/.2905; the ridge was chosen in {taken:.0f} s of processor time on hidden train "
        "pairs; nDCG is normalized by all of a user's test items; served are the 400 strongest neighbors",
    )


def _matrix(pairs: list[tuple[int, int]], shape: tuple[int, int]) -> Any:
    rows, columns = zip(*pairs, strict=True)
    return csr_array(coo_array((np.ones(len(rows)), (rows, columns)), shape=shape) > 0, dtype=np.float64)


def _cosine(known: Any) -> Any:
    size = np.sqrt(np.maximum(known.sum(axis=0), 1))
    alike = (known.T @ known).toarray() / size[:, None] / size[None, :]
    np.fill_diagonal(alike, 0)
    return alike


def _best(scores: Any, known: Any) -> Any:
    scores = np.array(scores)
    scores[known.nonzero()] = -np.inf
    return np.argsort(-scores, axis=1, kind="stable")[:, :TOP]


def _accuracy(scores: Any, known: Any, wanted: Any) -> list[float]:
    """Precision, recall and nDCG at 10 over the users that have something to find."""
    hits = np.take_along_axis(wanted.toarray() > 0, _best(scores, known), axis=1)
    count = np.diff(wanted.indptr)
    hits, count = hits[count > 0], count[count > 0]
    discount = 1 / np.log2(np.arange(2, count.max() + 2))
    ideal = np.cumsum(discount)[count - 1]
    found = hits.sum(axis=1)
    return [float(np.mean(each)) for each in (found / TOP, found / count, (hits * discount[:TOP]).sum(axis=1) / ideal)]


def _spread(scores: Any, known: Any) -> list[float]:
    """The share of items that anybody is shown, and the Gini coefficient of how often each is."""
    return spread(_best(scores, known), known.shape[1])


# LastFM* ------------------------------------------------------------------------------------------


def artists() -> None:
    """The sparse model on LastFM* beside popularity, cosine and BM25, on hidden train pairs and on new artists."""
    folder = data() / "conversation" / "lastfm_star"
    parts = [json.loads((folder / f"review_dict_{name}.json").read_text()) for name in ("train", "valid")]
    shape = (1 + max(map(int, parts[0])), len(json.loads((folder / "item_dict.json").read_text())))
    train, valid = (_matrix([(int(u), int(i)) for u, found in each.items() for i in found], shape) for each in parts)
    rows = []
    kept, hidden = split(train, 0)  # a fifth of all pairs
    even = np.arange(shape[0]) % 2 == 0
    tuning = csr_array(valid.multiply(even[:, None]))
    worlds = (("hidden pairs of train", kept, hidden, None), ("validation artists, odd users", train, valid, tuning))
    for name, known, wanted, tune in worlds:
        some = np.flatnonzero((np.diff(wanted.indptr) > 0) & (~even if tune is not None else True))
        rarity = chosen(known, tune)
        models = {f"sparse model, rarity {rarity:g}": matrix(neighbors(known, rarity))}
        models |= {"popularity": None, "ItemKNN, cosine": csr_array(_cosine(known)), **_bm25(known)}
        ours = None
        for model, alike in models.items():
            scores = np.tile(known.sum(axis=0), (len(some), 1)) if alike is None else (known[some] @ alike).toarray()
            found = gains(scores, known[some], wanted[some])
            ahead = "" if ours is None else _ahead(ours - found)
            ours = found if ours is None else ours
            rows.append([name, model, float(found.mean()), ahead, *_spread(scores, known[some])])
    show(
        "LastFM*: nDCG@10 of what is hidden",
        ["hidden", "model", "nDCG@10", "sparse model ahead by, 95 %", "coverage@10", "Gini@10"],
        rows,
        f"{(train.sum(axis=0)[valid.nonzero()[1]] == 0).mean():.0%} of the validation pairs name artists that nobody "
        "has in train, so that no item-to-item model can find them; the rarity is chosen on other pairs of train or "
        "on even users; implicit as it comes",
    )


def _ahead(difference: Any) -> str:
    """A mean over people and its 95 % interval."""
    mean, error = difference.mean(), 1.96 * difference.std(ddof=1) / len(difference) ** 0.5
    return f"{mean:.3f} ({mean - error:.3f} to {mean + error:.3f})"


def _bm25(known: Any) -> dict[str, Any]:
    """The peer, where it is installed."""
    try:
        peer = import_module("implicit.nearest_neighbours")
    except ImportError:
        print("  implicit is not installed: no BM25")
        return {}
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    model = peer.BM25Recommender(K=NEIGHBORS, num_threads=1)
    model.fit(csr_matrix(known), show_progress=False)
    return {"implicit, BM25": csr_array(model.similarity)}


# Cost ---------------------------------------------------------------------------------------------


def turns() -> None:
    """A turn at 10,000 items with and without history and diversity."""
    edition = synthetic(10_000)
    varied = synthetic(10_000)
    quiz = varied.quiz.model_copy(update={"results": varied.quiz.results.model_copy(update={"diversity": 0.3})})
    object.__setattr__(varied, "quiz", quiz)
    random = np.random.default_rng(0)
    answers: Any = {f"trait-{at}": at % 5 + 1 for at in range(8)}

    def past(fresh: bool) -> list[Past]:
        ids = random.integers(10_000, size=20) if fresh else range(20)
        return [Past(item=f"item-{each}", kind="like") for each in ids]

    def turn(edition: Edition, remembered: Sequence[Past] = ()) -> object:
        forget(edition)
        return advise(edition, Turn(answers=answers), remembered)

    plain, same, fresh = interleaved(
        15,
        lambda: turn(edition),
        lambda: turn(varied, past(fresh=False)),
        lambda: turn(varied, past(fresh=True)),
    )
    show(
        "A turn with 8 answers at 10,000 items: median milliseconds",
        ["without", "20 remembered and diversity", "ratio", "20 not seen before and diversity", "ratio"],
        [[plain * 1e3, same * 1e3, same / plain, fresh * 1e3, fresh / plain]],
    )


def million() -> None:
    """Learning from 1,000,000 events over 10,000 items."""
    edition = synthetic(10_000)
    random = np.random.default_rng(0)
    people = [
        Taught([Past(item=f"item-{item}", kind="like") for item in (random.zipf(1.3, 20) * 10 + person % 10) % 10_000])
        for person in range(50_000)
    ]
    started, worked = perf_counter(), process_time()
    lessons = learn(edition, people)
    taken, work = perf_counter() - started, process_time() - worked
    show(
        "Learning from 1,000,000 events of 50,000 people over 10,000 items",
        ["seconds", "processor seconds", "largest memory, GB", "before", "after", "gain"],
        [
            [
                taken,
                work,
                getrusage(RUSAGE_SELF).ru_maxrss / 1e6,
                lessons.gain.before,
                lessons.gain.after,
                lessons.gain.mean,
            ]
        ],
        "the memory is the whole process's, events included",
    )


if __name__ == "__main__":
    main()
