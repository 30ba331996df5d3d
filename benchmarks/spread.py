"""How widely what is shown is spread over a catalog."""

import numpy as np

from quizbot.content.catalog import Ints


def spread(shown: Ints, count: int) -> list[float]:
    """The share of `count` items that anybody is shown, and the Gini coefficient of how often each is."""
    often = np.sort(np.bincount(shown.ravel(), minlength=count))
    rank = np.arange(1, count + 1)
    return [float((often > 0).mean()), float(((2 * rank - count - 1) * often).sum() / (count * often.sum()))]
