"""A routine: one product for each place, from the file to the page, the API and the terminal."""

import json
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from quizbot.advice.advise import advise
from quizbot.advice.preference import prefer
from quizbot.advice.ranking.rank import rank
from quizbot.advice.telling.routine import assigned
from quizbot.advice.turn import Refinement, Results, Turn
from quizbot.cli import main
from quizbot.content.edition import Edition
from quizbot.content.problems import Refused
from quizbot.library.load import load
from quizbot.shop import Shop
from quizbot.web import create_app
from tests.worlds import Row, level_trait, option, single, world

TRAITS = {"warmth": level_trait("warmth")}
QUESTIONS: list[dict[str, Any]] = [
    single("how", {**option("warm"), "prefer": {"warmth": "1"}}),
    single("size", {**option("m"), "text": "M", "require": {"Size": "M"}}),
    single("rules", {**option("wool"), "text": "No wool", "exclude": {"wool": "yes"}}),
    {
        "id": "budget",
        "ask": "?",
        "type": "number",
        "unit": "EUR",
        "min": "5",
        "max": "500",
        "require": {"price": {"max": "answer"}},
    },
]


def slot(name: str, **require: Any) -> dict[str, Any]:
    return {"id": name, "title": name.title(), "require": require}


def routine(edition: Edition, language: str = "en", **answers: Any) -> Results:
    results = advise(edition, Turn(answers=answers, finish=True, language=language)).results
    assert results is not None
    return results


def picks(edition: Edition, **answers: Any) -> dict[str, str | None]:
    return {each.id: each.item.id if each.item else None for each in routine(edition, **answers).slots or ()}


def shop(rows: Sequence[Row], *slots: Mapping[str, Any], variants: Any = None) -> Edition:
    return world(rows, TRAITS, QUESTIONS, variants, results={"slots": list(slots)})


# The assignment -------------------------------------------------------------------------------------


@given(st.lists(st.dictionaries(st.integers(0, 4), st.integers(0, 9), max_size=5), min_size=1, max_size=4))
def test_no_other_way_to_fill_the_slots_fills_more_or_costs_less(costs: list[dict[int, int]]) -> None:
    def worth(way: Sequence[int | None]) -> tuple[int, int]:
        return way.count(None), sum(cost[item] for cost, item in zip(costs, way, strict=True) if item is not None)

    ways = [
        way
        for way in product(*([None, *each] for each in costs))
        if len(taken := [each for each in way if each is not None]) == len(set(taken))
    ]
    found = assigned(costs)
    assert tuple(found) in ways
    assert worth(found) == min(map(worth, ways))


levels = st.sampled_from(["", "0", "0.2", "0.4", "0.6", "0.8", "1"])
rows = st.fixed_dictionaries({"warmth": levels, "type": st.sampled_from(["Coat", "Scarf", "Both"])})


@given(st.lists(rows, min_size=1, max_size=7), st.integers(1, 4))
def test_the_picks_are_different_fit_their_slots_and_have_the_largest_sum_of_scores(
    stock: list[dict[str, str]], count: int
) -> None:
    kinds = [["Coat", "Both"], ["Scarf", "Both"], ["Both"], ["Coat"]][:count]
    edition = shop(stock, *(slot(f"s{at}", type=each) for at, each in enumerate(kinds)))
    found = list(picks(edition, how="warm").values())
    ranking = rank(edition, [prefer(edition, {"how": "warm"})], len(stock))[0]
    scores = dict(zip(ranking.items.tolist(), ranking.score.tolist(), strict=True))

    def worth(way: Sequence[int | None]) -> tuple[int, float]:
        return -way.count(None), round(sum(scores[each] for each in way if each is not None), 6)

    fitting: list[list[int | None]] = [
        [None, *(at for at, row in enumerate(stock) if row["type"] in kind)] for kind in kinds
    ]
    ways = [way for way in product(*fitting) if len(got := [at for at in way if at is not None]) == len(set(got))]
    taken = tuple(None if each is None else edition.catalog.positions[each] for each in found)
    assert taken in ways
    assert worth(taken) == max(map(worth, ways))


def test_the_first_slot_does_not_take_the_only_product_of_the_second() -> None:
    stock = [
        {"id": "both", "type": "Set", "warmth": "1"},
        {"id": "coat", "type": "Coat", "warmth": "0"},
    ]
    edition = shop(stock, slot("top", type=["Coat", "Set"]), slot("extra", type="Set"))
    assert picks(edition, how="warm") == {"top": "coat", "extra": "both"}


# What the shopper demands -----------------------------------------------------------------------------

WARDROBE = [
    {"id": "parka", "title": "Parka", "type": "Coat", "warmth": "1", "wool": "no"},
    {"id": "cape", "title": "Cape", "type": "Coat", "warmth": "0.5", "wool": "no"},
    {"id": "shawl", "title": "Shawl", "type": "Scarf", "warmth": "0.9", "wool": "yes"},
]
PRICED = [
    [{"Size": "M", "price": "300"}, {"Size": "L", "price": "300"}],
    [{"Size": "M", "price": "90"}, {"Size": "L", "price": "60"}],
    [{"Size": "one", "price": "40.50"}],
]
WORN = shop(WARDROBE, slot("coat", type="Coat"), slot("extra", type="Scarf"), variants=PRICED)


def test_each_place_has_its_product_with_reasons_and_all_are_summed_up() -> None:
    results = routine(WORN, how="warm")
    assert [(each.id, each.title, each.relaxed, each.text) for each in list(results.slots or ())] == [
        ("coat", "Coat", [], None),
        ("extra", "Extra", [], None),
    ]
    parka, shawl = [each.item for each in list(results.slots or ())]
    assert parka
    assert shawl
    assert (parka.id, shawl.id, parka.score, shawl.met) == ("parka", "shawl", 1, 1)
    assert sum(each.points for each in (*shawl.reasons, *shawl.misses)) == pytest.approx(shawl.score, abs=1e-6)
    assert shawl.headline == '"Warm": Warmth 0.9.', "openings rotate as in every list"
    assert results.total
    assert results.total.model_dump() == {
        "price": 340.5,
        "currency": "EUR",
        "unpriced": 0,
        "text": "Together: 340.50 EUR.",
    }
    assert [each.id for each in results.items] == ["parka", "shawl", "cape"], "the list stays as it is"


def test_a_demand_counts_where_something_meets_it_and_gives_way_where_nothing_does() -> None:
    results = routine(WORN, how="warm", size="m", budget=100)
    coat, extra = list(results.slots or ())
    assert coat.item
    assert coat.item.variant
    assert (coat.item.id, coat.item.price, coat.item.variant.options, coat.relaxed) == ("cape", 90, {"Size": "M"}, [])
    assert extra.item
    assert extra.item.id == "shawl"
    assert [(each.column, each.text) for each in extra.relaxed] == [("Size", "Not met: in M.")]
    assert results.total
    assert results.total.price == 130.5


def test_what_a_slot_requires_never_gives_way() -> None:
    bargain = slot("bargain", type="Coat", price={"max": "80"})
    (coat,) = list(routine(shop(WARDROBE, bargain, variants=PRICED), size="m").slots or ())
    assert coat.item
    assert coat.item.variant
    assert (coat.item.id, coat.item.price, coat.item.variant.options) == ("cape", 60, {"Size": "L"})
    assert [each.column for each in coat.relaxed] == ["Size"]
    assert coat.item.headline is None, "the slot's limit is none of the shopper's"


def test_a_slot_goes_to_what_breaks_a_demand_before_it_stays_empty() -> None:
    stock = [{"id": "fine", "type": "Scarf", "wool": "no"}, {"id": "wool", "type": "Scarf", "wool": "yes"}]
    edition = shop(stock, slot("one", type="Scarf"), slot("two", type="Scarf"))
    slots = routine(edition, rules="wool").slots or ()
    told = {each.item.id: [note.text for note in each.relaxed] for each in slots if each.item}
    assert told == {"fine": [], "wool": ['Not met: "No wool".']}


def test_a_place_with_nothing_left_for_it_says_so() -> None:
    edition = shop(WARDROBE[2:], slot("one", type="Scarf"), slot("two", type="Scarf"))
    results = routine(edition, how="warm")
    assert sorted(each.text or "" for each in list(results.slots or ())) == [
        "",
        "There is nothing more here for this place.",
    ]
    assert results.total is None, "no price is known"


def test_prices_that_are_not_known_are_not_summed_up_in_silence() -> None:
    edition = shop(
        [{**WARDROBE[0], "price": "90"}, WARDROBE[2]], slot("coat", type="Coat"), slot("extra", type="Scarf")
    )
    total = routine(edition, "de").total
    assert total
    assert (total.price, total.unpriced) == (90, 1)
    assert total.text == "Zusammen mindestens 90 €; nicht jeder Preis ist angegeben."


def test_what_the_shopper_has_already_fills_no_place() -> None:
    assert picks(WORN, how="warm")["coat"] == "parka"
    hiding = Turn(answers={"how": "warm"}, refine=[Refinement(hide="parka")], finish=True)
    results = advise(WORN, hiding).results
    assert results
    assert [each.item.id for each in results.slots or () if each.item] == ["cape", "shawl"]


def test_without_slots_there_is_no_routine() -> None:
    results = routine(world(WARDROBE, TRAITS, QUESTIONS))
    assert (results.slots, results.total) == (None, None)


# The doors ----------------------------------------------------------------------------------------------

QUIZ = """
title: Dress for winter
catalog: things.csv
traits:
  warmth: {label: Warmth, low: cool, high: warm, from: {column: warmth, range: [0, 1]}}
  fresh: {label: News, from: {words: [new this season], missing: 0}}
questions:
  - id: how
    ask: How?
    options:
      - {id: warm, text: Very warm, prefer: {warmth: 1}}
      - {id: cool, text: Cool, prefer: {warmth: 0}}
results:
  diversity: 0.2
  per_brand: 1
  boost: {fresh: 0.25}
  link: utm_source=quiz&at={position}
  slots:
    - {id: coat, title: The coat, require: {type: [Coat, Parka]}}
    - {id: extra, title: To go with it, require: {type: Scarf}}
"""
THINGS = """id,title,type,brand,price,warmth,description,url
parka,Harbor Parka,Parka,Acme,200,1,New this season.,https://shop.example/parka
coat,City Coat,Coat,Acme,150,0.9,,https://shop.example/coat
shawl,Long Shawl,Scarf,Bolt,40,0.8,,https://shop.example/shawl
"""
GERMAN = "slots: {coat: {title: Der Mantel}, extra: {title: Dazu}}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A content folder with a routine of two places, in English and with its titles in German."""
    (tmp_path / "winter.yaml").write_text(QUIZ)
    (tmp_path / "winter.de.yaml").write_text(GERMAN)
    (tmp_path / "things.csv").write_text(THINGS)
    return tmp_path


@pytest.fixture
def dressed(folder: Path) -> FlaskClient:
    """A client of that shop."""
    return create_app(Shop(load(folder))).test_client()


def turned(client: FlaskClient, **more: Any) -> Any:
    answer = client.post("/api/v1/quizzes/winter/turn", json={"answers": {"how": "warm"}, "finish": True, **more})
    return json.loads(answer.text)["results"]


def test_the_api_gives_the_routine_with_links_that_may_be_followed(dressed: FlaskClient) -> None:
    results = turned(dressed, language="de")
    assert [(each["id"], each["title"], each["item"]["id"], each["item"]["url"]) for each in results["slots"]] == [
        ("coat", "Der Mantel", "parka", "https://shop.example/parka?utm_source=quiz&at=1"),
        ("extra", "Dazu", "shawl", "https://shop.example/shawl?utm_source=quiz&at=2"),
    ]
    assert results["total"] == {"price": 240, "currency": "EUR", "unpriced": 0, "text": "Zusammen: 240 €."}
    schemas = json.loads(dressed.get("/api/v1/openapi.json").text)["components"]["schemas"]
    assert {"id", "title", "item", "relaxed", "text"} == set(schemas["SlotShown"]["properties"])
    assert "cost together" in schemas["Total"]["description"]


def test_the_page_shows_the_routine_the_push_and_no_brand_too_often(dressed: FlaskClient) -> None:
    page = dressed.post("/quiz/winter", data={"step": "next", "question": "how", "answer": "warm"}).text
    page = page.replace("&#34;", '"')
    assert "These go together" in page
    assert page.index("The coat") < page.index("To go with it") < page.index("Together: 240 EUR.")
    assert "The shop likes it too: new this season, worth 20 of 100 points." in page
    assert [page.index(each) for each in ("at=1", "at=2", "at=3")]
    results = turned(dressed)
    assert [each["id"] for each in results["items"]] == ["parka", "shawl", "coat"]


def test_the_terminal_shows_the_routine(folder: Path) -> None:
    told = (
        CliRunner().invoke(main, ["recommend", "winter", "-a", "how=warm"], env={"QUIZBOT_QUIZZES": str(folder)}).output
    )
    assert "These go together" in told
    assert "The coat: Harbor Parka  200 EUR" in told
    assert told.index("To go with it: Long Shawl") < told.index("Together: 240 EUR.")


def test_a_slot_that_nothing_fits_is_refused_at_its_line(folder: Path) -> None:
    (folder / "winter.yaml").write_text(QUIZ.replace("{type: Scarf}", "{type: Scarf, price: {max: 30}}"))
    with pytest.raises(Refused) as refused:
        load(folder)
    (problem,) = [each for each in refused.value.problems if each.severity == "error"]
    assert (problem.line, problem.rule, problem.text) == (
        20,
        "empty-slot",
        "no product fits the slot 'extra' in all it requires",
    )
