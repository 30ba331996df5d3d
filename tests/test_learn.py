"""Learning: from what people did to a model that is published only when it is better, and can be taken back."""

import json
import pickle
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from quizbot.advice.advise import advise
from quizbot.advice.history import recall
from quizbot.advice.learning import together
from quizbot.advice.learning.learn import FEWEST, learn, liked
from quizbot.advice.learning.lesson import Listed, Taught
from quizbot.advice.learning.together import neighbors
from quizbot.advice.preference import Preference, Wish
from quizbot.advice.ranking.rank import rank
from quizbot.advice.ranking.space import MARGIN, space
from quizbot.advice.turn import EventKind, Past, Turn
from quizbot.cli import main
from quizbot.content.edition import Edition
from quizbot.content.learned import Learned, nothing_learned
from quizbot.content.site import Site
from quizbot.library.load import Library, load
from quizbot.library.models import Models, Unreadable, read, write
from quizbot.settings import bundled
from quizbot.shop import Shop
from tests.worlds import level_trait, option, single, world

ROWS = [{"id": f"item-{at:02}", "title": f"Item {at}", "warm": "0.5"} for at in range(40)]
EDITION = world(
    ROWS,
    {"warmth": level_trait("warm")},
    [single("climate", option("cold", prefer={"warmth": 1}), option("mild", prefer={"warmth": 0}))],
)
LIKED = {"item": "item-01", "kind": "like"}
SHELVES = (range(0, 40, 2), range(1, 40, 2))


def shoppers(count: int, seed: int = 0) -> list[Taught]:
    """Two groups of shoppers: one likes the even items, the other the odd ones; the catalog tells them not apart."""
    random = np.random.default_rng(seed)
    return [
        Taught([Past(item=f"item-{each:02}", kind="like") for each in random.choice(SHELVES[at % 2], 6, replace=False)])
        for at in range(count)
    ]


def strangers(count: int, seed: int = 0) -> list[Taught]:
    """Shoppers who like anything."""
    random = np.random.default_rng(seed)
    return [
        Taught([Past(item=f"item-{each:02}", kind="like") for each in random.choice(40, 6, replace=False)])
        for _ in range(count)
    ]


def taught(edition: Edition = EDITION) -> Learned:
    """The model of the two groups."""
    model = learn(edition, shoppers(200)).model
    assert model is not None
    return model


WARM = world(
    [{**each, "warm": str(at // 2 % 5 / 4)} for at, each in enumerate(ROWS)],
    {"warmth": level_trait("warm")},
    [single("climate", option("cold", prefer={"warmth": 1}), option("mild", prefer={"warmth": 0}), weight=3)],
)
PAIRED = taught(WARM)


def first(edition: Edition, item: str, count: int) -> list[str]:
    """What is shown to who likes one item."""
    turn = Turn.model_validate({"history": [{"item": item, "kind": "like"}], "limit": count})
    results = advise(edition, turn).results
    assert results is not None
    return [each.id for each in results.items]


def test_two_groups_of_shoppers_teach_which_of_two_shelves_an_item_is_from() -> None:
    """Nothing in the catalog tells the items apart: only people do."""
    made = replace(EDITION, learned=taught())
    assert {int(each[-2:]) % 2 for each in first(made, "item-07", 15)} == {1}
    assert {int(each[-2:]) % 2 for each in first(made, "item-08", 15)} == {0}
    assert {int(each[-2:]) % 2 for each in first(EDITION, "item-08", 15)} == {0, 1}


def test_the_sparse_model_finds_the_same_two_shelves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "DENSE", 0)
    made = replace(EDITION, learned=taught())
    assert {int(each[-2:]) % 2 for each in first(made, "item-07", 15)} == {1}


def test_what_was_learned_keeps_points_exact_and_an_item_wholly_like_itself() -> None:
    made = replace(EDITION, learned=taught())
    turn = Turn.model_validate({"history": [LIKED, {"item": "item-04", "kind": "dislike"}], "limit": 40})
    results = advise(made, turn).results
    assert results is not None
    for each in results.items:
        assert sum(part.points for part in each.reasons + each.misses) == pytest.approx(each.score, abs=1e-6)
    assert results.items[0].id == "item-01"


@given(
    st.lists(st.tuples(st.integers(0, 39), st.floats(-1, 1)), min_size=1, max_size=12, unique_by=lambda each: each[0]),
    st.sampled_from([0.25, 1.0]),
)
def test_what_finds_candidates_agrees_with_what_scores_them_whatever_was_learned(
    past: list[tuple[int, float]], share: float
) -> None:
    """The items whose ids are not in the model are new to it."""
    ids = tuple(f"old-{each}" if at % 7 == 0 else each for at, each in enumerate(WARM.catalog.ids))
    made = replace(WARM, learned=replace(PAIRED, ids=ids, share=share))
    wishes = tuple(
        Wish("history", "", (), None, "", "alike", abs(amplitude), amplitude, item=item) for item, amplitude in past
    )
    preference = Preference(wishes, (), 1.0)
    points, _ = space(made).measure(preference, np.arange(40))
    assert np.abs(space(made).screen([preference])[0] - points.sum(axis=0)).max() < MARGIN


@given(
    st.lists(st.tuples(st.integers(0, 39), st.sampled_from(["view", "like", "cart", "dislike"])), max_size=8),
    st.integers(0, 39),
)
def test_one_more_like_never_lowers_a_rank_whatever_goes_together(
    events: list[tuple[int, EventKind]], item: int
) -> None:
    made = replace(WARM, learned=replace(PAIRED, share=1.0))

    def order(*more: tuple[int, EventKind]) -> list[int]:
        past = recall(made, [Past(item=f"item-{each:02}", kind=kind) for each, kind in (*events, *more)])
        preference = Preference(past.wishes, (), sum(each.mass for each in past.wishes), past.hidden)
        found: list[int] = rank(made, [preference], 40)[0].items.tolist()
        return found

    before, after = order(), order((item, "like"))
    assert (item in after) == (item in before)
    if item in before:
        assert after.index(item) <= before.index(item)


def test_before_and_after_come_with_an_interval() -> None:
    lessons = learn(EDITION, shoppers(200))
    gain = lessons.gain
    assert gain.before < gain.after
    assert 0 < gain.low < gain.mean < gain.high
    assert gain.mean == pytest.approx(gain.after - gain.before)
    assert lessons.people > FEWEST


def test_nothing_is_concluded_from_too_few_people() -> None:
    lessons = learn(EDITION, shoppers(FEWEST - 1))
    assert lessons.model is None
    assert "it takes 50 to conclude anything" in lessons.why
    assert learn(EDITION, []).model is None


def test_a_model_that_is_not_surely_better_is_not_published() -> None:
    lessons = learn(EDITION, strangers(300))
    assert lessons.model is None
    assert lessons.why == "it is not surely better than what the products alone say"


def test_unknown_items_are_counted_and_dislikes_teach_nothing() -> None:
    events = [Past(item="gone", kind="like"), Past(item="item-01", kind="dislike"), Past(item="item-02", kind="like")]
    likes = liked([Taught(events)], EDITION)
    assert likes.unknown == 1
    assert likes.of.indices.tolist() == [2]


def test_the_same_lessons_give_the_same_model() -> None:
    one, two = taught(), taught()
    assert (one.ids, one.share, one.neighbors.tolist()) == (two.ids, two.share, two.neighbors.tolist())
    assert one.alike.tolist() == two.alike.tolist()


def test_neighbors_are_the_strongest_first_within_bounds() -> None:
    likes = liked(shoppers(100), EDITION)
    for at, (items, values) in enumerate(neighbors(likes.of, 100)):
        assert at not in items
        assert np.all(np.abs(values) <= 1)
        assert np.all(np.diff(np.abs(values)) <= 0)


def answering(count: int, seed: int = 0) -> list[Taught]:
    """The two groups, who answer at random and like nothing by their answers: half of it before, half after."""
    random = np.random.default_rng(seed)
    found = []
    for at in range(count):
        items = [f"item-{each:02}" for each in random.choice(SHELVES[at % 2], 8, replace=False)]
        listed = Listed("world", {"climate": str(random.choice(["cold", "mild"]))}, items[:2], days=1)
        events = [Past(item=each, kind="like", days=2.0 * (place < 4)) for place, each in enumerate(items)]
        found.append(Taught(events, [listed]))
    return found


def test_people_who_like_by_their_past_and_not_by_their_answers_teach_that_a_like_weighs_more() -> None:
    lessons = learn(WARM, answering(400))
    assert lessons.answered > FEWEST
    assert lessons.trusted.low > 0
    assert lessons.model is not None
    assert lessons.model.trust == 1.0


def test_what_was_liked_after_the_list_is_what_is_to_be_found() -> None:
    likes = liked(answering(3), WARM)
    assert likes.of.nnz == 24
    assert np.count_nonzero(likes.early) == 12


def test_a_model_that_is_surely_worse_than_the_served_one_is_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    served = replace(EDITION, learned=taught())
    people = shoppers(400, seed=1)
    assert learn(served, people).model is not None
    monkeypatch.setattr(together, "NEIGHBORS", 4)
    assert learn(EDITION, people).model is not None
    lessons = learn(served, people)
    assert lessons.model is None
    assert lessons.why == "it is surely worse than what is served"


# Artifacts ----------------------------------------------------------------------------------------


def test_a_model_is_read_as_it_was_written(tmp_path: Path) -> None:
    model = replace(taught(), trust=0.25, kappa=0.5, weights={"warmth": 1.5}, appeal=np.linspace(-1, 1, len(ROWS)))
    write(tmp_path / "world.npz", model)
    again = read(tmp_path / "world.npz", "world")
    for name in ("quiz", "ids", "share", "slope", "trust", "kappa", "weights"):
        assert getattr(again, name) == getattr(model, name)
    assert np.allclose(again.appeal, model.appeal, atol=1e-7)
    assert again.likes.tolist() == model.likes.tolist()
    assert again.neighbors.tolist() == model.neighbors.tolist()
    assert np.allclose(again.alike, model.alike, atol=1e-7)


def test_a_damaged_model_is_refused_or_read_as_it_was(tmp_path: Path) -> None:
    """Some bytes of a file are read by nobody; whatever is read is guarded."""
    path, model = tmp_path / "world.npz", taught()
    write(path, model)
    whole, refused = path.read_bytes(), 0
    for at in range(0, len(whole), 37):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            assert read(path, "world").alike.tolist() == model.alike.astype(np.float32).tolist()
        except Unreadable:
            refused += 1
    assert refused > len(whole) / 37 / 2
    for length in (0, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(Unreadable):
            read(path, "world")


class Trap:
    """What a pickle could run."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """Fail when it is loaded."""
        return pytest.fail, ("a pickle was loaded",)


def test_a_foreign_file_is_refused_and_nothing_in_it_is_run(tmp_path: Path) -> None:
    path = tmp_path / "world.npz"
    np.savez(path, form=np.array([Trap()], dtype=object))
    with pytest.raises(Unreadable, match="damaged or no model"):
        read(path, "world")
    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(Unreadable, match="damaged or no model"):
        read(path, "world")
    write(path, nothing_learned("coats", ["a"]))
    with pytest.raises(Unreadable, match="learned for the quiz 'coats'"):
        read(path, "world")
    np.savez(path, form=np.array("quizbot-model-0"))
    with pytest.raises(Unreadable, match="it says 'quizbot-model-0'"):
        read(path, "world")


def shop(folder: Path, told: list[str]) -> Shop:
    """A shop with models in a folder."""
    return Shop(Library({"world": EDITION}, Site(), folder), models=Models(folder / "models", told.append))


def likeness(served: Shop) -> list[str]:
    """What the served edition shows who likes item 7."""
    edition = served.edition("world")
    assert edition is not None
    return first(edition, "item-07", 15)


def test_a_shop_takes_up_a_model_keeps_it_when_a_damaged_one_comes_and_goes_back(tmp_path: Path) -> None:
    told: list[str] = []
    served = shop(tmp_path, told)
    plain = likeness(served)
    models = Models(tmp_path / "models")
    models.publish(taught())
    learned_from = likeness(served)
    assert learned_from != plain
    assert served.edition("world") is served.edition("world")
    models.path("world").write_bytes(b"PK nonsense")
    assert likeness(served) == learned_from
    assert likeness(served) == learned_from
    assert len(told) == 1
    assert "is not used: it is damaged or no model; learn again or go back" in told[0]
    assert models.roll_back("world")
    assert likeness(served) == plain
    assert not models.roll_back("world")


def test_going_back_restores_the_model_before(tmp_path: Path) -> None:
    models = Models(tmp_path)
    model = taught()
    models.publish(model)
    models.publish(replace(model, share=0.125))
    assert read(models.path("world"), "world").share == 0.125
    assert models.roll_back("world")
    assert read(models.path("world"), "world").share == model.share


def test_a_stale_model_only_means_less_history() -> None:
    """Items that the catalog no longer has, and items that are new to the model."""
    model = taught()
    stale = replace(model, ids=tuple(f"old-{each}" if at < 20 else each for at, each in enumerate(model.ids)))
    made = replace(EDITION, learned=stale)
    assert first(made, "item-03", 40) == first(EDITION, "item-03", 40)
    assert {int(each[-2:]) % 2 for each in first(made, "item-31", 8)} == {1}


# The command --------------------------------------------------------------------------------------


def run(folder: Path, *arguments: str) -> str:
    """What the command says, with its data in a folder."""
    result = CliRunner().invoke(main, ["learn", *arguments], env={"QUIZBOT_DATABASE": str(folder / "quizbot.db")})
    assert result.exit_code == 0, result.output
    return result.output


def events_file(path: Path, ids: Sequence[str]) -> Path:
    """Two groups, one for each half of some items."""
    random = np.random.default_rng(0)
    half = len(ids) // 2
    with path.open("w", encoding="utf-8") as file:
        for person in range(800):
            group = ids[:half] if person % 2 else ids[half:]
            for item in random.choice(group, min(6, half), replace=False):
                file.write(json.dumps({"person": person, "item": str(item), "kind": "like", "days": 3}) + "\n")
    return path


def test_the_command_learns_from_a_file_publishes_and_goes_back(tmp_path: Path, coats: list[str]) -> None:
    file = str(events_file(tmp_path / "events.jsonl", coats))
    dry = run(tmp_path, "--quiz", "winter-coat", "--events", file, "--dry-run")
    assert re.match(r"winter-coat: 4800 likes of products, judged on those of \d+ people\n", dry)
    assert "gain" in dry
    assert "95 %" in dry
    assert not (tmp_path / "models").exists()
    done = run(tmp_path, "--quiz", "winter-coat", "--events", file)
    assert "published in" in done
    assert read(tmp_path / "models" / "winter-coat.npz", "winter-coat").share > 0
    assert "winter-coat: went back" in run(tmp_path, "--quiz", "winter-coat", "--rollback")
    assert "winter-coat: there is no model" in run(tmp_path, "--quiz", "winter-coat", "--rollback")


def test_the_command_learns_from_nobody_where_nobody_agreed(tmp_path: Path) -> None:
    said = run(tmp_path, "--quiz", "winter-coat")
    assert "not learned from likes: only 0 people" in said
    assert "not learned from lists: what was chosen is worth that of 0 equal people" in said
    assert "nothing is published" in said


def test_a_broken_line_of_events_is_told_with_its_number(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_text('{"person": 1, "item": "a"}\n{"item": "b"}\n', encoding="utf-8")
    result = CliRunner().invoke(main, ["learn", "--events", str(tmp_path / "events.jsonl")])
    assert result.exit_code == 1
    assert "events.jsonl:2: no event and no list" in result.output


@pytest.fixture
def coats() -> list[str]:
    """The ids of the example's products."""
    return list(load(bundled("quizzes")).editions["winter-coat"].catalog.ids)
