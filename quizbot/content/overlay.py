"""A translation of a quiz: its texts by id and nothing else, held against the quiz and laid over it."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.json_schema import JsonSchemaValue

from quizbot.content.families import Family
from quizbot.content.made import AddedTrait, MadeOption
from quizbot.content.problems import KEY, Finding, Loc, choose_from, quoted
from quizbot.content.quiz import Id, Names, Option, Question, Quiz, Text, Trait
from quizbot.content.wellsprings import Listed, listed_labels, told_levels
from quizbot.content.written import SCALAR, OrShort, Short, Written

Texts = Mapping[str, Any]
"""Texts, lists of texts, and mappings of them by key or id."""

_ONE = {"traits": "trait", "questions": "question", "options": "option", "personas": "persona", "slots": "slot"}
_MAY_STAY = frozenset({"unit"})  # EUR and cm are the same in many languages


class TraitTexts(Written):
    """The words for one trait."""

    model_config = ConfigDict(title="the texts of a trait")

    label: Text | None = Field(None, description="What it is called, for people.")
    low: Text | None = Field(None, description="Completes `It is ...` at level 0.")
    middle: Text | None = Field(None, description="Completes `It is ...` at level 0.5.")
    high: Text | None = Field(None, description="Completes `It is ...` at level 1.")
    more: Names = Field((), description="What shoppers say for more of it; the first names the refinement.")
    less: Names = Field((), description="What shoppers say for less of it.")


class OptionTexts(Written):
    """The words of one option."""

    model_config = ConfigDict(title="the texts of an option")

    text: Text | None = Field(None, description="The choice as the shopper reads it.")
    says: Text | None = Field(None, description="The bot's reply when this is chosen.")


class QuestionTexts(Written):
    """The words of one question."""

    model_config = ConfigDict(title="the texts of a question")

    ask: Text | None = Field(None, description="The question as the shopper reads it.")
    why: Text | None = Field(None, description="Why it is asked, in a sentence.")
    low: Text | None = Field(None, description="What the first step means.")
    high: Text | None = Field(None, description="What the last step means.")
    unit: Short | None = Field(None, description="Unit of the number, for people; left out, it stays as it is.")
    options: dict[Id, OptionTexts] = Field({}, description="Texts of the options, by id.")


class PersonaTexts(Written):
    """The words of one persona."""

    model_config = ConfigDict(title="the texts of a persona")

    title: Text | None = Field(None, description="What the shopper is called.")
    text: Text | None = Field(None, description="The portrait, in a sentence or two.")


class SlotTexts(Written):
    """The words of one slot."""

    model_config = ConfigDict(title="the texts of a slot")

    title: Text | None = Field(None, description="What belongs here, for people.")


class TranslatedFeed(Written):
    """The catalog's own translation."""

    model_config = ConfigDict(title="the translated catalog")

    file: Text = Field(description="Feed file with the same product ids, relative to this file.")


def _feed(raw: Any) -> Any:
    return {"file": raw} if isinstance(raw, str) else raw


class Overlay(Written):
    """A translation: the texts of a quiz by id. The file's name says of which quiz and into which language."""

    model_config = ConfigDict(title="a translation")

    title: Text | None = Field(None, description="What the quiz is called.")
    welcome: Text | None = Field(None, description="What is said before the first question.")
    catalog: Annotated[TranslatedFeed | None, BeforeValidator(_feed), OrShort((SCALAR,))] = Field(
        None, description="A feed with the products' texts in this language, when there is one."
    )
    traits: dict[Id, TraitTexts] = Field({}, description="Texts of the traits, by id.")
    questions: dict[Id, QuestionTexts] = Field({}, description="Texts of the questions, by id.")
    personas: dict[Id, PersonaTexts] = Field({}, description="Texts of the personas, by id.")
    slots: dict[Id, SlotTexts] = Field({}, description="Texts of the slots, by id.")
    labels: dict[Id, dict[Text, Text]] = Field(
        {},
        description="Texts of labels, by trait and label; of a trait with levels, of the words it is read from.",
    )


def schema() -> JsonSchemaValue:
    """The JSON Schema (draft 2020-12) of a translation, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Overlay.model_json_schema(by_alias=True)}


# Held against the quiz ----------------------------------------------------------------------------


def strangers(overlay: Overlay, quiz: Quiz) -> Iterator[Finding]:
    """What an overlay translates and the quiz does not have: errors."""
    for loc, said, given in _beside(texts(quiz), _given(overlay), ()):
        for name in given:
            if name not in said:
                yield _stranger(loc, name, said)
    telling = {name: told_levels(trait) for name, trait in quiz.traits.items()}
    named = [name for name, trait in quiz.traits.items() if trait.kind == "labels" or telling[name]]
    for name, labels in overlay.labels.items():
        if name not in named:
            text = f"no trait {quoted(name)} has labels"
            yield Finding(("labels", name, KEY), "unknown-trait", text, choose_from(name, named))
            continue
        known = Listed(telling[name])
        for label in labels if known.names else ():
            if not known.has(label):
                text = f"trait '{name}' is not read from {quoted(label)}"
                yield Finding(("labels", name, label, KEY), "unknown-label", text, choose_from(label, known.names))


def strange_labels(overlay: Overlay, quiz: Quiz, families: Mapping[str, Family]) -> Iterator[Finding]:
    """Labels that an overlay translates and neither the quiz nor its catalog has: errors."""
    for name, labels in overlay.labels.items():
        family, own = families.get(name), Listed(tuple(quiz.traits[name].labels) if name in quiz.traits else ())
        for label in labels if family else ():
            if family and family.position(label) is None and not own.has(label):
                text = f"trait '{name}' has no label {quoted(label)}"
                yield Finding(("labels", name, label, KEY), "unknown-label", text, choose_from(label, family.labels))


def gaps(overlay: Overlay, quiz: Quiz) -> Iterator[Finding]:
    """What the quiz says and an overlay leaves untranslated: warnings."""
    for loc, said, given in _beside(texts(quiz), _given(overlay), ()):
        for name, each in said.items():
            if name not in given and name not in _MAY_STAY:
                yield _gap(loc, name, each)
    for name, trait in quiz.traits.items():
        translated = Listed(tuple(overlay.labels.get(name, ())))
        lacking = {label: text for label, text in _labels(trait).items() if not translated.has(label)}
        if lacking and not translated.names:
            yield _gap(("labels",), name, lacking)
        else:
            for label, text in lacking.items():
                yield _gap(("labels", name), label, text)


def texts(quiz: Quiz) -> Texts:
    """Every text of a quiz but those of labels, in the shape of an overlay; what is not said is left out."""
    return _said(
        {
            "title": quiz.title,
            "welcome": quiz.welcome,
            "traits": {name: _fields(trait, TraitTexts) for name, trait in quiz.traits.items()},
            "questions": {each.id: _fields(each, QuestionTexts) | _option_texts(each) for each in quiz.questions},
            "personas": {each.id: _fields(each, PersonaTexts) for each in quiz.personas},
            "slots": {each.id: _fields(each, SlotTexts) for each in quiz.results.slots},
        }
    )


def _option_texts(question: Question) -> dict[str, Any]:
    return {"options": {each.id: _fields(each, OptionTexts) for each in question.offered}}


def _fields(written: Written, shape: type[Written]) -> dict[str, Any]:
    return {name: getattr(written, name, None) for name in shape.model_fields}


def _given(overlay: Overlay) -> Texts:
    return _said(overlay.model_dump(exclude={"catalog", "labels"}))


def _said(node: Texts) -> dict[str, Any]:
    """The mapping without what holds no text."""
    told = {name: _said(each) if isinstance(each, dict) else each for name, each in node.items()}
    return {name: each for name, each in told.items() if each}


def _labels(trait: Trait) -> dict[str, str]:
    """The texts that labels are shown with: what the quiz calls them, or their names as it lists them."""
    listed = listed_labels(trait.source) if trait.kind == "labels" else None
    named = Listed(tuple(trait.labels))
    unnamed = [*(listed.names if listed else ()), *trait.source.spelled]
    return trait.labels | {each: each for each in unnamed if not named.has(each)}


def _beside(said: Texts, given: Texts, loc: Loc) -> Iterator[tuple[Loc, Texts, Texts]]:
    """Every mapping that both have, with its place."""
    yield loc, said, given
    for name, each in said.items():
        if isinstance(each, dict) and name in given:
            yield from _beside(each, given[name], (*loc, name))


def _stranger(loc: Loc, name: str, said: Texts) -> Finding:
    known = list(said)
    if len(loc) % 2:  # a place of ids
        what = _ONE[str(loc[-1])]
        return Finding((*loc, name, KEY), f"unknown-{what}", f"unknown {what} {quoted(name)}", choose_from(name, known))
    owner = f"{_ONE[str(loc[-2])]} '{loc[-1]}'" if loc else "the quiz"
    return Finding((*loc, name, KEY), "unknown-key", f"{owner} has no '{name}' to translate", choose_from(name, known))


def _gap(loc: Loc, name: str, said: Any) -> Finding:
    path = ".".join(map(str, (*loc, name)))
    remedy = f"add '{name}: ...' with its texts" if isinstance(said, dict) else f"add '{name}: ...' for {quoted(said)}"
    return Finding((*loc, KEY) if loc else (), "missing-translation", f"'{path}' is not translated", remedy, "warning")


# Laid over it -------------------------------------------------------------------------------------

Model = TypeVar("Model", bound=Written)


Labels = Mapping[str, Mapping[str, str]]
"""Texts of labels, by trait and label."""


def translated(quiz: Quiz, overlay: Overlay, language: str, labels: Labels | None = None) -> Quiz:
    """The quiz in another language: the overlay's texts, the quiz's own where it has none, and every wish as it was.

    `labels` are what else is known to name labels in this language; the overlay's own come before them.
    """
    traits = {
        name: _over(
            each.spoken(language) if isinstance(each, AddedTrait) else each,
            overlay.traits.get(name),
            labels={**each.labels, **(labels or {}).get(name, {}), **overlay.labels.get(name, {})},
        )
        for name, each in quiz.traits.items()
    }
    slots = tuple(_over(each, overlay.slots.get(each.id)) for each in quiz.results.slots)
    more = {
        "language": language,
        "title": overlay.title or quiz.title,
        "welcome": overlay.welcome or quiz.welcome,
        "traits": traits,
        "questions": tuple(_question(each, overlay.questions.get(each.id), traits) for each in quiz.questions),
        "personas": tuple(_over(each, overlay.personas.get(each.id)) for each in quiz.personas),
        "results": quiz.results.model_copy(update={"slots": slots}),
    }
    return quiz.model_copy(update=more)


def _question(question: Question, said: QuestionTexts | None, traits: Mapping[str, Trait]) -> Question:
    if not question.offered:
        return _over(question, said)
    texts = said.options if said else {}
    return _over(question, said, options=tuple(_option(each, texts.get(each.id), traits) for each in question.offered))


def _option(option: Option, said: OptionTexts | None, traits: Mapping[str, Trait]) -> Option:
    return _over(option.named(traits[option.trait]) if isinstance(option, MadeOption) else option, said)


def _over(written: Model, said: Written | None, **more: Any) -> Model:
    """What was written, with the texts that were said in place of its own."""
    given = said.model_dump(exclude={"options"}) if said else {}
    return written.model_copy(update={name: each for name, each in given.items() if each} | more)
