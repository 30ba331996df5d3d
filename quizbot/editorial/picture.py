"""A simulation drawn: one file without scripts that stands alone, readable in light and dark."""

from collections.abc import Iterator, Sequence
from html import escape

from quizbot.editorial.simulate import Simulation

WIDTH = 760
MOST_PRODUCTS = 24
_ROW, _LEFT, _BARS, _TOP = 24, 270, 390, 96
_LONGEST = 30
_QUIET = "class='quiet'"
_STYLE = (
    "svg{color-scheme:light dark;background:#fbf9f5;font:14px system-ui,sans-serif}text{fill:#1d1d1b}"
    ".quiet{fill:#5b5b56}.bar{fill:#2f5d50}"
    "@media(prefers-color-scheme:dark){svg{background:#1b1c1a}text{fill:#f1efe9}.quiet{fill:#b4b2aa}.bar{fill:#7fb8a4}}"
)

_Rows = Sequence[tuple[str, float, str]]
"""Name, part of the longest bar (0..1), figure."""


def as_svg(played: Simulation, title: str) -> str:
    """The simulation as an SVG document."""
    panels = [("First place, share of paths", _products(played)), ("Bits about the first product", _questions(played))]
    lines: list[str] = [
        _text(24, 40, title, "font-size='20' font-weight='600'"),
        _text(24, 64, _extent(played), _QUIET),
    ]
    top = _TOP
    for heading, rows in panels:
        lines.append(_text(24, top + 4, heading, "font-weight='600'"))
        lines += _panel(rows, top + _ROW)
        top += _ROW * (len(rows) + 2)
    lines.append(_text(24, top, _shares(played), _QUIET))
    size = f"viewBox='0 0 {WIDTH} {top + _ROW}' width='{WIDTH}' height='{top + _ROW}'"
    head = f"<svg xmlns='http://www.w3.org/2000/svg' {size} role='img' aria-label='{escape(title)}'>"
    return "\n".join([head, f"<style>{_STYLE}</style>", *lines, "</svg>"]) + "\n"


def as_html(played: Simulation, title: str) -> str:
    """The simulation as an HTML page with the drawing in it."""
    head = f"<meta charset='utf-8'><meta name='color-scheme' content='light dark'><title>{escape(title)}</title>"
    page = "<style>body{margin:0;background:Canvas}svg{max-width:100%;height:auto}</style>"
    body = f"<head>{head}{page}</head>\n<body>\n{as_svg(played, title)}</body>"
    return f"<!doctype html>\n<html lang='en'>\n{body}\n</html>\n"


def _products(played: Simulation) -> _Rows:
    shown = played.products[:MOST_PRODUCTS]
    largest = max((each.first for each in shown), default=0.0) or 1.0
    return [(each.title or each.id, each.first / largest, f"{each.first:.1%}") for each in shown]


def _questions(played: Simulation) -> _Rows:
    largest = max((each.bits for each in played.questions), default=0.0) or 1.0
    return [(each.ask, each.bits / largest, f"{each.bits:.2f}") for each in played.questions]


def _panel(rows: _Rows, top: int) -> Iterator[str]:
    for at, (name, part, figure) in enumerate(rows):
        middle = top + at * _ROW
        short = name if len(name) <= _LONGEST else name[: _LONGEST - 1].rstrip() + "…"
        yield _text(_LEFT - 8, middle + 5, short, "text-anchor='end'")
        long = round(part * _BARS, 1)
        yield f"<rect class='bar' x='{_LEFT}' y='{middle - 7}' width='{long}' height='14' rx='2'/>"
        yield _text(_LEFT + long + 8, middle + 5, figure, _QUIET)


def _extent(played: Simulation) -> str:
    if played.whole:
        return f"all {played.played:,} paths played"
    return f"{played.played:,} paths played of about {played.possible:,}, seed {played.seed}"


def _shares(played: Simulation) -> str:
    return (
        f"never shown: {len(played.unreachable):,} of {len(played.products):,} products · tied: {played.tied:.1%} · "
        f"nothing meets all demands: {played.empty:.1%}"
    )


def _text(x: float, y: float, content: str, more: str) -> str:
    return f"<text x='{x:g}' y='{y:g}' {more}>{escape(content)}</text>"
