"""The condition of the generator: the measured runs that the rule was made from, and a case for each of its reasons."""

from dataclasses import replace
from typing import Any

import pytest

from gonogo.outcome import Outcome
from gonogo.workload.buckets import bucket_of
from gonogo.workload.figures import Figures, Vitals
from gonogo.workload.health import condition
from gonogo.workload.order import Order
from gonogo.workload.recording import PLANNED_END, STEADY, Recording

ORDER = Order("frame", "http://127.0.0.1:1", users=1000, rate_per_s=100, duration_s=10)


def spread(seconds: float, tail: float, count: int = 1000) -> dict[int, int]:
    """Return counts with the median `seconds` and the p99 `tail`."""
    return {bucket_of(seconds): count * 98 // 100, bucket_of(tail): count * 2 // 100}


def recorded(
    *, lag: tuple[float, float] = (0.0003, 0.002), late: float = 0.001, sent: float = 0.02, **vitals: Any
) -> Recording:
    given: dict[str, Any] = {
        "planned": 1000,
        "completed": 1000,
        "window_s": 10.0,
        "cpu_s": 1.0,
        "final": True,
        **vitals,
    }
    figures = Figures(spread(sent, sent), spread(sent, sent), {}, spread(late, late))
    return Recording(
        {(STEADY, "GET /"): figures}, processes={"0": Vitals(lag=spread(*lag), **given)}, stopped=PLANNED_END
    )


# Lag p50 and p99 in ms, CPU share, lateness in s, starts starved, share completed: FIELDNOTES of the prototype.
MEASURED = [
    ("lean 2 k/s", (0.3, 2.5), 0.06, 0.0011, 0, 0.998, "met"),
    ("fast 4 k/s", (0.3, 1.8), 0.35, 0.0014, 0, 0.998, "met"),
    ("fast 1 k/s, a slow server", (0.7, 1.4), 0.13, 0.0011, 0, 0.998, "met"),
    ("a slow server and a small pool", (0.6, 1.05), 0.03, 2.5, 78, 0.64, "pool"),
    ("fast 12 k/s", (3.3, 10), 1.0, 0.738, 698, 0.88, "saturated"),
    ("fast 20 k/s", (4.2, 16), 0.99, 2.4, 900, 0.66, "saturated"),
    ("requests 4 k/s", (129, 279), 0.97, 2.5, 234, 0.64, "saturated"),
    ("a rival on its core", (7.0, 23), 0.5, 1.0, 343, 0.85, "saturated"),
]


@pytest.mark.parametrize(("name", "lag", "cpu", "late", "starved", "completed", "expected"), MEASURED)
def test_the_measured_runs_are_told_apart(
    name: str, lag: tuple[float, float], cpu: float, late: float, starved: int, completed: float, expected: str
) -> None:
    run = recorded(
        lag=(lag[0] / 1000, lag[1] / 1000), late=late, cpu_s=cpu * 10, starved=starved, completed=int(1000 * completed)
    )
    found = condition(ORDER, run, limit_s=0.5)

    assert expected in ("met" if found.fit else found.reason)
    assert found.fit or found.outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("recording", "limit_s", "reason", "remedy"),
    [
        (recorded(final=False), None, "1 of 1 generator processes gave no final report", "generator's log"),
        (recorded(lost=2), None, "2 reports of generator processes were lost", "network between them"),
        (
            replace(recorded(), stopped="stopped from outside"),
            None,
            "the load ended early (stopped from outside)",
            "end",
        ),
        (
            recorded(refused=3, refusals={"a connection to b:1": 3}),
            None,
            "3 requests were refused inside the generator: a connection to b:1",
            "correct the order",
        ),
        (recorded(broken=1), None, "1 tasks of the locust file ended with an error of their own", "generator's log"),
        (recorded(lag=(0.001, 0.006)), None, "its event loop was 6", "a core of its own"),
        (recorded(lag=(0.0025, 0.003)), None, "its event loop was 2.5 ms late (median), allowed 2 ms", "core"),
        (recorded(lag=(0.0001, 0.004)), 0.03, "late (p99), allowed 3 ms", "core of its own"),
        (recorded(cpu_s=9), None, "it used 90 % of a core, allowed 85 %", "core of its own"),
        (recorded(lag=(0.0001, 0.0001), window_s=0.0), None, "", ""),
        (
            recorded(starved=2, sent=15.0),
            None,
            "the pool was too small for this target: 2 of 1000 starts found none of the 1000 users idle",
            "give it at least 15",
        ),
        (recorded(starved=1), None, "", ""),
        (recorded(late=0.03), 0.2, "the generator sent 30 ms late (p99), allowed 20 ms", "core of its own"),
        (recorded(late=0.03), 0.4, "", ""),
        (recorded(late=0.03), None, "", ""),
        (
            recorded(completed=980, aborted=20),
            None,
            "980 of 1000 planned starts were completed, 20 of them",
            "deadline",
        ),
        (recorded(planned=900, completed=900), None, "900 of 1000 intended starts came due", "generator's log"),
    ],
)
def test_each_reason_says_what_and_what_to_change(
    recording: Recording, limit_s: float | None, reason: str, remedy: str
) -> None:
    found = condition(ORDER, recording, limit_s)

    assert found.outcome is (Outcome.INCONCLUSIVE if reason else Outcome.MET)
    assert reason in found.reason
    assert remedy in found.remedy


@pytest.mark.parametrize(
    ("recording", "reason"),
    [
        (Recording(), "(the generator left no recording)"),
        (Recording(processes={"0": Vitals(planned=10, completed=10, final=True)}, stopped=PLANNED_END), PLANNED_END),
        (Recording(processes={"0": Vitals(refusals={"not sent: x": 1}, refused=1)}), "the first refusal: not sent: x"),
    ],
)
def test_where_nothing_was_recorded_nothing_is_verified(recording: Recording, reason: str) -> None:
    found = condition(ORDER, recording)

    assert found.outcome is Outcome.UNVERIFIED
    assert found.reason.startswith("the load generator recorded no request")
    assert reason in found.reason


def test_a_process_that_never_reported_is_missed_among_those_that_did() -> None:
    found = condition(ORDER, replace(recorded(), expected_processes=3))
    assert found.reason == "2 of 3 generator processes gave no final report"


def test_every_process_has_to_be_well() -> None:
    run = recorded(planned=500, completed=500)
    run.processes["1"] = replace(run.processes["0"], lag=spread(0.001, 0.05))

    assert condition(ORDER, run).reason.startswith("generator process 1 was saturated")
