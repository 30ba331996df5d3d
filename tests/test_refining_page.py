"""Talking back to the results, comparing two of them, and what the hidden state keeps of it, as plain forms."""

import html
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from quizbot.advice.turn import Refinement
from quizbot.content.catalog import Column
from quizbot.shop import Shop
from quizbot.web import create_app
from quizbot.web.state import Kept, State, read_state
from tests.talking import SMOKIER, Talkative

TEA = "/quiz/tea"


@pytest.fixture
def client(tea_shop: Shop) -> FlaskClient:
    """A client of a shop that understands refinements."""
    return create_app(Talkative(tea_shop.library)).test_client()


def state_of(page: str) -> str:
    """The hidden state of a page."""
    found = re.search(r'name="state" value="([^"]*)"', page)
    assert found
    return html.unescape(found[1])


def press(client: FlaskClient, page: str, step: str, **fields: Any) -> str:
    """The page after a button was pressed; every chip of the page is sent along, as the browser does."""
    chips = [html.unescape(each) for each in re.findall(r'name="chip" value="([^"]*)"', page)]
    response = client.post(TEA, data={"state": state_of(page), "step": step, "chip": chips} | fields)
    assert response.status_code == 200
    return response.text


@pytest.fixture
def results(client: FlaskClient) -> str:
    """The results for somebody who drinks tea in the morning."""
    answered = client.post(TEA, data={"step": "next", "question": "hour", "answer": "morning"}).text
    return press(client, answered, "finish")


def kept(page: str) -> list[str]:
    """The words of the chips that are kept."""
    listed = re.search(r'<ul class="kept">(.*?)</ul>', page, re.DOTALL)
    return [html.unescape(each) for each in re.findall(r"</span>([^<]*)</button>", listed[1])] if listed else []


def test_a_tapped_chip_is_kept_and_can_be_taken_back(client: FlaskClient, results: str) -> None:
    page = press(client, results, "refine:0")
    assert kept(page) == ["Smokier"]
    assert json.loads(state_of(page))["refine"] == [{"trait": "smoke", "direction": "more", "level": 0.9}]
    assert 'data-status="Updated: Smokier. 4 suggestions"' in page
    page = press(client, page, "refine:1")
    assert kept(page) == ["Smokier", "<b>Sweeter</b>"]
    page = press(client, page, "unrefine:0")
    assert kept(page) == ["<b>Sweeter</b>"]
    page = press(client, page, "unrefine:0")
    assert kept(page) == []
    assert state_of(page) == state_of(results)


def test_own_words_are_kept_with_what_was_understood_and_the_rest_is_told(client: FlaskClient, results: str) -> None:
    page = press(client, results, "say", say="  more smoke, please ")
    assert kept(page) == ["more smoke"]
    page = press(client, page, "say", say="<i>grumble</i>")
    assert kept(page) == ["more smoke"]
    assert '"<i>grumble</i>": that I can\'t read from these products.' in html.unescape(page)
    assert "<i>" not in page
    assert "Write what should be different first" in press(client, page, "say", say=" ")


@pytest.mark.parametrize("opinion", ["like", "dislike", "hide"])
def test_an_opinion_of_a_product_is_kept_by_its_title(client: FlaskClient, results: str, opinion: str) -> None:
    page = press(client, results, f"{opinion}:lapis")
    assert json.loads(state_of(page))["refine"] == [{opinion: "lapis"}]
    assert kept(page)[0].replace("You have ", "You like ").replace("Not ", "You like ") == "You like Old Depot"
    assert press(client, results, f"{opinion}:nothing").count("could not be used here") == 1


def taps(page: str) -> dict[str, str]:
    """What can be tapped against products, by step."""
    found = re.findall(r'<button class="chip" form="talk" name="step" value="((?:why|dislike):[^"]*)">([^<]*)<', page)
    return {html.unescape(step): html.unescape(text) for step, text in found}


def test_one_tap_says_why_a_product_is_not_it(tea_shop: Shop) -> None:
    client = create_app(tea_shop).test_client()
    results = client.post(TEA, data={"state": '{"answers": {"hour": "morning"}}', "step": "finish"}).text
    offered = {step: text for step, text in taps(results).items() if step.endswith(":lapis")}
    assert offered["why:price:lapis"] == "Cheaper"
    assert offered["dislike:lapis"] == "Just not this one"
    page = press(client, results, "why:price:lapis")
    assert json.loads(state_of(page))["refine"] == [{"dislike": "lapis", "why": "price"}]
    assert kept(page) == ["Not Old Depot: cheaper"]
    assert 'data-status="Updated: Not Old Depot: cheaper.' in page
    assert "Old Depot" not in re.findall(r"<h3[^>]*>([^<]*)</h3>", page)
    back = press(client, page, "unrefine:0")
    assert re.findall(r"<h3[^>]*>([^<]*)</h3>", back) == re.findall(r"<h3[^>]*>([^<]*)</h3>", results)


@pytest.mark.parametrize("step", ["why:", "why:price:", "why:price:nothing", "why:x:lapis", "why:<b>:lapis", "why"])
def test_a_reason_that_no_card_offers_changes_nothing(client: FlaskClient, results: str, step: str) -> None:
    page = press(client, results, step)
    assert "could not be used here" in page
    assert state_of(page) == state_of(results)


def test_whether_it_was_right_is_asked_until_the_answer_is_yes(client: FlaskClient, results: str) -> None:
    assert "Did I get it right?" in results
    asked = results.partition('<section class="right"')[2].partition("</section>")[0]
    best = re.findall(r'name="compare" value="([^"]*)"', results)[0]
    assert set(taps(asked)) == {each for each in taps(results) if each.endswith(f":{best}")}
    page = press(client, results, "right")
    assert '<p class="note" id="now" tabindex="-1">Good to hear. Thank you.</p>' in page
    assert page.count('id="now"') == 1
    assert "Did I get it right?" not in page
    assert json.loads(state_of(page))["right"] is True
    later = press(client, page, "refine:0")
    assert "Did I get it right?" not in later
    assert "Good to hear" not in later


def test_refinements_stay_while_an_answer_is_changed(client: FlaskClient, results: str) -> None:
    page = press(client, press(client, results, "refine:0"), "change:hour")
    page = press(client, page, "next", question="hour", answer="evening")
    assert json.loads(state_of(page))["words"] == ["Smokier"]


def test_two_suggestions_stand_side_by_side(client: FlaskClient, results: str) -> None:
    ids = re.findall(r'name="compare" value="([^"]*)"', results)
    assert len(ids) == 4
    page = press(client, results, "compare", compare=ids[:2])
    assert page.count('<li class="card product">') == 2
    assert "Strength" in page
    assert "Best match" not in page
    assert "Best match" in press(client, page, "finish")
    for wrong in ([], ids[:1], ids[:3], ["nothing", ids[0]], [ids[0], ids[0]]):
        page = press(client, results, "compare", compare=wrong)
        assert "Choose exactly two" in page
        assert "Best match" in page


@pytest.mark.parametrize("chip", ["", "{", "[]", '{"label": 1}', '{"label": "a", "refine": [{"x": 1}]}', "1" * 5000])
def test_a_strange_chip_changes_nothing(client: FlaskClient, results: str, chip: str) -> None:
    for step in ("refine:0", "refine:7", "refine:", "refine:x", f"refine:{'9' * 5000}", "unrefine:9", "unrefine:x"):
        page = client.post(TEA, data={"state": state_of(results), "step": step, "chip": chip}).text
        assert "Best match" in page
        assert kept(page) == []


def test_a_refinement_that_the_shop_refuses_is_told_and_left_out(client: FlaskClient, results: str) -> None:
    page = press(client, results, "refine:0")
    refused = {"label": "Away", "refine": [{"drop": "price"}]}
    after = client.post(TEA, data={"state": state_of(page), "step": "refine:0", "chip": json.dumps(refused)}).text
    assert kept(after) == ["Smokier"]
    assert "could not be used here" in after
    poisoned = json.loads(state_of(page)) | {"refine": [{"drop": "price"}]}
    assert kept(client.post(TEA, data={"state": json.dumps(poisoned), "step": "finish"}).text) == []


def test_more_refinements_than_a_turn_takes_push_out_the_oldest() -> None:
    state = State()
    for at in range(60):
        state = state.refining([SMOKIER], str(at))
    assert [each.words for each in state.refine] == [str(each) for each in range(10, 60)]


refinements = st.builds(lambda trait, level: Refinement(trait=trait, level=level), st.just("smoke"), st.floats(0, 1))


@given(st.lists(st.builds(Kept, refinements, st.text(max_size=9).filter(str.isprintable)), max_size=8))
def test_what_is_kept_travels_unchanged(listed: list[Kept]) -> None:
    state = State({"hour": "morning"}, ("tastes",), tuple(listed))
    assert read_state(state.text("1")) == state


@given(st.lists(refinements, max_size=4), st.lists(refinements, min_size=1, max_size=4))
def test_taking_back_what_came_last_restores_the_state(before: list[Refinement], now: list[Refinement]) -> None:
    state = State().refining(before, "before")
    assert state.refining(now, "now").without(len(before)) == state


def test_a_brand_that_is_longer_than_any_name_breaks_nothing(tea_shop: Shop) -> None:
    edition = tea_shop.library.editions["tea"]
    brands = Column("brand", tuple(f"House {at} of tea " * 9 for at in range(len(edition.catalog))))
    catalog = replace(edition.catalog, columns={**edition.catalog.columns, "brand": brands})
    library = replace(tea_shop.library, editions={"tea": replace(edition, catalog=catalog)})
    form = {"step": "finish", "state": '{"answers": {"hour": "morning"}}'}
    page = create_app(Shop(library)).test_client().post(TEA, data=form)
    assert page.status_code == 200
    assert "Another brand" not in page.text


def test_words_that_stand_for_a_button_press_it(client: FlaskClient, results: str) -> None:
    page = press(client, press(client, results, "refine:0"), "refine:1")
    assert kept(press(client, page, "say", say="undo")) == ["Smokier"]
    assert "Best match" in press(client, results, "say", say="undo"), "nothing is left to take back"
    begun = press(client, page, "say", say="start over")
    assert json.loads(state_of(begun))["answers"] == {}
    assert "When do you drink it?" in begun
    thanked = press(client, page, "say", say="thanks")
    assert "You are welcome." in thanked
    assert "Updated" not in thanked
    assert kept(thanked) == kept(page)
