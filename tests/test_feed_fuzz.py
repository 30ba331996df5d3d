"""Whatever bytes a feed holds, nothing but a refusal or a whole catalog leaves the reader."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from quizbot.content.feeds import read_feed
from quizbot.content.problems import Refused
from quizbot.content.quiz import CatalogSource
from tests.feeding import LEGACY, NEW

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


forms = st.sampled_from([None, "csv", "shopify", "jsonl"])


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
@given(start=st.sampled_from([LEGACY, NEW]), at=st.integers(0, len(NEW)), cut=st.integers(0, 40), piece=pieces)
def test_no_damaged_feed_crashes_the_reader(
    start: str, at: int, cut: int, piece: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    damaged = start[:at] + piece + start[at + cut :]
    only_refused(tmp_path_factory.getbasetemp(), damaged.encode("utf-8", "replace"), None)
