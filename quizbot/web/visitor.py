"""Who asks: the key a visitor holds, from a header or a cookie, and the cookie that keeps it after an opt-in."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Request, Response

from quizbot.memory import Memory
from quizbot.settings import is_loopback
from quizbot.shop import Shop
from quizbot.store.protocol import Unavailable, Unknown

COOKIE = "quizbot"


def memory_of(shop: Shop) -> Memory:
    """The shop's memory. Raises Unavailable when it has none."""
    if shop.memory is None:
        raise Unavailable("nothing is remembered here")
    return shop.memory


def has_bearer(request: Request) -> bool:
    """Whether an API client sends a key; what a proxy is told by `Basic` is none."""
    return request.headers.get("Authorization", "").partition(" ")[0].casefold() == "bearer"


def bearer(request: Request) -> str:
    """The key that an API client sends. Raises Unknown when it sends none."""
    key = request.headers.get("Authorization", "").partition(" ")[2].strip()
    if not has_bearer(request) or not key:
        raise Unknown
    return key


def cookie(request: Request) -> str:
    """The key in the cookie, the empty text without one."""
    return request.cookies.get(_name(request), "")


def is_own_form(request: Request, *, unsaid: bool = False) -> bool:
    """Whether a page of this host sent the request: what `Sec-Fetch-Site` says, else `Origin`, else `unsaid`."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        return site == "same-origin"
    return origin.partition("://")[2] == request.host if origin is not None else unsaid


def signals(request: Request) -> tuple[str, ...]:
    """What the browser says about privacy by itself."""
    return ("Sec-GPC",) if request.headers.get("Sec-GPC") == "1" else ()


def keep(response: Response, request: Request, key: str, lasting: timedelta) -> None:
    """Put the key into a cookie that no script reads and no other site sends along.

    In the frame of another site it is partitioned: it exists below that site alone.
    """
    framed = is_framed(request)
    response.set_cookie(
        _name(request),
        key,
        max_age=lasting,
        secure=framed or not _is_plain(request),
        httponly=True,
        samesite="None" if framed else "Lax",
        partitioned=framed,
    )


def forget(response: Response, request: Request) -> None:
    """Take the cookie back, in a frame and outside."""
    name, secure = _name(request), not _is_plain(request)
    response.delete_cookie(name, secure=secure, httponly=True, samesite="Lax")
    if is_framed(request):
        response.delete_cookie(name, secure=True, httponly=True, samesite="None", partitioned=True)


def is_framed(request: Request) -> bool:
    """Whether a page is shown within a page of the shop."""
    return request.args.get("embed") == "1"


def _name(request: Request) -> str:
    return COOKIE if _is_plain(request) else f"__Host-{COOKIE}"


def _is_plain(request: Request) -> bool:
    """Whether this is somebody's own machine without TLS, where browsers refuse the prefix."""
    try:
        host = urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        return False
    return not request.is_secure and is_loopback(host)
