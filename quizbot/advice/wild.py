"""The wild card: one product in a list that fits nearly as well as the rest of it, and is unlike them all."""

from collections.abc import Collection, Sequence
from math import isnan

import numpy as np

from quizbot.advice.facts import Facts, cut
from quizbot.advice.rank import Ranking
from quizbot.advice.sentences import MOST_WORDS
from quizbot.content.texts import Speech

_APART = 0.25
"""How far off every other product's level one must be to be told as quite another."""

_SHARE = 0.5  # of the others must state something for it to be compared


def wild_sentence(facts: Facts, ranking: Ranking, wished: Collection[str], speech: Speech) -> str:
    """Why the last item of a ranking is its wild card: how well it fits, and in what it is unlike the others.

    Of the levels of `wished` traits nothing is said: in these, what is unlike the others is a catch.
    """
    item, *others = reversed(ranking.items.tolist())
    fits = "as" if ranking.score[-1] >= ranking.score[:-1].min() else "nearly"
    kind, values = _difference(facts, item, others, wished)
    template = speech.variants(f"advice.wild.{fits}.{kind}")[0]
    room = MOST_WORDS - len(template.fill(values | {"fact": ""}).split())
    return template.fill(values | {"fact": cut(values["fact"], room)} if "fact" in values else values)


def _difference(facts: Facts, item: int, others: Sequence[int], wished: Collection[str]) -> tuple[str, dict[str, str]]:
    """A label that it has and none of the others, or the trait of which it has most unlike amounts.

    Labels of what was not wished for come first, and those of what was last.
    """
    families = [name for name in facts.levels.families if not _is_brand(facts, name)]
    levels = [name for name in facts.levels.names if name not in wished]
    return (
        _label(facts, [each for each in families if each not in wished], item, others)
        or _level(facts, levels, item, others)
        or _label(facts, [each for each in families if each in wished], item, others)
        or ("plain", {})
    )


def _is_brand(facts: Facts, trait: str) -> bool:
    return (facts.quiz.traits[trait].source.column or "").casefold() == "brand"


def _label(facts: Facts, traits: Sequence[str], item: int, others: Sequence[int]) -> tuple[str, dict[str, str]] | None:
    for trait in traits:
        family = facts.levels.families[trait]
        theirs = {label for each in others for label in family.of(each)}
        own = [label for label in family.of(item) if label not in theirs]
        if own and family.known[[*others]].all():
            return "label", {"fact": facts.label_texts(trait, own[:1])[0]}
    return None


def _level(facts: Facts, traits: Sequence[str], item: int, others: Sequence[int]) -> tuple[str, dict[str, str]] | None:
    found = {name: gap for name in traits if (gap := _gap(facts, name, item, others)) >= _APART}
    for name in sorted(found, key=lambda each: (-found[each], each)):
        fact = facts.of(name, item)
        if said := fact.value or fact.word or facts.listed(fact.phrases):
            return "level", {"trait": facts.labels[name], "fact": said}
    return None


def _gap(facts: Facts, trait: str, item: int, others: Sequence[int]) -> float:
    """How far the level of an item is from the nearest of the others; 0 where too few state one."""
    row = facts.levels.level[facts.levels.names.index(trait)]
    theirs, own = row[[*others]], float(row[item])
    theirs = theirs[~np.isnan(theirs)]
    return 0.0 if isnan(own) or len(theirs) < _SHARE * len(others) else float(np.abs(theirs - own).min())
