"""How long a watch lasts here, and how wide its strata are: an environment's [scale] may make it a rehearsal."""

from dataclasses import dataclass

from gonogo.settings import ScaleSettings
from gonogo.units import show

STRATUM_S, ONSET_S = 10.0, 120.0
"""Of a watch in full: of half an hour, say."""
IN_FULL_S = 1800.0
_LEAST_STRATUM_S = 0.5


@dataclass(frozen=True, slots=True)
class Span:
    """Times of a watch, in s; `rehearsal` says how it was shortened, "" where it is in full."""

    planned_s: float
    duration_s: float
    stratum_s: float
    onset_s: float
    rehearsal: str = ""


def span(planned_s: float, scale: ScaleSettings, least_stratum_s: float) -> Span:
    """Return the times of a watch of `planned_s` at an environment's scale.

    Strata shrink with the duration, below half an hour, so that there are as many of them; a stratum is never narrower
    than its source can fill. Onsets keep their distance: a process that the machine holds up for a second does so in a
    rehearsal too, and would look like a regression that began two seconds ago.
    """
    duration_s = min(planned_s, scale.watch_duration_s or planned_s)
    ratio = min(1.0, duration_s / IN_FULL_S)
    stratum_s = max(STRATUM_S * ratio, least_stratum_s, _LEAST_STRATUM_S)
    stratum_s = min(stratum_s, duration_s)
    rehearsal = f"{show(duration_s, 's')} of {show(planned_s, 's')}" if duration_s < planned_s else ""
    onset_s = min(max(ONSET_S, stratum_s), duration_s)
    return Span(planned_s, duration_s, stratum_s, onset_s, rehearsal)
