"""The sentences of an obvious little shop, word for word."""

from typing import Any

from quizbot.advice.preference import prefer
from quizbot.advice.ranking.rank import rank
from quizbot.advice.telling.explain import explain
from quizbot.advice.turn import Relaxed, ResultItem
from quizbot.content.answers import Answers, Picks
from quizbot.content.edition import Edition
from tests.worlds import level_trait, option, single, world

TRAITS: dict[str, Any] = {
    "warmth": {
        "label": "Warmth",
        "low": "a light layer",
        "middle": "warm enough for town",
        "high": "ready for the Arctic",
        "more": ["warmer"],
        "less": ["cooler"],
        "from": {"column": "down", "unit": "g", "range": ["0", "400"]},
    },
    "light": {
        "label": "Lightness",
        "more": ["lighter"],
        "less": ["heavier"],
        "from": {"column": "weight", "unit": "g", "range": ["1600", "600"]},
    },
    "rainproof": {"label": "Rain protection", "from": {"words": ["taped seams", "storm hood", "waterproof"]}},
    "formal": {
        "label": "Formality",
        "low": "at home on a trail",
        "high": "fit for the opera",
        "from": {"column": "dress", "range": ["0", "1"]},
    },
    "color": {
        "label": "Color",
        "kind": "labels",
        "from": {"column": "color", "split": "/"},
        "labels": {"navy": "Navy blue"},
    },
    "wool": {"label": "Wool or not", "kind": "labels", "from": {"column": "wool"}},
}
COATS = [
    {
        "title": "Storm Shell",
        "down": "0",
        "weight": "600",
        "description": "Taped seams and a storm hood.",
        "color": "navy",
    },
    {
        "title": "City Coat",
        "down": "200",
        "weight": "1450",
        "description": "Not waterproof.",
        "color": "black/navy",
        "wool": "wool",
    },
    {
        "title": "Arctic Parka",
        "down": "400",
        "weight": "1600",
        "description": "With taped seams.",
        "color": "white",
        "wool": "none",
    },
    {"title": "Opera Cape", "down": "180", "dress": "1", "color": "black", "wool": "wool"},
    *({"title": f"Plain {at}", "down": "100", "weight": str(1000 + at), "color": "black"} for at in range(8)),
]
PRICES = ["189", "240", "449", "320", *("100" for _ in range(8))]
STOCK = [[{"Size": size, "price": price} for size in ("M", "L")] for price in PRICES]
QUESTIONS: list[dict[str, Any]] = [
    single(
        "climate",
        {**option("wet"), "text": "Mild and wet", "prefer": {"rainproof": {"min": "0.7"}}},
        {**option("arctic"), "text": "Properly arctic", "prefer": {"warmth": "1"}},
        {**option("town"), "text": "Town winters", "prefer": {"warmth": "0.5"}},
        {**option("snow"), "text": "Snow", "prefer": {"warmth": "1", "light": "1"}},
    ),
    single("weight", {**option("light"), "text": "It must be light", "prefer": {"light": "1"}}),
    single(
        "taste",
        {**option("navy"), "text": "Navy", "prefer": {"color": "navy"}},
        {**option("blue"), "text": "Navy blue", "prefer": {"color": "navy"}},
        {**option("dark"), "text": "Anything but white", "avoid": {"color": "white"}},
        {**option("long"), "text": "I would rather not say it in fewer words than this", "prefer": {"color": "navy"}},
        {**option("wool"), "text": "Wool, please", "prefer": {"wool": "wool"}},
        {**option("secret"), "text": "My own affair", "prefer": {"color": "navy"}},
    ),
    {"id": "dress", "ask": "?", "type": "scale", "low": "trail", "high": "opera", "prefer": {"formal": ["0", "1"]}},
    {"id": "down", "ask": "?", "type": "number", "unit": "g", "min": "0", "max": "400", "prefer": {"warmth": "answer"}},
    {
        "id": "budget",
        "ask": "?",
        "type": "number",
        "unit": "EUR",
        "min": "10",
        "max": "900",
        "require": {"price": {"max": "answer"}},
    },
    single(
        "size",
        option("m", require={"Size": "M"}),
        option("l", require={"Size": "L"}),
        option("xs", require={"Size": "XS"}),
    ),
    {"id": "likes", "ask": "?", "type": "products"},
]
SHOP = world(COATS, TRAITS, QUESTIONS, STOCK)


def _explained(
    answers: Answers, language: str, limit: int, shop: Edition
) -> tuple[list[ResultItem], list[str], list[Relaxed]]:
    preference = prefer(shop, answers)
    return explain(shop, preference, rank(shop, [preference], limit)[0], language)


def _told(answers: Answers, title: str, language: str = "en", limit: int = 12, shop: Edition = SHOP) -> ResultItem:
    """What is said of one product among all."""
    items, _, _ = _explained(answers, language, limit, shop)
    return next(each for each in items if each.title == title)


def _texts(item: ResultItem) -> list[str]:
    told = [each.text for each in (*item.reasons, *item.misses)]
    return told + [each.text for each in item.not_stated]


def test_a_reason_quotes_the_answer_and_names_the_evidence() -> None:
    assert _texts(_told({"climate": "wet"}, "Arctic Parka")) == ['"Mild and wet": taped seams.']
    assert _texts(_told({"climate": "arctic"}, "Arctic Parka", limit=1)) == [
        'You said "Properly arctic": 400 g, warmer than 9 in 10 here.'
    ]
    assert _texts(_told({"climate": "arctic"}, "Arctic Parka", "de", limit=1)) == [
        "Du sagtest „Properly arctic“: 400 g, bei Warmth höher als 9 von 10 hier."
    ]


def test_the_only_one_of_these_is_said_to_be_so() -> None:
    assert _told({"climate": "wet"}, "Storm Shell").headline == "Only this one says: storm hood."
    assert _told({"climate": "wet"}, "Storm Shell", "de").headline == "Nur hier steht: storm hood."


def test_what_sets_a_product_apart_is_the_headline_though_another_reason_weighs_more() -> None:
    def headline(weight: str) -> str | None:
        traits = {each: TRAITS[each] for each in ("warmth", "formal")}
        asked = single(
            "day",
            {**option("tram"), "text": "By tram", "prefer": {"formal": {"level": "0.5", "weight": "1"}}},
            {**option("snow"), "text": "Snow", "prefer": {"warmth": {"level": "1", "weight": weight}}},
            type="multiple",
        )
        others = [{"title": f"Plain {at}", "down": "100", "dress": "0"} for at in range(9)]
        coats = [{"title": "Town Parka", "down": "400", "dress": "0.5"}, *others]
        return _told({"day": ("tram", "snow")}, "Town Parka", shop=world(coats, traits, [asked])).headline

    assert headline("0.5") == 'You said "Snow": 400 g, warmer than 9 in 10 here.'
    assert headline("0.3") == 'You said "By tram": Formality 0.5.'


def test_what_is_near_is_called_near_and_what_is_halfway_halfway() -> None:
    assert _texts(_told({"down": 280.0}, "City Coat")) == ["Nearly: 200 g; you said 280 g."]
    assert _texts(_told({"down": 280.0}, "City Coat", "de")) == ["Beinahe: 200 g; du sagtest 280 g."]
    assert _texts(_told({"climate": "arctic"}, "City Coat")) == ['Halfway on "Properly arctic": 200 g.']
    assert _texts(_told({"climate": "arctic"}, "City Coat", "de")) == ["Auf halbem Weg zu „Properly arctic“: 200 g."]


def test_a_miss_is_the_catch() -> None:
    item = _told({"weight": "light"}, "City Coat")
    assert item.headline is None
    assert item.catch == 'The catch: 1,450 g, and you said "It must be light".'
    assert [(each.fit, each.points) for each in item.misses] == [("opposite", -0.891006524)]
    assert (
        _told({"weight": "light"}, "City Coat", "de").catch == "Der Haken: 1.450 g, und du sagtest „It must be light“."
    )
    assert _told({"climate": "wet"}, "City Coat").catch == 'The catch: Not waterproof, and you said "Mild and wet".'


def test_what_the_shop_does_not_say_is_said_plainly_and_is_the_catch_only_when_nothing_else_is() -> None:
    item = _told({"taste": "wool", "climate": "town"}, "Plain 0")
    assert [each.text for each in item.not_stated] == ["Wool or not: the shop does not say."]
    assert (item.asked, item.stated, item.met, item.catch) == (2, 1, 1, "Wool or not: the shop does not say.")
    item = _told({"taste": "wool", "weight": "light"}, "Opera Cape")
    assert item.catch == "Lightness: the shop does not say."
    item = _told({"taste": "wool", "climate": "arctic"}, "Storm Shell", "de")
    assert item.catch == "Der Haken: 0 g, und du sagtest „Properly arctic“."
    assert [each.text for each in item.not_stated] == ["Wool or not: dazu sagt der Shop nichts."]


def test_without_better_evidence_the_level_word_is_said_where_the_level_allows_it() -> None:
    assert _texts(_told({"dress": 5}, "Opera Cape")) == ["You chose 5 of 5 from trail to opera: fit for the opera."]
    assert _texts(_told({"dress": 5}, "Opera Cape", "de")) == [
        "Du wähltest 5 von 5 zwischen trail und opera: fit for the opera."
    ]
    assert _texts(_told({"dress": 2}, "Opera Cape")) == [
        "The catch: Formality 1, and you chose 2 of 5 from trail to opera."
    ]


def test_labels_are_told_by_their_texts() -> None:
    assert _texts(_told({"taste": "navy"}, "City Coat")) == ['"Navy": Navy blue.']
    assert _texts(_told({"taste": "navy"}, "Arctic Parka")) == ['The catch: white, and you said "Navy".']
    reason = _told({"taste": "navy"}, "City Coat").reasons[0]
    assert (reason.wanted, reason.level, reason.option) == (["Navy blue"], ["black", "Navy blue"], "navy")
    assert _texts(_told({"taste": "blue"}, "City Coat")) == ["As you said: Navy blue."]


def test_a_wish_that_cost_nothing_earns_no_praise_but_its_breach_is_a_catch() -> None:
    item = _told({"taste": "dark"}, "City Coat")
    assert item.headline is None
    assert _texts(item) == ['"Anything but white": no white.']
    assert _told({"taste": "dark"}, "Arctic Parka").catch == 'The catch: white, and you said "Anything but white".'


def test_what_nobody_shown_breaks_is_not_praised_above_the_list_either() -> None:
    items, shared, _ = _explained({"taste": "dark"}, "en", 3, SHOP)
    assert [each.fit for item in items for each in item.reasons] == ["close"] * 3
    assert shared == []


def test_a_long_answer_is_not_quoted_but_named() -> None:
    assert _texts(_told({"taste": "long"}, "Arctic Parka")) == ["The catch: white, against your answer on Color."]


def test_a_value_is_named_where_its_answer_wished_for_several_things() -> None:
    assert _texts(_told({"climate": "snow"}, "Storm Shell")) == [
        'You said "Snow": 600 g, lighter than 4 in 5 here.',
        'The catch: Warmth 0 g, and you said "Snow".',
    ]


def test_picks_and_what_was_passed_over_are_named_by_their_titles() -> None:
    picked = _told({"likes": Picks(("item-0001",), ("item-0001", "item-0002"))}, "Opera Cape")
    assert "After your pick of the City Coat: Warmth 180 g." in _texts(picked)
    assert {each.item for each in picked.reasons} == {"item-0001"}
    passed = _texts(_told({"likes": Picks((), ("item-0002",))}, "Storm Shell", "de"))
    assert "Nicht gewählt hast du Arctic Parka: 0 g, bei Warmth niedriger als 9 von 10 hier." in passed


def test_what_is_close_on_all_is_said_once_above_the_list_and_nowhere_else() -> None:
    items, shared, _ = _explained({"down": 100.0, "weight": "light", "budget": 150.0}, "en", 5, SHOP)
    assert shared == ["All five are under 150 EUR.", "All five fit 100 g: 100 g."]
    assert [each.headline for each in items[:2]] == [
        'Halfway on "It must be light": 1,000 g.',
        'Halfway on "It must be light": 1,001 g.',
    ]
    items, shared, _ = _explained({"down": 100.0, "budget": 100.0, "size": "m"}, "de", 2, SHOP)
    assert shared == ["Beide gibt es bis 100 € und in M.", "Beide passen zu 100 g: 100 g."]
    assert items[0].headline == "100 €, genau deine Grenze."


def test_a_limit_that_was_kept_may_be_the_headline() -> None:
    assert _told({"budget": 200.0}, "Storm Shell").headline == "189 EUR, 11 under your limit."
    assert _told({"budget": 200.0}, "Storm Shell", "de").headline == "189 €, 11 unter deiner Grenze."


def test_what_was_relaxed_names_the_nearest() -> None:
    _, shared, relaxed = _explained({"budget": 50.0, "size": "l"}, "en", 3, SHOP)
    assert relaxed == [
        Relaxed(column="price", wanted={"max": 50.0}, text="Nothing under 50 EUR in L; the nearest is 100.")
    ]
    assert shared == ["All three are in L."]
    _, _, relaxed = _explained({"budget": 50.0, "size": "l"}, "de", 3, SHOP)
    assert relaxed[0].text == "Es gibt nichts unter 50 € in L; am nächsten liegt 100."
    _, _, relaxed = _explained({"budget": 150.0, "size": "xs"}, "en", 3, SHOP)
    assert relaxed == [
        Relaxed(column="Size", wanted={"values": ["XS"]}, text="Nothing in XS and under 150 EUR; these come closest.")
    ]


def test_what_nobody_states_is_relaxed_as_not_stated() -> None:
    traits = {"warmth": level_trait("warmth")}
    vegan = single("vegan", option("yes", require={"plant": "yes"}), option("no", exclude={"fur": "mink"}))
    shop = world([{"warmth": "1", "plant": ""}, {"warmth": "0", "fur": "", "plant": ""}], traits, [vegan])
    _, _, relaxed = _explained({"vegan": "yes"}, "en", 3, shop)
    assert relaxed[0].wanted == {"values": ["yes"]}
    assert "not stated" in relaxed[0].text
    _, _, relaxed = _explained({"vegan": "no"}, "en", 3, shop)
    assert relaxed == [
        Relaxed(
            column="fur",
            wanted={"values": ["mink"], "exclude": True},
            text="Nothing is sure to be without mink; for these it is not stated.",
        )
    ]


def test_what_all_keep_to_is_said_in_the_words_of_the_option_unless_a_part_of_it_gave_way() -> None:
    rules = single(
        "rules", {**option("hood"), "text": "It must have a hood", "require": {"hood": "yes", "wash": "yes"}}
    )
    stock = [{"warmth": "1", "hood": "yes", "wash": "yes"}, {"warmth": "0", "hood": "yes", "wash": "yes"}]
    traits = {"warmth": level_trait("warmth")}
    _, shared, _ = _explained({"rules": "hood"}, "en", 3, world(stock, traits, [rules]))
    assert shared == ['Both keep to "It must have a hood".']
    unwashable = [{**each, "wash": "no"} for each in stock]
    _, shared, relaxed = _explained({"rules": "hood"}, "en", 3, world(unwashable, traits, [rules]))
    assert [each.column for each in relaxed] == ["wash"]
    assert shared == ["Both are with hood."]


def test_openings_rotate_with_the_position_and_are_the_same_each_time() -> None:
    items, _, _ = _explained({"down": 100.0, "taste": "navy"}, "en", 12, SHOP)
    again, _, _ = _explained({"down": 100.0, "taste": "navy"}, "en", 12, SHOP)
    assert items == again
    assert len({(each.headline or "").split(":")[0] for each in items[2:6]}) > 1


def test_a_sensitive_answer_is_never_quoted() -> None:
    skin = single("skin", {**option("dry"), "text": "My skin itches", "prefer": {"warmth": "1"}}, sensitive="health")
    shop = world([{"warmth": "1"}, {"warmth": "0"}], {"warmth": level_trait("warmth")}, [skin])
    items, shared, _ = _explained({"skin": "dry"}, "en", 2, shop)
    assert "itches" not in str((items, shared))


def test_the_card_is_the_variant_that_meets_the_requirements() -> None:
    item = _told({"size": "l", "taste": "navy"}, "Storm Shell")
    assert item.variant is not None
    assert (item.variant.options, item.price, item.currency, item.available) == ({"Size": "L"}, 189.0, "EUR", True)
    assert (item.url, item.image) == (None, None)
