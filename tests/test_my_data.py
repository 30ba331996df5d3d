"""Consent and own data as plain forms: asked after the results, unticked, refused as easily, taken back as easily."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quizbot.shop import Shop
from quizbot.web import create_app
from tests.visiting import HERE, MORNING, QUIZ, agree, application, hidden, opt_in, remembering, results, somebody

MINE = "/my-data"


@pytest.fixture
def app(tea_shop: Shop, tmp_path: Path) -> Flask:
    return application(tea_shop, tmp_path)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def suggested(page: str) -> list[str]:
    """The cards of a page, byte by byte."""
    return re.findall(r"<article.*?</article>", page, re.DOTALL)


def test_remembering_is_asked_for_after_the_results_unticked_with_two_equal_buttons(client: FlaskClient) -> None:
    assert hidden(client.get(QUIZ).text) == {}
    page = results(client)
    asked = re.search(r'<section class="consent".*?</section>', page, re.DOTALL)
    assert asked
    assert "checked" not in asked[0]
    assert asked[0].count('type="checkbox"') == 1
    buttons = re.findall(r"<button ([^>]*)>", asked[0])
    assert [re.sub(r'value="\w+"', "", each) for each in buttons] == ['class="button second" name="step" '] * 2
    for words in ("The Kettle decides", "365 days", "taken back at any time", "servers", "preferences are computed"):
        assert words in asked[0], words
    assert page.index("</article>") < page.index('<section class="share"') < page.index('<section class="consent"')


def test_who_agrees_refuses_or_ignores_sees_the_same_suggestions(client: FlaskClient, tmp_path: Path) -> None:
    page = results(client)
    refused = client.post(QUIZ, data={**hidden(page), "step": "refuse"}, headers=HERE)
    assert "Set-Cookie" not in refused.headers
    assert hidden(refused.text) == {}, "not asked again on this page"
    assert "Nothing was kept" in refused.text
    assert list(tmp_path.iterdir()) == []
    agreed = agree(client, page, "remember")
    assert suggested(page) == suggested(refused.text) == suggested(agreed.text)
    assert suggested(client.get(QUIZ).text) == suggested(page), "nor does remembering change them"


def test_a_refusal_holds_through_the_next_steps_of_the_page(client: FlaskClient) -> None:
    page = client.post(QUIZ, data={**hidden(results(client)), "step": "refuse"}, headers=HERE).text
    state = re.findall(r'name="state" value="([^"]*)"', page)[0].replace("&#34;", '"')
    assert hidden(client.post(QUIZ, data={"state": state, "step": "finish"}, headers=HERE).text) == {}


def test_each_refusal_of_a_page_holds(client: FlaskClient) -> None:
    agree(client, results(client), "remember")
    page, offered = client.get(QUIZ).text, []
    while form := hidden(page):
        offered.append(form["offered"])
        page = client.post(QUIZ, data={**form, "step": "refuse"}, headers=HERE).text
        state = re.findall(r'name="state" value="([^"]*)"', page)[0].replace("&#34;", '"')
        page = client.post(QUIZ, data={"state": state, "step": "like:stack"}, headers=HERE).text
    assert offered == ["history", "improve"]


def test_agreeing_hands_over_a_receipt_and_a_cookie_that_scripts_cannot_read(client: FlaskClient) -> None:
    response = agree(client, results(client), "remember")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert "Kept, as you agreed" in response.text
    assert "ISO/IEC TS 27560" in response.text
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("quizbot=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


@pytest.mark.parametrize(
    ("path", "start", "attributes"),
    [
        (QUIZ, "__Host-quizbot=", {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}),
        (f"{QUIZ}?embed=1", "__Host-quizbot=", {"Secure", "HttpOnly", "SameSite=None", "Path=/", "Partitioned"}),
    ],
)
def test_over_tls_the_cookie_is_bound_to_the_host_and_in_a_frame_to_its_site(
    client: FlaskClient, path: str, start: str, attributes: set[str]
) -> None:
    client.environ_base["wsgi.url_scheme"] = "https"
    client.environ_base["HTTP_HOST"] = "quiz.example"
    state = json.dumps({"answers": MORNING})
    page = client.post(
        path, data={"state": state, "step": "finish"}, headers=HERE, base_url="https://quiz.example"
    ).text
    response = client.post(
        path,
        data={**hidden(page), "step": "consent", "purposes": "remember"},
        headers=HERE,
        base_url="https://quiz.example",
    )
    assert response.headers["Set-Cookie"].startswith(start)
    assert attributes <= set(response.headers["Set-Cookie"].split("; "))
    assert "Domain" not in response.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"purposes": []}, "Tick what may be kept first"),
        ({"purposes": ["sell"]}, "Tick what may be kept first"),
        ({"notice": "older"}, "The notice has changed"),
        ({"key": ""}, "here is a new one"),
    ],
)
def test_an_answer_that_does_not_count_is_told_and_asked_again(
    client: FlaskClient, tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    page = results(client)
    form = {**hidden(page), "step": "consent", "purposes": ["remember"], **change}
    response = client.post(QUIZ, data=form, headers=HERE)
    assert told in response.text
    assert hidden(response.text)["key"] != hidden(page)["key"]
    assert "Set-Cookie" not in response.headers
    assert list(tmp_path.iterdir()) == []


def test_a_form_of_another_site_neither_agrees_nor_changes_anything(client: FlaskClient, tmp_path: Path) -> None:
    form = {**hidden(results(client)), "step": "consent", "purposes": "remember"}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert "Set-Cookie" not in client.post(QUIZ, data=form, headers=headers).headers
    assert list(tmp_path.iterdir()) == []
    agree(client, results(client), "remember")
    for headers in ({"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {}):
        for do in ("erase", "purposes", "export", "forget"):
            assert client.post(MINE, data={"do": do}, headers=headers).status_code == 403
    assert "Mild" not in client.get(MINE).text
    assert "Before anybody speaks" in client.get(MINE).text, "all is still there"
    assert client.post(MINE, data={"do": "export"}, headers={"Origin": "http://localhost"}).status_code == 200


def test_my_data_shows_everything_in_words_and_gives_it_as_data(client: FlaskClient) -> None:
    agree(client, results(client), "remember")
    page = client.get(MINE)
    assert page.headers["Cache-Control"] == "no-store"
    for words in (
        "Find your tea",
        "When do you drink it?",
        "Before anybody speaks",
        "Suggested then",
        "of 5",
        "Remember my answers",
        "Who received it",
        "The notice of that day",
    ):
        assert words in page.text, words
    download = client.post(MINE, data={"do": "export"}, headers=HERE)
    assert "attachment" in download.headers["Content-Disposition"]
    assert download.get_json()["responses"][0]["answers"] == MORNING
    receipt = client.post(MINE, data={"do": "receipt"}, headers=HERE).get_json()
    assert receipt["state"] == "given"


def test_who_returns_is_welcomed_with_suggestions_at_once(client: FlaskClient) -> None:
    agree(client, results(client), "remember")
    page = client.get(QUIZ)
    assert "Welcome back" in page.text
    assert "Nothing has changed since." in page.text
    assert "Before anybody speaks" in page.text
    assert "private" in page.headers["Cache-Control"]
    assert hidden(page.text)["offered"] == "history"
    more = agree(client, page.text, "history")
    assert "Use what I look at" in more.text
    kept = client.post(MINE, data={"do": "export"}, headers=HERE).get_json()
    assert [each["act"] for each in kept["consents"]] == ["given", "changed"]


def revised(shop: Shop) -> Shop:
    """The same shop after its notice changed."""
    notice = shop.site.notice.model_copy(update={"revision": "2"})
    site = shop.site.model_copy(update={"notice": notice})
    return Shop(replace(shop.library, site=site), shop.memory)


def test_a_changed_notice_asks_again_and_what_was_agreed_to_keeps_its_text_until_then(
    client: FlaskClient, tea_shop: Shop, tmp_path: Path
) -> None:
    cookie = agree(client, results(client), "remember").headers["Set-Cookie"].partition(";")[0].partition("=")[2]
    before = client.post(MINE, data={"do": "export"}, headers=HERE).get_json()["consents"][0]
    later = create_app(revised(remembering(tea_shop, tmp_path))).test_client()
    later.set_cookie("quizbot", cookie)
    page = later.get(QUIZ).text
    assert "Welcome back" in page, "it holds as it was agreed to"
    assert "the notice has changed since" in page
    assert (hidden(page)["offered"], hidden(page)["notice"]) == ("remember", "2")
    agree(later, page, "remember")
    held = later.post(MINE, data={"do": "export"}, headers=HERE).get_json()
    assert held["consents"][0] == before
    assert held["consents"][1]["record"]["purposes"]["remember"]["revision"] == "2"
    assert hidden(later.get(QUIZ).text)["offered"] == "history", "asked once"


def test_who_refuses_what_is_asked_again_has_it_taken_back(client: FlaskClient, tea_shop: Shop, tmp_path: Path) -> None:
    who = somebody(client, "remember", "improve")
    later = create_app(revised(remembering(tea_shop, tmp_path))).test_client()
    later.set_cookie("quizbot", who["Authorization"].partition(" ")[2])
    page = later.post(QUIZ, data={**hidden(later.get(QUIZ).text), "step": "refuse"}, headers=HERE).text
    assert "Nothing was kept" in page
    held = client.get("/api/v1/me", headers=who).get_json()
    assert (held["purposes"], held["responses"]) == (["improve"], [])
    assert held["consents"][1]["record"]["purposes"]["improve"]["revision"] == "1", "the other one holds as it was"


def test_adding_or_taking_back_one_purpose_renews_no_other(client: FlaskClient) -> None:
    who = somebody(client, "remember", "improve")
    client.set_cookie("quizbot", who["Authorization"].partition(" ")[2])
    first = client.get("/api/v1/me", headers=who).get_json()["consents"][0]["record"]["purposes"]["remember"]
    agree(client, client.get(QUIZ).text, "history")
    client.post(MINE, data={"do": "purposes", "purposes": ["remember", "history"]}, headers=HERE)
    client.patch("/api/v1/me/consents", json={"purposes": ["remember"]}, headers=who)
    entries = client.get("/api/v1/me", headers=who).get_json()["consents"]
    assert [sorted(each["record"]["purposes"]) for each in entries] == [
        ["improve", "remember"],
        ["history", "improve", "remember"],
        ["history", "remember"],
        ["remember"],
    ]
    assert [each["record"]["purposes"]["remember"] for each in entries] == [first] * 4


def test_taking_back_takes_one_press_as_agreeing_does_and_holds_in_another_process(
    client: FlaskClient, tea_shop: Shop, tmp_path: Path
) -> None:
    cookie = agree(client, results(client), "remember").headers["Set-Cookie"].partition(";")[0]
    other = application(tea_shop, tmp_path).test_client(use_cookies=False)
    assert "Welcome back" in other.get(QUIZ, headers={"Cookie": cookie}).text
    page = client.post(MINE, data={"do": "purposes"}, headers=HERE).text
    assert "Everything was taken back" in page
    assert "Before anybody speaks" not in page
    assert "Welcome back" not in other.get(QUIZ, headers={"Cookie": cookie}).text


def test_erasing_takes_the_cookie_back_too(client: FlaskClient) -> None:
    agree(client, results(client), "remember")
    response = client.post(MINE, data={"do": "erase"}, headers=HERE)
    assert "Everything was deleted." in response.text
    assert "Max-Age=0" in response.headers["Set-Cookie"]
    assert "Nothing is kept" in client.get(MINE).text


def test_the_receipts_key_opens_the_data_where_there_is_no_cookie(client: FlaskClient) -> None:
    key = opt_in(client, "remember", "history").get_json()["token"]
    who = {"Authorization": f"Bearer {key}", "Idempotency-Key": "k"}
    client.post("/api/v1/me/events", json={"events": [{"item": "stack", "kind": "like", "id": "e"}]}, headers=who)
    page = client.post(f"{MINE}?embed=1", data={"key": key, "do": "show"})
    assert "frame-ancestors https://kettle.example" in page.headers["Content-Security-Policy"]
    assert f'name="key" value="{key}"' in page.text
    assert "Chimney Stack" in page.text
    assert "Forgotten." in client.post(MINE, data={"key": key, "do": "forget", "event": "e"}).text
    chosen = {"key": key, "do": "purposes", "purposes": ["history"]}
    assert "Your choice holds" in client.post(MINE, data=chosen).text
    assert client.post(MINE, data={"key": key, "do": "erase"}).status_code == 200
    wrong = client.post(MINE, data={"key": key, "do": "show"})
    assert wrong.status_code == 401
    assert "no data under this key" in wrong.text


def test_the_signal_of_the_browser_is_shown_and_written_on_the_receipt(client: FlaskClient) -> None:
    page = results(client, headers={"Sec-GPC": "1"})
    assert "Global Privacy Control" in page
    assert "Global Privacy Control" in client.get(MINE, headers={"Sec-GPC": "1"}).text
    form = {**hidden(page), "step": "consent", "purposes": "remember"}
    assert "Sec-GPC" in client.post(QUIZ, data=form, headers=HERE | {"Sec-GPC": "1"}).text


def test_without_a_database_the_page_says_so_and_suggests_the_same(tea_shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "quizbot.db").write_bytes(b"no database at all" * 1000)
    client = application(tea_shop, tmp_path).test_client()
    page = results(client)
    response = agree(client, page, "remember")
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "Remembering is off" in response.text
    assert suggested(response.text) == suggested(page)
    client.set_cookie("quizbot", "0" * 64)
    known = client.get(QUIZ)
    assert known.status_code == 200
    assert client.get(MINE).status_code == 503
    ready = client.get("/readyz")
    assert (ready.status_code, ready.get_json()["database"]) == (200, "off"), "quizzes are answered all the same"
    assert "Remembering is off" in results(client)


def test_what_was_agreed_to_goes_on_without_asking_and_a_thumb_is_kept_under_history(client: FlaskClient) -> None:
    page = results(client)
    agree(client, page, "remember", "history")
    evening = results(client, answers={"hour": "evening"})
    state = re.findall(r'name="state" value="([^"]*)"', evening)[0].replace("&#34;", '"')
    for _ in range(2):
        liked = client.post(QUIZ, data={"state": state, "step": "like:stack"}, headers=HERE)
    assert hidden(liked.text)["offered"] == "improve"
    kept = client.post(MINE, data={"do": "export"}, headers=HERE).get_json()
    assert kept["responses"][0]["answers"] == {"hour": "evening"}
    assert [(each["item"], each["kind"]) for each in kept["events"]] == [("stack", "like")]


def test_every_result_says_what_it_was_made_from(client: FlaskClient) -> None:
    assert "Used for these suggestions: your answers on this page." in results(client)


def test_a_stale_cookie_is_taken_back(client: FlaskClient) -> None:
    who = somebody(client, "remember")
    client.set_cookie("quizbot", who["Authorization"].partition(" ")[2])
    assert "Welcome back" in client.get(QUIZ).text
    client.delete("/api/v1/me", headers=who)
    assert "Max-Age=0" in client.get(QUIZ).headers["Set-Cookie"]
