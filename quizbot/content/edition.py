"""One version of a quiz with its catalog, levels and translations: all that advice needs, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256

from quizbot.content.catalog import Catalog, Column
from quizbot.content.learned import Learned
from quizbot.content.levels import Levels, measure
from quizbot.content.made import made
from quizbot.content.quiz import Question, Quiz
from quizbot.content.texts import matching


@dataclass(frozen=True, eq=False)
class Edition:
    """A quiz measured on a catalog. `version` is a prefix of the SHA-256 of both and of all translations.

    `translations` are the same quiz in other languages, `feeds` the catalog's titles and addresses in them, both by
    language. `shown` has the titles and addresses that are shown, written in `shown_language`; ranking and evidence
    stay with `catalog`. `learned` is what people taught about the items; the version says nothing of it.
    """

    id: str
    quiz: Quiz
    catalog: Catalog
    levels: Levels
    version: str
    shown: Catalog
    shown_language: str
    translations: Mapping[str, Quiz] = field(default_factory=dict)
    feeds: Mapping[str, Catalog] = field(default_factory=dict)
    learned: Learned | None = None

    @property
    def without_learned(self) -> "Edition":
        """The same, where nobody taught anything."""
        return replace(self, learned=None) if self.learned else self

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """Questions by id, in the editor's order."""
        return {each.id: each for each in self.quiz.questions}

    @property
    def languages(self) -> tuple[str, ...]:
        """The quiz's own language, then those it is translated into."""
        return self.quiz.language, *sorted(self.translations)

    def spoken(self, language: str) -> "Edition":
        """The edition in the nearest language there is, itself when there is none; only its texts differ."""
        found = matching(language, self.languages)
        return self._translated.get(found or "", self)

    @cached_property
    def _translated(self) -> Mapping[str, "Edition"]:
        return {language: self._in(language, quiz) for language, quiz in self.translations.items()}

    def _in(self, language: str, quiz: Quiz) -> "Edition":
        feed = self.feeds.get(language)
        shown, spoken = (feed, language) if feed else (self.shown, self.shown_language)
        return replace(self, quiz=quiz, shown=shown, shown_language=spoken, translations={}, feeds={})


def edition(  # noqa: PLR0913 (its parts are its arguments)
    name: str,
    quiz: Quiz,
    catalog: Catalog,
    translations: Mapping[str, Quiz] | None = None,
    feeds: Mapping[str, Catalog] | None = None,
    *,
    levels: Levels | None = None,
) -> Edition:
    """Measure a quiz on its catalog and stamp both, and what translates them, with a version.

    Options that are to be made from the catalog are made; `translations` are of a quiz whose options are made already.
    `levels` saves measuring what is measured already.
    """
    quiz, _ = made(quiz, catalog)
    quizzes, catalogs = dict(translations or {}), dict(feeds or {})
    parts = [quiz.model_dump_json(), catalog.digest]
    parts += [quizzes[each].model_dump_json() for each in sorted(quizzes)]
    parts += [f"{each} {catalogs[each].digest}" for each in sorted(catalogs)]
    stamp = sha256("\0".join(parts).encode()).hexdigest()[:16]
    shown = {language: retitled(catalog, each) for language, each in catalogs.items()}
    measured = levels or measure(quiz, catalog)
    return Edition(name, quiz, catalog, measured, stamp, catalog, quiz.language, quizzes, shown)


def retitled(catalog: Catalog, feed: Catalog) -> Catalog:
    """The catalog with the titles and addresses of another one; products that one lacks keep their own."""
    places = [feed.positions.get(each) for each in catalog.ids]

    def column(name: str) -> Column:
        own, other = catalog.columns[name].texts, feed.columns[name].texts
        texts = (own[at] if place is None else other[place] or own[at] for at, place in enumerate(places))
        return Column(name, tuple(texts))

    return replace(catalog, columns={**catalog.columns, **{name: column(name) for name in ("title", "url")}})
