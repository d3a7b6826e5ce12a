"""Faults of what is served: each check holds without the fault, and does not with it."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
import requests
from build_world import GREEN, PLANS, Build, node, plan_body, quickest, seconds, until
from listening import Listener

from hermetic.kit.planted import Planted


def any_of_three(holds: Callable[[Build], bool], build: Build) -> bool:
    """Tell whether something holds once in three tries: a busy machine spoils one, a fault all."""
    return any(holds(build) for _ in range(3))


def head(build: Build, name: str) -> str:
    with build.session.get(f"{build.url()}/api/mes/stream/plans", headers=build.login, stream=True, timeout=5) as reply:
        return str(reply.headers[name])


def heard(build: Build) -> list[int]:
    """Return which of three plans a listener hears of, and in which order, until it hears of a fourth."""
    listener = Listener(build)
    try:
        *plans, last = [build.create(nodes=[])["plan"]["id"] for _ in range(4)]
        assert listener.hears(last)
        return [plans.index(event["key"]) for event in listener.events if event["key"] != last]
    finally:
        listener.close()


def soon_heard(build: Build) -> bool:
    """Tell whether the quickest of three plans is heard of within 1.2 s."""
    listener = Listener(build)
    try:
        return listener.quickest_delivery() < 1.2
    finally:
        listener.close()


def first_lines(build: Build) -> list[str]:
    """Return the lines of the first event of a stream, with the empty one that ends it."""
    listener = Listener(build)
    try:
        build.create(nodes=[])
        until(lambda: "" in listener.lines[2:])
        return listener.lines[2:5]
    finally:
        listener.close()


def many(build: Build) -> list[tuple[int, float]]:
    """Send 160 requests, 16 at once; return status and seconds of each."""

    def one(_: int) -> tuple[int, float]:
        began = time.monotonic()
        return build.ask("GET", "/api/mes/operations").status_code, time.monotonic() - began

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(one, range(160)))


def hardly_waits(build: Build) -> bool:
    """Tell whether fewer than 30 of many requests at once take longer than 0.14 s."""
    return sum(took > 0.14 for _, took in many(build)) < 30


def never_stalls(build: Build) -> bool:
    """Tell whether each of 12 reads takes less than 0.35 s."""
    return all(seconds(lambda: build.get("/api/mes/operations")) < 0.35 for _ in range(12))


def opens(build: Build, number: int) -> bool:
    """Open streams at once; tell whether all are answered."""
    with ExitStack() as stack:
        replies = [
            stack.enter_context(
                requests.get(f"{build.url()}/api/mes/stream/plans", headers=build.login, stream=True, timeout=9)
            )
            for _ in range(number)
        ]
        return {reply.status_code for reply in replies} == {200}


def stays_open(build: Build) -> bool:
    listener = Listener(build)
    closed = until(lambda: listener.ended > 0, 5.0)
    listener.close()
    return not closed


def sessions_return(build: Build) -> bool:
    query = "select count(*) from pg_stat_activity where application_name = 'burkol-api-green stream'"
    assert until(lambda: build.count(query) == 0), "those of earlier listeners have gone"
    Listener(build).close()
    return until(lambda: build.count(query) == 0, 5.0)


def renamed(build: Build, kind: str) -> bool:
    path = f"/api/mes/{kind}s"
    more = {"stationId": "ST-001"} if kind == "substation" else {}
    one = f"{path}/{build.ask('POST', path, {'name': 'First', 'tag': 'tests', **more}).json()[kind]['id']}"
    said = build.ask("PUT", one, {"name": "Second"}).json()[kind]["name"]
    build.ask("DELETE", one)
    return bool(said == "Second")


def half_created(build: Build) -> int:
    body = plan_body(orderCode="WO-ATOMIC", nodes=[node(assignedStations=[{"stationId": "NOT-THERE"}])])
    build.ask("POST", PLANS, body)
    return build.count("select count(*) from mes_production_plans where work_order_code = 'WO-ATOMIC'")


def old_reads(build: Build) -> int:
    before = build.get("/counters", "old_store")["reads"]
    build.get(f"{PLANS}/PPL-0125-001")
    return int(build.get("/counters", "old_store")["reads"]) - before


def reaches_blue(build: Build) -> bool:
    return build.ask("GET", f"{PLANS}/{build.create(nodes=[])['plan']['id']}", port="blue").status_code == 200


def signs_in(build: Build) -> bool:
    token = {"token": build.variables["MES_SQL_TOKEN"]}
    return build.session.post(f"{build.url()}/api/mes/session", json=token, timeout=5).status_code == 200


def goes_back(build: Build) -> bool:
    plan = build.create(nodes=[])["plan"]["id"]
    return build.step(plan, "production") == 409


def restarts(build: Build) -> bool:
    before = build.get("/health")["started"]
    build.run("pm2", "restart", GREEN)
    return bool(build.get("/health")["started"] != before)


def sessions_of_the_pool(build: Build) -> int:
    return build.count("select count(*) from pg_stat_activity where application_name = %s", GREEN)


def listens_alone(build: Build) -> bool:
    return build.session.get(f"{build.url()}/api/mes/stream/plans", stream=True, timeout=5).status_code == 401


def share_after(build: Build) -> bool:
    build.run("balancer", "set", "--blue=out", "--green=1")
    served = build.ask("GET", "/health", port="balancer").headers["X-Colour"]
    shown = build.run("balancer", "show").stdout
    with_blue = "localhost:3000" in shown
    Planted(build.world.faults_file).clear()
    build.run("balancer", "set", "--blue=100", "--green=out")
    return served == "green" and not with_blue


SERVED: dict[str, tuple[str, Callable[[Build], bool]]] = {
    "lost-notification": ("", lambda build: heard(build) == [0, 1, 2]),
    "repeated-notification": ("", lambda build: heard(build) == [0, 1, 2]),
    "late-notification": ("", soon_heard),
    "stream-open-to-all": ("", listens_alone),
    "session-refused": ("", signs_in),
    "stream-not-event-stream": ("", lambda build: head(build, "Content-Type") == "text/event-stream"),
    "stream-cached": ("", lambda build: head(build, "Cache-Control") == "no-cache"),
    "stream-closes-connection": ("", lambda build: head(build, "Connection") == "keep-alive"),
    "stream-unframed": ("", lambda build: first_lines(build)[1].startswith("data: {")),
    "stream-payload-incomplete": ("", lambda build: '"operation"' in first_lines(build)[1]),
    "replay-missing": ("", lambda build: first_lines(build)[0].startswith("id: ")),
    "listen-left-behind": ("", sessions_return),
    "stream-drops": ("", stays_open),
    "streams-limited": ("", lambda build: opens(build, 22)),
    "errors-under-load": ("", lambda build: {status for status, _ in many(build)} == {200}),
    "green-slow-under-load": ("", lambda build: any_of_three(hardly_waits, build)),
    "server-stalls": ("", lambda build: any_of_three(never_stalls, build)),
    "pool-unbounded": (GREEN, lambda build: sessions_of_the_pool(build) <= 8),
    "pool-unconfigured": ("", lambda build: build.get("/health")["pool"]["max"] == 8),
    "substations-route-missing": ("", lambda build: build.ask("GET", "/api/mes/substations").status_code == 200),
    "unknown-plan-500": ("", lambda build: build.ask("GET", f"{PLANS}/PPL-0125-999").status_code == 404),
    "plan-creation-fails": ("", lambda build: build.ask("POST", PLANS, plan_body()).status_code == 201),
    "non-atomic-create": ("", lambda build: half_created(build) == 0),
    "transition-unchecked": ("", goes_back),
    "worker-changes-lost": ("", lambda build: renamed(build, "worker")),
    "station-changes-lost": ("", lambda build: renamed(build, "station")),
    "operation-changes-lost": ("", lambda build: renamed(build, "operation")),
    "substation-changes-lost": ("", lambda build: renamed(build, "substation")),
    "old-store-still-read": (GREEN, lambda build: old_reads(build) == 0),
    "no-dual-write": (GREEN, reaches_blue),
    "green-not-restarted": ("", restarts),
    "green-health-down": ("", lambda build: build.ask("GET", "/health").status_code == 200),
    "green-old-release": ("", lambda build: build.ask("GET", "/health").headers["X-Release"] != "2.2.9"),
    "slow-detail": (GREEN, lambda build: quickest(lambda: build.get(f"{PLANS}/PPL-0125-001")) < 0.055),
    "slow-list": (GREEN, lambda build: quickest(lambda: build.get(PLANS)) < 0.11),
    "slow-create": (GREEN, lambda build: quickest(lambda: build.create(nodes=[])) < 0.115),
    "phantom-node": (GREEN, lambda build: build.get(f"{PLANS}/PPL-0125-002")["plan"]["nodes"] == []),
    "balancer-ignores-weights": ("", share_after),
    "balancer-keeps-weights": ("", share_after),
    "balancer-takes-anything": (
        "",
        lambda build: build.run("balancer", "test", "--blue=weight=0", "--green=out").returncode == 1,
    ),
    "wrong-processes": ("", lambda build: "green online --port=3001" in build.run("pm2", "list").stdout),
    "revert-fails": ("", lambda build: build.run("deploy", "--revert").returncode == 0),
    "product-test-fails": ("", lambda build: build.run("npm", "test").returncode == 0),
    "coverage-low": (
        "",
        lambda build: float(build.run("npm", "run", "coverage").stdout.split()[-2]) > 80,
    ),
}


@pytest.mark.parametrize("fault", sorted(SERVED))
def test_a_planted_fault_breaks_what_holds_without_it(build: Build, fault: str) -> None:
    restart, holds = SERVED[fault]
    assert holds(build)
    with build.planted(fault, restart):
        assert not holds(build)
