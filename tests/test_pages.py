"""The pages: a conversation of plain forms that needs no script and keeps nothing."""

import gzip
import html
import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from quizbot.advice.turn import Contribution, ResultItem
from quizbot.content.colors import contrast
from quizbot.library.load import load
from quizbot.settings import bundled
from quizbot.shop import Shop
from quizbot.web import create_app
from quizbot.web.pictures import bars, whole
from quizbot.web.theme import legible, stylesheet

TEA = "/quiz/tea"


def state_of(page: str) -> str:
    """The hidden state of a page."""
    found = re.search(r'name="state" value="([^"]*)"', page)
    assert found
    return html.unescape(found[1])


def asked_in(page: str) -> str:
    """The question a page asks."""
    found = re.search(r'<form class="question".*?name="question" value="([^"]*)"', page, re.DOTALL)
    return found[1] if found else ""


def press(client: FlaskClient, page: str, step: str, **fields: Any) -> str:
    """The page after a button was pressed."""
    form = {"state": state_of(page), "question": asked_in(page), "step": step} | fields
    response = client.post(TEA, data=form)
    assert response.status_code == 200
    return response.text


def walk(client: FlaskClient) -> list[str]:
    """Every page from the first question to the results, answering each."""
    answers: list[dict[str, Any]] = [
        {"answer": "morning"},
        {"answer": ["smoke", "fruit"]},
        {"answer": "4"},
        {"rank.strong": "1", "rank.sweet": "2"},
        {"answer": "12,5"},
    ]
    pages = [client.get(TEA).text]
    for each in answers:
        pages.append(press(client, pages[-1], "next", **each))
    shown = re.findall(r'name="shown" value="([^"]*)"', pages[-1])
    return [*pages, press(client, pages[-1], "next", shown=shown, liked=shown[:1])]


def test_the_first_page_lists_the_quizzes(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "Find your tea" in page
    assert f'href="{TEA}"' in page


def test_the_whole_conversation_works_as_plain_forms(client: FlaskClient) -> None:
    pages = walk(client)
    assert [asked_in(page) for page in pages] == ["hour", "tastes", "fire", "order", "budget", "cups", ""]
    assert "Chimney Stack" in pages[-1]
    assert "Best match" in pages[-1]
    assert all(page.count("<script") == 1 for page in pages), "quiz.js, and nothing within the page"


def test_progress_is_text_and_never_grows(client: FlaskClient) -> None:
    said = [re.search(r"Question (\d) of at most (\d)", page) for page in walk(client)]
    counted = [(int(each[1]), int(each[2])) for each in said if each]
    assert [number for number, _ in counted] == [1, 2, 3, 4, 5, 6]
    totals = [total for _, total in counted]
    assert totals == sorted(totals, reverse=True)


def test_progress_does_not_grow_when_a_branch_closes_or_a_question_is_skipped(client: FlaskClient) -> None:
    page = press(client, client.get(TEA).text, "next", answer="evening")
    page = press(client, page, "next", answer="flowers")
    assert asked_in(page) == "order"
    assert "Question 3 of at most 5" in page
    assert "Question 4 of at most 5" in press(client, page, "skip")


def test_what_the_bot_says_stands_in_the_thread(client: FlaskClient) -> None:
    page = press(client, client.get(TEA).text, "next", answer="morning")
    assert "Then it may be loud." in page
    assert "Before anybody speaks" in page
    assert 'value="change:hour"' in page


@pytest.mark.parametrize(
    ("before", "fields", "told"),
    [
        ([], {}, "Choose one of these first; the suggestions depend on it."),
        ([], {"answer": "noon"}, "That answer does not belong to this question; choose one of these."),
        ([{"answer": "morning"}], {}, "Pick at least one first, or press “Not sure”."),
        (
            [{"answer": "morning"}],
            {"answer": ["smoke", "flowers", "fruit"]},
            "These are 3; pick up to 2.",
        ),
        ([{"answer": "morning"}, {"answer": "smoke"}], {}, "Choose one of these first, or press “Not sure”."),
        (
            [{"answer": "morning"}, {"answer": "fruit"}],
            {"rank.sweet": "1", "rank.strong": "1"},
            "Two of them are in place 1; give each place once.",
        ),
        (
            [{"answer": "morning"}, {"answer": "fruit"}],
            {"rank.sweet": ""},
            "Give at least one of them a place first, or press “Not sure”.",
        ),
        (
            [{"answer": "morning"}, {"answer": "fruit"}, {"rank.sweet": "1"}],
            {"answer": "some"},
            "Write a number between 3 EUR and 40 EUR.",
        ),
        (
            [{"answer": "morning"}, {"answer": "fruit"}, {"rank.sweet": "1"}],
            {"answer": "900"},
            "900 lies outside 3 EUR to 40 EUR; write a number between them.",
        ),
    ],
)
def test_a_mistake_is_named_and_tied_to_its_field(
    client: FlaskClient, before: list[dict[str, Any]], fields: dict[str, Any], told: str
) -> None:
    page = client.get(TEA).text
    for each in before:
        page = press(client, page, "next", **each)
    asked = asked_in(page)
    page = press(client, page, "next", **fields)
    assert asked_in(page) == asked
    assert told in html.unescape(page)
    assert page.count(" autofocus") == 1
    assert 'aria-describedby="mistake"' in page
    assert 'id="now"' not in page, "a target of the address would win over the focus on the field"
    assert "<title>Error: " in page


def test_a_mistake_keeps_what_was_filled_in(client: FlaskClient) -> None:
    page = press(client, client.get(TEA).text, "next", answer="morning")
    page = press(client, page, "next", answer=["smoke", "flowers", "fruit"])
    assert page.count(" checked") == 3


def test_nothing_is_preselected(client: FlaskClient) -> None:
    assert not any(re.search(r" checked| selected", page) for page in walk(client))


def test_a_required_question_cannot_be_skipped(client: FlaskClient) -> None:
    page = client.get(TEA).text
    assert 'value="skip"' not in page
    page = press(client, page, "skip")
    assert asked_in(page) == "hour"
    assert "This one is needed" in page


def test_back_asks_the_earlier_question_with_its_answer(client: FlaskClient) -> None:
    page = press(client, client.get(TEA).text, "next", answer="morning")
    page = press(client, page, "next", answer="smoke")
    page = press(client, page, "back")
    assert asked_in(page) == "tastes"
    assert re.search(r'value="smoke" checked', page)
    page = press(client, page, "back")
    assert asked_in(page) == "hour"
    assert "Question 1 of at most 6" in page
    assert asked_in(press(client, page, "next", answer="evening")) == "fire"


def test_an_answer_can_be_changed_from_the_results(client: FlaskClient) -> None:
    page = press(client, walk(client)[-1], "change:tastes")
    assert asked_in(page) == "tastes"
    assert page.count(" checked") == 2
    assert "Your later answers stay where they still fit." in page
    page = press(client, page, "next", answer=["flowers"])
    assert asked_in(page) == "", "nothing is asked twice"
    assert "Set aside, because it no longer fits: “How much of a campfire?”." in page


def test_results_can_be_seen_at_once_and_the_rest_answered_later(client: FlaskClient) -> None:
    page = press(client, client.get(TEA).text, "next", answer="morning")
    page = press(client, page, "finish")
    assert "Best match" in page
    page = press(client, page, "more")
    assert asked_in(page) == "tastes"


def test_starting_over_forgets_everything(client: FlaskClient) -> None:
    page = press(client, walk(client)[-1], "restart")
    assert json.loads(state_of(page))["answers"] == {}
    assert asked_in(page) == "hour"


def test_the_points_of_a_result_add_up_to_what_is_said(client: FlaskClient) -> None:
    page = walk(client)[-1].replace("\N{MINUS SIGN}", "-")
    for details in re.findall(r"<article.*?</article>", page, re.DOTALL):
        shown = [int(each) for each in re.findall(r'<p class="points[^>]*>([+-]?\d+)<span', details)]
        total = re.search(r"(-?\d+) of 100 points", details)
        assert total
        assert sum(shown) == int(total[1])


@given(st.lists(st.floats(-1, 1), max_size=12))
def test_rounded_points_add_up_to_the_rounded_score(points: list[float]) -> None:
    rounded = whole(points)
    assert abs(sum(rounded) - 100 * sum(points)) <= 0.5 + 1e-4
    assert all(abs(one - 100 * other) <= 1 + 1e-4 for one, other in zip(rounded, points, strict=True))


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=12))
def test_bars_follow_each_other_within_the_drawing(points: list[float]) -> None:
    told = [Contribution(source="answer", points=each) for each in points]
    item = ResultItem(id="a", title="A", score=0, asked=1, met=1, stated=1, reasons=told, misses=[], not_stated=[])
    drawn = bars(item)
    assert all(-0.01 <= each.start <= 100.01 and each.start + each.length <= 101 for each in drawn.rows)
    assert 0 <= drawn.zero <= 100


@given(state=st.text(max_size=200) | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
@settings(max_examples=60, deadline=None)
def test_no_state_breaks_the_page(tea_app: Flask, state: str) -> None:
    client = tea_app.test_client()
    for step in ("next", "back", "skip", "finish", "change:hour", "more", "x"):
        response = client.post(TEA, data={"state": state, "step": step, "question": "hour", "answer": "evening"})
        assert response.status_code == 200


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("{", "could not be read"),
        ("[]", "could not be read"),
        ('{"answers": {"hour": {"a": 1}}}', "could not be read"),
        ('{"answers": ' + "[" * 20000, "could not be read"),
        ('{"answers": {"hour": "noon"}}', "no longer fits: “When do you drink it?”"),
        ('{"answers": {"gone": "noon", "hour": "evening"}}', "The quiz has changed since"),
        ('{"answers": {"fire": 3}, "skipped": ["hour"]}', "no longer fits: “How much of a campfire?”"),
    ],
)
def test_what_no_longer_fits_is_dropped_and_said(client: FlaskClient, state: str, told: str) -> None:
    response = client.post(TEA, data={"state": state, "step": "x"})
    assert response.status_code == 200
    assert told in html.unescape(response.text)


def test_a_page_speaks_the_language_that_is_asked_for(client: FlaskClient) -> None:
    asked = client.get(f"{TEA}?lang=de").text
    heard = client.get(TEA, headers={"Accept-Language": "de-AT, en;q=0.5"}).text
    own = client.get(TEA, headers={"Accept-Language": "fr"}).text
    unknown = client.get(f"{TEA}?lang=xx").text
    assert '<html lang="de">' in asked
    assert "Frage 1 von höchstens 6" in heard
    assert '<h2 id="now" tabindex="-1" lang="en">When do you drink it?' in heard
    assert '<html lang="en">' in own
    assert '<html lang="en">' in unknown


def test_a_chosen_language_stays(client: FlaskClient) -> None:
    assert f'action="{TEA}?lang=de#now"' in client.get(f"{TEA}?lang=de").text


def test_the_embedded_page_has_less_around_it(client: FlaskClient) -> None:
    page = client.get(f"{TEA}?embed=1&product=lapis").text
    assert "masthead" not in page
    assert f'action="{TEA}?embed=1&amp;product=lapis#now"' in page


def test_the_page_says_how_its_own_product_stands(client: FlaskClient) -> None:
    form = {"step": "finish", "state": '{"answers": {"hour": "morning"}}'}
    assert "The product you came from: is this one for you?" in client.post(f"{TEA}?product=meadow", data=form).text


def test_a_script_gets_only_the_main_part_and_what_stands_below(client: FlaskClient) -> None:
    headers = {"X-Requested-With": "quizbot"}
    part = client.post(TEA, data={"step": "x"}, headers=headers).text
    main, below = part.split("<footer")
    assert main.startswith("<main")
    assert below.endswith("</footer>\n")
    whole = client.post(TEA, data={"step": "x"}).text
    assert main in whole
    assert below in whole


def test_product_links_come_from_the_catalog_or_the_site(client: FlaskClient) -> None:
    assert 'href="https://kettle.example/p/stack"' in walk(client)[-1]


@pytest.mark.parametrize("quiz", ["winter-coat", "gift-finder", "ice-cream"])
def test_the_first_question_is_small_as_a_page_and_in_a_frame(quiz: str) -> None:
    client = create_app(Shop(load(bundled("quizzes")))).test_client()
    for path in (f"/quiz/{quiz}", f"/quiz/{quiz}?embed=1"):
        page = client.get(path).text
        files = [path, *map(html.unescape, re.findall(r'(?:stylesheet" href|<script defer src)="([^"]+)"', page))]
        assert len(files) <= 5, "a page has an icon, too, where a frame has its second script"
        assert all(each.startswith("/") for each in files)
        sizes = {each: len(gzip.compress(client.get(each, buffered=True).data, 9)) for each in files}
        assert sum(sizes.values()) <= 15_000, sizes
    assert len(gzip.compress(client.get("/embed.js", buffered=True).data, 9)) <= 3_000


def test_style_sheets_may_be_kept_and_pages_not(client: FlaskClient) -> None:
    page = client.get(TEA)
    assert page.headers["Cache-Control"] == "no-cache"
    for each in re.findall(r'<link rel="stylesheet" href="([^"]+)"', page.text):
        assert "immutable" in client.get(each, buffered=True).headers["Cache-Control"]
        assert client.get(each.replace("v=", "v=0"), buffered=True).headers["Cache-Control"] == "no-cache"


def test_pictures_always_have_width_and_height(client: FlaskClient) -> None:
    for page in [client.get("/").text, *walk(client)]:
        for picture in re.findall(r"<img[^>]*>", page):
            assert re.search(r' alt="[^"]*" width="\d+" height="\d+"', picture)


@pytest.mark.parametrize("accent", ["#2f5d50", "#ffff00", "#ffffff", "#000000", "#ff0000", "#8a4b2d"])
def test_any_theme_stays_legible(tea_shop: Shop, accent: str) -> None:
    theme = tea_shop.site.theme.model_copy(update={"accent": accent})
    for part in stylesheet(theme).split("@media"):
        tokens = dict(re.findall(r"--([\w-]+):(#\w{6})", part))
        for ground in ("paper", "card", "tint"):
            assert contrast(tokens["ink"], tokens[ground]) >= 4.5
            assert contrast(tokens["muted"], tokens[ground]) >= 4.5
            assert contrast(tokens["accent"], tokens[ground]) >= 4.5
            assert contrast(tokens["edge"], tokens[ground]) >= 3
        assert contrast(tokens["on-accent"], tokens["accent"]) >= 4.5


@given(st.tuples(*[st.integers(0, 255)] * 6))
def test_a_color_can_always_be_made_legible_on_one_ground(parts: tuple[int, ...]) -> None:
    color, ground = "#" + bytes(parts[:3]).hex(), "#" + bytes(parts[3:]).hex()
    assert contrast(legible(color, (ground,), 4.5), ground) >= 4.5
