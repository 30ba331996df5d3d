"""Rate limits for each network and for all together, which remember no address."""

import hmac
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from ipaddress import ip_address, ip_network
from math import ceil
from secrets import token_bytes
from threading import Lock
from typing import Literal

from flask import Flask, current_app, request
from werkzeug.exceptions import TooManyRequests

Kind = Literal["asking", "writing", "mailing"]

SALT_SECONDS = 3600
MOST_NETWORKS = 50_000
_ALL = b""
_KEY = "limiter"
_PREFIX = {4: 24, 6: 56}


@dataclass(frozen=True, slots=True)
class Rate:
    """How many requests at once, and how many more each second."""

    burst: float
    per_second: float


@dataclass(frozen=True, slots=True)
class Limit:
    """What one network may do, and all together; None is no limit.

    Of a program on this machine, or behind a proxy that nobody said to trust, the network is not known: it is
    everybody's, so `stranger` says whether a limit for one network holds for it.
    """

    network: Rate | None = None
    all: Rate | None = None
    stranger: bool = True


LIMITS: Mapping[Kind, Limit] = {
    "asking": Limit(network=Rate(400, 40), stranger=False),
    "writing": Limit(network=Rate(600, 10), all=Rate(3000, 100)),
    "mailing": Limit(network=Rate(5, 1 / 120), all=Rate(600, 2), stranger=False),  # anybody's address may be typed
}


@dataclass
class Limiter:
    """Token buckets by the keyed digest of a network; the key is in memory alone, and a new one every hour."""

    limits: Mapping[Kind, Limit] = field(default_factory=lambda: LIMITS)
    clock: Callable[[], float] = time.monotonic
    random: Callable[[int], bytes] = token_bytes
    _lock: Lock = field(default_factory=Lock)
    levels: dict[tuple[Kind, bytes], tuple[float, float]] = field(default_factory=dict)
    _salt: bytes = b""
    _since: float = 0.0

    def wait(self, kind: Kind, address: str) -> float:
        """Seconds until a request may come from an address; 0 lets it pass and counts it."""
        limit = self.limits[kind]
        with self._lock:
            now = self.clock()
            self._renew(now)
            asked = [(self._digest(address), limit.network)] if limit.stranger or not _is_here(address) else []
            asked.append((_ALL, limit.all))
            rates = {(kind, name): rate for name, rate in asked if rate}
            levels = {name: self._level(name, rate, now) for name, rate in rates.items()}
            lacking = [(1 - levels[name]) / rate.per_second for name, rate in rates.items() if levels[name] < 1]
            if lacking:
                return max(lacking)
            self.levels.update({name: (level - 1, now) for name, level in levels.items()})
        return 0.0

    def _level(self, name: tuple[Kind, bytes], rate: Rate, now: float) -> float:
        """The tokens that are left."""
        level, at = self.levels.get(name, (rate.burst, now))
        return min(rate.burst, level + (now - at) * rate.per_second)

    def _renew(self, now: float) -> None:
        if not self._salt or now - self._since > SALT_SECONDS or len(self.levels) > MOST_NETWORKS:
            self._salt, self._since = self.random(32), now
            self.levels.clear()

    def _digest(self, address: str) -> bytes:
        return hmac.new(self._salt, network(address).encode(), sha256).digest()


def network(address: str) -> str:
    """The network an address belongs to: /24 of IPv4, /56 of IPv6; the text itself when it is no address."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    mapped = getattr(found, "ipv4_mapped", None) or found
    return str(ip_network(f"{mapped}/{_PREFIX[mapped.version]}", strict=False))


def _is_here(address: str) -> bool:
    """Whether a request came from this machine, or from nobody knows where."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return True


def limited(app: Flask, limiter: Limiter) -> None:
    """Refuse what comes too often, with the seconds to wait."""
    app.extensions[_KEY] = limiter

    @app.before_request
    def _may_pass() -> None:
        if kind := _kind():
            counted(kind)


def counted(kind: Kind) -> None:
    """Count a request of a kind. Raises TooManyRequests."""
    limiter: Limiter = current_app.extensions[_KEY]
    if seconds := limiter.wait(kind, request.remote_addr or ""):
        raise TooManyRequests("too many requests; wait and try again", retry_after=ceil(seconds))


def _kind() -> Kind | None:
    """What a request asks for; None for what is always answered."""
    if request.endpoint is None or request.endpoint.startswith(("static", "metrics.")):
        return None
    if request.endpoint in ("api.healthz", "api.readyz"):
        return None
    own = request.endpoint.startswith(("me.", "mydata.", "deeds."))
    agrees = request.endpoint == "pages.conversation" and request.form.get("step") == "consent"
    if agrees and request.form.get("email"):
        return "mailing"
    return "writing" if request.method not in ("GET", "HEAD", "OPTIONS") and (own or agrees) else "asking"
