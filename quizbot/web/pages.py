"""The pages of a shop: its quizzes, the conversation, and the files they need."""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, send_from_directory, url_for

from quizbot.content.edition import Edition
from quizbot.content.site import Theme
from quizbot.content.texts import Speech
from quizbot.settings import bundled
from quizbot.shop import Shop
from quizbot.visits import changes
from quizbot.web import framed
from quizbot.web.addresses import link, picture, product_link, relative_pictures
from quizbot.web.consenting import Consenting, Said, consenting, identify, past, returning
from quizbot.web.conversation import Listener, Scene, play
from quizbot.web.errors import RETRY_SECONDS
from quizbot.web.language import foreign, heard, listened
from quizbot.web.metrics import happened
from quizbot.web.origins import framers
from quizbot.web.pictures import bars, portrait, versus
from quizbot.web.refining import STEPS
from quizbot.web.theme import Scheme, stylesheet
from quizbot.web.used import used
from quizbot.web.visitor import forget, keep

_SCHEMES: Mapping[str, Scheme] = {"light": "light", "dark": "dark"}
_FOREVER = "public, max-age=31536000, immutable"
_PICTURES = frozenset({".svg", ".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif"})
_SHEET, _SCRIPT, _LOADER = "quiz.css", "quiz.js", "embed.js"
FRAMED, RAIL = "frame.js", "rail.css"
_EARLIER = "loaders"
_KEPT = (_SHEET, _SCRIPT, FRAMED, RAIL)


def blueprint(shop: Shop) -> Blueprint:
    """The pages of a shop as routes."""
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def index() -> Response:
        """The quizzes to choose from."""
        quizzes = list(shop.library.editions.values())
        own = quizzes[0].languages if quizzes else ("en",)
        language = listened(request, shop.site.languages, own)
        told = shop.site.speech(language)
        cards = [(each.spoken(language), next(relative_pictures(each), None)) for each in quizzes]
        return page("index.html", shop, told, cards=cards)

    @pages.route("/quiz/<quiz>", methods=["GET", "POST"])
    def conversation(quiz: str) -> Response:
        """One step of the conversation."""
        found = shop.edition(quiz) or abort(404)
        language = heard(request, shop.site.languages, found)
        told, edition = shop.site.speech(language), found.spoken(language)
        visitor = identify(shop, request)
        form, before = (request.form, None) if request.method == "POST" else returning(shop, edition, visitor, language)
        product = request.args.get("product", "")[:128] or None
        listener = Listener(told, product, framed.history(form, edition), past(shop, edition, visitor))
        scene = play(shop, edition, form, listener)
        results = scene.advice.results
        since = changes(edition, before, results.items) if before and results else None
        asked = consenting(shop, scene, Said(request, form, visitor, told))
        _count(scene, asked, form.get("step", ""))
        is_fragment = request.method == "POST" and request.headers.get("X-Requested-With") == "quizbot"
        template = "step.html" if is_fragment else "quiz.html"
        keeps = url_for("deeds.did", quiz=edition.id, own=1) if asked.keeps_deeds and not scene.advice.gift else None
        values = {"scene": scene, "consenting": asked, "since": since, "keeps": keeps}
        values["is_kept"] = bool(asked.visitor.purposes or asked.answered)
        values["used"] = used(scene, listener, is_remembered=before is not None)
        shown = page(template, shop, told, **values, **_of_quiz(edition, scene, told))
        return _kept(shown, asked)

    @pages.get("/theme.css")
    def theme() -> Response:
        """The shop's colors."""
        tokens = _tokens(shop.site.theme, _scheme())
        return _lasting(Response(tokens, content_type="text/css; charset=utf-8"), _stamp(tokens))

    @pages.after_app_request
    def _keep_file(response: Response) -> Response:
        name = (request.view_args or {}).get("filename") if request.endpoint == "static" else None
        return _lasting(response, _file_stamp(name)) if name in _KEPT else response

    @pages.get("/embed.js")
    def loader() -> Response:
        """The script that opens a quiz in a page of the shop."""
        return send_from_directory(bundled("static"), _LOADER)

    @pages.get("/embed/<version>/embed.js")
    def lasting_loader(version: str) -> Response:
        """The same script, or an earlier one, under an address that never changes its content; pages pin its hash."""
        name = _LOADER if version == loader_version() else f"{_EARLIER}/{version}.js"
        response = send_from_directory(bundled("static"), name)
        response.headers["Cache-Control"] = _FOREVER
        return response

    @pages.get("/content/<path:path>")
    def content(path: str) -> Response:
        """A picture of the content folder, and nothing else of it."""
        hidden = any(part.startswith(".") for part in path.split("/"))
        if hidden or Path(path).suffix.casefold() not in _PICTURES:
            abort(404)
        return send_from_directory(shop.library.folder.resolve(), path)

    return pages


def page(template: str, shop: Shop, told: Speech, **values: Any) -> Response:
    """A page in one language, with what every page needs."""
    root = request.script_root + "/"
    html = render_template(
        template,
        site=shop.site,
        speech=told,
        say=lambda key, **places: told(f"page.{key}", **places),
        embedded=request.args.get("embed") == "1",
        scheme=_scheme(),
        styles=_styles(shop),
        picture=lambda address: picture(address, root),
        product_link=lambda item: product_link(item, shop.site),
        link=link,
        my_data=url_for("mydata.my_data", **passed_on("lang", "embed")),
        origins=" ".join(framers(shop.site, request)),
        bars=bars,
        chip=lambda each: each.model_dump_json(include={"label", "refine"}, exclude_none=True),
        signed=lambda points: _signed(points, told),
        foreign=lambda own: foreign(own, told.language),
        **values,
    )
    response = Response(html, content_type="text/html; charset=utf-8")
    response.vary.update(("Accept-Language", "X-Requested-With"))
    return response


def _count(scene: Scene, asked: Consenting, step: str) -> None:
    """Count what a step did."""
    kind = step.partition(":")[0]
    if not step:
        happened(scene.edition, "start")
    elif kind in ("next", "skip") and not scene.mistake:
        happened(scene.edition, "answer")
    elif kind in STEPS:
        happened(scene.edition, "refine")
    if asked.answered and asked.answered.receipt:
        happened(scene.edition, "consent")
    if kind in ("next", "skip", "finish") and not scene.question and not scene.surveyed:
        happened(scene.edition, "complete")


def _kept(page: Response, asked: Consenting) -> Response:
    """The page with the cookie that an opt-in sets, or without one that nobody is known by any more."""
    answered = asked.answered
    if asked.visitor.is_gone:
        forget(page, request)
    if answered and answered.receipt:
        keep(page, request, answered.key, answered.lasting)
    if answered and answered.is_off:
        page.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        page.headers["Retry-After"] = RETRY_SECONDS
    if asked.visitor.key or asked.visitor.is_gone or (answered and answered.receipt):
        page.headers["Cache-Control"] = "no-store" if answered else "no-cache, private"
    return page


def _signed(points: int, told: Speech) -> str:
    """Points with their sign; the minus is the typographic one, which is read as such."""
    return ("+" if points > 0 else "\N{MINUS SIGN}" if points < 0 else "") + told.number(abs(points))


def _of_quiz(edition: Edition, scene: Scene, told: Speech) -> dict[str, Any]:
    """What the pages of one quiz need."""
    kept = passed_on("lang", "embed", "product", "theme")
    persona = scene.advice.results.persona if scene.advice.results and not scene.question else None
    drawn = next((each for each in edition.quiz.personas if persona and each.id == persona.id), None)
    return {
        "edition": edition,
        "quiz": edition.quiz,
        "title": _title(edition, scene, told),
        "status": _status(scene, told),
        "script": stamped(_SCRIPT),
        "framed": stamped(FRAMED),
        "news": framed.told(scene) if request.args.get("embed") == "1" else None,
        "action": url_for("pages.conversation", quiz=edition.id, _anchor="now", **kept),
        "rows": versus(scene.compared, _labels(edition)) if scene.compared else (),
        "portrait": portrait(drawn, edition.quiz.traits) if drawn else None,
    }


def passed_on(*names: str) -> dict[str, Any]:
    """What of an address stays in the next one."""
    return {name: request.args[name] for name in names if name in request.args}


def _labels(edition: Edition) -> dict[str, str]:
    """What traits and questions are called."""
    return {each.id: each.ask for each in edition.quiz.questions} | {
        name: each.label for name, each in edition.quiz.traits.items()
    }


def _title(edition: Edition, scene: Scene, told: Speech) -> str:
    """What the browser calls this step."""
    now = scene.question.ask if scene.question else told("page.compared" if scene.compared else "page.your-results")
    begin = f"{told('page.error')}: " if scene.mistake else ""
    return f"{begin}{now} · {edition.quiz.title}"


def _status(scene: Scene, told: Speech) -> str:
    """What is spoken when this step has come."""
    if scene.question:
        return told("page.progress", number=scene.number, total=scene.total)
    results = scene.advice.results
    found = told("page.suggestions", n=len(results.items) if results else 0)
    return f"{told('page.updated', words=scene.news)} {found}" if scene.news else found


def _styles(shop: Shop) -> list[str]:
    """Addresses of the style sheets; they change with their content and so may be kept."""
    return [
        stamped(_SHEET),
        url_for("pages.theme", v=_stamp(_tokens(shop.site.theme, _scheme())), theme=_scheme()),
    ]


def _scheme() -> Scheme | None:
    """Light or dark, where the page around has only one of them."""
    asked = request.args.get("theme", "")
    return _SCHEMES.get(asked)


def loader_version() -> str:
    """The version of the embed's script: it changes with the script."""
    return _file_stamp(_LOADER)


def stamped(name: str) -> str:
    """The address of a static file, which changes with its content."""
    return url_for("static", filename=name, v=_file_stamp(name))


def _file_stamp(name: str) -> str:
    path = bundled("static") / name
    return _content_stamp(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _content_stamp(path: Path, _changed: int) -> str:
    return _stamp(path.read_text("utf-8"))


@lru_cache(maxsize=8)
def _tokens(theme: Theme, scheme: Scheme | None) -> str:
    return stylesheet(theme, scheme)


def _stamp(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]


def _lasting(response: Response, stamp: str) -> Response:
    """Let a response be kept when the address names exactly this content."""
    if response.status_code == HTTPStatus.OK and request.args.get("v") == stamp:
        response.headers["Cache-Control"] = _FOREVER
    return response
