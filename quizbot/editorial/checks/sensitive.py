"""The rule on questions that ask for special categories of personal data (article 9 of the GDPR)."""

import re
from collections.abc import Callable, Iterator, Mapping

from quizbot.content.effects import Effect
from quizbot.content.problems import Finding, Loc, quoted
from quizbot.content.quiz import Question, Quiz
from quizbot.content.walk import effects
from quizbot.editorial.checks.rule import Seen, found, rule

_WORDS: Mapping[str, tuple[str, ...]] = {
    "health": (
        r"skin(?! out)|complexion|acne|eczema|psoriasis|rosacea|dermatitis|allerg\w+|intoleran\w+|gluten\w*|c(o)?eliac",
        r"lactose|diet(s|ary|etic)?|vegan\w*|vegetarian\w*|pregnan\w+|breast-?feeding|diabet\w+|asthma\w*|migraines?",
        r"medications?|medicines?|illness(es)?|diseases?|disabilit(y|ies)|disabled|wheelchair|arthritis|insomnia",
        r"your health|health (problem|condition|issue|concern)s?|(back|joint|neck|knee|muscle|chronic|period) pain",
        r"blood (pressure|sugar|type)|lose weight|weight loss|overweight|obes\w+|bmi|menopaus\w+|menstrua\w+",
        r"depress(ion|ed)|anxiety|mental health|hearing (aid|loss)",
        r"haut|haut(typ|bild|problem|zustand|pflege|krankheit|empfind)\w*|akne|ekzem\w*|neurodermitis|schuppenflechte",
        r"\w*allergi\w+|\w*unverträglich\w*|laktose\w*|zöliakie|diät\w*|ernährungs(weise|form|plan)|vegetarisch\w*",
        r"vegetarier\w*|veganer\w*|schwanger\w*|stillst|stillzeit|krank(heit)?\w*|gesundheit(lich)?\w*",
        r"\w*behinder(t|te|ung|ungen)|rollstuhl|medikament\w*|schmerzen|(rücken|gelenk|kopf|nacken|knie)schmerz\w*",
        r"übergewicht\w*|wechseljahre\w*|blut(druck|zucker)|depressi\w+|schlafstörung\w*|hörgerät\w*",
    ),
    "religion": (
        r"religio\w+|your faith|(go to|your) (church|mosque|synagogue)|muslims?|islam(ic)?|jewish|jews?|judaism",
        r"christian(s|ity)|are you christian|catholics?|protestants?|buddhis[tm]\w*|atheis[tm]\w*|halal|kosher|ramadan",
        r"hindu(s|ism)?",
        r"religiös\w*|glaubens\w*|dein glaube|ihr glaube|gläubig\w*|konfession\w*|kirchlich\w*|kirchgang",
        r"moschee\w*|muslim\w*|islamisch\w*|jüdisch\w*|christlich\w*|katholisch\w*|evangelisch\w*|koscher\w*",
    ),
    "origin": (
        r"ethnic\w*|nationality|ancestry|your ancestors|immigra\w+|migrants?|your (own )?(origins?|roots|heritage)",
        r"where (are you|is your family|are your parents) from|where (does|do) your (family|parents) come from",
        r"skin (colou?r|tone)s?|(were|was) (you|your \w+) born",
        r"ethni(e|en|sch\w*)|nationalität|abstammung|(deine|ihre|eure) vorfahren|migrationsh\w*|hautfarbe\w*|hautton",
        r"(deine|ihre|eure) (herkunft|wurzeln)|woher (kommst|stammst|kommen sie|stammen sie|kommt deine)\w*",
    ),
    "sexuality": (
        r"sexual\w*|lesbian\w*|gays?|bisexual\w*|homosexual\w*|heterosexual\w*|queer|lgbt\w*|libido|transgender",
        r"sexuell\w*|sexualität|schwul\w*|lesbisch\w*|bisexuell\w*|homosexuell\w*|heterosexuell\w*",
    ),
    "politics": (
        r"politic\w*|elections?|which party|party member\w*|left-wing|right-wing|democrats?|republicans?",
        r"(do|did|would|will) you vote|trade unions?|union member\w*",
        r"politi(k|sch\w*)|wahl(en)? zum|wählst du|wählen sie die|welche partei\w*|gewerkschaft\w*|parteimitglied\w*",
    ),
}
_PATTERNS = {
    category: re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?!\w)", re.IGNORECASE) for category, words in _WORDS.items()
}
_OF_PRODUCTS = re.compile(
    r"vegan\w*|vegetarian\w*|vegetarisch\w*|gluten\w*|la[ck]tose\w*|halal|kosher|koscher\w*", re.IGNORECASE
)
"""What an option may say of a product as well as of whoever chooses it."""

_ORDER = ("origin", "religion", "sexuality", "politics", "health")  # skin color is no health


@rule("special-category", "error")
def special_category(seen: Seen) -> Iterator[Finding]:
    """A question on health, religion, origin, sexuality or politics that is not marked as such.

    Why: the law protects such answers more than others. With `sensitive:` they are never stored, exported or quoted
    without a tick of their own.
    Remedy: add `sensitive: health` (or the category that fits), or leave the question out. Where the word means
    something else, `# quizbot: allow special-category` says so. What is searched for are English and German words in
    the question and its options.
    """
    for question, loc, category, word in _first(seen.edition.quiz, _asked):
        text = f"question '{question.id}' seems to ask about {category}: {quoted(word)}"
        remedy = f"add `sensitive: {category}` to it, or say `# quizbot: allow special-category` where it is not"
        yield found(loc, text, remedy)


@rule("special-wish")
def special_wish(seen: Seen) -> Iterator[Finding]:
    """An answer wishes for products that may tell of the shopper's health, religion and the like.

    Why: who wants no nuts may have an allergy. What a product is free of is no secret, who asks for it is.
    Remedy: add `sensitive: health` (or the category that fits) to the question, or say
    `# quizbot: allow special-wish` where the wish tells nothing. What is searched for are words such as "vegan" in
    options, and the traits and columns that answers speak of.
    """
    quiz = seen.edition.quiz
    asked = {question.id for question, *_ in _first(quiz, _asked)}
    for question, loc, category, word in _first(quiz, _wished):
        if question.id not in asked:
            text = f"an answer to '{question.id}' may tell of {category}: {quoted(word)}"
            remedy = f"add `sensitive: {category}` to it, or say `# quizbot: allow special-wish` where it does not"
            yield found(loc, text, remedy)


Texts = Iterator[tuple[Loc, str]]


def _first(quiz: Quiz, texts: Callable[[Quiz, int, Question], Texts]) -> Iterator[tuple[Question, Loc, str, str]]:
    """The first place, category and word of each unmarked question whose texts speak of a special category."""
    for at, question in enumerate(quiz.questions):
        hits = ((question, loc, *each) for loc, text in texts(quiz, at, question) for each in spoken_of(text))
        if question.sensitive is None and (hit := next(hits, None)):
            yield hit


def spoken_of(text: str) -> Iterator[tuple[str, str]]:
    """The special categories that a text speaks of, each with the word that says so."""
    for category in _ORDER:
        word = _PATTERNS[category].search(text.replace("_", " "))
        if word:
            yield category, word[0]


def _asked(_: Quiz, at: int, question: Question) -> Texts:
    """What shoppers are asked, without what an option may say of a product."""
    loc: Loc = ("questions", at)
    yield (*loc, "ask"), question.ask
    for name in ("low", "high"):
        yield (*loc, name), str(getattr(question, name, ""))
    for place, option in enumerate(question.offered):
        yield (*loc, "options", place, "text"), _OF_PRODUCTS.sub("", option.text)


def _wished(quiz: Quiz, at: int, question: Question) -> Texts:
    """What shoppers say of products when they answer."""
    for place, option in enumerate(question.offered):
        yield ("questions", at, "options", place, "text"), option.text
    for where, owner, effect in effects(quiz):
        if owner is question:
            yield from _named(quiz, where, effect)


def _named(quiz: Quiz, loc: Loc, effect: Effect) -> Texts:
    """What an answer's wishes and demands are about."""
    for word in ("prefer", "avoid", "require", "exclude"):
        for name in getattr(effect, word):
            trait = quiz.traits.get(name)
            source = trait.source if trait else None
            column = (source.column or source.option or " ".join(source.columns or ())) if source else ""
            yield (*loc, word, name), f"{name.replace('-', ' ')} | {trait.label if trait else ''} | {column}"
