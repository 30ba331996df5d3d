"""The rail: picks for those who agreed, an invitation for everybody else, and reasons that name no answer."""

import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from quizbot.advice.picks import MOST, picks
from quizbot.advice.turn import Past, Turn
from quizbot.content.edition import Edition
from quizbot.content.quiz import Gift
from quizbot.library.load import Library
from quizbot.shop import Shop
from quizbot.web import create_app
from tests.visiting import application, opt_in, somebody
from tests.worlds import label_trait, level_trait, option, single, world

RAIL = "/rail/tea"


@pytest.fixture
def client(tea_shop: Shop, tmp_path: Path) -> FlaskClient:
    """A client of a tea shop that can remember."""
    return application(tea_shop, tmp_path).test_client()


def known(client: FlaskClient, *purposes: str, **more: Any) -> str:
    """The key of somebody who agreed, held in the cookie from now on."""
    key: str = opt_in(client, *purposes, **more).get_json()["token"]
    client.set_cookie("quizbot", key)
    return key


def titles(page: str) -> list[str]:
    """The titles of the picks of a page."""
    return [unescape(each) for each in re.findall(r"<h2[^>]*>(?:<a[^>]*>)?([^<]+)<", page)]


# The page -------------------------------------------------------------------------------------------


def test_an_unknown_quiz_has_no_rail(client: FlaskClient) -> None:
    assert client.get("/rail/nothing").status_code == 404


def test_whoever_agreed_to_nothing_is_invited_and_nothing_is_opened(client: FlaskClient, tmp_path: Path) -> None:
    for path in (RAIL, f"{RAIL}?embed=1"):
        response = client.get(path)
        assert response.status_code == 200
        assert 'href="/quiz/tea"' in response.text
        assert titles(response.text) == []
        assert "Set-Cookie" not in response.headers
    assert list(tmp_path.iterdir()) == []


def test_the_language_and_the_scheme_go_along_to_the_quiz(client: FlaskClient) -> None:
    page = client.get(f"{RAIL}?embed=1&lang=en&theme=dark").text
    assert 'href="/quiz/tea?lang=en&amp;theme=dark" target="_blank" rel="noopener"' in page
    assert '<input type="hidden" name="theme" value="dark">' in page


def test_remembered_answers_give_picks_whose_reasons_do_not_quote_them(client: FlaskClient) -> None:
    known(client, "remember")
    response = client.get(RAIL)
    assert titles(response.text)[:2] == ["Chimney Stack", "Old Depot"]
    assert len(titles(response.text)) == MOST
    reasons = re.findall(r'<p class="reason">(.*?)</p>', response.text)
    assert reasons[:2] == [
        "Strength: a brass band, higher on Strength than 4 in 5 here.",
        "Smoke: a campfire, higher on Smoke than 4 in 5 here.",
    ]
    for answer in ("Before anybody speaks", "A campfire", "You said"):
        assert answer not in response.text
    assert "private" in response.headers["Cache-Control"]
    assert "Set-Cookie" not in response.headers


def test_the_product_of_the_page_is_not_picked(client: FlaskClient) -> None:
    known(client, "remember")
    assert titles(client.get(f"{RAIL}?product=stack").text)[0] == "Old Depot"


def test_what_was_liked_gives_picks_and_is_not_shown_again(client: FlaskClient) -> None:
    key = known(client, "history", answers={})
    assert titles(client.get(RAIL).text) == [], "there is no taste to go by yet"
    body = {"events": [{"item": "petal", "kind": "like"}, {"item": "moss", "kind": "view"}]}
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": str(uuid4())}
    assert client.post("/api/v1/me/events", json=body, headers=headers).status_code == 201
    page = client.get(RAIL).text
    assert {"Still Pond", "Meadow Gate"} <= set(titles(page))
    assert "You liked the Petal Post" in page
    assert not {"Petal Post", "Moss Steps"} & set(titles(page))


@pytest.mark.parametrize("purposes", [["improve"], ["email"]])
def test_another_purpose_gives_no_picks(client: FlaskClient, purposes: list[str]) -> None:
    known(client, *purposes, **({"email": "a@b.example"} if "email" in purposes else {}))
    assert titles(client.get(RAIL).text) == []
    assert 'href="/quiz/tea"' in client.get(RAIL).text


def test_what_was_taken_back_is_not_used_any_more(client: FlaskClient) -> None:
    key = known(client, "remember")
    assert client.delete("/api/v1/me", headers={"Authorization": f"Bearer {key}"}).status_code == 204
    response = client.get(RAIL)
    assert titles(response.text) == []
    assert response.headers["Set-Cookie"].startswith("quizbot=;")


def test_while_the_database_cannot_be_used_there_is_an_invitation(client: FlaskClient, tmp_path: Path) -> None:
    known(client, "remember")
    for each in tmp_path.iterdir():
        if each.name.startswith("quizbot.db"):
            each.unlink()
    (tmp_path / "quizbot.db").write_bytes(b"no database at all " * 400)
    response = client.get(RAIL)
    assert response.status_code == 200
    assert titles(response.text) == []


def test_not_now_closes_it_and_says_so(client: FlaskClient) -> None:
    known(client, "remember")
    page = client.get(f"{RAIL}?embed=1&closed=1").text
    assert "Nothing was noted" in page
    assert titles(page) == []


def test_only_pages_of_the_shop_may_frame_it(client: FlaskClient) -> None:
    policy = "Content-Security-Policy"
    assert "frame-ancestors https://kettle.example" in client.get(f"{RAIL}?embed=1").headers[policy]
    assert "frame-ancestors 'none'" in client.get(RAIL).headers[policy]


@pytest.mark.parametrize(("purposes", "noted"), [(["remember"], False), (["remember", "history"], True)])
def test_a_pick_that_is_pressed_is_noted_only_where_it_may_be(
    client: FlaskClient, purposes: list[str], *, noted: bool
) -> None:
    known(client, *purposes)
    assert ('data-keeps="/quiz/tea/did?own=1"' in client.get(f"{RAIL}?embed=1").text) == noted


def test_the_page_around_hears_which_products_there_are_and_no_reason(client: FlaskClient) -> None:
    known(client, "remember")
    found = re.search(r'data-told="([^"]*)"', client.get(f"{RAIL}?embed=1").text)
    assert found
    news = json.loads(unescape(found[1]))
    assert set(news) == {"quiz", "version", "rail", "items"}
    assert set(news["items"][0]) == {"item", "variant", "title", "price", "currency", "position"}


def test_a_quiz_for_others_picks_nothing_for_who_took_it(tea_shop: Shop, tmp_path: Path) -> None:
    edition = tea_shop.library.editions["tea"]
    quiz = edition.quiz.model_copy(update={"gift": Gift(question="hour", option="evening")})
    library = Library({"tea": replace(edition, quiz=quiz)}, tea_shop.site, tea_shop.library.folder)
    client = application(Shop(library), tmp_path).test_client()
    known(client, "remember", answers={"hour": "evening", "tastes": ["flowers"]})
    assert titles(client.get(RAIL).text) == []
    somebody(client, "remember")


def test_a_shop_without_a_memory_has_a_rail_of_invitations(tea_shop: Shop) -> None:
    client = create_app(tea_shop).test_client()
    client.set_cookie("quizbot", "0" * 64)
    assert client.get(RAIL).status_code == 200


# What is picked -------------------------------------------------------------------------------------

STOCK = [
    {"id": f"{color}-{at}", "title": f"{color} {at}", "warmth": str(at / 4), "color": color, "price": str(50 + 50 * at)}
    for color in ("red", "blue")
    for at in range(5)
]
TRAITS = {"warmth": level_trait("warmth", low="cool", high="warm"), "color": label_trait("color")}
QUESTIONS = [
    single("climate", option("cold", prefer={"warmth": "1"}), option("mild", prefer={"warmth": "0"})),
    single("mood", option("glad", prefer={"color": "red"}), sensitive="health"),
    {"id": "budget", "ask": "?", "type": "number", "min": "1", "max": "999", "require": {"price": {"max": "answer"}}},
]
EDITION = world(STOCK, TRAITS, QUESTIONS)


def picked(answers: dict[str, Any], *past: Past, edition: Edition = EDITION, **more: Any) -> list[tuple[str, str]]:
    """Ids and reasons."""
    turn = Turn.model_validate({"answers": answers, "finish": True})
    return [(each.id, each.reason) for each in picks(edition, turn, past, **more)]


def test_a_sensitive_answer_ranks_and_is_not_told() -> None:
    found = picked({"climate": "cold", "mood": "glad"})
    assert [each for each, _ in found[:2]] == ["red-4", "red-3"]
    assert [reason.partition(",")[0] for _, reason in found] == ["Warmth: warm", "Warmth: 0.75."]
    assert picked({"mood": "glad"}) == [], "of which nothing else can be said"


def test_without_a_taste_there_is_nothing_to_pick() -> None:
    assert picked({}) == []
    assert picked({"budget": 200}) == []


def test_what_breaks_a_demand_is_not_picked() -> None:
    assert {each for each, _ in picked({"climate": "cold", "budget": 150})} <= {"red-2", "blue-2"}
    assert picked({"climate": "cold", "budget": 10}) == []


def test_what_is_sold_out_or_was_bought_or_looked_at_is_not_picked() -> None:
    stock = [each | {"available": "no" if each["id"] == "red-4" else "yes"} for each in STOCK]
    bought = Past(item="blue-4", kind="purchase")
    found = picked({"climate": "cold"}, bought, edition=world(stock, TRAITS, QUESTIONS), besides=["red-3"])
    assert found
    assert not {"red-4", "blue-4", "red-3"} & {each for each, _ in found}


def test_what_was_disliked_speaks_for_nothing() -> None:
    found = picked({"climate": "cold"}, Past(item="red-0", kind="dislike"))
    assert all(reason.startswith("Warmth") for _, reason in found)
