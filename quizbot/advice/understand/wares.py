"""Words that name what a shop sells, and those its quiz asks with: they mean nothing more by themselves."""

from collections import Counter
from collections.abc import Iterator

from quizbot.content.edition import Edition
from quizbot.content.lexicon import phrase

MOST_TITLES = 20_000


def goods(edition: Edition) -> Iterator[str]:
    """Words of the titles of a quiz, and those that several products or types are called by."""
    for quiz in (edition.quiz, *edition.translations.values()):
        yield from phrase(quiz.title)
    counted = Counter(
        word
        for name in ("type", "title")
        for text in edition.catalog.columns[name].texts[:MOST_TITLES]
        for word in set(phrase(text))
    )
    yield from (word for word, count in counted.items() if count > 1)


def asked(edition: Edition) -> Iterator[str]:
    """Words of what a quiz asks and says, small ones among them."""
    for quiz in (edition.quiz, *edition.translations.values()):
        yield from phrase(f"{quiz.title} {quiz.welcome or ''}")
        yield from (word for each in quiz.questions for word in phrase(f"{each.ask} {each.why or ''}"))
