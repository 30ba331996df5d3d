"""From marks to refinements: what is denied, compared or demanded, clause by clause."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from quizbot.advice.turn import Refinement
from quizbot.advice.understand.clauses import Ambiguous, Clause
from quizbot.advice.understand.marks import Mark
from quizbot.advice.understand.naming import Naming
from quizbot.advice.understand.senses import Flag, Item, Level, Name, Noun, Sense, Side, Value

PLAIN, STRONG, FAINT = 0.8, 1.0, 0.6
"""Levels that a trait word wishes for: `warm`, `very warm`, `a bit warm`; of the other end, what is left to 1."""

BOUNDS = ("most", "least", "about")
"""Words that make a bound of the number behind them."""

_CHANGES: Mapping[str, tuple[str, Any]] = {  # what a small word says of the clause it stands in
    "not": ("denied", True),
    "too": ("too", True),
    "more": ("direction", 1),
    "lacking": ("direction", 1),
    "less": ("direction", -1),
    "slightly": ("amount", "slightly"),
    "some": ("amount", "some"),
    "much": ("amount", "much"),
    "than": ("than", True),
    "like": ("like", True),
    "must": ("must", True),
    "fond": ("fond", True),
    "forget": ("forget", True),
    "equal": ("equal", True),
    "other": ("other", True),
}
_SIDES = (Side, Level, Noun)


class Composer(Naming):
    """Composes the marks of one sentence."""

    def compose(self) -> None:
        """Fill `wishes` and `ambiguous`."""
        at = 0
        while at < len(self.marks):
            at = self._take(at)
        self._end()

    # One mark after the other ---------------------------------------------------------------------

    def _take(self, at: int) -> int:
        """Take the mark at a place, and what belongs to it; the place of the next one."""
        mark = self.marks[at]
        if mark.is_a("number"):
            return self.bounded(at, mark)
        if mark.is_a("between") and (end := self.span(at)):
            return end
        if mark.is_a("comma", "but", "and", "or"):
            self._separate(at, mark)
        elif mark.is_a(*BOUNDS) and self.before_number(at):
            self.clause.bound = next(each for each in mark.kinds if each in BOUNDS)
        elif mark.is_a("item") or (mark.is_a("this") and self.stands_for_item(at)):
            self.pointed(at, self.screen.at(int(mark.value) or 1))
        elif mark.is_a("sense"):
            self._sense(at, mark)
        else:
            self._small(at, mark)
        return at + 1

    def _small(self, at: int, mark: Mark) -> None:
        """A small word changes what follows, or what came before it."""
        acts: Mapping[str, Callable[[int, Mark], None]] = {
            "cheaper": self.priced,
            "dearer": self.priced,
            "cheap": self.priced,
            "dear": self.priced,
            "indifferent": self.matters,
            "matters": self.matters,
            "own": self.owned,
            "known": self.known,
            "stocked": self.stocked,
            "averse": self.disliked,
            "free": self._freed,
            "enough": self._lacks,
            "persons": self.beside_persons,
        }
        for kind in mark.kinds:
            if kind in acts:
                acts[kind](at, mark)
                return
            if kind in _CHANGES:
                name, value = _CHANGES[kind]
                setattr(self.clause, name, value)
                return
            if kind in ("size", "brand", "price"):
                self.clause.name = self.named(mark)
                if self.clause.other and self.clause.name:
                    self.other(at, self.clause.name)
                return

    # Separating -----------------------------------------------------------------------------------

    def _separate(self, at: int, mark: Mark) -> None:
        """A comma or a conjunction: what was denied, compared or weakened may go on for the next of a list."""
        clause = self.clause
        if mark.is_a("but") and clause.item and not clause.made:
            self.liked(clause.item)
        if not clause.made and not clause.item and self._open(clause) and not mark.is_a("but"):
            return  # "not, under any circumstances, wool"
        kept = Clause(at + 1) if mark.is_a("but") else self._going_on(at, mark)
        if mark.is_a("but") and self._excepts(at):
            clause.made = [each for each in clause.made if each.refine.drop is None]
            kept.denied = True
        if mark.is_a("comma") and clause.item and not clause.made:
            kept.item, clause.item = clause.item, None
        self._end()
        self.clause = kept

    def _excepts(self, at: int) -> bool:
        """Whether "but" takes one thing out of all: any color but white."""
        following = self.following(at)
        every = any(each.is_a("every") for each in self.marks[self.clause.start : at])
        value = following is not None and any(isinstance(each, Value | Flag | Item) for each in following.senses)
        return every and value and not any(each.refine.drop is None for each in self.clause.made)

    def _going_on(self, at: int, mark: Mark) -> Clause:
        """The next clause, with what goes on in it."""
        clause, following = self.clause, self.following(at)
        sense = following.senses[0] if following is not None and following.senses else None
        joined = mark.is_a("and", "or")
        if isinstance(sense, Value | Flag) and (joined or self._list_goes_on(at)):
            return replace(clause, start=at + 1, item=None, bound=None, made=[])
        kept = Clause(at + 1)
        if joined and following is not None and following.is_a("number") and not following.units:
            demanded = clause.made[-1].refine.require or clause.made[-1].refine.exclude if clause.made else None
            if demanded is not None and clause.name in demanded:
                kept.name, kept.denied = clause.name, clause.denied
        if isinstance(sense, _SIDES) and joined:
            kept.denied, kept.too = clause.denied and mark.is_a("or"), clause.too
            if not clause.made or clause.made[-1].sign:
                kept.amount = clause.amount
                kept.direction = clause.direction if isinstance(sense, Noun) or _positive(sense) else 0
        return kept

    def _open(self, clause: Clause) -> bool:
        return clause.denied or clause.must or clause.direction != 0

    def _list_goes_on(self, at: int) -> bool:
        """Whether a comma stands in a list that ends with "or": "no wool, leather or silk"."""
        for mark in self.marks[at + 1 :]:
            if mark.is_a("or"):
                return True
            if not mark.is_a("sense", "comma", "noise"):
                return False
        return False

    def _end(self) -> None:
        """The end of a clause."""
        clause = self.clause
        if clause.item and not clause.made:
            if clause.like or clause.fond:
                self.liked(clause.item)
            elif clause.denied:
                self.emit(Refinement(dislike=clause.item[0]), clause.item[1])
        left_out = {name for each in clause.made for name in each.refine.exclude or ()}
        self.wishes += [each for each in clause.made if each.refine.drop not in left_out]  # any brand except one
        self.clause = Clause(len(self.marks))

    # Senses ---------------------------------------------------------------------------------------

    def _sense(self, at: int, mark: Mark) -> None:
        if mark.is_a("nominal") and self.clause.amount == "some":  # "etwas Günstigeres" is no little
            self.clause.amount = None
        if mark.is_a("missing"):
            clause = self.clause
            clause.denied = not clause.denied
            self._meant(at, mark)
            clause.denied = not clause.denied
        else:
            self._meant(at, mark)

    def _meant(self, at: int, mark: Mark) -> None:
        if len(mark.senses) > 1:
            self._several(at, mark)
            return
        sense = mark.senses[0]
        if isinstance(sense, Item):
            self.pointed(at, sense.id)
        elif isinstance(sense, Name):
            trait = self.trait_of(sense.name)
            if trait and (self.clause.direction or self.clause.too) and trait not in self.edition.levels.families:
                self.clause.name = sense.name
                for refine, _ in self._noun(Noun(trait)):
                    self.emit(refine, at, self.clause.direction)
            else:
                self.column_named(at, sense.name)
        else:
            for refine, sign in self._refinements(sense, at):
                self.emit(refine, at, sign)

    def _several(self, at: int, mark: Mark) -> None:
        """A word with several meanings: each as it would be refined, none of them applied."""
        readings = [refine for sense in mark.senses for refine, _ in self._refinements(sense, at)]
        self.ambiguous.append(Ambiguous(readings, self.clause.start, at))

    def _refinements(self, sense: Sense, at: int) -> Iterator[tuple[Refinement, int]]:
        clause = self.clause
        if isinstance(sense, Side | Level | Noun) and (clause.forget or clause.weight):
            weighed = {"drop": sense.trait} if clause.forget else {"trait": sense.trait, "importance": self.weight()}
            yield Refinement.model_validate(weighed), 0
        elif isinstance(sense, Side):
            if sense.degree != "positive" or not self.measured(sense.trait, at):
                yield self._side(sense)
        elif isinstance(sense, Level):
            wanted = 1 - sense.level if clause.denied else sense.level
            yield Refinement(trait=sense.trait, level=wanted), 0
        elif isinstance(sense, Noun):
            if not self.measured(sense.trait, at) and not self._names_what_was_compared(sense, at):
                yield from self._noun(sense)
        elif isinstance(sense, Value | Flag) and clause.weight == "less":
            yield Refinement(drop=sense.name), 0  # it does not have to be
        elif isinstance(sense, Value) and not clause.own:
            yield self._value(sense), 0
        elif isinstance(sense, Flag):
            yield self._flag(sense), 0

    def _side(self, side: Side) -> tuple[Refinement, int]:
        clause = self.clause
        if self._is_price(side.trait) and (refine := self._priced(side)):
            return refine, 0
        if side.degree == "superlative":
            return self._absolute(side.trait, side.sign, "much"), 0
        if side.degree == "comparative" or clause.direction or clause.too or (clause.than and clause.made):
            sign = side.sign
            if clause.direction < 0 or clause.too or (clause.denied and side.degree == "comparative"):
                sign = -sign
            return self._relative(side.trait, sign), sign
        return self._absolute(side.trait, side.sign, clause.amount), 0

    def _is_price(self, trait: str) -> bool:
        return (self.edition.quiz.traits[trait].source.column or "").casefold() == "price"

    def _priced(self, side: Side) -> Refinement | None:
        """More or less of a price is a bound beside what is shown."""
        item = self.screen.at(1)
        sign = side.sign if self.scale(side.trait)[1] else -side.sign
        if self.clause.direction < 0 or self.clause.too or self.clause.denied:
            sign = -sign
        return self.beside(item, cheaper=sign < 0) if item is not None else None

    def _noun(self, noun: Noun) -> Iterator[tuple[Refinement, int]]:
        """The name of a trait: more or less of it, or that it is wished for; a price is not wished for."""
        clause = self.clause
        if self._is_price(noun.trait):
            self.clause.name = noun.trait
            if (clause.direction or clause.too) and (refine := self._priced(Side(noun.trait, clause.direction or 1))):
                yield refine, 0
        elif clause.too:
            yield self._relative(noun.trait, -1 if clause.direction >= 0 else 1), -1
        elif clause.direction:
            yield self._relative(noun.trait, clause.direction), clause.direction
        else:
            yield self._absolute(noun.trait, 1, clause.amount), 0

    def _names_what_was_compared(self, noun: Noun, at: int) -> bool:
        """Whether a name only follows its own comparative: a fuller body."""
        made = self.clause.made
        return bool(made) and made[-1].sign != 0 and made[-1].refine.trait == noun.trait and at == made[-1].last + 1

    def _relative(self, trait: str, sign: int) -> Refinement:
        amount = {"slightly": "slightly", "some": "slightly", "much": "much"}.get(self.clause.amount or "")
        direction = "more" if sign > 0 else "less"
        return Refinement.model_validate(
            {"trait": trait, "direction": direction, "amount": None if self.clause.too else amount}
        )

    def _absolute(self, trait: str, sign: int, amount: str | None) -> Refinement:
        """A trait word by itself wishes for a level; denied, for none of it."""
        wanted = {"slightly": FAINT, "much": STRONG}.get(amount or "", PLAIN)
        if self.clause.denied:
            wanted = 0.0
        return Refinement(trait=trait, level=round(wanted if sign > 0 else 1 - wanted, 6))

    def _value(self, value: Value) -> Refinement:
        clause = self.clause
        if self._is_outdone():
            return Refinement(exclude={value.name: [value.text]})
        if clause.averse and value.soft:
            return Refinement(avoid={self._family(value): [value.label]})
        if clause.denied or clause.averse:
            return Refinement(exclude={value.name: [value.text]})
        if value.soft and clause.direction < 0:
            return Refinement(avoid={self._family(value): [value.label]})
        if value.soft and not clause.must:
            return Refinement(prefer={self._family(value): [value.label]})
        return Refinement(require={value.name: [value.text]})

    def _family(self, value: Value) -> str:
        """The trait that has a value as its label."""
        families = self.edition.levels.families
        if value.name in families:
            return value.name
        return next(name for name, each in families.items() if each.position(value.label) is not None)

    def _is_outdone(self) -> bool:
        """Whether something else is wanted rather than what comes now: red rather than, lieber rot als."""
        made = self.clause.made
        return self.clause.than and bool(made) and bool(made[-1].refine.require or made[-1].refine.prefer)

    def _flag(self, flag: Flag) -> Refinement:
        if self.clause.denied or self.clause.averse or self._is_outdone():
            return Refinement(exclude={flag.name: ["yes"]})
        return Refinement(require={flag.name: ["yes"]})

    def _lacks(self, at: int, _: Mark) -> None:
        """What is denied to be enough is asked for: not warm enough."""
        if not self.clause.made:
            return
        refine = self.clause.made[-1].refine
        if self.clause.denied and refine.trait is not None and refine.level is not None:
            self.clause.made.pop()
            self.emit(self._relative(refine.trait, 1 if not refine.level else -1), at, 1 if not refine.level else -1)

    def _freed(self, at: int, _: Mark) -> None:
        """What was named just before is denied: fragrance-free."""
        if not self.clause.made:
            return
        wish = self.clause.made.pop()
        wanted = wish.refine.prefer or wish.refine.require
        if not wanted:
            self.clause.made.append(wish)
            return
        self.clause.denied = True
        if wish.refine.prefer:
            name, labels = next(iter(wanted.items()))
            self.emit(Refinement(exclude={name: labels}), at)
        else:
            self.emit(Refinement(exclude=wanted), at)
        self.clause.denied = False


def _positive(sense: Sense | None) -> bool:
    return isinstance(sense, Side) and sense.degree == "positive"
