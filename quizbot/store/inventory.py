"""The data inventory in `docs/privacy.md`, written from the tables themselves: `python -m quizbot.store.inventory`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from quizbot.store.tables import IMPERSONAL, PERSONAL, Table

START, END = "<!-- written by `make privacy` -->\n", "<!-- until here -->\n"


def inventory() -> str:
    """Every table in Markdown: what for, under which purpose, how long, column by column."""
    parts = ["\n".join(_table(each)) for each in PERSONAL]
    others = "\n".join(f"- `{name}`: {says}." for name, says in IMPERSONAL.items())
    return "\n\n".join([*parts, f"### Tables that say nothing about a person who has a record\n\n{others}"]) + "\n"


def _table(table: Table) -> Iterator[str]:
    yield f"### `{table.name}`"
    yield ""
    purpose = f"Needs `{table.purpose}`." if table.purpose else "Needs any consent."
    yield f"{table.says} {purpose} Kept {table.kept}."
    yield ""
    yield "| column | holds |"
    yield "|---|---|"
    yield from (f"| `{name}` | {holds} |" for name, holds in table.columns.items())


def renewed(document: str) -> str:
    """A document with the inventory between its two marks as it is now."""
    before, _, rest = document.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{inventory()}\n{END}{after}"


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(renewed(path.read_text("utf-8")), "utf-8")
