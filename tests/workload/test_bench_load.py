"""The benchmark behind `make bench-load`: its pure parts, and its server."""

import math
import random
from collections.abc import Iterator

import pytest

from bench.load import counts, cpu, crowd, fitness, rounding, servers, stall
from bench.load.__main__ import PARTS, _parts
from bench.load.cases import HEALTHY, SATURATED
from bench.load.goals import Goal, Line, all_reached, table
from bench.load.server import USUAL_S
from gonogo.outcome import Outcome
from gonogo.workload import Order, Result
from gonogo.workload.figures import Figures, Vitals
from gonogo.workload.health import Condition
from gonogo.workload.recording import STEADY, Recording

FIT = Condition(Outcome.MET)
SATURATION = Condition(Outcome.INCONCLUSIVE, "generator process 0 was saturated: it used 99 % of a core, allowed 85 %")
POOL = Condition(Outcome.INCONCLUSIVE, "the pool was too small for this target: 9 of 10 starts found no user")


@pytest.mark.parametrize(
    ("op", "value", "kept", "broken"), [("<=", 0.25, 0.25, 0.26), (">=", 99.5, 99.5, 99.4), ("within", 3, -3, -3.1)]
)
def test_a_goal_holds_up_to_its_bound(op, value, kept, broken):
    goal = Goal(op, value)
    assert goal.holds(kept)
    assert not goal.holds(broken)
    assert not goal.holds(math.nan)


def test_the_table_has_the_goal_beside_the_figure_and_says_what_was_missed():
    lines = [
        Line("a", "p95", 0.5, "%", Goal("within", 3), "locust -98 %"),
        Line("d", "p95 less the probe's", 0.7, "ms", Goal("<=", 0.5)),
        Line("c", "shown only", 2, digits=0),
    ]
    head, *rows = table(lines).splitlines()
    assert head.split() == ["measured", "goal", "beside", "it"]
    assert rows[0].split() == ["a", "p95", "+0.50", "%", "within", "3", "%", "reached", "locust", "-98", "%"]
    assert rows[1].endswith("0.70 ms  <= 0.5 ms   MISSED")
    assert rows[2].split() == ["c", "shown", "only", "2"]


def test_all_is_reached_when_every_goal_is_and_never_of_none():
    good, bad, shown = Line("a", "", 1, goal=Goal("<=", 1)), Line("a", "", 2, goal=Goal("<=", 1)), Line("a", "", 9)
    assert all_reached([good, shown])
    assert not all_reached([good, bad])
    assert not all_reached([shown])
    assert not all_reached([])


def test_the_closed_form_is_what_many_arrivals_get():
    assert [stall.closed_form(q) for q in (0.5, 0.95, 0.99)] == pytest.approx([0.005, 0.505, 0.905])
    arrivals = [(number + 0.5) / 10_000 * stall.PERIOD_S for number in range(10_000)]
    waits = sorted(USUAL_S + (max(0.0, stall.PERIOD_S - at) if at >= 9 else 0.0) for at in arrivals)
    for q in (0.5, 0.92, 0.95, 0.99):
        assert waits[math.ceil(q * len(waits)) - 1] == pytest.approx(stall.closed_form(q), abs=0.002)


def test_a_quantile_away_from_the_closed_form_misses_its_goal():
    plain = [stall.Plain(9, 14, 5000, 1.0), stall.Plain(830, 870, 6000, 1.0)]
    assert stall.line(0.95, 0.505 * 1.029, plain).reached
    assert not stall.line(0.95, 0.505 * 1.031, plain).reached
    assert stall.line(0.99, 0.905, plain).beside == "locust -98 % (10 users), -4 % (200 users)"


@pytest.mark.parametrize(("same", "bolder", "reached"), [(995, 0, [True, True]), (994, 1, [False, False])])
def test_verdicts_of_the_buckets_are_held_against_the_exact_array(same, bolder, reached):
    told = {"exact": 950, "ours": 950, "ours_same": same, "judged_same": 980, "judged_bolder": bolder}
    found = rounding.lines(196, {**told, "locust": 200, "locust_same": 190}, 1000)
    assert [line.reached for line in found] == reached
    assert found[0].beside == "locust 95.0 %; passes: exact 95 %, ours 95 %, locust 100 %"


def test_cpu_is_the_median_of_the_rounds_ratios():
    rounds = [cpu.Round(80, 16, 10, 5, 90, 45), cpu.Round(160, 48, 40, 8, 90, 45), cpu.Round(100, 20, 12, None, 90, 45)]
    fires, flush, slow = cpu.lines(rounds)
    assert (fires.figure, flush.figure, slow.figure) == pytest.approx((0.2, 0.125, 0.5))
    assert "FastHttpUser 100 us" in fires.beside
    assert "x wrk" in fires.beside
    assert "wrk is not installed" in cpu.lines(rounds[2:])[0].beside


def test_a_crowd_is_compared_where_nobody_disturbed_it():
    loud, quiet = crowd.Run(1000, 990, 5.0, 0.5, False), crowd.Run(1000, 1000, 0.7, 0.5, True)
    completed, off = crowd.lines(1000, [loud, quiet, quiet])
    assert completed.figure == pytest.approx(100 * 2990 / 3000)
    assert off.figure == pytest.approx(0.2)
    assert off.beside.endswith("2 of 3 rounds quiet")
    assert off.reached
    unsettled = crowd.lines(1000, [loud])[1]
    assert unsettled.figure == pytest.approx(4.5)
    assert (unsettled.settled, unsettled.reached) == (False, None)


@pytest.mark.parametrize(("counted", "summary", "off"), [(3, 3, 0), (4, 3, 1), (3, 1, 2)])
def test_each_count_has_to_be_the_servers(counted, summary, off):
    recording = Recording({(STEADY, "GET /"): Figures({1: 3})}, processes={"0": Vitals(final=True)})
    result = Result(Order("frame", "http://127.0.0.1:1", 1, 1, 1), recording, f"Aggregated   {summary}  0(0.00%)")
    assert counts.line("one process", result, counted).figure == off


def test_a_saturated_run_has_to_be_called_saturated_and_nothing_else():
    healthy = [*(fitness.Told(case, FIT) for case in HEALTHY[2:]), fitness.Told(HEALTHY[1], POOL)]
    healthy.append(fitness.Told(HEALTHY[0], SATURATION, disturbed=True))
    saturated = [fitness.Told(case, said) for case, said in zip(SATURATED, (SATURATION, FIT, POOL), strict=False)]
    well, sick = fitness.lines(healthy, saturated)
    assert (well.figure, well.reached, sick.figure) == (1, False, 2)
    assert well.beside.startswith(f"of {len(HEALTHY) - 1}; 1 more were disturbed: {HEALTHY[1].name} (the pool")
    assert f"{SATURATED[1].name} (called fit)" in sick.beside
    assert sick.reached is None, "three runs are too few"
    assert fitness.called_saturated(Condition(Outcome.UNVERIFIED, "the load generator recorded no request (x)"))
    assert not fitness.called_saturated(Condition(Outcome.UNVERIFIED, "no answer"))


def test_there_are_enough_runs_of_each_kind_and_slow_servers_among_the_healthy():
    assert len(HEALTHY) >= 10
    assert len(SATURATED) >= 10
    assert {case.path.partition("=")[0] for case in HEALTHY} == {"", "/delay", "/stall", "/work"}


def test_parts_are_chosen_by_their_letters():
    assert _parts("a, c") == ["a", "c"]
    assert list(PARTS) == list("abcdef")
    with pytest.raises(Exception, match="no part 'x'; there are a, b"):
        _parts("a,x")


@pytest.fixture
def server() -> Iterator[servers.Server]:
    with servers.ours() as running:
        yield running


def test_the_server_counts_what_it_is_asked_but_not_the_asking(server):
    for path in ("/", "/delay=0.01", "/work=0.001", "/stall=0.01:0.02"):
        assert servers.get(server, path) == b"ok"
    assert (server.counted(), server.counted()) == (4, 4)


def test_a_stall_holds_answers_to_the_end_of_the_period(monkeypatch):
    from bench.load import server as program

    for at in [random.Random(1).uniform(0, 100) for _ in range(20)]:
        monkeypatch.setattr(program, "time", lambda at=at: at)
        left = 10 - at % 10
        assert program.pause("/stall", "1:10") == pytest.approx(USUAL_S + (left if left <= 1 else 0))
