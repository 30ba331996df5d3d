"""The wild card: one product in a list that fits nearly as well as the rest of it, and is unlike them all."""

from collections.abc import Collection, Sequence
from math import isnan

import numpy as np

from quizbot.advice.ranking.rank import Ranking
from quizbot.advice.telling.facts import Facts, cut
from quizbot.advice.telling.sentences import MOST_WORDS
from quizbot.content.texts import Speech

_APART = 0.25
"""How far off every other product's level one must be to be told as quite another."""

_SHARE = 0.5  # of the others must state something for it to be compared


def wild_sentence(
    facts: Facts, ranking: Ranking, wished: Collection[str], missed: Collection[str], speech: Speech
) -> str:
    """Why the last item of a ranking is its wild card: how well it fits, and in what it is unlike the others.

    Nothing is said of the levels of `wished` traits, nor of the labels of `missed` ones: what is unlike the others in
    these is a catch.
    """
    item, *others = reversed(ranking.items.tolist())
    fits = "as" if ranking.score[-1] >= ranking.score[:-1].min() else "nearly"
    families = [each for each in facts.levels.families if each not in missed and not _is_brand(facts, each)]
    levels = [each for each in facts.levels.names if each not in wished]
    own = _label(facts, [each for each in families if each not in wished], item, others)
    own = own or _level(facts, levels, item, others) or _label(facts, families, item, others)
    kind, values = own or ("plain", {})
    template = speech.variants(f"advice.wild.{fits}.{kind}")[0]
    room = MOST_WORDS - len(template.fill(values | {"fact": ""}).split())
    return template.fill(values | {"fact": cut(values["fact"], room)} if "fact" in values else values)


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
