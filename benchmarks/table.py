"""Tables for the terminal, and medians of repeated runs."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter


def data() -> Path:
    """The folder of real data, from BENCHMARK_DATA."""
    folder = Path(os.environ.get("BENCHMARK_DATA", "../shared/data"))
    if not folder.is_dir():
        raise SystemExit(f"no folder '{folder}'; set BENCHMARK_DATA to the folder of real data")
    return folder


def show(title: str, header: Sequence[str], rows: Sequence[Sequence[object]], note: str = "") -> None:
    """Print one table with its title and what must be said beside it."""
    cells = [list(header), *([f"{each:.3f}" if isinstance(each, float) else str(each) for each in row] for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(header))]
    print(f"\n{title}")
    for row in cells:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    if note:
        print(f"  {note}")


def interleaved(runs: int, *calls: Callable[[], object]) -> list[float]:
    """Median seconds of each call, taken in turn, so that a slow moment of the machine meets all of them."""
    taken: list[list[float]] = [[] for _ in calls]
    for call in calls:
        call()
    for _ in range(runs):
        for at, call in enumerate(calls):
            start = perf_counter()
            call()
            taken[at].append(perf_counter() - start)
    return [median(each) for each in taken]
