"""The notice of a shop in a language: its own words from site.yaml, else the product's."""

from typing import Any, get_args

from quizbot.consent import Notice, Terms
from quizbot.content.site import Site, Statement, Worded
from quizbot.content.texts import Speech, matching

STATEMENTS: tuple[Statement, ...] = get_args(Statement)


def notice(site: Site, language: str) -> Notice:
    """What people agree to, in the nearest language the product speaks."""
    spoken = site.speech(language)
    shop = site.shop
    values: dict[str, Any] = {"shop": shop.name, "contact": shop.contact or shop.privacy or ""}
    left_out = () if values["contact"] else ("contact",)
    purposes = {
        name: Terms(
            _worded(each.title, language) or spoken(f"notice.title.{name}"),
            _worded(each.text, language) or spoken(f"notice.text.{name}"),
            each.retention_days,
        )
        for name, each in site.notice.purposes.items()
    }
    statements: dict[str, str] = {
        name: _worded(site.notice.statements.get(name, {}), language) or _said(spoken, name, values)
        for name in STATEMENTS
        if name not in left_out
    }
    controller = {"name": shop.name, "contact": shop.contact or "", "privacy": shop.privacy or ""}
    return Notice(site.notice.revision, spoken.language, controller, purposes, statements)


def _worded(own: Worded, language: str) -> str | None:
    """What the shop says itself in a language, None when it says nothing."""
    found = matching(language, own)
    return own[found] if found else None


def _said(spoken: Speech, name: str, values: dict[str, Any]) -> str:
    places = {each for template in spoken.variants(f"notice.{name}") for each in template.places}
    return spoken(f"notice.{name}", **{each: values[each] for each in places})
