"""One wish and one item in one sentence: what was heard, the fact, and no claim beyond the band of the gap."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from quizbot.advice.facts import Facts, cut
from quizbot.advice.preference import Wish
from quizbot.advice.turn import Fit
from quizbot.content.answers import Picks
from quizbot.content.quiz import NumberQuestion, Question, Scale
from quizbot.content.texts import Template

MOST_WORDS = 20
_LONGEST_QUOTE = 9
_LONGEST_END = 2  # words of an end of a scale

Form = Literal["said", "chose", "picked", "passed", "plain"]
Band = Literal["close", "near", "halfway", "catch"]

BANDS: dict[Fit, Band] = {"close": "close", "near": "near", "halfway": "halfway", "off": "catch", "opposite": "catch"}


def fit(gap: float) -> Fit:
    """The band of a gap in 0..1; NaN is unknown."""
    gap = round(gap, 9)  # levels are sums of decimals: .3 - .15 is close
    if gap <= 0.15:  # noqa: PLR2004 (the bands are defined here)
        return "close"
    if gap <= 0.35:  # noqa: PLR2004
        return "near"
    if gap <= 0.5:  # noqa: PLR2004
        return "halfway"
    if gap <= 0.75:  # noqa: PLR2004
        return "off"
    return "opposite" if gap > 0.75 else "unknown"  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class Heard:
    """What the shopper answered, in words, and the form of sentence that takes it."""

    form: Form
    words: str


class Sentences:
    """Sentences about the wishes that the questions of one quiz lead to, in one language."""

    def __init__(self, questions: Mapping[str, Question], facts: Facts) -> None:
        """Speak about these questions, with these facts."""
        self.facts, self._speech = facts, facts.speech
        self._questions, self._catalog = questions, facts.catalog
        self._heard: dict[tuple[str, tuple[str, ...], object, str], Heard] = {}
        forms: tuple[Form, ...] = ("said", "chose", "picked", "passed", "plain")
        bands: tuple[Band, ...] = ("close", "near", "halfway", "catch")
        self._templates: dict[tuple[Form, Band], tuple[Template, ...]] = {
            (form, band): self._speech.variants(f"advice.{form}.{band}") for form in forms for band in bands
        }

    def tell(self, wish: Wish, item: int, band: Band, turn: int) -> str:
        """The sentence about a wish and an item; `turn` rotates its opening."""
        fact = self.facts.told(wish, item, close=band == "close", catch=band == "catch")
        heard = self.heard(wish)
        contrast = self.facts.contrast(wish, item) if band == "close" else ""
        variants = self._templates[heard.form, band]
        template = variants[turn % len(variants)]
        if contrast:
            told = template.fill({"heard": heard.words, "fact": fact + contrast})
            if _brief(told):
                return told
        told = template.fill({"heard": heard.words, "fact": fact})
        return told if _brief(told) else self._plain(wish, band, fact)

    def _plain(self, wish: Wish, band: Band, fact: str) -> str:
        """Without the answer's words, and with as many words of the fact as there is room for."""
        name = self.facts.labels[wish.trait]
        template: Template = self._templates["plain", band][0]
        words = len(template.fill({"heard": name, "fact": ""}).split())
        return template.fill({"heard": name, "fact": cut(fact.removeprefix(f"{name} "), MOST_WORDS - words)})

    def unknown(self, trait: str) -> str:
        """That the catalog does not say."""
        return self._speech("advice.unknown", trait=self.facts.labels[trait])

    def only(self, wish: Wish, fact: str) -> str:
        """That no other shown item has this."""
        return self._speech("advice.only_label" if wish.kind == "any" else "advice.only", fact=fact)

    # What was heard ---------------------------------------------------------------------------------

    def heard(self, wish: Wish) -> Heard:
        """What the shopper answered, in words that fit a sentence."""
        key = (wish.question, wish.options, wish.answer, wish.trait)
        found = self._heard.get(key)
        if found is None:
            if len(self._heard) >= 10_000:  # noqa: PLR2004 (products can be picked in many ways)
                self._heard.clear()
            found = self._heard[key] = self._listen(wish)
        return found

    def _listen(self, wish: Wish) -> Heard:
        question = self._questions.get(wish.question)
        plain = Heard("plain", self.facts.labels[wish.trait])
        if wish.source != "answer" or question is None or question.sensitive:
            return plain
        if isinstance(wish.answer, Picks):
            return self._picked(wish.answer)
        found = self._quoted(question, wish.options) if wish.options else self._given(question, wish.answer)
        return found if found and len(found.words.split()) <= _LONGEST_QUOTE else plain

    def _quoted(self, question: Question, options: tuple[str, ...]) -> Heard | None:
        texts = {each.id: each.text for each in getattr(question, "options", ())}
        quotes = [self._speech.quote(texts[each]) for each in options if each in texts]
        return Heard("said", self._speech.listing(quotes)) if quotes else None

    def _given(self, question: Question, answer: object) -> Heard | None:
        if isinstance(question, Scale):
            ends = [question.low, question.high]
            if all(len(each.split()) <= _LONGEST_END for each in ends):
                return Heard(
                    "chose",
                    self._speech("advice.step", step=answer, steps=question.steps, low=ends[0], high=ends[1]),
                )
            return Heard("chose", self._speech("advice.step_short", step=answer, steps=question.steps))
        if isinstance(question, NumberQuestion) and isinstance(answer, int | float):
            return Heard("said", self._speech.measure(answer, question.unit))
        return None

    def _picked(self, picks: Picks) -> Heard:
        names = picks.liked or picks.shown
        titles = self._catalog.columns["title"].texts
        known = [cut(titles[at] or each, 4) for each in names if (at := self._catalog.positions.get(each)) is not None]
        form: Form = "picked" if picks.liked else "passed"
        named = [self._speech("advice.product", title=each) for each in known]
        if len(named) > 2:  # noqa: PLR2004 (two titles fit a sentence)
            return Heard(form, self._speech("advice.products", title=named[0], n=len(named) - 1))
        return Heard(form, self._speech.listing(named))


def _brief(sentence: str) -> bool:
    return len(sentence.split()) <= MOST_WORDS
