"""`product_detail` of a Google feed: section, name and value, each name a column."""

from collections import Counter
from collections.abc import Sequence

from quizbot.content.feeds.draft import filled, put
from quizbot.content.feeds.findings import Findings

Detail = tuple[str, str, str]
"""Section, name and value; the section may be empty."""

_PARTS = 3


def read_details(cell: str) -> list[Detail]:
    r"""The details of a cell: `Section:Name:Value, ...`.

    A value with a comma stands in quotes or has `\,`; else a part without two colons belongs to the value before.
    """
    details: list[Detail] = []
    for parts in _split(cell):
        fields = [each.strip() for each in parts]
        if len(fields) == _PARTS and fields[1]:
            details.append((fields[0], fields[1], fields[2]))
        elif details:
            section, name, value = details.pop()
            details.append((section, name, f"{value}, {':'.join(fields)}"))
        elif len(fields) == _PARTS - 1 and fields[0]:
            details.append(("", fields[0], fields[1]))
    return details


def _split(cell: str) -> list[list[str]]:
    """Cut at commas, and each part at its first two colons; each character is looked at once."""
    found: list[list[str]] = []
    fields: list[list[str]] = [[]]
    quoted = escaped = closed = False
    blank = True
    for each in cell:
        literal = escaped
        escaped = False
        if literal:
            fields[-1].append(each if each in ',:"\\' else f"\\{each}")
        elif each == "\\":
            escaped = True
        elif each == '"' and (quoted or closed or blank):
            fields[-1].extend('"' if closed else "")
            quoted = not quoted
            closed = not quoted
            blank = False
            continue
        elif each == ":" and len(fields) < _PARTS:
            fields.append([])
        elif each == "," and not quoted:
            found.append(["".join(field) for field in fields])
            fields = [[]]
        else:
            fields[-1].append(each)
        closed = False
        blank = (each in ":," and not literal) or (blank and each == " ")
    fields[-1].extend("\\" if escaped else "")
    return [parts for parts in [*found, ["".join(field) for field in fields]] if any(map(str.strip, parts))]


def described(
    items: Sequence[Sequence[Detail]], taken: set[str], room: int, findings: Findings
) -> dict[str, list[str]]:
    """A column for each name, (n,) texts; with its section where the name alone would say two things.

    `taken` are the folded names that other columns have. There is `room` for so many names, the most frequent ones.
    """
    unclear = {name.casefold() for details in items for name in _twice(details)}
    said: list[dict[str, dict[str, None]]] = []
    spelled: dict[str, str] = {}
    for details in items:
        values: dict[str, dict[str, None]] = {}
        for section, name, value in details:
            folded = name.casefold()
            wanted = f"{section}: {name}" if section and (folded in unclear or folded in taken) else name
            wanted = f"product_detail: {wanted}" if wanted.casefold() in taken else wanted
            if value:
                values.setdefault(spelled.setdefault(wanted.casefold(), wanted), {})[value] = None
        said.append(values)
    counted = Counter(name for values in said for name in values)
    if len(counted) > room:
        text, remedy = f"the products have {len(counted)} details", f"the {room} most frequent ones are read"
        findings.feed("feed-columns", text, remedy)
    most = dict(counted.most_common(room))
    columns: dict[str, list[str]] = {name: [] for name in counted if name in most}
    for item, values in enumerate(said):
        for name in values.keys() & columns.keys():
            put(columns, name, item, ", ".join(values[name]))
    return filled(columns, len(items))


def _twice(details: Sequence[Detail]) -> set[str]:
    """Names that stand in more than one section of one item."""
    sections: dict[str, set[str]] = {}
    for section, name, _ in details:
        sections.setdefault(name.casefold(), set()).add(section.casefold())
    return {name for name, several in sections.items() if len(several) > 1}
