"""Signed words: for one purpose, one audience and some time, and over a change of secrets."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizbot.signing import LEEWAY, Expired, Forged, Signer

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
OLD, NEW = "o" * 40, "n" * 40
MONTH = timedelta(days=30)
SIGNER = Signer([OLD], "withdraw", "https://quiz.example")
SIGNED = SIGNER.sign("abc", NOW)


def test_what_was_signed_is_read_until_its_time_is_over() -> None:
    assert SIGNER.read(SIGNED, NOW + MONTH, MONTH) == "abc"
    with pytest.raises(Expired):
        SIGNER.read(SIGNED, NOW + MONTH + timedelta(seconds=1), MONTH)


def test_a_clock_may_run_ahead_a_little() -> None:
    assert SIGNER.read(SIGNED, NOW - LEEWAY, MONTH) == "abc"
    with pytest.raises(Forged):
        SIGNER.read(SIGNED, NOW - LEEWAY - timedelta(seconds=1), MONTH)


def test_a_secret_can_be_changed_and_the_one_before_still_be_read() -> None:
    assert replace(SIGNER, secrets=[NEW, OLD]).read(SIGNED, NOW, MONTH) == "abc"
    for secrets in ([NEW], [""], []):
        with pytest.raises(Forged):
            replace(SIGNER, secrets=secrets).read(SIGNED, NOW, MONTH)


@pytest.mark.parametrize(
    ("purpose", "audience"), [("share", "https://quiz.example"), ("withdraw", "https://other.example")]
)
def test_it_counts_for_its_purpose_and_its_audience_alone(purpose: str, audience: str) -> None:
    with pytest.raises(Forged):
        Signer([OLD], purpose, audience).read(SIGNED, NOW, MONTH)


@given(st.integers(0, len(SIGNED) - 1), st.characters(codec="ascii", categories=["L", "N", "P"]))
def test_no_letter_can_be_changed(at: int, letter: str) -> None:
    """The last letter of each part has bits that say nothing; whatever is read is what was signed."""
    changed = SIGNED[:at] + letter + SIGNED[at + 1 :]
    try:
        assert SIGNER.read(changed, NOW, MONTH) == "abc"
    except Forged:
        return
    assert changed == SIGNED or at in (SIGNED.index(".") - 1, len(SIGNED) - 1)


@given(st.text(max_size=300))
def test_nothing_else_is_read(text: str) -> None:
    with pytest.raises(Forged):
        SIGNER.read(text, NOW, MONTH)
