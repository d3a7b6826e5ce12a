"""Real locust runs against a real server with its own counter. Times are bounded loosely: the machine is shared."""

import contextlib
import io
import os
import re
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from workload_kit import HERE, LOCUSTFILES, Server

from gonogo.measurement import Limit
from gonogo.outcome import Outcome, UsageError
from gonogo.workload import Layout, Order, Result, judging, run
from gonogo.workload.order import one_by_one
from gonogo.workload.recording import ABORTED, PLANNED_END, STEADY, WARM

ROOT = HERE.parents[1]
LOAD = ROOT / "load"
FEW_ERRORS = Limit("<", 0.01, "ratio")


def order(server: Server, workload: str = "frame", **changes: Any) -> Order:
    given = Order(workload, server.url, users=10, rate_per_s=100, duration_s=1.0, deadline_s=3, grace_s=0.5)
    return replace(given, **{"parameters": {"paths": ["/ok", "/ok?again"]}, **changes})


def ran(asked: Order, folder: Path = LOCUSTFILES, **more: Any) -> Result:
    return run(asked, folder / f"{asked.workload}.py", **more)


def left_of(result: Result) -> list[str]:
    """Return the processes of a run that are still there."""
    mark, left = str(result.directory).encode(), []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            left += [path.parent.name] if mark in path.read_bytes() else []
    return left


def both(result: Result) -> tuple[int, int]:
    return result.recording.requests(phases=(WARM, STEADY))


def test_alone_every_request_is_recorded_once_and_in_its_phase(server: Server, tmp_path: Path) -> None:
    shown = io.StringIO()
    asked = order(server, warmup_s=0.5, rate_per_s=200)
    result = ran(asked, LOAD, directory=tmp_path, stream=shown)

    assert result.recording.stopped == PLANNED_END
    assert both(result) == (300, 0)
    assert result.recording.requests() == (200, 0)
    assert server.counted()["total"] == result.sent == 300
    assert re.search(r"Aggregated +300 ", result.said), "locust's own statistics hold them too"
    assert sum(done for done, _ in result.recording.timeline.values()) == 300
    (vitals,) = result.recording.processes.values()
    assert 0 < sum(vitals.lag.values()) <= (vitals.window_s - 0.5) * 100 + 2, "the warm-up is no part of the lag"
    assert judging.agreement(result, 300, by="the server").outcome is not Outcome.UNVERIFIED
    assert shown.getvalue().splitlines()[-1].startswith("frame: 200 requests, 0 failed, p95 ")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "live.json", "locust-0.log", "order.json", "recording.json",
    ]  # fmt: skip


@pytest.mark.parametrize("layout", [Layout(processes=2), Layout(workers=2)], ids=["processes", "workers"])
def test_several_processes_share_the_rate_and_lose_nothing(server: Server, layout: Layout) -> None:
    result = ran(order(server, rate_per_s=201), LOAD, layout=layout)

    assert (result.recording.stopped, both(result)) == (PLANNED_END, (201, 0))
    assert server.counted()["total"] == 201
    assert sorted(v.planned for v in result.recording.processes.values()) == [100, 101]
    assert all(vitals.final and not vitals.lost for vitals in result.recording.processes.values())
    assert re.search(r"Aggregated +201 ", result.said)


@pytest.mark.parametrize("layout", [Layout(), Layout(processes=2)], ids=["alone", "processes"])
def test_told_to_stop_the_traffic_ends_within_two_seconds(server: Server, layout: Layout) -> None:
    stop, stopped_at = threading.Event(), [0.0]

    def tell() -> None:
        until = time.time() + 20
        while server.counted()["total"] < 20 and time.time() < until:
            time.sleep(0.05)
        stopped_at[0] = time.time()
        stop.set()

    teller = threading.Thread(target=tell)
    teller.start()
    result = ran(order(server, duration_s=60), LOAD, layout=layout, stop=stop)
    teller.join()
    counted = server.counted()

    assert counted["last"] - stopped_at[0] < 2
    assert left_of(result) == []
    assert both(result)[0] == counted["total"]
    judgement = judging.errors(result, FEW_ERRORS)
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert "the load ended early (stopped from outside)" in judgement.reason


@pytest.mark.parametrize("layout", [Layout(), Layout(processes=2)], ids=["alone", "processes"])
def test_too_many_errors_end_the_traffic_and_count_against_the_release(server: Server, layout: Layout) -> None:
    asked = order(server, duration_s=60, abort_error_ratio=0.2, parameters={"paths": ["/ok", "/failing"]})
    result = ran(asked, LOAD, layout=layout)

    assert re.match(rf"{ABORTED}[3456]\d(\.\d+)? % of \d+ requests failed within 2 s", result.recording.stopped)
    requests, failed = both(result)
    assert 20 <= requests <= 100 * 3
    assert server.counted()["counted"]["GET /failing"] == failed
    if result.health().fit:  # on a busy machine the generator itself may be late
        assert judging.errors(result, FEW_ERRORS).outcome is Outcome.MISSED
    assert judging.errors(result, Limit("<", 0.99, "ratio")).outcome is Outcome.INCONCLUSIVE


def test_slowness_ends_the_traffic(server: Server) -> None:
    result = ran(order(server, users=60, duration_s=60, abort_p99_s=0.1, parameters={"paths": ["/slow=0.3"]}), LOAD)

    assert re.match(rf"{ABORTED}.* answers took longer than 100 ms within 2 s", result.recording.stopped)


def test_a_worker_that_dies_leaves_the_result_inconclusive(server: Server) -> None:
    result = ran(order(server, "dies", deadline_s=0.5), layout=Layout(processes=2))

    judgement = judging.errors(result, FEW_ERRORS)
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert "1 of 2 generator processes gave no final report" in judgement.reason


@pytest.mark.parametrize(
    ("workload", "outcome", "reason"),
    [
        ("idle", Outcome.UNVERIFIED, f"the load generator recorded no request ({PLANNED_END})"),
        ("unreadable", Outcome.UNVERIFIED, "No module named 'no_such_module_anywhere'"),
        ("broken", Outcome.INCONCLUSIVE, "100 tasks of the locust file ended with an error of their own"),
    ],
)
def test_a_locust_file_that_does_not_work_verifies_nothing(
    server: Server, workload: str, outcome: Outcome, reason: str
) -> None:
    judgement = judging.errors(ran(order(server, workload)), FEW_ERRORS)

    assert judgement.outcome is outcome
    assert reason in judgement.reason


def test_another_host_is_never_reached_whichever_client_asks(server: Server) -> None:
    other = f"127.0.0.1:{server.tls_port}"
    before = server.counted()["connections"]
    result = ran(order(server, "elsewhere", parameters={"other": f"https://{other}/ok"}))

    judgement = judging.errors(result, FEW_ERRORS)
    assert f"100 requests were refused inside the generator: a connection to {other}" in judgement.reason
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert server.counted()["counted"] == {"GET /ok": 100}
    assert server.counted()["connections"] - before <= 10 + 3, "one for each user, and ours to ask"


def test_a_pool_that_is_too_small_is_said_with_the_size_it_needs(server: Server) -> None:
    result = ran(order(server, users=2, rate_per_s=30, parameters={"paths": ["/slow=0.2"]}), LOAD)

    health = result.health()
    assert not health.fit
    if "saturated" not in health.reason:
        assert "the pool was too small for this target" in health.reason
        assert re.search(r"give it at least \d users", health.remedy)
    assert result.recording.histogram("intended").quantile(0.99) > 0.4, "waiting for a user is part of the latency"


def test_far_more_starts_than_it_can_give_out_leave_it_working_and_unfit(server: Server) -> None:
    result = ran(order(server, rate_per_s=300_000, duration_s=0.5, deadline_s=0.2), LOAD)

    assert both(result)[0] > 100
    assert not result.health().fit


def test_locusts_fast_client_runs_under_the_same_scheduler(server: Server) -> None:
    result = ran(order(server, "fast"))
    counted = server.counted()["counted"]

    assert both(result) == (100, counted["GET /failing"])
    assert counted["GET /ok"] == 100 - counted["GET /failing"]
    assert re.search(r"Aggregated +100 ", result.said)


def test_a_listener_of_somebody_else_hears_of_every_request(server: Server, tmp_path: Path) -> None:
    result = ran(order(server, "heard", parameters={"file": str(tmp_path / "heard")}))

    assert (tmp_path / "heard").read_text() == "100"
    assert both(result) == (100, 0)
    assert re.search(r"Aggregated +100 ", result.said)


def test_streams_stay_open_to_the_end_and_their_events_are_timed(server: Server) -> None:
    asked = order(server, "mes_sql_streams", arrivals="bursts", bursts=one_by_one(5, 0.3), duration_s=3,
                  parameters={"path": "/stream"})  # fmt: skip
    result = ran(asked, LOAD, secrets={"MES_SQL_TOKEN": "for-streams"})

    assert result.recording.requests("GET /stream") == (5, 0)
    events, failed = result.recording.requests("EVENT /stream")
    assert failed == 0
    assert events >= 5 * 5
    assert result.recording.histogram("intended", "EVENT /stream").quantile(0.5) < 1
    assert server.counted()["tokens"] == ["Bearer for-streams"]


def test_readers_of_the_database_build_send_their_token(server: Server) -> None:
    result = ran(order(server, "mes_sql"), LOAD, secrets={"MES_SQL_TOKEN": "canary-4711"})
    counted = server.counted()

    assert counted["tokens"] == ["Bearer canary-4711"]
    assert set(counted["counted"]) == {
        "GET /api/mes/production-plans", "GET /api/mes/production-plans/P-1", "GET /api/mes/stations",
        "GET /api/mes/workers",
    }  # fmt: skip
    assert result.recording.names()[1] == "GET /api/mes/production-plans/:id"
    assert both(result) == (100, 0)
    assert counted["total"] == 101, "and one to find out which plans there are"
    assert "canary" not in result.order.as_json() + result.said


def test_plans_are_created_at_once_launched_at_once_and_removed(server: Server) -> None:
    asked = order(server, "mes_canonical", arrivals="bursts", bursts=((0.0, 10), (0.5, 5)), mutates=True, run="run-7")
    result = ran(asked, LOAD)

    counted = server.counted()["counted"]
    assert counted["POST /api/mes/production-plans"] == 10
    assert sum(number for name, number in counted.items() if name.endswith("/launch")) == 5
    assert sum(number for name, number in counted.items() if name.startswith("DELETE ")) == 10
    assert both(result) == (15, 0)


def test_a_locust_file_runs_alone_with_locusts_own_statistics(server: Server, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "locust", "-f", str(LOAD / "frame.py"), "-H", server.url, "--headless"]
    command += ["-u", "5", "-r", "5", "-t", "2s", "--rate", "50", "--parameters", '{"paths": ["/ok"]}']
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30, check=False)
    total = server.counted()["total"]

    assert done.returncode == 0, done.stderr
    assert 50 <= total <= 110
    assert re.search(rf"Aggregated +{total} ", done.stderr)


def test_a_workload_without_a_locust_file_is_a_usage_error(server: Server) -> None:
    with pytest.raises(UsageError, match="workload 'none': there is no locust file"):
        ran(order(server, "none"))
