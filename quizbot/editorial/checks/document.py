"""The documentation of all rules, made from the rules themselves."""

from typing import Any

from quizbot.content.rules import SECTIONS
from quizbot.editorial.checks import RULES, SITE_RULES
from quizbot.editorial.checks.rule import Rule

_HEAD = """\
# What `quizbot check` says

Every problem is told as `file:line:column: severity: what is wrong [rule]`, with the line and what to do about it.
`--format json` prints the same as a list of objects, `--format github` as annotations of a pull request. Errors keep a
quiz from being served and end the command with 1; warnings do not.

A warning that is known and meant is silenced by a comment at the end of its line, or on a line of its own above it:

```yaml
  - id: skin  # quizbot: allow no-why, too-many-options
```

What follows the rules' names is free for the reason. A comment that allows nothing is itself a warning. Errors cannot
be allowed, but for `special-category`, which is a guess.

In a repository of its own, a shop checks its quizzes before each commit with [pre-commit](https://pre-commit.com):

```yaml
repos:
  - repo: https://git.example/quizbot  # where quizbot's repository is
    rev: v1.0.0
    hooks:
      - id: quizbot-check
```

This page is made by `quizbot check --rules`.
"""


def as_markdown() -> str:
    """All rules as one page."""
    parts = [_HEAD, "## What makes a quiz poor\n"]
    parts += [_section(each) for each in RULES]
    parts += [_section(each) for each in SITE_RULES]
    for title, rules in SECTIONS.items():
        rows = [f"| `{name}` | {each.severity} | {each.what} |" for name, each in sorted(rules.items())]
        parts.append("\n".join([f"## {title}\n", "| rule | severity | what |", "|---|---|---|", *rows, ""]))
    return "\n".join(parts)


def _section(rule: Rule[Any]) -> str:
    return f"### `{rule.id}` ({rule.severity})\n\n{rule.what}\n\n{rule.more}\n"
