"""Mutations: a hundred thousand damaged quizzes and feeds; nothing but problems may come of them."""

import multiprocessing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from benchmarks.table import show
from quizbot.settings import bundled
from tests.exports import PAGE, RSS, TSV, WOO
from tests.feeding import LEGACY, NEW
from tests.mutations import mutations, read_damaged_feed, read_damaged_quiz

COUNT = 50_000
PARTS = 20
TEA = Path(__file__).parent.parent / "tests/files/shop"


def main() -> None:
    """Print how many of each kind were read, what came of them, and the slowest beside a good one."""
    coats = bundled("quizzes") / "winter-coat.yaml"
    quizzes = [(TEA / "tea.yaml").read_text("utf-8"), coats.read_text("utf-8")]
    feeds = [LEGACY, NEW, RSS, TSV, WOO, PAGE, (TEA / "teas.csv").read_text("utf-8")]
    rows = []
    with multiprocessing.get_context("spawn").Pool() as pool:
        for kind, texts in (("quiz", quizzes), ("feed", feeds)):
            unchanged = [_read(kind, [text.encode() for text in texts])[1]]
            parts = pool.map(partial(_part, kind, texts), range(PARTS), chunksize=1)
            taken = [each for part in parts for each in part[0]]
            passed = sum(part[2] for part in parts)
            slowest = max(taken)
            rows.append([kind, len(taken), passed, sum(taken) / len(taken) * 1e3, slowest * 1e3, max(unchanged) * 1e3])
    show(
        "Damaged files, read and held against their catalog: milliseconds of processor time",
        ["kind", "files", "still good", "mean", "slowest", "slowest of the undamaged"],
        rows,
        "anything but a good file or a list of problems ends the benchmark with its traceback",
    )


def _part(kind: str, texts: list[str], part: int) -> tuple[list[float], float, int]:
    return _read(kind, list(mutations(part, texts, COUNT // PARTS)))


def _read(kind: str, files: list[bytes]) -> tuple[list[float], float, int]:
    """Seconds of each file, the longest, and how many were still good."""
    taken, good = [], 0
    with TemporaryDirectory() as folder:
        read = read_damaged_quiz if kind == "quiz" else read_damaged_feed
        for data in files:
            start = process_time()
            good += read(Path(folder), data)
            taken.append(process_time() - start)
    return taken, max(taken), good


if __name__ == "__main__":
    main()
