"""Who really asks when a proxy stands in between: its word counts only when the settings trust it."""

from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any

Network = IPv4Network | IPv6Network
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def behind(application: Application, proxies: Sequence[Network]) -> Application:
    """The application with the visitor's own address and scheme, as far as trusted proxies tell them."""
    if not proxies:
        return application

    def told(environment: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if _is_within(environment.get("REMOTE_ADDR", ""), proxies):
            heard = [each.strip() for each in environment.get("HTTP_X_FORWARDED_FOR", "").split(",") if each.strip()]
            strangers = [each for each in heard if not _is_within(each, proxies)]
            scheme = environment.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip()
            changes = {"REMOTE_ADDR": strangers[-1]} if strangers else {}
            changes |= {"wsgi.url_scheme": scheme} if scheme in ("http", "https") else {}
            environment = environment | changes
        return application(environment, start)

    return told


def _is_within(address: str, networks: Sequence[Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in each for each in networks if each.version == found.version)
