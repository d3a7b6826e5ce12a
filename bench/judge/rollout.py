"""One rollout under all rules at once."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bench.judge.cases import CASES
from bench.judge.rules import Fixed, Kayenta, Ours, Rule
from bench.judge.traffic import STEP_S, World, steps
from gonogo.outcome import Outcome

NAMES = ("gonogo", "threshold, failureLimit 0", "threshold, failureLimit 3", "Kayenta")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a rollout ended.

    Attributes:
        case: Index of its case.
        alarms_s: When each rule stopped it, in s; None if it never did.
        met: Whether our judge called the candidate met at the end.
    """

    case: int
    alarms_s: tuple[int | None, ...]
    met: bool


def run(task: tuple[int, int, int]) -> Ended:
    """Simulate rollout `number` of a case under `seed`; a task is (seed, case, number)."""
    seed, case, number = task
    world = CASES[case].world
    p95 = _quiet_p95(world.gamma)
    ours = Ours()
    rules: list[Rule] = [ours, Fixed(p95, world.errors[0], 0), Fixed(p95, world.errors[0], 3), Kayenta()]
    alarms: list[int | None] = [None] * len(rules)
    for index, (candidate, baseline) in enumerate(steps(world, np.random.default_rng([seed, case, number]))):
        at_s = (index + 1) * STEP_S
        for place, rule in enumerate(rules):
            if alarms[place] is None and rule.step(candidate, baseline, at_s):
                alarms[place] = at_s
        if None not in alarms:
            break
    return Ended(case, tuple(alarms), alarms[0] is None and ours.judge.now().outcome is Outcome.MET)


@lru_cache
def _quiet_p95(gamma: bool) -> float:
    """Return the p95 of quiet, healthy traffic, from a long draw."""
    batches = [b for _, b in steps(World(gamma=gamma), np.random.default_rng(1))]
    return float(np.quantile(np.concatenate([batch.served for batch in batches]), 0.95))
