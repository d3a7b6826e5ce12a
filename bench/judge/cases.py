"""The cases, each with its goal."""

import math
from dataclasses import dataclass, replace

from bench.judge.traffic import RATE, SHARE, World

ALPHA = 0.01
"""Of each question; false alarms are counted over both questions together."""
ONSET_S = 600


@dataclass(frozen=True, slots=True)
class Case:
    """A world, and what is demanded of our judge in it.

    Attributes:
        alarms: Greatest probability of a false alarm, where the candidate is healthy.
        minutes: Greatest median delay, where it is not.
        as_long_as: Case whose median delay may be exceeded by half, for a late onset.
    """

    name: str
    world: World
    alarms: float | None = None
    minutes: float | None = None
    as_long_as: str | None = None

    @property
    def healthy(self) -> bool:
        return self.alarms is not None


def bound_minutes(errors: tuple[float, float]) -> float:
    """Return log(1/alpha)/KL in minutes, KL being what the arms' shares of all errors tell in a second."""
    candidate, baseline = RATE * SHARE * errors[1], RATE * (1 - SHARE) * errors[0]
    share = candidate / (candidate + baseline)
    kl = share * math.log(share / SHARE) + (1 - share) * math.log((1 - share) / (1 - SHARE))
    return -math.log(ALPHA) / ((candidate + baseline) * kl) / 60


def _regressions() -> list[Case]:
    changes = [
        Case("all latencies +5 %", World(body=1.05)),
        Case("all latencies +10 %", World(body=1.10), minutes=6.5),
        Case("all latencies +20 %", World(body=1.20), minutes=1.5),
        Case("tail only +20 %", World(tail=1.20), minutes=3.5),
    ]
    for errors in ((0.001, 0.005), (0.005, 0.010), (0.001, 0.010)):
        name = f"errors {errors[0] * 100:g} to {errors[1] * 100:g} %"
        changes.append(Case(name, World(errors=errors), minutes=1.25 * bound_minutes(errors)))
    late = [
        Case(f"{case.name}, minute 10", replace(case.world, onset_s=ONSET_S), as_long_as=case.name)
        for case in changes
        if case.minutes
    ]
    return changes + late


CASES = (
    Case("independent", World(), alarms=ALPHA),
    Case("shared load noise", World(load=0.15), alarms=ALPHA),
    Case("gamma latencies", World(gamma=True), alarms=ALPHA),
    Case("shared incident", World(incident=True), alarms=ALPHA),
    Case("noise of each arm's own", World(own=0.04), alarms=2 * ALPHA),
    *_regressions(),
)
