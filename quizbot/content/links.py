"""A query that a shop appends to its product links, so that its own statistics know where a visit came from."""

import re
from urllib.parse import quote

PLACES = ("quiz", "item", "position")
_QUERY = re.compile(r"(?:[A-Za-z0-9._~!$'()*+,;:@/?&=-]|%[0-9A-Fa-f]{2}|\{(?:" + "|".join(PLACES) + r")\})*")


def is_query(template: str) -> bool:
    """Whether a text can stand in the query of an address once its places are filled."""
    return bool(_QUERY.fullmatch(template))


def query(template: str, quiz: str, item: str, position: int) -> str:
    """The query for the item that is shown at a position, counted from 1; each value is escaped."""
    values = {"quiz": quiz, "item": item, "position": str(position)}
    return re.sub(r"\{(\w+)\}", lambda place: quote(values[place[1]], safe=""), template.lstrip("?&"))


def appended(address: str, added: str) -> str:
    """An address with a query added to the one it has, before its fragment."""
    if not added:
        return address
    page, mark, fragment = address.strip().partition("#")
    between = "" if page.endswith(("?", "&")) else "&" if "?" in page else "?"
    return f"{page}{between}{added}{mark}{fragment}"
