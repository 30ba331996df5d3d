"""The page of somebody's own data: everything that is kept, readable, and every way to take it back."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request

from quizbot.advice.preference import prefer
from quizbot.consent import PURPOSES, WITHDRAWN_DAYS, Asked, Grant, Notice, Purpose
from quizbot.content.edition import Edition
from quizbot.content.texts import Speech
from quizbot.memory import Memory
from quizbot.shop import Shop
from quizbot.signing import Expired, Forged
from quizbot.store.protocol import Conflict, Unavailable, Unknown
from quizbot.visits import lasting
from quizbot.web.conversation import Said, said
from quizbot.web.errors import RETRY_SECONDS
from quizbot.web.language import listened
from quizbot.web.mailing import home
from quizbot.web.pages import page
from quizbot.web.state import State, sift
from quizbot.web.visitor import cookie, forget, is_own_form, keep, memory_of, signals

LINK_DAYS = timedelta(days=60)
"""How long the link in a mail works."""

_STEPS = 4  # a level is told as 1 to 5


@dataclass(frozen=True, slots=True)
class Level:
    """A trait as it is wanted: in 0..1, and the same as 1 to 5."""

    label: str
    level: float
    step: int


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to one quiz in words, those of special categories apart, and the preferences read from them."""

    title: str
    date: str
    said: list[Said]
    sensitive: list[Said]
    levels: list[Level]
    shown: list[str]


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything under a key: as it is stored, the answers in words, and what may be done with it under which notice.

    `key` is in the page's forms when no cookie brings it.
    """

    held: Mapping[str, Any]
    answers: list[Answers]
    titles: Mapping[str, str]
    grant: Grant
    notice: Notice
    key: str

    @property
    def offered(self) -> list[Purpose]:
        """The purposes with a switch: those that are held, and those that the notice speaks of but for mail."""
        return [
            each
            for each in PURPOSES
            if each in self.notice.purposes and (each != "email" or each in self.grant.purposes)
        ]

    def agreed(self, entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The purposes of one entry of the record, each in the words it was agreed to under."""
        notices = self.held["notices"]
        purposes = entry["record"]["purposes"].items()
        return [notices[each.get("notice") or entry["notice"]]["purposes"][name] for name, each in purposes]


@dataclass(frozen=True, slots=True)
class _Done:
    """What a press of a button did, in words."""

    news: str | None = None
    mistake: str | None = None
    status: int = HTTPStatus.OK
    receipt: Mapping[str, Any] | None = None


def blueprint(shop: Shop) -> Blueprint:
    """The page as a route."""
    pages = Blueprint("mydata", __name__)

    @pages.route("/my-data", methods=["GET", "POST"])
    def my_data() -> Response:
        """What is kept, and the ways to take it back."""
        told = shop.site.speech(listened(request, shop.site.languages, shop.site.languages))
        if request.values.get("mail"):
            return _by_mail(shop, told, request.values["mail"])
        typed = request.form.get("key", "").strip() if request.method == "POST" else ""
        key = typed or cookie(request)
        try:
            if not key:
                return _shown(shop, told, _Done())
            if request.method == "POST" and not typed and not is_own_form(request):
                return _shown(shop, told, _Done(mistake=told("own.not-own"), status=HTTPStatus.FORBIDDEN))
            return _opened(shop, told, key, typed)
        except Unknown:
            gone = _Done(mistake=told("own.unknown-key"), status=HTTPStatus.UNAUTHORIZED) if typed else _Done()
            response = _shown(shop, told, gone)
            response.headers["WWW-Authenticate"] = "Bearer"
            if not typed:
                forget(response, request)
            return response
        except Unavailable:
            return _off(shop, told)

    return pages


def _by_mail(shop: Shop, told: Speech, signed: str) -> Response:
    """What the link in a mail leads to: a press takes the mail back. It opens nothing of what is kept."""
    try:
        memory = memory_of(shop)
        person = memory.way_back(home(shop, request)).read(signed, memory.clock(), LINK_DAYS)
        if request.method != "POST":
            memory.consent_of(person)
            return _shown(shop, told, _Done(), mail=signed)
        memory.take_back(person, "email", shop.notice(told.language))
        return _shown(shop, told, _Done(news=told("own.mail-back")))
    except (Forged, Expired, Unknown):
        gone = _Done(mistake=told("own.mail-gone"), status=HTTPStatus.UNAUTHORIZED)
        response = _shown(shop, told, gone)
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    except Unavailable:
        return _off(shop, told)


def _off(shop: Shop, told: Speech) -> Response:
    response = _shown(shop, told, _Done(mistake=told("own.off"), status=HTTPStatus.SERVICE_UNAVAILABLE))
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _opened(shop: Shop, told: Speech, key: str, typed: str) -> Response:
    """What a key opens, after what was pressed. Raises Unknown and Unavailable."""
    memory, do = memory_of(shop), request.form.get("do", "")
    if do in ("export", "receipt"):
        held = memory.export(key)
        receipts = [each["receipt"] for each in held["consents"] if each["receipt"]]
        return _download(do, receipts[-1] if do == "receipt" and receipts else held)
    done = _done(shop, memory, told, key, do)
    if do == "erase":
        response = _shown(shop, told, done)
        forget(response, request)
        return response
    kept = _kept(shop, memory, told, key, typed)
    response = _shown(shop, told, done, kept)
    if done.receipt and not typed and kept.grant.purposes:
        keep(response, request, key, lasting(dict(done.receipt)))
    return response


def _done(shop: Shop, memory: Memory, told: Speech, key: str, do: str) -> _Done:
    match do:
        case "forget":
            found = memory.forget_event(key, request.form.get("event", ""))
            return _Done(news=told("own.forgotten") if found else None)
        case "erase":
            memory.erase(key)
            return _Done(news=told("own.erased"))
        case "purposes":
            return _chosen(shop, memory, told, key)
    return _Done()


def _chosen(shop: Shop, memory: Memory, told: Speech, key: str) -> _Done:
    """Let exactly the ticked purposes hold. Who only takes back needs no notice."""
    before, notice = memory.grant(key), shop.notice(told.language)
    purposes = frozenset(each for each in PURPOSES if each in request.form.getlist("purposes"))
    sensitive = request.form.get("sensitive") == "yes"
    adds = bool(purposes - before.purposes.keys()) or sensitive > before.sensitive
    if adds and request.form.get("notice") != notice.revision:
        return _Done(mistake=told("own.stale"))
    kept = purposes & before.purposes.keys()
    asked = Asked(purposes=purposes, kept=kept, sensitive=sensitive, mechanism="form", signals=signals(request))
    try:
        receipt = memory.set_purposes(key, asked, notice)
    except (ValueError, Conflict):
        return _Done(mistake=told("own.stale"))
    news = told("own.saved") if purposes else told("own.withdrawn", n=WITHDRAWN_DAYS)
    return _Done(news=news, receipt=receipt)


def _download(name: str, value: Any) -> Response:
    text = json.dumps(value, ensure_ascii=False, indent=2)
    response = Response(text, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{"my-data" if name == "export" else name}.json"'
    return response


def _shown(shop: Shop, told: Speech, done: _Done, kept: Kept | None = None, mail: str = "") -> Response:
    response = page("my-data.html", shop, told, done=done, kept=kept, mail=mail, signals=signals(request))
    response.status_code = done.status
    response.headers["Cache-Control"] = "no-store"
    return response


# What is kept, in words -----------------------------------------------------------------------------


def _kept(shop: Shop, memory: Memory, told: Speech, key: str, typed: str) -> Kept:
    held = memory.export(key)
    found = [_answers(shop, told, each) for each in held["responses"]]
    editions = [each.spoken(told.language) for each in shop.library.editions.values()]
    wanted = {each["item"] for each in (*held["events"], *held["outcomes"])}
    titles = {item: title for each in editions for item, title in _titles(each, wanted)}
    return Kept(held, found, titles, memory.grant(key), shop.notice(told.language), typed)


def _titles(edition: Edition, items: Iterable[str]) -> Iterable[tuple[str, str]]:
    texts, places = edition.shown.columns["title"].texts, edition.shown.positions
    return ((each, texts[places[each]]) for each in items if each in places)


def _answers(shop: Shop, told: Speech, response: Mapping[str, Any]) -> Answers:
    """One remembered response; of a quiz that is no longer here, as it is stored."""
    date, shown = told.date(response["at"]), [str(each[0]) for each in response["shown"]]
    edition = shop.edition(response["quiz"])
    if edition is None:
        return Answers(response["quiz"], date, [], [], [], shown)
    edition = edition.spoken(told.language)
    special = response["sensitive"] or {}
    _, answers, _ = sift(edition, State({**response["answers"], **special}))
    words = [(name, said(edition, edition.questions[name], each, told)) for name, each in answers.items()]
    titles = dict(_titles(edition, shown))
    return Answers(
        title=edition.quiz.title,
        date=date,
        said=[each for name, each in words if name not in special],
        sensitive=[each for name, each in words if name in special],
        levels=_levels(edition, answers),
        shown=[titles.get(each, each) for each in shown],
    )


def _levels(edition: Edition, answers: Mapping[str, Any]) -> list[Level]:
    """The levels that answers want of each trait: the mean of their wishes, each by its mass."""
    sums: dict[str, list[float]] = {}
    for wish in prefer(edition, answers).own.wishes:
        if wish.kind in ("level", "bounds") and wish.trait in edition.quiz.traits:
            middle = (wish.low + wish.high) / 2 if wish.kind == "bounds" else wish.level
            found = sums.setdefault(wish.trait, [0.0, 0.0])
            found[0] += middle * wish.mass
            found[1] += wish.mass
    means = {name: weighed / mass for name, (weighed, mass) in sums.items() if mass}
    return [Level(edition.quiz.traits[name].label, each, 1 + round(_STEPS * each)) for name, each in means.items()]
