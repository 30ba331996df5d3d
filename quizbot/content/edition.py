"""One version of a quiz with its catalog and levels: all that advice needs, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from quizbot.content.catalog import Catalog
from quizbot.content.levels import Levels, measure
from quizbot.content.quiz import Question, Quiz


@dataclass(frozen=True, eq=False)
class Edition:
    """A quiz measured on a catalog. `version` is a prefix of the SHA-256 of both."""

    id: str
    quiz: Quiz
    catalog: Catalog
    levels: Levels
    version: str

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """Questions by id, in the editor's order."""
        return {each.id: each for each in self.quiz.questions}


def edition(name: str, quiz: Quiz, catalog: Catalog) -> Edition:
    """Measure a quiz on its catalog and stamp the pair with a version."""
    stamp = sha256(f"{quiz.model_dump_json()}\0{catalog.digest}".encode()).hexdigest()[:16]
    return Edition(name, quiz, catalog, measure(quiz, catalog), stamp)
