"""What somebody did counts where they let it: on the page, in the API, at once on return, and nowhere else."""

import html
import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quizbot.consent import PURPOSES
from quizbot.library.load import load
from quizbot.memory import Memory
from quizbot.settings import bundled
from quizbot.shop import Shop
from quizbot.web import create_app
from tests.visiting import HERE, MORNING, QUIZ, agree, application, opt_in, remembering, results, somebody

TURN, ME, DID = "/api/v1/quizzes/tea/turn", "/api/v1/me", "/quiz/tea/did?own=1"
ASKED = {"answers": {"hour": "morning"}, "finish": True}


@pytest.fixture
def app(tea_shop: Shop, tmp_path: Path) -> Flask:
    return application(tea_shop, tmp_path)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def turn(client: FlaskClient, who: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    """The advice on a turn."""
    response = client.post(TURN, json=ASKED | more, headers=who)
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.get_json()
    return told


def ids(advice: dict[str, Any]) -> list[str]:
    return [each["id"] for each in advice["results"]["items"]]


def did(client: FlaskClient, who: dict[str, str], *events: dict[str, Any]) -> None:
    """Report what somebody did over the API."""
    headers = {**who, "Idempotency-Key": str(events)}
    assert client.post(f"{ME}/events", json={"events": list(events)}, headers=headers).status_code == 201


def kept(client: FlaskClient) -> list[tuple[str, str]]:
    """The events of who holds the cookie."""
    held = client.post("/my-data", data={"do": "export"}, headers=HERE).get_json()
    return sorted((each["item"], each["kind"]) for each in held["events"])


def state(page: str) -> str:
    """What travels in a page."""
    return html.unescape(re.findall(r'name="state" value="([^"]*)"', page)[0])


def cards(page: str) -> list[str]:
    return re.findall(r"<article.*?</article>", page, re.DOTALL)


def press(client: FlaskClient, page: str, step: str, **more: str) -> str:
    """The page after a button was pressed."""
    return client.post(QUIZ, data={"state": state(page), "step": step, **more}, headers=HERE).text


# Over the API -------------------------------------------------------------------------------------


def test_what_somebody_let_be_remembered_counts_in_their_turn_and_in_nobody_elses(client: FlaskClient) -> None:
    who, stranger = somebody(client, "history"), turn(client)
    did(client, who, {"item": "petal", "kind": "like", "quiz": "tea"}, {"item": "stack", "kind": "purchase"})
    known = turn(client, who)
    assert known["results"]["blend"]["history"] > 0
    assert known["results"]["history"]["used"]
    assert known["results"]["history"]["items"] == 2
    assert "history" in {each["source"] for item in known["results"]["items"] for each in item["reasons"]}
    assert "stack" in ids(stranger)
    assert "stack" not in ids(known), "what was bought is not suggested again"
    for item in known["results"]["items"]:
        points = sum(each["points"] for each in item["reasons"] + item["misses"])
        assert points == pytest.approx(item["score"], abs=1e-6)
    without = turn(client, who, use_history=False)
    assert without["results"]["items"] == stranger["results"]["items"]
    assert without["results"]["history"]["text"].startswith("With your history,")
    assert turn(client) == stranger


@pytest.mark.parametrize("purposes", [each for n in range(1, 5) for each in combinations(PURPOSES, n)])
def test_before_anything_is_remembered_everybody_is_answered_byte_by_byte_alike(
    client: FlaskClient, purposes: tuple[str, ...]
) -> None:
    stranger, page = client.post(TURN, json=ASKED).data, results(client)
    who = somebody(client, *purposes, email="a@b.example")
    assert client.post(TURN, json=ASKED, headers=who).data == stranger
    client.set_cookie("quizbot", who["Authorization"].partition(" ")[2])
    assert cards(results(client)) == cards(page)
    assert client.patch(f"{ME}/consents", json={"purposes": []}, headers=who).status_code == 200
    assert client.post(TURN, json=ASKED, headers=who).data == stranger


def test_a_history_that_is_taken_back_counts_no_more_from_the_next_turn_on(client: FlaskClient) -> None:
    who, stranger = somebody(client, "history", "improve"), turn(client)
    did(client, who, {"item": "petal", "kind": "like"})
    assert turn(client, who) != stranger
    client.patch(f"{ME}/consents", json={"purposes": ["improve"]}, headers=who)
    assert turn(client, who) == stranger


def test_a_bad_token_is_refused_and_what_a_proxy_is_told_is_none(client: FlaskClient) -> None:
    for bad in ("Bearer x", "bearer", "Bearer "):
        assert client.post(TURN, json=ASKED, headers={"Authorization": bad}).status_code == 401
    assert client.post(TURN, json=ASKED, headers={"Authorization": "Basic eDp4"}).status_code == 200


class Untouchable:
    """A store that nobody may look at."""

    def __getattr__(self, name: str) -> Any:
        """Fail."""
        raise AssertionError(f"the database was used: {name}")


def test_without_a_key_the_database_is_never_opened(tea_shop: Shop) -> None:
    store: Any = Untouchable()
    client = create_app(Shop(tea_shop.library, Memory(store, lambda: "s" * 40))).test_client()
    turn(client)
    page = results(client)
    for step in ("like:stack", "refuse", "history:off", "restart"):
        press(client, page, step)
    assert client.get(QUIZ).status_code == client.get("/my-data").status_code == 200
    assert client.post(DID, data={"item": "stack", "kind": "view"}, headers=HERE).status_code == 401
    assert client.get(ME).status_code == 401
    assert client.get(ME, headers={"Authorization": "Bearer x"}).status_code == 500, "with one, it would be"


def test_a_turn_is_answered_without_a_database_and_says_what_it_lacks(tea_shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "quizbot.db").write_bytes(b"no database at all" * 1000)
    client = application(tea_shop, tmp_path).test_client()
    told = turn(client, {"Authorization": "Bearer x"})
    assert told["results"] == turn(client)["results"]
    assert [each["field"] for each in told["dropped"]] == ["history"]


def test_the_warm_start_has_history_in_it_unless_it_is_switched_off(client: FlaskClient) -> None:
    who = somebody(client, "remember", "history")
    did(client, who, {"item": "petal", "kind": "like"}, {"item": "stack", "kind": "dislike"})
    start = client.get(f"{ME}/recommendations?quiz=tea", headers=who).get_json()
    assert start["results"] == turn(client, who, answers=MORNING)["results"]
    assert start["results"]["blend"]["history"] > 0
    off = client.get(f"{ME}/recommendations?quiz=tea&use_history=false", headers=who).get_json()
    assert off["results"]["items"] == turn(client, answers=MORNING)["results"]["items"]
    assert off["results"]["history"]["used"] is False


def test_an_opinion_that_the_turn_itself_has_counts_once(client: FlaskClient) -> None:
    who = somebody(client, "history")
    did(client, who, {"item": "petal", "kind": "like"})
    refine = [{"like": "petal"}]
    assert turn(client, who, refine=refine)["results"]["items"] == turn(client, refine=refine)["results"]["items"]


# On the page --------------------------------------------------------------------------------------


def known(client: FlaskClient, *purposes: str) -> dict[str, str]:
    """Somebody who agreed and has the cookie."""
    who = somebody(client, *purposes)
    client.set_cookie("quizbot", who["Authorization"].partition(" ")[2])
    return who


def test_the_page_uses_what_is_remembered_says_so_and_has_a_switch(client: FlaskClient) -> None:
    stranger, who = results(client), known(client, "history")
    did(client, who, {"item": "petal", "kind": "like"}, {"item": "stack", "kind": "purchase"})
    page = results(client)
    assert "Chimney Stack</h3>" not in page
    assert "what you let the shop remember of what you view, like and buy here" in page
    assert re.search(r"Weight: \d+ of 100 for what you said and \d+ of 100 for your history\.", page)
    assert "Without your history," in page
    off = press(client, page, "history:off")
    assert cards(off) == cards(stranger)
    assert "With your history," in off
    assert "Updated: without your history." in off
    assert json.loads(state(off))["use_history"] is False
    assert cards(press(client, off, "finish")) == cards(stranger), "the switch stays as it is set"
    assert json.loads(state(press(client, off, "restart")))["use_history"] is False
    assert cards(press(client, off, "history:on")) == cards(page)


def test_what_the_page_around_says_is_told_apart_from_what_is_remembered(client: FlaskClient) -> None:
    page = press(client, results(client), "finish", history=json.dumps([{"item": "petal", "kind": "like"}]))
    assert "what the page around says you did there, for this view alone" in page
    assert "let the shop remember" not in page


def test_a_thumb_counts_once_now_and_as_history_later_and_is_forgotten_when_it_is_taken_back(
    client: FlaskClient,
) -> None:
    liked_by_a_stranger = press(client, results(client), "like:petal")
    known(client, "history")
    page = results(client)
    liked = press(client, page, "like:petal")
    assert kept(client) == [("petal", "like")]
    assert cards(press(client, liked, "finish")) == cards(liked) == cards(liked_by_a_stranger)
    assert cards(results(client)) != cards(page), "the next time it is history"
    taken_back = press(client, liked, "unrefine:0")
    assert kept(client) == []
    assert cards(taken_back) == cards(page)
    press(client, press(client, taken_back, "dislike:petal"), "like:stack")
    assert kept(client) == [("petal", "dislike"), ("stack", "like")]


def test_what_is_looked_at_or_put_into_the_cart_is_kept_once_a_day(client: FlaskClient) -> None:
    assert "data-keeps" not in results(client)
    known(client, "history", "improve")
    address = re.findall(r'data-keeps="([^"]*)"', results(client))
    assert address == [DID]
    for kind in ("view", "view", "cart"):
        form = {"item": "petal", "kind": kind, "position": "3"}
        assert client.post(DID, data=form, headers=HERE).status_code == 204
    assert kept(client) == [("petal", "cart"), ("petal", "view")]
    held = client.post("/my-data", data={"do": "export"}, headers=HERE).get_json()
    assert {each["position"] for each in held["outcomes"]} == {3}
    for form in ({"item": "petal", "kind": "purchase"}, {"item": "coffee", "kind": "view"}, {}):
        assert client.post(DID, data=form, headers=HERE).status_code == 422
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert client.post(DID, data={"item": "stack", "kind": "view"}, headers=headers).status_code == 401
    client.post("/my-data", data={"do": "purposes", "purposes": ["remember"], "notice": "1"}, headers=HERE)
    assert client.post(DID, data={"item": "petal", "kind": "view"}, headers=HERE).status_code == 403
    assert "data-keeps" not in results(client)
    assert kept(client) == []


def test_who_agrees_to_history_is_noted_from_that_page_on(client: FlaskClient) -> None:
    agree(client, results(client), "remember")
    assert "data-keeps" in agree(client, client.get(QUIZ).text, "history").text


@pytest.mark.parametrize(("purposes", "outcomes"), [(["remember"], 0), (["improve"], 1), (["history", "improve"], 1)])
def test_that_the_suggestions_were_right_is_an_outcome_only_where_it_may_be_learned_from(
    client: FlaskClient, purposes: list[str], outcomes: int
) -> None:
    agree(client, results(client), *purposes)
    said = client.post(QUIZ, data={"state": json.dumps({"answers": MORNING}), "step": "right"}, headers=HERE).text
    assert "Good to hear" in said
    held = client.post("/my-data", data={"do": "export"}, headers=HERE).get_json()
    assert [each["item"] for each in held["outcomes"]] == ["stack"] * outcomes
    again = client.post(QUIZ, data={"state": state(said), "step": "right"}, headers=HERE)
    assert again.status_code == 200
    assert client.post("/my-data", data={"do": "export"}, headers=HERE).get_json()["outcomes"] == held["outcomes"]


def test_that_they_were_right_leaves_no_trace_of_anybody_else(client: FlaskClient, tmp_path: Path) -> None:
    page = client.post(QUIZ, data={"state": json.dumps({"answers": MORNING}), "step": "right"}, headers=HERE)
    assert "Good to hear" in page.text
    assert "Set-Cookie" not in page.headers
    assert list(tmp_path.iterdir()) == []


def test_a_gift_leaves_no_trace_and_uses_none(tmp_path: Path) -> None:
    shop = remembering(Shop(load(bundled("quizzes"))), tmp_path)
    client, gifts = create_app(shop).test_client(), shop.library.editions["gift-finder"]
    for_somebody = json.dumps({"answers": {"recipient": "someone-else"}})
    path, form, item = "/quiz/gift-finder", {"state": for_somebody, "step": "finish"}, gifts.catalog.ids[0]
    stranger = client.post(path, data=form, headers=HERE).text
    token = opt_in(client, *PURPOSES, quiz="winter-coat", answers={}, notice="2026-11").get_json()["token"]
    client.set_cookie("quizbot", token)
    did(client, {"Authorization": f"Bearer {token}"}, {"item": item, "kind": "like", "gift": False})
    page = client.post(path, data=form, headers=HERE).text
    assert cards(page) == cards(stranger)
    assert "data-keeps" not in page
    client.post(path, data={"state": state(page), "step": f"like:{item}"}, headers=HERE)
    client.post(f"{path}/did", data={"item": item, "kind": "view"}, headers=HERE)
    held = client.post("/my-data", data={"do": "export"}, headers=HERE).get_json()
    assert [each["kind"] for each in held["events"]] == ["like"], "the one from before"
    assert held["shown"] == held["responses"] == []
