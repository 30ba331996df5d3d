"""The words of one shop: what its quiz calls things, and what its catalog says."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from weakref import WeakKeyDictionary

from quizbot.advice.understand.forms import adjectives, compared, nouns, readings, stem, surfaces
from quizbot.advice.understand.headers import called, columns, measures, parts, spoken
from quizbot.advice.understand.senses import (
    Choice,
    Flag,
    Item,
    Level,
    Name,
    Noun,
    Sense,
    Side,
    Value,
    distinct,
    labeled,
    merged,
    order,
)
from quizbot.advice.understand.spelling import Speller
from quizbot.advice.understand.wares import MOST_TITLES, asked, goods
from quizbot.content.catalog import Column
from quizbot.content.edition import Edition
from quizbot.content.lexicon import lexicon, phrase
from quizbot.content.quiz import Quiz, Trait
from quizbot.content.texts import languages

Phrase = tuple[str, ...]

_MORE = frozenset({"more", "mehr"})
_LESS = frozenset({"less", "fewer", "weniger"})
_DENIES = frozenset(
    {"no", "not", "without", "ohne", "kein", "keine", "keinen", "nichts", "nothing", "none", "frei", "free"}
)
_MOST_VALUES = 400  # of a column; with more it is no vocabulary but prose
_LONGEST_NAME = 128  # characters that a refinement may hold
_LONGEST_VALUE = 4  # words of a value
_SOURCE = {"words": 1, "derived": 2, "part": 3, "title": 4, "related": 5}  # what is said explicitly is 0
_SHORTEST_WORD = 3
_ENDINGS = ("er", "ed", "es", "em", "en", "e")  # of a value: `roter`, `hooded`, `rotes`
_MADE_OF = ("ner", "nes", "nem", "nen", "ne", "n")  # of what is made of a value: `silbernes`, `lederne`
_DENIAL = 5  # letters of a denial that nothing is taken to be a typo of: `kenne` is no `keine`
_SIZES = {"extrasmall": "xs", "small": "s", "medium": "m", "large": "l", "extralarge": "xl"}
_SIZES |= {short: full for full, short in _SIZES.items()}


class Vocabulary:
    """Every phrase that means something in one edition, in all of its languages.

    `phrases` holds the senses of a phrase with how far each is from being said explicitly (0 is explicit), `stems`
    the same by the stems of words, `adjectives` those of single adjectives by their base.
    """

    def __init__(self, edition: Edition) -> None:
        """Gather the words of an edition and its translations."""
        self.edition, self.catalog = edition, edition.catalog
        self.phrases: dict[Phrase, dict[Sense, int]] = {}
        self.adjectives: dict[str, dict[Side, int]] = {}
        self.choices: dict[Phrase, list[Choice]] = {}
        self.texts: dict[Phrase, list[Choice]] = {}
        self.lexicons = [lexicon(each) for each in sorted(languages())]
        self.small = frozenset[str]().union(*(each.ignored for each in self.lexicons))
        self.goods = frozenset(goods(edition)) - self.small
        for quiz in (edition.quiz, *edition.translations.values()):
            self._add_quiz(quiz)
        self._add_catalog()
        self._add_related()
        self.types = frozenset(word for each in set(self.catalog.columns["type"].texts) for word in phrase(each))
        labels = [f"{name} {each.label}" for name, each in edition.quiz.traits.items() if each.kind == "labels"]
        self.families = frozenset(stem(word) for each in labels for word in phrase(each))
        self.spelled = frozenset(asked(edition)) | self.goods
        self.familiar = self.spelled.union(*(each.filler for each in self.lexicons))
        self.measures = measures(edition)
        self.units = {phrase(each): each for each in self.measures.values()}
        self.longest = max(map(len, self.phrases), default=1)

    # Looking up -----------------------------------------------------------------------------------

    def senses(self, words: Phrase) -> list[Sense]:
        """What a phrase means: all senses that are equally likely, or none. Several are an ambiguity."""
        found = self.phrases.get(words) or self._by_stem(words) or self._inflected(words)
        if len(words) == 1:
            named = {each for each, rank in found.items() if isinstance(each, Noun) and not rank}
            forms = self._forms(words[0], exactly=bool(found))
            found = merged(found, {each: rank for each, rank in forms.items() if Noun(each.trait) not in named})
        if not found:
            return []
        best = min((rank, order(each)) for each, rank in found.items())
        return distinct(each for each, rank in found.items() if (rank, order(each)) == best)

    def _by_stem(self, words: Phrase) -> Mapping[Sense, int]:
        if len(words) == 1 and (len(words[0]) <= _SHORTEST_WORD or words[0] in self.small):
            return {}
        return self.stems.get(tuple(map(stem, words)), {})

    def _inflected(self, words: Phrase) -> Mapping[Sense, int]:
        """Senses of a value with an ending, which might be a comparative's too: `schwarzer`, `hooded`."""
        if len(words) > 1 or words[0] in self.small:
            return {}
        bare = next((words[0].removesuffix(each) for each in _ENDINGS if words[0].endswith(each)), words[0])
        made = next((words[0].removesuffix(each) for each in _MADE_OF if words[0].endswith(each)), words[0])
        for each, shortest in ((bare, _SHORTEST_WORD), (made, _SHORTEST_WORD + 2)):
            known = self.phrases.get((each,), {}) if each != words[0] and len(each) >= shortest else {}
            if any(isinstance(sense, Value | Flag) for sense in known):
                return {sense: rank for sense, rank in known.items() if isinstance(sense, Value | Flag)}
        labels = (self.phrases.get((each,), {}) for each in nouns(words[0]))
        return next(filter(None, map(labeled, labels)), {})

    def _forms(self, word: str, *, exactly: bool) -> dict[Side, int]:
        """The senses of a word as a form of an adjective: the first base that is one decides."""
        for base, degree in readings(word):
            if exactly and base != word:
                break
            known = self.adjectives.get(base)
            if known and (len(base) >= _SHORTEST_WORD or base == word):
                return {replace(side, degree=degree): rank for side, rank in known.items()}
        return {}

    @cached_property
    def stems(self) -> Mapping[Phrase, dict[Sense, int]]:
        """Senses by the stems of the words of a phrase."""
        found: dict[Phrase, dict[Sense, int]] = {}
        for words, senses in self.phrases.items():
            if len(words) > 1 or len(words[0]) > _SHORTEST_WORD:
                place = found.setdefault(tuple(map(stem, words)), {})
                for sense, rank in senses.items():
                    place[sense] = min(rank, place.get(sense, rank))
        return found

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word that is known, however it is spelled in a phrase."""
        found = {word for words in self.phrases for word in words}
        explicit = [each for each, sides in self.adjectives.items() if 0 in sides.values()]
        found |= {form for each in explicit for form in surfaces(each)}
        found |= {word for words in self.choices for word in words}
        return frozenset(found)

    @cached_property
    def speller(self) -> Speller:
        """Knows the words that a typo may have meant."""
        own = {each for each in self.words | self.spelled if len(each) > _SHORTEST_WORD and each[0].isalpha()}
        telling = {
            word
            for each in self.lexicons
            for words, kinds in each.meanings.items()
            if "not" not in kinds or len(words[0]) > _DENIAL
            for word in words
        }
        return Speller(sorted(own | {each for each in telling if len(each) > _SHORTEST_WORD}))

    # Gathering ------------------------------------------------------------------------------------

    def _add(self, words: Phrase, sense: Sense, rank: int = 0) -> None:
        if words and words[0]:
            place = self.phrases.setdefault(words, {})
            place[sense] = min(rank, place.get(sense, rank))

    def _adjective(self, base: str, side: Side, rank: int = 0) -> None:
        if base and base not in self.small:
            place = self.adjectives.setdefault(base, {})
            place[side] = min(rank, place.get(side, rank))

    def _content(self, text: str) -> Phrase:
        """The words of a text that carry meaning; all of them where none would be left."""
        words = tuple(each for each in phrase(text) if each[0].isalnum())
        return tuple(each for each in words if each not in self.small) or words

    def _bare(self, text: str) -> Phrase:
        """A text without the small words it opens with."""
        words = tuple(each for each in phrase(text) if each[0].isalnum())
        while len(words) > 1 and words[0] in self.small and words[0] not in _DENIES:
            words = words[1:]
        return words

    def _add_quiz(self, quiz: Quiz) -> None:
        for name, trait in quiz.traits.items():
            if trait.kind == "labels":
                self._add_family(name, trait)
            else:
                self._add_trait(name, trait)
        for question in quiz.questions:
            for each in question.offered:
                choice = Choice(question.id, each.id)
                whole = self.texts.setdefault(tuple(word for word in phrase(each.text) if word[0].isalnum()), [])
                if choice not in whole:
                    whole.append(choice)
                for words in {self._bare(each.text), self._content(each.text), phrase(each.id)}:
                    known = self.choices.setdefault(words, [])
                    if choice not in known:
                        known.append(choice)

    def _add_trait(self, name: str, trait: Trait) -> None:
        for sign, texts in ((1, trait.more), (-1, trait.less)):
            for text in texts:
                words = phrase(text)
                if words[0] not in _MORE | _LESS or words[1:] != phrase(trait.label):  # more of what it is called
                    self._add_comparative(name, sign, words)
        for level, said in ((0.0, trait.low), (0.5, trait.middle), (1.0, trait.high)):
            if said:
                self._add_level(name, level, self._bare(said))
        self._add_label(name, trait)
        for text, level in (trait.source.levels or {}).items():
            self._add(phrase(text), Level(name, level), _SOURCE["words"])
        for each in trait.source.words or ():
            self._add(phrase(each), Side(name, 1), _SOURCE["words"])
            if len(phrase(each)) == 1:
                self._adjective(phrase(each)[0], Side(name, 1), _SOURCE["words"])
        for each in trait.source.tags or ():
            self._add(phrase(each), Side(name, 1), _SOURCE["words"])

    def _add_comparative(self, name: str, sign: int, words: Phrase) -> None:
        """What is said for more of a trait (`sign` 1) or less of it."""
        if len(words) > 1 and words[0] in _MORE | _LESS:
            side = Side(name, sign if words[0] in _MORE else -sign)
            self._add(words[1:], side)
            self._add(words, replace(side, sign=sign, degree="comparative"))
            if len(words) == 2:  # noqa: PLR2004 (more and one word)
                self._adjective(words[1], side)
            return
        self._add(words, Side(name, sign, "comparative" if len(words) > 1 or compared(words[0]) else "positive"))
        if len(words) == 1:
            for base in compared(words[0]) or words:
                self._adjective(base, Side(name, sign))

    def _add_level(self, name: str, level: float, words: Phrase) -> None:
        """What completes "It is ..." at a level; a short one also gives an adjective."""
        if not words or words[0] in _DENIES:
            return
        self._add(words, Level(name, level), 0 if len(words) > 1 else _SOURCE["derived"])
        content = tuple(each for each in words if each not in self.small)
        sign = 1 if level > 0.5 else -1  # noqa: PLR2004 (the middle)
        if level != 0.5 and len(content) <= 2:  # noqa: PLR2004 (the middle; an adjective and what it is said of)
            for each in (word for word in content[:1] if word not in self.goods):
                self._adjective(each, Side(name, sign), _SOURCE["derived"])

    def _add_label(self, name: str, trait: Trait) -> None:
        words = self._content(trait.label)
        self._add(words, Noun(name))
        self._add(phrase(trait.label), Noun(name))
        self._add(phrase(name), Noun(name), _SOURCE["words"])
        for derived in adjectives(name):
            self._adjective(derived, Side(name, 1), _SOURCE["derived"])
        for each in words:
            rank = _SOURCE["words"] if len(words) == 1 else _SOURCE["derived"]
            if len(words) > 1 and not each.endswith("ing") and each not in self.goods:  # what plays is no playing time
                self._add((each,), Noun(name), rank)
            if each.endswith(("y", "ig")) or trait.source.words is not None or len(words) == 1:
                self._adjective(each, Side(name, 1), rank)
            for derived in adjectives(each):
                self._adjective(derived, Side(name, 1), rank)

    def _add_family(self, name: str, trait: Trait) -> None:
        """The labels of a trait, however the quiz, the catalog and the shopper's language spell them."""
        family, source = self.edition.levels.families[name], trait.source
        demanded = self._demanded(name, trait)
        for words in {phrase(trait.label), phrase(name)}:
            self._add(words, Name(demanded), _SOURCE["derived"])
        spelled: dict[str, list[str]] = {}
        if isinstance(source.words, dict):
            spelled = {label: list(each) for label, each in source.words.items()}
        for label in (*family.labels, *source.spelled):
            for text in (label, trait.labels.get(label, ""), *source.spelled.get(label, ()), *spelled.get(label, ())):
                exact = text if text in source.spelled.get(label, ()) and phrase(text) != phrase(label) else label
                value = Value(demanded, exact, label, soft=True)
                self._add_value(text, value)
        openings: dict[str, set[str]] = {}
        for label, texts in source.spelled.items():
            for text in texts:
                openings.setdefault(phrase(text)[0], set()).add(label)
        for word, labels in openings.items():
            if len(labels) == 1 and len(word) >= _SHORTEST_WORD:
                label = next(iter(labels))
                self._add((word,), Value(demanded, label, label, soft=True), _SOURCE["part"])
        for label, text in trait.labels.items():
            at = family.position(label)
            known = label if at is None else family.labels[at]
            self._add_value(text, Value(demanded, known, known, soft=True))

    def _add_value(self, text: str, value: Value, rank: int = 0) -> None:
        """A value by its text, by each part of `black or gray`, and by its translations."""
        if max(len(value.text), len(value.label), len(value.name)) > _LONGEST_NAME:
            return
        words = tuple(each for each in phrase(text) if each[0].isalnum())
        self._add(words, value, rank)
        self._add(phrase(text), value, rank)
        self._add((_SIZES.get("".join(words), ""),), value, rank + _SOURCE["words"])
        if len(words) > 1:
            self._add(("".join(words),), value, rank + _SOURCE["words"])
        if (bare := self._bare(text)) != words:
            self._add(bare, value, rank + _SOURCE["words"])
            words = bare
        either = [
            each for lexicon_ in self.lexicons for each, kinds in lexicon_.meanings.items() if {"or", "and"} & {*kinds}
        ]
        if any((each,) in either for each in words):
            part: list[str] = []
            for word in (*words, "or"):
                if (word,) in either:
                    self._add(tuple(part), value, rank + _SOURCE["words"])
                    part = []
                else:
                    part.append(word)
        if len(words) == 1:
            for lexicon_ in self.lexicons:
                for other in lexicon_.other.get(words[0], ()):
                    self._add((other,), value, rank + _SOURCE["words"])

    def _demanded(self, name: str, trait: Trait) -> str:
        """What a demand calls the column of a label trait: the trait, unless another column has its name."""
        source = trait.source.column or trait.source.option
        other = self.catalog.column(name) or self.catalog.option(name)
        own = (self.catalog.column(source) or self.catalog.option(source)) if source else None
        return source if source and other is not None and other is not own else name

    def _add_related(self) -> None:
        """The same adjectives in another language, and their opposites, where these are not words of the quiz."""
        for flip, relation in ((1, "other"), (-1, "opposites"), (1, "other")):
            for base, sides in list(self.adjectives.items()):
                for each in self.lexicons:
                    for other in getattr(each, relation).get(base, ()):
                        if other not in self.adjectives or min(self.adjectives[other].values()) >= _SOURCE["related"]:
                            for side in sides:
                                self._adjective(other, replace(side, sign=flip * side.sign), _SOURCE["related"])

    # The catalog ----------------------------------------------------------------------------------

    def _add_catalog(self) -> None:
        taken = {  # by traits, which say what their values mean
            (trait.source.column or trait.source.option or "").casefold()
            for trait in self.edition.quiz.traits.values()
            if trait.kind == "labels" or trait.source.levels
        }
        for rank, (name, column) in enumerate(columns(self.catalog)):
            short = called(self.catalog, name)
            for words in {phrase(short.replace("_", " ")), spoken(short)[0]}:
                self._add(words, Name(short), _SOURCE["words"])
            if taken & {column.name.casefold(), name.casefold(), short.casefold()}:
                continue
            if column.is_yes_or_no:
                self._add_flag(short)
            elif not column.is_number or name in self.catalog.variants.options:
                self._add_values(short, column, rank)
        for tag in sorted(self.catalog.all_tags)[:_MOST_VALUES]:
            if len(phrase(tag)) <= _LONGEST_VALUE:
                self._add(phrase(tag), Flag(tag), _SOURCE["part"])
        self._add_titles()

    def _add_flag(self, name: str) -> None:
        words = phrase(name.replace("_", " "))
        self._add(words, Flag(name))
        if len(words) == 1:
            for lexicon_ in self.lexicons:
                for other in lexicon_.other.get(words[0], ()):
                    self._add((other,), Flag(name), _SOURCE["words"])

    def _add_values(self, name: str, column: Column, rank: int) -> None:
        distinct = dict.fromkeys(column.texts)
        if len(distinct) > max(_MOST_VALUES, 0) and name not in ("brand", "type"):
            return
        values = dict.fromkeys(part for text in distinct for sign in (text,) for part in parts(sign) if part)
        fitting = [each for each in values if len(phrase(each)) <= _LONGEST_VALUE]
        counted = Counter(word for each in fitting for word in set(self._content(each)))
        for each in fitting:
            self._add_value(each, Value(name, each), 0 if rank < 3 else _SOURCE["words"])  # noqa: PLR2004 (options, type and brand)
            for word in self._content(each):
                first = phrase(each)[0] == word
                telling = first or (name == "brand" and word not in self.goods)
                if counted[word] == 1 and telling and len(phrase(each)) > 1 and len(word) > _SHORTEST_WORD:
                    self._add((word,), Value(name, each), _SOURCE["part"])

    def _add_titles(self) -> None:
        titles = self.catalog.columns["title"].texts[:MOST_TITLES]
        counted = Counter(word for each in titles for word in set(self._content(each)))
        for id_, title in zip(self.catalog.ids, titles, strict=False):
            words = phrase(title)
            words = tuple(each for each in words if each[0].isalnum())
            if words and (words not in self.phrases):
                self._add(words, Item(id_), _SOURCE["words"])
            for word in self._content(title):
                if counted[word] == 1 and len(word) > _SHORTEST_WORD and (word,) not in self.phrases:
                    self._add((word,), Item(id_), _SOURCE["title"])


_made: WeakKeyDictionary[Edition, Vocabulary] = WeakKeyDictionary()


def vocabulary(edition: Edition) -> Vocabulary:
    """The vocabulary of an edition, gathered when it is first needed."""
    found = _made.get(edition)
    if found is None:
        found = _made[edition] = Vocabulary(edition)
    return found
