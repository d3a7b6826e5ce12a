"""Probes against two real servers: what they send, what they measure, and when they say nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from watching_kit import HERE, PROBES, TOKEN, ArmProcess, canary, once, opened, until

from gonogo.guard import GuardRefused
from gonogo.outcome import Unverified
from gonogo.watching import ErrorRate, Observation, Quantile, Slower, Split
from gonogo.watching.health import Health
from gonogo.watching.line import Answer
from gonogo.watching.observation import replayed
from gonogo.watching.prober import Sent
from gonogo.watching.probes import _of_a_late_prober
from gonogo.watching.pulse import Pulse
from gonogo.watching.schedule import Schedule, Slot

Arms = tuple[ArmProcess, ArmProcess]
TOLD_BY = PROBES.replace("lanes = 100", 'lanes = 100\ntold_by = "X-Arm"')
BUDGET = """
[guard.budget]
max_rate_per_s = 100
max_users = 100
max_duration_s = 60
abort_error_ratio = 0.2
abort_p99_s = 2
window = "00:00-24:00 UTC"
"""


def observed(root: Path, arms: Arms, *questions: Any, **values: Any) -> Observation:
    bench = opened(root, arms[0].url, arms[1].url, **values)
    return canary(bench).observe(1800, questions or (Slower(1.0), ErrorRate(0.05), Quantile(0.95, 0.2, "queue")))


def observed_well(root: Path, arms: Arms, *questions: Any, **values: Any) -> Observation:
    """Observe sound arms, up to three times; a machine that was busy each time shows nothing, another has no excuse."""
    for attempt in range(3):
        with Pulse() as pulse:
            observation = observed(root / str(attempt), arms, *questions, **values)
        if set(outcomes(observation)) == {"met"}:
            return observation
        assert pulse.busy(), observation.judgements()
    pytest.skip(pulse.busy())


def outcomes(observation: Observation) -> list[str]:
    return [str(one.outcome) for one in observation.judgements()]


def test_two_sound_arms(arms: Arms, tmp_path: Path) -> None:
    observation = observed_well(tmp_path, arms, canary=TOLD_BY, watch_s=6)

    whole = observation.requests()
    assert outcomes(observation) == ["met", "met", "met"]
    assert len(whole.candidate) == len(whole.baseline) >= 580
    assert observation.ended == "observed in full"
    queue, analytics = (len(observation.requests(name).candidate) for name in ("queue", "analytics"))
    assert 2 < queue / analytics < 4.5


def test_every_request_that_was_sent_is_counted_once(arms: Arms, tmp_path: Path) -> None:
    before = [arm.asked()["asked"] for arm in arms]
    observed(tmp_path, arms, ErrorRate(0.5))
    kept = [replayed(json.loads(path.read_text())) for path in (tmp_path / "runs").rglob("*-observation.json")]
    asked = [arm.asked()["asked"] - count for arm, count in zip(arms, before, strict=True)]
    first = 2  # each operation is asked once before the pairs begin
    assert asked == [sum(len(one.requests().candidate) + first for one in kept)] * 2


def test_requests_carry_the_mark_and_the_token_and_neither_is_kept(arms: Arms, tmp_path: Path) -> None:
    observed(tmp_path, arms, watch_s=1)
    headers = arms[0].asked()["headers"]
    assert headers["x-gonogo-run"] == "run-1"
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["user-agent"].startswith("gonogo/")
    for path in (tmp_path / "runs").rglob("*"):
        assert not path.is_file() or TOKEN not in path.read_text()


def test_a_slow_canary_is_stopped_early(arms: Arms, tmp_path: Path) -> None:
    arms[0].tell(factor=2)
    observation = observed(tmp_path, arms, Slower(0.2), watch_s=20)
    assert outcomes(observation) == ["missed"]
    assert observation.ended == "stopped early at NO-GO"
    assert observation.at_s < 10


def test_a_canary_that_goes_down_is_missed(arms: Arms, tmp_path: Path) -> None:
    candidate = ArmProcess()
    once(candidate.asked_more(), candidate.end)
    observation = observed(tmp_path, (candidate, arms[1]), ErrorRate(0.05), Slower(0.5), watch_s=20)
    assert outcomes(observation)[0] == "missed"
    assert observation.at_s < 8


def test_where_neither_arm_can_be_reached_it_is_the_way_there_that_failed(tmp_path: Path) -> None:
    pair = ArmProcess(), ArmProcess()
    once(pair[0].asked_more(), lambda: [arm.end() for arm in pair])
    observation = observed(tmp_path, pair, ErrorRate(0.05), Slower(0.5), watch_s=20)
    assert outcomes(observation) == ["inconclusive", "inconclusive"]
    assert "neither arm could be reached" in observation.ended


def test_an_arm_that_cannot_be_reached_at_the_start_is_unverified(arms: Arms, tmp_path: Path) -> None:
    gone = ArmProcess()
    gone.end()
    with pytest.raises(Unverified, match=r"stable: no answer|no answer from http://127\.0\.0\.1"):
        observed(tmp_path, (arms[0], gone))


def test_a_failing_canary_fails_alike_by_status_silence_and_end_of_connection(arms: Arms, tmp_path: Path) -> None:
    arms[0].tell(fail=0.5, status=500)
    assert outcomes(observed(tmp_path, arms, ErrorRate(0.05))) == ["missed"]


def test_what_the_baseline_does_not_serve_is_not_probed(arms: Arms, tmp_path: Path) -> None:
    missing = PROBES.replace('"/analytics"', '"/missing"')
    before = arms[1].asked()["asked"]
    with pytest.raises(Unverified, match=r"is answered with 404, required 200; .*only what both releases serve"):
        observed(tmp_path, arms, canary=missing)
    assert arms[1].asked()["asked"] - before <= 2


def test_a_throttled_prober_decides_nothing(arms: Arms, tmp_path: Path) -> None:
    once(arms[0].asked_more(), lambda: arms[0].tell(fail=0.2, status=429))
    observation = observed(tmp_path, arms, ErrorRate(0.05), Slower(0.5), watch_s=2)
    assert outcomes(observation) == ["inconclusive", "inconclusive"]
    assert "candidate answered 429" in observation.judgement(ErrorRate(0.05)).reason


def test_one_instance_behind_both_urls_decides_nothing(arms: Arms, tmp_path: Path) -> None:
    arms[0].tell(name="stable", factor=2)
    observation = observed(tmp_path, arms, Slower(0.2), watch_s=2, canary=TOLD_BY)
    assert outcomes(observation) == ["inconclusive"]
    assert "both arms gave X-Arm: stable; they are not told apart" in observation.judgement(Slower(0.2)).reason


def test_arms_that_were_swapped_decide_nothing(arms: Arms, tmp_path: Path) -> None:
    arms[1].tell(factor=2)
    told = TOLD_BY.replace("lanes = 100", 'lanes = 100\ntold = { candidate = "canary", baseline = "stable" }')
    observation = observed(tmp_path, (arms[1], arms[0]), Slower(0.2), watch_s=2, canary=told)
    assert outcomes(observation) == ["inconclusive"]
    assert "the candidate gave X-Arm: stable, required canary" in observation.judgement(Slower(0.2)).reason


def test_what_only_the_candidate_does_not_know_is_its_failure(arms: Arms, tmp_path: Path) -> None:
    arms[0].tell(fail=1, status=404)
    assert outcomes(observed(tmp_path, arms, ErrorRate(0.05))) == ["missed"]


def test_connections_that_the_target_closes_are_no_failures(arms: Arms, tmp_path: Path) -> None:
    for arm in arms:
        arm.tell(close=1)
    observation = observed_well(tmp_path, arms, ErrorRate(0.05), watch_s=4)
    assert outcomes(observation) == ["met"]
    assert not observation.requests().candidate.failed.any()


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"load": "refuse"}, 'load = "refuse"'),
        ({"hosts": '"other.example.com"'}, "allowed_hosts"),
        ({"kind": "staging", "budget": BUDGET}, "budget.max_rate_per_s = 100"),
    ],
)
def test_what_the_environment_does_not_allow_is_never_sent(
    arms: Arms, tmp_path: Path, values: dict[str, str], line: str
) -> None:
    before = [arm.asked()["asked"] for arm in arms]
    with pytest.raises(GuardRefused, match="was refused before anything was sent") as refused:
        observed(tmp_path, arms, **values)
    assert line in str(refused.value)
    assert [arm.asked()["asked"] for arm in arms] == before


def test_the_budget_of_the_environment_ends_the_probes(arms: Arms, tmp_path: Path) -> None:
    arms[0].tell(fail=0.6)
    slower = PROBES.replace("pairs_per_s = 100", "pairs_per_s = 50")
    observation = observed(
        tmp_path, arms, Quantile(0.95, 0.2), kind="staging", budget=BUDGET, canary=slower, watch_s=20
    )
    assert observation.ended.startswith("stopped: ")
    assert "budget.abort_error_ratio = 0.2" in observation.ended
    assert outcomes(observation) == ["inconclusive"]
    assert observation.at_s < 10


def test_probes_see_no_split_and_no_operation_that_they_do_not_send(arms: Arms, tmp_path: Path) -> None:
    observation = observed(tmp_path, arms, Split(), Quantile(0.95, 0.02, "publishing"), watch_s=1)
    assert outcomes(observation) == ["unverified", "unverified"]
    assert "valid: queue, analytics" in observation.judgement(Quantile(0.95, 0.02, "publishing")).reason


def test_slots_are_spread_fair_and_repeatable() -> None:
    def slots() -> list[Slot]:
        schedule = Schedule(100, 20, {"queue": 3, "analytics": 1}, seed=4)
        return [slot for slot in (schedule.take(0.0, 0.05) for _ in range(2000)) if slot is not None]

    first = slots()
    assert first == slots()
    assert len(first) == 2000
    assert all(n / 100 <= slot.at_s < (n + 1) / 100 for n, slot in enumerate(first))
    assert 0.4 < np.mean([slot.candidate_first for slot in first]) < 0.6
    assert 0.7 < np.mean([slot.operation == "queue" for slot in first]) < 0.8


def test_slots_that_find_no_lane_are_given_up_and_never_sent_late() -> None:
    schedule = Schedule(100, 1, {"queue": 1}, seed=4)
    slot = schedule.take(0.5, 0.05)
    assert slot is not None
    assert 0.45 <= slot.at_s < 0.47
    assert schedule.given_up == 45
    assert schedule.complete_s(0.9) == slot.at_s
    schedule.done(slot)
    assert schedule.complete_s(0.9) == pytest.approx(0.46)


def sent(late_s: float | None = 0.0001, **answers: Any) -> Sent:
    usual = {"candidate": Answer(0.02, 200), "baseline": Answer(0.02, 200)} | answers
    return Sent(Slot(0.0, "queue", True), **usual, late_s=late_s)


@pytest.mark.parametrize(
    ("late", "says"),
    [([0.0001] * 200, None), ([0.003] * 200, "median 3 ms"), ([0.0001] * 190 + [0.05] * 10, "p98 50 ms")],
)
def test_a_prober_that_was_late_itself_says_so(late: list[float], says: str | None) -> None:
    health = Health()
    health.usable([sent(one) for one in late])
    assert (says or "") in health.sick()
    assert bool(health.sick()) == bool(says)


def test_a_late_prober_shows_no_latency_and_can_only_find_a_difference() -> None:
    asked = Slower(0.2), Quantile(0.95, 0.2), ErrorRate(0.01)
    assert _of_a_late_prober("", asked) == ({}, {})
    assert _of_a_late_prober("late", asked) == ({1: "late"}, {0: "late"})


def test_a_way_there_that_blinks_is_borne_up_to_a_point() -> None:
    gone = Answer(0.001, 0, connected=False)
    health = Health()
    assert len(health.usable([sent()] * 97 + [sent(candidate=gone, baseline=gone)] * 3)) == 97
    assert not [*health.void(), *health.unmet(0)]
    health.usable([sent(candidate=gone, baseline=gone)] * 3)
    assert "of 103 pairs, neither arm could be reached by 6" in next(health.unmet(0))
    assert len(health.usable([sent(candidate=gone)])) == 1  # that one arm is gone is its failure


def test_lanes_that_all_wait_forbid_met_only() -> None:
    health = Health()
    health.usable([sent()] * 100)
    assert not [*health.unmet(0)]
    assert "2 of 102 pairs were never sent" in next(health.unmet(2))
    assert not [*health.void()]


def test_told_to_end_its_traffic_ends_within_two_seconds_whatever_the_arms_do(arms: Arms, tmp_path: Path) -> None:
    script = tmp_path / "watch.py"
    script.write_text(
        f"import sys, pathlib; sys.path.insert(0, {str(HERE)!r})\n"
        "from gonogo.process import interrupt_on_signals; interrupt_on_signals()\n"
        "from watching_kit import *; from gonogo.watching import Slower\n"
        f"bench = opened(pathlib.Path({str(tmp_path)!r}), {arms[0].url!r}, {arms[1].url!r}, watch_s=60)\n"
        "canary(bench).observe(1800, [Slower(0.2)])\n"
    )
    watched = arms[0].asked_more()
    with subprocess.Popen([sys.executable, str(script)], stderr=subprocess.PIPE) as process:
        until(watched)
        for arm in arms:
            arm.tell(stall=30)
        os.kill(process.pid, signal.SIGTERM)
        time.sleep(2)
        asked = [arm.asked()["asked"] for arm in arms]
        process.wait(30)
        assert [arm.asked()["asked"] for arm in arms] == asked
    (kept,) = (tmp_path / "runs").rglob("*-observation.json")
    assert json.loads(kept.read_text())["ended"] == "interrupted"
