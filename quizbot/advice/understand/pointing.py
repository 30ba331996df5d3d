"""Products in a sentence: what is like them, compared with them, known already, or not to anybody's taste."""

from quizbot.advice.refine import level
from quizbot.advice.turn import Refinement
from quizbot.advice.understand.bounding import Bounding
from quizbot.advice.understand.clauses import Wish
from quizbot.advice.understand.marks import Mark
from quizbot.advice.understand.senses import Item, Value


class Pointing(Bounding):
    """Makes refinements of products that are pointed at."""

    def stands_for_item(self, at: int) -> bool:
        """Whether "it" or "this" stands for a product here, and not for nothing."""
        clause = self.clause
        following = self.following(at)
        if clause.than or clause.like or (following is not None and following.is_a("own", "averse")):
            return True
        return self.marks[at].is_a("shown") and following is None and (clause.denied or clause.averse)

    def pointed(self, at: int, item: str | None) -> None:
        """A product that is named or pointed at, by what was said of it."""
        clause = self.clause
        if item is None:
            return
        if clause.than and (self.wishes or clause.made):
            self._compare(at, item)
        elif clause.made and (clause.equal or clause.like) and clause.made[-1].refine.trait is not None:
            self._equal(at, item)
        elif clause.own:
            self.emit(Refinement(hide=item), at)
        elif clause.averse or clause.denied:
            self.emit(Refinement(dislike=item), at)
        elif clause.like:
            self.liked((item, at))
        else:
            clause.item = (item, at)

    def liked(self, item: tuple[str, int]) -> None:
        """More like a product."""
        self.emit(Refinement(like=item[0]), item[1])
        self.clause.item = None
        self.clause.like = False

    def _equal(self, at: int, item: str) -> None:
        """As much of a trait as an item has: as sweet as the second; denied, less of it."""
        wish = self.clause.made[-1]
        wish.last = at
        if wish.sign:
            wish.refine = wish.refine.model_copy(update={"than": item})
            return
        trait = str(wish.refine.trait)
        own = level(self.edition, trait, self.edition.catalog.positions[item])
        wish.refine = Refinement(like=item) if own is None else Refinement(trait=trait, level=round(own, 6))

    def known(self, at: int, _: Mark) -> None:
        """A product that somebody knows or has, where one is named."""
        following = self.following(at)
        if self.clause.item:
            item, self.clause.item = self.clause.item[0], None
            self.emit(Refinement(hide=item), at)
        elif following is not None and (following.is_a("item") or isinstance((*following.senses, None)[0], Item)):
            self.clause.own = True

    def owned(self, at: int, _: Mark) -> None:
        """A product that somebody has: the named one, else the first."""
        clause = self.clause
        item = clause.item[0] if clause.item else None
        following = self.following(at)
        if item is None and following is not None and isinstance((*following.senses, None)[0], Value):
            clause.own = True  # which one it is cannot be told
            return
        if (
            item is None
            and following is not None
            and (following.is_a("item") or isinstance(following.senses[:1] and following.senses[0], Item))
        ):
            clause.own = True
            return
        if item is None and following is not None and following.is_a("number"):
            clause.bound = "most" if following in self.marks[at + 1 : at + 2] or following.units else None
            return
        if following is None or following.is_a("comma", "and", "but", "this", "own", "known"):
            item = item or self.screen.at(1)
        if item is not None:
            clause.item = None
            self.emit(Refinement(hide=item), at)

    def disliked(self, at: int, _: Mark) -> None:
        """A product, or what is named next, is not to somebody's taste."""
        clause = self.clause
        following = self.following(at)
        if clause.item:
            item, clause.item = clause.item[0], None
            self.emit(Refinement(dislike=item), at)
        elif following is not None and (following.is_a("sense", "item")):
            clause.averse = True
        elif clause.made and (wanted := clause.made[-1].refine.prefer or clause.made[-1].refine.require):
            word = "avoid" if clause.made.pop().refine.prefer else "exclude"  # leather is not my thing
            self.emit(Refinement.model_validate({word: wanted}), at)
        elif any(each.is_a("unknown", "sense") for each in self.marks[clause.start : at]):
            clause.averse = following is not None
        elif following is None or following.is_a("comma", "this", "but"):
            item_ = self.screen.at(1)
            if item_ is not None:
                self.emit(Refinement(dislike=item_), at)
        else:
            clause.averse = True

    def _compared_together(self) -> list[Wish]:
        """What is compared with one item: lighter and cheaper than the second."""
        if not self.clause.made:
            return self.wishes
        found = list(self.clause.made)
        for wish in reversed(self.wishes):
            own, between = self.marks[wish.first : wish.last + 1], self.marks[wish.last + 1 : found[0].first]
            compares = wish.sign or any(each.is_a("cheaper", "dearer") for each in own)
            if not compares or not all(each.is_a("and", "noise") for each in between):
                break
            found.insert(0, wish)
        return found

    def _compare(self, at: int, item: str) -> None:
        """All that was compared in this clause is compared with this item."""
        for wish in self._compared_together():
            if wish.sign and wish.refine.than is None:
                wish.refine = wish.refine.model_copy(update={"than": item})
                wish.last = at
            elif wish.refine.column == "price" and wish.sign == 0 and wish.refine.about is None:
                wish.refine = self.beside(item, cheaper=wish.refine.max is not None) or wish.refine
                wish.last = at
        self.clause.than = False
