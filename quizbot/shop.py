"""The one place that composes content and advice into what a shop offers."""

from dataclasses import dataclass

from quizbot.advice.advise import advise
from quizbot.advice.turn import Advice, Turn
from quizbot.content.edition import Edition
from quizbot.content.site import Site
from quizbot.library.load import Library


@dataclass(eq=False)
class Shop:
    """A library with a voice. It keeps nothing between turns; `library` is swapped whole when content changes.

    Who answers a request looks its edition up once, so that a swap meanwhile changes nothing for it.
    """

    library: Library

    @property
    def site(self) -> Site:
        """What site.yaml says."""
        return self.library.site

    def edition(self, quiz: str) -> Edition | None:
        """The edition of a quiz that is served now."""
        return self.library.editions.get(quiz)

    def turn(self, edition: Edition, turn: Turn) -> Advice:
        """The advice on one turn of a conversation. Raises turn.Wrong when the turn contradicts the quiz."""
        return advise(edition, turn)
