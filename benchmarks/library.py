"""The library: loading a prepared catalog beside reading its feed, and broken reloads while visitors are answered."""

import shutil
import sys
import threading
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.shops import write_shop
from benchmarks.table import interleaved, show
from quizbot.library.load import load
from quizbot.library.shelf import Shelf
from quizbot.shop import Shop
from quizbot.web import create_app
from tests.mutations import mutations

SIZES = (1_000, 10_000, 100_000)
RELOADS = 10_000
VISITORS = 2
TEA = Path(__file__).parent.parent / "tests/files/shop"


def main() -> None:
    """Print both tables."""
    _loading()
    _reloading()


def _loading() -> None:
    rows = []
    for size in SIZES:
        with TemporaryDirectory() as place:
            folder, data = Path(place) / "shop", Path(place) / "data"
            write_shop(folder, size)
            start = perf_counter()
            Shelf(folder, data)
            first = perf_counter() - start
            prepared, read = interleaved(3 if size > 10_000 else 7, partial(Shelf, folder, data), partial(load, folder))
            rows.append([size, first, prepared, read, read / prepared])
    show(
        "Opening a shop of one quiz with 12 traits: seconds, medians",
        ["items", "the first time, keeping it", "from what is prepared", "from the feed", "ratio"],
        rows,
        "each opens the quiz, too; `prepared` also digests the feed to know that it is the same",
    )


def _reloading() -> None:
    with TemporaryDirectory() as place:
        folder = Path(shutil.copytree(TEA, Path(place) / "shop"))
        shelf = Shelf(folder, Path(place) / "data")
        shop = Shop(shelf.library)
        valid = {shelf.library.editions["tea"].version}
        stop, seen, failed = threading.Event(), dict[str, int](), list[str]()
        visitors = [threading.Thread(target=_visit, args=(shop, stop, seen, failed)) for _ in range(VISITORS)]
        for each in visitors:
            each.start()
        taken = [_reload(shelf, shop, valid, folder / name, data) for name, data in _damaged(folder)]
        stop.set()
        for each in visitors:
            each.join()
    wrong = sum(count for version, count in seen.items() if version not in valid)
    show(
        f"{RELOADS} damaged quizzes and feeds, each put in the place of a good one while {VISITORS} visitors ask",
        ["answers", "from no valid version", "failed", "median ms of a reload", "slowest ms", "still good"],
        [[sum(seen.values()), wrong, len(failed), median(taken) * 1e3, max(taken) * 1e3, len(valid) - 1]],
    )
    if wrong or failed:
        sys.exit(1)


def _damaged(folder: Path) -> list[tuple[str, bytes]]:
    quiz, feed = (folder / "tea.yaml").read_text("utf-8"), (folder / "teas.csv").read_text("utf-8")
    random = Random(0)
    quizzes, feeds = mutations(1, [quiz], RELOADS), mutations(2, [feed], RELOADS)
    return [("teas.csv", next(feeds)) if random.random() < 0.3 else ("tea.yaml", next(quizzes)) for _ in range(RELOADS)]


def _reload(shelf: Shelf, shop: Shop, valid: set[str], path: Path, data: bytes) -> float:
    """Put a file in its place, look at it twice, and serve what came of it; the seconds of the looks."""
    path.write_bytes(data)
    start = perf_counter()
    shelf.look()
    shelf.look()
    library = shelf.library
    valid.add(library.editions["tea"].version)
    shop.library = library
    return perf_counter() - start


def _visit(shop: Shop, stop: threading.Event, seen: dict[str, int], failed: list[str]) -> None:
    client = create_app(shop).test_client()
    while not stop.wait(0.002):
        answer = client.post("/api/v1/quizzes/tea/turn", json={"finish": True})
        told = answer.get_json()
        if answer.status_code != 200 or not told["results"]["items"]:
            failed.append(answer.status)
        else:
            seen[told["version"]] = seen.get(told["version"], 0) + 1


if __name__ == "__main__":
    main()
