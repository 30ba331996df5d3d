"""The bundled shop is complete: its quizzes are whole, its pictures are there, and its advice makes sense."""

import random
from collections.abc import Iterator

import pytest
from defusedxml.ElementTree import fromstring

from quizbot.advice.preference import prefer
from quizbot.advice.ranking.rank import rank
from quizbot.content.answers import Answer, applicable
from quizbot.content.edition import Edition
from quizbot.content.quiz import NumberQuestion, Question, Scale, Single
from quizbot.editorial.golden import broken, restocked
from quizbot.library.load import Library, load, quiz_paths
from quizbot.settings import bundled

SHOP = bundled("quizzes")
QUIZZES = [each.stem for each in quiz_paths(SHOP)]
PICTURES = sorted(each.relative_to(SHOP).as_posix() for each in SHOP.rglob("images/**/*.svg"))

each_quiz = pytest.mark.parametrize("name", QUIZZES)


@pytest.fixture(scope="module")
def library() -> Library:
    """The bundled shop."""
    return load(SHOP)


def test_every_bundled_quiz_and_the_site_are_read_without_a_problem(library: Library) -> None:
    """Not even a warning."""
    assert sorted(library.editions) == sorted(QUIZZES)
    assert library.problems == ()
    assert library.site.shop.name == "Northwind Outfitters"


@each_quiz
def test_a_catalog_has_sixty_items_and_more_of_which_no_two_are_alike(library: Library, name: str) -> None:
    """Items differ in more than their names."""
    catalog = library.editions[name].catalog
    named = {"title", "image", "description", "url"}
    columns = [each.texts for key, each in catalog.columns.items() if key not in named]
    assert len(catalog) >= 60
    assert len(set(zip(*columns, catalog.price.tolist(), strict=True))) == len(catalog)


@each_quiz
def test_every_picture_that_is_named_exists(library: Library, name: str) -> None:
    """Those of products, variants, options and personas."""
    named = set(_named_pictures(library.editions[name]))
    assert named
    assert sorted(each for each in named if not (SHOP / each).is_file()) == []


def test_every_picture_is_named_by_a_quiz_or_a_catalog(library: Library) -> None:
    """Nothing lies about unused."""
    named = {each for edition in library.editions.values() for each in _named_pictures(edition)}
    assert [each for each in PICTURES if each not in named] == []


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_small_and_passes_a_strict_policy(name: str) -> None:
    """Well-formed, sized, and without scripts, styles and references."""
    text = (SHOP / name).read_bytes()
    root = fromstring(text, forbid_dtd=True)
    assert len(text) < 3000
    assert {"width", "height", "viewBox"} <= set(root.attrib)
    for node in root.iter():
        assert node.tag.rpartition("}")[2] in {"svg", "g", "path", "rect", "circle", "ellipse"}
        assert not [key for key in node.attrib if key == "style" or key.startswith("on") or key.endswith("href")]
        assert not [value for value in node.attrib.values() if "url(" in value]


@each_quiz
def test_golden_shoppers_see_what_they_must(library: Library, name: str) -> None:
    """Every example of the quiz holds."""
    played = restocked(library.editions[name])
    assert len(played.quiz.examples) >= 5
    assert {each.name: found for each in played.quiz.examples if (found := list(broken(played, each)))} == {}


@each_quiz
def test_every_answer_changes_the_first_three_for_somebody(library: Library, name: str) -> None:
    """No option is there for show: some shopper sees other suggestions with it than without it."""
    edition = library.editions[name]
    shoppers = _shoppers(edition, 30)
    idle = [
        (question.id, answer)
        for question in edition.quiz.questions
        for answer in _answers(question)
        if not _only_forks(edition, question)
        if not any(_changes(edition, shopper, question, answer) for shopper in shoppers)
    ]
    assert idle == []


def _only_forks(edition: Edition, question: Question) -> bool:
    """Whether its answers wish for nothing and only lead to other questions, which are asked in their turn."""
    wishes = [each for each in question.offered if each.prefer or each.avoid or each.require or each.exclude]
    return not wishes and any(question.id in each.condition for each in edition.quiz.questions)


def _changes(edition: Edition, shopper: dict[str, Answer], question: Question, answer: Answer) -> bool:
    without = {key: given for key, given in shopper.items() if key != question.id}
    if question not in applicable(edition.quiz, without):
        return False
    preferences = [prefer(edition, without), prefer(edition, {**without, question.id: answer})]
    first, second = (tuple(each.items) for each in rank(edition, preferences, 3))
    return first != second


def _shoppers(edition: Edition, count: int) -> list[dict[str, Answer]]:
    """Shoppers who answer about half of what they are asked; the same in every run."""
    choose = random.Random(7)
    shoppers = []
    for _ in range(count):
        given: dict[str, Answer] = {}
        for question in edition.quiz.questions:
            answers = list(_answers(question))
            if answers and question in applicable(edition.quiz, given) and choose.random() < 0.5:
                given[question.id] = choose.choice(answers)
        shoppers.append(given)
    return shoppers


def _answers(question: Question) -> Iterator[Answer]:
    if isinstance(question, Scale):
        yield from range(1, question.steps + 1)
    elif question.ask_after:
        return  # a survey changes nothing
    elif isinstance(question, NumberQuestion):
        yield from (question.min + part * (question.max - question.min) / 4 for part in range(4))
    else:
        for option in question.offered:
            yield option.id if isinstance(question, Single) else (option.id,)


def _named_pictures(edition: Edition) -> Iterator[str]:
    yield from filter(None, edition.catalog.columns["image"].texts)
    yield from filter(None, edition.catalog.variants.images)
    yield from (each.image for each in edition.quiz.personas if each.image)
    for question in edition.quiz.questions:
        yield from (each.image for each in question.offered if each.image)
