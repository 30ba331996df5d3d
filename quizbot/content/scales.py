"""From the values of a column to levels in 0..1."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quizbot.content.catalog import Floats

PERCENTILES = (5, 25, 50, 75, 95)


@dataclass(frozen=True, eq=False)
class Scale:
    """Stops of a numeric column, rising in value, with the level of each; between stops it is linear.

    `values` (s,) in the column's unit, `levels` (s,) in 0..1. Beyond the outer stops the level stays what it is there.
    """

    values: Floats
    levels: Floats

    def level(self, value: float) -> float:
        """The level of a value in the column's unit, 0..1; NaN for NaN."""
        return float(self.of(np.array([value], dtype=np.float64))[0])

    def of(self, values: Floats) -> Floats:
        """The levels of many values, rounded to 1e-6 so that all machines agree; NaN stays NaN."""
        levels: Floats = np.round(np.interp(values, self.values, self.levels), 6)
        return levels


def stated(stops: Sequence[float]) -> Scale:
    """Stops that rise or fall, spread evenly over the levels 0..1."""
    values, levels = np.array(stops, dtype=np.float64), np.linspace(0, 1, len(stops))
    return Scale(values, levels) if values[0] < values[-1] else Scale(values[::-1], levels[::-1])


def measured(values: Floats) -> Scale | None:
    """The 5, 25, 50, 75 and 95th percentiles of the known values as the levels 0 .. 1, None when none is known.

    Equal percentiles are one stop: level 0 when they touch the bottom, 1 when they touch the top, else the middle.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    marks = np.percentile(known, PERCENTILES)
    stops, first, run = np.unique(marks, return_index=True, return_counts=True)
    if len(stops) == 1:
        # Nearly everything has one value: it is the middle, and the few others are below and above.
        near = max(abs(stops[0]), 1.0) * 1e-9
        return Scale(stops[0] + np.array([-near, 0, near]), np.array([0, 0.5, 1]))
    top = len(marks) - 1
    last = first + run - 1
    levels = np.where(first == 0, 0, np.where(last == top, top, (first + last) / 2)) / top
    return Scale(stops, levels)
