"""Scale: the first ten of a million items after eight answers beside FAISS; what wishes, turns and a start cost.

Everything runs in a process of its own with one thread; kernels that the surroundings force on numpy are left out.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import cycle
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import numpy as np

from benchmarks.table import show
from quizbot.advice.advise import advise
from quizbot.advice.hearing.refining import refined
from quizbot.advice.history import recall
from quizbot.advice.preference import Preference, prefer
from quizbot.advice.ranking.rank import rank
from quizbot.advice.ranking.shortlist import prepare, use
from quizbot.advice.turn import Past, Refinement, Turn
from quizbot.content.catalog import STANDARD, Catalog, Column, Floats, Variants
from quizbot.content.edition import Edition, edition
from quizbot.content.families import family
from quizbot.content.levels import Levels
from quizbot.content.quiz import Quiz
from quizbot.content.scales import stated
from quizbot.library.arrays import Texts, packed
from quizbot.library.shelf import Shelf

ITEMS, TRAITS, QUESTIONS, OPTIONS, ANSWERED, TOP = 1_000_000, 12, 9, 4, 8, 10
SHOPPERS, CHECKED, ROUNDS, IN_A_ROW = 64, 12, 12, 12
FORCED = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
ALONE = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")}


def main() -> None:
    """Print all tables, each from a process of its own."""
    usual = {name: value for name, value in os.environ.items() if name not in FORCED}
    if len(usual) < len(os.environ):
        print(f"  left out: {', '.join(name for name in FORCED if name in os.environ)}")
    for part in PARTS:
        subprocess.run([sys.executable, "-m", "benchmarks.scale", part], env=usual | ALONE, check=True)


# The first ten ------------------------------------------------------------------------------------


def first() -> None:
    """Print the ten first beside FAISS and numpy, on both distributions, with and without a filter."""
    try:
        faiss = import_module("faiss")
    except ImportError:
        print("  faiss-cpu is not installed: no peer")
        return
    faiss.omp_set_num_threads(1)
    rows: list[list[object]] = []
    for kind in ("uniform", "clustered"):
        made = million(kind)
        matrix = _waves(made.levels.level)
        index = faiss.IndexFlatIP(2 * TRAITS)
        index.add(matrix)
        for most in (None, 200.0):
            shoppers = [prefer(made, each) for each in answers(most)]
            allowed = np.ones(ITEMS, bool) if most is None else made.catalog.price <= most
            selector = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
            search = None if most is None else faiss.SearchParameters(sel=selector)
            queries = np.stack([_query(each) for each in shoppers])
            alike = [_same(made, each, allowed) for each in shoppers[:CHECKED]]
            ours, theirs = cycle(shoppers), cycle(range(SHOPPERS))

            def ranked(made: Edition = made, ours: Any = ours) -> object:
                return rank(made, [next(ours)], TOP, variants=False)

            def searched(index: Any = index, queries: Any = queries, search: Any = search, at: Any = theirs) -> object:
                one = next(at)
                return index.search(queries[one : one + 1], TOP, params=search)

            mine, peer = _interleaved(ranked, searched)
            rows.append(
                [
                    kind,
                    "price" if most else "none",
                    mine * 1e3,
                    peer * 1e3,
                    peer / mine,
                    f"{sum(alike)} of {len(alike)}",
                ]
            )
    show(
        f"The first {TOP} of {ITEMS:,} items x {2 * TRAITS} coordinates after {ANSWERED} answers, 1 thread: median ms",
        ["levels", "filter", "rank, with points", "FAISS IndexFlatIP", "ratio", "the same ids"],
        rows,
        f"processor time, nothing taken from what was ranked before; "
        f"{SHOPPERS} shoppers in turn; FAISS filters by IDSelectorBitmap; the ids are compared with "
        "sorting all scores, in double precision and rounded to 1e-9, with ties by stock, levels known and id",
    )


def _interleaved(*calls: Callable[[], object]) -> list[float]:
    """Median seconds of processor time of each call: others may be at work on this machine.

    They take turns, so that a slow moment meets all of them, some calls each, for nobody serves two kinds of index.
    """
    taken: list[list[float]] = [[] for _ in calls]
    for _ in range(ROUNDS):
        for each, call in zip(taken, calls, strict=True):
            for _ in range(IN_A_ROW):
                start = process_time()
                call()
                each.append(process_time() - start)
    return [median(each) for each in taken]


def _same(made: Edition, wanted: Preference, allowed: Any) -> bool:
    """Whether the first are those that sorting all scores finds."""
    scores, silent = np.zeros(ITEMS), np.zeros(ITEMS, dtype=np.int64)
    for wish in wanted.wishes:
        level = made.levels.level[made.levels.names.index(wish.trait)]
        fits = np.cos(np.pi * np.minimum(np.abs(level - wish.low), 1)) * wish.amplitude / wanted.total
        silent += np.isnan(fits)
        scores += np.nan_to_num(fits)
    scores = np.where(allowed, np.round(scores, 9), -np.inf)
    near = np.flatnonzero(scores >= np.partition(scores, -TOP)[-TOP])
    ids = np.array([made.catalog.ids[each] for each in near])
    best = near[np.lexsort((ids, silent[near], ~made.catalog.available[near], -scores[near]))][:TOP]
    return np.array_equal(rank(made, [wanted], TOP)[0].items, best)


def _waves(level: Floats) -> Any:
    angle = np.pi * level
    return np.ascontiguousarray(np.nan_to_num(np.concatenate([np.cos(angle), np.sin(angle)])).T.astype(np.float32))


def _query(wanted: Preference) -> Any:
    query = np.zeros(2 * TRAITS, dtype=np.float32)
    for wish in wanted.wishes:
        at = int(wish.trait.removeprefix("trait-"))
        query[[at, at + TRAITS]] += wish.amplitude * np.array([np.cos(np.pi * wish.low), np.sin(np.pi * wish.low)])
    return query / np.linalg.norm(query)


# What a wish costs --------------------------------------------------------------------------------


def wishes() -> None:
    """Print what a wish that is no option's costs the ranking the first time and then."""
    made = million("clustered")
    base = {name: each for name, each in answers(None)[0].items() if name != "question-0"}
    plain = prefer(made, base)
    rank(made, [plain], TOP)
    random = np.random.default_rng(3)
    levels = iter(np.round(random.random(1000), 4).tolist())

    def refine(**said: Any) -> Callable[[], Preference]:
        return lambda: refined(
            made, plain, [Refinement.model_validate({k: v() if callable(v) else v for k, v in said.items()})]
        )

    def item() -> str:
        return f"item-{random.integers(ITEMS)}"

    kinds: dict[str, Callable[[], Preference]] = {
        "another option": lambda: prefer(made, base | {"question-0": f"option-{random.integers(OPTIONS)}"}),
        "a refined level": refine(trait="trait-3", level=lambda: next(levels)),
        "a comparison": refine(trait="trait-3", direction="more", level=lambda: next(levels)),
        "any of two labels": refine(prefer={"color": ["red", "blue"]}),
        "a number": lambda: prefer(made, base | {"number": next(levels)}),
        "a share of several": lambda: prefer(
            made, base | {"many": tuple(f"option-{at}" for at in random.choice(OPTIONS, 3, replace=False))}
        ),
        "a liked product": refine(like=item),
        "20 remembered products": lambda: _remembering(made, plain, [item() for _ in range(20)]),
        "a hidden product": refine(hide=item),
        "a price nobody asked for yet": refine(column="price", max=lambda: 100 + 100 * next(levels)),
        "an exclusion that few state": refine(exclude={"brand": ["Good"]}),
        "a price that nothing meets": refine(column="price", max=lambda: 1 + next(levels)),
    }
    rows: list[list[object]] = []
    for name, said in kinds.items():
        fresh, again = list[float](), list[float]()
        for _ in range(11):
            wanted = said()
            for taken in (fresh, again):
                start = process_time()
                rank(made, [wanted], TOP, variants=False)
                taken.append(process_time() - start)
        rows.append([name, median(fresh) * 1e3, median(again) * 1e3])
    show(
        f"The first {TOP} of {ITEMS:,} items after {ANSWERED - 1} answers and one more wish: median processor ms",
        ["wish", "not heard before", "again"],
        rows,
        "the options of a quiz have their columns prepared; what else is wished for is measured and kept a while",
    )


def _remembering(made: Edition, wanted: Preference, items: Sequence[str]) -> Preference:
    history = recall(made, [Past(item=each, kind="like") for each in items])
    both = (*wanted.wishes, *history.wishes)
    return Preference(both, wanted.clauses, sum(each.mass for each in both), history.hidden)


# Turns --------------------------------------------------------------------------------------------


def turns() -> None:
    """Print what a whole turn costs at a million items, and its first one."""
    made = million("clustered")
    said = [Turn(answers=each) for each in answers(200.0)]
    start = process_time()
    advise(made, said[0])
    opening = process_time() - start
    rows: list[list[object]] = [["the very first, which finds out what all share", opening * 1e3]]
    kinds: dict[str, Callable[[Turn], Turn]] = {
        f"{ANSWERED} answers and a price": lambda each: each,
        "the same answers as somebody before": lambda each: each,
        "the same, finished": lambda each: each.model_copy(update={"finish": True}),
        "one answer": lambda each: Turn(answers=dict(list(each.answers.items())[:1])),
        "the page's product": lambda each: each.model_copy(update={"product": "item-77"}),
        "nothing meets the price": lambda each: each.model_copy(update={"answers": {**each.answers, "budget": 11}}),
    }
    for name, kind in kinds.items():
        taken = []
        for each in said[1:8]:
            turn = kind(each)
            start = process_time()
            advise(made, turn)
            taken.append(process_time() - start)
        rows.append([name, median(taken) * 1e3])
    show(
        f"A turn at {ITEMS:,} items with its words, chips and next question: median processor ms",
        ["turn", "ms"],
        rows,
    )


# Memory -------------------------------------------------------------------------------------------


def memory() -> None:
    """Print what stands in memory for the ranking beside the matrix in single precision."""
    made = million("clustered", prepared=False)
    columns = prepare(made)
    assert columns is not None
    use(made, columns)
    catalog = made.catalog
    parts = {
        f"columns of {len(columns.bytes)} options": columns.bytes.nbytes,
        "levels": made.levels.level.nbytes,
        "stock and order for ties": catalog.available.nbytes + catalog.order.nbytes,
    }
    for each in answers(None):
        rank(made, [prefer(made, each)], TOP)
    before = _resident()
    for each in answers(None):
        rank(made, [prefer(made, each)], TOP)
    matrix = 4 * 2 * TRAITS * ITEMS
    rows = [[name, size / 1e6, size / matrix] for name, size in {**parts, "together": sum(parts.values())}.items()]
    rows.append([f"grown by {SHOPPERS} more rankings", (_resident() - before) / 1e6, (_resident() - before) / matrix])
    show(f"Memory for ranking {ITEMS:,} items", ["what", "MB", f"of the float32 matrix, {matrix / 1e6:.0f} MB"], rows)


def _resident() -> float:
    return getrusage(RUSAGE_SELF).ru_maxrss * 1024.0


# A start ------------------------------------------------------------------------------------------


def start() -> None:
    """Print what it takes to open a shop of a million items, in seconds on the clock, with and without its feed."""
    rows: list[list[object]] = []
    with TemporaryDirectory() as place:
        folder = Path(place) / "shop"
        _write(folder)
        for name in ("from the feed, keeping it", "from what is prepared", "from what is prepared, and one turn"):
            told = subprocess.run(
                [sys.executable, "-m", "benchmarks.scale", "opened", place, "turn" if "turn" in name else ""],
                capture_output=True,
                text=True,
                check=True,
            )
            seconds, largest, private = map(float, told.stdout.split())
            rows.append([name, seconds, largest, private])
        kept = sum(each.stat().st_size for each in (Path(place) / "data").rglob("*") if each.is_file()) / 1e6
    show(
        f"Opening a shop of {ITEMS:,} items, {TRAITS} traits, {QUESTIONS * OPTIONS} options",
        ["how", "seconds", "largest memory, MB", "private memory, MB"],
        rows,
        f"{kept:.0f} MB are kept on disk, mapped into memory and shared by the workers of a machine",
    )


def opened(place: str, turn: str) -> None:
    """Open a shop; print seconds and megabytes."""
    began = perf_counter()
    made = Shelf(Path(place) / "shop", Path(place) / "data").library.editions["scale"]
    if turn:
        advise(made, Turn(answers=answers(200.0)[0]))
    taken = perf_counter() - began
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(taken, _resident() / 1e6, float(status["RssAnon"].split()[0]) / 1e3)


def _write(folder: Path) -> None:
    folder.mkdir()
    levels, price, stock = _world("clustered")
    with (folder / "items.csv").open("w") as file:
        file.write("id,title,price,available,brand,color," + ",".join(f"column-{at}" for at in range(TRAITS)) + "\n")
        for at, row in enumerate(levels.T.tolist()):
            said = price[at], "yes" if stock[at] else "no", f"B{at % 500}", COLORS[at % 4], *row
            file.write(f"item-{at},Item {at},{','.join(map(str, said))}\n")
    raw = _quiz().model_dump(mode="json", by_alias=True, exclude_unset=True)
    (folder / "scale.yaml").write_text(json.dumps(raw), "utf-8")


# The world ----------------------------------------------------------------------------------------

COLORS = ("red", "blue", "green", "")


def million(kind: str, *, prepared: bool = True) -> Edition:
    """A million items, no two alike: levels `uniform` or `clustered`, a price, a brand that one in five states."""
    level, price, stock = _world(kind)
    titles, nothing = (Texts(*packed(each)) for each in ([f"item-{at}" for at in range(ITEMS)], [""] * ITEMS))
    columns = {name: Column(name, titles if name == "title" else nothing) for name in STANDARD}
    columns["brand"] = Column("brand", Texts(*packed([f"B{at % 500}" if at % 5 == 0 else "" for at in range(ITEMS)])))
    columns["color"] = Column("color", Texts(*packed([COLORS[at % 4] for at in range(ITEMS)])))
    for at in range(TRAITS):
        columns[f"column-{at}"] = Column(f"column-{at}", nothing)
    catalog = Catalog(tuple(titles), columns, Variants(np.arange(ITEMS), titles, price, stock), "EUR", kind)
    quiz = _quiz()
    families = {"color": family(quiz.traits["color"].source, catalog)}
    names = tuple(f"trait-{at}" for at in range(TRAITS))
    levels = Levels(names, level, families, dict.fromkeys(names, stated((0, 1))))
    made = edition(kind, quiz, catalog, levels=levels)
    columns_of = prepare(made) if prepared else None
    if columns_of:
        use(made, columns_of)
    return made


def _world(kind: str) -> tuple[Floats, Floats, Any]:
    random = np.random.default_rng(0)
    if kind == "uniform":
        level = random.random((TRAITS, ITEMS))
    else:
        middle = random.random((TRAITS, 500))[:, random.integers(500, size=ITEMS)]
        level = np.clip(middle + random.normal(0, 0.05, (TRAITS, ITEMS)), 0, 1)
    return np.round(level, 6), np.round(20 + 400 * random.random(ITEMS), 2), random.random(ITEMS) < 0.95


def _quiz() -> Quiz:
    random = np.random.default_rng(1)

    def offered() -> list[dict[str, Any]]:
        made = []
        for at in range(OPTIONS):
            wished = random.choice(TRAITS, 2, replace=False)
            prefers = {f"trait-{trait}": str(round(float(random.random()), 2)) for trait in wished}
            made.append({"id": f"option-{at}", "text": f"Option {at}", "prefer": prefers})
        return made

    questions: list[dict[str, Any]] = [
        {"id": f"question-{at}", "ask": f"Question {at}?", "options": offered()} for at in range(QUESTIONS)
    ]
    many = [{**each} for each in offered()]
    questions += [
        {"id": "many", "ask": "Which?", "type": "multiple", "options": many},
        {
            "id": "number",
            "ask": "How much?",
            "type": "number",
            "min": "0",
            "max": "1",
            "step": "0.0001",
            "prefer": {"trait-5": "answer"},
        },
        {
            "id": "budget",
            "ask": "How dear?",
            "type": "number",
            "min": "1",
            "max": "500",
            "require": {"price": {"max": "answer"}},
        },
    ]
    traits: dict[str, Any] = {
        f"trait-{at}": {"label": f"Trait {at}", "from": {"column": f"column-{at}", "range": ["0", "1"]}}
        for at in range(TRAITS)
    }
    traits["color"] = {"label": "Color", "kind": "labels", "from": {"column": "color"}}
    raw = {"title": "Scale", "catalog": "items.csv", "traits": traits, "questions": questions}
    return Quiz.model_validate(raw, context={"label_traits": {"color"}})


def answers(most: float | None) -> list[dict[str, Any]]:
    """What some shoppers say: eight options each, and what they would pay at most."""
    random = np.random.default_rng(2)
    budget = {} if most is None else {"budget": most}
    return [
        {
            f"question-{at}": f"option-{random.integers(OPTIONS)}"
            for at in random.choice(QUESTIONS, ANSWERED, replace=False)
        }
        | budget
        for _ in range(SHOPPERS)
    ]


PARTS = {each.__name__: each for each in (first, wishes, turns, memory, start)}

if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    elif sys.argv[1] == "opened":
        opened(*sys.argv[2:])
    else:
        PARTS[sys.argv[1]]()
