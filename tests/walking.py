"""What browser tests share: visitors, steps through a quiz, and what axe says."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from itertools import count
from typing import Any

from playwright.sync_api import Browser, Page, expect

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
RUN = """() => axe.run(document, {iframes: false, runOnly: {type: 'tag', values:
    ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}})"""
STORED = """async () => [document.cookie, localStorage.length, sessionStorage.length,
    (await indexedDB.databases()).length]"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SPACED = """() => { document.documentElement.style.cssText =
    'line-height:1.5;letter-spacing:.12em;word-spacing:.16em' }"""
CONTINUE = re.compile("^(Continue|Weiter)$")
ASKED = "form.question:not(.survey) fieldset"
PAST = count()  # what was shown is told from what comes
PATIENCE = 30_000  # milliseconds; a busy machine is no fault of the page
MOST = 12  # questions; a quiz that goes on for longer is stuck
TYPES = {"single", "multiple", "scale", "ranking", "number", "products"}

expect.set_options(timeout=PATIENCE)


@contextmanager
def opened(browser: Browser, *, quiet: bool = False, **settings: Any) -> Iterator[Page]:
    """A page of a fresh visitor; a complaint of the browser (unless `quiet`) or a cookie fails the test."""
    context = browser.new_context(locale="en-US", **settings)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert quiet or [each for each in complaints if "404 (NOT FOUND)" not in each] == []
    assert context.cookies() == []
    context.close()


def kind_of(page: Page) -> str:
    """The type of the question on the page; the empty text on the results."""
    expect(page.locator(f"{ASKED}, .best")).to_have_count(1)
    fieldset = page.locator(ASKED)
    return str(fieldset.get_attribute("class")) if fieldset.count() else ""


def answer(page: Page) -> None:
    """Give some answer to the question on the page."""
    match kind_of(page):
        case "number":
            field = page.get_by_role("spinbutton")
            field.fill(str(field.get_attribute("max")))
        case "ranking" if page.get_by_role("combobox").count():
            page.get_by_role("combobox").nth(1).select_option("1")
            page.get_by_role("combobox").nth(0).select_option("2")
        case "ranking":
            page.locator(".place").nth(1).click()
            page.locator(".place").nth(1).click()
        case "multiple" | "products":
            page.get_by_role("checkbox").nth(0).check()
        case _:
            page.get_by_role("radio").nth(1 if page.get_by_role("radio").count() > 2 else 0).focus()
            page.keyboard.press("Space")  # a pointer would go on by itself


def go_on(page: Page) -> None:
    """Press Continue, and wait for what comes."""
    with comes(page):
        page.get_by_role("button", name=CONTINUE).click()


@contextmanager
def comes(page: Page) -> Iterator[None]:
    """Something is done that leads to another step: as a new page, or swapped in by the script."""
    past = f"past-{next(PAST)}"
    page.evaluate("past => document.querySelector('main').classList.add(past)", past)
    yield
    page.wait_for_selector(f"main:not(.{past})")


def every_state(page: Page, address: str) -> Iterator[str]:
    """Walk a quiz from its first question to its results, with a mistake at each; yields the name of each state."""
    page.goto(address)
    for _ in range(MOST):
        if not (kind := kind_of(page)):
            break
        yield kind
        go_on(page)
        yield f"{kind} with a mistake"
        answer(page)
        go_on(page)
    for each in page.locator("summary").all():
        each.click()
    yield "results"


def faults(page: Page) -> list[str]:
    """What axe finds on the page and in its frames, by day and by night."""
    for each in page.frames:
        each.evaluate(AXE)
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [(scheme, each) for frame in page.frames for each in frame.evaluate(RUN)["violations"]]
    return [f"{scheme}: {each['id']}: {node['html']}" for scheme, each in found for node in each["nodes"]]
