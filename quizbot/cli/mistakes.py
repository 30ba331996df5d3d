"""What a person can do something about, as the terminal tells it."""

from collections.abc import Iterable
from pathlib import Path

import click

from quizbot.advice.turn import Wrong
from quizbot.content.problems import Problem, Refused, as_text
from quizbot.settings import Misconfigured
from quizbot.store.protocol import Unavailable, Unknown

_LONGEST_SOURCE = 1_000_000


class Told(click.ClickException):
    """Sentences about content and surroundings."""

    exit_code = 1


class Mistyped(Told):
    """Sentences about what was typed."""

    exit_code = 2


def told(error: Exception) -> Told | None:
    """The sentences for an error that is not the program's own; None for one that is."""
    match error:
        case Refused():
            return Told(listed(error.problems))
        case Wrong():
            return Mistyped("\n       ".join(message for _, message in error.errors))
        case Misconfigured() | Unavailable():
            return Told(str(error))
        case Unknown():
            return Told("nobody is known by that key or digest; it stands on the receipt as `subject`")
        case OSError() if error.filename is not None:
            return Told(f"cannot use '{error.filename}': {(error.strerror or type(error).__name__).lower()}")
    return None


def listed(problems: Iterable[Problem]) -> str:
    """Problems with the lines they are about."""
    problems = list(problems)
    return as_text(problems, {name: text for name in {each.file for each in problems} if (text := _source(name))})


def _source(name: str) -> str:
    path = Path(name)
    try:
        if path.suffix == ".yaml" and path.stat().st_size <= _LONGEST_SOURCE:
            return path.read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError):
        pass  # the problem itself says why
    return ""


def counted(number: int, one: str, many: str = "") -> str:
    """`1 error`, `2 errors`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
