"""Rules that say what makes a quiz poor; each is a generator of findings whose docstring is its documentation."""

from collections.abc import Iterator
from pathlib import Path

from quizbot.content.edition import Edition
from quizbot.content.problems import Problem
from quizbot.content.quizfile import QuizFile
from quizbot.content.site import Site
from quizbot.content.yamltree import read_bytes, read_tree
from quizbot.editorial.checks import lost, outcomes, sensitive, theme, wishes, wording
from quizbot.editorial.checks.rule import Rule, Seen

__all__ = ["RULES", "SITE_RULES", "poor", "poor_site"]

RULES: tuple[Rule[Seen], ...] = (
    sensitive.special_category,
    sensitive.special_wish,
    wording.too_many_questions,
    wording.too_many_options,
    wording.no_why,
    wording.no_way_out,
    wording.alike_options,
    wording.missing_picture,
    wording.missing_language,
    wishes.contradiction,
    wishes.unreachable_question,
    wishes.unused_trait,
    wishes.flat_trait,
    wishes.number_range,
    lost.joined_labels,
    lost.left_in,
    lost.zeros,
    lost.nobody_near,
    outcomes.dead_question,
    outcomes.idle_option,
    outcomes.impossible,
    outcomes.often_empty,
    outcomes.unreachable_product,
    outcomes.always_first,
    outcomes.often_tied,
)
SITE_RULES: tuple[Rule[Site], ...] = (theme.low_contrast,)


def poor(file: QuizFile, edition: Edition, site: Site, *, thorough: bool) -> Iterator[Problem]:
    """What makes a quiz without mistakes a poor one, at its places.

    Without `thorough` only what keeps it from being served; nothing is played then.
    """
    seen = Seen(edition, site)
    for rule in RULES:
        if thorough or rule.severity == "error":
            yield from (file.problem(*each) for each in rule.findings(seen))


def poor_site(path: Path, site: Site) -> Iterator[Problem]:
    """What makes a site hard to read, at its places in site.yaml."""
    if path.is_file():
        tree, _ = read_tree(str(path), read_bytes(path, str(path)))
        if tree is not None:
            yield from (tree.problem(*each) for rule in SITE_RULES for each in rule.findings(site))
