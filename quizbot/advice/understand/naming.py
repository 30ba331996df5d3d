"""Columns and traits by their names: another brand, any color, what matters and what does not."""

from quizbot.advice.turn import Refinement
from quizbot.advice.understand.marks import Mark
from quizbot.advice.understand.pointing import Pointing


class Naming(Pointing):
    """Makes refinements of what is said of a column or a trait by its name."""

    def named(self, mark: Mark) -> str | None:
        """The column that the words size, brand or price speak of."""
        if mark.is_a("price"):
            return "price"
        wanted = ("size", "gr\u00f6\u00dfe") if mark.is_a("size") else ("brand", "marke")
        names = [*self.edition.catalog.variants.options, *self.edition.catalog.columns]
        return next((each for each in names if each.casefold() in wanted), None)

    def column_named(self, at: int, name: str) -> None:
        """A column by its name: what is said of it so far, or what is said of it next."""
        clause = self.clause
        clause.name = name
        trait = self.trait_of(name)
        if clause.other:
            self.other(at, name)
        elif clause.forget:
            self.emit(Refinement(drop=name), at)
        elif clause.weight and trait:
            self.emit(Refinement(trait=trait, importance=self.weight()), at)
        elif clause.denied and self.counts_none(at, name):
            self.emit(Refinement(column=name, max=0), at)

    def other(self, at: int, name: str) -> None:
        """Another brand: not what the first one has, where it has one."""
        first, family = self.screen.at(1), self.edition.levels.families.get(name)
        column = self.edition.catalog.column(name)
        if first is None:
            return
        place = self.edition.catalog.positions[first]
        values = family.of(place) if family else filter(None, [column.texts[place] if column else ""])
        if len(only := list(values)) == 1:
            self.emit(Refinement(exclude={name: only}), at)

    def trait_of(self, name: str) -> str | None:
        """The trait of this name, or whose levels are read from this column."""
        traits = self.edition.quiz.traits
        read = (key for key, each in traits.items() if each.kind == "level" and each.source.column == name)
        return name if name in traits else next(read, None)

    def matters(self, at: int, mark: Mark) -> None:
        """The word weighs what was named before it, otherwise what is named next: warmth matters most."""
        weight = "less" if mark.is_a("indifferent") else "more"
        made = self.clause.made
        said = trait = made[-1].refine.trait if made else None
        if trait is None and self.clause.name is not None:
            trait = self.trait_of(self.clause.name)
            if trait is None and weight == "less":
                self.emit(Refinement(drop=self.clause.name), at)
                return
        if trait is not None:
            if said is not None:
                made.pop()
            self.clause.denied = False
            self.emit(Refinement.model_validate({"trait": trait, "importance": weight}), at)
        else:
            self.clause.weight = weight
            if self.clause.denied:
                self.clause.weight = "less"

    def weight(self) -> str:
        """What was said of how much the next trait matters."""
        return self.clause.weight or "more"

    def stocked(self, at: int, _: Mark) -> None:
        """Only what is in stock, unless that is denied."""
        if not self.clause.denied:
            self.emit(Refinement(require={"available": ["yes"]}), at)

    def beside_persons(self, _at: int, _: Mark) -> None:
        """What is compared with people is not said of products: taller than me."""
        self.clause.made = [each for each in self.clause.made if not each.sign]
