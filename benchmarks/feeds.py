"""Feeds: reading a shop's whole export beside what csv.DictReader alone needs for it, with the memory it takes."""

import csv
import multiprocessing
import resource
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.table import interleaved, show
from quizbot.content.feeds import read_feed
from quizbot.content.quiz import CatalogSource

ROWS = 100_000
RUNS = 5
SIZES = ("S", "M", "L", "XL")
HEADER = (
    *("Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Option1 Name", "Option1 Value"),
    *("Option2 Name", "Option2 Value", "Variant SKU", "Variant Grams", "Variant Inventory Tracker"),
    *("Variant Inventory Qty", "Variant Inventory Policy", "Variant Price", "Image Src", "Image Position"),
    *("Gift Card", "Status", "Fill weight (product.metafields.custom.fill_weight)"),
)


def main() -> None:
    """Print rows per second and the peak memory of a process that reads the feed once."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "products.csv"
        write_products(path)
        ours, alone = partial(read, path), partial(read_rows, path)
        # Memory first: on Linux a new process starts with the peak of the one that made it.
        peaks = [peak(each) for each in (ours, alone)]
        taken = interleaved(RUNS, ours, alone)
        rows = [
            [name, ROWS / seconds, seconds, memory]
            for name, seconds, memory in zip(("read_feed", "csv.DictReader alone"), taken, peaks, strict=True)
        ]
        megabytes = path.stat().st_size / 1e6
    show(
        f"Reading a Shopify export of {ROWS} rows, {megabytes:.0f} MB",
        ["reader", "rows per second", "median seconds", "peak MB of its process"],
        rows,
        "read_feed also groups the variants, reads prices, reduces HTML to text and checks ids and addresses",
    )


def write_products(path: Path, rows: int = ROWS) -> None:
    """A feed as Shopify exports it: products of four sizes, the first row of each describes it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(_row(at) for at in range(rows))


def _row(at: int) -> list[object]:
    product, size = divmod(at, len(SIZES))
    body = f"<p>Coat number {product} &amp; its lining.</p><ul><li>Warm to -{product % 30} °C</li><li>Wool</li></ul>"
    described = (
        [f"Coat {product}", body, f"Brand {product % 90}", "Coat", f"warm, line {product % 12}", "true", "Size"]
        if size == 0
        else [""] * 7
    )
    price = f"{40 + at % 300}.{at % 100:02}"
    stock = [f"SKU-{at}", 500 + at % 900, "shopify", at % 7, "deny", price]
    picture = [f"https://cdn.example/{product}-{size}.jpg", size + 1]
    last = ["false", "active", f'{{"value":{at % 250}.0,"unit":"g"}}'] if size == 0 else [""] * 3
    return [f"coat-{product}", *described, SIZES[size], "Color" if size == 0 else "", "Navy", *stock, *picture, *last]


def read(path: Path) -> int:
    """The number of variants in the feed."""
    return len(read_feed(path, CatalogSource(file=path.name)).catalog.variants.ids)


def read_rows(path: Path) -> int:
    """The number of rows, each a dictionary that is kept."""
    with path.open(encoding="utf-8", newline="") as file:
        return len(list(csv.DictReader(file)))


def peak(call: partial[int]) -> float:
    """Peak megabytes of a fresh process that makes one call, the interpreter and its imports included."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_peak, (call,))


def _peak(call: partial[int]) -> float:
    call()
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


if __name__ == "__main__":
    main()
