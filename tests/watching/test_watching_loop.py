"""The loop of a watch, in the time of a clock turned by hand: when it ends, what it then says, and what it keeps."""

import json
import math
import time
from pathlib import Path

import pytest
from watching_kit import HandClock, MadeUp, Told, canary, opened

from gonogo.guard import GuardRefused
from gonogo.outcome import Inconclusive, Outcome, Unverified, UsageError
from gonogo.recorder import Recorder
from gonogo.watching import ErrorRate, Failing, Observation, Quantile, Slower
from gonogo.watching.canary import ATTEMPTS, PAUSE_S
from gonogo.watching.pulse import Pulse, too_late
from gonogo.watching.record import Doubts
from gonogo.workbench import Workbench

ALL = (Slower(0.2), ErrorRate(0.01), Quantile(0.95, 0.2))


@pytest.fixture
def source(clock: HandClock) -> MadeUp:
    return MadeUp(clock)


def observed(bench: Workbench, source: MadeUp, *questions: object) -> Observation:
    return canary(bench, source.clock).observe(1800, questions or ALL, source)  # type: ignore[arg-type]


def outcomes(observation: Observation) -> list[str]:
    return [str(one.outcome) for one in observation.judgements()]


def test_a_sound_canary_is_observed_to_its_end_and_met(bench: Workbench, source: MadeUp) -> None:
    observation = observed(bench, source)

    assert outcomes(observation) == ["met", "met", "met"]
    assert observation.ended == "observed in full"
    assert (observation.at_s, len(observation.looks), source.closed) == (60, 60, 1)
    assert source.clock.now() >= 1060


def test_every_answer_names_source_window_arms_and_rehearsal(bench: Workbench, source: MadeUp) -> None:
    for judged in observed(bench, source).judgements():
        found = judged.measurement
        assert (found.source, found.window_s, found.rehearsal) == ("made up", 60, "60 s of 30 min")
        assert found.query == "canary beside stable, drawn requests"
        assert "(rehearsal: 60 s of 30 min)" in judged.reason


def test_a_slow_canary_is_stopped_early(bench: Workbench, source: MadeUp, tmp_path: Path) -> None:
    source.candidate = (0.03, 0.0)
    observation = observed(bench, source)

    assert observation.ended == "stopped early at NO-GO"
    assert observation.at_s <= 10
    assert source.clock.now() < 1011
    assert outcomes(observation)[0] == "missed"
    assert "met" not in outcomes(observation)
    assert "slower" in observation.judgement(Slower(0.2)).reason


def test_a_canary_that_turns_slow_late_is_stopped_then(source: MadeUp, tmp_path: Path) -> None:
    source.clock.on[600] = lambda: setattr(source, "candidate", (0.04, 0.0))
    bench = opened(tmp_path, "http://127.0.0.1:1", "http://127.0.0.1:2", full=True)
    observation = observed(bench, source)
    assert 600 < observation.at_s < 660
    assert observation.outcome is Outcome.MISSED


def test_an_arm_that_is_held_up_for_a_second_of_a_rehearsal_is_no_regression(bench: Workbench, source: MadeUp) -> None:
    source.clock.on[30] = lambda: setattr(source, "candidate", (0.3, 0.0))
    source.clock.on[31] = lambda: setattr(source, "candidate", (0.02, 0.0))
    observation = observed(bench, source, Slower(0.2))
    assert outcomes(observation) == ["met"]


def test_an_answer_too_slow_for_an_absolute_limit_is_missed(bench: Workbench, source: MadeUp) -> None:
    source.candidate = source.baseline = (0.19, 0.0)
    observation = observed(bench, source)
    judged = observation.judgement(Quantile(0.95, 0.2))
    assert judged.outcome is Outcome.MISSED
    assert judged.measurement.unit == "s"
    assert 0.25 < float(judged.measurement.value or 0) < 0.45


def test_a_failed_request_is_an_error_and_its_time_does_not_flatter_latency(bench: Workbench, source: MadeUp) -> None:
    source.candidate = (0.02, 0.3)
    observation = observed(bench, source, Slower(0.2), ErrorRate(0.01))
    judged = observation.judgement(ErrorRate(0.01))
    assert judged.outcome is Outcome.MISSED
    served = observation.requests().candidate
    assert len(served.served) < len(served)


@pytest.mark.parametrize("arm", ["candidate", "baseline"])
def test_errors_beside_the_baseline(bench: Workbench, source: MadeUp, arm: str) -> None:
    setattr(source, arm, (0.02, 0.05))
    wanted = {"candidate": "missed", "baseline": "met"}[arm]
    assert outcomes(observed(bench, source, Failing(2.0))) == [wanted]


def test_without_any_request_nothing_is_met(bench: Workbench, source: MadeUp) -> None:
    source.per_s = 0
    observation = observed(bench, source)
    assert outcomes(observation) == ["inconclusive"] * 3
    assert "no requests of candidate and baseline" in observation.judgement(Slower(0.2)).reason


def test_one_source_wired_twice_decides_nothing(bench: Workbench, source: MadeUp) -> None:
    source.same, source.candidate = True, (0.3, 0.5)
    observation = observed(bench, source)
    assert outcomes(observation) == ["inconclusive"] * 3
    for judged in observation.judgements():
        assert "both arms come from one source" in judged.reason


def test_a_source_that_blinks_is_asked_again(bench: Workbench, source: MadeUp) -> None:
    source.silent, source.failure = (20, 25), Unverified("the source does not answer")
    watched = canary(bench, source.clock)
    observation = watched.observe(1800, ALL, source)
    assert outcomes(observation) == ["met"] * 3
    assert len(observation.looks) == 55
    assert "no answer (3): the source does not answer" in watched._stream.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize("begins", [0, 30])
def test_a_source_that_stays_silent_is_given_up(bench: Workbench, source: MadeUp, begins: float) -> None:
    source.silent, source.failure = (begins, math.inf), Inconclusive("its clock is off")
    observation = observed(bench, source)
    assert observation.ended == "the source failed 7 times in a row: its clock is off"
    assert outcomes(observation) == ["inconclusive"] * 3
    assert source.clock.now() < 1000 + begins + 9
    assert source.closed == 1


def test_a_rehearsal_begins_once_its_source_can_tell(bench: Workbench, source: MadeUp) -> None:
    source.not_before = 1010.0
    assert outcomes(observed(bench, source)) == ["met"] * 3


@pytest.mark.parametrize(("full", "by"), [(False, 1016.0), (True, 1000.0)])
def test_a_source_that_cannot_begin_is_given_up(tmp_path: Path, clock: HandClock, full: bool, by: float) -> None:
    source = MadeUp(clock)
    source.not_before = math.inf
    bench = opened(tmp_path, "http://127.0.0.1:1", "http://127.0.0.1:2", watch_s=60, full=full)
    with pytest.raises(Inconclusive, match="an instance was down"):
        canary(bench, clock).observe(120, ALL, source)
    assert clock.now() <= by
    assert source.closed == 1


def test_a_refusal_by_the_guard_is_not_asked_for_again(bench: Workbench, source: MadeUp) -> None:
    source.silent, source.failure = (0, math.inf), GuardRefused("not allowed")
    with pytest.raises(GuardRefused):
        observed(bench, source)
    assert (source.clock.now() < 1003, source.closed) == (True, 1)


@pytest.mark.parametrize(
    ("doubt", "candidate", "wanted"),
    [
        (Doubts(void=("the prober was late",)), (0.02, 0.0), ["inconclusive", "inconclusive"]),
        (Doubts(void=("the prober was late",)), (0.05, 0.0), ["inconclusive", "inconclusive"]),
        (Doubts(unmet=("a counter was reset",)), (0.02, 0.0), ["inconclusive", "inconclusive"]),
        (Doubts(unmet=("a counter was reset",)), (0.05, 0.0), ["missed", "inconclusive"]),
        (Doubts(unshown={0: "buckets are wide"}), (0.02, 0.0), ["inconclusive", "met"]),
        (Doubts(unshown={0: "buckets are wide"}), (0.05, 0.0), ["missed", "inconclusive"]),
        (Doubts(open={0: "the limit lies in a bucket"}), (0.05, 0.0), ["inconclusive", "met"]),
    ],
)
def test_what_doubts_leave(
    bench: Workbench, source: MadeUp, doubt: Doubts, candidate: tuple[float, float], wanted: list[str]
) -> None:
    source.doubt, source.candidate = doubt, candidate
    assert outcomes(observed(bench, source, Slower(0.2), ErrorRate(0.01))) == wanted


def test_told_to_end_it_closes_its_source_and_keeps_what_it_saw(
    bench: Workbench, source: MadeUp, tmp_path: Path
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    source.clock.on[30] = interrupt
    with pytest.raises(KeyboardInterrupt):
        observed(bench, source)
    assert source.closed == 1
    (kept,) = (tmp_path / "runs").rglob("*-observation.json")
    content = json.loads(kept.read_text())
    assert content["ended"] == "interrupted"
    assert {one["outcome"] for one in content["judgements"]} == {"inconclusive"}


def test_a_question_that_comes_late_is_unverified(bench: Workbench, source: MadeUp) -> None:
    judged = observed(bench, source, Slower(0.2)).judgement(Slower(0.1))
    assert judged.outcome is Outcome.UNVERIFIED
    assert "no more than 20 % slower" in judged.reason


def test_a_question_that_the_source_cannot_answer_is_unverified_and_has_no_budget(
    bench: Workbench, source: MadeUp
) -> None:
    observation = observed(bench, source, Slower(0.2), Quantile(0.95, 0.02, "publishing"))
    assert outcomes(observation) == ["met", "unverified"]
    assert observation.header.budget == 0.02
    assert observed(bench, MadeUp(source.clock), *ALL).header.budget == pytest.approx(0.02 / 3)


@pytest.mark.parametrize(("full", "wanted"), [(False, ATTEMPTS), (True, 1)])
def test_a_rehearsal_is_tried_again_while_its_source_is_sick(
    tmp_path: Path, clock: HandClock, full: bool, wanted: int
) -> None:
    source = MadeUp(clock)
    source.ill = True
    bench = opened(tmp_path, "http://127.0.0.1:1", "http://127.0.0.1:2", watch_s=60, full=full)
    canary(bench, clock).observe(120, ALL, source)
    assert source.closed == wanted
    assert len([*(tmp_path / "runs").rglob("*-observation.json")]) == wanted
    assert clock.now() >= 1000 + (60 + PAUSE_S) * (wanted - 1)


def test_a_rehearsal_on_a_busy_machine_is_tried_again_whatever_it_came_to(bench: Workbench, source: MadeUp) -> None:
    source.candidate = (0.05, 0.0)
    source.clock.on[15] = lambda: setattr(source, "candidate", (0.02, 0.0))
    watched = canary(bench, source.clock, Told("it woke late", "it woke late"))
    assert outcomes(watched.observe(1800, ALL, source)) == ["met"] * 3
    assert source.closed == 3
    told = watched._stream.getvalue()  # type: ignore[attr-defined]
    assert "canary docflow, attempt 2 of 4: it woke late" in told


def test_what_the_last_attempt_on_a_busy_machine_came_to_stands(bench: Workbench, source: MadeUp) -> None:
    source.candidate = (0.05, 0.0)
    found = canary(bench, source.clock, Told(*["it woke late"] * ATTEMPTS)).observe(1800, [Slower(0.2)], source)
    assert outcomes(found) == ["missed"]
    assert source.closed == ATTEMPTS


@pytest.mark.parametrize("median_s", [0.05, 0.02])
def test_an_attempt_that_cannot_begin_takes_back_no_miss(bench: Workbench, source: MadeUp, median_s: float) -> None:
    source.candidate = (median_s, 0.0)
    source.clock.on[1] = lambda: setattr(source, "not_before", math.inf)
    watched = canary(bench, source.clock, Told("it woke late"))
    if median_s > source.baseline[0]:
        assert outcomes(watched.observe(1800, [Slower(0.2)], source)) == ["missed"]
    else:
        with pytest.raises(Inconclusive, match="an instance was down"):
            watched.observe(1800, [Slower(0.2)], source)


def test_a_watch_in_full_asks_nothing_of_the_machine(tmp_path: Path, clock: HandClock) -> None:
    source, pulse = MadeUp(clock), Told("it woke late")
    bench = opened(tmp_path, "http://127.0.0.1:1", "http://127.0.0.1:2", watch_s=60, full=True)
    canary(bench, clock, pulse).observe(120, ALL, source)
    assert (source.closed, pulse.told) == (1, ["it woke late"])


def test_a_brief_rehearsal_is_not_tried_again_for_what_runs_beside_it(tmp_path: Path, clock: HandClock) -> None:
    source, pulse = MadeUp(clock), Told("it woke late")
    bench = opened(tmp_path, "http://127.0.0.1:1", "http://127.0.0.1:2", watch_s=60, brief=True)
    canary(bench, clock, pulse).observe(120, ALL, source)
    assert (source.closed, pulse.told) == (1, ["it woke late"])


@pytest.mark.parametrize(
    ("late", "says"),
    [
        ([0.0001] * 3000, ""),
        ([0.0001] * 2950 + [0.05] * 50, ""),
        ([0.05] * 99, ""),
        ([0.003] * 3000, "median 3 ms"),
        ([0.0001] * 340 + [0.3] * 60, "p98 300 ms"),
    ],
)
def test_a_machine_is_busy_when_it_wakes_a_thread_late(late: list[float], says: str) -> None:
    assert says in too_late(late)
    assert bool(too_late(late)) == bool(says)


def test_the_pulse_is_late_once_for_each_beat_that_it_missed() -> None:
    with Pulse() as pulse:
        began = time.monotonic()
        sum(range(20_000_000))  # no other thread runs meanwhile
        held_s = time.monotonic() - began
    assert len([one for one in pulse._late if one > 0.01]) >= (held_s - 0.05) / 0.01


def test_nothing_asked_is_a_usage_error(bench: Workbench, source: MadeUp) -> None:
    with pytest.raises(UsageError, match="nothing is asked"):
        canary(bench, source.clock).observe(1800, (), source)


def test_a_miss_is_heard_before_what_an_early_end_left_open(bench: Workbench, source: MadeUp) -> None:
    source.candidate = (0.05, 0.0)
    extras: dict[str, list[dict[str, str]]] = {}
    observation = observed(bench, source, ErrorRate(0.01), Slower(0.2))
    with pytest.raises(AssertionError, match="slower"):
        observation.unless_missed(Recorder(["R5-P2-16"], extras))
    assert [one["outcome"] for one in extras["judgements"]] == ["inconclusive", "missed"]
    source = MadeUp(source.clock)
    sound = observed(bench, source, Slower(0.2))
    assert sound.unless_missed(Recorder([], {})) is sound


def test_progress_tells_time_requests_evidence_and_decision(bench: Workbench, source: MadeUp) -> None:
    watched = canary(bench, source.clock)
    watched.observe(1800, ALL, source)
    lines = watched._stream.getvalue().splitlines()  # type: ignore[attr-defined]
    assert 10 <= len(lines) <= 16
    assert lines[0] == "canary docflow: 0 of 60 s, 0 + 0 requests: starting"
    assert lines[1].startswith("canary docflow: 6 of 60 s, 250 + 250 requests, latency within ")
    assert lines[-2].endswith("quantile within over a million of 150: so far GO")
    assert lines[-1] == "canary docflow: 3000 + 3000 requests, observed in full"
