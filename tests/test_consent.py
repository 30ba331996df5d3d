"""Consent is a value: what was agreed to, under which text, until when; a Grant is made in one place alone."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizbot import consent
from quizbot.consent import PURPOSES, Agreed, Asked, Grant, NotGranted, Purpose
from quizbot.content import site as content_site
from quizbot.content.notice import notice
from quizbot.content.problems import Refused
from quizbot.content.site import Notice, ShopDetails, Site
from tests.people import KEY, NOTICE, NOW, SECRET, SUBJECT

some_purposes = st.frozensets(st.sampled_from(PURPOSES))


def test_the_purposes_of_consent_are_those_a_site_may_name() -> None:
    assert get_args(content_site.Purpose) == PURPOSES


def test_a_token_is_256_bits_and_the_same_for_the_same_opt_in() -> None:
    made = consent.token(SECRET, KEY)
    assert len(bytes.fromhex(made)) == 32
    assert made == consent.token(SECRET, KEY)
    assert len({made, consent.token("another", KEY), consent.token(SECRET, KEY + "1")}) == 3


@pytest.mark.parametrize("key", ["", "k" * 129, "ü" * 30, "k" * 30 + "\n", "k" * 30 + "\x00"])
def test_what_is_no_key_makes_no_token(key: str) -> None:
    with pytest.raises(ValueError, match="22 to 128 random ASCII characters"):
        consent.token(SECRET, key)


@given(st.text(alphabet=st.characters(codec=None), max_size=50))
def test_every_text_has_a_digest_so_that_all_bad_tokens_go_one_way(text: str) -> None:
    assert len(consent.subject(text)) == 64


def test_nobody_else_makes_a_grant() -> None:
    with pytest.raises(TypeError, match="a Grant is made by"):
        Grant(SUBJECT, NOW, {"remember": Agreed(retention_days=1, until=NOW)}, sensitive=True, seal=object())


@given(some_purposes.filter(bool), st.booleans())
def test_a_grant_allows_exactly_what_was_ticked(purposes: frozenset[Purpose], sensitive: bool) -> None:
    agreed = consent.agree(SUBJECT, Asked(purposes=purposes, sensitive=sensitive), NOTICE, NOW)
    grant = consent.grant(agreed, NOW)
    assert grant.purposes.keys() == purposes
    assert grant.sensitive is sensitive
    for each in PURPOSES:
        if each in purposes:
            assert grant.require(each).retention_days == NOTICE.purposes[each].retention_days
        else:
            with pytest.raises(NotGranted, match=each):
                grant.require(each)


@given(some_purposes.filter(bool), st.integers(0, 1000))
def test_a_purpose_ends_by_itself_when_its_days_are_over(purposes: frozenset[Purpose], days: int) -> None:
    agreed = consent.agree(SUBJECT, Asked(purposes=purposes), NOTICE, NOW)
    later = NOW + timedelta(days=days)
    left = {each for each in purposes if NOTICE.purposes[each].retention_days > days}
    assert consent.grant(agreed, later).purposes.keys() == left
    ended = consent.expired(agreed, later)
    assert (ended is None) == (left == purposes)
    if ended:
        assert (ended.act, set(ended.purposes), ended.at) == ("expired", left, later)
        assert all(ended.purposes[each].until == agreed.purposes[each].until for each in left)


def test_an_opt_in_needs_a_purpose_that_the_notice_speaks_of() -> None:
    with pytest.raises(ValueError, match="no purpose was chosen; choose from remember, history, improve, email"):
        consent.agree(SUBJECT, Asked(purposes=frozenset()), NOTICE, NOW)
    only = notice(Site(notice=Notice.model_validate({"purposes": {"remember": None}})), "en")
    with pytest.raises(ValueError, match="unknown purpose 'history'; choose from remember"):
        consent.agree(SUBJECT, Asked(purposes=frozenset({"history"})), only, NOW)


def test_withdrawing_everything_is_a_consent_without_purposes() -> None:
    before = consent.agree(SUBJECT, Asked(purposes=frozenset({"remember"}), sensitive=True), NOTICE, NOW)
    after = consent.agree(SUBJECT, Asked(purposes=frozenset(), sensitive=True), NOTICE, NOW, before)
    assert (after.act, after.purposes, after.sensitive) == ("withdrawn", {}, False)
    assert consent.grant(after, NOW).purposes == {}
    assert after.due == NOW + timedelta(days=30)


def test_what_is_kept_holds_under_its_own_text_and_the_receipt_names_it() -> None:
    first = consent.agree(SUBJECT, Asked(purposes=frozenset({"remember"})), NOTICE, NOW)
    other = replace(NOTICE, revision="2")
    wanted = Asked(purposes=frozenset({"remember", "history"}), kept=frozenset({"remember", "improve"}))
    second = consent.agree(SUBJECT, wanted, other, NOW + timedelta(days=9), first)
    assert second.purposes["remember"] == first.purposes["remember"]
    assert second.purposes["history"].notice == other.sha256
    remember, history = consent.receipt(second, other)["purposes"]
    assert remember["notice"] == {"revision": NOTICE.revision, "sha256": NOTICE.sha256}
    assert "text" not in remember
    assert history["text"] == other.purposes["history"].text
    assert consent.grant(second, NOW).purposes["remember"].revision == NOTICE.revision


def test_an_entry_from_before_purposes_had_their_own_text_has_that_of_the_entry() -> None:
    until = NOW + timedelta(days=1)
    old = consent.agree(SUBJECT, Asked(purposes=frozenset({"remember"})), NOTICE, NOW)
    old = old.model_copy(update={"purposes": {"remember": Agreed(retention_days=1, until=until)}})
    assert consent.grant(old, NOW).purposes["remember"] == Agreed(
        retention_days=1, until=until, revision=NOTICE.revision, notice=NOTICE.sha256
    )


def test_a_receipt_says_all_that_was_agreed_and_nothing_of_the_device() -> None:
    asked = Asked(purposes=frozenset({"remember", "email"}), mechanism="form", signals=("Sec-GPC",))
    receipt = consent.receipt(consent.agree(SUBJECT, asked, NOTICE, NOW), NOTICE)
    assert receipt["subject"] == SUBJECT
    assert receipt["controller"] == {
        "name": "Tea",
        "contact": "privacy@tea.example",
        "privacy": "https://tea.example/privacy",
    }
    assert receipt["notice"] == {"revision": "1", "sha256": NOTICE.sha256, "language": "en"}
    assert [(each["purpose"], each["retention_days"]) for each in receipt["purposes"]] == [
        ("remember", 365),
        ("email", 30),
    ]
    assert receipt["purposes"][1]["until"] == "2026-12-31T12:00:00+00:00"
    assert (receipt["time"], receipt["language"]) == ("2026-12-01T12:00:00+00:00", "en")
    assert (receipt["state"], receipt["mechanism"], receipt["signals"]) == ("given", "form", ["Sec-GPC"])
    assert receipt["withdraw"]["page"] == "/my-data"
    assert len(receipt["record_id"]) == 32
    assert not {"ip", "address", "user_agent"} & receipt.keys()


def test_a_fingerprint_tells_payloads_apart_and_means_nothing_without_the_key() -> None:
    assert consent.fingerprint("a", {"x": 1, "y": 2}) == consent.fingerprint("a", {"y": 2, "x": 1})
    assert len({consent.fingerprint(key, {"x": value}) for key in "ab" for value in (1, 2)}) == 4


# The notice ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_notice_names_controller_purposes_days_recipients_rights_and_profiling(language: str) -> None:
    found = notice(Site(shop=ShopDetails(name="Tea", contact="privacy@tea.example")), language)
    assert found.language == language
    assert {name: each.retention_days for name, each in found.purposes.items()} == {
        "remember": 365,
        "history": 180,
        "improve": 730,
        "email": 30,
    }
    assert all(each.title and each.text for each in found.purposes.values())
    assert found.statements.keys() == set(get_args(content_site.Statement))
    assert found.statements["controller"].startswith("Tea ")
    assert "privacy@tea.example" in found.statements["contact"]


def test_a_shop_may_say_it_in_its_own_words_language_by_language() -> None:
    own = {
        "purposes": {"remember": {"title": {"de": "Merk dir das"}, "text": {"en": "Kept."}}},
        "statements": {"recipients": {"en": "Nobody else."}},
    }
    shop = Site(notice=Notice.model_validate(own))
    english, german = notice(shop, "en-GB"), notice(shop, "de")
    assert (english.purposes["remember"].title, english.purposes["remember"].text) == ("Remember my answers", "Kept.")
    assert german.purposes["remember"].title == "Merk dir das"
    assert english.statements["recipients"] == "Nobody else."
    assert german.statements["recipients"] != "Nobody else."


def test_any_other_word_retention_or_revision_is_another_notice() -> None:
    said: list[dict[str, object]] = [
        {},
        {"revision": "2"},
        {"purposes": {"remember": {"retention_days": "7"}}},
        {"statements": {"rights": {"en": "All."}}},
    ]
    stamps = {notice(Site(notice=Notice.model_validate(each)), "en").sha256 for each in said}
    assert len(stamps) == 4
    assert notice(Site(), "de").sha256 not in stamps


def test_an_empty_statement_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text("notice: {statements: {rights: {en: }}}\n", "utf-8")
    with pytest.raises(Refused) as caught:
        content_site.read_site(path)
    assert [each.rule for each in caught.value.problems] == ["no-value"]
