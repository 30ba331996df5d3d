"""Words of the format that this version does not act on yet: it says so instead of ignoring them."""

from collections.abc import Iterator

from quizbot.content.problems import Finding, Loc
from quizbot.content.quiz import Quiz


def unsupported(quiz: Quiz) -> Iterator[Finding]:
    """One finding for each word that is not supported yet."""
    if quiz.order == "adaptive":
        yield _finding(("order",), "`order: adaptive`", "use `order: fixed`")


def _finding(loc: Loc, what: str, remedy: str = "leave it out") -> Finding:
    return Finding(loc, "not-supported", f"{what} is not supported yet", remedy)
