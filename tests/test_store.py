"""The store's contract, on every engine: who agreed to what decides which rows there are, and nothing else does."""

import inspect
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizbot import consent
from quizbot.consent import PURPOSES, Asked, Grant, NotGranted, Purpose
from quizbot.store.copies import KEYS
from quizbot.store.protocol import Agreement, Conflict, Store, Unknown
from quizbot.store.records import Records
from quizbot.store.tables import IMPERSONAL, PERSONAL
from tests.people import NOTICE, NOW, changed, event, mail, opted, response, shown, somebody


def rows(store: Records, grant: Grant) -> dict[str, int]:
    """How many rows of a person each table has."""
    with store.engine.reading() as session:
        return {
            each.name: len(session.rows(f"SELECT 1 FROM {each.name} WHERE subject = ?", grant.subject))
            for each in PERSONAL
        }


def write_all(store: Records, grant: Grant) -> None:
    """Try every write; what is not agreed to is refused."""
    for write in (
        lambda: store.save_response(grant, response()),
        lambda: store.append_events(grant, [event()], "a"),
        lambda: store.save_shown(grant, shown()),
        lambda: store.queue(grant, mail()),
    ):
        with suppress(NotGranted):
            write()


def allowed(purposes: frozenset[Purpose]) -> dict[str, int]:
    """The rows that purposes allow after `write_all`."""
    return {
        "responses": "remember" in purposes,
        "events": "history" in purposes,
        "outcomes": "improve" in purposes,
        "shown": "improve" in purposes,
        "requests": bool(purposes & {"history", "improve"}),
        "outbox": "email" in purposes,
    }


some_purposes = st.frozensets(st.sampled_from(PURPOSES))


@given(some_purposes.filter(bool), some_purposes)
def test_only_granted_purposes_leave_rows(
    store: Records, first: frozenset[Purpose], second: frozenset[Purpose]
) -> None:
    """All 16 combinations, given at the opt-in and changed to."""
    grant = somebody(store, *first)
    write_all(store, grant)
    assert rows(store, grant) == {"subjects": 1, "consents": 1} | allowed(first)
    changed(store, grant, *second)
    left = allowed(first & second) | {"requests": allowed(first)["requests"] and allowed(second)["requests"]}
    assert rows(store, grant) == {"subjects": 1, "consents": 2} | left


def test_an_opt_in_keeps_what_came_with_it_as_far_as_it_is_agreed_to(store: Records) -> None:
    everything = opted("a" * 64, "remember", "email", response=response(), message=mail())
    store.opt_in(consent.grant(everything.consent, NOW), everything)
    nothing = opted("b" * 64, "improve", response=response(), message=mail())
    store.opt_in(consent.grant(nothing.consent, NOW), nothing)
    kept = [rows(store, consent.grant(each.consent, NOW)) for each in (everything, nothing)]
    assert [(each["responses"], each["outbox"]) for each in kept] == [(1, 1), (0, 0)]


def test_what_was_kept_comes_back(store: Records) -> None:
    grant = somebody(store, *PURPOSES, sensitive=True)
    store.save_response(grant, response(answers={"taste": "mild", "words": "\x00 ü \ud800"}))
    store.save_response(grant, response(quiz="cake", at=NOW + timedelta(days=1)))
    assert store.responses(grant) == (
        response(quiz="cake", at=NOW + timedelta(days=1)),
        response(answers={"taste": "mild", "words": "\x00 ü \ud800"}),
    )
    events = [event(id="1"), event("mint", "purchase", at=NOW - timedelta(days=1), id="2", position=3)]
    assert store.append_events(grant, events, "k") == ("1", "2")
    assert store.events(grant) == tuple(reversed(events))


def test_sensitive_answers_need_a_tick_of_their_own(store: Records) -> None:
    without, ticked = somebody(store, "remember", "improve"), somebody(store, "remember", "improve", sensitive=True)
    for each in (without, ticked):
        store.save_response(each, response())
        store.save_shown(each, shown())
    assert store.responses(without)[0].sensitive is None
    assert store.responses(ticked)[0].sensitive == {"skin": "dry"}
    assert "dry" not in str(store.export(without.subject))
    changed(store, ticked, "remember", "improve")
    assert "dry" not in str(store.export(ticked.subject))


def test_a_withdrawal_acts_on_a_grant_that_was_made_before_it(store: Records) -> None:
    """Another process withdraws while a request is under way: the write reads the consent again."""
    old = somebody(store, "remember", "history")
    changed(store, old, "remember")
    with pytest.raises(NotGranted, match="history"):
        store.append_events(old, [event()], "k")
    with pytest.raises(NotGranted, match="history"):
        store.events(old)
    store.erase(old.subject, NOW)
    with pytest.raises(Unknown):
        store.save_response(old, response())


def test_what_is_to_be_kept_must_still_hold_when_something_is_added(store: Records) -> None:
    """Another process withdraws `remember` while this one adds `history` to what it had read."""
    person = somebody(store, "remember")
    wanted = Asked(purposes=frozenset({"remember", "history"}), kept=frozenset({"remember"}))
    agreed = consent.agree(person.subject, wanted, NOTICE, NOW, store.consent(person.subject))
    changed(store, person, "improve")
    agreement = Agreement(consent=agreed, notice=NOTICE, receipt={}, kept=frozenset({"remember"}))
    with pytest.raises(Conflict, match="has changed meanwhile"):
        store.change(consent.grant(agreed, NOW), agreement)
    assert store.consent(person.subject).purposes.keys() == {"improve"}


def test_the_same_opt_in_again_gives_the_same_receipt_and_another_is_a_conflict(store: Records) -> None:
    first = opted("c" * 64, "remember", payload=1)
    again = opted("c" * 64, "remember", payload=1, at=NOW + timedelta(seconds=9))
    grant = consent.grant(first.consent, NOW)
    assert store.opt_in(grant, first) == store.opt_in(grant, again) == first.receipt
    with pytest.raises(Conflict, match="another opt-in"):
        store.opt_in(grant, opted("c" * 64, "history", payload=2))
    store.erase("c" * 64, NOW)
    with pytest.raises(Conflict, match="erased"):
        store.opt_in(grant, first)


def test_events_are_written_once_for_each_key(store: Records) -> None:
    grant = somebody(store, "history")
    ids = store.append_events(grant, [event(), event("mint")], "k")
    assert store.append_events(grant, [event(at=NOW + timedelta(1)), event("mint")], "k") == ids
    with pytest.raises(Conflict, match="another request"):
        store.append_events(grant, [event("mint")], "k")
    assert len(set(ids)) == len(store.events(grant)) == 2
    assert store.append_events(grant, [event()], "l") != ids[:1]
    assert len(store.events(grant)) == 3


def test_a_hundred_retries_twenty_at_a_time_make_one_row(store: Records) -> None:
    grant = somebody(store, "history")
    opt_in = opted("d" * 64, "remember", payload="same")
    with ThreadPoolExecutor(20) as pool:
        told = list(pool.map(lambda _: store.append_events(grant, [event()], "k"), range(100)))
        made = list(pool.map(lambda _: store.opt_in(consent.grant(opt_in.consent, NOW), opt_in), range(100)))
    assert told == [told[0]] * 100
    assert made == [opt_in.receipt] * 100
    assert len(store.events(grant)) == 1
    assert rows(store, consent.grant(opt_in.consent, NOW))["consents"] == 1


def test_one_event_can_be_forgotten_and_a_retry_does_not_bring_it_back(store: Records) -> None:
    grant = somebody(store, "history", "improve")
    first, second = store.append_events(grant, [event(), event("mint")], "k")
    assert store.forget_event(grant, first)
    assert not store.forget_event(grant, first)
    store.append_events(grant, [event(), event("mint")], "k")
    assert [each.id for each in store.events(grant)] == [second]
    assert rows(store, grant)["outcomes"] == 1


def test_erasing_leaves_no_row_and_others_keep_theirs(store: Records) -> None:
    gone, stays = somebody(store, *PURPOSES), somebody(store, *PURPOSES)
    for each in (gone, stays):
        write_all(store, each)
    before = rows(store, stays)
    store.erase(gone.subject, NOW)
    assert set(rows(store, gone).values()) == {0}
    assert rows(store, stays) == before
    for method in (store.consent, store.export):
        with pytest.raises(Unknown):
            method(gone.subject)
    with pytest.raises(Unknown):
        store.erase(gone.subject, NOW)


def test_an_export_holds_every_personal_table_and_the_text_that_was_agreed_to(store: Records) -> None:
    grant = somebody(store, *PURPOSES)
    write_all(store, grant)
    found = store.export(grant.subject)
    assert found.keys() == {each.name for each in PERSONAL} | {"notices"}
    assert all(found.values())
    assert found["responses"][0]["answers"] == {"taste": "malty"}
    (text,) = found["notices"].values()
    assert text["controller"]["name"] == "Tea"
    assert found["consents"][0]["receipt"]["subject"] == grant.subject


def test_what_may_be_learned_comes_only_from_those_who_agreed(fresh: Records) -> None:
    made = fresh
    assert list(made.lessons(NOW)) == []
    for purposes in (["remember", "history"], ["improve"], list(PURPOSES)):
        write_all(made, somebody(made, *purposes))
    found = sorted(
        (len(each.events), len(each.outcomes), len(each.shown), len(each.responses)) for each in made.lessons(NOW)
    )
    assert found == [(0, 1, 1, 0), (1, 1, 1, 1)]
    assert list(made.lessons(NOW + timedelta(days=731))) == []


def test_what_was_kept_long_enough_is_swept_and_purposes_end(fresh: Records) -> None:
    made = fresh
    assert made.sweep(NOW) == {}
    assert not made.engine.exists()
    grant = somebody(made, *PURPOSES)
    write_all(made, grant)
    assert sum(made.sweep(NOW + timedelta(days=6)).values()) == 0
    kept = {}
    for day in (7, 30, 180, 365, 730, 759, 760):
        made.sweep(NOW + timedelta(days=day))
        kept[day] = {name for name, count in rows(made, grant).items() if count} - {"subjects", "consents"}
    everything = {"responses", "events", "outcomes", "shown", "outbox"}
    assert kept == {
        7: everything,
        30: everything - {"outbox"},
        180: everything - {"outbox", "events"},
        365: {"outcomes", "shown"},
        730: set(),
        759: set(),
        760: set(),
    }
    with pytest.raises(Unknown):
        made.consent(grant.subject)


def test_messages_wait_until_they_are_due_and_leave_with_their_purpose(store: Records) -> None:
    grant = somebody(store, "email", "history")
    now, later = mail(), mail(due=NOW + timedelta(hours=1))
    for each in (now, later, replace(now, payload={"another": 1})):
        store.queue(grant, each)
    mine = [each for subject, each in store.due(NOW, 1000) if subject == grant.subject]
    assert mine == [now]
    store.settle(grant.subject, now.id, NOW)
    assert rows(store, grant)["outbox"] == 1
    changed(store, grant, "history")
    assert rows(store, grant)["outbox"] == 0


# What the code itself must hold -------------------------------------------------------------------

OF_THE_ENGINE = {"_sqlite_migrations", "sqlite_sequence", "migrations"}
REMOVE_ONLY = {"erase", "settle", "sweep", "close", "migrate", "restore"}
READ_ONLY = {"consent", "responses", "events", "export", "due", "lessons", "pending", "backup"}


def methods(kind: type) -> dict[str, Any]:
    return {name: each for name, each in vars(kind).items() if inspect.isfunction(each) and not name.startswith("_")}


def test_every_write_about_a_person_takes_a_grant_first() -> None:
    promised = methods(Store)
    assert methods(Records).keys() == promised.keys()
    for name, method in promised.items():
        first = [each for each in inspect.signature(method).parameters if each != "self"][:1]
        if name not in REMOVE_ONLY | READ_ONLY:
            assert get_type_hints(method)[first[0]] is Grant, name
        assert (method.__doc__ or "").count(".") >= 1, name
        assert "\n" not in (method.__doc__ or ""), f"{name} promises one thing"
        assert methods(Records)[name].__doc__ == method.__doc__, name


def test_every_table_of_the_database_is_registered_with_its_columns(store: Records) -> None:
    """A table that export, erasure and retention do not know of must not exist."""
    write_all(store, somebody(store, *PURPOSES))
    with store.engine.reading() as session:
        assert session.tables() - OF_THE_ENGINE == set(KEYS) == {each.name for each in PERSONAL} | set(IMPERSONAL)
        for table in PERSONAL:
            row = session.rows(f"SELECT * FROM {table.name} LIMIT 1")
            assert not row or list(row[0]) == list(table.columns)
            assert KEYS[table.name] == table.key
            assert table.key[0] == "subject"
            assert table.kept
