"""Colors as #rrggbb: mixing them, and how well one can be read on another."""

from typing import NamedTuple

TEXT = 4.5
"""Least contrast between text and its ground (WCAG 2.2, success criterion 1.4.3)."""

EDGE = 3.0
"""Least contrast of the edges of what can be pressed (WCAG 2.2, success criterion 1.4.11)."""


class _Color(NamedTuple):
    red: int
    green: int
    blue: int


def _parts(color: str) -> _Color:
    return _Color(*bytes.fromhex(color.removeprefix("#")))


def mix(color: str, ground: str, share: float) -> str:
    """`share` (0..1) of one color on another; both #rrggbb."""
    pairs = zip(_parts(color), _parts(ground), strict=True)
    return "#" + bytes(round(a * share + b * (1 - share)) for a, b in pairs).hex()


def luminance(color: str) -> float:
    """Relative luminance in 0..1, as WCAG 2 defines it."""
    linear = [each / 255 / 12.92 if each <= 10 else ((each / 255 + 0.055) / 1.055) ** 2.4 for each in _parts(color)]  # noqa: PLR2004 (WCAG's own figures)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast of two colors, 1 to 21, as WCAG 2 defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
