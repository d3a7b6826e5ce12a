"""The simulation behind `make bench-judge`: its traffic, the rules it compares, and its table."""

import math

import numpy as np
import pytest

from bench.judge.cases import ALPHA, CASES, bound_minutes
from bench.judge.rollout import NAMES, Ended, run
from bench.judge.rules import Fixed, Kayenta
from bench.judge.table import table
from bench.judge.traffic import World, steps


def arms(world: World, seed: int = 1):
    batches = list(steps(world, np.random.default_rng(seed)))
    return [np.concatenate([pair[arm].latency_s for pair in batches]) for arm in (0, 1)]


def test_traffic_is_what_the_world_says():
    candidate, baseline = arms(World(body=1.2))
    assert len(candidate) == pytest.approx(9000, rel=0.05)
    assert len(baseline) == pytest.approx(81_000, rel=0.02)
    assert np.quantile(candidate, 0.5) / np.quantile(baseline, 0.5) == pytest.approx(1.2, rel=0.03)


def test_a_slow_tail_leaves_the_body_alone():
    candidate, baseline = arms(World(tail=1.2))
    ratios = [np.quantile(candidate, q) / np.quantile(baseline, q) for q in (0.5, 0.95)]
    assert ratios == pytest.approx([1.0, 1.2], rel=0.05)


def test_the_same_seed_gives_the_same_rollout():
    late = next(index for index, case in enumerate(CASES) if case.name.startswith("all latencies +20 %, minute"))
    assert run((7, late, 0)) == run((7, late, 0))
    assert min(at_s for at_s in run((7, late, 0)).alarms_s[:1] if at_s) > 600


@pytest.mark.parametrize(("limit", "minutes"), [(0, 1), (3, 4)])
def test_a_fixed_threshold_stops_when_failures_exceed_its_limit(limit, minutes):
    rule = Fixed(0.2, 0.005, limit)
    assert [rule.minute((0.23, 0.1), (0.0, 0.0)) for _ in range(minutes)] == [False] * (minutes - 1) + [True]
    assert not Fixed(0.2, 0.005, 0).minute((0.21, 0.1), (0.01, 0.0))


def test_kayentas_rule_needs_five_points_and_a_clear_shift():
    slow, same, equal = Kayenta(), Kayenta(), Kayenta()
    draw = np.random.default_rng(1)
    points = 0.2 * (1 + 0.01 * draw.standard_normal((6, 2)))
    assert [slow.minute((1.2 * a, b), (0.0, 0.0)) for a, b in points] == [False] * 4 + [True] * 2
    assert not any(same.minute((a, b), (0.0, 0.0)) for a, b in points)
    assert not any(equal.minute((0.2, 0.2), (0.0, 0.0)) for _ in range(9))


def test_the_bound_for_errors_is_log_alpha_over_the_divergence():
    share = 0.005 * 5 / (0.005 * 5 + 0.001 * 45)
    divergence = share * math.log(share / 0.1) + (1 - share) * math.log((1 - share) / 0.9)
    assert bound_minutes((0.001, 0.005)) == pytest.approx(math.log(1 / ALPHA) / divergence / 0.07 / 60)


def ended(alarm_s: dict[str, int | None]) -> list[Ended]:
    """Return 50 rollouts a case, all alike, that end as the goals demand, but for those named."""
    result = []
    for index, case in enumerate(CASES):
        usual = None if case.healthy else case.world.onset_s + 60
        times = (alarm_s.get(case.name, usual), *([None] * (len(NAMES) - 1)))
        result += [Ended(index, times, case.healthy)] * 50
    return result


def test_a_table_of_goals_that_are_all_reached():
    text, reached = table(ended({}))
    assert reached
    assert "MISSED" not in text
    assert all(case.name in text for case in CASES)


@pytest.mark.parametrize(
    "missed",
    [
        {"independent": 300},
        {"all latencies +10 %": 400},
        {"errors 0.1 to 1 %": None},
        {"tail only +20 %, minute 10": 720},
        {"all latencies +20 %, minute 10": 300},  # before the onset: no delay at all
    ],
)
def test_a_table_says_which_goal_was_missed(missed):
    text, reached = table(ended(missed))
    assert not reached
    line = next(line for line in text.splitlines() if line.startswith(f"{next(iter(missed))}  "))
    assert "MISSED" in line
