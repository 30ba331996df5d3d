"""What a person agreed to: purposes and the notice, the Grant that every write needs, the receipt, the way back.

Everything here is a value or makes one. Time, the secret and the random key of an opt-in are arguments; the database
and the web are elsewhere.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from hmac import new as hmac
from typing import Any, Literal, get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict

Purpose = Literal["remember", "history", "improve", "email"]
"""`remember` keeps answers, `history` what was viewed, liked and bought, `improve` feedback, `email` sends a result."""

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
RANDOM_KEY, LONGEST_KEY = 22, 128
"""Characters of an opt-in's key: 128 random bits take 22 in base64. Shorter ones might be guessed."""

GUESSABLE_FOR = timedelta(seconds=30)
"""How long an opt-in under a shorter key is answered again: enough to try again, too short to go and look for it."""

WITHDRAWN_DAYS = 30
"""How long a consent with no purpose left is kept, as the proof that it was withdrawn."""

_SEAL = object()


class NotGranted(Exception):
    """A person has not agreed to a purpose, or no longer does."""

    def __init__(self, purpose: Purpose) -> None:
        """Name the purpose."""
        self.purpose = purpose
        super().__init__(f"'{purpose}' is not agreed to; ask for it first")


# The notice ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Terms:
    """One purpose in the words of the notice, and for how many days its data is kept."""

    title: str
    text: str
    retention_days: int


@dataclass(frozen=True)
class Notice:
    """What people agree to, in one language: who asks, for what, how long, who else gets it, and the way back.

    `statements` are the sentences beside the purposes, by name: controller, recipients, profiling, rights, withdraw.
    """

    revision: str
    language: str
    controller: Mapping[str, str]
    purposes: Mapping[Purpose, Terms]
    statements: Mapping[str, str]

    @cached_property
    def text(self) -> str:
        """The whole notice as JSON, the same for the same notice."""
        purposes = {
            name: {"title": each.title, "text": each.text, "retention_days": each.retention_days}
            for name, each in self.purposes.items()
        }
        whole = {
            "revision": self.revision,
            "language": self.language,
            "controller": dict(self.controller),
            "purposes": purposes,
            "statements": dict(self.statements),
        }
        return json.dumps(whole, ensure_ascii=False, sort_keys=True)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the text, as 64 hexadecimal digits: what a consent names to keep its text."""
        return sha256(self.text.encode()).hexdigest()


# Who it is ----------------------------------------------------------------------------------------


def token(secret: str, key: str) -> str:
    """The visitor's key: HMAC-SHA256 over the opt-in's random key, 64 hexadecimal digits (256 bits).

    The same opt-in, sent again, has the same token. Raises ValueError for a key that is none.
    """
    if not 0 < len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise ValueError(
            f"the idempotency key of an opt-in is {RANDOM_KEY} to {LONGEST_KEY} random ASCII characters;"
            " a random UUID does"
        )
    return hmac(secret.encode(), b"subject\0" + key.encode(), sha256).hexdigest()


def stale(key: str, receipt: Mapping[str, Any], now: datetime) -> bool:
    """Whether an opt-in is too old to be answered again under a key that might be guessed."""
    return len(key) < RANDOM_KEY and now - datetime.fromisoformat(receipt["time"]) > GUESSABLE_FOR


def subject(token: str) -> str:
    """The digest of a token, 64 hexadecimal digits: the only name of a person that is stored. Any text has one."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def fingerprint(key: str, payload: Any) -> str:
    """What tells two requests under one key apart; without the key, which is not stored, it says nothing of either."""
    written = json.dumps(payload, sort_keys=True, ensure_ascii=True)
    return hmac(key.encode("utf-8", "surrogatepass"), written.encode(), sha256).hexdigest()


# What was agreed ----------------------------------------------------------------------------------


class Agreed(BaseModel):
    """One purpose a person agreed to: days that its data is kept, and until when the agreement itself holds.

    `revision` and `notice` (SHA-256) tell the text it was agreed to under; empty for that of the entry it stands in.
    """

    model_config = ConfigDict(frozen=True)

    retention_days: int
    until: AwareDatetime
    revision: str = ""
    notice: str = ""


class Consent(BaseModel):
    """One entry of the record: what holds from `at` on, whole, whatever was before. Entries are never changed.

    `notice` is the SHA-256 of the text that was agreed to; `signals` are what the browser said (`Sec-GPC`).
    `sensitive` is the tick of its own for answers on health and the like.
    """

    model_config = ConfigDict(frozen=True)

    subject: str
    at: AwareDatetime
    act: Literal["given", "changed", "withdrawn", "expired"]
    purposes: dict[Purpose, Agreed]
    sensitive: bool = False
    revision: str
    notice: str
    language: str
    mechanism: Literal["form", "api"]
    signals: tuple[str, ...] = ()

    @property
    def due(self) -> datetime:
        """When something of it ends by itself: a purpose, or the proof that there is none left."""
        ends = [each.until for each in self.purposes.values()]
        return min(ends) if ends else self.at + timedelta(days=WITHDRAWN_DAYS)

    @property
    def agreed(self) -> dict[Purpose, Agreed]:
        """The purposes, each with the text it was agreed to under."""
        own = {"revision": self.revision, "notice": self.notice}
        return {name: each if each.notice else each.model_copy(update=own) for name, each in self.purposes.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a person agreed: purposes, the tick for sensitive answers, and what the browser signaled.

    Of the purposes `kept` were agreed to earlier and not anew: they hold as they did, under their text and as long.
    """

    purposes: frozenset[Purpose]
    kept: frozenset[Purpose] = frozenset()
    sensitive: bool = False
    mechanism: Literal["form", "api"] = "api"
    signals: tuple[str, ...] = ()


def agree(subject: str, asked: Asked, notice: Notice, now: datetime, before: Consent | None = None) -> Consent:
    """The consent that an act of a person makes; `before` is what held until now, None at the opt-in.

    Raises ValueError for a purpose that the notice does not speak of, and for an opt-in without any.
    """
    held = {} if before is None else before.agreed
    kept = {name: held[name] for name in PURPOSES if name in asked.purposes & asked.kept & held.keys()}
    strange = asked.purposes - kept.keys() - notice.purposes.keys()
    if strange:
        raise ValueError(f"unknown purpose '{min(strange)}'; choose from {', '.join(notice.purposes)}")
    if not asked.purposes and before is None:
        raise ValueError(f"no purpose was chosen; choose from {', '.join(notice.purposes)}")
    act: Literal["given", "changed", "withdrawn"] = "given" if before is None else "changed"
    return Consent(
        subject=subject,
        at=now,
        act=act if asked.purposes else "withdrawn",
        purposes={name: kept.get(name) or _anew(notice, name, now) for name in PURPOSES if name in asked.purposes},
        sensitive=asked.sensitive and bool(asked.purposes),
        revision=notice.revision,
        notice=notice.sha256,
        language=notice.language,
        mechanism=asked.mechanism,
        signals=asked.signals,
    )


def _anew(notice: Notice, purpose: Purpose, now: datetime) -> Agreed:
    """A purpose agreed to under a notice from now on."""
    days = notice.purposes[purpose].retention_days
    return Agreed(retention_days=days, until=now + timedelta(days=days), revision=notice.revision, notice=notice.sha256)


def without(consent: Consent, gone: Iterable[Purpose], now: datetime, act: Literal["withdrawn", "expired"]) -> Consent:
    """The consent with some purposes ended, the others as they were."""
    left = {name: each for name, each in consent.purposes.items() if name not in set(gone)}
    return consent.model_copy(
        update={"at": now, "act": act, "purposes": left, "sensitive": consent.sensitive and bool(left)}
    )


def expired(consent: Consent, now: datetime) -> Consent | None:
    """The consent with what has ended by itself taken out, None when nothing has."""
    gone = [name for name, each in consent.purposes.items() if each.until <= now]
    return without(consent, gone, now, "expired") if gone else None


@dataclass(frozen=True, slots=True)
class Grant:
    """The right to write about one person, for the purposes in force when it was made; only `grant()` makes one.

    `at` is that moment. The store holds it against the record again inside the write's own transaction.
    """

    subject: str
    at: datetime
    purposes: Mapping[Purpose, Agreed]
    sensitive: bool
    seal: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a grant of anybody else's making. Raises TypeError."""
        if self.seal is not _SEAL:
            raise TypeError("a Grant is made by consent.grant() alone")

    def require(self, purpose: Purpose) -> Agreed:
        """What was agreed for a purpose. Raises NotGranted when nothing was."""
        found = self.purposes.get(purpose)
        if found is None:
            raise NotGranted(purpose)
        return found


def grant(consent: Consent, now: datetime) -> Grant:
    """The grant of a consent: its purposes that have not ended by `now`, maybe none."""
    purposes = {name: each for name, each in consent.agreed.items() if each.until > now}
    return Grant(consent.subject, now, purposes, consent.sensitive and bool(purposes), _SEAL)


# The receipt --------------------------------------------------------------------------------------


def receipt(consent: Consent, notice: Notice) -> dict[str, Any]:
    """What is handed over at every act, as JSON: the fields of ISO/IEC TS 27560, without address and browser."""
    made = consent.at.astimezone(UTC).isoformat()
    return {
        "record_id": sha256(f"{consent.subject} {made}".encode()).hexdigest()[:32],
        "schema_version": "ISO/IEC TS 27560:2023",
        "subject": consent.subject,
        "controller": dict(notice.controller),
        "notice": {"revision": notice.revision, "sha256": notice.sha256, "language": notice.language},
        "purposes": [_received(name, each, notice) for name, each in consent.agreed.items()],
        "sensitive": consent.sensitive,
        "language": consent.language,
        "time": made,
        "mechanism": consent.mechanism,
        "signals": list(consent.signals),
        "state": consent.act,
        "withdraw": {
            "text": notice.statements.get("withdraw", ""),
            "page": "/my-data",
            "api": "PATCH /api/v1/me/consents, DELETE /api/v1/me",
        },
    }


def _received(purpose: Purpose, agreed: Agreed, notice: Notice) -> dict[str, Any]:
    """One purpose on a receipt; of one that was agreed to under an earlier text, that text's name alone."""
    terms = notice.purposes.get(purpose)
    told = {
        "purpose": purpose,
        "title": terms.title if terms else purpose,
        "retention_days": agreed.retention_days,
        "until": agreed.until.astimezone(UTC).isoformat(),
    }
    if terms and agreed.notice == notice.sha256:
        return {**told, "text": terms.text}
    return {**told, "notice": {"revision": agreed.revision, "sha256": agreed.notice}}
