"""Who asks what was asked before gets the ranking that was made then, and nothing about a person stays in memory."""

import gc
from typing import Any
from weakref import ref

import numpy as np
import pytest

from quizbot.advice.hearing.refining import Refining
from quizbot.advice.history import recall
from quizbot.advice.preference import Preference, prefer
from quizbot.advice.ranking.rank import Recent, rank
from quizbot.advice.turn import Past, Refinement
from quizbot.content.edition import Edition
from tests.worlds import level_trait, option, single, world

ROWS = [{"id": f"i{at}", "warmth": str(at / 10), "price": str(at)} for at in range(11)]
QUESTIONS = [single("cold", option("yes", prefer={"warmth": "0.8"}), option("no", prefer={"warmth": "0.1"}))]


def shop(rows: list[dict[str, str]]) -> Edition:
    return world(rows, {"warmth": level_trait("warmth")}, QUESTIONS)


def test_the_same_wishes_are_ranked_once_whoever_says_them_in_whatever_words() -> None:
    edition = shop(ROWS)
    first = rank(edition, [prefer(edition, {"cold": "yes"})], 3)[0]
    assert rank(edition, [prefer(edition, {"cold": "yes"})], 3)[0] is first
    assert rank(edition, [prefer(edition, {"cold": "yes"})], 2)[0] is not first
    assert rank(edition, [prefer(edition, {"cold": "no"})], 3)[0] is not first
    for answer in ("under 5 please", "nothing above 5"):
        refining = Refining(edition, prefer(edition, {"cold": "yes"}))
        refining.take(Refinement(column="price", max=5), "words", answer)
        said = rank(edition, [refining.preference], 3)[0]
        assert [edition.catalog.ids[each] for each in said.items] == ["i5", "i4", "i3"]
        assert rank(edition, [refining.preference], 3)[0] is said


def test_another_edition_ranks_for_itself_and_takes_its_rankings_along_when_it_goes() -> None:
    edition = shop(ROWS)
    kept = ref(rank(edition, [prefer(edition, {"cold": "yes"})], 3)[0].items)
    other = shop([{**each, "warmth": ROWS[-at - 1]["warmth"]} for at, each in enumerate(ROWS)])
    found = rank(other, [prefer(other, {"cold": "yes"})], 1)[0]
    assert [other.catalog.ids[each] for each in found.items] == ["i2"]
    assert kept() is not None
    del edition
    gc.collect()
    assert kept() is None


def test_what_is_remembered_of_a_person_and_what_broke_a_demand_is_not_kept() -> None:
    edition = shop(ROWS)
    refining = Refining(edition, prefer(edition, {"cold": "yes"}))
    refining.history = recall(edition, [Past(item="i3", kind="like")])
    assert rank(edition, [refining.preference], 3)[0] is not rank(edition, [refining.preference], 3)[0]
    beyond = Refining(edition, prefer(edition, {"cold": "yes"}), [Refinement(column="price", min=50)]).preference
    one, two = (rank(edition, [beyond], 3)[0] for _ in range(2))
    assert one.relaxed
    assert one is not two


def test_nobody_can_change_what_is_kept() -> None:
    edition = shop(ROWS)
    ranking = rank(edition, [Preference()], 3)[0]
    with pytest.raises(ValueError, match="read-only"):
        ranking.items[0] = 7


def test_a_flood_of_others_is_forgotten_and_what_is_asked_again_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quizbot.advice.ranking.rank._NUMBERS", 20_000)
    edition = shop(ROWS)
    ranking, recent = rank(edition, [prefer(edition, {"cold": "yes"})], 3)[0], Recent()
    held: list[Any] = []
    for at in range(2_000):
        recent.keep(at, ranking)
        if recent.get("popular") is None:
            recent.keep("popular", ranking)
        held.append(sum(recent.get(each) is not None for each in range(max(0, at - 200), at)) if at % 500 == 499 else 0)
    assert recent.get("popular") is ranking
    assert recent.get(0) is None
    assert 40 <= max(held) <= 2 * 20_000 / 250
    assert np.count_nonzero(held) == 4
