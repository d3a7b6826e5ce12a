"""Judges: pure functions from a measurement and a limit to a judgement. No clock, no socket, no file.

An interval decides, not a point: a limit is met when the whole interval lies within it, missed when the whole interval
lies outside, and inconclusive when it straddles. No data, NaN and infinity are never met.
"""

from gonogo.judge.comparison import ratio_to_baseline
from gonogo.judge.limits import interval, value
from gonogo.judge.quantiles import mean, quantile
from gonogo.judge.rates import rate
from gonogo.judge.rows import by_key, same_rows
from gonogo.judge.split import split

__all__ = [
    "by_key",
    "interval",
    "mean",
    "quantile",
    "rate",
    "ratio_to_baseline",
    "same_rows",
    "split",
    "value",
]
