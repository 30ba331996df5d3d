"""What a shopper did before, as evidence of taste: events to wishes for whatever is like their items."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from quizbot.advice.preference import Wish
from quizbot.advice.turn import EventKind, Past
from quizbot.content.edition import Edition

WORTH: Mapping[EventKind, float] = {"view": 0.25, "like": 1.0, "cart": 0.75, "purchase": 1.0, "dislike": -1.0}
"""What an event of today says, against a like; below 0 it speaks for what is unlike its item."""

HALF_LIFE = 90.0
"""Days after which an event counts half."""

TRUST = 0.5
"""What a like weighs against the answer to a question: the lambda of the blend, until one is learned."""

MOST = 100
"""Items that are remembered at once: those that weigh most."""

_FARTHEST = 2.0  # what is found far down a list was looked for: it counts up to twice
_SLOPE = 0.25


def evidence(event: Past) -> float:
    """How much an event says of taste: its worth, halved every HALF_LIFE days, more from far down a list."""
    found_at = min(_FARTHEST, (event.position or 1) ** _SLOPE)
    return float(WORTH[event.kind] * 0.5 ** (event.days / HALF_LIFE) * found_at)


def known(edition: Edition, events: Iterable[Past]) -> tuple[list[Past], list[str]]:
    """The events whose item the catalog has, and the other items, each once."""
    found, unknown = [], []
    for each in events:
        if each.item in edition.catalog.positions:
            found.append(each)
        else:
            unknown.append(each.item)
    return found, list(dict.fromkeys(unknown))


@dataclass(frozen=True, slots=True)
class History:
    """What a preference gains by what is remembered: wishes, and places in the catalog of what is not to be shown."""

    wishes: tuple[Wish, ...] = ()
    hidden: frozenset[int] = frozenset()


NOTHING = History()


def recall(edition: Edition, events: Sequence[Past]) -> History:
    """A wish for what is like each remembered item; what was bought or disliked is hidden.

    The events of one item make one wish: its mass is TRUST, or what was learned in its place, times what they say in
    all, its amplitude what they say for the item. So the score stays a sum of terms, and the weights of its parts
    follow the evidence for each.
    """
    items: dict[str, _Evidence] = {}
    for each in events:
        items[each.item] = items.get(each.item, _Evidence(each)).with_event(each)
    trust = edition.learned.trust if edition.learned else None
    weightiest = sorted(items.values(), key=lambda each: -each.mass)[:MOST]
    positions = edition.catalog.positions
    trust = TRUST if trust is None else trust
    wishes = tuple(each.wish(positions[each.strongest.item], trust) for each in weightiest)
    over = frozenset(positions[each.item] for each in events if each.kind in ("purchase", "dislike"))
    return History(wishes, over)


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What the events of one item say in all, and the one that says most."""

    strongest: Past
    mass: float = 0.0
    amplitude: float = 0.0

    def with_event(self, event: Past) -> "_Evidence":
        said = evidence(event)
        strongest = event if abs(said) > abs(evidence(self.strongest)) else self.strongest
        return _Evidence(strongest, self.mass + abs(said), self.amplitude + said)

    def wish(self, item: int, trust: float) -> Wish:
        mass, amplitude = trust * self.mass, trust * self.amplitude
        return Wish("history", "", (), None, "", "alike", mass, amplitude, item=item, past=self.strongest)
