"""Hard requirements: what passes, which variant is shown, and what happens when nothing is left."""

from typing import Any

from quizbot.advice.preference import prefer
from quizbot.advice.ranking.rank import Ranking, place, rank
from quizbot.content.answers import Answers
from quizbot.content.edition import Edition
from tests.worlds import label_trait, level_trait, option, single, world

TRAITS = {"warmth": level_trait("warmth"), "color": label_trait("color", **{"as": {"navy": ["Marine"]}})}
BUDGET: dict[str, Any] = {"id": "budget", "ask": "?", "type": "number", "min": "1", "max": "900"}
BUDGET["require"] = {"price": {"max": "answer"}}
STOCK = [
    {"id": "arctic", "warmth": "1", "hood": "yes", "material": "wool/down", "color": "Marine", "price": "300"},
    {
        "id": "city",
        "warmth": "0.6",
        "hood": "no",
        "material": "cotton",
        "color": "black",
        "price": "120",
        "tags": "vegan, new",
    },
    {
        "id": "rain",
        "warmth": "0.2",
        "hood": "ja",
        "material": "nylon",
        "color": "red/black",
        "price": "80",
        "tags": "vegan",
    },
    {"id": "secret", "warmth": "0.8"},
]


def _ranked(edition: Edition, answers: Answers, limit: int = 9) -> Ranking:
    return rank(edition, [prefer(edition, answers)], limit)[0]


def _ids(edition: Edition, answers: Answers, limit: int = 9) -> list[str]:
    return [edition.catalog.ids[item] for item in _ranked(edition, answers, limit).items]


def _demanding(**effect: Any) -> list[str]:
    edition = world(STOCK, TRAITS, [single("must", option("so", prefer={"warmth": "1"}, **effect))])
    return _ids(edition, {"must": "so"})


def test_yes_and_no_are_compared_by_the_kind_of_the_column() -> None:
    assert _demanding(require={"hood": "true"}) == ["arctic", "rain"]
    assert _demanding(require={"hood": "0"}) == ["city"]


def test_what_is_not_stated_fails_a_requirement_and_an_exclusion_of_the_quiz() -> None:
    assert "secret" not in _demanding(require={"material": ["wool", "cotton", "nylon"]})
    assert _demanding(exclude={"material": "wool"}) == ["city", "rain"]


def test_a_product_of_unknown_ingredients_is_not_free_of_any() -> None:
    stock = [
        {"id": "balm", "Ingredients": "Aqua, Parfum"},
        {"id": "cream", "Ingredients": "Aqua"},
        {"id": "oil", "Ingredients": ""},
    ]
    perfume = {"words": {"perfume": ["parfum", "fragrance"]}, "in": "Ingredients", "missing": "0"}
    traits = {**TRAITS, "contents": {"label": "Contents", "kind": "labels", "from": perfume}}
    edition = world(stock, traits, [single("none", option("so", exclude={"contents": "perfume"}))])
    assert _ids(edition, {"none": "so"}) == ["cream"]


def test_several_values_of_one_answer_are_united_and_several_answers_intersected() -> None:
    colors = single(
        "color", *(option(name, require={"color": name}) for name in ("red", "navy", "black")), type="multiple"
    )
    hood = single("hood", option("yes", require={"hood": "yes"}))
    edition = world(STOCK, TRAITS, [colors, hood])
    assert set(_ids(edition, {"color": ("red", "navy")})) == {"arctic", "rain"}
    assert set(_ids(edition, {"color": ("navy", "black")})) == {"arctic", "city", "rain"}
    assert set(_ids(edition, {"color": ("navy", "black"), "hood": "yes"})) == {"arctic", "rain"}


def test_ranges_of_one_answer_are_united_too() -> None:
    prices = [option("low", require={"price": {"max": "90"}}), option("high", require={"price": {"min": "250"}})]
    edition = world(STOCK, TRAITS, [single("price", *prices, type="multiple")])
    assert set(_ids(edition, {"price": ("low", "high")})) == {"arctic", "rain"}


def test_names_are_looked_up_as_column_then_option_then_tag_then_label_trait() -> None:
    assert set(_demanding(require={"vegan": "yes"})) == {"city", "rain"}
    assert _demanding(require={"new": "yes"}) == ["city"]
    traits = {**TRAITS, "shade": {"label": "Shade", "kind": "labels", "from": {"column": "color", "split": "/"}}}
    edition = world(STOCK, traits, [single("must", option("so", require={"shade": "red"}))])
    assert _ids(edition, {"must": "so"}) == ["rain"]


def test_a_range_compares_numbers_and_a_plain_number_too() -> None:
    assert _demanding(require={"warmth": {"min": "0.5", "max": "0.9"}}) == ["secret", "city"]
    assert _demanding(require={"warmth": "0.60"}) == ["city"]


def test_a_number_with_another_word_around_it_is_another_value() -> None:
    stock = [
        {"id": "ash", "model": "A-1", "size": "500 ml"},
        {"id": "birch", "model": "B-1", "size": "500 g"},
        {"id": "cedar", "model": "A-2", "size": "500"},
    ]
    edition = world(stock, TRAITS, [
        single("model", option("it", require={"model": "a-1"}), option("none", exclude={"model": "A-1"})),
        single("size", option("ml", require={"size": "500 ML"}), option("any", require={"size": "500"})),
    ])  # fmt: skip
    assert _ids(edition, {"model": "it"}) == ["ash"]
    assert _ids(edition, {"model": "none"}) == ["birch", "cedar"]
    assert _ids(edition, {"size": "ml"}) == ["ash", "cedar"]
    assert _ids(edition, {"size": "any"}) == ["ash", "birch", "cedar"]


def test_the_number_given_is_the_bound() -> None:
    edition = world(STOCK, TRAITS, [BUDGET])
    assert set(_ids(edition, {"budget": 120.0})) == {"city", "rain"}


SIZES = [
    [
        {"Size": "M", "Color": "Black", "price": "90", "available": "no"},
        {"Size": "M", "Color": "Red", "price": "100", "available": "yes"},
        {"Size": "L", "Color": "Black", "price": "70", "available": "yes"},
    ],
    [
        {"Size": "L", "Color": "Red", "price": "50", "available": "yes"},
        {"Size": "S", "Color": "Black", "price": "40", "available": "yes"},
    ],
]


def _variants(**demands: Any) -> tuple[list[str], list[float]]:
    edition = world([{"id": "a"}, {"id": "b"}], TRAITS, [single("must", option("so", require=demands))], SIZES)
    found = _ranked(edition, {"must": "so"})
    prices = [float(edition.catalog.variants.price[each]) for each in found.variants]
    return [edition.catalog.ids[each] for each in found.items], prices


def test_one_variant_meets_all_requirements_together_and_is_the_one_shown() -> None:
    assert _variants(size="M", color="Black") == (["a"], [90.0])
    assert _variants(size="L", color="Red") == (["b"], [50.0])
    assert _variants(size="M") == (["a"], [100.0]), "what is in stock is shown before what is cheaper"


def test_an_item_whose_variants_meet_them_only_separately_does_not_pass() -> None:
    edition = world(
        [{"id": "a"}, {"id": "b"}],
        TRAITS,
        [single("must", option("so", require={"size": "M", "price": {"max": "80"}}))],
        SIZES,
    )
    found = _ranked(edition, {"must": "so"})
    assert found.passing == 0
    assert [each.column for each in found.relaxed] == ["price"]


def test_when_nothing_is_left_the_nearest_misses_are_shown_and_what_was_relaxed() -> None:
    edition = world(STOCK[:3], TRAITS, [BUDGET, single("hood", option("yes", require={"hood": "yes"}))])
    found = _ranked(edition, {"budget": 10.0, "hood": "yes"})
    assert [edition.catalog.ids[item] for item in found.items] == ["rain", "arctic"]
    assert [each.column for each in found.relaxed] == ["price"]


def test_what_is_only_not_stated_is_relaxed_first() -> None:
    stock = [{"id": "wool", "material": "wool", "warmth": "1"}, {"id": "unknown", "warmth": "0"}]
    edition = world(stock, TRAITS, [single("must", option("so", prefer={"warmth": "1"}, exclude={"material": "wool"}))])
    assert _ids(edition, {"must": "so"}) == ["unknown"]
    assert [each.column for each in _ranked(edition, {"must": "so"}).relaxed] == ["material"]


def test_the_page_is_never_empty_whatever_is_demanded() -> None:
    edition = world(
        STOCK,
        TRAITS,
        [
            single(
                "must",
                option("so", require={"material": "gold", "price": {"max": "1"}}, exclude={"hood": ["yes", "no"]}),
            )
        ],
    )
    found = _ranked(edition, {"must": "so"})
    assert len(found.items) > 0
    assert found.relaxed


def test_ties_go_to_what_is_in_stock_then_to_more_asked_levels_known_then_to_the_id() -> None:
    stock = [
        {"id": "b", "warmth": "1", "style": "0.5"},
        {"id": "a", "warmth": "1", "style": "0.5"},
        {"id": "d", "warmth": "1"},
        {"id": "c", "warmth": "1", "style": "0.5", "available": "no"},
    ]
    traits = {"warmth": level_trait("warmth"), "style": level_trait("style")}
    edition = world(stock, traits, [single("how", option("so", prefer={"warmth": "1", "style": "1"}))])
    assert _ids(edition, {"how": "so"}) == ["a", "b", "d", "c"]
    assert _ids(edition, {}) == ["a", "b", "d", "c"]


def test_a_place_counts_those_that_meet_everything_first() -> None:
    edition = world(STOCK, TRAITS, [single("must", option("so", prefer={"warmth": "1"}, require={"hood": "yes"}))])
    preference = prefer(edition, {"must": "so"})
    places = {name: place(edition, preference, at)[0] for name, at in edition.catalog.positions.items()}
    assert places == {"arctic": 1, "rain": 2, "secret": 3, "city": 4}


def test_a_wished_color_is_the_one_shown_when_it_is_in_stock() -> None:
    traits = {
        "color": {"label": "Color", "kind": "labels", "from": {"option": "Color", "as": {"warm": ["Red", "Rust"]}}}
    }
    stock = [[*SIZES[0]], [{"Color": "Black", "price": "10"}, {"Color": "Rust", "price": "20", "available": "no"}]]
    edition = world(
        [{"id": "a"}, {"id": "b"}], traits, [single("color", option("warm", prefer={"color": "warm"}))], stock
    )
    found = _ranked(edition, {"color": "warm"})
    assert [float(edition.catalog.variants.price[each]) for each in found.variants] == [100, 10]


def test_the_nearest_is_nearest_however_far_all_of_them_are() -> None:
    edition = world([{"id": "a", "price": "99.5"}, {"id": "b", "price": "80"}], TRAITS, [BUDGET])
    assert _ids(edition, {"budget": 1.0}, limit=1) == ["b"]
