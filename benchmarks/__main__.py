"""All benchmarks, one after the other: `python -m benchmarks`, or some by name."""

import sys
from importlib import import_module

ALL = (
    *(
        "golden",
        "recovery",
        "speed",
        "simulating",
        "feeds",
        "conversation",
        "asking",
        "serving",
        "talking",
        "records",
        "returning",
        "crashes",
        "page",
    ),
    *("library", "mutations", "running", "history", "scale"),
)


def main() -> None:
    """Run the named benchmarks, or all."""
    for name in sys.argv[1:] or ALL:
        import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
