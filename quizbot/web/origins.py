"""Which pages of others may embed a quiz and read the API: exact origins, or this machine under its other name."""

from http import HTTPStatus

from flask import Blueprint, Flask, Request, Response, request

from quizbot.content.site import Site
from quizbot.shop import Shop

_LOADER = "/embed"
_READABLE = ("/api/", _LOADER)
_METHODS = "GET, POST, PATCH, DELETE"
_HEADERS = "Authorization, Content-Type, Idempotency-Key"
_SECONDS = "600"
_LOOPBACK = {"localhost": "127.0.0.1", "127.0.0.1": "localhost"}


def twin(asked: Request) -> str | None:
    """The origin of this server under the other loopback name, None when it is asked by a name of the network."""
    name, colon, port = asked.host.partition(":")
    other = _LOOPBACK.get(name)
    return f"{asked.scheme}://{other}{colon}{port}" if other else None


def framers(site: Site, asked: Request) -> tuple[str, ...]:
    """The origins whose pages may embed what is asked for."""
    return tuple(each for each in (*site.embed.origins, twin(asked)) if each)


def share(app: Flask, shop: Shop) -> None:
    """Let scripts of the listed origins read the API and load the embed's script with a hash; never with cookies."""
    gate = Blueprint("origins", __name__)

    @gate.before_app_request
    def _preflight() -> Response | None:
        asks = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        return Response(status=HTTPStatus.NO_CONTENT) if asks and request.path.startswith(_READABLE) else None

    @gate.after_app_request
    def _shared(response: Response) -> Response:
        if not request.path.startswith(_READABLE):
            return response
        response.vary.add("Origin")
        origin = request.headers.get("Origin", "")
        known = framers(shop.site, request) if request.path.startswith(_LOADER) else shop.site.embed.origins
        if origin not in known:
            return response
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "Retry-After"
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = _METHODS
            response.headers["Access-Control-Allow-Headers"] = _HEADERS
            response.headers["Access-Control-Max-Age"] = _SECONDS
        return response

    app.register_blueprint(gate)
