"""What the embed tells the shop: events that may be canceled, a cart, GA4 where it is asked for, and no answer."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Error, FrameLocator, Page, expect

from quizbot.library.load import load
from quizbot.settings import bundled
from quizbot.shop import Shop
from tests.hosting import hosting, names, press, until, visiting
from tests.visiting import remembering
from tests.walking import opened

pytestmark = pytest.mark.browser

GUIDE = (Path(__file__).parent.parent / "docs/embedding.md").read_text("utf-8")
BOT = "data-layer cart"
ITEM = {"item_id", "item_name", "index", "price", "item_list_id"}


@pytest.fixture(scope="module")
def host(serve: Callable[[Flask], str]) -> tuple[str, str]:
    """A shop's page around the example quizzes."""
    return hosting(serve, Shop(load(bundled("quizzes"))))


def to_results(page: Page) -> FrameLocator:
    """Press the link, answer one question, and ask for the results."""
    frame = press(page)
    frame.locator("input[type=radio]").first.press("Space")
    frame.locator("[value=next]").press("Enter")
    frame.locator("[value=finish]").press("Enter")
    expect(frame.locator(".best")).to_be_visible()
    until(page, "complete")
    return frame


def heard(page: Page, name: str) -> list[Any]:
    """The details of the events of one name."""
    return [detail for each, detail in page.evaluate("heard") if each == name]


def test_a_routine_is_added_item_by_item(chromium: Browser, host: tuple[str, str]) -> None:
    with visiting(chromium, host[0], quiz="gift-finder", bot=BOT) as page:
        frame = to_results(page)
        titles = frame.locator(".routine h3").all_inner_texts()
        frame.get_by_role("button", name="Add all of them to the cart").press("Enter")
        expect(frame.get_by_role("button", name="They are in your cart")).to_be_visible()
        expect(frame.get_by_role("status")).to_have_text("They are in your cart")
        added = heard(page, "add")
        assert len(titles) > 1
        assert [each["title"] for each in added] == titles
        assert all(set(each) == {"quiz", "item", "variant", "title", "price", "currency"} for each in added)
        sums = [each for each in page.evaluate("dataLayer") if each.get("event") == "add_to_cart"]
        assert [each["ecommerce"]["value"] for each in sums] == [each["price"] for each in added]


def test_what_the_shop_cancels_is_not_added_and_not_opened(chromium: Browser, host: tuple[str, str]) -> None:
    with visiting(chromium, host[0], quiz="gift-finder", bot=BOT) as page:
        page.evaluate("for (const each of ['add', 'select']) addEventListener(`quiz:${each}`, e => e.preventDefault())")
        frame = to_results(page)
        frame.get_by_role("button", name="Add all of them to the cart").press("Enter")
        frame.locator(".first [data-add]").press("Enter")
        frame.locator(".first a[data-item]").press("Enter")
        until(page, "select")
        page.wait_for_timeout(600)  # longer than the shop is waited for
        expect(frame.get_by_role("button", name="Add all of them to the cart")).to_be_visible()
        expect(frame.locator(".first [data-add]")).to_contain_text("Add to cart")
        assert [each.url for each in page.context.pages] == [page.url]
        assert "add_to_cart" not in json.dumps(page.evaluate("dataLayer"))


def test_what_the_shop_lets_go_on_opens_beside_its_page(chromium: Browser, host: tuple[str, str]) -> None:
    with visiting(chromium, host[0], quiz="gift-finder", quiet=True) as page:
        frame = to_results(page)
        with page.context.expect_page():
            frame.locator(".first a[data-item]").press("Enter")
        (selected,) = heard(page, "select")
        assert selected["url"] == frame.locator(".first a[data-item]").get_attribute("href")
        assert selected["position"] == 1
        assert page.evaluate("window.dataLayer") is None, "nobody asked for it"


def test_the_data_layer_gets_the_names_and_fields_of_ga4_and_no_answer(
    chromium: Browser, host: tuple[str, str]
) -> None:
    with visiting(chromium, host[0], quiz="winter-coat", bot=BOT) as page:
        page.evaluate("addEventListener('quiz:select', event => event.preventDefault())")
        frame = to_results(page)
        frame.locator(".chips [value='refine:0']").press("Enter")
        until(page, "refine")
        frame.locator(".first [data-add]").press("Enter")
        expect(frame.locator(".first [data-add]")).to_have_text("It is in your cart")
        frame.locator(".other a[data-item]").first.press("Enter")
        until(page, "select")
        layer = page.evaluate("dataLayer")
        told = [each["event"] for each in layer if "event" in each]
        assert told == [
            *("quiz_start", "quiz_complete", "view_item_list", "quiz_refine", "view_item_list"),
            *("add_to_cart", "select_item"),
        ]
        for before, each in pairwise(layer):
            if "ecommerce" not in each or not each["ecommerce"]:
                continue
            assert before == {"ecommerce": None}, "what was there before is forgotten first"
            listed = each["ecommerce"]
            assert (listed["item_list_id"], listed["item_list_name"]) == ("quiz_winter-coat", "Find your winter coat")
            assert all(ITEM <= set(one) <= ITEM | {"item_variant", "quantity"} for one in listed["items"])
        assert [each["index"] for each in layer[3]["ecommerce"]["items"]] == list(range(5))
        assert (layer[-3]["ecommerce"]["currency"], layer[-3]["ecommerce"]["items"][0]["quantity"]) == ("EUR", 1)
        assert layer[-1]["ecommerce"]["items"][0]["index"] == 1
        assert set(told) <= set(re.findall(r"`(\w+)`", GUIDE))
        assert not re.search("Wind off the sea|Mild and wet|answer", json.dumps(page.evaluate("[dataLayer, heard]")[0]))
        assert names(page) == ["ready", "start", "answer", "complete", "refine", "add", "select"]


def test_a_lead_is_told_once_somebody_agreed_to_a_mail_and_without_the_address(
    chromium: Browser, serve: Callable[[Flask], str], tea_shop: Shop, tmp_path: Path
) -> None:
    shop = replace(remembering(tea_shop, tmp_path), sends_mail=True)
    with visiting(chromium, hosting(serve, shop)[0], bot="data-layer") as page:
        frame = to_results(page)
        frame.locator(".mail > summary").press("Enter")
        told: dict[str, list[Any]] = {}
        for address, outcome in (("nobody", ".mail .mistake"), ("nadja@mail.example", ".agreed")):
            frame.locator(".mail [name=email]").fill(address)
            if not frame.locator(".mail [name=purposes]").is_checked():
                frame.locator(".mail [name=purposes]").press("Space")
            frame.locator(".mail [value=consent]").press("Enter")
            expect(frame.locator(outcome)).to_be_visible()
            told[address] = [each for each in page.evaluate("dataLayer") if each.get("event") == "generate_lead"]
        assert told == {"nobody": [], "nadja@mail.example": [{"event": "generate_lead", "quiz_id": "tea"}]}
        assert heard(page, "consent") == [{"quiz": "tea", "purposes": ["email"]}]
        assert "nadja" not in json.dumps(page.evaluate("[dataLayer, heard]"))
        page.context.clear_cookies()  # it holds the key to take the mail back


def test_the_scripts_in_the_guide_do_what_it_says(chromium: Browser, host: tuple[str, str]) -> None:
    snippets = re.findall(r"```js\n(.*?)```", GUIDE, re.DOTALL)
    history, cart = (next(each for each in snippets if word in each) for word in ("history", "cart/add"))
    with visiting(chromium, host[0], quiz="winter-coat", bot=BOT, quiet=True) as page:
        page.evaluate("sent = []; fetch = (...all) => (sent.push(all), Promise.resolve()); null")
        page.evaluate(
            history.replace("city-coat", str(load(bundled("quizzes")).editions["winter-coat"].catalog.ids[3]))
        )
        page.evaluate(cart)
        frame = to_results(page)
        expect(frame.locator("#used")).to_contain_text("what the page around says you did")
        frame.locator(".first [data-add]").press("Enter")
        until(page, "add")
        ((path, sent),) = page.evaluate("sent")
        (added,) = heard(page, "add")
        assert (path, sent["method"]) == ("/cart/add.js", "POST")
        assert set(json.loads(sent["body"])["items"][0]) == {"id", "quantity"}
        assert added["item"]


def test_the_front_end_of_the_guide_reads_the_api_from_the_shops_own_page(
    chromium: Browser, host: tuple[str, str]
) -> None:
    place, quizzes = host
    front = next(each for each in re.findall(r"```js\n(.*?)```", GUIDE, re.DOTALL) if "turn" in each)
    asked = (
        f"async () => {{ {front.replace('https://quiz.example', quizzes)} return results.items.map(each => each.id) }}"
    )
    with visiting(chromium, place, policy="open") as page:
        assert len(page.evaluate(asked)) == 5
    with opened(chromium, quiet=True) as page:
        page.goto(f"{place.replace('127.0.0.1', 'localhost')}/?policy=open")
        with pytest.raises(Error, match="Failed to fetch"):
            page.evaluate(asked)
