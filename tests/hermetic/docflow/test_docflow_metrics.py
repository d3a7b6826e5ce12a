"""What an instance exposes: names, types and labels; and that each figure moves when it should."""

import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from docflow_world import ADMIN, SCHEDULE, Docflow
from prometheus_client.parser import text_string_to_metric_families

from hermetic.docflow.broken.metrics import MISSING, RENAMED, UNCOUNTED, exposed
from hermetic.docflow.server.figures import COUNTERS, GAUGES, HISTOGRAMS
from hermetic.docflow.server.metrics import Metrics

AUDIT = f"{ADMIN}/audit"


@pytest.fixture
def metrics() -> Metrics:
    made = Metrics("canary", "2.3.0", featured=True, faults=())
    for name in ("user_satisfaction_score", "forecast_deviation_ratio"):
        made.set(name, 0.1)  # as an instance does once its store is open
    made.expect([("GET", SCHEDULE), ("GET", f"{ADMIN}/queue")])
    return made


def test_every_figure_is_there_from_the_start_with_its_labels(metrics: Metrics) -> None:
    text = metrics.exposition()
    for name in (*COUNTERS, *GAUGES):
        line = next(line for line in text.splitlines() if line.startswith(f"{name}{{"))
        assert 'arm="canary"' in line
        assert 'release="2.3.0"' in line
    for name in HISTOGRAMS:
        assert f"# TYPE {name} histogram" in text
    assert "# TYPE revenue_total_eur counter" in text
    assert "_created" not in text
    assert list(text_string_to_metric_families(text))


def test_bounds_are_a_tenth_apart_where_it_matters() -> None:
    for name, least, most in (("api_request_duration_seconds", 0.005, 0.5), ("publish_latency_ms", 2, 100)):
        bounds = [bound for bound in HISTOGRAMS[name].bounds if least <= bound <= most]
        assert max(after / before for before, after in pairwise(bounds)) < 1.105


@pytest.mark.parametrize("fault", [*MISSING, *RENAMED, "metric-empty-series", "status-label-missing"])
def test_a_fault_of_the_exposition_changes_it_and_leaves_it_readable(metrics: Metrics, fault: str) -> None:
    text = metrics.exposition()
    broken = exposed(text, [fault])
    assert broken != text
    list(text_string_to_metric_families(broken))
    if fault in MISSING:
        assert MISSING[fault] not in broken


def test_export_times_and_publishing_buckets_can_be_missing(metrics: Metrics) -> None:
    metrics.observe("publish_latency_ms", 8.0)
    text = metrics.exposition()
    without = exposed(text, ["export-duration-missing"])
    assert f'api_request_duration_seconds_count{{arm="canary",method="GET",release="2.3.0",route="{SCHEDULE}"}}' in text
    assert "api_request_duration_seconds_count" in without
    assert f'bucket{{arm="canary",le="+Inf",method="GET",release="2.3.0",route="{SCHEDULE}"' not in without
    gauge = exposed(text, ["publish-metric-is-a-gauge"])
    assert "# TYPE publish_latency_ms gauge" in gauge
    assert "publish_latency_ms_bucket" not in gauge


def _publish(docflow: Docflow) -> None:
    document = docflow.upload()
    assert docflow.ask("POST", f"{ADMIN}/documents/{document['id']}/publish").status_code == 200


def _report(**event: object) -> Callable[[Docflow], None]:
    def report(docflow: Docflow) -> None:
        assert docflow.ask("POST", f"{ADMIN}/page-events", event).status_code == 202

    return report


def _refused(docflow: Docflow) -> None:
    assert docflow.schedule(frequency="hourly").status_code == 400


MOVES: dict[tuple[str, str], tuple[Callable[[Docflow], object], float]] = {
    ("doc_ingested_total", ""): (lambda docflow: docflow.upload(), 1),
    ("revenue_total_eur", ""): (_publish, 1250.5),
    ("publish_latency_ms_count", ""): (_publish, 1),
    ("api_request_duration_seconds_count", f'route="{AUDIT}"'): (
        lambda docflow: docflow.get(f"{ADMIN}/audit"),
        1,
    ),
    ("ai_classification_requests_total", ""): (lambda docflow: docflow.upload(), 1),
    ("ai_classification_confidence_count", ""): (lambda docflow: docflow.upload(), 1),
    ("forecast_calculations_total", ""): (lambda docflow: docflow.get(f"{ADMIN}/analytics?forecast=true"), 1),
    ("export_schedules_total", ""): (lambda docflow: docflow.schedule(), 1),
    ("export_schedule_failures_total", ""): (_refused, 1),
    ("feature_use_total", 'feature="export_scheduling"'): (_report(kind="feature_use", feature="export_scheduling"), 1),
    ("queue_load_seconds_count", ""): (_report(kind="queue_load", seconds=0.3), 1),
    ("analytics_render_seconds_count", ""): (_report(kind="analytics_render", seconds=0.1), 1),
    ("ui_component_crashes_total", 'component="queue"'): (_report(kind="crash", component="queue", message="x"), 1),
}


@pytest.mark.parametrize(("name", "label"), MOVES)
def test_a_figure_moves_when_its_thing_happens(docflow: Docflow, name: str, label: str) -> None:
    work, by = MOVES[name, label]
    labels = dict([label.replace('"', "").split("=")]) if label else {}
    before = docflow.metric(name, **labels)
    assert before is not None
    work(docflow)
    assert docflow.metric(name, **labels) == pytest.approx(before + by)


@pytest.mark.parametrize("fault", UNCOUNTED)
def test_a_figure_stands_still_with_its_fault(fault: str) -> None:
    for faults, moved in (((), 1), ((fault,), 0)):
        metrics = Metrics("stable", "2.3.0", featured=True, faults=faults)
        name = UNCOUNTED[fault]
        labels = dict.fromkeys((COUNTERS.get(name) or HISTOGRAMS[name]).labels, "x")
        (metrics.count if name in COUNTERS else metrics.observe)(name, 1, **labels)
        lines = [line for line in metrics.exposition().splitlines() if line.startswith(name) and " 1.0" in line]
        assert bool(lines) is bool(moved)


def test_a_due_schedule_is_exported_and_due_again(docflow: Docflow) -> None:
    made = docflow.schedule().json()["schedule"]["id"]
    with docflow.world.connect(docflow.world.store) as owner:
        owner.execute("update docflow.schedules set next_run = now() - interval '1 minute' where id = %s", [made])
    query = "select count(*) from docflow.exports where mode = 'scheduled'"
    deadline = time.monotonic() + 8
    while docflow.rows(query) == [(0,)] and time.monotonic() < deadline:
        time.sleep(0.1)
    assert docflow.rows(query) == [(1,)]
    assert docflow.rows("select next_run > now() from docflow.schedules where id = %s", made) == [(True,)]
    assert sum(docflow.metric("exports_total", port, mode="scheduled") or 0 for port in ("stable", "canary")) == 1
