"""The states of a world: what runs, what is on, and what is on record."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from docflow_world import ADMIN, SCHEDULE, Docflow

from hermetic.docflow.broken.past import FEWER_ADMINS
from hermetic.docflow.states import STATES, Moments

ALL = ["queue_ai_enrichment", "analytics_forecasting", "export_scheduling"]
NOW = datetime(2025, 11, 28, 12, tzinfo=UTC)
OLD = "2.0.9"


@pytest.mark.parametrize(
    ("state", "stable", "canary", "share"),
    [
        ("before", OLD, OLD, "0"),
        ("staging", "new", "new", "10"),
        ("canary", OLD, "new", "10"),
        ("full", "new", "new", "10"),
        ("reviewed", "new", "new", "10"),
    ],
)
def test_each_state_runs_what_it_says(arranged: Docflow, state: str, stable: str, canary: str, share: str) -> None:
    assert arranged.arrange(state)["state"] == state
    releases = {"new": arranged.variables["DOCFLOW_RELEASE"], OLD: OLD}
    for port, release in (("stable", stable), ("canary", canary)):
        reply = arranged.ask("GET", "/health", port=port)
        assert (reply.headers["X-Release"], reply.headers["X-Arm"]) == (releases[release], port)
        assert arranged.features(port) == ([] if release == OLD else ALL)
    assert arranged.run("canary", "show").stdout.strip() == share


def test_the_release_before_has_nothing_of_the_features(arranged: Docflow) -> None:
    arranged.arrange("before")
    assert "ai" not in arranged.get(f"{ADMIN}/queue")["documents"][0]
    assert arranged.ask("GET", f"{ADMIN}/queue?aiType=invoice").status_code == 404
    assert "forecast" not in arranged.get(f"{ADMIN}/analytics?forecast=true")
    for method in ("GET", "POST"):
        assert arranged.ask(method, SCHEDULE, {}).status_code == 404
    text = arranged.metrics()
    assert "publish_latency_ms_bucket" in text
    assert not [name for name in ("ai_classification", "forecast_", "export_schedules") if name in text]
    assert "ai" not in arranged.upload()


def test_an_arrangement_forgets_what_was(arranged: Docflow) -> None:
    arranged.upload()
    arranged.schedule()
    arranged.edge("PATCH", {"phase1_enabled": False})
    arranged.arrange("staging")
    assert arranged.rows("select count(*) from docflow.documents where tag is not null") == [(0,)]
    assert arranged.get(SCHEDULE)["schedules"] == []
    assert arranged.metric("doc_ingested_total") == 0
    assert arranged.edge().json() == {"phase1_enabled": True}
    assert arranged.upload()["id"] == "DOC-000481"


def test_an_unknown_state_is_refused_with_those_that_are_known(docflow: Docflow) -> None:
    for body, said in (({"state": "half"}, "known are before, staging"), ({"state": "full", "seed": 1}, "'seed'")):
        reply = docflow.session.post(docflow.variables["DOCFLOW_CONTROL_URL"] + "/arrange", json=body, timeout=5)
        assert reply.status_code == 400
        assert said in reply.json()["error"]


def test_the_steps_of_a_rollout_follow_each_other() -> None:
    moments = Moments.of(STATES["full"], NOW)
    assert None not in vars(moments).values()
    order = list(vars(moments).values())
    assert order == sorted(order)
    assert moments.canary_ended == moments.full_began == NOW - timedelta(minutes=1)
    assert moments.canary_began == NOW - timedelta(minutes=31)
    assert Moments.of(STATES["before"], NOW) == Moments()
    assert Moments.of(STATES["canary"], NOW).canary_ended is None


BEFORE = "release = '2.0.9' and at < %s"
AFTER = "release <> '2.0.9' and at >= %s and at < %s + interval '24 hours'"
P95 = "select count(*), percentile_cont(0.95) within group (order by duration_ms) from docflow.requests where "
GAP = """
    select max(gap)
    from (select at - lag(at) over (order by at) as gap from docflow.requests where at >= %s) as gaps
"""
WORK = "select sum(manual)::float / sum(manual + automatic) from docflow.classification_work where day {} %s"


@pytest.fixture(scope="class")
def reviewed(docflow: Docflow) -> Docflow:
    docflow.arrange("reviewed")
    return docflow


@pytest.fixture(scope="class")
def full(reviewed: Docflow) -> datetime:
    return datetime.fromisoformat(reviewed.world.state()["full_began"])


class TestRecord:
    """What is on record two days after the rollout."""

    def test_the_event_of_the_rollout_is_written(self, reviewed: Docflow, full: datetime) -> None:
        (event,) = reviewed.get(f"{ADMIN}/audit?type=phase1_rollout_complete")["events"]
        at = datetime.strptime(event["timestamp"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        assert timedelta() <= at - full < timedelta(minutes=1)
        details = event["details"]
        assert (details["canary_duration_minutes"], details["features_deployed"]) == (30, ALL)
        figures = details["success_metrics"]
        assert 15 < figures["api_p95_ms"] < 200
        assert 4 < figures["publish_p95_ms"] < 20
        assert figures["error_rate_percent"] < 1

    def test_requests_are_many_without_a_gap_and_no_slower_than_before(self, reviewed: Docflow, full: datetime) -> None:
        (before,) = reviewed.rows(P95 + BEFORE, full)
        (after,) = reviewed.rows(P95 + AFTER, full, full)
        assert min(before[0], after[0]) >= 1500
        assert 1.0 < after[1] / before[1] < 1.03
        assert reviewed.rows(GAP, full)[0][0] < timedelta(minutes=5)
        failed = "select avg((status >= 500)::int)::float from docflow.requests where at >= %s"
        assert 0 < reviewed.rows(failed, full)[0][0] < 0.01

    def test_the_features_were_taken_up(self, reviewed: Docflow, full: datetime) -> None:
        query = "select count(distinct admin) from docflow.feature_use where at between %s and %s + interval '48 hours'"
        assert reviewed.rows(query, full, full) == [(12,)]
        assert reviewed.rows("select count(*) from docflow.admins") == [(18,)]
        kinds = reviewed.rows("select distinct feature from docflow.feature_use where at < %s + interval '1 day'", full)
        assert sorted(kind for (kind,) in kinds) == sorted(ALL)

    def test_business_figures_are_met(self, reviewed: Docflow, full: datetime) -> None:
        scheduled = "select avg((mode = 'scheduled')::int)::float, count(*) from docflow.exports where at >= %s"
        ((share, count),) = reviewed.rows(scheduled, full)
        assert share == pytest.approx(0.4)
        assert count >= 200
        sure = "select avg((ai_confidence > 0.85)::int)::float, count(*) from docflow.documents where ai_type <> ''"
        ((share, count),) = reviewed.rows(sure)
        assert share > 0.9
        assert count >= 400
        before, after = (reviewed.rows(WORK.format(sign), full.date())[0][0] for sign in ("<", ">="))
        assert after / before == pytest.approx(0.75, abs=0.03)
        assert reviewed.rows("select count(*) from docflow.critical_errors where at >= %s", full) == [(0,)]

    def test_it_is_the_same_in_every_arrangement(self, reviewed: Docflow) -> None:
        query = "select md5(string_agg(route || status || duration_ms, '' order by at, arm)) from docflow.requests"
        before = reviewed.rows(query)
        assert reviewed.arrange("reviewed")["took_s"] < 15
        assert reviewed.rows(query) == before

    def test_faults_of_the_record_change_it(self, reviewed: Docflow, full: datetime) -> None:
        for fault in ("recorded-slower", "critical-errors", "low-adoption", "manual-work-stays", "few-scheduled"):
            reviewed.control("POST", "/faults", {"name": fault})
        try:
            moved = datetime.fromisoformat(reviewed.world.state()["full_began"])
            assert reviewed.rows(P95 + AFTER, moved, moved)[0][1] > 1.05 * reviewed.rows(P95 + BEFORE, moved)[0][1]
            assert reviewed.rows("select count(*) from docflow.critical_errors where at >= %s", moved) == [(2,)]
            admins = reviewed.rows("select count(distinct admin) from docflow.feature_use")
            assert admins == [(FEWER_ADMINS,)]
            scheduled = "select avg((mode = 'scheduled')::int)::float from docflow.exports where at >= %s"
            assert reviewed.rows(scheduled, moved)[0][0] == pytest.approx(0.2)
            before, after = (reviewed.rows(WORK.format(sign), moved.date())[0][0] for sign in ("<", ">="))
            assert after / before > 0.9
        finally:
            reviewed.control("DELETE", "/faults")
            reviewed.arrange("staging")


def test_the_state_names_its_steps(docflow: Docflow) -> None:
    docflow.arrange("staging")
    state = docflow.control("GET", "/state")
    assert state["state"] == "staging"
    assert {"release", "profile", "faults", "processes", "router", "staging_ended"} <= set(state)
    assert json.dumps(docflow.world.state())
