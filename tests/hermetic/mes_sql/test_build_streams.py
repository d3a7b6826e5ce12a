"""Streams: who may listen, what is heard, and that nothing is lost or left behind."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests
from build_world import PLANS, Build, seconds, until
from listening import Listener

from hermetic.kit.serving import GRACE_S
from hermetic.mes_sql.server.sql.listening import SILENCE_S

SESSIONS = "select count(*) from pg_stat_activity where application_name = 'burkol-api-green stream'"


@pytest.fixture
def listeners(build: Build) -> Iterator[list[Listener]]:
    made: list[Listener] = []
    yield made
    for listener in made:
        listener.close()


@pytest.mark.parametrize("name", ["plans", "assignments", "workers"])
def test_a_stream_needs_a_login_by_token_or_cookie(build: Build, name: str) -> None:
    url = f"{build.url()}/api/mes/stream/{name}"
    with requests.Session() as browser:
        browser.trust_env = False
        assert browser.get(url, timeout=5).status_code == 401
        assert browser.post(f"{build.url()}/api/mes/session", json={"token": "wrong"}, timeout=5).status_code == 401
        signed = browser.post(
            f"{build.url()}/api/mes/session", json={"token": build.variables["MES_SQL_TOKEN"]}, timeout=5
        )
        assert "HttpOnly" in signed.headers["Set-Cookie"]
        with browser.get(url, stream=True, timeout=5) as reply:
            assert reply.status_code == 200
            head = [reply.headers[name] for name in ("Content-Type", "Cache-Control", "Connection")]
            assert head == ["text/event-stream", "no-cache", "keep-alive"]


@pytest.mark.parametrize("port", ["green", "blue", "balancer"])
def test_plans_are_heard_of_within_a_second(build: Build, listeners: list[Listener], port: str) -> None:
    listeners.append(Listener(build, port=port))
    target = "green" if port == "green" else "blue"
    began = datetime.now(UTC)
    plan = build.create(port=target)["plan"]["id"]
    build.step(plan, "released", target)
    build.ask("DELETE", f"{PLANS}/{plan}", port=target)
    assert until(lambda: len([e for e in listeners[0].events if e["key"] == plan]) == 3)
    mine = [event for event in listeners[0].events if event["key"] == plan]
    assert [event["operation"] for event in mine] == ["INSERT", "UPDATE", "DELETE"]
    assert [event["status"] for event in mine] == ["draft", "released", "released"]
    assert began < datetime.fromisoformat(mine[-1]["at"]) < datetime.now(UTC)
    assert listeners[0].quickest_delivery(target) < 1


def test_assignments_and_workers_are_heard_of(build: Build, listeners: list[Listener]) -> None:
    listeners += [Listener(build, "assignments"), Listener(build, "workers")]
    plan = build.create()["plan"]["id"]
    for status in ("released", "production"):
        build.step(plan, status)
    assert listeners[0].hears(f"ASG-{plan.removeprefix('PPL-')}-N2")
    assert listeners[1].hears("W-001")
    assert listeners[1].events[-1]["planId"] == plan
    build.ask("DELETE", f"{PLANS}/{plan}")


def test_what_is_heard_is_what_was_notified(build: Build, listeners: list[Listener]) -> None:
    listeners.append(Listener(build))
    plan = build.create(nodes=[])["plan"]["id"]
    assert listeners[0].hears(plan)
    stored = build.rows("select id, payload from mes_stream_events where payload->>'key' = %s", plan)
    assert stored == [(listeners[0].ids[-1], listeners[0].events[-1])]


def test_ten_listeners_hear_everything_once_in_order(build: Build, listeners: list[Listener]) -> None:
    listeners += [Listener(build) for _ in range(10)]
    plans = [build.create(nodes=[])["plan"]["id"] for _ in range(5)]
    assert all(listener.hears(plans[-1]) for listener in listeners)
    assert all([event["key"] for event in listener.events] == plans for listener in listeners)


@pytest.mark.parametrize("port", ["green", "balancer"])
def test_who_comes_back_after_a_cut_has_missed_nothing(build: Build, listeners: list[Listener], port: str) -> None:
    build.run("balancer", "set", "--blue=out", "--green=100")
    listeners.append(Listener(build, port=port, again=True))
    plans = [build.create(nodes=[])["plan"]["id"]]
    assert listeners[0].hears(plans[0])
    for _ in range(4):
        build.control("POST", "/cut-streams")
        plans.append(build.create(nodes=[])["plan"]["id"])
    assert listeners[0].hears(plans[-1])
    assert [event["key"] for event in listeners[0].events] == plans
    assert listeners[0].ended >= 1
    build.run("balancer", "set", "--blue=100", "--green=out")


def test_a_closed_stream_leaves_no_session(build: Build, listeners: list[Listener]) -> None:
    assert until(lambda: build.count(SESSIONS) == 0)
    listeners += [Listener(build) for _ in range(5)]
    assert build.count(SESSIONS) == 5
    for listener in listeners:
        listener.close()
    assert until(lambda: build.count(SESSIONS) == 0)


def test_a_restart_ends_streams_at_once(build: Build, listeners: list[Listener]) -> None:
    def restart() -> float:
        listener = Listener(build)
        listeners.append(listener)
        took = seconds(lambda: build.control("POST", "/restart", {"name": "burkol-api-green"}))
        assert until(lambda: listener.ended == 1)
        return took

    assert min(restart() for _ in range(3)) < GRACE_S, "the quickest of three waits for its streams"


def test_a_silent_stream_is_kept_alive_by_comments(build: Build, listeners: list[Listener]) -> None:
    listeners.append(Listener(build))
    assert until(lambda: ": keep-alive" in listeners[0].lines, 2.5 * SILENCE_S)
    assert listeners[0].ended == 0
