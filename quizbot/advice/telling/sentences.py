"""One wish and one item in one sentence: what was heard, the fact, and no claim beyond the band of the gap."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Literal
from weakref import WeakKeyDictionary

import numpy as np

from quizbot.advice.preference import Wish
from quizbot.advice.telling.facts import Band, Facts, cut
from quizbot.advice.turn import Fit
from quizbot.content.answers import Picks
from quizbot.content.catalog import Catalog, Floats
from quizbot.content.edition import Edition
from quizbot.content.quiz import NumberQuestion, Question, Scale, TextQuestion
from quizbot.content.texts import Speech, Template

MOST_WORDS = 20
_LONGEST_QUOTE = 9
_LONGEST_END = 2  # words of an end of a scale

Form = Literal["said", "gave", "chose", "picked", "passed", "wished", "plain"]

_EDGES = np.array([0.15, 0.35, 0.5, 0.75])
_FITS: tuple[Fit, ...] = ("close", "near", "halfway", "off", "opposite", "unknown")
_TURNS = 6  # after as many turns, variants of one, two or three forms begin anew
_REMEMBERED = 50_000  # kept at once of each kind; products can be picked in many ways

BANDS: dict[Fit, Band] = {"close": "close", "near": "near", "halfway": "halfway", "off": "catch", "opposite": "catch"}


def fits(gaps: Floats) -> list[list[Fit]]:
    """The band of each gap (0..1, NaN is unknown), in the same rows."""
    # Levels are sums of decimals: 1 - .85 is close, though a little more than .15.
    bands = np.searchsorted(_EDGES, np.round(gaps, 9), side="left")
    return [[_FITS[each] for each in row] for row in np.where(np.isnan(gaps), len(_EDGES) + 1, bands).tolist()]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the shopper answered, in words, and the form of sentence that takes it."""

    form: Form
    words: str
    bare: str = ""  # without quotation marks


@dataclass(frozen=True, slots=True)
class Topic:
    """A wish to speak of, under a number of its own. With a `broad` answer a value is named: "Length 96 cm"."""

    number: int
    wish: Wish
    broad: bool


class Sentences:
    """Sentences about the wishes that the questions of one quiz lead to, in one language."""

    def __init__(self, questions: Mapping[str, Question], facts: Facts, shown: Catalog) -> None:
        """Speak about these questions, with these facts, of items by their titles in `shown`."""
        self.facts, self._speech = facts, facts.speech
        self._questions, self._catalog = questions, shown
        self._heard: dict[tuple[str, tuple[str, ...], object, str], Heard] = {}
        self._topics: dict[tuple[Wish, bool], Topic] = {}
        self._counted = count()  # never the same number twice, whatever is forgotten
        self._told: dict[tuple[int, int, int], str] = {}
        forms: tuple[Form, ...] = ("said", "gave", "chose", "picked", "passed", "wished", "plain")
        bands: tuple[Band, ...] = ("close", "near", "halfway", "catch")
        self._templates: dict[tuple[Form, Band], tuple[Template, ...]] = {
            (form, band): self._speech.variants(f"advice.{form}.{band}") for form in forms for band in bands
        }

    def topic(self, wish: Wish, *, broad: bool) -> Topic:
        """The wish as something to speak of. A `broad` answer wishes for several things."""
        found = self._topics.get((wish, broad))
        if found is None:
            if len(self._topics) >= _REMEMBERED:
                self._topics.clear()
            found = self._topics[wish, broad] = Topic(next(self._counted), wish, broad)
        return found

    def tell(self, topic: Topic, item: int, band: Band, turn: int) -> str:
        """The sentence about a wish and an item; `turn` rotates its opening."""
        key = (topic.number, item, turn % _TURNS)
        found = self._told.get(key)
        if found is None:
            if len(self._told) >= _REMEMBERED:
                self._told.clear()
            found = self._told[key] = self._tell(topic, item, band, turn)
        return found

    def _tell(self, topic: Topic, item: int, band: Band, turn: int) -> str:
        wish, heard = topic.wish, self.heard(topic.wish)
        variants = self._templates[heard.form, band]
        template = variants[turn % len(variants)]
        if band == "close" and (contrast := self.facts.contrast(wish, item)):
            fact = self._unnamed(heard, self.facts.told(wish, item, band)) + contrast
            told = template.fill({"heard": heard.words, "fact": fact})
            if _brief(told):
                return told
        fact = self._unnamed(heard, self.facts.told(wish, item, band, named=topic.broad))
        if band == "close" and heard.bare.casefold() == fact.casefold():
            return self._speech("advice.same", fact=fact)
        told = template.fill({"heard": heard.words, "fact": fact})
        return told if _brief(told) else self._plain(wish, band, fact)

    def _plain(self, wish: Wish, band: Band, fact: str) -> str:
        """Without the answer's words, and with as many words of the fact as there is room for."""
        plain = Heard("plain", self.facts.labels[wish.trait])
        template: Template = self._templates["plain", band][0]
        words = len(template.fill({"heard": plain.words, "fact": ""}).split())
        return template.fill({"heard": plain.words, "fact": cut(self._unnamed(plain, fact), MOST_WORDS - words)})

    @staticmethod
    def _unnamed(heard: Heard, fact: str) -> str:
        """The fact without the trait's name where the sentence names the trait already."""
        return fact.removeprefix(f"{heard.words} ") if heard.form == "plain" else fact

    def pushed(self, wish: Wish, item: int, band: Band, points: float, *, too: bool) -> str:
        """What the shop's push for a trait is worth for an item, in points of -1..1; `too` beside wishes."""
        form = "less" if points <= 0 else "too" if too else "alone"
        worth = self._speech.number(round(abs(points) * 100, 1))
        template = self._speech.variants(f"advice.boost.{form}")[0]
        words = len(template.fill({"fact": "", "points": worth}).split())
        fact = cut(self.facts.told(wish, item, band, named=True), MOST_WORDS - words)
        return template.fill({"fact": fact, "points": worth})

    def unknown(self, trait: str) -> str:
        """That the catalog does not say."""
        return self._speech("advice.unknown", trait=self.facts.labels[trait])

    def only(self, wish: Wish, fact: str) -> str:
        """That no other shown item has this."""
        return self._speech("advice.only_label" if wish.kind == "any" else "advice.only", fact=fact)

    # What was heard ---------------------------------------------------------------------------------

    def heard(self, wish: Wish) -> Heard:
        """What the shopper answered, in words that fit a sentence."""
        own = (wish.kind, wish.low, wish.high, wish.labels) if wish.source == "refine" else ()
        key = (wish.question, wish.options, (wish.answer, own), wish.trait)
        found = self._heard.get(key)
        if found is None:
            if len(self._heard) >= _REMEMBERED:
                self._heard.clear()
            found = self._heard[key] = self._listen(wish)
        return found

    def _listen(self, wish: Wish) -> Heard:
        question = self._questions.get(wish.question)
        plain = Heard("plain", self.facts.labels[wish.trait])
        if isinstance(wish.answer, Picks) and not (question and question.sensitive):
            return self._picked(wish.answer)
        if wish.source == "refine":
            return self._wished(wish)
        if wish.source != "answer" or question is None or question.sensitive:
            return plain
        found = self._quoted(question, wish.options) if wish.options else self.given(question, wish.answer)
        return found if found and len(found.words.split()) <= _LONGEST_QUOTE else plain

    def _quoted(self, question: Question, options: tuple[str, ...]) -> Heard | None:
        texts = {each.id: each.text for each in question.offered}
        known = [texts[each] for each in options if each in texts]
        quotes = [self._speech.quote(each) for each in known]
        return Heard("said", self._speech.listing(quotes), " ".join(known)) if quotes else None

    def given(self, question: Question, answer: object) -> Heard | None:
        """A step or a number that was answered, in words; None for other types of questions."""
        if isinstance(question, Scale):
            ends = [question.low, question.high]
            if all(len(each.split()) <= _LONGEST_END for each in ends):
                return Heard(
                    "chose",
                    self._speech("advice.step", step=answer, steps=question.steps, low=ends[0], high=ends[1]),
                )
            return Heard("chose", self._speech("advice.step_short", step=answer, steps=question.steps))
        if isinstance(question, TextQuestion) and isinstance(answer, str):
            return Heard("said", self._speech.quote(answer), answer)
        if isinstance(question, NumberQuestion) and isinstance(answer, int | float):
            return Heard("gave", self._speech.measure(answer, question.unit))
        return None

    def _wished(self, wish: Wish) -> Heard:
        """What a refinement asks for: labels, the quiz's own word for more or less, or the trait."""
        trait, name = self.facts.quiz.traits[wish.trait], self.facts.labels[wish.trait]
        if wish.kind in ("any", "avoid"):
            labels = self.facts.listed(sorted(self.facts.label_texts(wish.trait, self.facts.wanted(wish))))
            return Heard(
                "wished", self._speech("advice.fact.without", labels=labels) if wish.kind == "avoid" else labels
            )
        more, less = wish.kind == "bounds" and wish.low > 0, wish.kind == "bounds" and wish.high < 1
        if more == less:
            return Heard("wished", name)
        words = trait.more if more else trait.less
        said = self._speech(f"refine.{'more' if more else 'less'}", trait=name)
        return Heard("wished", self._speech.quote(words[0]) if words else said[:1].lower() + said[1:])

    def _picked(self, picks: Picks) -> Heard:
        names = picks.liked or picks.shown
        titles = self._catalog.columns["title"].texts
        known = [cut(titles[at] or each, 4) for each in names if (at := self._catalog.positions.get(each)) is not None]
        form: Form = "picked" if picks.liked else "passed"
        named = [self.entitled(each) for each in known]
        if len(named) > 2:  # noqa: PLR2004 (two titles fit a sentence)
            return Heard(form, self._speech("advice.products", title=named[0], n=len(named) - 1))
        return Heard(form, self._speech.listing(named))

    def title(self, item: int, words: int) -> str:
        """A product by at most as many words of its title."""
        return self.entitled(cut(self._catalog.columns["title"].texts[item] or self._catalog.ids[item], words))

    def entitled(self, title: str) -> str:
        """A product by its title, with an article where the language has one and the title has not."""
        named = self._speech("advice.product", title=title)
        article = named.removesuffix(title)
        return title if article and title.casefold().startswith(article.casefold()) else named


_made: WeakKeyDictionary[Edition, dict[Speech, Sentences]] = WeakKeyDictionary()


def voice(edition: Edition, spoken: Speech) -> Sentences:
    """What speaks of one edition in one speech, made once."""
    by_speech = _made.setdefault(edition, {})
    found = by_speech.get(spoken)
    if found is None:
        facts = Facts(edition.quiz, edition.catalog, edition.levels, spoken)
        found = by_speech[spoken] = Sentences(edition.questions, facts, edition.shown)
    return found


def _brief(sentence: str) -> bool:
    return len(sentence.split()) <= MOST_WORDS
