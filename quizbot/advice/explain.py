"""From a ranking to sentences that never claim more than the data: reasons, misses, headline, catch, what is shared."""

from quizbot.advice.preference import Preference
from quizbot.advice.rank import Ranking
from quizbot.advice.turn import Relaxed, ResultItem
from quizbot.content.edition import Edition


def explain(
    edition: Edition, preference: Preference, ranking: Ranking, language: str
) -> tuple[list[ResultItem], list[str], list[Relaxed]]:
    """The ranking's items with their reasons, what all of them share, and what was relaxed, told in a language."""
    raise NotImplementedError
