"""What the product says itself: the same in every language, and nothing that a value could break."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizbot.content.texts import FALLBACK, Template, Text, forms, languages, matching, read_texts, speech

DU = re.compile(r"\b(du|dich|dir|dein(e[mnrs]?)?)\b", re.IGNORECASE)
ORDERS = re.compile(  # what is said to somebody who is du
    r"\b(behalte|drücke|entferne|fang|geh|gib|hake|hilf|lies|nimm|prüf|sag|schick|schreibe?|tippe|vergib|versuche?|"
    r"wähle|warte|zeig|bitte(?= um))\b",
    re.IGNORECASE,
)


def says_du(sentence: str) -> bool:
    """Whether a German sentence speaks to somebody as du."""
    return bool(DU.search(sentence) or ORDERS.search(sentence))


def sentences(text: Text) -> list[str]:
    """What a text says, its places left out."""
    return [" _ ".join(each.parts[::2]) for each in (*text.variants, *filter(None, [text.one]))]


@pytest.mark.parametrize("language", sorted(languages()))
def test_every_language_has_the_same_keys_and_places_as_english(language: str) -> None:
    own, english = read_texts(language), read_texts(FALLBACK)
    assert own.keys() == english.keys()
    for key, text in own.items():
        assert {name for each in text.variants for name in each.places} == {
            name for each in english[key].variants for name in each.places
        }, key
        assert len(text.variants) == len(english[key].variants), key
        assert (text.one is None) == (english[key].one is None), key


def test_every_sentence_that_says_du_has_a_form_that_says_sie_with_the_same_places() -> None:
    du, sie = read_texts("de"), read_texts("de", "sie")
    assert sie.keys() == {key for key, text in du.items() if any(map(says_du, sentences(text)))}
    assert len(sie) > 150
    for key, text in sie.items():
        assert [each.places for each in text.variants] == [each.places for each in du[key].variants], key
        assert (text.one and text.one.places) == (one.places if (one := du[key].one) else None), key
        for before, now in zip(sentences(du[key]), sentences(text), strict=True):
            assert not says_du(now), key
            assert (before != now) == says_du(before), key


@pytest.mark.parametrize("language", sorted(languages()))
def test_no_text_shouts_or_praises(language: str) -> None:
    for key, text in read_texts(language).items():
        for each in (*text.variants, *filter(None, [text.one])):
            sentence = " ".join(each.parts[::2]).casefold()
            assert "!" not in sentence, key
            assert "perfe" not in sentence, key
            assert not {"we", "our", "us", "wir", "uns", "unser", "unsere"} & set(sentence.split()), key


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        *(("en", "en"), ("de", "de"), ("de-AT", "de"), ("DE_ch", "de"), ("fr", "en"), ("", "en"), ("../../etc", "en")),
        *(("en-x-sie", "en"), ("fr-x-sie", "en"), ("de-AT-x-ihr", "de"), ("de-x-../../etc", "de")),
    ],
)
def test_the_nearest_language_is_spoken_and_english_otherwise(asked: str, spoken: str) -> None:
    assert speech(asked).language == spoken
    assert speech(asked) is speech(spoken)


@pytest.mark.parametrize("asked", ["de-x-sie", "de-AT-x-sie", "DE_ch_X_Sie"])
def test_a_form_of_address_is_spoken_in_the_nearest_language_and_changes_nothing_else_of_it(asked: str) -> None:
    sie, du = speech(asked), speech("de")
    assert sie is speech("de-x-sie")
    assert (sie.language, forms("de"), forms("en")) == ("de", frozenset({"sie"}), frozenset())
    assert sie("page.hint-multiple") == "Wählen Sie, so viel Sie mögen."
    assert sie("page.begin") == du("page.begin")
    assert sie.texts.keys() == du.texts.keys()


@pytest.mark.parametrize(
    ("known", "found"),
    [(["en", "de", "de-AT"], "de-AT"), (["en", "de"], "de"), (["en", "de-CH"], "de-CH"), (["en"], None)],
)
def test_a_form_of_address_changes_nothing_of_which_translation_serves(known: list[str], found: str | None) -> None:
    assert matching("de-AT-x-sie", known) == matching("de-AT", known) == found


@given(st.text())
def test_a_value_is_inserted_literally(value: str) -> None:
    """Neither braces nor backslashes nor percent signs of a value mean anything."""
    assert Template.parse("<{a}|{b}>").fill({"a": value, "b": "{a}"}) == f"<{value}|{{a}}>"
    assert speech("en").quote(value) == f'"{value}"'


@pytest.mark.parametrize("text", ["{", "a}", "{0}", "{a!r}", "{a:>10}", "{}", "{A b}"])
def test_a_brace_that_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a brace that is no place"):
        Template.parse(text)


def test_a_missing_value_or_key_is_an_error() -> None:
    with pytest.raises(KeyError, match="trait"):
        speech("en")("advice.unknown")
    with pytest.raises(KeyError, match="nothing"):
        speech("en")("advice.nothing")


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [
        (1450.0, "1,450", "1.450"),
        (0.125, "0.125", "0,125"),
        (2.5, "2.5", "2,5"),
        (1234567.89, "1,234,567.89", "1.234.567,89"),
        (0.00012345, "0.000123", "0,000123"),
        (3.14159, "3.142", "3,142"),
        (-0.0, "0", "0"),
        (-1e-12, "0", "0"),
        (-7.5, "-7.5", "-7,5"),
        (100, "100", "100"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(value: float, english: str, german: str) -> None:
    assert speech("en").number(value) == english
    assert speech("de").number(value) == german


@pytest.mark.parametrize(
    ("value", "unit", "english", "german"),
    [
        (1450, "g", "1,450 g", "1.450 g"),
        (189.0, "EUR", "189 EUR", "189 €"),
        (188.5, "EUR", "188.50 EUR", "188,50 €"),
        (1299.99, "USD", "1,299.99 USD", "1.299,99 $"),
        (49, "SEK", "49 SEK", "49 SEK"),
        (85, "%", "85%", "85 %"),
        (1999, "", "1999", "1999"),
        (12500, "", "12,500", "12.500"),
    ],
)
def test_a_value_comes_with_its_unit(value: float, unit: str, english: str, german: str) -> None:
    assert speech("en").measure(value, unit) == english
    assert speech("de").measure(value, unit) == german


def test_lists_are_joined_as_in_speech() -> None:
    assert [speech("en").listing(each) for each in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert speech("en").listing(["a", "b", "c"], "or") == "a, b or c"
    assert speech("de").listing(["a", "b", "c"]) == "a, b und c"


def test_small_numbers_are_words() -> None:
    assert [speech("en").count(each) for each in (2, 5, 12, 13)] == ["two", "five", "twelve", "13"]
    assert speech("de").count(5) == "fünf"
