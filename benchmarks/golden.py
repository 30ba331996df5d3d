"""Golden shoppers of the benchmarks' quizzes, played on the real catalogs; exits with 1 when one is disappointed."""

from pathlib import Path

from benchmarks.table import data
from quizbot.editorial.golden import broken, restocked
from quizbot.library.load import load

QUIZZES = Path(__file__).parent / "quizzes"


def main() -> None:
    """Play every example on its real catalog."""
    catalogs = data() / "catalogs"
    failures = 0
    for path in sorted(QUIZZES.glob("*.yaml")):
        catalog = next(catalogs.glob(f"{path.stem}*.csv"))
        played = restocked(load(QUIZZES, catalog, only=[path]).editions[path.stem])
        for example in played.quiz.examples:
            found = list(broken(played, example))
            failures += bool(found)
            print(f"{path.stem:10} {'broken' if found else 'holds ':6}  {example.name}")
            print("".join(f"{'':20}{each}\n" for each in found), end="")
    if failures:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
