"""Running: what an overload leaves of the peak, and whether restarts lose a request."""

import asyncio
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.shops import Server, serving, turn, write_shop
from benchmarks.table import show

ITEMS = 10_000
SECONDS, PATIENCE = 8.0, 1.0
TIMES = (1, 2, 5, 10)
RESTARTS = 20


def main() -> None:
    """Print both tables."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        write_shop(folder / "shop", ITEMS)
        _overload(folder)
        _restarts(folder)


def _overload(folder: Path) -> None:
    rows: list[list[object]] = []
    with serving(folder) as server:
        asyncio.run(_one_after_the_other(server.port, 2.0))
        peak = asyncio.run(_one_after_the_other(server.port, SECONDS))
        rows.append(["8 visitors, each after its answer", f"{peak:.0f}", f"{peak:.0f}", 1.0, "-", _megabytes(server)])
        for times in TIMES:
            told = asyncio.run(_at_a_rate(server.port, peak * times))
            good = told.pop("200", 0) / SECONDS
            rest = ", ".join(f"{count} {word}" for word, count in sorted(told.items())) or "-"
            rows.append([f"{times} x", f"{peak * times:.0f}", f"{good:.0f}", good / peak, rest, _megabytes(server)])
    show(
        f"Overload: turns a second over {ITEMS} items, 1 worker, a new connection each, {PATIENCE:g} s of patience",
        ["load", "asked", "answered in time", "ratio", "others", "MB"],
        rows,
        "503 is told at once with Retry-After; `late` are visitors who left; the load is made on the same machine",
    )


def _megabytes(server: Server) -> str:
    return f"{server.memory():.0f}"


async def _one_after_the_other(port: int, seconds: float, visitors: int = 8) -> float:
    """Answers a second to visitors who wait for each."""
    start = perf_counter()

    async def visit() -> int:
        good = 0
        while perf_counter() - start < seconds:
            good += await _ask(port) == "200"
        return good

    return sum(await asyncio.gather(*(visit() for _ in range(visitors)))) / (perf_counter() - start)


async def _at_a_rate(port: int, rate: float) -> Counter[str]:
    """What visitors heard who came at a rate, whether or not those before them were answered."""
    start, asked = perf_counter(), list[asyncio.Task[str]]()
    while (now := perf_counter() - start) < SECONDS:
        asked += [asyncio.create_task(_ask(port)) for _ in range(int(now * rate) - len(asked))]
        await asyncio.sleep(0.002)
    return Counter(await asyncio.gather(*asked))


async def _ask(port: int, patience: float = PATIENCE) -> str:
    """The status of an answer, `late`, or what went wrong."""
    writer = None
    try:
        async with asyncio.timeout(patience):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(turn(port))
            return (await reader.read(-1))[9:12].decode() or "closed"
    except TimeoutError:
        return "late"
    except OSError as error:
        return type(error).__name__
    finally:
        if writer is not None:
            writer.close()


def _restarts(folder: Path) -> None:
    """Start another server, send new visitors there, stop the first; again and again."""
    told = asyncio.run(_rolling(folder))
    codes, answers = told
    failed = sum(answers.values()) - answers["200"]
    show(
        f"{RESTARTS} rolling restarts while 4 visitors ask without a pause",
        ["answers", "failed", "exit codes"],
        [[answers["200"], failed, ", ".join(f"{code}: {count}" for code, count in Counter(codes).items())]],
    )
    if failed or set(codes) != {0}:
        sys.exit(1)


async def _rolling(folder: Path) -> tuple[list[int], Counter[str]]:
    answers, codes = Counter[str](), list[int]()
    current = serving(folder)
    server = await asyncio.to_thread(current.__enter__)
    port, done = server.port, False

    async def visit() -> None:
        while not done:
            answers[await _ask(port, 30)] += 1

    visitors = [asyncio.create_task(visit()) for _ in range(4)]
    for _ in range(RESTARTS):
        following = serving(folder)
        other = await asyncio.to_thread(following.__enter__)
        port = other.port
        codes.append(await asyncio.to_thread(server.stop))
        current.__exit__(None, None, None)
        current, server = following, other
    done = True
    await asyncio.gather(*visitors)
    codes.append(await asyncio.to_thread(server.stop))
    current.__exit__(None, None, None)
    return codes, answers


if __name__ == "__main__":
    main()
