"""An answer: from a form's, a command's or the API's value to a checked one, or why it cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quizbot.content.catalog import Catalog
from quizbot.content.quiz import Question, Quiz


@dataclass(frozen=True, slots=True)
class Picks:
    """Products that were liked among those that were shown; ids."""

    liked: tuple[str, ...]
    shown: tuple[str, ...]


Answer = str | int | float | tuple[str, ...] | Picks
"""single: option id; multiple, ranking: ids; scale: step from 1; number: float; text: words; products: Picks."""

Answers = Mapping[str, Answer]


def read(question: Question, given: Any, catalog: Catalog) -> Answer:
    """The checked answer. Raises ValueError, with a sentence that names value and remedy, when it is none.

    Accepts what JSON brings and the texts that forms and commands bring (`"180"`, `"plain,bold"`, `["plain"]`).
    """
    raise NotImplementedError


def applies(question: Question, answers: Answers) -> bool:
    """Whether the question is asked, given the answers to earlier ones."""
    raise NotImplementedError


def applicable(quiz: Quiz, answers: Answers) -> tuple[Question, ...]:
    """The questions that apply, in order; answers to those that do not apply do not count."""
    raise NotImplementedError
