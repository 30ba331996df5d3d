"""The one place that composes content, advice and memory into what a shop offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quizbot.advice.advise import advise
from quizbot.advice.turn import Advice, Past, Turn
from quizbot.consent import Notice
from quizbot.content.edition import Edition
from quizbot.content.notice import notice
from quizbot.content.site import Site
from quizbot.library.load import Library
from quizbot.library.models import Models
from quizbot.memory import Memory
from quizbot.store.protocol import Unavailable


@dataclass(eq=False)
class Shop:
    """A library with a voice. It keeps nothing between turns; `library` is swapped whole when content changes.

    `memory` is what it has of those who asked for it; without one, remembering is off. `models` is what it learned.
    `sends_mail` tells that there is a server for mail.

    Who answers a request looks its edition up once, so that a swap meanwhile changes nothing for it.
    """

    library: Library
    memory: Memory | None = None
    models: Models | None = None
    sends_mail: bool = False

    @property
    def site(self) -> Site:
        """What site.yaml says."""
        return self.library.site

    def readiness(self) -> Mapping[str, bool]:
        """The parts that a request may need, and whether each is there; all must be for the shop to be ready."""
        return {"content": bool(self.library.editions)}

    def remembers(self) -> bool:
        """Whether the database can be used now, or could be made; suggestions need none."""
        try:
            return self.memory is not None and not self.memory.store.pending()
        except Unavailable:
            return False

    def edition(self, quiz: str) -> Edition | None:
        """The edition of a quiz that is served now."""
        edition = self.library.editions.get(quiz)
        return self.models.taught(edition) if self.models and edition else edition

    def notice(self, language: str) -> Notice:
        """What people agree to, in the nearest language."""
        return notice(self.site, language)

    def turn(self, edition: Edition, turn: Turn, remembered: Sequence[Past] = ()) -> Advice:
        """The advice on one turn of a conversation. Raises turn.Wrong when the turn contradicts the quiz.

        `remembered` is what the memory has of who asks, `Memory.remembered`.
        """
        language = self.site.addressing(turn.language or edition.quiz.language)
        return advise(edition, turn.model_copy(update={"language": language}), remembered)
