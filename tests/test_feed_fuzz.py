"""Whatever bytes a feed holds, nothing but a refusal or a whole catalog leaves the reader."""

import contextlib
import gzip
import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from quizbot.content.feeds import read_feed
from quizbot.content.problems import Refused
from quizbot.content.quiz import CatalogSource
from tests.exports import PAGE, RSS, TSV, WOO
from tests.feeding import LEGACY, NEW
from tests.mutations import TEAS, mutations, read_damaged_feed

PIECES = (
    *(
        *",;\t|\"\n\r'\0{}[]:<&",
        '""',
        "title",
        "id",
        "price",
        "Handle",
        "Variant Price",
        "Option1 Name",
        "1,50",
        "€",
        "é",
    ),
    *(
        '{"title": "a", "id": "b"}',
        "\ufeff",
        "a",
        "-1e309",
        "javascript:x",
        "<p>",
        "&#x1;",
        "9" * 30,
        " ",
        "\U0001f600",
    ),
    *("<item>", "</item>", "<![CDATA[", "]]>", "<!DOCTYPE a>", "&nbsp;", "<g:id>", "<rss", "g:title", "product_detail"),
    *(
        '{"@type": "Product", "name": "a"',
        '"@id": "#m"',
        '"offers": ',
        "null",
        "\\ud800",
        "-->",
        "<script ",
        "</script>",
    ),
    *(
        "variation",
        "Type",
        "Name",
        "Parent",
        "Attribute 1 name",
        "Attribute 1 value(s)",
        "id:44",
        "\\,",
        "a:b:c",
        "1e999",
    ),
)
WORDS = (
    *("@type", "@id", "@graph", "name", "sku", "offers", "price", "priceSpecification", "availability", "hasVariant"),
    *("isVariantOf", "variesBy", "productGroupID", "inProductGroupWithID", "brand", "image", "category", "audience"),
    *("additionalProperty", "aggregateRating", "value", "unitCode", "color", "size", "description", "url"),
    *("itemListElement", "item", "mainEntity", "keywords", "lowPrice", "inventoryLevel"),
)
pieces = st.sampled_from(PIECES)


def only_refused(folder: Path, content: bytes, form: str | None) -> None:
    path = folder / "fuzz"
    path.write_bytes(content)
    with contextlib.suppress(Refused):
        feed = read_feed(path, CatalogSource.model_validate({"file": "fuzz", "format": form}))
        assert len(feed.catalog) > 0
        assert len(set(feed.catalog.ids)) == len(feed.catalog)
        assert all(len(column.texts) == len(feed.catalog) for column in feed.catalog.columns.values())
        assert set(feed.catalog.variants.item.tolist()) == set(range(len(feed.catalog)))
        json.dumps([each.text for each in feed.problems], ensure_ascii=False).encode()


forms = st.sampled_from([None, "csv", "shopify", "google", "woocommerce", "schemaorg", "jsonl"])


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=300), form=forms)
def test_no_bytes_crash_the_reader(content: bytes, form: str | None, tmp_path_factory: pytest.TempPathFactory) -> None:
    only_refused(tmp_path_factory.getbasetemp(), content, form)


@settings(max_examples=300, deadline=None)
@given(content=st.lists(pieces, max_size=40).map("".join), form=forms)
@example(content='title\n"', form=None)
@example(content="title,price\nA,1\nA,1e400\n", form=None)
def test_no_text_crashes_the_reader(content: str, form: str | None, tmp_path_factory: pytest.TempPathFactory) -> None:
    only_refused(tmp_path_factory.getbasetemp(), content.encode("utf-8", "replace"), form)


@settings(max_examples=300, deadline=None)
@given(
    start=st.sampled_from([LEGACY, NEW, RSS, TSV, WOO, PAGE]),
    at=st.integers(0, len(PAGE)),
    cut=st.integers(0, 40),
    piece=pieces,
)
def test_no_damaged_feed_crashes_the_reader(
    start: str, at: int, cut: int, piece: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    at %= len(start)
    damaged = start[:at] + piece + start[at + cut :]
    only_refused(tmp_path_factory.getbasetemp(), damaged.encode("utf-8", "replace"), None)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["Product", "#m", "1"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=6),
    max_leaves=30,
)


@settings(max_examples=300, deadline=None)
@given(value=VALUES)
def test_no_linked_data_crashes_the_reader(value: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    products = [{"@type": "Product", "name": "a", "x": value}, value]
    only_refused(tmp_path_factory.getbasetemp(), json.dumps(products).encode(), "schemaorg")


@settings(max_examples=100, deadline=None)
@given(
    start=st.sampled_from([LEGACY, RSS, WOO, PAGE]), at=st.integers(0, 400), byte=st.integers(0, 255), cut=st.booleans()
)
def test_no_damaged_gzip_crashes_the_reader(
    start: str, at: int, byte: int, tmp_path_factory: pytest.TempPathFactory, *, cut: bool
) -> None:
    packed = bytearray(gzip.compress(start.encode(), mtime=0))
    at %= len(packed)
    packed[at] = byte
    only_refused(tmp_path_factory.getbasetemp(), bytes(packed[:at] if cut else packed), None)


def test_of_2500_mutated_feeds_each_is_read_or_refused(tmp_path: Path) -> None:
    good = [LEGACY, NEW, RSS, TSV, WOO, PAGE, TEAS.read_text("utf-8")]
    read = [read_damaged_feed(tmp_path, each) for each in mutations(0, good, 2500)]
    assert 0 < sum(read) < len(read)
