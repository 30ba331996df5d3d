"""Signed words that travel through other hands, such as links in mail: for one purpose, one audience and some time.

HMAC-SHA256 under a key that is derived for each purpose. Time and secrets are arguments.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac

LEEWAY = timedelta(seconds=30)
"""How far the clock of who signed may run ahead."""

_LONGEST = 2048


class Forged(Exception):
    """It is not signed by us, or for something else; it says nothing about why."""


class Expired(Exception):
    """It was signed by us, too long ago."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for one purpose and one audience: with the first secret, and reads what any of them signed."""

    secrets: Sequence[str] = field(repr=False)
    purpose: str
    audience: str

    def sign(self, words: str, now: datetime) -> str:
        """The words with their audience, the time and a signature, in letters that an address may hold."""
        told = json.dumps([self.audience, round(now.timestamp()), words], separators=(",", ":")).encode()
        return f"{_written(told)}.{_written(_signature(self.secrets[0], self.purpose, told))}"

    def read(self, signed: str, now: datetime, longest: timedelta) -> str:
        """The words that were signed, at most `longest` ago. Raises Forged and Expired."""
        told, given = _parts(signed)
        known = (_signature(each, self.purpose, told) for each in self.secrets if each)
        if not any(compare_digest(each, given) for each in known):
            raise Forged
        meant, at, words = json.loads(told)
        age = now - datetime.fromtimestamp(at, UTC)
        if meant != self.audience or age < -LEEWAY:
            raise Forged
        if age > longest:
            raise Expired
        return str(words)


def _signature(secret: str, purpose: str, told: bytes) -> bytes:
    key = hmac(secret.encode(), b"quizbot signing\0" + purpose.encode(), sha256).digest()
    return hmac(key, told, sha256).digest()


def _written(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _parts(signed: str) -> tuple[bytes, bytes]:
    told, dot, given = signed.partition(".")
    if not dot or len(signed) > _LONGEST or not signed.isascii():
        raise Forged
    try:
        return urlsafe_b64decode(told + "=" * (-len(told) % 4)), urlsafe_b64decode(given + "=" * (-len(given) % 4))
    except ValueError:
        raise Forged from None
