"""Talking back: taps until a camera is found, and what a turn with words costs."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.speed import synthetic
from benchmarks.table import data, interleaved, show
from quizbot.advice.advise import advise, results
from quizbot.advice.asking.ask import next_step
from quizbot.advice.hearing.chips import chips
from quizbot.advice.hearing.listening import listen, wanted
from quizbot.advice.telling.would_change import with_changes
from quizbot.advice.turn import Refinement, RefinementChip, Turn
from quizbot.content.answers import Answer
from quizbot.content.edition import Edition
from quizbot.content.texts import speech
from quizbot.library.load import load

QUIZZES = Path(__file__).parent / "quizzes"
SHOPPERS, SHOWN, MOST_TAPS = 300, 6, 30
SAYINGS = ("under 200", "more column 3, and not more than 150 please")


def main() -> None:
    """Print the tables."""
    _critiquing()
    _words()
    _parts()


# Critiquing ---------------------------------------------------------------------------------------


def _critiquing() -> None:
    folder = data() / "catalogs"
    cameras = load(QUIZZES, folder / "cameras.csv", only=[QUIZZES / "cameras.yaml"]).editions["cameras"]
    random = np.random.default_rng(5)
    pairs = [tuple(map(int, random.choice(len(cameras.catalog), 2, replace=False))) for _ in range(SHOPPERS)]
    rows = []
    for name, play in (("quizbot's chips", _tapping), ("unit critiques, hard filters", _filtering)):
        taps = [play(cameras, start, target) for start, target in pairs]
        found = [each for each in taps if each is not None]
        quarters = np.percentile([MOST_TAPS if each is None else each for each in taps], [50, 75, 95])
        rows.append([name, *map(float, quarters), sum(each is None for each in taps), len(found)])
    show(
        f"Critiquing, {len(cameras.catalog)} cameras, {SHOPPERS} shoppers with a target, among {SHOWN} shown: taps",
        ["", "median", "75 %", "95 %", "never reached", "reached"],
        rows,
        "both start at a random camera; a tap is the chip whose direction is true of the target, the largest gap first",
    )


def _tapping(cameras: Edition, start: int, target: int) -> int | None:
    """Taps on offered chips until the target is shown; None when it is not within MOST_TAPS."""
    ids = cameras.catalog.ids
    refine: list[Refinement] = [Refinement(like=ids[start])]
    for taps in range(MOST_TAPS + 1):
        advice = advise(cameras, Turn(version=cameras.version, refine=refine, finish=True, limit=SHOWN))
        shown = [each.id for each in advice.results.items] if advice.results else []
        if ids[target] in shown:
            return taps
        chip = _towards(cameras, advice.refinements, cameras.catalog.positions[shown[0]], target)
        if chip is None or len(refine) + len(chip.refine) > 50:
            return None
        refine += chip.refine
    return None


def _towards(cameras: Edition, chips: Sequence[RefinementChip], first: int, target: int) -> RefinementChip | None:
    """The chip all of whose directions lead towards the target, and the furthest; else "not this"."""
    best: tuple[float, RefinementChip] | None = None
    for chip in chips:
        gaps = [_gap(cameras, each, first, target) for each in chip.refine]
        if all(each > 0 for each in gaps) and (best is None or sum(gaps) > best[0]):
            best = sum(gaps), chip
    if best is not None:
        return best[1]
    return next((each for each in chips if each.refine[0].dislike), None)


def _gap(cameras: Edition, refine: Refinement, first: int, target: int) -> float:
    """How far a refinement's direction leads from the first towards the target; 0 or less when it leads away."""
    if refine.trait is not None and refine.direction is not None:
        row = cameras.levels.level[cameras.levels.names.index(refine.trait)]
        gap = float(row[target] - row[first]) * (1 if refine.direction == "more" else -1)
        return float(np.nan_to_num(gap))
    if refine.column == "price" and refine.max is not None:
        row = cameras.levels.level[cameras.levels.names.index("price")]
        fits = cameras.catalog.price[target] <= refine.max
        return max(float(row[first] - row[target]), 0.01) if fits else 0.0
    return 0.0


def _filtering(cameras: Edition, start: int, target: int) -> int | None:
    """Taps on unit critiques as hard filters; what is left is shown by likeness to the last example."""
    levels = cameras.levels.level
    left = np.ones(len(cameras.catalog), dtype=np.bool_)
    example = start
    for taps in range(MOST_TAPS + 1):
        distance = np.nansum(np.abs(levels - levels[:, [example]]), axis=0)
        distance[~left] = np.inf
        distance[example] = np.inf if taps else distance[example]
        shown = np.argsort(distance, kind="stable")[:SHOWN]
        if target in shown and np.isfinite(distance[target]):
            return taps
        example = int(shown[0])
        gaps = levels[:, target] - levels[:, example]
        if not np.isfinite(distance[example]) or not np.nan_to_num(np.abs(gaps)).any():
            return None
        trait = int(np.nanargmax(np.abs(gaps)))
        left &= (levels[trait] - levels[trait, example]) * np.sign(gaps[trait]) > 0
        if not left[target]:
            return None
    return None


# Words --------------------------------------------------------------------------------------------


def _words() -> None:
    rows = []
    for size in (1_000, 10_000):
        made = synthetic(size)
        answers: dict[str, Any] = {f"trait-{at}": at % 5 + 1 for at in range(6)}
        plain = Turn(version=made.version, answers=answers, finish=True)
        for say in SAYINGS:
            said = plain.model_copy(update={"say": say})
            without, within = interleaved(25, *_calls(made, plain, said))
            rows.append([size, f'"{say}"', without * 1e3, within * 1e3, within / without])
    show(
        "A turn in words: median milliseconds of advise()",
        ["items", "words", "without", "with", "ratio"],
        rows,
        "both turns have the same answers and show results with chips",
    )


def _calls(made: Edition, plain: Turn, said: Turn) -> tuple[Callable[[], object], Callable[[], object]]:
    return lambda: advise(made, plain), lambda: advise(made, said)


def _parts() -> None:
    """What each part of a turn in words costs, one after the other as in advise()."""
    rows = []
    for size in (1_000, 10_000):
        made = synthetic(size)
        answers: dict[str, Answer] = {f"trait-{at}": at % 5 + 1 for at in range(6)}
        given: dict[str, Any] = dict(answers)
        turn = Turn(version=made.version, answers=given, finish=True, say=SAYINGS[1])
        heard = listen(made, turn, answers, ())
        preference, shown = heard.refining.preference, results(made, heard.refining.preference, turn, "en")
        calls: list[Callable[[], object]] = [
            partial(advise, made, turn),
            partial(listen, made, turn, answers, ()),
            partial(next_step, made, answers, frozenset(), preference),
            partial(results, made, preference, turn, "en"),
            partial(chips, made, heard.refining, shown.items, speech("en")),
            partial(with_changes, made, shown, partial(wanted, made, refinements=heard.refinements), answers, "en"),
        ]
        rows.append([size, *(each * 1e3 for each in interleaved(15, *calls))])
    show(
        "The parts of a turn in words: median milliseconds",
        ["items", "all", "listening", "question and stop", "results", "chips", "what would change"],
        rows,
    )


if __name__ == "__main__":
    main()
