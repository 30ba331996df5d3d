"""Comments by which an editor says "I know": `# quizbot: allow rule` on the line of a warning, or on the line above."""

import re
from collections.abc import Iterable, Iterator, Mapping

from quizbot.content.problems import Problem, choose_from, quoted
from quizbot.content.rules import KNOWN
from quizbot.editorial.checks import RULES, SITE_RULES
from quizbot.editorial.checks.sensitive import special_category

_ALLOW = re.compile(r"#\s*quizbot:\s*allow\s+(?P<rules>[\w-]+(?:\s*,\s*[\w-]+)*)")


def unsilenced(problems: Iterable[Problem], sources: Mapping[str, str], *, complete: bool) -> list[Problem]:
    """The problems that no comment allows; `sources` maps the files that may have comments to their text.

    Errors cannot be allowed, but for the guess that a question asks for a special category. With `complete`, when
    every rule was asked, a comment that allows nothing is a problem itself.
    """
    listed = list(problems)
    allowed = {(file, *each): False for file, text in sources.items() for each in _allowances(text)}
    places = {each[:3]: each for each in allowed}
    heard: list[Problem] = []
    for each in listed:
        comment = places.get((each.file, each.line, each.rule))
        if comment and (each.severity == "warning" or each.rule == special_category.id):
            allowed[comment] = True
        else:
            heard.append(each)
    wrong = {each.file for each in heard if each.severity == "error"}  # in these not every rule was asked
    for (file, _, rule, line, column), used in allowed.items():
        if complete and not used and file not in wrong:
            heard.append(_idle(file, line, column, rule))
    return heard


def _idle(file: str, line: int, column: int, rule: str) -> Problem:
    known = sorted({*KNOWN, *(each.id for each in RULES), *(each.id for each in SITE_RULES)})
    if rule in known:
        text, remedy = f"nothing here breaks the rule {quoted(rule)} that is allowed", "delete the comment"
    else:
        text, remedy = f"there is no rule {quoted(rule)} to allow", choose_from(rule, known)
    return Problem(file, line, column, "unused-allow", text, remedy, "warning")


def _allowances(text: str) -> Iterator[tuple[int, str, int, int]]:
    """The line that is spoken of, the rule, and line and column of the comment."""
    pending: list[tuple[str, int, int]] = []  # of lines of their own, which speak of the next
    for line, written in enumerate(text.splitlines(), 1):
        comment = _ALLOW.search(written)
        named = re.split(r"\s*,\s*", comment["rules"]) if comment else []
        here = [(rule, line, comment.start() + 1) for rule in named] if comment else []
        pending += here
        if written.strip() and not written.lstrip().startswith("#"):
            yield from ((line, *each) for each in pending)
            pending = []
    yield from ((0, *each) for each in pending)
