"""The judge of a canary: what it answers, what is never met, and that looks, scale and storage change nothing."""

import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.judge.canary import CanaryJudge
from gonogo.judge.canary_settings import CanarySettings
from gonogo.judge.look import Look, Pace, what_would_settle
from gonogo.judge.strata import NOTHING, Batch
from gonogo.outcome import Outcome

STRICT = CanarySettings(share=0.1)


def arm(seed: int, minutes: float, rate: float, factor: float = 1.0, errors: float = 0.004) -> Batch:
    """Return an arm's requests: lognormal latencies around 100 ms times `factor`."""
    draw = np.random.default_rng(seed)
    count = int(minutes * 60 * rate)
    latencies = 0.1 * factor * draw.lognormal(0, 0.5, count)
    return Batch.of(np.sort(draw.random(count)) * minutes * 60, latencies, draw.random(count) < errors)


def watched(candidate: Batch, baseline: Batch, minutes: float, given: CanarySettings = STRICT, **more: Batch) -> Look:
    return CanaryJudge(given).look(candidate, baseline, minutes * 60, **more)


def changed(batch: Batch, **columns: object) -> Batch:
    return replace(batch, **columns)


@pytest.mark.parametrize(
    ("factor", "errors", "outcomes"),
    [
        (1.0, 0.004, (Outcome.MET, Outcome.MET)),
        (0.8, 0.0, (Outcome.MET, Outcome.MET)),
        (1.3, 0.004, (Outcome.MISSED, Outcome.MET)),
        (1.0, 0.03, (Outcome.MET, Outcome.MISSED)),
        (1.3, 0.03, (Outcome.MISSED, Outcome.MISSED)),
    ],
)
def test_a_canary_is_judged_by_latency_and_errors(factor, errors, outcomes):
    look = watched(arm(1, 20, 5, factor, errors), arm(2, 20, 45), 20)
    assert tuple(finding.outcome for finding in look.findings) == outcomes
    assert look.outcome is (Outcome.MISSED if Outcome.MISSED in outcomes else Outcome.MET)
    assert not look.doubts


def test_a_change_that_is_tolerated_is_not_missed_and_one_beyond_the_limit_not_met():
    for factor, never in ((1.03, Outcome.MISSED), (1.12, Outcome.MET)):
        for seed in range(3):
            look = watched(arm(seed, 15, 5, factor), arm(100 + seed, 15, 45), 15)
            assert look.findings[0].outcome is not never


def test_what_was_missed_stays_missed():
    judge = CanaryJudge(STRICT)
    assert judge.look(arm(1, 5, 5, 1.5), arm(2, 5, 45), 300).outcome is Outcome.MISSED
    later = arm(3, 25, 5, 0.7), arm(4, 25, 45)
    moved = [changed(batch, at_s=batch.at_s + 300) for batch in later]
    assert judge.look(*moved, 1800).findings[0].outcome is Outcome.MISSED


def test_an_open_question_says_what_would_settle_it():
    look = watched(arm(1, 1, 5), arm(2, 1, 45), 1)
    assert look.outcome is Outcome.INCONCLUSIVE
    told = re.search(
        r"about ([\d ]+) more requests to the candidate \(.* min\) would show it within", look.findings[0].reason
    )
    assert told
    assert 500 < int(told[1].replace(" ", "")) < 8000


def test_a_candidate_between_tolerance_and_limit_is_told_that_more_would_not_settle_it():
    said = what_would_settle(math.inf, math.inf, Pace(10, 500, 10.0))
    assert "more of the same would not settle it" in said
    assert what_would_settle(3.0, 2.0, Pace(10, 500, 10.0)).startswith(
        "about 500 more requests to the candidate (100 s)"
    )
    assert what_would_settle(3.0, math.inf, Pace(10, 500, 10.0)).endswith("worse than tolerated")


def test_the_final_judgement_names_measured_required_samples_and_source():
    judge = CanaryJudge(STRICT)
    judge.look(arm(1, 20, 5, 1.4), arm(2, 20, 45), 1200)
    latency, errors = judge.conclude(source="access log", remedy="roll back")
    assert (latency.outcome, errors.outcome) == (Outcome.MISSED, Outcome.MET)
    assert latency.measurement.value == pytest.approx(1.4, abs=0.1)
    assert (latency.measurement.samples, latency.measurement.source) == (60_000, "access log")
    assert str(latency.limit) == "<= 1.1 times"
    assert errors.measurement.value == pytest.approx(0.004, abs=0.002)
    assert errors.limit.value == pytest.approx(0.008, abs=0.001)
    assert re.search(r"0\.\d+ to 1\.\d+ times its rate", errors.reason)
    json.dumps([latency.as_dict(), errors.as_dict()])


GOOD, BASE = arm(1, 20, 5), arm(2, 20, 45)
EMPTY_TIMES = np.repeat(np.arange(1200.0), 5)


@pytest.mark.parametrize(
    ("candidate", "baseline", "why"),
    [
        (NOTHING, NOTHING, "no requests of candidate and baseline"),
        (NOTHING, BASE, "no requests of candidate"),
        (GOOD, NOTHING, "no requests of baseline"),
        (changed(GOOD, latency_s=np.append(GOOD.latency_s[1:], np.nan)), BASE, "1 requests have no finite"),
        (changed(GOOD, latency_s=np.append(GOOD.latency_s[1:], np.inf)), BASE, "1 requests have no finite"),
        (GOOD, changed(BASE, at_s=np.append(BASE.at_s[1:], np.nan)), "1 requests have no finite"),
        (changed(GOOD, latency_s=-GOOD.latency_s), BASE, "6000 requests have no finite"),
        (changed(GOOD, latency_s=np.full(6000, np.nan)), BASE, "6000 requests have no finite"),
        (GOOD, GOOD, "both arms come from one source"),
        (GOOD, changed(GOOD, at_s=GOOD.at_s + 0.001), "both arms come from one source"),
        (GOOD.where(GOOD.at_s < 300), BASE, "strata hold no requests of one arm"),
        (Batch.of(EMPTY_TIMES, np.full(6000, 0.1)), BASE, "never varied"),
        (GOOD, Batch.of(EMPTY_TIMES, np.full(6000, 0.1)), "never varied"),
        (Batch.of(EMPTY_TIMES, np.full(6000, 0.1)), Batch.of(EMPTY_TIMES, np.full(6000, 0.1)), "one source"),
    ],
)
def test_what_is_never_met(candidate, baseline, why):
    judge = CanaryJudge(CanarySettings())
    look = judge.look(candidate, baseline, 1200)
    assert look.findings[0].outcome is not Outcome.MET
    assert look.outcome is not Outcome.MET
    assert why in look.findings[0].reason
    assert judge.conclude()[0].outcome is Outcome.INCONCLUSIVE


def test_a_baseline_that_counts_the_candidates_traffic_too_is_one_source():
    both = Batch.of(*(np.concatenate([getattr(b, n) for b in (GOOD, BASE)]) for n in ("at_s", "latency_s", "failed")))
    look = watched(changed(GOOD), both, 20, CanarySettings())
    assert "both arms come from one source" in look.doubts[0]
    assert look.outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize("factor", [1.0, 1.5])
def test_a_split_that_is_off_voids_the_comparison(factor):
    look = watched(arm(1, 20, 2, factor), arm(2, 20, 48), 20, replace(STRICT, share=0.1))
    assert look.outcome is Outcome.INCONCLUSIVE
    assert "the candidate got 4 % of 60000 requests, planned 10 %" in look.doubts[0]


@pytest.mark.parametrize("factor", [1.0, 1.5])
@pytest.mark.parametrize("placebo", [1.4, 0.6])
def test_a_placebo_that_trips_voids_the_comparison(factor, placebo):
    look = watched(arm(1, 20, 5, factor), arm(2, 20, 45), 20, placebo=arm(3, 20, 5, placebo))
    assert look.outcome is Outcome.INCONCLUSIVE
    assert "the placebo tripped" in look.doubts[0]


def test_a_sound_placebo_changes_nothing():
    plain = watched(GOOD, BASE, 20)
    assert watched(GOOD, BASE, 20, placebo=arm(3, 20, 5)).findings == plain.findings


def test_late_requests_may_be_the_slow_ones():
    judge = CanaryJudge(STRICT)
    late = GOOD.latency_s > np.quantile(GOOD.latency_s, 0.99)
    judge.look(GOOD.where(~late), BASE, 1200)
    look = judge.look(GOOD.where(late), NOTHING, 1210)
    assert look.doubts == ("60 requests of the candidate, beside 5940, came when their stratum was over",)
    assert look.outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize("until_s", [math.nan, math.inf, -1.0, 1.7e9])
def test_a_look_at_no_time_is_refused(until_s):
    with pytest.raises(ValueError, match="looks go forward"):
        CanaryJudge().look(NOTHING, NOTHING, until_s)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"alpha": math.nan}, "alpha"),
        ({"alpha": 0.0}, "alpha"),
        ({"tolerance": -0.1}, "tolerance"),
        ({"limit": 0.01}, "limit"),
        ({"needed": ()}, "needed"),
        ({"needed": ("p95",)}, "needed"),
        ({"share": 1.0}, "share"),
        ({"error_limit": 1.0}, "error_limit"),
        ({"stratum_s": 0.0}, "stratum_s"),
        ({"max_skipped": 1.0}, "max_skipped"),
        ({"planned_s": math.inf}, "planned_s"),
    ],
)
def test_settings_that_mean_nothing_are_refused(changes, name):
    with pytest.raises(ValueError, match=f"canary judge: {name} = "):
        CanarySettings(**changes)


def test_a_batch_needs_one_time_and_latency_a_request():
    with pytest.raises(ValueError, match="each request has one time"):
        Batch.of([1.0, 2.0], [0.1])


SMALL = arm(5, 3, 5, 1.2), arm(6, 3, 20)


def _numbers(judge: CanaryJudge) -> dict[str, object]:
    return judge.state() | {"at_s": None}


@settings(max_examples=25)
@given(st.lists(st.floats(0, 180), max_size=8), st.integers(0, 99))
def test_how_the_stream_is_cut_into_looks_changes_nothing(cuts, seed):
    draw = np.random.default_rng(seed)
    whole, cut = CanaryJudge(STRICT), CanaryJudge(STRICT)
    whole.look(*SMALL, 180.0)
    before = 0.0
    for until in [*sorted(cuts), 180.0]:
        parts = [batch.where((batch.at_s >= before) & (batch.at_s < until)) for batch in SMALL]
        order = [draw.permutation(len(part)) for part in parts]
        mixed = [Batch(p.at_s[o], p.latency_s[o], p.failed[o]) for p, o in zip(parts, order, strict=True)]
        cut.look(*mixed, until)
        before = until
    assert cut.now() == whole.now()
    assert _numbers(cut) == _numbers(whole)


@settings(max_examples=10)
@given(st.integers(0, 180), st.integers(0, 2**32 - 1))
def test_a_judge_that_was_kept_goes_on_with_the_same_numbers(cut, seed):
    arms = arm(seed, 3, 5, 1.1), arm(seed + 1, 3, 20), arm(seed + 2, 3, 5)
    early = [batch.where(batch.at_s < cut) for batch in arms]
    rest = [batch.where(batch.at_s >= cut) for batch in arms]
    judge = CanaryJudge(STRICT)
    judge.look(early[0], early[1], cut, placebo=early[2])
    kept = CanaryJudge.restored(json.loads(json.dumps(judge.state())))
    looks = [one.look(rest[0], rest[1], 180, placebo=rest[2]) for one in (judge, kept)]
    assert looks[0] == looks[1]
    assert json.dumps(judge.state()) == json.dumps(kept.state())
    assert [j.reason for j in judge.conclude()] == [j.reason for j in kept.conclude()]


def test_a_state_of_another_schema_is_refused():
    with pytest.raises(ValueError, match="expected 'gonogo/canary/1'"):
        CanaryJudge.restored({"schema": "other"})


@settings(max_examples=8)
@given(st.sampled_from([2.0**-10, 0.5, 8.0]), st.sampled_from([1.0, 1.08, 1.3]))
def test_scaling_both_arms_changes_no_answer(scale, factor):
    one, other = arm(7, 5, 5, factor), arm(8, 5, 45)
    scaled = [changed(batch, latency_s=batch.latency_s * scale) for batch in (one, other)]
    plain, bigger = watched(one, other, 5), watched(*scaled, 5)
    for before, after in zip(plain.findings, bigger.findings, strict=True):
        assert (after.outcome, after.log_against, after.log_within) == (
            before.outcome,
            before.log_against,
            before.log_within,
        )


def test_scaling_the_candidate_is_the_same_as_scaling_what_is_tolerated():
    one, other = arm(7, 5, 5), arm(8, 5, 45)
    slower = changed(one, latency_s=one.latency_s * 2.0)
    plain = watched(one, other, 5, CanarySettings(tolerance=0.0, limit=0.5))
    alike = watched(slower, other, 5, CanarySettings(tolerance=1.0, limit=2.0))
    assert alike.findings[0].log_against == pytest.approx(plain.findings[0].log_against)
    assert alike.findings[0].log_within == pytest.approx(plain.findings[0].log_within)


@settings(max_examples=5)
@given(st.sampled_from([0.8, 1.0, 1.25]), st.integers(0, 1000))
def test_swapping_the_arms_mirrors_the_evidence(factor, seed):
    """Without tolerance, what shows A slower than B is what shows B faster than A, bet by bet."""
    mirrored = CanarySettings(tolerance=0.0, limit=1e-12)
    one, other = arm(seed, 4, 10, factor), arm(seed + 1, 4, 30)
    judges = CanaryJudge(mirrored), CanaryJudge(mirrored)
    judges[0].look(one, other, 240)
    judges[1].look(other, one, 240)
    slower = np.array(judges[0].state()["pair"]["latencies"]["worse"]["sums"])[0]
    faster = np.array(judges[1].state()["pair"]["latencies"]["within"])
    np.testing.assert_allclose(slower, faster, atol=1e-6)
    outcomes = {judge.now().findings[0].outcome for judge in judges}
    assert outcomes != {Outcome.MISSED}
    assert outcomes != {Outcome.MET}


def test_healthy_canaries_seldom_alarm_and_slow_ones_always():
    def missed(factor: float, seed: int) -> bool:
        return watched(arm(seed, 4, 5, factor), arm(1000 + seed, 4, 20), 4, given).outcome is Outcome.MISSED

    given = CanarySettings()
    assert given.alphas == {"latency": 0.01, "errors": 0.01}
    assert sum(missed(1.0, seed) for seed in range(30)) <= 2
    assert all(missed(1.6, seed) for seed in range(10))
