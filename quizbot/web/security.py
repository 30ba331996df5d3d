"""What every response says to the browser: nothing runs, nothing is sent elsewhere, nobody else may frame it."""

from flask import Flask, Response, request

from quizbot.shop import Shop
from quizbot.web.addresses import picture_hosts
from quizbot.web.origins import framers, twin

EMBEDDABLE = ("pages.conversation", "mydata.my_data", "rail.shown")
DEMO = "demo.product"
_FOR_OTHER_SITES = ("pages.loader", "pages.lasting_loader", "pages.content")
_FEATURES = (
    "accelerometer", "autoplay", "camera", "clipboard-read", "display-capture", "encrypted-media",
    "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer",
    "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "serial",
    "storage-access", "usb", "window-management", "xr-spatial-tracking",
)  # fmt: skip
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer, forms would send `Origin: null`
    "Permissions-Policy": ", ".join(f"{each}=()" for each in _FEATURES),
}
_NOTHING = "default-src 'none'; base-uri 'none'; object-src 'none'; form-action 'none'; frame-ancestors 'none'"
_OWN = ("/api/v1/me", "/api/v1/consents", "/my-data")
"""What is somebody's own, and kept in no cache."""
_TWO_YEARS = "max-age=63072000; includeSubDomains"


FIXED = {**_ALWAYS, "Content-Security-Policy": _NOTHING, "Cross-Origin-Resource-Policy": "same-origin"}
"""What a refusal says that is made before any page is."""


def guard(app: Flask, shop: Shop) -> None:
    """Put the headers on every response of the application, errors and files included."""

    @app.after_request
    def _headers(response: Response) -> Response:
        response.headers.update(_ALWAYS)
        is_page = response.mimetype == "text/html"
        response.headers["Content-Security-Policy"] = _page_policy(shop) if is_page else _file_policy(response)
        others = request.endpoint in _FOR_OTHER_SITES
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin" if others else "same-origin"
        if is_page:
            response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = _TWO_YEARS
        own = request.path.startswith(_OWN)
        response.headers.setdefault("Cache-Control", "no-store" if own else "no-cache")
        return response


def _page_policy(shop: Shop) -> str:
    """What this host serves, pictures of the hosts in the quiz's catalog, and no text that becomes a script."""
    quiz = (request.view_args or {}).get("quiz", "")
    edition = shop.edition(quiz)
    pictures = " ".join(("'self'", *(picture_hosts(edition) if edition else ())))
    return (
        "default-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'; connect-src 'self'; "
        f"script-src 'self'{_embeds()}; style-src 'self'; img-src {pictures}; form-action 'self'; base-uri 'none'; "
        f"object-src 'none'; frame-ancestors {_framers(shop)}"
    )


def _embeds() -> str:
    """What the demo shop's page needs: the loader and the frame, from this server's other name where it has one."""
    if request.endpoint != DEMO:
        return ""
    other = twin(request) or "'self'"
    return f" {other}; frame-src {other}"


def _framers(shop: Shop) -> str:
    embedded = request.endpoint in EMBEDDABLE and request.args.get("embed") == "1"
    return (" ".join(framers(shop.site, request)) if embedded else "") or "'none'"


def _file_policy(response: Response) -> str:
    """For what is no page; a drawing opened by itself may not even count as this host's."""
    return f"{_NOTHING}; sandbox" if response.mimetype == "image/svg+xml" else _NOTHING
