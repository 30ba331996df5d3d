"""No sentence claims more than the data: a judge that knows what each form claims reads them in random worlds.

The judge never asks the program how it chose its words. It knows the forms of both languages, and recomputes gaps,
bands, level words, comparisons and limits from the catalog by brute force.
"""

import re
from collections.abc import Iterator

import numpy as np
from hypothesis import HealthCheck, given, settings

from quizbot.advice.turn import Contribution
from tests.scenes import LABELS, WORDS, Scene, scenes

SLACK = 1e-9

told = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

# The judge ----------------------------------------------------------------------------------------

OPENS = {
    "near": re.compile(r"^(Nearly|Beinahe)\b"),
    "halfway": re.compile(r"^(Halfway|Auf halbem Weg)\b"),
    "catch": re.compile(r"^(The catch|Der Haken):"),
    "alone": re.compile(r"^(?:Only this one says:|Nur hier steht:|Alone among these:|Als Einziges hier:) (.+)\.$"),
}
THAN = re.compile(r", ([^,]+) (?:than|als) (\d+) (?:in|von) (\d+) (?:here|hier)\.$")
QUOTES = re.compile(r'"([^"]*)"|„([^“]*)“')


def gap_of(scene: Scene, each: Contribution, place: int) -> float:
    """The distance between wish and level, from what travels and from the catalog."""
    if isinstance(each.level, list):
        assert each.trait is not None
        assert isinstance(each.wanted, list)
        assert sorted(each.level) == sorted(scene.edition.levels.families[each.trait].of(place))
        return 0.0 if each.points > 0 else 1.0
    assert each.level == own_level(scene, each.trait, place)
    assert each.level is not None
    if isinstance(each.wanted, dict):
        return max(each.wanted.get("min", 0.0) - each.level, each.level - each.wanted.get("max", 1.0), 0.0)
    assert isinstance(each.wanted, float)
    return abs(each.wanted - each.level)


def own_level(scene: Scene, trait: str | None, place: int) -> float:
    levels = scene.edition.levels
    return float(levels.level[levels.names.index(trait or ""), place])


def claims(text: str) -> str:
    """The band that a sentence claims: what claims nothing less claims to be close."""
    return next((name for name in ("near", "halfway", "catch") if OPENS[name].search(text)), "close")


def band(gap: float) -> str:
    gap = round(gap, 9)
    return "close" if gap <= 0.15 else "near" if gap <= 0.35 else "halfway" if gap <= 0.5 else "catch"


def judge(scene: Scene, each: Contribution, place: int) -> None:
    """Every claim of a reason or a miss is true."""
    gap = gap_of(scene, each, place)
    assert claims(each.text) == band(gap), (each, gap)
    for trait, words in WORDS.items():
        for at, word in zip((0.0, 0.5, 1.0), words, strict=True):
            if word and word in each.text:
                assert (trait, band(gap)) == (each.trait, "close")
                assert abs(own_level(scene, trait, place) - at) <= 0.15 + SLACK
    judge_comparison(scene, each, place, gap)
    if alone := OPENS["alone"].search(each.text):
        assert band(gap) == "close"
        assert mentions(scene, each.trait, place, alone[1])
        others = [other for other in scene.places if other != place]
        assert len(others) > 1
        assert not any(mentions(scene, each.trait, other, alone[1]) for other in others)
    for value in re.findall(r"([\d.,]+) g\b", each.text.split(";")[0].split(", und du")[0].split(", and you")[0]):
        cell = scene.edition.catalog.columns["down"].texts[place]
        assert value in (cell, given_number(scene)), each.text


def given_number(scene: Scene) -> str:
    return next((f"{each.answer:.0f}" for each in scene.preference.wishes if isinstance(each.answer, float)), "")


def mentions(scene: Scene, trait: str | None, place: int, words: str) -> bool:
    """Whether an item says these words, for a trait."""
    if trait in LABELS:
        return words in scene.edition.levels.families[trait].of(place)
    columns = scene.edition.catalog.columns
    said = "|".join(columns[name].texts[place] for name in ("title", "description", "dress")).replace(
        "not waterproof", ""
    )
    return words.casefold() in said.casefold()


def judge_comparison(scene: Scene, each: Contribution, place: int, gap: float) -> None:
    found = THAN.search(each.text)
    if not found:
        return
    assert band(gap) == "close"
    assert each.trait is not None
    row = scene.edition.levels.level[scene.edition.levels.names.index(each.trait)]
    up = bool(re.search(r"more$|higher|höher", found[1]))
    assert up or re.search(r"less$|lower|niedriger", found[1])
    own = row[place]
    beaten = sum(1 for other in row if (other < own if up else other > own))
    assert beaten * int(found[3]) >= int(found[2]) * len(row)


def sentences(scene: Scene) -> Iterator[str]:
    for item in scene.items:
        yield from filter(None, [item.headline, item.catch])
        yield from (each.text for each in (*item.reasons, *item.misses))
        yield from (each.text for each in item.not_stated)
    yield from scene.shared
    yield from (each.text for each in scene.relaxed)


@told
@given(scenes())
def test_no_reason_or_miss_claims_more_than_its_band(scene: Scene) -> None:
    for item, place in zip(scene.items, scene.places, strict=True):
        for each in (*item.reasons, *item.misses):
            judge(scene, each, place)


@told
@given(scenes())
def test_every_sentence_is_short_finished_and_calm_and_quotes_unchanged(scene: Scene) -> None:
    known = {option.text for each in scene.edition.questions.values() for option in getattr(each, "options", ())}
    for text in sentences(scene):
        assert len(text.split()) <= 20, text
        assert text.endswith(".")
        assert "!" not in text
        assert not re.search(r"\{(?!brace\}|wet\}|b\})", text), text
        assert "  " not in text
        for quote in QUOTES.finditer(text):
            assert (quote[1] or quote[2]) in known


@told
@given(scenes())
def test_points_add_up_and_stand_on_the_right_side(scene: Scene) -> None:
    for at, item in enumerate(scene.items):
        assert abs(sum(each.points for each in (*item.reasons, *item.misses)) - item.score) < 1e-6
        assert item.score == scene.ranking.score[at]
        assert all(each.points > 0 for each in item.reasons)
        assert all(each.points <= 0 for each in item.misses)
        for listed in (item.reasons, item.misses):
            weights = [abs(each.points) for each in listed]
            assert weights == sorted(weights, reverse=True)
        stated = [*item.reasons, *item.misses]
        assert item.asked == len(scene.preference.wishes)
        assert item.stated == len(stated) == int(np.count_nonzero(~np.isnan(scene.ranking.gap[at])))
        assert item.met == sum(each.fit in ("close", "near") for each in stated)
        assert {each.trait for each in item.not_stated} == {
            each.trait
            for each, gap in zip(scene.preference.wishes, scene.ranking.gap[at], strict=True)
            if np.isnan(gap)
        }


@told
@given(scenes())
def test_there_is_one_catch_where_there_is_a_miss(scene: Scene) -> None:
    for item in scene.items:
        unknown = [each.text for each in item.not_stated]
        assert item.catch == (item.misses[0].text if item.misses else item.catch if item.catch in unknown else None)
        assert (item.catch is None) == (not item.misses and not unknown)


@told
@given(scenes())
def test_a_headline_is_a_reason_that_cost_something_and_is_said_nowhere_else(scene: Scene) -> None:
    close = [
        wish
        for wish, gaps in zip(scene.preference.wishes, scene.ranking.gap.T, strict=True)
        if all(gap <= 0.15 + SLACK for gap in gaps)
    ]
    said_once = len(scene.items) > 1 and len({each.trait for each in close}) <= 3
    limit = re.compile(r"^([\d.,]+) (?:EUR|€), (?:([\d.,]+) (?:under your limit|unter deiner Grenze)|exactly|genau)")
    for item in scene.items:
        if item.headline is None:
            continue
        if found := limit.search(item.headline):
            assert item.price is not None
            budget = next(each.ranges[0][1] for each in scene.preference.clauses if each.column == "price")
            assert item.price <= budget
            assert (found[2] is None) == (item.price == budget)
            continue
        reason = next(each for each in item.reasons if each.text == item.headline)
        if isinstance(reason.wanted, list):
            assert isinstance(reason.level, list)
            assert set(reason.wanted) & set(reason.level), "a met exclusion was praised"
        if said_once:
            assert (reason.question, reason.trait) not in {
                (each.question, each.trait) for each in close if len(each.options) != 1
            }
            assert (reason.question, reason.option, reason.trait) not in {
                (each.question, each.options[0], each.trait) for each in close if len(each.options) == 1
            }


@told
@given(scenes())
def test_what_is_shared_is_true_of_all(scene: Scene) -> None:
    assert not scene.shared or len(scene.items) > 1
    assert len(scene.shared) == len(set(scene.shared))
    for text in scene.shared:
        for trait, words in WORDS.items():
            for at, word in zip((0.0, 0.5, 1.0), words, strict=True):
                if word and word in text:
                    assert all(abs(own_level(scene, trait, place) - at) <= 0.15 + SLACK for place in scene.places)
        for found in re.finditer(r"(under|at most|unter|bis) ([\d.,]+) (?:EUR|€)", text):
            prices = [each.price for each in scene.items if each.price is not None]
            budget = next(each.ranges[0][1] for each in scene.preference.clauses if each.column == "price")
            assert len(prices) == len(scene.items)
            assert all(each <= budget for each in prices)
            assert max(prices) < budget or found[1] in ("at most", "bis")
        if found_size := re.search(r" in ([SMLX])\b", text):
            assert all(each.variant and each.variant.options["Size"] == found_size[1] for each in scene.items)
        for quote in QUOTES.finditer(text):
            wished = {
                option.id
                for each in scene.edition.questions.values()
                for option in getattr(each, "options", ())
                if option.text == (quote[1] or quote[2])
            }
            heard = {(each.question, each.trait) for each in scene.preference.wishes if wished & set(each.options)}
            for item in scene.items:
                assert any((each.question, each.trait) in heard and each.fit == "close" for each in item.reasons)


@told
@given(scenes())
def test_what_was_relaxed_is_met_by_nobody_and_the_nearest_is_the_nearest(scene: Scene) -> None:
    variants = scene.edition.catalog.variants
    sizes = variants.options["Size"].texts
    budget = next((each.ranges[0][1] for each in scene.preference.clauses if each.column == "price"), np.inf)
    size = next((next(iter(each.values)) for each in scene.preference.clauses if each.column == "Size"), None)
    fitting = [at for at in range(len(sizes)) if size is None or sizes[at].casefold() == size]
    affordable = [at for at in fitting if variants.price[at] <= budget]
    assert len(scene.relaxed) == len(scene.ranking.relaxed)
    for each in scene.relaxed:
        assert not affordable if np.isfinite(budget) else not fitting
        found = re.search(r"(?:nearest is|nächsten liegt) ([\d.,]+)\.$", each.text)
        if found:
            value = float(re.sub(r"[.,](?=\d{3}\b)", "", found[1]).replace(",", "."))
            candidates = [price for at in fitting if not np.isnan(price := variants.price[at])]
            assert value == min(candidates)
