"""Every state of the page under everything that people, devices and hostile content bring."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect

from quizbot.shop import Shop
from quizbot.web import create_app
from tests.hosting import hosting, until, visiting
from tests.hosting import press as press_link
from tests.talking import Talkative
from tests.test_security import HOSTILE, with_texts
from tests.walking import WIDER, answer, comes, every_state, faults, go_on, kind_of, opened

pytestmark = pytest.mark.browser

CLIPPED = """() => [...document.querySelectorAll('main h1, main h2, main h3, main p, main button, main .words, main a')]
    .filter(each => each.getClientRects().length && !each.closest('.unseen, .bars') && !each.matches('.unseen'))
    .filter(each => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflow !== 'visible')
    .map(each => each.outerHTML)"""
SMALL = """() => [...document.querySelectorAll('button, .option, select, summary, a, input:not([type=hidden])')]
    .filter(each => each.getClientRects().length && !each.matches('.skip-link, .option input'))
    .filter(each => each.getBoundingClientRect().height < 43.5 || each.getBoundingClientRect().width < 35)
    .map(each => each.outerHTML)"""
SHIFTED = """() => { window.shifted = 0; new PerformanceObserver(list => { for (const each of list.getEntries())
    if (!each.hadRecentInput) window.shifted += each.value }).observe({type: 'layout-shift', buffered: true}) }"""


@pytest.fixture(scope="module")
def talkative(serve: Callable[[Flask], str], tea_shop: Shop) -> str:
    """Where the tea shop is served that one can talk back to."""
    return serve(create_app(Talkative(tea_shop.library)))


def results_of(page: Page, address: str) -> None:
    """See the results after one answer."""
    page.goto(f"{address}/quiz/tea")
    answer(page)
    go_on(page)
    press(page, "finish")


def press(page: Page, step: str) -> None:
    """Press a button by its step, and wait for what comes."""
    with comes(page):
        page.locator(f"[name=step][value='{step}']").first.click()


def later_states(page: Page, address: str) -> Iterator[str]:
    """The states that follow the results, with everything unfolded."""
    results_of(page, address)
    yield "results with chips"
    press(page, "refine:0")
    yield "refined"
    page.get_by_label("In your own words").fill("something else")
    press(page, "say")
    yield "not understood"
    for each in page.locator("summary").all():
        each.click()
    yield "refined and unfolded"
    for at in (0, 2):
        page.locator("[name=compare]").nth(at).check()
    press(page, "compare")
    yield "compared"


def states(page: Page, address: str) -> Iterator[str]:
    """Every state of the page."""
    yield from every_state(page, f"{address}/quiz/tea")
    yield from later_states(page, address)
    page.goto(f"{address}/quiz/tea")
    page.evaluate("() => { document.querySelector('#trouble').hidden = false }")
    yield "in trouble"


def test_axe_finds_nothing_in_the_states_after_the_results(chromium: Browser, talkative: str) -> None:
    with opened(chromium, viewport={"width": 390, "height": 800}) as page:
        for state in later_states(page, talkative):
            assert faults(page) == [], state


@pytest.mark.parametrize(
    ("settings", "style"),
    [
        ({"viewport": {"width": 320, "height": 640}}, ""),
        ({"viewport": {"width": 640, "height": 400}}, "font-size: 200%"),
        (
            {"viewport": {"width": 360, "height": 740}},
            "line-height: 1.5 !important; letter-spacing: .12em; word-spacing: .16em",
        ),
        ({"viewport": {"width": 360, "height": 740}}, "direction: rtl"),
        ({"viewport": {"width": 768, "height": 900}, "forced_colors": "active"}, ""),
    ],
    ids=["320 pixels", "200 % zoom", "text spacing", "right to left", "forced colors"],
)
def test_nothing_is_cut_off_too_small_or_wider_than_the_screen(
    chromium: Browser, talkative: str, settings: dict[str, Any], style: str
) -> None:
    with opened(chromium, **settings) as page:
        for state in states(page, talkative):
            page.evaluate("style => { document.documentElement.style.cssText = style }", style)
            assert page.evaluate(WIDER) <= 0, state
            assert page.evaluate(CLIPPED) == [], state
            assert page.evaluate(SMALL) == [], state


def test_what_is_chosen_is_seen_in_forced_colors(chromium: Browser, talkative: str) -> None:
    with opened(chromium, forced_colors="active") as page:
        page.goto(f"{talkative}/quiz/tea")
        outline = "each => getComputedStyle(each).outlineStyle"
        option = page.locator(".option").first
        assert option.evaluate(outline) == "none"
        option.click()
        page.locator("h2").first.click()
        assert option.evaluate(outline) == "solid"


def test_nothing_moves_for_who_wants_less_motion(chromium: Browser, talkative: str) -> None:
    moving = (
        "() => [...document.querySelectorAll('*')].filter(each => getComputedStyle(each).transitionDuration !== '0s')"
    )
    with opened(chromium, reduced_motion="reduce") as page:
        page.goto(f"{talkative}/quiz/tea")
        assert page.evaluate(f"({moving})().length") == 0
        answer(page)
        go_on(page)
        assert page.evaluate("() => document.getAnimations().length") == 0


@pytest.mark.parametrize("late", [0, 0.7])  # seconds; after half of one, a browser counts what comes as unasked for
def test_nothing_jumps_by_itself(chromium: Browser, example: str, late: float) -> None:
    def delay(route: Route) -> None:
        time.sleep(late)
        route.continue_()

    with opened(chromium, viewport={"width": 390, "height": 800}) as page:
        page.add_init_script(f"({SHIFTED})()")
        page.route(lambda address: "/quiz/" in address, delay)
        page.goto(f"{example}/quiz/winter-coat")
        while kind_of(page):
            answer(page)
            go_on(page)
        page.wait_for_timeout(600)
        assert page.evaluate("() => window.shifted") == 0


def test_the_best_match_is_met_on_the_first_screen_of_the_results(chromium: Browser, example: str) -> None:
    with opened(chromium, viewport={"width": 360, "height": 740}) as page:
        for quiz in ("winter-coat", "ice-cream"):
            page.goto(f"{example}/quiz/{quiz}")
            while kind_of(page):
                answer(page)
                go_on(page)
            box = page.locator(".best h3").bounding_box()
            assert box
            assert 0 < box["y"] < 740 - box["height"], "where the page stands by itself, without scrolling"


def first_three(page: Page, address: str) -> list[str]:
    """The first three suggestions after the same answers."""
    page.goto(f"{address}/quiz/winter-coat")
    for kind in ("Wind off the sea", "By bicycle"):
        page.get_by_label(kind).focus()
        page.keyboard.press("Space")
        go_on(page)
    press(page, "skip")
    press(page, "finish")
    return page.locator(".product h3").all_inner_texts()[:3]


def test_the_journey_is_the_same_with_and_without_scripts(chromium: Browser, example: str) -> None:
    with opened(chromium) as page:
        scripted = first_three(page, example)
    with opened(chromium, java_script_enabled=False) as page:
        assert first_three(page, example) == scripted
    assert len(scripted) == 3


def test_without_scripts_one_can_talk_back_and_compare(chromium: Browser, talkative: str) -> None:
    with opened(chromium, java_script_enabled=False) as page:
        assert list(later_states(page, talkative))[-1] == "compared"
        expect(page.locator(".pair li")).to_have_count(2)
        press(page, "finish")
        expect(page.locator(".kept li")).to_have_count(1)
        expect(page.locator(".share")).to_be_hidden()


def test_a_shared_link_brings_the_result_back_and_tells_no_server(chromium: Browser, talkative: str) -> None:
    with opened(chromium) as page:
        page.goto(f"{talkative}/quiz/tea?lang=de")
        answer(page)
        go_on(page)
        press(page, "skip")
        press(page, "finish")
        press(page, "refine:0")
        titles = page.locator(".product h3").all_inner_texts()
        shared = page.locator(".address").input_value()
        assert shared.startswith(f"{talkative}/quiz/tea?lang=de#said=")
        page.get_by_role("button", name="Link kopieren").click()
        expect(page.get_by_role("status")).to_have_text("Kopiert")
        assert page.evaluate("() => getSelection().toString()") == shared
    asked: list[str] = []
    with opened(chromium) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.goto(shared)
        expect(page.locator(".product h3")).to_have_text(titles)
        expect(page.locator(".kept")).to_contain_text("Smokier")
        expect(page.locator(".thread")).to_contain_text("Weiß nicht")
    assert not [each for each in asked if "said" in each]


@pytest.mark.parametrize("code", ["", "x", "e30", "%00", "eyJhbnN3ZXJzIjp7ImhvdXIiOjF9fQ", "W10"])
def test_a_broken_link_begins_the_quiz(chromium: Browser, talkative: str, code: str) -> None:
    with opened(chromium) as page:
        page.goto(f"{talkative}/quiz/tea#said={code}")
        page.wait_for_timeout(150)
        expect(page.locator(".question, .best")).to_have_count(1)


@pytest.mark.parametrize(
    "hostile", [" ".join(HOSTILE), *(pytest.param(each, marks=pytest.mark.slow) for each in HOSTILE)]
)
def test_no_text_of_quiz_feed_or_shopper_runs(
    chromium: Browser, serve: Callable[[Flask], str], tea_shop: Shop, hostile: str
) -> None:
    place = serve(create_app(Talkative(with_texts(tea_shop, hostile).library)))
    with opened(chromium, quiet=True) as page:
        page.add_init_script("window.alert = () => { window.ran = true }")
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"{place}/quiz/tea?lang={quote(hostile)}&product={quote(hostile)}#said={quote(hostile)}")
        for _ in range(3):
            answer(page)
            go_on(page)
        press(page, "finish")
        page.locator("#say").fill(hostile)
        press(page, "say")
        press(page, "refine:1")
        for each in page.locator("summary").all():
            each.click()
        for at in (0, 1):
            page.locator("[name=compare]").nth(at).check()
        press(page, "compare")
        assert page.evaluate("() => window.ran") is None
        assert not [each for each in said if re.search("Content Security|Trusted", each)]


def test_no_text_runs_in_a_frame_or_in_the_page_around_it(
    chromium: Browser, serve: Callable[[Flask], str], tea_shop: Shop
) -> None:
    hostile = " ".join(HOSTILE)
    place, _ = hosting(serve, Talkative(with_texts(tea_shop, hostile).library))
    bot = "lang='<script>alert(1)</script>' product='<img src=x onerror=alert(1)>' cart data-layer"
    with visiting(chromium, place, quiet=True, policy="open", bot=bot) as page:
        page.add_init_script("window.alert = () => { window.ran = true }")
        page.reload(wait_until="networkidle")
        page.evaluate(
            "for (const each of ['complete', 'add']) addEventListener(`quiz:${each}`, e => { last = e.detail })"
        )
        frame = press_link(page)
        frame.locator("input[type=radio]").first.press("Space")
        frame.locator("[value=next]").press("Enter")
        frame.locator("[value=finish]").press("Enter")
        frame.locator("#say").fill(hostile)
        frame.locator("[value=say]").press("Enter")
        expect(frame.locator(".note").first).to_contain_text("alert(1)")
        frame.locator("[data-add]").first.press("Enter")
        until(page, "add")
        assert "onerror" in page.evaluate("last.title"), "what is told is told as it is, as text"
        assert [each.evaluate("() => window.ran") for each in page.frames] == [None, None]
