"""Alerts of DocFlow over a stretch of time."""

import time
from datetime import timedelta

from gonogo.probes.metrics.rules import RuleProbe

_PAUSE_S = 0.5


def states_during(rules: RuleProbe, name: str, stretch: timedelta) -> list[str]:
    """Return the states, each once, that an alert had during a stretch of time; raises as `RuleProbe.rule` does."""
    ends, states = time.monotonic() + stretch.total_seconds(), [rules.rule(name).state]
    while time.monotonic() < ends:
        time.sleep(_PAUSE_S)
        states.append(rules.rule(name).state)
    return sorted(set(states))
