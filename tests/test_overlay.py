"""Translations: every text of a quiz by id, no other ranking, and every mistake at its place."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from quizbot.advice.advise import advise
from quizbot.advice.turn import Turn
from quizbot.content.edition import Edition
from quizbot.content.overlay import Overlay, gaps, texts
from quizbot.content.problems import Problem, Refused
from quizbot.content.quiz import Multiple, NumberQuestion, Ranking, Scale, Single
from quizbot.library.load import load
from quizbot.settings import bundled
from quizbot.shop import Shop
from quizbot.web import create_app

SHOP = Path(__file__).parent / "files/shop"
BAD = sorted((Path(__file__).parent / "files/overlays").glob("*.yaml"))
LIBRARY = load(bundled("quizzes"))
COATS = LIBRARY.editions["winter-coat"]
COAT = "/quiz/winter-coat"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the tea shop that can be translated."""
    return shutil.copytree(SHOP, tmp_path / "shop")


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the bundled shop."""
    return create_app(Shop(LIBRARY)).test_client()


def problems(folder: Path) -> tuple[Problem, ...]:
    """Everything that reading a folder tells."""
    try:
        return load(folder).problems
    except Refused as refused:
        return refused.problems


def translate(folder: Path, text: str, name: str = "tea.de.yaml") -> Edition:
    """The tea quiz with a translation."""
    (folder / name).write_text(text, "utf-8")
    return load(folder).editions["tea"]


def leaves(node: Any) -> Iterator[str]:
    """Every text of a tree of texts."""
    if isinstance(node, dict):
        for each in node.values():
            yield from leaves(each)
    else:
        yield from [node] if isinstance(node, str) else node


def told(problem: Problem) -> str:
    severity = "" if problem.severity == "error" else "warning, "
    return f"# expect: {problem.line}:{problem.column} {severity}{problem.rule}: {problem.text} -> {problem.remedy}"


# Reading ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_translation_tells_exactly_what_its_head_expects(folder: Path, path: Path) -> None:
    text = path.read_text("utf-8")
    expected = [line for line in text.splitlines() if line.startswith("# expect: ")]
    (folder / "tea.de.yaml").write_text(text, "utf-8")
    assert expected
    assert [told(each) for each in problems(folder) if each.severity == "error" or "gaps" in path.stem] == expected


@pytest.mark.parametrize(
    ("name", "rule", "text"),
    [
        ("tea.EN.yaml", "file-name", "'EN' in the file name is not a language code"),
        ("tea.en.yaml", "own-language", "the quiz is written in 'en' already"),
        ("coffee.de.yaml", "no-quiz", "there is no quiz 'coffee.yaml' for this translation"),
        ("site.de.yaml", "no-quiz", "there is no quiz 'site.yaml' for this translation"),
    ],
)
def test_a_translation_is_named_after_its_quiz_and_language(folder: Path, name: str, rule: str, text: str) -> None:
    (folder / name).write_text("title: Finde deinen Tee\n", "utf-8")
    errors = [each for each in problems(folder) if each.severity == "error"]
    assert [(Path(each.file).name, each.rule, each.text) for each in errors] == [(name, rule, text)]


def test_a_language_without_sentences_of_the_page_is_warned_of(folder: Path) -> None:
    (folder / "tea.fr.yaml").write_text("title: Trouvez votre thé\n", "utf-8")
    assert [each.severity for each in problems(folder) if each.rule == "language"] == ["warning"]


def test_what_is_not_translated_stays_in_the_language_of_the_quiz(folder: Path) -> None:
    spoken = translate(folder, "title: Finde deinen Tee\n").spoken("de-AT").quiz
    assert (spoken.title, spoken.welcome) == ("Finde deinen Tee", "Six questions and a kettle.")


def test_a_changed_text_is_another_version(folder: Path) -> None:
    versions = {load(folder).editions["tea"].version}
    versions |= {translate(folder, f"title: {each}\n").version for each in ("Tee", "Finde deinen Tee")}
    assert len(versions) == 3


def test_a_translated_feed_gives_titles_and_addresses_and_no_other_ranking(folder: Path) -> None:
    feed = (folder / "teas.csv").read_text("utf-8").splitlines()
    (folder / "teas.de.csv").write_text("\n".join([feed[0], *map(german, feed[1:-1])]), "utf-8")
    made = translate(folder, "title: Tee\ncatalog: teas.de.csv\n")
    lost = feed[-1].split(",")[0]
    turn = Turn(answers={"hour": "morning"}, finish=True, limit=50)
    own, other = advise(made, turn).results, advise(made, turn.model_copy(update={"language": "de"})).results
    assert own
    assert other
    assert [(each.id, each.score) for each in other.items] == [(each.id, each.score) for each in own.items]
    changed = {each.id for each, first in zip(other.items, own.items, strict=True) if each.title != first.title}
    assert changed == {each.id for each in own.items} - {lost}
    found = [each for each in load(folder).problems if "products are not in" in each.text]
    assert [(each.line, each.text) for each in found] == [
        (2, f"1 of 10 products are not in 'teas.de.csv', such as '{lost}'")
    ]


def german(row: str) -> str:
    """A row of the feed with another title."""
    name, title, rest = row.split(",", 2)
    return f"{name},Tee {title},{rest}"


# The bundled translation --------------------------------------------------------------------------


def test_the_bundled_translation_is_complete_and_leaves_no_text_as_it_was() -> None:
    assert LIBRARY.problems == ()
    same = set(leaves(texts(COATS.quiz))) & set(leaves(texts(COATS.spoken("de").quiz)))
    assert same == {"S", "M", "L", "XL", "EUR", "Material"}


def test_labels_without_a_text_are_gaps_whatever_their_case() -> None:
    labels = {"color": dict.fromkeys(["DARK", "blue", "brown", "green", "red"], "x"), "material": {}}
    found = [each.text for each in gaps(Overlay.model_validate({"labels": labels}), COATS.quiz) if "labels" in each.loc]
    assert found == ["'labels.color.bright' is not translated", "'labels.material' is not translated"]


def answers() -> st.SearchStrategy[dict[str, Any]]:
    """Answers to any of the coat quiz's questions."""
    found: dict[str, st.SearchStrategy[Any]] = {}
    for each in COATS.quiz.questions:
        if isinstance(each, Single | Multiple | Ranking):
            ids = [option.id for option in each.options]  # type: ignore[union-attr]
            several = st.lists(st.sampled_from(ids), min_size=1, max_size=3, unique=True)
            found[each.id] = st.sampled_from(ids) if isinstance(each, Single) else several
        elif isinstance(each, Scale):
            found[each.id] = st.integers(1, each.steps)
        elif isinstance(each, NumberQuestion):
            found[each.id] = st.integers(int(each.min), int(each.max))
    return st.fixed_dictionaries({}, optional=found)


@given(given=answers())
def test_every_language_ranks_alike(given: dict[str, Any]) -> None:
    turns = [Turn(answers=given, finish=True, language=each) for each in ("en", "de")]
    english, german = (advise(COATS, each) for each in turns)
    assert english.results
    assert german.results
    for one, other in zip(english.results.items, german.results.items, strict=True):
        assert (one.id, one.score, one.variant) == (other.id, other.score, other.variant)
        assert [(each.trait, each.points) for each in one.reasons] == [
            (each.trait, each.points) for each in other.reasons
        ]
    assert german.version == english.version
    assert [each.column for each in german.results.relaxed] == [each.column for each in english.results.relaxed]


# The page and the API -----------------------------------------------------------------------------


STEPS: list[dict[str, Any]] = [
    {"answer": "wet"},
    {"answer": "walk"},
    {"answer": "3"},
    {"answer": ["dark", "blue"]},
    {"rank.dry": "1", "rank.thrift": "2"},
    {"answer": ["hood", "animals"]},
    {"answer": "m"},
    {"answer": "300"},
]


def walk(client: FlaskClient, address: str) -> list[str]:
    """Every page of the coat quiz, from the first question to the results."""
    pages = [client.get(address).text]
    for each in STEPS:
        hidden = dict(re.findall(r'name="(state|question)" value="([^"]*)"', pages[-1].partition("<fieldset")[0]))
        hidden = {name: value.replace("&#34;", '"') for name, value in hidden.items()}
        pages.append(client.post(address, data={**hidden, **each, "step": "next"}).text)
    return pages


def test_a_german_walk_meets_no_english_text_of_the_quiz(client: FlaskClient) -> None:
    pages = walk(client, f"{COAT}?lang=de")
    assert "Sturmleser" in pages[-1]
    german = set(leaves(texts(COATS.spoken("de").quiz)))
    english = {each for each in leaves(texts(COATS.quiz)) if each not in german and len(each) > 4}
    english |= {each for trait in COATS.quiz.traits.values() for each in trait.labels.values() if " " in each}
    for page in pages:
        shown = " ".join(re.sub(r'<[^>]*>|lang="en"[^<]*', " ", page).split())
        assert '<html lang="de">' in page
        assert [each for each in english if re.search(rf"\b{re.escape(each)}\b", shown)] == []
    assert '<h3 lang="en">' in pages[-1]


def test_a_word_that_no_level_is_read_from_is_a_stranger(tmp_path: Path) -> None:
    folder = shutil.copytree(bundled("quizzes"), tmp_path / "quizzes")
    german = folder / "winter-coat.de.yaml"
    german.write_text(german.read_text("utf-8").replace("    taped seams:", "    tapped seams:"), "utf-8")
    (stranger,) = problems(folder)
    assert stranger.text == "trait 'rainproof' is not read from 'tapped seams'"
    assert stranger.remedy.endswith("(did you mean 'taped seams'?)")


def test_the_words_that_a_level_is_read_from_are_told_in_the_language_of_the_page(client: FlaskClient) -> None:
    shown = " ".join(re.sub(r"<[^>]*>", " ", walk(client, f"{COAT}?lang=de")[-1]).split())
    assert "wasserdicht" in shown
    assert [each for each in ("waterproof", "taped seams", "Weekend", "Everyday", "Trail") if each in shown] == []


@pytest.mark.parametrize(
    ("query", "browser", "title"),
    [
        ("", "", "Find your winter coat"),
        ("", "de-AT,de;q=0.9,en;q=0.5", "Finde deinen Wintermantel"),
        ("", "en-GB,de;q=0.5", "Find your winter coat"),
        ("", "fr,xx;q=0.5", "Find your winter coat"),
        ("", "de;q=0", "Find your winter coat"),
        ("?lang=de", "en", "Finde deinen Wintermantel"),
        ("?lang=en", "de", "Find your winter coat"),
        ("?lang=xx", "de", "Finde deinen Wintermantel"),
    ],
)
def test_the_address_comes_before_the_browser_and_both_before_the_quiz(
    client: FlaskClient, query: str, browser: str, title: str
) -> None:
    headers = {"Accept-Language": browser} if browser else {}
    assert f">{title}</h1>" in client.get(f"{COAT}{query}", headers=headers).text
    card = client.get(f"/api/v1/quizzes/winter-coat{query}", headers=headers)
    assert card.get_json()["title"] == title
    assert "Accept-Language" in card.vary
    assert f"{title}</a>" in client.get(f"/{query}", headers=headers).text


@pytest.mark.parametrize(
    ("said", "query", "reply"),
    [
        ({}, "", "Then staying dry comes first."),
        ({}, "?lang=de", "Dann ist trocken bleiben die Hauptsache."),
        ({"language": "de"}, "?lang=en", "Dann ist trocken bleiben die Hauptsache."),
        ({"language": "de-CH"}, "", "Dann ist trocken bleiben die Hauptsache."),
        ({"language": "xx"}, "", "Then staying dry comes first."),
    ],
)
def test_a_turn_names_its_language_or_leaves_it_to_the_address(
    client: FlaskClient, said: dict[str, str], query: str, reply: str
) -> None:
    advice = client.post(f"/api/v1/quizzes/winter-coat/turn{query}", json={"answers": {"climate": "wet"}, **said})
    assert advice.get_json()["reply"] == reply


def test_the_languages_of_a_quiz_are_listed_with_its_own_first(client: FlaskClient) -> None:
    card = client.get("/api/v1/quizzes?lang=de").get_json()["quizzes"][0]
    assert (card["language"], card["languages"]) == ("de", ["en", "de"])


def test_every_text_of_a_translation_may_be_as_strange_as_yaml_allows(folder: Path) -> None:
    raw = {"title": "{0} <b>%s</b>", "labels": {"leaf": {"GREEN": "grün"}}}
    made = translate(folder, yaml.safe_dump(raw, allow_unicode=True)).spoken("de")
    page = create_app(Shop(load(folder))).test_client().get("/quiz/tea?lang=de").text
    assert "{0} &lt;b&gt;%s&lt;/b&gt;" in page
    assert made.quiz.traits["leaf"].labels == {"GREEN": "grün"}
