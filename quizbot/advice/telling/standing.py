"""How the page's own product stands among all: its place, what it meets, and what keeps it from the list."""

from collections.abc import Sequence

from quizbot.advice.preference import Preference
from quizbot.advice.ranking.rank import place
from quizbot.advice.telling.demands import Demands
from quizbot.advice.telling.explain import explain
from quizbot.advice.telling.facts import cut
from quizbot.advice.telling.sentences import MOST_WORDS
from quizbot.advice.turn import ResultItem, ThisProduct
from quizbot.content.edition import Edition
from quizbot.content.texts import Speech, speech

_LONGEST = 6  # words of a trait's label


def standing(edition: Edition, preference: Preference, item: str, first: str, language: str) -> ThisProduct:
    """How a product stands; `first` is the product at the head of the list.

    Its place counts by score among all products, those behind that break a demand. It is judged in the variant
    that comes nearest to what is demanded.
    """
    position, row = place(edition, preference, edition.catalog.positions[item])
    told = explain(edition, preference, row, language)[0][0]
    demands = Demands(edition, speech(language))
    variant = int(row.variants[0])
    return ThisProduct(
        item=item,
        title=told.title,
        place=position,
        of=len(edition.catalog),
        asked=told.asked,
        met=told.met,
        available=told.available,
        catch=told.catch,
        excluded=demands.missed(row.relaxed, variant),
        beaten_by=None if item == first else first,
        text=_text(edition, preference, told, demands.named(row.relaxed, variant), speech(language)),
    )


def _text(
    edition: Edition, preference: Preference, told: ResultItem, missed: tuple[str, Sequence[str]], spoken: Speech
) -> str:
    """What is met, and the one thing that weighs most against it: a broken demand, no stock, or the largest miss."""
    whole = f"advice.this.{'wishes' if told.asked else 'demands' if preference.clauses else 'nothing'}"
    values = {"met": told.met, "n": told.asked}
    how, phrases = missed
    for some in (phrases, phrases[:1]):
        sentence = spoken(f"{whole}.{how}", **values, demands=spoken.listing(some)) if some else ""
        if 0 < len(sentence.split()) <= MOST_WORDS:
            return sentence
    if phrases:
        return spoken(f"{whole}.broken", **values)
    if not told.available:
        return spoken(f"{whole}.sold_out", **values)
    miss = next((each for each in told.misses if each.source in ("answer", "refine")), None)
    if miss and miss.trait:
        return spoken(f"{whole}.catch", **values, trait=cut(edition.quiz.traits[miss.trait].label, _LONGEST))
    return spoken(f"{whole}.plain", **values)
