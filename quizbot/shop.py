"""The one place that composes content and advice into what a shop offers."""

from dataclasses import dataclass

from quizbot.advice.advise import advise
from quizbot.advice.turn import Advice, Turn
from quizbot.content.site import Site
from quizbot.library.load import Library


@dataclass(frozen=True, eq=False)
class Shop:
    """A library with a voice. It keeps nothing between turns."""

    library: Library

    @property
    def site(self) -> Site:
        """What site.yaml says."""
        return self.library.site

    def turn(self, quiz: str, turn: Turn) -> Advice:
        """The advice on one turn of a conversation.

        Raises KeyError for an unknown quiz and turn.Wrong when the turn contradicts the quiz.
        """
        return advise(self.library.editions[quiz], turn)
