"""What is compared, the goals, and the table that says whether they were reached."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from bench.contender import Times


@dataclass(frozen=True)
class Goal:
    """A ratio that must not be exceeded: of CPU time, or of wall time where waiting for answers is part of the work."""

    what: str
    ours: str
    theirs: str
    limit: float
    wall: bool = False

    def ratio(self, times: Mapping[str, Times]) -> float:
        """Return the median of the rounds' ratios: the two of a round ran within seconds of each other."""
        ours, theirs = times[self.ours], times[self.theirs]
        pairs = zip(ours.wall, theirs.wall, strict=True) if self.wall else zip(ours.cpu, theirs.cpu, strict=True)
        return median(mine / other for mine, other in pairs)


GOALS = (
    Goal("without a report, beside plain pytest", "gonogo", "plain pytest", 1.5),
    Goal("with Allure, beside pytest-bdd", "gonogo + Allure", "pytest-bdd + allure-pytest-bdd", 0.35),
    Goal("1,600 unused definitions, beside none", "gonogo, 1,600 unused", "gonogo", 1.10),
    Goal("smoke with Allure, beside a bare loop", "smoke: gonogo + Allure", "smoke: bare loop", 2.2, wall=True),
)


def table(times: Mapping[str, Times]) -> str:
    """Return all times as a table, in ms."""
    width = max(map(len, times))
    lines = [f"{'':{width}}  {'CPU ms':>8}  {'wall ms':>8}"]
    lines += [f"{name:{width}}  {t.cpu_s * 1000:8.0f}  {t.wall_s * 1000:8.0f}" for name, t in times.items()]
    return "\n".join(lines)


def verdicts(times: Mapping[str, Times]) -> tuple[str, bool]:
    """Return a line for each goal whose contenders were measured, and whether all are reached; of none it is not."""
    goals = [goal for goal in GOALS if goal.ours in times and goal.theirs in times]
    width = max((len(goal.what) for goal in goals), default=0)
    lines = [f"{'':{width}}  {'ratio':>6}  {'goal':>6}"]
    for goal in goals:
        reached = "reached" if goal.ratio(times) <= goal.limit else "MISSED"
        lines.append(f"{goal.what:{width}}  {goal.ratio(times):6.2f}  {goal.limit:6.2f}  {reached}")
    return "\n".join(lines), bool(goals) and all(goal.ratio(times) <= goal.limit for goal in goals)
