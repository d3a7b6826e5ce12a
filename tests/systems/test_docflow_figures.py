"""Figures of DocFlow: what instances expose, what Prometheus answers, and recorded times side by side."""

import json
from collections.abc import Iterator
from random import Random
from typing import cast

import pytest

from gonogo.measurement import Limit
from gonogo.outcome import Missed
from gonogo.probes.metrics.snapshot import Snapshot
from gonogo.probes.reply import Reply
from systems import waiting
from systems.docflow import comparing
from systems.docflow import exposed as exposing
from systems.docflow.asked import Asked
from systems.docflow.exposed import ABSENT, Exposed
from systems.docflow.recorded import Requests
from systems.docflow.service import DocFlow
from systems.docflow.visits import Filtered

TEXT = """\
# TYPE doc_ingested_total counter
doc_ingested_total{arm="ARM"} 3
# TYPE revenue_total_eur counter
revenue_total_eur{arm="ARM"} 1250
# TYPE feature_use_total counter
feature_use_total{arm="ARM",feature="a"} 2
feature_use_total{arm="ARM",feature="b"} 5
# TYPE publish_latency_ms histogram
publish_latency_ms_bucket{arm="ARM",le="20"} 4
publish_latency_ms_bucket{arm="ARM",le="+Inf"} 6
publish_latency_ms_count{arm="ARM"} 6
publish_latency_ms_sum{arm="ARM"} 60
"""


@pytest.fixture
def exposed() -> Exposed:
    return Exposed({arm: Snapshot.parse(TEXT.replace("ARM", arm), 0.0, 0.0) for arm in ("stable", "canary")})


@pytest.mark.parametrize(
    ("metric", "part", "total"),
    [
        ("doc_ingested_total", "", 6),
        ("revenue_total_eur", "", 2500),
        ("feature_use_total", "", 14),
        ("feature_use_total", "b", 10),
        ("feature_use_total", "c", 0),
        ("publish_latency_ms", "", 12),
        ("renamed_total", "", 0),
    ],
)
def test_a_metric_is_added_up_over_both_arms(exposed: Exposed, metric: str, part: str, total: float) -> None:
    assert exposed.total(metric, part) == total


@pytest.mark.parametrize(
    ("metric", "kind"),
    [
        ("publish_latency_ms", "histogram"),
        ("doc_ingested_total", "counter"),
        ("revenue_total_eur", "counter"),
        ("publish_duration_ms", ABSENT),
    ],
)
def test_the_kind_of_a_metric_is_known_for_each_arm(exposed: Exposed, metric: str, kind: str) -> None:
    assert exposed.kinds(metric) == {"stable": kind, "canary": kind}


@pytest.fixture
def readings(exposed: Exposed, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Exposed]]:
    """What is read next, in order; the last one again and again. Time passes only where it is slept away."""
    clock, left = [0.0], [exposed]

    def sleep(seconds: float) -> None:
        clock[0] += seconds

    monkeypatch.setattr(waiting.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(waiting.time, "sleep", sleep)
    monkeypatch.setattr(exposing, "read", lambda _: left.pop(0) if len(left) > 1 else left[0])
    yield left
    assert clock[0] <= 10.3, "it waits at most 10 s"


NOWHERE = cast("DocFlow", None)


def test_what_is_counted_late_has_risen(exposed: Exposed, readings: list[Exposed]) -> None:
    later = Exposed({"stable": Snapshot.parse(TEXT.replace('"b"} 5', '"b"} 6'), 0.0, 0.0)})
    before = Exposed({"stable": exposed.arms["stable"]})
    readings[:] = [before, before, later]

    risen = exposing.rise(NOWHERE, before, "feature_use_total", Limit(">", 0), "b")

    assert (risen.subject, risen.value) == ("rise of feature_use_total of b", 1)


@pytest.mark.usefixtures("readings")
def test_what_is_not_counted_has_not_risen(exposed: Exposed) -> None:
    assert exposing.rise(NOWHERE, exposed, "feature_use_total", Limit(">=", 1)).value == 0


def answer(document: object, status: int = 200, media_type: str = "application/json") -> Asked:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Asked("up", Reply("GET /api/v1/query", status, {"content-type": media_type}, body, 0.01))


def vector(*values: tuple[dict[str, str], str]) -> dict[str, object]:
    found = [{"metric": labels, "value": [1.0, value]} for labels, value in values]
    return {"status": "success", "data": {"resultType": "vector", "result": found}}


def test_an_answer_has_a_figure_for_each_series() -> None:
    found = answer(vector(({"arm": "canary"}, "0.02"), ({"arm": "stable"}, "NaN")))
    assert [one.labels["arm"] for one in found.figures()] == ["canary", "stable"]
    assert [one.value for one in found.finite()] == [0.02]
    assert found.said == "200 success vector"


def test_a_refused_query_has_no_figure() -> None:
    found = answer({"status": "error", "errorType": "bad_data", "error": "parse error"}, status=400)
    assert found.figures() == []
    assert found.said == "400 error none"


def test_a_page_at_the_address_is_missed() -> None:
    with pytest.raises(Missed, match="content type text/html"):
        answer(b"<!doctype html>", media_type="text/html").figures()


def times(factor: float, seed: int) -> Requests:
    random = Random(seed)
    seconds = sorted(0.02 * factor * random.lognormvariate(0, 0.15) for _ in range(3000))
    return Requests(seconds, {"p95 ms": 1000 * seconds[2849]}, 3000, 0)


@pytest.mark.parametrize("factor", [0.9, 1.0, 1.1, 1.3])
def test_the_interval_of_the_tails_holds_the_true_ratio(factor: float) -> None:
    found = comparing.tails(times(factor, 1), times(1.0, 2))
    assert found.low is not None
    assert found.high is not None
    assert found.low < factor < found.high
    assert found.high / found.low < 1.08


@pytest.mark.parametrize(
    ("before", "after", "titles", "shows"),
    [
        ([("a", "invoice"), ("b", "letter")], [("a", "invoice")], ["a"], True),
        ([("a", "invoice"), ("b", "letter")], [("a", "invoice"), ("b", "letter")], ["a"], False),
        ([("a", "invoice"), ("b", "letter")], [("a", "invoice")], ["a", "c"], False),
        ([("a", "invoice")], [("a", "invoice")], ["a"], False),
        ([("a", "invoice"), ("b", "letter")], [], [], False),
    ],
)
def test_a_filtered_page_shows_the_same_as_the_api_and_less_than_before(
    before: list[tuple[str, str]], after: list[tuple[str, str]], titles: list[str], shows: bool
) -> None:
    assert Filtered("invoice", before, after).shows(titles) is shows
