"""What the holder of a token may do, and what of a conversation is kept."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from quizbot.advice.turn import ItemCard, Turn
from quizbot.consent import Asked, NotGranted, Purpose
from quizbot.content.edition import Edition
from quizbot.content.quiz import Gift
from quizbot.memory import First, Memory, is_gift, kept_list, kept_response, open_memory
from quizbot.settings import read_settings
from quizbot.shop import Shop
from quizbot.store import secret
from quizbot.store.protocol import Conflict, Message, Seen, Unavailable, Unknown
from quizbot.store.secret import kept_secret
from tests.people import NOTICE, NOW, event, response


@dataclass
class Clock:
    """A clock that is set."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        """The time that was set."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(tmp_path: Path, clock: Clock) -> Iterator[Memory]:
    made = open_memory(read_settings({"QUIZBOT_DATABASE": str(tmp_path / "quizbot.db")}), clock)
    yield made
    made.store.close()


def asked(*purposes: Purpose) -> Asked:
    return Asked(purposes=frozenset(purposes))


def opt_in(memory: Memory, *purposes: Purpose, key: str = "", payload: Any = None) -> tuple[str, dict[str, Any]]:
    return memory.opt_in(
        key or str(uuid4()), asked(*purposes), NOTICE, payload, lambda at: First(response=response(at=at))
    )


def test_an_opt_in_can_be_sent_again_and_nothing_else_under_its_key(memory: Memory, clock: Clock) -> None:
    key = str(uuid4())
    first = opt_in(memory, "remember", key=key, payload={"a": 1})
    clock.now += timedelta(seconds=3)
    assert opt_in(memory, "remember", key=key, payload={"a": 1}) == first
    with pytest.raises(Conflict):
        opt_in(memory, "remember", key=key, payload={"a": 2})
    token, receipt = first
    assert token not in str(memory.export(token)) + str(receipt)


def test_a_key_that_might_be_guessed_is_good_for_trying_again_at_once_and_for_nothing_later(
    memory: Memory, clock: Clock
) -> None:
    first = opt_in(memory, "remember", key="1")
    clock.now += timedelta(seconds=20)
    assert opt_in(memory, "remember", key="1") == first
    clock.now += timedelta(seconds=20)
    with pytest.raises(Conflict, match="take 22 random characters"):
        opt_in(memory, "remember", key="1")


def test_purposes_are_given_changed_and_withdrawn(memory: Memory, clock: Clock) -> None:
    token, _ = opt_in(memory, "remember")
    assert [each.quiz for each in memory.responses(token)] == ["tea"]
    with pytest.raises(NotGranted, match="history"):
        memory.append_events(token, [event()], "k")
    clock.now += timedelta(days=1)
    receipt = memory.set_purposes(token, asked("history"), NOTICE)
    assert (receipt["state"], [each["purpose"] for each in receipt["purposes"]]) == ("changed", ["history"])
    memory.append_events(token, [event()], "k")
    with pytest.raises(NotGranted, match="remember"):
        memory.responses(token)
    assert memory.set_purposes(token, asked(), NOTICE)["state"] == "withdrawn"
    with pytest.raises(NotGranted):
        memory.events(token)
    held = memory.export(token)
    assert [each["act"] for each in held["consents"]] == ["given", "changed", "withdrawn"]
    assert held["responses"] == held["events"] == held["requests"] == []
    memory.erase(token)
    with pytest.raises(Unknown):
        memory.consent(token)


def test_a_purpose_ends_on_its_day_even_when_nobody_sweeps(memory: Memory, clock: Clock) -> None:
    token, _ = opt_in(memory, "history")
    clock.now += timedelta(days=180)
    with pytest.raises(NotGranted, match="history"):
        memory.append_events(token, [event()], "k")


@pytest.mark.parametrize("bad", ["", "x", "0" * 64, "ü" * 64, "\ud800", "a" * 1_000_000, "\x00", "' OR 1=1 --"])
def test_every_bad_token_is_unknown_by_one_way(memory: Memory, bad: str) -> None:
    token, _ = opt_in(memory, "remember", "history")
    before = memory.export(token)
    for each in (bad, token.upper(), token[:-1], f" {token}"):
        for use in (memory.consent, memory.grant, memory.export, memory.responses, memory.events, memory.erase):
            with pytest.raises(Unknown):
                use(each)
        with pytest.raises(Unknown):
            memory.append_events(each, [event()], "k")
        with pytest.raises(Unknown):
            memory.set_purposes(each, asked("history"), NOTICE)
    assert memory.export(token) == before


def test_a_token_of_another_shop_is_unknown(memory: Memory, tmp_path: Path) -> None:
    token, _ = opt_in(memory, "remember")
    other = open_memory(read_settings({"QUIZBOT_DATABASE": str(tmp_path / "other" / "quizbot.db")}))
    theirs, _ = opt_in(other, "remember")
    for shop, foreign in ((memory, theirs), (other, token)):
        with pytest.raises(Unknown):
            shop.consent(foreign)
    other.store.close()


# The secret ---------------------------------------------------------------------------------------


def test_a_secret_that_is_not_set_is_made_with_the_first_opt_in_and_kept(memory: Memory, tmp_path: Path) -> None:
    with pytest.raises(Unknown):
        memory.consent("x")
    assert list(tmp_path.iterdir()) == []
    key = str(uuid4())
    token, _ = opt_in(memory, "remember", key=key)
    path = tmp_path / "quizbot.secret"
    assert len(path.read_text()) == 43
    assert path.stat().st_mode & 0o777 == 0o600
    again = open_memory(read_settings({"QUIZBOT_DATABASE": str(tmp_path / "quizbot.db")}))
    assert opt_in(again, "remember", key=key)[0] == token
    again.store.close()


def test_the_secret_of_the_settings_is_used_and_none_is_made(tmp_path: Path) -> None:
    said = {"QUIZBOT_DATABASE": str(tmp_path / "quizbot.db"), "QUIZBOT_SECRET_KEY": "s" * 32}
    made = open_memory(read_settings(said))
    opt_in(made, "remember")
    assert not (tmp_path / "quizbot.secret").exists()
    made.store.close()


def test_many_workers_make_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: kept_secret(tmp_path / "secret"), range(64)))
    assert len(found) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["secret"]


def test_a_secret_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    for path in (tmp_path / "empty", tmp_path, tmp_path / "empty" / "below"):
        with pytest.raises(Unavailable, match="set QUIZBOT_SECRET_KEY"):
            secret.kept_secret(path)


# What of a conversation is kept -------------------------------------------------------------------

CARD = ItemCard(id="assam", title="Assam", price=4.5)


def edition(tea_shop: Shop, **change: Any) -> Edition:
    """The tea quiz with some of its questions or all of it changed."""
    found = tea_shop.edition("tea")
    assert found
    gift = change.pop("gift", False)
    questions = tuple(
        each.model_copy(update={change[each.id]: "health" if change[each.id] == "sensitive" else True})
        if each.id in change
        else each
        for each in found.quiz.questions
    )
    return replace(found, quiz=found.quiz.model_copy(update={"questions": questions, "gift": gift}))


def answers(tea_shop: Shop) -> tuple[str, str, dict[str, Any]]:
    """Two questions of the tea quiz and an answer to each."""
    found = tea_shop.edition("tea")
    assert found
    first, second = (each for each in found.quiz.questions if each.type in {"number", "scale"})
    return first.id, second.id, {first.id: 3, second.id: 4}


def test_answers_are_kept_with_what_they_led_to(tea_shop: Shop) -> None:
    _, _, given = answers(tea_shop)
    turn = Turn.model_validate({"answers": {**given, "unknown": 1}, "refine": [{"column": "price", "max": 9}]})
    kept = kept_response(edition(tea_shop), turn, [CARD], NOW)
    assert kept
    assert (kept.answers, kept.sensitive, kept.refine) == (given, {}, [{"column": "price", "max": 9.0}])
    assert kept.shown == [Seen(item="assam", price=4.5)]
    assert kept_response(edition(tea_shop), Turn(), [CARD], NOW) is None


def test_sensitive_answers_stand_apart_and_surveys_are_for_learning_alone(tea_shop: Shop) -> None:
    first, second, given = answers(tea_shop)
    made, turn = edition(tea_shop, **{first: "sensitive", second: "ask_after"}), Turn(answers=given)
    kept = kept_response(made, turn, [CARD], NOW)
    assert kept
    assert (kept.answers, kept.sensitive) == ({}, {first: 3})
    learned = kept_list(made, turn, [CARD], "name", NOW)
    assert learned
    assert (learned.answers, learned.sensitive, learned.items) == ({second: 4}, {first: 3}, ["assam"])


def test_a_gift_leaves_nothing(tea_shop: Shop) -> None:
    first, _, given = answers(tea_shop)
    turn = Turn(answers=given)
    made = edition(tea_shop, gift=True)
    assert kept_response(made, turn, [CARD], NOW) is None
    assert kept_list(made, turn, [CARD], "name", NOW) is None
    asked_who = edition(tea_shop, gift=Gift(question="recipient", option="someone-else"))
    for answer, is_one in (("someone-else", True), (["me", "someone-else"], True), ("me", False), (None, False)):
        assert is_gift(asked_who.quiz, {"recipient": answer, first: 3}) is is_one


def test_an_address_is_kept_only_to_send_to_it(memory: Memory) -> None:
    mail = Message(id="m", purpose="email", kind="mail", payload={"to": "a@b.example"}, due=NOW)
    token, _ = memory.opt_in(str(uuid4()), asked("email"), NOTICE, None, lambda _: First(message=mail))
    other, _ = memory.opt_in(str(uuid4()), asked("remember"), NOTICE, None, lambda _: First(message=mail))
    assert "a@b.example" in str(memory.export(token))
    assert "a@b.example" not in str(memory.export(other))
