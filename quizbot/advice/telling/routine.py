"""A routine: one product for each slot, all of them different, and as good together as can be."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace

from quizbot.advice.preference import Preference, clause
from quizbot.advice.ranking.rank import candidates, place
from quizbot.advice.telling.demands import Demands
from quizbot.advice.telling.explain import explain
from quizbot.advice.turn import SlotShown, Total
from quizbot.content.edition import Edition
from quizbot.content.quiz import Slot
from quizbot.content.texts import speech

_DIGITS = 64  # more bits than any sum of one part of a cost takes


def routine(edition: Edition, preference: Preference, language: str) -> list[SlotShown]:
    """The product for each slot of a quiz, told in a language.

    As many slots as can be are filled with what they require. Among all ways to do so that one is taken which is
    least off what the shopper demands, then leaves least of it unknown, then has the largest sum of scores.
    """
    slots = edition.quiz.results.slots
    demands = [required(preference, each) for each in slots]
    items = assigned([dict(zip(*_costs(edition, each, len(slots)), strict=True)) for each in demands])
    told = []
    for at, (slot, demanded, item) in enumerate(zip(slots, demands, items, strict=True)):
        if item is None:
            text = speech(language)("advice.routine.nothing")
            told.append(SlotShown(id=slot.id, title=slot.title, text=text))
            continue
        row = place(edition, demanded, item)[1]
        shown = explain(edition, preference, row, language, at)[0][0]
        relaxed = Demands(edition, speech(language)).missed(row.relaxed, int(row.variants[0]))
        told.append(SlotShown(id=slot.id, title=slot.title, item=shown, relaxed=relaxed))
    return told


def required(preference: Preference, slot: Slot) -> Preference:
    """The preference in a slot: what it requires is never relaxed."""
    binding = [replace(clause(column, [each]), binding=True) for column, each in slot.require.items()]
    return replace(preference, clauses=(*preference.clauses, *binding))


def total(edition: Edition, slots: Sequence[SlotShown], language: str) -> Total | None:
    """What the products of a routine cost together; None when no price of theirs is known."""
    prices = [each.item.price for each in slots if each.item]
    known = [each for each in prices if each is not None]
    if not known:
        return None
    price, currency, spoken = round(sum(known), 2), edition.catalog.currency, speech(language)
    key = "total" if len(known) == len(prices) else "least"
    text = spoken(f"advice.routine.{key}", price=spoken.money(price, currency))
    return Total(price=price, currency=currency or None, unpriced=len(prices) - len(known), text=text)


# Which product for which slot ---------------------------------------------------------------------------


def _costs(edition: Edition, demanded: Preference, count: int) -> tuple[list[int], list[int]]:
    """The items that may be needed for one of `count` slots, and their costs; the others take fewer than `count`."""
    items, ranked_by = candidates(edition, demanded, count)
    return items.tolist(), [_packed(each) for each in ranked_by]


def _packed(parts: Sequence[int]) -> int:
    """One whole number of several, of which the first counts before all others, in sums, too."""
    cost = 0
    for each in parts:
        cost = (cost << _DIGITS) + each
    return cost


def assigned(costs: Sequence[Mapping[int, int]]) -> list[int | None]:
    """The item for each slot, none twice, that fills the most slots and then has the smallest sum of costs.

    `costs` are whole numbers >= 0 by item, for each slot. Slots are added one by one, each by the cheapest way to
    make room (successive shortest paths): it takes an item, the slot that had it takes another, until one is free.
    So the sum is smallest after each.
    """
    empty = 1 + sum(max(each.values(), default=0) for each in costs)
    wanted = [{**each, -1 - slot: empty} for slot, each in enumerate(costs)]  # to stay empty is each slot's own item
    taken: dict[int, int] = {}  # slot by item
    for slot in range(len(wanted)):
        _make_room(wanted, taken, slot)
    items = {slot: item for item, slot in taken.items()}
    return [items[slot] if items[slot] >= 0 else None for slot in range(len(wanted))]


def _make_room(wanted: Sequence[Mapping[int, int]], taken: dict[int, int], slot: int) -> None:
    """Add a slot to those that have taken items, in the cheapest way."""
    had = {other: item for item, other in taken.items()}
    reached: dict[int, tuple[int, int]] = {}  # by item: what the way to it costs, and the slot that would take it
    waiting = deque([(0, slot)])
    while waiting:
        spent, asking = waiting.popleft()
        for item, cost in wanted[asking].items():
            if item != had.get(asking) and (item not in reached or spent + cost < reached[item][0]):
                reached[item] = spent + cost, asking
                if item in taken:
                    waiting.append((spent + cost - wanted[taken[item]][item], taken[item]))
    item = min((each for each in reached if each not in taken), key=lambda each: (reached[each][0], each))
    while True:
        asking = reached[item][1]
        taken[item] = asking
        if asking == slot:
            return
        item = had[asking]
