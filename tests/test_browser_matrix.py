"""Each quiz in each home, on each width, look, network and shop's page: pairwise in CI, all by `make matrix`."""

import time
from collections.abc import Callable
from itertools import combinations, product
from typing import Any

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser, Frame, Page, expect

from quizbot.library.load import load
from quizbot.settings import bundled
from quizbot.shop import Shop
from tests.hosting import HOSTILE_CSS, STICKY_CSS, WATCH, hosting, press, until, visiting
from tests.walking import STORED, WIDER, opened

pytestmark = pytest.mark.browser

DIMENSIONS: dict[str, tuple[Any, ...]] = {
    "quiz": ("winter-coat", "gift-finder", "ice-cream"),
    "home": ("page", "plain", "inline", "dialog", "twice"),
    "shop": ("strict", "hostile", "sticky", "right to left"),
    "width": (320, 360, 768, 1280),
    "network": ("quick", "3G", "gone"),
}
Row = tuple[Any, ...]
HOSTS: dict[str, dict[str, Any]] = {
    "strict": {},
    "hostile": {"css": HOSTILE_CSS},
    "sticky": {"css": STICKY_CSS},
    "right to left": {"dir": "rtl"},
}
HOMES: dict[str, dict[str, Any]] = {"inline": {}, "dialog": {"bot": "mode=dialog"}, "twice": {"times": 2}}
LATENCY, BYTES = 0.3, 200_000  # seconds, and bytes a second: a phone on 3G
MEDIA: dict[str, dict[str, Any]] = {
    "dark": {"color_scheme": "dark"},
    "forced colors": {"forced_colors": "active"},
    "reduced motion": {"reduced_motion": "reduce"},
}
NORMAL: dict[str, Any] = {"color_scheme": "light", "forced_colors": "none", "reduced_motion": "no-preference"}
FAULTS = """zoomed => {
    const root = document.documentElement, found = [];
    const looks = { 'as it is': '', spaced: 'line-height: 1.5; letter-spacing: .12em; word-spacing: .16em' };
    if (zoomed) looks['200 %'] = 'font-size: 200%';
    for (const [name, style] of Object.entries(looks)) {
        root.style.cssText = style;
        if (root.scrollWidth > root.clientWidth) found.push(`${name}: ${root.scrollWidth - root.clientWidth} too wide`);
        for (const each of document.querySelectorAll('main :is(h1, h2, h3, p, button, .words, a)')) {
            if (!each.getClientRects().length || each.closest('.unseen, .bars')) continue;
            if (each.scrollWidth <= each.clientWidth + 1 || getComputedStyle(each).overflow === 'visible') continue;
            found.push(`${name}: cut off: ${each.outerHTML}`);
        }
    }
    root.style.cssText = '';
    return found }"""
SMALLEST_ZOOMED = 640  # pixels of a window of 1,280 at 200 %; below, the narrow widths say what the zoom would


def rows() -> list[Row]:
    """All combinations; a page has no shop's page around it, so only one of those counts there."""
    every = product(*DIMENSIONS.values())
    return [each for each in every if each[1] not in ("page", "plain") or each[2] == "strict"]


def pairwise(every: list[Row]) -> list[Row]:
    """As few of the combinations as a greedy choice needs for every pair of values that occurs in them."""
    pairs = {each: {(a, each[a], b, each[b]) for a, b in combinations(range(len(each)), 2)} for each in every}
    missing = set().union(*pairs.values())
    chosen = []
    while missing:
        best = max(every, key=lambda each: len(pairs[each] & missing))
        chosen.append(best)
        missing -= pairs[best]
    return chosen


PAIRWISE = pairwise(rows())


def test_every_pair_of_values_is_met() -> None:
    assert len(PAIRWISE) <= 25
    for (a, one), (b, other) in combinations(enumerate(DIMENSIONS.values()), 2):
        for pair in product(one, other):
            possible = any((each[a], each[b]) == pair for each in rows())
            assert possible == any((each[a], each[b]) == pair for each in PAIRWISE), pair


@pytest.fixture(scope="module")
def network() -> dict[str, bool]:
    """Whether the server answers as slowly as over 3G."""
    return {"slow": False}


@pytest.fixture(scope="module")
def places(serve: Callable[[Flask], str], network: dict[str, bool]) -> tuple[str, str]:
    """A shop's page around the example quizzes, and where these are."""

    def dress(app: Flask) -> None:
        @app.after_request
        def _slowly(response: Response) -> Response:
            if network["slow"]:
                response.direct_passthrough = False
                time.sleep(LATENCY + len(response.get_data()) / BYTES)
            return response

    return hosting(serve, Shop(load(bundled("quizzes"))), dress)


@pytest.mark.slow
@pytest.mark.matrix
@pytest.mark.parametrize("row", PAIRWISE, ids=lambda row: "-".join(map(str, row)))
def test_a_quiz_is_taken_in_its_home(
    chromium: Browser, places: tuple[str, str], network: dict[str, bool], row: Row
) -> None:
    taken(chromium, places, network, dict(zip(DIMENSIONS, row, strict=True)))


@pytest.mark.matrix
@pytest.mark.parametrize(
    "row", [each for each in rows() if each not in PAIRWISE], ids=lambda row: "-".join(map(str, row))
)
def test_a_quiz_is_taken_in_its_home_under_everything_else(
    chromium: Browser, places: tuple[str, str], network: dict[str, bool], row: Row
) -> None:
    taken(chromium, places, network, dict(zip(DIMENSIONS, row, strict=True)))


def taken(chromium: Browser, places: tuple[str, str], network: dict[str, bool], row: dict[str, Any]) -> None:
    """One question with a mistake and an answer, the network's trouble, the results, all unfolded; under each look."""
    network["slow"] = row["network"] == "3G"
    gone, host = row["network"] == "gone", HOMES.get(row["home"])
    if host is None:
        settings: dict[str, Any] = {"viewport": {"width": row["width"], "height": 740}}
        with opened(chromium, quiet=gone, java_script_enabled=row["home"] == "page", **settings) as page:
            if row["home"] == "page":
                page.add_init_script(f"({WATCH})()")
            page.goto(f"{places[1]}/quiz/{row['quiz']}")
            if row["home"] == "page":
                assert page.evaluate("moved") == 0
            walk(page, page.main_frame, gone=gone and row["home"] == "page")
            if row["home"] == "page":
                assert page.evaluate("violations") == []
        return
    asked = {"quiz": row["quiz"], **HOSTS[row["shop"]], **host}
    with visiting(chromium, places[0], size=row["width"], quiet=gone, **asked) as page:
        for at in range(asked.get("times", 1)):
            press(page, at)
            walk(page, page.frames[1 + at], gone=gone, below=80 * (row["shop"] == "sticky" and row["home"] != "dialog"))
            until(page, "complete", at)
            if row["home"] == "dialog":
                page.keyboard.press("Escape")
                expect(page.get_by_role("dialog")).to_have_count(0)
        assert page.evaluate("[moved, violations]") == [0, []], page.evaluate("scrollY")
        assert page.evaluate(STORED) == ["", 0, 0, 0]
        if row["shop"] != "hostile":
            assert page.evaluate(WIDER) <= 0


def walk(page: Page, view: Frame, *, gone: bool, below: int = 0) -> None:
    """From the first question to the results, with a look at each step; what comes is `below` the shop's header."""
    look(page, view)
    step(view, "next")
    expect(view.locator("#mistake")).to_be_visible()
    view.locator("input[type=radio]").first.press("Space")
    if gone:
        page.context.set_offline(True)
        view.locator("[value=next]").first.press("Enter")
        expect(view.get_by_role("alert")).to_be_visible()
        look(page, view)
        page.context.set_offline(False)
        press_and_wait(view, "#trouble button")
    else:
        step(view, "next")
    look(page, view)
    step(view, "finish")
    expect(view.locator(".best")).to_be_visible()
    page.wait_for_timeout(300)
    box = view.locator("#now").bounding_box()
    assert box
    assert box["y"] > below - 1
    for each in view.locator("summary").all():
        each.evaluate("each => each.click()")
    look(page, view)
    for name, media in MEDIA.items():
        page.emulate_media(**{**NORMAL, **media})
        assert view.evaluate(FAULTS, False) == [], name
    page.emulate_media(**NORMAL)


def step(view: Frame, name: str) -> None:
    """Press the button of a step, and wait for what comes."""
    press_and_wait(view, f"[name=step][value='{name}']")


def press_and_wait(view: Frame, selector: str) -> None:
    """Press what leads to another step."""
    view.evaluate("() => document.querySelector('main').classList.add('past')")
    view.locator(selector).first.press("Enter")  # a pointer in the moment of scrolling lands where things were
    expect(view.locator("main:not(.past)")).to_have_count(1)


def look(page: Page, view: Frame) -> None:
    """Nothing is wider than its screen or cut off, however it is looked at."""
    zoomed = (page.viewport_size or {"width": 0})["width"] >= SMALLEST_ZOOMED
    assert view.evaluate(FAULTS, zoomed) == []
