"""Bars of block characters."""

_PARTS = " ▏▎▍▌▋▊▉█"


def drawn(part: float, width: int) -> str:
    """A bar as long as this part (0..1) of a width in characters, to an eighth of a character."""
    eighths = round(part * width * 8)
    return "█" * (eighths // 8) + _PARTS[eighths % 8].strip()
