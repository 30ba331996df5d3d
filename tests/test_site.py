"""site.yaml: every field has a default, and a wrong one is told at its line and column."""

from pathlib import Path

import pytest

from quizbot.content.problems import Refused
from quizbot.content.site import Site, read_site

BUNDLED = Path(__file__).parent.parent / "quizzes" / "site.yaml"


def site(folder: Path, text: str) -> Site:
    path = folder / "site.yaml"
    path.write_text(text, "utf-8")
    return read_site(path)


def test_without_a_file_everything_is_the_default(tmp_path: Path) -> None:
    found = read_site(tmp_path / "site.yaml")
    assert found == Site() == site(tmp_path, "shop:\nembed: {}\n")
    assert found.embed.origins == ()
    assert {name: each.retention_days for name, each in found.notice.purposes.items()} == {
        "remember": 365,
        "history": 180,
        "improve": 730,
        "email": 30,
    }


def test_the_bundled_one_says_who_runs_the_shop() -> None:
    found = read_site(BUNDLED)
    assert found.shop.name == "Northwind Outfitters"
    assert found.embed.product_url == "https://shop.example/p/{id}"
    assert found.notice.revision == "2026-11"


def test_only_the_listed_purposes_are_asked_for_and_silence_is_the_default_retention(tmp_path: Path) -> None:
    found = site(tmp_path, "notice: {revision: 1.10, purposes: {remember: {retention_days: 90}, email: }}\n")
    assert found.notice.revision == "1.10"
    assert {name: each.retention_days for name, each in found.notice.purposes.items()} == {"remember": 90, "email": 30}


@pytest.mark.parametrize(
    "origin", ["https://shop.example", "http://127.0.0.1:8000", "https://a.b-c.example:8443", "http://[::1]:80"]
)
def test_an_exact_origin_may_embed(tmp_path: Path, origin: str) -> None:
    assert site(tmp_path, f"embed: {{origins: ['{origin}']}}\n").embed.origins == (origin,)


@pytest.mark.parametrize(
    "origin",
    [
        *("*", "null", "https://*.shop.example", "https://shop.example/", "https://shop.example/path", "shop.example"),
        *("https://me@shop.example", "ftp://shop.example", "https://", "https://shop.example:", "//shop.example"),
        *("https://shop.example https://b.example", "https://shop.example;script-src", "https://Shop.example"),
    ],
)
def test_anything_but_an_exact_origin_is_refused(tmp_path: Path, origin: str) -> None:
    with pytest.raises(Refused) as caught:
        site(tmp_path, f"embed: {{origins: ['{origin}']}}\n")
    (problem,) = caught.value.problems
    assert (problem.line, problem.column, problem.rule) == (1, 19, "form")
    assert problem.text == f"item 1 of origins '{origin}' is not an origin (scheme, host, port)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("shopp: {name: A}\n", ["1:1 unknown-key: unknown key 'shopp' in the site"]),
        ("currency: euro\n", ["1:11 form: currency 'euro' is not a currency code"]),
        ("theme: {accent: green, ink: '#12'}\n", [
            "1:17 form: accent 'green' is not a color",
            "1:29 form: ink '#12' is not a color",
        ]),
        ("theme: {paper: #fff}\n", ["1:16 cut-text: '#fff}' is read as a comment"]),
        ("notice: {purposes: {rember: {retention_days: 3}}}\n",
         ["1:21 unknown-word: the key 'rember' is not known here"]),
        ("notice: {purposes: {email: {retention_days: 0}}}\n",
         ["1:45 range: retention_days '0' is not between 1 and 3650"]),
        ("currency: EUR\naddress: Sie\n", ["2:10 unknown-word: address 'Sie' is not known here"]),
        ("languages: []\n", ["1:12 empty: languages is empty"]),
        ("shop: {privacy: 'javascript:alert(1)'}\n", ["1:17 form: privacy 'javascript:alert(1)' is not an address"]),
        ("- shop\n", ["1:1 wrong-type: the file is not a mapping"]),
        ("", ["0:0 empty: the file is empty"]),
    ],
)  # fmt: skip
def test_a_wrong_site_tells_every_fault_at_its_place(tmp_path: Path, text: str, expected: list[str]) -> None:
    with pytest.raises(Refused) as caught:
        site(tmp_path, text)
    told = [f"{each.line}:{each.column} {each.rule}: {each.text}" for each in caught.value.problems]
    assert told == expected


def test_how_shoppers_are_addressed_is_du_or_sie_and_anything_else_is_told_what_there_is(tmp_path: Path) -> None:
    assert site(tmp_path, "currency: EUR\n").address == "du"
    assert site(tmp_path, "address: sie\n").address == "sie"
    with pytest.raises(Refused) as caught:
        site(tmp_path, "address: Sie\n")
    assert [each.remedy for each in caught.value.problems] == ["choose from du, sie (did you mean 'sie'?)"]
