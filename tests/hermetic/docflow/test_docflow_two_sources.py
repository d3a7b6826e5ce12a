"""Prometheus and the text that it scrapes tell the same of an instance, within the width of a bucket."""

import time
from collections import Counter
from itertools import pairwise

import pytest
from docflow_world import Docflow
from prometheus_client.parser import text_string_to_metric_families

P95 = 'histogram_quantile(0.95, sum by (le) (rate({}_bucket{{arm="canary"}}[5m])))'
REQUESTS = 600
PATIENCE_S = 15.0


def buckets(world: Docflow, histogram: str) -> dict[float, float]:
    """Return bound -> how many requests of the canary were no slower, as the instance itself tells it."""
    sums: Counter[float] = Counter()
    for family in text_string_to_metric_families(world.metrics("canary")):
        for sample in family.samples:
            if sample.name == f"{histogram}_bucket":
                sums[float(sample.labels["le"])] += sample.value
    return dict(sums)


def bucket_of_p95(before: dict[float, float], after: dict[float, float]) -> tuple[float, float, float]:
    """Return the bounds of the bucket in which 95 % of the new samples are reached, and their number."""
    new = {bound: count - before.get(bound, 0.0) for bound, count in sorted(after.items())}
    total = new[float("inf")]
    return next((low, high, total) for low, high in pairwise([0.0, *new]) if new[high] >= 0.95 * total)


def asked(world: Docflow, query: str) -> float | None:
    """Return the one figure that Prometheus gives, None while it has none."""
    url = world.variables["DOCFLOW_PROMETHEUS_URL"] + "/api/v1/query"
    result = world.session.get(url, params={"query": query}, timeout=5).json()["data"]["result"]
    return float(result[0]["value"][1]) if result else None


def await_count(world: Docflow, histogram: str, count: float) -> None:
    """Wait until Prometheus has scraped as many samples of the canary."""
    query = f'sum({histogram}_count{{arm="canary"}})'
    deadline = time.monotonic() + PATIENCE_S
    while (asked(world, query) or 0) < count:
        assert time.monotonic() < deadline, f"not scraped within {PATIENCE_S:.0f} s: {count} of {histogram}"
        time.sleep(0.2)


@pytest.mark.parametrize(
    ("histogram", "kind"), [("api_request_duration_seconds", "queue"), ("publish_latency_ms", "publish")]
)
def test_the_p95_of_prometheus_lies_in_the_bucket_of_the_exposition(
    arranged: Docflow, histogram: str, kind: str
) -> None:
    arranged.arrange("canary")
    arranged.control("POST", "/traffic", {"arm": "canary", "kind": kind, "requests": 20})
    before = buckets(arranged, histogram)
    await_count(arranged, histogram, before[float("inf")])

    arranged.control("POST", "/traffic", {"arm": "canary", "kind": kind, "requests": REQUESTS})
    after = buckets(arranged, histogram)
    await_count(arranged, histogram, after[float("inf")])

    low, high, total = bucket_of_p95(before, after)
    value = asked(arranged, P95.format(histogram))
    assert total >= REQUESTS / 4
    assert value is not None
    width = high - low
    assert low - width <= value <= high + width  # the first samples, which rate() does not count, may move it by one
    assert width / high < 0.105
