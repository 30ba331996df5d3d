"""A shop's feed, in any supported format, to a catalog; one file for each format."""

from quizbot.content.feeds.jsonl import write_jsonl
from quizbot.content.feeds.reading import Feed, read_feed

__all__ = ["Feed", "read_feed", "write_jsonl"]
