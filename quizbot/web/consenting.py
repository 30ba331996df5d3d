"""The question below the results whether anything may be kept: what is asked when, and what an answer does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from re import fullmatch
from secrets import token_urlsafe
from typing import Any

from flask import Request

from quizbot.advice.turn import Past, Refinement, Turn
from quizbot.consent import PURPOSES, Asked, Grant, NotGranted, Notice, Purpose, Terms
from quizbot.content.edition import Edition
from quizbot.content.site import MAILBOX
from quizbot.content.texts import Speech
from quizbot.shop import Shop
from quizbot.store.protocol import Conflict, Response, Unavailable, Unknown
from quizbot.visits import Act, Deed, Visit, add, daily, last_turn, lasting, note, opt_in, recalled, remembered
from quizbot.web.conversation import Scene
from quizbot.web.forms import Form
from quizbot.web.mailing import can_send, contents
from quizbot.web.refining import spoken
from quizbot.web.state import Kept, State, fitting, read_state
from quizbot.web.visitor import cookie, is_own_form, memory_of, signals

ASKED: tuple[Purpose, ...] = ("remember", "history", "improve")
"""What the page asks for by itself; `email` is there for who wants their result sent."""


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
    """A purpose that is asked for, under which notice; `key` makes the answer count once.

    It is asked for `again` when it was agreed to under another notice.
    """

    purpose: Purpose
    terms: Terms
    notice: Notice
    key: str
    sensitive: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of an answer: a receipt, with the visitor's key when it is new; else what to mend, or a refusal.

    `purpose` is what was asked for, `address` what was typed for it.
    """

    receipt: Mapping[str, Any] | None = None
    key: str = ""
    purpose: str = ""
    address: str = ""
    mistake: str | None = None
    refused: bool = False
    is_off: bool = False
    lasting: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Consenting:
    """What a page shows of it: an offer, the one of a mail, what became of the last one, what the browser signals."""

    offer: Offer | None = None
    mail: Offer | None = None
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
    kept = tuple(Kept(each, spoken(each, edition, shop.site.speech(language))) for each in turn.refine)
    state = fitting(edition, State(turn.answers, (), kept))
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
        answered, form = self._answered(), self.said.form
        if answered:
            answered = replace(answered, purpose=form.get("offered", ""), address=form.get("email", "")[:254])
        visitor = self.said.visitor
        is_off = visitor.is_off or self.shop.memory is None or bool(answered and answered.is_off)
        if not (is_off or answered) and visitor.grant and self.said.request.method == "POST":
            is_off = not self._keep_on(visitor)
        return Consenting(
            offer=None if is_off else self._offer(answered),
            mail=None if is_off else self._mail(answered),
            answered=answered,
            is_off=is_off,
            signals=signals(self.said.request),
            visitor=visitor,
        )

    def _answered(self) -> Answered | None:
        if self.said.step == "refuse":
            return self._refused()
        if self.said.step != "consent":
            return None
        form, notice = self.said.form, self._notice
        purposes = frozenset(each for each in PURPOSES if each in form.getlist("purposes"))
        address = form.get("email", "").strip() if "email" in purposes else ""
        if mistake := self._mistake(purposes, address):
            return Answered(mistake=self.said.speech(mistake))
        sensitive = form.get("sensitive") == "yes"
        asked = Asked(purposes=purposes, sensitive=sensitive, mechanism="form", signals=signals(self.said.request))
        payload = [sorted(purposes), sensitive, notice.revision, form.get("state", ""), address]
        letter = contents(self.shop, self.said.request, self._visit, address) if address else None
        return self._agreed(Act(form.get("key", ""), asked, notice, payload, letter))

    def _mistake(self, purposes: frozenset[Purpose], address: str) -> str | None:
        """The sentence about what is to be mended before anybody has agreed to anything."""
        if not purposes:
            return "own.tick"
        if self.said.form.get("notice") != self._notice.revision:
            return "own.stale"
        if not is_own_form(self.said.request, unsaid=True):
            return "own.not-own"
        return "own.address" if "email" in purposes and not fullmatch(MAILBOX, address) else None

    def _refused(self) -> Answered:
        """A refusal keeps nothing; of what is asked for again, it takes back what was agreed to before."""
        visitor = self.said.visitor
        left = visitor.purposes - (self._stale & set(self.said.form.getlist("offered")))
        if visitor.grant is None or left == visitor.purposes:
            return Answered(refused=True)
        asked = Asked(purposes=left, kept=left, sensitive=visitor.grant.sensitive, mechanism="form")
        try:
            memory_of(self.shop).set_purposes(visitor.key, asked, self._notice)
        except Unavailable:
            return Answered(is_off=True)
        except (Conflict, Unknown):
            return Answered(mistake=self.said.speech("own.stale"))
        return Answered(refused=True)

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
            if self.said.step == "right" and "improve" in visitor.purposes:
                self._keep_outcome(visitor)
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

    def _keep_outcome(self, visitor: Visitor) -> None:
        """Keep that the suggestions were right: their first product is what was looked for."""
        memory, first = memory_of(self.shop), self._visit.items[0]
        liked = Deed(item=first.id, kind="like", quiz=self.scene.edition.id, gift=self.scene.advice.gift)
        note(self.shop, memory, visitor.key, [daily(liked, memory.clock())], token_urlsafe(24))

    def _opinions(self, state: str) -> set[Deed]:
        """The likes and dislikes that a state holds; for a gift they are not the visitor's own."""
        quiz, gift = self.scene.edition.id, self.scene.advice.gift
        said = _wishes(read_state(state) or State())
        likes = {Deed(item=each.like, kind="like", quiz=quiz, gift=gift) for each in said if each.like}
        return likes | {Deed(item=each.dislike, kind="dislike", quiz=quiz, gift=gift) for each in said if each.dislike}

    def _offer(self, answered: Answered | None) -> Offer | None:
        notice = self._notice
        is_new = answered is None or bool(answered.mistake and answered.purpose == "email")
        purpose = self._wanted if is_new else self._once_more if answered and answered.mistake else None
        if purpose is None or purpose not in notice.purposes:
            return None
        sensitive = any(self.scene.edition.questions[each].sensitive for each in self._visit.turn.answers)
        again = purpose in self.said.visitor.purposes
        return Offer(purpose, notice.purposes[purpose], notice, token_urlsafe(24), sensitive, again)

    def _mail(self, answered: Answered | None) -> Offer | None:
        """The offer to send the result, until it was answered well or refused on this page; never for a gift."""
        notice, asked = self._notice, (read_state(self.scene.state) or State()).asked
        again = answered is not None and answered.mistake is not None and "email" in self.said.form.getlist("offered")
        terms = notice.purposes.get("email")
        if terms is None or self.scene.advice.gift or not can_send(self.shop, self.said.request):
            return None
        return None if "email" in asked and not again else Offer("email", terms, notice, token_urlsafe(24))

    @property
    def _wanted(self) -> Purpose | None:
        """The one purpose that would serve now and was neither agreed to nor refused."""
        state, visitor = read_state(self.scene.state) or State(), self.said.visitor
        serving: list[Purpose] = ["improve"] if self.said.step in ("like", "dislike", "why", "right") else []
        serving += ["remember", "history"] if visitor.grant else ["remember"]
        done = {*state.asked, *(visitor.purposes - self._stale)}
        return None if self.scene.advice.gift else next((each for each in serving if each not in done), None)

    @property
    def _stale(self) -> frozenset[Purpose]:
        """What was agreed to under another notice than today's: it holds as it was, and is asked for again."""
        grant, revision = self.said.visitor.grant, self._notice.revision
        agreed = grant.purposes.items() if grant else ()
        return frozenset(name for name, each in agreed if each.revision != revision)

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
