"""Every table: what each column holds, under which purpose, how long; export, erasure and retention go by this list.

`docs/privacy.md` is written from it, and a table of the database that is not here fails a test.
"""

from collections.abc import Callable
from dataclasses import dataclass

from quizbot.consent import Purpose

Execute = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of rows about persons; its key starts with `subject`.

    `purpose` is what its rows need, None when any consent does; `says` tells people what it is for, `kept` how long.
    `columns` tells what each column holds; those in `written` hold JSON.
    """

    name: str
    key: tuple[str, ...]
    columns: dict[str, str]
    says: str
    kept: str
    purpose: Purpose | None = None
    written: frozenset[str] = frozenset()

    @property
    def ends(self) -> bool:
        """Whether each row says itself until when it is kept."""
        return "until" in self.columns


_WHO = {"subject": "digest (SHA-256) of the visitor's key, which itself is not kept"}
_WHEN = {"at": "when, by the server's clock", "until": "when it is deleted"}
_EVENT = {
    **_WHO,
    "id": "name of the event",
    "quiz": "the quiz it came from, if any",
    "item": "the product",
    "kind": "view, like, dislike, cart or purchase",
    "position": "place in the list it was shown in, if any",
    **_WHEN,
}

SUBJECTS = Table(
    "subjects",
    ("subject",),
    {
        **_WHO,
        "since": "when the record was started",
        "request": "keyed digest that recognizes the same opt-in when it is sent again",
        "due": "when something of the record ends by itself",
    },
    "That there is a record.",
    "until the record is erased, at the latest 30 days after its last purpose ended",
)
CONSENTS = Table(
    "consents",
    ("subject", "number"),
    {
        **_WHO,
        "number": "1 for the opt-in, then counted on",
        "at": "when, by the server's clock",
        "act": "given, changed, withdrawn or expired",
        "notice": "SHA-256 of the text that was agreed to",
        "record": "purposes and days, the tick for sensitive answers, language, form or API, the browser's signals",
        "receipt": "the receipt that was handed over",
    },
    "What was agreed to and taken back; entries are added, never changed.",
    "as long as the record",
    written=frozenset({"record", "receipt"}),
)
RESPONSES = Table(
    "responses",
    ("subject", "quiz"),
    {
        **_WHO,
        "quiz": "the quiz",
        "version": "the version that was answered",
        "language": "the language it was answered in",
        "answers": "the answers",
        "sensitive": "answers to questions on health and the like; only with a tick of its own",
        "refine": "wishes after the results",
        "shown": "products that were suggested, with price and stock, to tell what changed since",
        **_WHEN,
    },
    "The last answers to each quiz.",
    "as many days as were agreed for `remember`",
    purpose="remember",
    written=frozenset({"answers", "sensitive", "refine", "shown"}),
)
EVENTS = Table(
    "events",
    ("subject", "id"),
    _EVENT,
    "What was viewed, liked and bought, for suggestions to this person.",
    "as many days as were agreed for `history`",
    purpose="history",
)
OUTCOMES = Table(
    "outcomes",
    ("subject", "id"),
    _EVENT,
    "The same, as feedback to learn from for other visitors.",
    "as many days as were agreed for `improve`",
    purpose="improve",
)
SHOWN = Table(
    "shown",
    ("subject", "id"),
    {
        **_WHO,
        "id": "random name of the list",
        "quiz": "the quiz",
        "version": "the version that was answered",
        "answers": "the answers it was shown for",
        "sensitive": "answers to questions on health and the like; only with a tick of its own",
        "items": "the products, in order",
        **_WHEN,
    },
    "Lists that were shown, to learn from what was chosen.",
    "as many days as were agreed for `improve`",
    purpose="improve",
    written=frozenset({"answers", "sensitive", "items"}),
)
REQUESTS = Table(
    "requests",
    ("subject", "key"),
    {
        **_WHO,
        "key": "digest of a request's idempotency key",
        "fingerprint": "keyed digest that recognizes the same request when it is sent again",
        **_WHEN,
    },
    "So that a request that is sent twice is written once.",
    "7 days",
)
OUTBOX = Table(
    "outbox",
    ("subject", "id"),
    {
        **_WHO,
        "id": "name of the message",
        "purpose": "the purpose it is sent for",
        "kind": "mail or webhook",
        "payload": "address and content",
        "due": "when it may be sent",
        **_WHEN,
    },
    "Messages waiting to be sent.",
    "until it is sent, at most as many days as were agreed for its purpose",
    written=frozenset({"payload"}),
)

PERSONAL = (SUBJECTS, CONSENTS, RESPONSES, EVENTS, OUTCOMES, SHOWN, REQUESTS, OUTBOX)
"""Every table about persons, in the order in which a restore fills them."""

IMPERSONAL = {
    "notices": "texts of notices by their SHA-256, so that old consents keep theirs",
    "erasures": "digests of erased records, and what was withdrawn, forgotten or sent, to do it again after a restore",
}
"""Tables that say nothing about a person who has a record."""

REQUEST_DAYS = 7

_DATED = "at TEXT NOT NULL, until TEXT NOT NULL"
_EVENT_COLUMNS = (
    "subject TEXT NOT NULL, id TEXT NOT NULL, quiz TEXT, item TEXT NOT NULL, kind TEXT NOT NULL,"
    f" position INTEGER, {_DATED}, PRIMARY KEY (subject, id)"
)


def _records(execute: Execute) -> None:
    for name, columns in {
        "subjects": "subject TEXT PRIMARY KEY, since TEXT NOT NULL, request TEXT NOT NULL, due TEXT NOT NULL",
        "consents": (
            "subject TEXT NOT NULL, number INTEGER NOT NULL, at TEXT NOT NULL, act TEXT NOT NULL,"
            " notice TEXT NOT NULL, record TEXT NOT NULL, receipt TEXT, PRIMARY KEY (subject, number)"
        ),
        "responses": (
            "subject TEXT NOT NULL, quiz TEXT NOT NULL, version TEXT NOT NULL, language TEXT NOT NULL,"
            " answers TEXT NOT NULL, sensitive TEXT, refine TEXT NOT NULL, shown TEXT NOT NULL,"
            f" {_DATED}, PRIMARY KEY (subject, quiz)"
        ),
        "events": _EVENT_COLUMNS,
        "requests": (
            f"subject TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, {_DATED}, PRIMARY KEY (subject, key)"
        ),
        "notices": "sha256 TEXT PRIMARY KEY, revision TEXT NOT NULL, language TEXT NOT NULL, text TEXT NOT NULL",
        "erasures": "subject TEXT NOT NULL, at TEXT NOT NULL, what TEXT NOT NULL, PRIMARY KEY (subject, at, what)",
    }.items():
        execute(f"CREATE TABLE {name} ({columns})")


def _feedback(execute: Execute) -> None:
    execute(f"CREATE TABLE outcomes ({_EVENT_COLUMNS})")
    execute(
        "CREATE TABLE shown (subject TEXT NOT NULL, id TEXT NOT NULL, quiz TEXT NOT NULL, version TEXT NOT NULL,"
        f" answers TEXT NOT NULL, sensitive TEXT, items TEXT NOT NULL, {_DATED}, PRIMARY KEY (subject, id))"
    )


def _outbox(execute: Execute) -> None:
    execute(
        "CREATE TABLE outbox (subject TEXT NOT NULL, id TEXT NOT NULL, purpose TEXT NOT NULL, kind TEXT NOT NULL,"
        f" payload TEXT NOT NULL, due TEXT NOT NULL, {_DATED}, PRIMARY KEY (subject, id))"
    )


MIGRATIONS: dict[str, Callable[[Execute], None]] = {"records": _records, "feedback": _feedback, "outbox": _outbox}
"""Changes of the schema by name, oldest first, in SQL that both engines read. Names are never reused."""
