"""Imports go one way, as the table in docs/architecture.md says, and files stay small and say what they are."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENT = (ROOT / "docs/architecture.md").read_text("utf-8")
MODULES = {
    path.relative_to(ROOT / "quizbot").with_suffix("").as_posix().removesuffix("/__init__"): path
    for path in sorted((ROOT / "quizbot").rglob("*.py"))
}
LONGEST = 400


@dataclass(frozen=True)
class Rule:
    """What the modules of one unit may import."""

    inside: frozenset[str]
    outside: frozenset[str]
    late: frozenset[str]


def section(title: str) -> str:
    """The text of one section of the document."""
    return DOCUMENT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(title: str) -> Iterator[list[str]]:
    """The rows of a section's table, cell by cell, without its head."""
    table = [line for line in section(title).splitlines() if line.startswith("|")]
    return ([cell.strip() for cell in line.strip("|").split("|")] for line in table[2:])


def names(cell: str) -> frozenset[str]:
    """What stands between backticks."""
    return frozenset(re.findall(r"`([^`]+)`", cell))


RULES = {
    unit: Rule(names(inside), names(outside), frozenset(re.findall(r"`([^`]+)` \(late\)", outside)))
    for units, inside, outside in rows("Imports")
    for unit in names(units)
}


def within(module: str, unit: str) -> bool:
    """Whether a module is a unit or a part of it."""
    return module == unit or module.startswith(f"{unit}/")


def rule(module: str) -> Rule:
    """The rule of the longest unit that fits a module."""
    return RULES[max((unit for unit in RULES if within(module, unit)), key=len)]


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Every imported name with slashes, and whether it is imported inside a function."""
    tree = ast.parse(path.read_text("utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    late = {id(node) for function in functions for node in ast.walk(function)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((each.name.replace(".", "/"), id(node) in late) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{path}: imports are absolute"
            origin = node.module.replace(".", "/")
            for each in node.names:
                full = f"{origin}/{each.name}"
                yield full if full.removeprefix("quizbot/") in MODULES else origin, id(node) in late


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_the_table_allows(module: str) -> None:
    allowed = rule(module)
    for name, late in imports(MODULES[module]):
        top = name.partition("/")[0]
        if top == "quizbot":
            target = name.removeprefix("quizbot").removeprefix("/")
            assert not target or any(within(target, unit) for unit in allowed.inside), f"{module} imports {target}"
        elif top not in sys.stdlib_module_names:
            assert top in allowed.outside, f"{module} imports {top}"
            assert late or top not in allowed.late, f"{module} imports {top} at its top"


def test_the_table_speaks_of_nothing_that_is_not_there() -> None:
    units = set(RULES).union(*(each.inside for each in RULES.values())) - {"__init__"}
    places = {next(iter(names(row[0]))) for row in rows("The house")}
    assert not {unit for unit in units | places if unit not in MODULES}


@pytest.mark.parametrize("module", MODULES)
def test_a_file_is_short_and_says_what_it_is(module: str) -> None:
    text = MODULES[module].read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST
    assert ast.get_docstring(ast.parse(text))


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [each for extra in project["optional-dependencies"].values() for each in extra]
    wanted = {re.split(r"[\[<>=~ ]", each)[0] for each in [*project["dependencies"], *extras]}
    assert wanted == names(section("What it stands on")) - {"postgres"}


def test_serving_starts_without_the_slow_libraries() -> None:
    program = "import sys, quizbot.shop, quizbot.web; print({'sklearn', 'scipy'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout == "set()\n"
