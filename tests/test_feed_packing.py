"""How a file is packed and encoded, whatever its format."""

import gzip
from pathlib import Path

import pytest

from quizbot.content.feeds import document
from tests.exports import PAGE, RSS, TSV, WOO
from tests.feeding import LEGACY, read, refused, said

EXPORTS = {"rss": RSS, "tsv": TSV, "woocommerce": WOO, "page": PAGE, "shopify": LEGACY}


@pytest.mark.parametrize("name", EXPORTS)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_format_is_read_in_every_encoding_and_packed(tmp_path: Path, name: str, encoding: str) -> None:
    text = EXPORTS[name]
    plain, content = read(tmp_path, text).catalog, text.encode(encoding)
    for written in (content, gzip.compress(content)):
        catalog = read(tmp_path, written).catalog
        assert (catalog.ids, catalog.variants.ids) == (plain.ids, plain.variants.ids)
        assert [each.texts for each in catalog.columns.values()] == [each.texts for each in plain.columns.values()]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("ISO-8859-1", "cp1252"),
        ("ISO-8859-2", "iso-8859-2"),
        ("windows-1251", "cp1251"),
        ("Shift_JIS", "shift_jis"),
        ("UTF-8", "cp1252"),
        ("ISO-8859-1", "utf-8"),
        ("nonsense", "utf-8"),
    ],
)
def test_xml_says_its_encoding_and_utf_8_that_holds_wins(tmp_path: Path, declared: str, encoding: str) -> None:
    word = {"iso-8859-2": "Łódź", "cp1251": "Пальто", "shift_jis": "コート"}.get(encoding, "Mäntel")
    text = f'<?xml version="1.0" encoding="{declared}"?><rss><item><id>1</id><title>{word}</title></item></rss>'
    assert said(read(tmp_path, text.encode(encoding)).catalog, "title") == (word,)


def test_a_page_says_its_encoding(tmp_path: Path) -> None:
    script = '<script type="application/ld+json">{"@type": "Product", "name": "Łódź"}</script>'
    page = f'<!DOCTYPE html><html><head><meta charset="iso-8859-2">{script}</head></html>'
    assert said(read(tmp_path, page.encode("iso-8859-2")).catalog, "title") == ("Łódź",)


def test_the_digest_of_a_packed_feed_is_that_of_its_content(tmp_path: Path) -> None:
    digests = {read(tmp_path, each).catalog.digest for each in (RSS, gzip.compress(RSS.encode(), mtime=5))}
    assert len(digests) == 1


def test_what_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MOST_BYTES", 1 << 20)
    assert refused(tmp_path, gzip.compress(b"a" * (2 << 20))) == "the feed unpacks to more than 512 MB | split it"


def test_damaged_gzip_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(RSS.encode())
    for each in (packed[:-9], packed[:40], packed + b"more"):
        assert refused(tmp_path, each) == "the gzip file is cut off or damaged | pack it again"
    assert refused(tmp_path, gzip.compress(packed)).startswith("the feed is a gzip file")
