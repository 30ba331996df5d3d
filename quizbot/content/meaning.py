"""What the shape of a quiz cannot say: names that nobody defines, words that do not go together.

Each rule is a generator of findings; `against_catalog` holds a quiz against its products.
"""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from quizbot.content.against import against_catalog
from quizbot.content.answers import Answer, applicable, awaits_catalog, read_own, refused
from quizbot.content.effects import Effect, Requirement, Wanted
from quizbot.content.feeds.plain import NAMES
from quizbot.content.links import PLACES, is_query
from quizbot.content.problems import KEY, Finding, Loc, choose_from, quoted
from quizbot.content.quiz import Example, Multiple, Question, Quiz, Scale, TextQuestion, Trait
from quizbot.content.walk import demands, effects, images
from quizbot.content.wellsprings import listed_labels, source_mistakes

__all__ = ["against_catalog", "mistakes", "pictures", "unnoticed"]


def mistakes(quiz: Quiz) -> Iterator[Finding]:
    """Everything that is wrong with a quiz by itself."""
    for rule in (
        _duplicates,
        _sources,
        _wishes,
        _answers_named,
        _conditions,
        _personas,
        _gift,
        _survey,
        _others,
        _examples,
    ):
        yield from rule(quiz)


def pictures(quiz: Quiz, folder: Path) -> Iterator[Finding]:
    """Pictures that are not there, or that no page could show."""
    root = folder.resolve()
    for loc, image in images(quiz):
        if image.startswith("https://"):
            continue
        if "://" in image or image.startswith(("/", "data:", "javascript:")):
            remedy = "name a file in the content folder, or an https address"
            yield Finding(loc, "picture", f"the picture {quoted(image)} is neither a file nor https", remedy)
            continue
        path = (root / image).resolve()
        if not path.is_relative_to(root):
            yield Finding(loc, "picture", f"the picture {quoted(image)} lies outside of the content folder", "move it")
        elif not path.is_file():
            remedy = "write its place within the content folder, such as images/rain.svg"
            yield Finding(loc, "picture", f"there is no picture {quoted(image)}", remedy)


# Names --------------------------------------------------------------------------------------------


def _duplicates(quiz: Quiz) -> Iterator[Finding]:
    yield from _twice("question", ("questions",), (each.id for each in quiz.questions))
    for at, question in enumerate(quiz.questions):
        yield from _twice("option", ("questions", at, "options"), (each.id for each in question.offered))
    yield from _twice("persona", ("personas",), (each.id for each in quiz.personas))
    yield from _twice("slot", ("results", "slots"), (each.id for each in quiz.results.slots))
    yield from _twice("example", ("examples",), (each.name for each in quiz.examples), "name")


def _twice(what: str, loc: Loc, names: Iterable[str], key: str = "id") -> Iterator[Finding]:
    first: dict[str, int] = {}
    for at, name in enumerate(names):
        if name in first:
            text = f"the {key} {quoted(name)} stands twice; {what} {first[name] + 1} has it already"
            yield Finding((*loc, at, key), "duplicate-id", text, f"give each {what} its own")
        first.setdefault(name, at)


def _sources(quiz: Quiz) -> Iterator[Finding]:
    for name, trait in quiz.traits.items():
        yield from source_mistakes(name, trait)


def _unknown_trait(quiz: Quiz, loc: Loc, name: str) -> Finding:
    return Finding(
        (*loc, name, KEY), "unknown-trait", f"unknown trait {quoted(name)}", choose_from(name, [*quiz.traits])
    )


# Wishes and demands -------------------------------------------------------------------------------


def _wishes(quiz: Quiz) -> Iterator[Finding]:
    for loc, question, effect in effects(quiz):
        for word in ("prefer", "avoid"):
            for name, wanted in getattr(effect, word).items():
                here = (*loc, word)
                if name not in quiz.traits:
                    yield _unknown_trait(quiz, here, name)
                elif wanted.labels is not None:
                    yield from _labels(quiz, (*here, name), name, wanted.labels, word)
                else:
                    yield from _levels((*here, name), quiz.traits[name], wanted, question)


def _labels(quiz: Quiz, loc: Loc, name: str, labels: tuple[str, ...], word: str) -> Iterator[Finding]:
    trait = quiz.traits[name]
    if trait.kind != "labels":
        remedy = f"prefer a level instead: prefer: {{{name}: 0}}" if word == "avoid" else "give a level from 0 to 1"
        text = f"trait '{name}' has levels, no labels such as {quoted(labels[0] if labels else '')}"
        yield Finding(loc, "wish-kind", text, remedy)
        return
    known = listed_labels(trait.source)
    for at, label in enumerate(labels):
        if known is not None and not known.has(label):
            text = f"trait '{name}' has no label {quoted(label)}"
            yield Finding((*loc, "labels", at), "unknown-label", text, choose_from(label, known.names))


def _levels(loc: Loc, trait: Trait, wanted: Wanted, question: Question) -> Iterator[Finding]:
    *_, word, name = loc
    if trait.kind == "labels":
        yield Finding(loc, "wish-kind", f"trait '{name}' has labels, no levels", f"name labels: {name}: [...]")
    elif word == "avoid":
        remedy = f"prefer the other end instead: prefer: {{{name}: 0}}"
        yield Finding(loc, "wish-kind", f"`avoid` speaks of labels, and trait '{name}' has levels", remedy)
    elif wanted.first is not None and not isinstance(question, Scale):
        text = f"two levels for '{name}', of a first and a last step, where there are no steps"
        yield Finding(loc, "wish-kind", text, "give one level, or ask a question of type scale")
    elif "answer" in (wanted.level, wanted.min, wanted.max) and (trait.source.column is None or trait.source.levels):
        text = f"`answer` is a number in a column's unit, and trait '{name}' is not read from numbers"
        yield Finding(loc, "answer", text, "read the trait from a numeric column, or give a level")


def _answers_named(quiz: Quiz) -> Iterator[Finding]:
    """`answer` stands for a number that was given, so only a number question has one."""
    for loc, question, effect in effects(quiz):
        if question.type == "number":
            yield from _answer_as_value(loc, effect)
            continue
        for name, wanted in effect.prefer.items():
            if "answer" in (wanted.level, wanted.min, wanted.max):
                yield _no_answer((*loc, "prefer", name))
    numeric = {at for at, each in enumerate(quiz.questions) if each.type == "number"}
    for loc, name, demand in demands(quiz):
        if "answer" in (demand.min, demand.max) and not (loc[0] == "questions" and loc[1] in numeric):
            yield _no_answer((*loc, name))


def _no_answer(loc: Loc) -> Finding:
    return Finding(
        loc, "answer", "`answer` is a number given, and this is no number question", "write the number itself"
    )


def _answer_as_value(loc: Loc, effect: Effect) -> Iterator[Finding]:
    for word in ("require", "exclude"):
        found: dict[str, Requirement] = getattr(effect, word)
        for name, demand in found.items():
            if demand.values == ("answer",):
                text = f"`answer` alone does not say whether '{name}' is to be above or below"
                yield Finding((*loc, word, name), "answer", text, f"write {name}: {{max: answer}} or {{min: answer}}")


# Conditions ---------------------------------------------------------------------------------------


def _conditions(quiz: Quiz) -> Iterator[Finding]:
    places = {each.id: at for at, each in reversed(list(enumerate(quiz.questions)))}
    for at, question in enumerate(quiz.questions):
        for name, listed in question.condition.items():
            loc: Loc = ("questions", at, "if", name)
            if name not in places:
                remedy = choose_from(name, [each.id for each in quiz.questions[:at]])
                yield Finding((*loc, KEY), "unknown-question", f"unknown question {quoted(name)}", remedy)
            elif places[name] >= at:
                which = "itself" if places[name] == at else f"'{name}', which comes later"
                text = f"question '{question.id}' depends on {which}"
                yield Finding((*loc, KEY), "if-later", text, "name questions that come before it")
            else:
                yield from _listed(quiz.questions[places[name]], listed, loc)


def _survey(quiz: Quiz) -> Iterator[Finding]:
    """A question after the results changes nothing of them, and nobody has to answer it."""
    after = {each.id for each in quiz.survey}
    for loc, question, effect in effects(quiz):
        for word in ("prefer", "avoid", "require", "exclude"):
            if question.ask_after and getattr(effect, word):
                yield _no_survey((*loc, word, KEY), word)
    for at, question in enumerate(quiz.questions):
        here: Loc = ("questions", at)
        if question.ask_after and question.required:
            yield _no_survey((*here, "required", KEY), "required")
        if question.ask_after and question.options_from and question.options_from.require:
            yield _no_survey((*here, "options", "require", KEY), "require")
        for name in after.intersection(question.condition) if not question.ask_after else ():
            text = f"question '{question.id}' depends on '{name}', which is asked after the results"
            yield Finding((*here, "if", name, KEY), "if-later", text, "name questions that come before it")
    if not quiz.advising:
        yield Finding(("questions", KEY), "survey", "every question is asked after the results", "ask one before them")


def _no_survey(loc: Loc, word: str) -> Finding:
    text = f"`{word}` on a question that is asked after the results"
    return Finding(loc, "survey", text, "leave it out, or leave out `ask_after`")


def unnoticed(quiz: Quiz, noticed: Collection[str]) -> Iterator[Finding]:
    """Sensitive questions in categories that `site.yaml` has no notice for."""
    for at, question in enumerate(quiz.questions):
        if question.sensitive is not None and question.sensitive not in noticed:
            text = f"site.yaml has no notice of its own for questions on {question.sensitive}; the general one is shown"
            remedy = f"say there what becomes of the answers: notice: {{sensitive: {{{question.sensitive}: ...}}}}"
            yield Finding(("questions", at, "sensitive"), "no-notice", text, remedy, severity="warning")


def _listed(question: Question, listed: Iterable[str], loc: Loc) -> Iterator[Finding]:
    if isinstance(question, TextQuestion):
        text = f"question '{question.id}' is answered in words, which no `if` can list"
        yield Finding((*loc, KEY), "if-words", text, "depend on a question with options")
        return
    if awaits_catalog(question):
        return
    for at, option in enumerate(listed):
        problem = refused(question, option)
        if problem:
            yield Finding((*loc, at), "unknown-option", f"question '{question.id}': {problem[0]}", problem[1])


# The rest -----------------------------------------------------------------------------------------


def _others(quiz: Quiz) -> Iterator[Finding]:
    for at, question in enumerate(quiz.questions):
        most = question.max if isinstance(question, Multiple) and question.offered else None
        if most is not None and most > len(question.offered):
            text = f"max {most} is more than the {len(question.offered)} options"
            yield Finding(("questions", at, "max"), "max", text, "lower it, or leave it out")
    for name in quiz.results.boost:
        if name not in quiz.traits:
            yield _unknown_trait(quiz, ("results", "boost"), name)
        elif quiz.traits[name].kind == "labels":
            text = f"trait '{name}' has labels, and a push is for the highest level"
            yield Finding(("results", "boost", name), "wish-kind", text, "push a trait with levels")
    if quiz.results.link is not None and not is_query(quiz.results.link):
        text = f"{quoted(quiz.results.link)} cannot be the query of an address"
        remedy = "write name=value pairs joined by &, escape what is no letter or digit, and use no places but "
        yield Finding(("results", "link"), "link", text, remedy + ", ".join(f"{{{each}}}" for each in PLACES))
    for name in quiz.catalog.columns:
        if name not in NAMES:
            text = f"{quoted(name)} is no standard column"
            yield Finding(("catalog", "columns", name, KEY), "standard-column", text, choose_from(name, NAMES, 20))


def _personas(quiz: Quiz) -> Iterator[Finding]:
    for at, persona in enumerate(quiz.personas):
        for name in persona.levels:
            loc: Loc = ("personas", at, "levels")
            if name not in quiz.traits:
                yield _unknown_trait(quiz, loc, name)
            elif quiz.traits[name].kind == "labels":
                text = f"trait '{name}' has labels, no levels"
                yield Finding((*loc, name), "wish-kind", text, "a persona is drawn by levels alone; leave it out")


def _gift(quiz: Quiz) -> Iterator[Finding]:
    if isinstance(quiz.gift, bool):
        return
    question = quiz.question(quiz.gift.question)
    if question is None:
        remedy = choose_from(quiz.gift.question, [each.id for each in quiz.questions])
        text = f"unknown question {quoted(quiz.gift.question)}"
        yield Finding(("gift", "question"), "unknown-question", text, remedy)
        return
    problem = None if awaits_catalog(question) else refused(question, quiz.gift.option)
    if problem:
        yield Finding(("gift", "option"), "unknown-option", f"question '{question.id}': {problem[0]}", problem[1])


def _examples(quiz: Quiz) -> Iterator[Finding]:
    wrong = any(each.loc[2:3] == ("if",) for each in _conditions(quiz))  # who is asked what cannot be told then
    for at, example in enumerate(quiz.examples):
        found = _example(quiz, example, ("examples", at))
        yield from (each for each in found if not wrong or each.rule != "not-asked")


def _example(quiz: Quiz, example: Example, loc: Loc) -> Iterator[Finding]:
    read: dict[str, Answer] = {}
    for name, given in example.answers.items():
        here = (*loc, "answers", name)
        question = quiz.question(name)
        if question is None:
            remedy = choose_from(name, [each.id for each in quiz.questions])
            yield Finding((*here, KEY), "unknown-question", f"unknown question {quoted(name)}", remedy)
            continue
        waits = awaits_catalog(question)
        problem = None if waits else refused(question, given)
        if problem:
            yield Finding(here, "example-answer", f"question '{name}': {problem[0]}", problem[1])
        else:
            read[name] = given if waits else read_own(question, given)
    asked = {each.id for each in applicable(quiz, read)}
    for name in read:
        if name not in asked:
            text = f"question '{name}' is not asked after these answers"
            yield Finding((*loc, "answers", name, KEY), "not-asked", text, "answer what its `if` names, too", "warning")
    expect = example.expect
    if not expect.model_fields_set:
        yield Finding(
            (*loc, "expect"), "expects-nothing", f"example {quoted(example.name)} expects nothing", "say what"
        )
    for count, products in expect.top.items():
        if len(products) > count:
            text = f"{len(products)} products cannot be among the first {count}"
            yield Finding(
                (*loc, "expect", "top", str(count)), "expects-too-much", text, "name fewer, or raise the number"
            )
