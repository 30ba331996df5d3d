"""What the script adds to the page: steps without a page load, spoken, with a way back, and nothing lost."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask, Response, request
from playwright.sync_api import Browser, Page, Route, expect

from quizbot.shop import Shop
from quizbot.web import create_app
from tests.walking import STORED, answer, comes, go_on, kind_of, opened

pytestmark = pytest.mark.browser

CONTINUE = "[value=next]"


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """The first question of the tea quiz."""
    with opened(chromium) as page:
        page.goto(f"{address}/quiz/tea")
        yield page


def choose(page: Page, name: str) -> None:
    """Answer the question on the page, and go on."""
    page.get_by_label(name, exact=True).check()
    go_on(page)


def asked(page: Page) -> str:
    """The question on the page."""
    return page.locator("fieldset h2").inner_text()


def test_a_step_is_swapped_in_and_spoken(page: Page) -> None:
    page.evaluate("() => { window.lives = true }")
    expect(page.get_by_role("status")).to_have_text("")
    choose(page, "Before anybody speaks")
    expect(page.get_by_role("status")).to_have_text("Question 2 of at most 6")
    expect(page.locator("h2:focus")).to_have_text("Which of these may it taste of?")
    assert page.title().startswith("Which of these may it taste of?")
    assert page.evaluate("() => window.lives"), "no page was loaded"
    assert page.evaluate(STORED) == ["", 0, 0, 0]


def test_the_results_are_spoken(page: Page) -> None:
    choose(page, "Before anybody speaks")
    with comes(page):
        page.get_by_role("button", name="Show me now").click()
    expect(page.get_by_role("status")).to_have_text("4 suggestions")
    expect(page.locator("h2:focus")).to_have_count(1)


def test_the_browsers_back_asks_the_question_before_and_keeps_later_answers(page: Page) -> None:
    choose(page, "Before anybody speaks")
    choose(page, "An orchard")
    assert asked(page) == "What matters most?"
    with comes(page):
        page.go_back()
    assert asked(page) == "Which of these may it taste of?"
    expect(page.locator("h2:focus")).to_have_count(1)
    with comes(page):
        page.go_back()
    assert asked(page) == "When do you drink it?"
    expect(page.get_by_label("Before anybody speaks")).to_be_checked()
    choose(page, "When the lamps are lit")
    assert asked(page) == "What matters most?", "nothing is asked twice"
    expect(page.locator(".thread")).to_contain_text("An orchard")


def test_the_browsers_forward_leads_back_to_where_one_was(page: Page) -> None:
    choose(page, "Before anybody speaks")
    with comes(page):
        page.go_back()
    with comes(page):
        page.go_forward()
    assert asked(page) == "Which of these may it taste of?"


def test_a_tap_on_a_choice_goes_on_where_there_is_a_way_back(page: Page) -> None:
    page.get_by_text("Before anybody speaks").click()
    assert asked(page) == "When do you drink it?", "the first question has no Back, so Continue it is"
    go_on(page)
    with comes(page):
        page.get_by_role("button", name="Back").click()
    expect(page.locator(".back")).to_have_count(0)


def test_choosing_by_key_never_asks_the_server(chromium: Browser, example: str) -> None:
    with opened(chromium) as page:
        page.goto(f"{example}/quiz/winter-coat")
        answer(page)
        go_on(page)
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.method))
        page.get_by_role("radio").first.focus()
        for key in ("Space", "ArrowDown", "ArrowRight", "ArrowUp", "Space"):
            page.keyboard.press(key)
        page.wait_for_timeout(100)
        assert "POST" not in sent
        with comes(page):
            page.get_by_text("By tram, train or car").click()
        assert sent.count("POST") == 1
        assert kind_of(page) == "scale"


def test_a_double_press_sends_once(chromium: Browser, address: str) -> None:
    with opened(chromium) as page:
        page.goto(f"{address}/quiz/tea")
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.method))
        page.get_by_label("Before anybody speaks").check()
        with comes(page):
            page.locator(CONTINUE).dblclick()
        assert sent.count("POST") == 1
        assert asked(page) == "Which of these may it taste of?"


def test_a_slow_network_is_shown_and_a_quick_one_is_not(page: Page) -> None:
    held: list[Route] = []
    page.route("**/quiz/tea*", lambda route: held.append(route))  # noqa: PLW0108 (a built-in takes no mark of playwright)
    page.get_by_label("Before anybody speaks").check()
    page.locator(CONTINUE).click()
    expect(page.locator("body.waiting")).to_have_count(0)
    expect(page.get_by_role("status")).to_have_text("One moment")
    expect(page.locator("body.waiting main[aria-busy=true]")).to_have_count(1)
    with comes(page):
        held[0].continue_()
    expect(page.locator("body.waiting")).to_have_count(0)


def test_offline_is_said_and_nothing_is_lost(chromium: Browser, address: str) -> None:
    with opened(chromium, quiet=True) as page:
        page.goto(f"{address}/quiz/tea")
        choose(page, "Before anybody speaks")
        page.get_by_label("An orchard").check()
        page.context.set_offline(True)
        page.locator(CONTINUE).click()
        expect(page.get_by_role("alert")).to_contain_text("I cannot reach the shop")
        expect(page.get_by_label("An orchard")).to_be_checked()
        page.context.set_offline(False)
        with comes(page):
            page.get_by_role("button", name="Try again").click()
        assert asked(page) == "What matters most?"
        expect(page.get_by_role("alert")).to_be_hidden()


@pytest.mark.parametrize(("code", "told"), [(500, "not your fault"), (503, "not your fault"), (429, "Many are asking")])
def test_a_server_in_trouble_is_said_and_nothing_is_lost(
    chromium: Browser, serve: Callable[[Flask], str], tea_shop: Shop, code: int, told: str
) -> None:
    app = create_app(tea_shop)
    refused: list[int] = []

    @app.before_request
    def refuse() -> Response | None:
        if request.method == "POST" and not refused:
            refused.append(code)
            return Response("<main>no</main>", code, content_type="text/html")
        return None

    with opened(chromium, quiet=True) as page:
        page.goto(f"{serve(app)}/quiz/tea")
        page.get_by_label("When the lamps are lit").check()
        page.locator(CONTINUE).click()
        expect(page.get_by_role("alert")).to_contain_text(told)
        with comes(page):
            page.get_by_role("button", name="Try again").click()
        expect(page.locator(".thread")).to_contain_text("When the lamps are lit")


def to_kind(page: Page, kind: str) -> None:
    """Answer until a question of a kind comes."""
    while kind_of(page) != kind:
        answer(page)
        go_on(page)


def test_slider_and_field_say_the_same(page: Page) -> None:
    to_kind(page, "number")
    slider, field = page.get_by_role("slider"), page.get_by_role("spinbutton")
    expect(field).to_have_value("")
    slider.focus()
    page.keyboard.press("Home")
    expect(field).to_have_value("3")
    field.fill("12.5")
    expect(slider).to_have_value("12.5")
    go_on(page)
    expect(page.locator(".thread")).to_contain_text("12.50 EUR")


def test_ranking_works_by_pressing_by_buttons_and_by_keys(page: Page) -> None:
    to_kind(page, "ranking")
    first = page.get_by_role("button", name="That it wakes me", exact=True)
    first.click()
    page.get_by_text("That it is sweet", exact=True).click()
    expect(page.locator(".ranks li").first).to_contain_text("That it wakes me")
    expect(first).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Down: That it wakes me").press("Enter")
    expect(page.get_by_role("status")).to_have_text("That it wakes me: 2nd")
    expect(page.get_by_role("button", name="Down: That it wakes me")).to_be_focused()
    go_on(page)
    expect(page.locator(".thread")).to_contain_text("1. That it is sweet, 2. That it wakes me")


def test_ranking_may_also_be_dragged(page: Page) -> None:
    to_kind(page, "ranking")
    for name in ("That it is sweet", "That it wakes me", "That it is green"):
        page.get_by_role("button", name=name, exact=True).click()
    grip = page.locator(".grip").nth(2).bounding_box()
    goal = page.locator(".ranks li").first.bounding_box()
    assert grip
    assert goal
    page.mouse.move(grip["x"] + 20, grip["y"] + 20)
    page.mouse.down()
    page.mouse.move(grip["x"] + 20, goal["y"] + 4, steps=6)
    page.mouse.up()
    go_on(page)
    expect(page.locator(".thread")).to_contain_text("1. That it is green, 2. That it is sweet")


def test_the_results_can_be_used_by_keyboard_alone(page: Page) -> None:
    choose(page, "Before anybody speaks")
    with comes(page):
        page.get_by_role("button", name="Show me now").press("Enter")
    summary = page.get_by_text("Why this one").first
    for _ in range(20):
        if summary.evaluate("each => each.closest('summary') === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".sum").first).to_be_visible()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.value") == "restart":
            break
        seen = page.evaluate(
            """() => { const each = document.activeElement, style = getComputedStyle(each.closest('.option') || each);
            return [each.outerHTML.slice(0, 80), style.outlineStyle, parseFloat(style.outlineWidth)] }"""
        )
        assert seen[1] == "solid", seen
        assert seen[2] >= 2, seen
    with comes(page):
        page.keyboard.press("Enter")
    assert asked(page) == "When do you drink it?"


def test_what_helps_stands_at_the_same_place_on_every_step(page: Page) -> None:
    link = page.get_by_role("contentinfo").get_by_role("link", name="Privacy")
    expect(link).to_have_text("Privacy")
    choose(page, "Before anybody speaks")
    expect(link).to_have_text("Privacy")
    with comes(page):
        page.get_by_role("button", name="Show me now").click()
    expect(link).to_have_text("Privacy")
    assert page.evaluate("() => document.body.lastElementChild.matches('footer')")
