"""Watching: a canary observed live, beside the release that serves now.

`canary` is what steps call; `asking` tells the watch what will be asked. A `source` gives requests of both arms
(`probes`, `histograms` of Prometheus, `access_log`); `watch` looks at each stratum; `jury` judges every question at
every look; `observation` is what it came to, and can be replayed from its evidence.
"""

from gonogo.watching.asking import asked, asks
from gonogo.watching.canary import Canary
from gonogo.watching.observation import Observation
from gonogo.watching.questions import ErrorRate, Failing, Quantile, Slower, SlowerThanCaptured, Split

__all__ = [
    "Canary",
    "ErrorRate",
    "Failing",
    "Observation",
    "Quantile",
    "Slower",
    "SlowerThanCaptured",
    "Split",
    "asked",
    "asks",
]
