"""How suggestions are put together: variety, the shop's own push, links."""

from math import cos, pi
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizbot.advice.advise import advise
from quizbot.advice.preference import prefer
from quizbot.advice.ranking.rank import rank
from quizbot.advice.turn import Results, Turn
from quizbot.content.edition import Edition
from quizbot.content.links import appended, query
from quizbot.content.site import Site
from quizbot.web.addresses import linked
from tests.worlds import label_trait, level_trait, option, single, world

TRAITS = {"warmth": level_trait("warmth"), "style": level_trait("style"), "color": label_trait("color")}
WARM = single("how", option("warm", prefer={"warmth": "1"}), option("cheap", require={"price": {"max": "10"}}))


def shown(edition: Edition, limit: int, answer: str = "warm") -> list[str]:
    ranking = rank(edition, [prefer(edition, {"how": answer})], limit)[0]
    return [edition.catalog.ids[each] for each in ranking.items]


def arranged(stock: list[dict[str, str]], **results: Any) -> Edition:
    return world(stock, TRAITS, [WARM], results=results)


levels = st.sampled_from(["", "0", "0.2", "0.5", "0.9", "1"])
rows = st.fixed_dictionaries(
    {
        "warmth": levels,
        "style": levels,
        "color": st.sampled_from(["", "black", "navy", "black/navy"]),
        "brand": st.sampled_from(["", "Acme", "acme", "Bolt", "Cole"]),
        "price": st.sampled_from(["5", "50"]),
    }
)
stocks = st.lists(rows, min_size=1, max_size=14)


# Diversity ------------------------------------------------------------------------------------------


def likeness(one: dict[str, str], other: dict[str, str]) -> float:
    parts = [
        (1 + cos(pi * (float(one[trait]) - float(other[trait])))) / 2
        for trait in ("warmth", "style")
        if one[trait] and other[trait]
    ]
    if one["color"] and other["color"]:
        mine, theirs = set(one["color"].split("/")), set(other["color"].split("/"))
        parts.append(len(mine & theirs) / len(mine | theirs))
    return sum(parts) / len(parts) if parts else 0.5


@given(stocks, st.sampled_from(["0.1", "0.3", "0.7", "1"]))
def test_each_next_product_is_near_and_unlike_those_before_it(stock: list[dict[str, str]], diversity: str) -> None:
    edition = arranged(stock, diversity=diversity)
    ranking = rank(edition, [prefer(edition, {"how": "warm"})], len(stock))[0]
    plain = rank(arranged(stock), [prefer(edition, {"how": "warm"})], len(stock))[0]
    assert ranking.items[0] == plain.items[0], "the first stays the best"
    assert sorted(ranking.items) == list(range(len(stock)))
    scores = dict(zip(ranking.items.tolist(), ranking.score.tolist(), strict=True))

    def gain(item: int, taken: list[int]) -> float:
        alike = max(likeness(stock[item], stock[each]) for each in taken)
        return (1 - float(diversity)) * (1 + float(scores[item])) / 2 - float(diversity) * alike

    order = ranking.items.tolist()
    for at in range(1, len(order)):
        best = max(gain(each, order[:at]) for each in order[at:])
        assert gain(order[at], order[:at]) >= best - 1e-6


def test_a_list_of_the_same_coat_is_broken_up_only_where_it_is_asked_for() -> None:
    stock = [{"id": f"same-{at}", "warmth": "1", "style": "0"} for at in range(4)]
    stock.append({"id": "other", "warmth": "0.8", "style": "1"})
    assert shown(arranged(stock), 3) == ["same-0", "same-1", "same-2"]
    assert shown(arranged(stock, diversity="0.3"), 3) == ["same-0", "other", "same-1"]


@given(stocks, st.sampled_from(["0", "0.5"]), st.sampled_from([None, "1", "2"]))
def test_a_longer_list_begins_with_the_shorter_one(
    stock: list[dict[str, str]], diversity: str, per_brand: str | None
) -> None:
    edition = arranged(stock, diversity=diversity, per_brand=per_brand)
    whole = shown(edition, len(stock))
    assert all(shown(edition, limit) == whole[:limit] for limit in range(1, len(stock)))


@given(stocks)
def test_variety_puts_no_farther_miss_before_a_nearer_one(stock: list[dict[str, str]]) -> None:
    for each, row in enumerate(stock):
        row["price"] = str(20 + each % 3)
    stock.append({"price": "900"})
    edition = arranged(stock, diversity="1")
    ranking = rank(edition, [prefer(edition, {"how": "cheap"})], len(stock))[0]
    prices = edition.catalog.price[ranking.items]
    assert ranking.relaxed
    assert (np.diff(prices) >= 0).all()


# Brands ---------------------------------------------------------------------------------------------


@given(stocks, st.integers(1, 3), st.integers(1, 14), st.sampled_from(["warm", "cheap"]))
def test_no_brand_comes_more_often_than_allowed_while_there_are_others(
    stock: list[dict[str, str]], most: int, limit: int, answer: str
) -> None:
    plain = shown(arranged(stock), len(stock), answer)
    kept: list[str] = []
    crowded: list[str] = []
    brands = {f"item-{at:04}": row["brand"].casefold() for at, row in enumerate(stock)}
    for each in plain:
        full = bool(brands[each]) and sum(brands[other] == brands[each] for other in kept) >= most
        (crowded if full else kept).append(each)
    assert shown(arranged(stock, per_brand=str(most)), limit, answer) == (kept + crowded)[:limit]


def test_another_brand_is_found_however_far_behind_it_is() -> None:
    stock = [{"id": f"big-{at:04}", "warmth": "1", "brand": "Big"} for at in range(5000)]
    stock += [{"id": "small", "warmth": "0.1", "brand": "Small"}, {"id": "tiny", "warmth": "0", "brand": "Tiny"}]
    for diversity in ("0", "0.5"):
        edition = arranged(stock, per_brand="2", diversity=diversity)
        assert set(shown(edition, 4)) == {"big-0000", "big-0001", "small", "tiny"}
        assert shown(edition, 5)[4] == "big-0002", "the list is filled up"


# The shop's own push ----------------------------------------------------------------------------------

PUSHED = [
    {"id": "liked", "warmth": "0.9", "style": "1", "price": "50"},
    {"id": "warm", "warmth": "1", "style": "0", "price": "50"},
    {"id": "silent", "warmth": "1", "price": "50"},
]


def suggested(edition: Edition, language: str = "en", **answers: str) -> Results:
    results = advise(edition, Turn.model_validate({"answers": answers, "finish": True, "language": language})).results
    assert results is not None
    return results


def test_a_push_is_told_as_the_shops_own_with_what_it_is_worth() -> None:
    results = suggested(arranged(PUSHED, boost={"style": "0.25"}), how="warm")
    assert results.blend.model_dump() == {"answers": 0.8, "history": 0, "prior": 0.2}
    told = {each.id: [one for one in (*each.reasons, *each.misses) if one.source == "prior"] for each in results.items}
    assert [each.id for each in results.items] == ["liked", "silent", "warm"]
    assert [(one.points, one.question, one.trait, one.text) for one in told["liked"]] == [
        (0.2, None, "style", "The shop likes it too: Style 1, worth 20 of 100 points.")
    ]
    assert [one.text for one in told["warm"]] == ["The shop likes others more: Style 0, at a cost of 20 of 100 points."]
    assert told["silent"] == []
    german = suggested(arranged(PUSHED, boost={"style": "0.25"}), "de", how="warm").items[0].reasons[-1]
    assert german.text == "Der Shop mag es auch: Style 1, das macht 20 von 100 Punkten."


def test_a_push_is_no_wish_of_the_shopper() -> None:
    results = suggested(arranged(PUSHED, boost={"style": "9"}), how="warm")
    for each in results.items:
        assert (each.asked, each.met, each.stated) == (1, 1, 1)
        assert each.catch is None
        assert each.not_stated == []
        assert "shop" not in (each.headline or "")
        assert sum(one.points for one in (*each.reasons, *each.misses)) == pytest.approx(each.score, abs=1e-6)


def test_what_all_suggestions_share_never_speaks_of_a_push() -> None:
    stock = [{"warmth": "1", "style": "1"}, {"warmth": "0", "style": "1"}]
    assert suggested(arranged(stock, boost={"style": "1"}), how="warm").shared == []


def test_without_answers_the_push_alone_ranks() -> None:
    results = suggested(arranged(PUSHED, boost={"style": "0.25"}))
    assert [(each.id, each.score) for each in results.items] == [("liked", 1), ("silent", 0), ("warm", -1)]
    assert results.blend.prior == 1
    assert results.items[0].headline == "The shop likes it: Style 1, worth 100 of 100 points."


def test_a_push_alone_is_nothing_to_show_before_anything_is_answered() -> None:
    assert advise(arranged(PUSHED, boost={"style": "0.25"}), Turn()).results is None


def test_a_push_draws_no_portrait() -> None:
    persona = {"id": "stylish", "title": "S", "text": "T", "levels": {"style": "1"}}
    other = {"id": "warm", "title": "W", "text": "T", "levels": {"warmth": "1", "style": "0"}}
    edition = world(PUSHED, TRAITS, [WARM], results={"boost": {"style": "9"}}, personas=[persona, other])
    assert suggested(edition).persona is None
    shown_one = suggested(edition, how="warm").persona
    assert shown_one is not None
    assert (shown_one.id, shown_one.similarity) == ("warm", 1)


# Links ------------------------------------------------------------------------------------------------

CAMPAIGN = "utm_source=quiz&utm_campaign={quiz}&at={position}&id={item}"


def test_a_link_carries_the_query_before_its_fragment() -> None:
    stock = [
        {"id": "a", "warmth": "1", "url": "https://shop.example/a"},
        {"id": "b", "warmth": "0.9", "url": "https://shop.example/b?size=M"},
        {"id": "c", "warmth": "0.8", "url": "/c?size=M#reviews"},
        {"id": "d", "warmth": "0.7"},
    ]
    assert [each.url for each in suggested(arranged(stock, link="?utm={quiz}"), how="warm").items] == [
        "https://shop.example/a?utm=world",
        "https://shop.example/b?size=M&utm=world",
        "/c?size=M&utm=world#reviews",
        None,
    ]
    assert suggested(arranged(stock), how="warm").items[2].url == "/c?size=M#reviews"


def test_the_places_of_a_link_are_filled_and_escaped() -> None:
    stock = [{"id": "plain", "warmth": "1"}, {"id": "Ärger & {quiz}#1", "warmth": "0", "url": "https://shop.example/"}]
    address = suggested(arranged(stock, link=CAMPAIGN), how="warm").items[1].url
    assert parse_qsl(urlsplit(address or "").query) == [
        ("utm_source", "quiz"),
        ("utm_campaign", "world"),
        ("at", "2"),
        ("id", "Ärger & {quiz}#1"),
    ]


def test_a_link_that_the_site_makes_of_the_id_carries_the_query_too() -> None:
    edition = arranged([{"id": "a", "warmth": "1"}], link="utm={quiz}")
    site = Site.model_validate({"embed": {"product_url": "https://shop.example/p?id={id}"}})
    advice = linked(advise(edition, Turn(answers={"how": "warm"}, finish=True)), site)
    assert advice.results is not None
    assert advice.results.items[0].url == "https://shop.example/p?id=a&utm=world"
    assert "query" not in advice.results.items[0].model_dump()
    assert linked(advice, site) == advice, "once is enough"


@given(st.text(max_size=20), st.integers(1, 50), st.sampled_from(["", "?", "?size=M", "?size=M&", "?a=%23"]))
def test_what_is_appended_is_all_that_changes(item: str, position: int, before: str) -> None:
    address = f"https://shop.example/p{before}#top"
    changed = urlsplit(appended(address, query(CAMPAIGN, "world", item, position)))
    own = parse_qsl(urlsplit(address).query)
    added = [("utm_source", "quiz"), ("utm_campaign", "world"), ("at", str(position)), ("id", item)]
    assert parse_qsl(changed.query, keep_blank_values=True) == own + added
    assert changed._replace(query="") == urlsplit(address)._replace(query="")
