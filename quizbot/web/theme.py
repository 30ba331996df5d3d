"""The shop's colors as style tokens, moved just far enough that everything stays legible."""

from typing import Literal

from quizbot.content.colors import contrast, luminance, mix
from quizbot.content.site import Theme

Scheme = Literal["light", "dark"]

_TEXT = 4.6  # WCAG asks for 4.5:1 between text and its ground
_EDGE = 3.1  # and 3:1 for the edges of what can be pressed
_WHITE, _BLACK = "#ffffff", "#000000"
_NIGHT_PAPER, _NIGHT_INK = "#191714", "#f2ede4"


def stylesheet(theme: Theme, scheme: Scheme | None = None) -> str:
    """The tokens of a theme for light and dark, as CSS; for one of them alone when `scheme` names it."""
    light = _tokens(theme.paper, theme.ink, theme.accent)
    dark = _tokens(_NIGHT_PAPER, _NIGHT_INK, theme.accent)
    if scheme:
        return f":root{{color-scheme:{scheme};{light if scheme == 'light' else dark}}}\n"
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def _tokens(paper: str, ink: str, accent: str) -> str:
    is_dark = luminance(paper) < luminance(ink)
    card = mix(_WHITE, paper, 0.05 if is_dark else 0.7)
    tint = mix(accent, paper, 0.25 if is_dark else 0.1)
    grounds = (paper, card, tint)
    tokens = {
        "paper": paper,
        "card": card,
        "tint": tint,
        "ink": legible(ink, grounds, _TEXT),
        "muted": legible(mix(ink, paper, 0.68), grounds, _TEXT),
        "accent": (strong := legible(accent, grounds, _TEXT)),
        "on-accent": max((_WHITE, _BLACK, paper), key=lambda each: contrast(each, strong)),
        "edge": legible(mix(ink, paper, 0.45), grounds, _EDGE),
        "line": mix(ink, paper, 0.15),
        "picture": mix(_WHITE, paper, 0.82) if is_dark else mix(ink, paper, 0.04),
        "warn": legible("#a3321f", grounds, _TEXT),
    }
    return ";".join(f"--{name}:{color}" for name, color in tokens.items())


def legible(color: str, grounds: tuple[str, ...], least: float) -> str:
    """The color, moved towards black or white until it has the contrast to every ground."""
    goal = max((_BLACK, _WHITE), key=lambda each: min(contrast(each, ground) for ground in grounds))
    shades = (mix(goal, color, step / 20) for step in range(21))
    return next((each for each in shades if min(contrast(each, ground) for ground in grounds) >= least), goal)
