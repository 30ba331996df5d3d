"""Options made from the catalog: the most frequent values of a column, a variant option, the tags or a label trait.

They are made once for each edition, so that nobody else meets a question whose options are still to be made. Each
stands for a label of a trait; where no trait of the quiz reads what the options come from, one is added that does.
"""

from collections.abc import Iterator, Sequence

from pydantic import Field

from quizbot.content.catalog import Catalog, Column
from quizbot.content.effects import Requirement, Wanted
from quizbot.content.families import Family, family
from quizbot.content.problems import Finding, Loc, choose_from, quoted
from quizbot.content.quiz import Id, Option, OptionsFrom, Question, Quiz, Source, Text, Trait, slug
from quizbot.content.texts import speech
from quizbot.content.wellsprings import Listed

_LONGEST_ID = 64
_WORDED = frozenset({"brand", "type", "tags"})  # columns of every catalog, for which every language has a word
_FEW = 2


class AddedTrait(Trait):
    """A trait of labels that options are made from and the quiz itself does not define."""

    column: Text = Field(description="The column, option or tags it reads, as the catalog names it.")

    def spoken(self, language: str) -> "AddedTrait":
        """The same trait with the language's own word for a column that every catalog has."""
        folded = self.column.casefold()
        label = speech(language)(f"language.column.{folded}") if folded in _WORDED else self.label
        return self.model_copy(update={"label": label})


class MadeOption(Option):
    """An option that stands for one label of a trait; its text is the label's."""

    trait: Id = Field(description="The trait that the label belongs to.")
    label: Text = Field(description="The label as the catalog spells it.")

    def named(self, trait: Trait) -> "MadeOption":
        """The same option with the text that a trait, in whatever language, has for its label."""
        return self.model_copy(update={"text": _text(trait, self.label)})


def made(quiz: Quiz, catalog: Catalog) -> tuple[Quiz, list[Finding]]:
    """The quiz with options wherever they are to be made, and what keeps some of them from being made.

    A quiz without such questions is given back as it is, and so is each question whose options cannot be made.
    """
    making = _Making(quiz, catalog)
    questions = tuple(making.question(each, ("questions", at)) for at, each in enumerate(quiz.questions))
    if all(each is written for each, written in zip(questions, quiz.questions, strict=True)):
        return quiz, making.findings
    return quiz.model_copy(update={"questions": questions, "traits": making.traits}), making.findings


class _Making:
    """One making: the traits so far, those that were added among them, and every problem gathered."""

    def __init__(self, quiz: Quiz, catalog: Catalog) -> None:
        self.traits = dict(quiz.traits)
        self.language = quiz.language
        self.catalog = catalog
        self.findings: list[Finding] = []

    def question(self, question: Question, loc: Loc) -> Question:
        """The question with its options, or as it is."""
        source = question.options_from
        if source is None:
            return question
        name = self._trait(source.source, (*loc, "options", "from"))
        if name is None:
            return question
        found = family(self.traits[name].source, self.catalog)
        labels = _most_frequent(found, source.most)
        if len(labels) < _FEW:
            self._few(source, name, labels, (*loc, "options", "from"))
            return question
        return question.model_copy(update={"options": tuple(self._options(source, name, labels))})

    def _few(self, source: OptionsFrom, name: str, labels: Sequence[str], loc: Loc) -> None:
        if isinstance(self.traits[name], AddedTrait):
            del self.traits[name]
        elif not labels:
            return  # a trait of the quiz that no product has is told of as such
        says = f"has only one value, {quoted(labels[0])}" if labels else "says nothing of any product"
        remedy = "name something in which the products differ, or leave the question out"
        self.findings.append(Finding(loc, "few-values", f"'{source.source}' {says}", remedy))

    def _options(self, source: OptionsFrom, name: str, labels: Sequence[str]) -> Iterator[Option]:
        trait = self.traits[name]
        demanded = trait.source.column or trait.source.option or name
        for label, known in zip(labels, _ids(labels), strict=True):
            # What stands in a catalog may be longer than what an editor may write, so it is not validated again.
            hard = {demanded: Requirement.model_construct(values=(label,))} if source.require else {}
            soft = {} if source.require else {name: Wanted.model_construct(labels=(label,))}
            text = _text(trait, label)
            yield MadeOption.model_construct(id=known, text=text, trait=name, label=label, prefer=soft, require=hard)

    # Where the values come from ---------------------------------------------------------------------

    def _trait(self, name: str, loc: Loc) -> str | None:
        """The label trait whose labels are the values under a name, added where there is none; None with a finding."""
        column = self._column(name)
        if column is not None:
            reading = [each for each, trait in self.traits.items() if self._reads(trait, column)]
            if reading:
                return name if name in reading else reading[0]
            numeric = self._numeric(name, column, loc)
            return None if numeric else self._added(name, column)
        trait = self.traits.get(name)
        if trait is not None and trait.kind == "labels":
            return name
        self.findings.append(self._unusable(name, trait, loc))
        return None

    def _column(self, name: str) -> Column | None:
        """The column, variant option or tags of this name; a single tag is no set of values."""
        folded = name.casefold()
        named = folded in ("price", "available") or self.catalog.column(name) or self.catalog.option(name)
        cells = self.catalog.cells(name) if named else None
        return cells.column if cells else None

    def _reads(self, trait: Trait, column: Column) -> bool:
        source = trait.source.column or trait.source.option
        own = self._column(source) if trait.kind == "labels" and source else None
        return own is not None and own.name == column.name

    def _numeric(self, name: str, column: Column, loc: Loc) -> bool:
        """Whether a column is one of numbers; sizes and the like among variant options are choices all the same."""
        if not column.is_number or (self.catalog.option(name) and not self.catalog.column(name)):
            return False
        said = next(each for each in column.texts if each).removesuffix(".0")
        text = f"'{name}' has numbers, such as {quoted(said)}, which are no choices"
        remedy = "ask with a question of type number, or let a trait of `kind: labels` read it"
        self.findings.append(Finding(loc, "numbers", text, remedy))
        return True

    def _added(self, name: str, column: Column) -> str:
        """The id of a trait that is added to read a column or an option."""
        wanted = slug(name.partition(" (")[0])
        added = next(each for each in _numbered(wanted) if each not in self.traits)
        is_option = self.catalog.column(name) is None and self.catalog.option(name) is not None
        source = Source(option=name) if is_option else Source(column=name)
        label = column.name.partition(" (")[0].replace("_", " ")
        label = label[:1].upper() + label[1:] or added
        trait = AddedTrait(label=label, kind="labels", source=source, column=column.name)
        self.traits[added] = trait.spoken(self.language)
        return added

    def _unusable(self, name: str, trait: Trait | None, loc: Loc) -> Finding:
        if trait is not None:
            text = f"trait '{name}' has levels, which are no choices"
            return Finding(loc, "wish-kind", text, "name a trait with labels, or ask with a question of type scale")
        if name.casefold() in self.catalog.all_tags:
            text = f"'{name}' is one tag, which is no set of choices"
            return Finding(loc, "tag-value", text, "name `tags` for the most frequent ones, or a trait that lists some")
        families = [each for each, found in self.traits.items() if found.kind == "labels"]
        known = list(dict.fromkeys((*self.catalog.names(), *families)))
        text = f"the catalog has no column {quoted(name)}"
        return Finding(loc, "unknown-column", text, choose_from(name, known, 20))


def _text(trait: Trait, label: str) -> str:
    """What people read for a label: the text that the trait has for it, else the label itself."""
    own = Listed((label,))
    return next((text for name, text in reversed(trait.labels.items()) if own.has(name)), label)


def _most_frequent(found: Family, most: int) -> list[str]:
    """The labels that most items have, ties in the order of their texts."""
    counted = [(-len(items), label.casefold(), label) for label, items in zip(found.labels, found.items, strict=True)]
    return [label for count, _, label in sorted(counted) if count][:most]


def _ids(labels: Sequence[str]) -> list[str]:
    """The labels as ids, each its own."""
    ids: list[str] = []
    for label in labels:
        ids.append(next(each for each in _numbered(slug(label)) if each not in ids))
    return ids


def _numbered(name: str) -> Iterator[str]:
    """The name, then the name with 2, 3 and so on behind it."""
    yield name
    number = 2
    while True:
        ending = f"-{number}"
        yield name[: _LONGEST_ID - len(ending)] + ending
        number += 1


# In other languages -------------------------------------------------------------------------------


def feed_labels(quiz: Quiz, catalog: Catalog, feed: Catalog) -> dict[str, dict[str, str]]:
    """What a translated feed calls the labels that options were made from, by trait and label.

    The other name of a label is the one that stands most exclusively at the products that have it: the largest
    Jaccard index of the two sets of products.
    """
    traits = {each.trait for question in quiz.questions for each in question.offered if isinstance(each, MadeOption)}
    found: dict[str, dict[str, str]] = {}
    for name in sorted(traits):
        source = quiz.traits[name].source
        if (source.column or source.option) and feed.cells(source.column or source.option or "") is not None:
            found[name] = _renamed(family(source, catalog), family(source, feed), catalog, feed)
    return found


def _renamed(own: Family, other: Family, catalog: Catalog, feed: Catalog) -> dict[str, str]:
    places = [catalog.positions.get(each) for each in feed.ids]
    theirs = {
        label: frozenset(places[at] for at in items.tolist()) - {None}
        for label, items in zip(other.labels, other.items, strict=True)
    }
    labels_of: dict[int | None, list[str]] = {}
    for label, items in theirs.items():
        for item in items:
            labels_of.setdefault(item, []).append(label)
    renamed: dict[str, str] = {}
    for label, having in zip(own.labels, own.items, strict=True):
        mine = frozenset(having.tolist())
        near = dict.fromkeys(each for item in sorted(mine) for each in labels_of.get(item, ()))
        if near:
            renamed[label] = max(near, key=lambda each: len(mine & theirs[each]) / len(mine | theirs[each]))
    return renamed
