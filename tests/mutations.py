"""Good files with something wrong put into them, the same for the same seed."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random

from quizbot.content.catalog import Catalog
from quizbot.content.feeds import read_feed
from quizbot.content.meaning import against_catalog
from quizbot.content.problems import Refused, as_text
from quizbot.content.quiz import CatalogSource
from quizbot.content.quizfile import examine

TEAS = Path(__file__).parent / "files/shop/teas.csv"

BITS = (
    *(":", ",", "[", "]", "{", "}", "#", "&a ", "*a ", "!", "|", ">", "'", '"', "%", "@", "`", "?", "-", "\n", "\t"),
    *("\r", "\0", " ", "\x85", "\ufeff", "<<: ", "null", "~", ".nan", "1e999", "-1", "9" * 30, "answer", "yes", "é"),
    *("\U0001f600", ";", '""', "<p>", "</", "<![CDATA[", "&nbsp;", "&#x1;", "\\ud800", "title", "id", "price"),
    *("javascript:x", "1,50", "€", "{}", "[]", "- ", "  ", "\n\n", "id: a", "prefer: {", "0.3", "- id: wet\n"),
)


def mutations(seed: int, texts: list[str], count: int) -> Iterator[bytes]:
    """`count` files, each one of the texts with one to six places changed."""
    random = Random(seed)
    for _ in range(count):
        text = random.choice(texts)
        for _ in range(random.randint(1, 6)):
            text = _changed(random, text)
        data = text.encode("utf-8", "replace")
        yield _spoiled(random, data) if random.random() < 0.1 else data


def _changed(random: Random, text: str) -> str:
    """A bit put in, a piece taken out, doubled or moved, or the end cut off."""
    at, length = random.randrange(len(text) + 1), random.randint(0, 30)
    piece = text[at : at + length]
    elsewhere = random.randrange(len(text) + 1)
    match random.randrange(6):
        case 0:
            return text[:at] + random.choice(BITS) + text[at + length :]
        case 1:
            return text[:at] + text[at + length :]
        case 2:
            return text[:elsewhere] + piece + text[elsewhere:]
        case 3:
            lines = text.splitlines(keepends=True) or [""]
            line = random.randrange(len(lines))
            return "".join(lines[:line] + lines[line + 1 :])
        case 4 if random.random() < 0.2:
            return text[:at]
        case _:
            return text[:at] + random.choice(BITS) + text[at:]


def _spoiled(random: Random, data: bytes) -> bytes:
    """One byte that is another one."""
    if not data:
        return b"\xff"
    at = random.randrange(len(data))
    return data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]


@cache
def teas() -> Catalog:
    """A small catalog to hold quizzes against."""
    return read_feed(TEAS, CatalogSource(file=TEAS.name)).catalog


def read_damaged_quiz(folder: Path, data: bytes) -> bool:
    """Read a quiz as the program does; whether nothing is wrong with it. Anything but problems is raised."""
    path = folder / "damaged.yaml"
    path.write_bytes(data)
    file, problems = examine(path, TEAS.parent)  # where the pictures are
    if file is not None:
        problems += file.problems(against_catalog(file.quiz, teas()))
    assert file is not None or problems
    assert all(each.text.isprintable() and each.remedy.isprintable() for each in problems)
    as_text(problems, {str(path): data.decode("utf-8", "replace")})
    return not problems


def read_damaged_feed(folder: Path, data: bytes) -> bool:
    """Read a feed as the program does; whether nothing is wrong with it. Anything but problems is raised."""
    path = folder / "damaged"
    path.write_bytes(data)
    try:
        feed = read_feed(path, CatalogSource(file=path.name))
    except Refused:
        return False
    catalog = feed.catalog
    assert len(catalog) == len(set(catalog.ids)) > 0
    assert all(len(column.texts) == len(catalog) for column in catalog.columns.values())
    assert set(catalog.variants.item.tolist()) == set(range(len(catalog)))
    json.dumps([each.text for each in feed.problems], ensure_ascii=False).encode()
    return not feed.problems
