"""The figures of all cases beside their goals."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from scipy.stats import binom

from bench.judge.cases import CASES, Case
from bench.judge.rollout import NAMES, Ended
from bench.judge.traffic import STEP_S

_DOUBT = 0.999


@dataclass(frozen=True, slots=True)
class Figures:
    """What one rule did in one case: alarms while healthy, and delays in minutes (infinite where it never stopped)."""

    alarms: int
    rollouts: int
    delays: tuple[float, ...]

    @property
    def minutes(self) -> float:
        return median(self.delays) if self.delays else math.inf

    def text(self, healthy: bool) -> str:
        if healthy:
            return f"{100 * self.alarms / self.rollouts:.1f} %"
        missed = sum(math.isinf(delay) for delay in self.delays) / max(1, len(self.delays))
        return f"{'never' if math.isinf(self.minutes) else f'{self.minutes:.2f} min'} ({100 * missed:.0f} %)"


def figures(ended: Sequence[Ended], case: int, rule: int) -> Figures:
    """Return the figures of a rule in a case; an alarm before the onset is a false one, and has no delay."""
    onset_s = 1e9 if CASES[case].healthy else CASES[case].world.onset_s
    alarms = [end.alarms_s[rule] for end in ended if end.case == case]
    times = [math.inf if at_s is None else at_s for at_s in alarms]
    early = sum(time <= onset_s for time in times)
    return Figures(early, len(times), tuple((time - onset_s) / 60 for time in times if time > onset_s))


def table(ended: Sequence[Ended]) -> tuple[str, bool]:
    """Return the table, and whether every goal was reached."""
    width, columns = max(len(case.name) for case in CASES), [max(16, len(name)) for name in NAMES]
    head = "  ".join(f"{name:>{size}}" for name, size in zip(NAMES, columns, strict=True))
    lines, reached, delays = [f"{'':{width}}  {head}  {'goal':>16}  {'':7}  met at the end"], True, {}
    for index, case in enumerate(CASES):
        rules = [figures(ended, index, rule) for rule in range(len(NAMES))]
        delays[case.name] = rules[0].minutes
        goal, held = _goal(case, rules[0], delays)
        reached &= held is not False
        cells = "  ".join(f"{f.text(case.healthy):>{size}}" for f, size in zip(rules, columns, strict=True))
        said = {True: "reached", False: "MISSED", None: ""}[held]
        met = [end.met for end in ended if end.case == index]
        lines.append(f"{case.name:{width}}  {cells}  {goal:>16}  {said:7}  {100 * sum(met) / len(met):.0f} %")
    return "\n".join(lines), reached


def _goal(case: Case, ours: Figures, delays: Mapping[str, float]) -> tuple[str, bool | None]:
    if case.alarms is not None:
        allowed = int(binom.ppf(_DOUBT, ours.rollouts, case.alarms))
        return f"{ours.alarms} <= {allowed}/{ours.rollouts}", ours.alarms <= allowed
    limit = 1.5 * delays[case.as_long_as] if case.as_long_as else case.minutes
    if limit is None:
        return "none", None
    looks = math.ceil(limit * 60 / STEP_S - 1e-9) if math.isfinite(limit) else 0
    return f"<= {looks * STEP_S / 60:.2f} min", ours.minutes <= looks * STEP_S / 60 + 1e-9
