"""Judges: pure functions from a measurement and a limit to a judgement. No clock, no socket, no file.

An interval decides, not a point: a limit is met when the whole interval lies within it, missed when the whole interval
lies outside, and inconclusive when it straddles. No data, NaN and infinity are never met.
"""

from gonogo.judge.comparison import ratio_to_baseline
from gonogo.judge.limits import interval, value
from gonogo.judge.quantiles import mean, quantile
from gonogo.judge.rates import rate

__all__ = ["interval", "mean", "quantile", "rate", "ratio_to_baseline", "value"]
