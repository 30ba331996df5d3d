"""The question below the results whether anything may be kept: what is asked when, and what an answer does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from flask import Request

from quizbot.advice.turn import Past, Refinement, Turn
from quizbot.consent import PURPOSES, Asked, Grant, NotGranted, Notice, Purpose, Terms
from quizbot.content.edition import Edition
from quizbot.content.texts import Speech
from quizbot.shop import Shop
from quizbot.store.protocol import Conflict, Response, Unavailable, Unknown
from quizbot.visits import Act, Deed, Visit, add, daily, last_turn, lasting, note, opt_in, recalled, remembered
from quizbot.web.conversation import Scene
from quizbot.web.forms import Form
from quizbot.web.state import Kept, State, fitting, read_state
from quizbot.web.visitor import cookie, is_own_form, memory_of, signals

ASKED: tuple[Purpose, ...] = ("remember", "history", "improve")
"""What the page asks for; `email` needs somebody who sends."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, as far as their cookie says: their key and what they granted.

    `is_off` tells that nothing can be remembered now, `is_gone` that nobody is known by the cookie any more.
    """

    key: str = ""
    grant: Grant | None = None
    is_off: bool = False
    is_gone: bool = False

    @property
    def purposes(self) -> frozenset[Purpose]:
        """What they agreed to."""
        return frozenset(self.grant.purposes if self.grant else ())


@dataclass(frozen=True, slots=True)
class Offer:
    """The one purpose that is asked for now, under which notice; `key` makes the answer count once."""

    purpose: Purpose
    terms: Terms
    notice: Notice
    sensitive: bool
    key: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of an answer: a receipt, with the visitor's key when it is new; else what to mend, or a refusal."""

    receipt: Mapping[str, Any] | None = None
    key: str = ""
    mistake: str | None = None
    refused: bool = False
    is_off: bool = False
    lasting: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Consenting:
    """What a page shows of it: an offer, what became of the last one, and what the browser signals."""

    offer: Offer | None = None
    answered: Answered | None = None
    is_off: bool = False
    signals: tuple[str, ...] = ()
    visitor: Visitor = field(default_factory=Visitor)

    @property
    def keeps_deeds(self) -> bool:
        """Whether what is done with products is kept, by what was agreed to before or a moment ago."""
        receipt = self.answered.receipt if self.answered else None
        agreed = {each["purpose"] for each in receipt["purposes"]} if receipt else self.visitor.purposes
        return not self.is_off and bool(agreed & {"history", "improve"})


def identify(shop: Shop, request: Request) -> Visitor:
    """Who asks. A form that another site sent is nobody's; without a cookie, nothing is opened."""
    key = cookie(request)
    if not key or (request.method == "POST" and not is_own_form(request)):
        return Visitor()
    try:
        return Visitor(key, memory_of(shop).grant(key))
    except Unknown:
        return Visitor(is_gone=True)
    except Unavailable:
        return Visitor(key, is_off=True)


def returning(shop: Shop, edition: Edition, visitor: Visitor, language: str) -> tuple[Form, Response | None]:
    """The form that shows remembered answers at once, with what is remembered; an empty one where nothing is."""
    if visitor.grant is None or "remember" not in visitor.purposes:
        return Form(), None
    try:
        found = remembered(memory_of(shop), visitor.key, edition.id)
    except (Unavailable, Unknown, NotGranted):
        return Form(), None
    if found is None:
        return Form(), None
    turn = last_turn(found, language)
    state = fitting(edition, State(turn.answers, (), tuple(Kept(each) for each in turn.refine)))
    return Form({"state": state.text(edition.version), "step": "finish"}), found


def past(shop: Shop, edition: Edition, visitor: Visitor) -> Sequence[Past]:
    """What a visitor let be remembered of what they did, where it may count."""
    if "history" not in visitor.purposes or edition.quiz.gift is True:
        return ()
    try:
        return recalled(memory_of(shop), visitor.key)
    except (Unavailable, Unknown):
        return ()


@dataclass(frozen=True, slots=True)
class Said:
    """What a request said: its form, who sent it, and in which language they are spoken to."""

    request: Request
    form: Form
    visitor: Visitor
    speech: Speech

    @property
    def step(self) -> str:
        """The button that was pressed, without what it names."""
        return self.form.get("step", "").partition(":")[0]


def consenting(shop: Shop, scene: Scene, said: Said) -> Consenting:
    """What a page shows of the question, after what its form said was done."""
    if scene.question or scene.compared or not scene.advice.results:
        return Consenting(visitor=said.visitor)
    return _Reply(shop, scene, said).consenting()


@dataclass(frozen=True, slots=True)
class _Reply:
    """One page of results, and what its visitor said."""

    shop: Shop
    scene: Scene
    said: Said

    def consenting(self) -> Consenting:
        answered = self._answered()
        visitor = self.said.visitor
        is_off = visitor.is_off or self.shop.memory is None or bool(answered and answered.is_off)
        if not (is_off or answered) and visitor.grant and self.said.request.method == "POST":
            is_off = not self._keep_on(visitor)
        return Consenting(
            offer=None if is_off else self._offer(answered),
            answered=answered,
            is_off=is_off,
            signals=signals(self.said.request),
            visitor=visitor,
        )

    def _answered(self) -> Answered | None:
        if self.said.step == "refuse":
            return Answered(refused=True)
        if self.said.step != "consent":
            return None
        form, speech, notice = self.said.form, self.said.speech, self._notice
        purposes = frozenset(each for each in PURPOSES if each in form.getlist("purposes"))
        if not purposes:
            return Answered(mistake=speech("own.tick"))
        if form.get("notice") != notice.revision:
            return Answered(mistake=speech("own.stale"))
        if not is_own_form(self.said.request, unsaid=True):
            return Answered(mistake=speech("own.not-own"))
        sensitive = form.get("sensitive") == "yes"
        asked = Asked(purposes=purposes, sensitive=sensitive, mechanism="form", signals=signals(self.said.request))
        payload = [sorted(purposes), sensitive, notice.revision, form.get("state", "")]
        return self._agreed(Act(form.get("key", ""), asked, notice, payload))

    def _agreed(self, act: Act) -> Answered:
        visitor = self.said.visitor
        try:
            memory = memory_of(self.shop)
            if visitor.grant:
                receipt = add(memory, visitor.key, act, self._visit)
                return Answered(receipt, visitor.key, lasting=lasting(receipt))
            key, receipt = opt_in(memory, act, self._visit)
        except Unavailable:
            return Answered(is_off=True)
        except (Conflict, Unknown, ValueError):
            return Answered(mistake=self.said.speech("own.twice"))
        return Answered(receipt, key, lasting=lasting(receipt))

    def _keep_on(self, visitor: Visitor) -> bool:
        """Keep what was agreed to earlier; whether it could be."""
        memory, visit, key = memory_of(self.shop), self._visit, self._digest
        try:
            response = visit.response(memory.clock())
            if response and "remember" in visitor.purposes:
                memory.save_response(visitor.key, response)
            shown = visit.shown(key, memory.clock())
            if shown and "improve" in visitor.purposes:
                memory.save_shown(visitor.key, shown)
            if visitor.purposes & {"history", "improve"}:
                self._keep_opinion(visitor)
        except Unavailable:
            return False
        except (Unknown, NotGranted, Conflict):
            return True  # taken back a moment ago, which is what holds
        return True

    def _keep_opinion(self, visitor: Visitor) -> None:
        """Keep what was just said of a product, and forget what was just taken back."""
        memory, now = memory_of(self.shop), self._opinions(self.scene.state)
        before = self._opinions(self.said.form.get("state", ""))
        at = memory.clock()
        if new := [daily(each, at) for each in now - before]:
            note(self.shop, memory, visitor.key, new, token_urlsafe(24))
        if self.said.step == "unrefine":
            for each in before - now:
                memory.forget_event(visitor.key, daily(each, at).id or "")

    def _opinions(self, state: str) -> set[Deed]:
        """The likes and dislikes that a state holds; for a gift they are not the visitor's own."""
        quiz, gift = self.scene.edition.id, self.scene.advice.gift
        said = _wishes(read_state(state) or State())
        likes = {Deed(item=each.like, kind="like", quiz=quiz, gift=gift) for each in said if each.like}
        return likes | {Deed(item=each.dislike, kind="dislike", quiz=quiz, gift=gift) for each in said if each.dislike}

    def _offer(self, answered: Answered | None) -> Offer | None:
        notice = self._notice
        purpose = self._wanted if answered is None else self._once_more if answered.mistake else None
        if purpose is None or purpose not in notice.purposes:
            return None
        sensitive = any(self.scene.edition.questions[each].sensitive for each in self._visit.turn.answers)
        return Offer(purpose, notice.purposes[purpose], notice, sensitive, token_urlsafe(24))

    @property
    def _wanted(self) -> Purpose | None:
        """The one purpose that would serve now and was neither agreed to nor refused."""
        state, visitor = read_state(self.scene.state) or State(), self.said.visitor
        serving: list[Purpose] = ["improve"] if self.said.step in ("like", "dislike") else []
        serving += ["remember", "history"] if visitor.grant else ["remember"]
        done = {*state.asked, *visitor.purposes}
        return None if self.scene.advice.gift else next((each for each in serving if each not in done), None)

    @property
    def _once_more(self) -> Purpose | None:
        return next((each for each in ASKED if each in self.said.form.getlist("offered")), None)

    @property
    def _notice(self) -> Notice:
        return self.shop.notice(self.said.speech.language)

    @property
    def _visit(self) -> Visit:
        """The conversation as the page holds it now."""
        state, results = read_state(self.scene.state) or State(), self.scene.advice.results
        turn = Turn(answers=dict(state.answers), refine=_wishes(state), language=self.said.speech.language)
        return Visit(self.scene.edition, turn, results.items if results else [])

    @property
    def _digest(self) -> str:
        """The same for the same step, so that what is sent twice is kept once."""
        return sha256(f"{self.said.form.get('step')} {self.scene.state}".encode()).hexdigest()


def _wishes(state: State) -> list[Refinement]:
    return [each.refinement for each in state.refine]
