"""Target recovery: how far up the list the whisky stands that a noisy shopper has in mind."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.table import data, show
from quizbot.advice.preference import prefer
from quizbot.advice.ranking.rank import rank
from quizbot.content.catalog import Catalog
from quizbot.content.edition import Edition, edition
from quizbot.content.feeds import read_feed
from quizbot.content.quiz import CatalogSource, Quiz

FLAVORS = (
    *("Body", "Sweetness", "Smoky", "Medicinal", "Tobacco", "Honey"),
    *("Spicy", "Winey", "Nutty", "Malty", "Fruity", "Floral"),
)
SEEDS, SHOPPERS, ASKED, NOISE = 5, 800, 6, 0.15

Floats = NDArray[np.float64]


def main() -> None:
    """Print the mean reciprocal rank of the target beside plain and centered cosine."""
    made = _edition(read_feed(data() / "catalogs/whisky.csv", _source()).catalog)
    rows = [_seed(made, seed) for seed in range(SEEDS)]
    means = np.mean(rows, axis=0)
    table: list[list[object]] = [[seed, *map(float, row)] for seed, row in enumerate(rows)]
    table += [["mean", *map(float, means)], ["ratio to plain", *(float(each / means[1]) for each in means)]]
    show(
        f"Target recovery, whisky, {SHOPPERS} shoppers a seed: mean reciprocal rank of the target",
        ["seed", "quizbot", "plain cosine", "centered cosine"],
        table,
        f"{ASKED} random traits, level + N(0, {NOISE}) rounded to 0, .5 or 1; ties as expected reciprocal rank",
    )


def _source() -> CatalogSource:
    return CatalogSource(file="whisky.csv", columns={"title": "Distillery"})


def _edition(catalog: Catalog) -> Edition:
    """A quiz with one question of three steps for each flavor."""
    traits: dict[str, Any] = {}
    questions = []
    for flavor in FLAVORS:
        column = catalog.columns[flavor].numbers
        traits[flavor.lower()] = {
            "label": flavor,
            "from": {"column": flavor, "range": [str(column.min()), str(column.max())]},
        }
        span = {flavor.lower(): ["0", "1"]}
        questions.append(
            {
                "id": flavor.lower(),
                "ask": flavor,
                "type": "scale",
                "steps": "3",
                "low": "none",
                "high": "much",
                "prefer": span,
            }
        )
    quiz = Quiz.model_validate({"title": "Whisky", "catalog": "whisky.csv", "traits": traits, "questions": questions})
    return edition("whisky", quiz, catalog)


def _seed(made: Edition, seed: int) -> list[float]:
    random = np.random.default_rng(seed)
    levels = made.levels.level  # (12, n)
    size = levels.shape[1]
    targets = random.integers(size, size=SHOPPERS)
    preferences, vectors, asked = [], np.zeros((SHOPPERS, len(FLAVORS))), np.zeros((SHOPPERS, len(FLAVORS)), bool)
    for at, target in enumerate(targets):
        traits = random.choice(len(FLAVORS), ASKED, replace=False)
        heard = np.clip(np.round((levels[traits, target] + random.normal(0, NOISE, ASKED)) * 2) / 2, 0, 1)
        vectors[at, traits], asked[at, traits] = heard, True
        answers = {FLAVORS[trait].lower(): int(level * 2) + 1 for trait, level in zip(traits, heard, strict=True)}
        preferences.append(prefer(made, answers))
    ours = np.empty((SHOPPERS, size))
    for at, ranking in enumerate(rank(made, preferences, size)):
        ours[at, ranking.items] = ranking.score
    plain, centered = _cosine(vectors, levels.T), _cosine((vectors - 0.5) * asked, levels.T - 0.5)
    return [_reciprocal(each, targets) for each in (ours, plain, centered)]


def _cosine(shoppers: Floats, items: Floats) -> Floats:
    norms = np.linalg.norm(shoppers, axis=1)[:, None] * np.linalg.norm(items, axis=1)
    return np.asarray(np.round(shoppers @ items.T / np.where(norms == 0, 1, norms), 9))


def _reciprocal(scores: Floats, targets: NDArray[np.int64]) -> float:
    """Mean over shoppers of the expected reciprocal rank of the target, its ties in random order."""
    found = []
    for row, target in zip(scores, targets, strict=True):
        above, tied = int((row > row[target]).sum()), int((row == row[target]).sum())
        found.append(float(np.mean(1 / np.arange(above + 1, above + tied + 1))))
    return float(np.mean(found))


if __name__ == "__main__":
    main()
