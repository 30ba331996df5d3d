"""Which version of a quiz is served: the newest pair of quiz and catalogs in which nothing is wrong."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from quizbot.content.catalog import Catalog
from quizbot.content.edition import Edition
from quizbot.content.problems import Problem, Severity
from quizbot.library.load import Catalogs, Draft, Reading


@dataclass(frozen=True, eq=False)
class Version:
    """A version that may be served. `warnings` are what was told of it, `levels` the key of its prepared levels."""

    draft: Draft
    catalogs: Catalogs
    edition: Edition
    warnings: tuple[Problem, ...] = ()
    levels: str = ""


Publish = Callable[[Draft, Catalogs, Severity], tuple[Version | None, list[Problem]]]
"""Holds a quiz against its catalogs: the version, None when something is wrong, and every problem."""


def newest(
    reading: Reading, draft: Draft | None, good: Version | None, publish: Publish
) -> tuple[Version | None, list[Problem]]:
    """The version to serve, None when there is none, and what kept anything newer from being served.

    `draft` is what the files say now, None while they are being written; `good` the last version that was served.
    A new quiz with the new feed comes first, then with the feed before, then the quiz before with the new feed: so a
    broken quiz does not keep prices old, and a broken feed does not keep a quiz old.
    """
    problems: list[Problem] = list(draft.problems) if draft else []
    drafts = [each for each in (draft, good.draft if good else None) if each]
    for at, each in enumerate(drafts):
        fresh, lacking = reading.catalogs(each)
        problems += lacking
        if fresh and good and fresh.stamps == good.catalogs.stamps and _is_known(each, good):
            return good, [*problems, *good.warnings]
        for catalogs in _choice(each, fresh, good):
            version, found = _tried(each, catalogs, good, publish)
            if version is not None:
                warned = [each for each in version.warnings if each not in problems]
                return version, [*problems, *warned]
            problems += [each for each in found if each not in problems] if at == 0 or catalogs is fresh else []
    return good, problems


def _is_known(draft: Draft, good: Version) -> bool:
    """Whether these are the very texts of the version that is good."""
    return draft is good.draft or (draft.is_sound and draft.texts == good.draft.texts)


def _choice(draft: Draft, fresh: Catalogs | None, good: Version | None) -> Iterator[Catalogs]:
    """The catalogs to try a quiz on, the new ones first; those before only when it reads them in the same way."""
    if fresh:
        yield fresh
    if good and draft is not good.draft and draft.is_sound and _reads_alike(draft, good.draft):
        yield good.catalogs


def _reads_alike(draft: Draft, other: Draft) -> bool:
    def ways(each: Draft) -> object:
        assert each.file is not None
        return each.file.quiz.catalog, {one.language: one.overlay.catalog for one in each.overlays}

    return ways(draft) == ways(other)


def _tried(
    draft: Draft, catalogs: Catalogs, good: Version | None, publish: Publish
) -> tuple[Version | None, list[Problem]]:
    """A pair that may be served, or why not. A feed may break an example, a quiz may not."""
    is_same_quiz = good is not None and draft.says_the_same(good.draft)
    if good is not None and draft.is_sound and _reads_alike(draft, good.draft):
        shrunk = list(_shrunk(catalogs.own, good.catalogs.own))
        if shrunk:
            return None, shrunk
    return publish(draft, catalogs, "warning" if is_same_quiz else "error")


def _shrunk(catalog: Catalog, before: Catalog) -> Iterator[Problem]:
    """A feed that lost half of its products is more likely cut off than meant."""
    gone = sum(each not in catalog.positions for each in before.ids)
    if 2 * gone >= len(before):
        text = f"{gone} of the {len(before)} products are gone from the feed"
        remedy = "export it again; when they are meant to be gone, give the feed another file name in the quiz"
        yield Problem(catalog.file, 0, 0, "feed-shrunk", text, remedy)
