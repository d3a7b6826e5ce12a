"""Users' own traffic as a source: histograms of a Prometheus, and lines of an access log."""

import math
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from metrics_server import Metrics, Server
from watching_kit import canary, once, opened

from gonogo.outcome import Inconclusive, Unverified
from gonogo.probes.metrics.histogram import Histogram
from gonogo.watching import ErrorRate, Failing, Observation, Quantile, Slower, Split
from gonogo.watching.counted import Counted, requests, straddling, telling

HISTOGRAMS = """
share = 0.1
[targets.docflow.prometheus]
url = "{url}"
scrape_s = 0.25
max_age_s = 2
labels = {{ env = "hermetic" }}
deadline_s = 2
[targets.docflow.canary.prometheus]
baseline = {{ arm = "stable" }}
candidate = {{ arm = "canary" }}
whole = "API"
[targets.docflow.canary.prometheus.operations]
API = {{ histogram = "api_seconds", requests = "http_total", failed = 'status=~"5.."' }}
publishing = {{ histogram = "publish_ms", scale = 0.001 }}
"""
LOG = """
share = 0.1
[targets.docflow.logs]
access = {{ path = "{path}" }}
[targets.docflow.canary.access_log]
log = "access"
pattern = '^(?P<at>\\S+) (?P<arm>\\S+) (?P<status>\\d+) (?P<latency>\\S+)$'
baseline = "stable"
candidate = "canary"
scale = 0.001
longest_s = 1
"""
NO_ARM = "http://127.0.0.1:1"


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def server(metrics: Metrics) -> Iterator[Server]:
    server = Server(metrics)
    yield server
    server.close()


def counted(root: Path, url: str, *questions: Any, **values: Any) -> Observation:
    usual = {"source": "prometheus", "canary": HISTOGRAMS.format(url=url), "watch_s": 6, **values}
    return canary(opened(root, NO_ARM, "http://127.0.0.1:2", **usual)).observe(1800, questions)


def outcomes(observation: Observation) -> list[str]:
    return [str(one.outcome) for one in observation.judgements()]


def test_a_sound_canary_is_met_by_what_prometheus_counts(metrics: Metrics, server: Server, tmp_path: Path) -> None:
    asked = Slower(0.3), ErrorRate(0.1), Quantile(0.95, 0.2), Split(0.05)
    observation = counted(tmp_path, server.url, *asked)
    assert outcomes(observation) == ["met"] * 4, observation.judgements()
    whole = observation.requests()
    assert len(whole.candidate) == pytest.approx(150 * observation.at_s, rel=0.1)
    assert len(whole.baseline) == pytest.approx(1350 * observation.at_s, rel=0.1)
    assert any('api_seconds_bucket{arm="canary",env="hermetic"}' in query for query in metrics.queries)
    kept = [path.name for path in (tmp_path / "runs").rglob("*") if path.is_file()]
    assert len(kept) == 2, "each query leaves no evidence of its own"


def test_a_slow_canary_is_stopped_early(metrics: Metrics, server: Server, tmp_path: Path) -> None:
    metrics.arms["canary"] = 150, 0.03, 0.0
    observation = counted(tmp_path, server.url, Slower(0.3), watch_s=20)
    assert outcomes(observation) == ["missed"]
    assert observation.at_s < 10


def test_errors_come_from_the_counters(metrics: Metrics, server: Server, tmp_path: Path) -> None:
    metrics.arms["canary"] = 150, 0.02, 0.3
    observation = counted(tmp_path, server.url, ErrorRate(0.01), Failing(), watch_s=20)
    assert "missed" in outcomes(observation)


def test_from_wide_buckets_nothing_is_met(server: Server, metrics: Metrics, tmp_path: Path) -> None:
    metrics.bounds = (0.01, 0.025, 0.05, 0.1)
    observation = counted(tmp_path, server.url, Slower(0.3), Quantile(0.95, 0.03), Quantile(0.95, 0.1))
    assert outcomes(observation) == ["inconclusive", "inconclusive", "met"]
    assert "hide a shift of 30 %" in observation.judgement(Slower(0.3)).reason
    assert "lie in the bucket around 30 ms; make it a bound" in observation.judgement(Quantile(0.95, 0.03)).reason


def test_what_a_restart_lost_forbids_met(metrics: Metrics, server: Server, tmp_path: Path) -> None:
    once(metrics.watched, lambda: setattr(metrics, "reset_at", time.time()))
    observation = counted(tmp_path, server.url, Slower(0.3), Quantile(0.95, 0.2))
    assert outcomes(observation) == ["inconclusive"] * 2
    assert "a counter was reset" in observation.judgement(Slower(0.3)).reason


def test_a_prometheus_that_blinks_loses_nothing(metrics: Metrics, server: Server, tmp_path: Path) -> None:
    def blink() -> None:
        metrics.down = True
        time.sleep(1)
        metrics.down = False

    once(metrics.watched, blink)
    observation = counted(tmp_path, server.url, Quantile(0.95, 0.2))
    assert outcomes(observation) == ["met"], observation.judgements()
    assert len(observation.requests().candidate) == pytest.approx(150 * observation.at_s, rel=0.1)


def test_a_scrape_that_failed_shows_in_the_step_after_it(metrics: Metrics, server: Server, tmp_path: Path) -> None:
    def fail() -> None:
        metrics.absent = ("", time.time(), time.time() + 0.7)

    once(metrics.watched, fail)
    observation = counted(tmp_path, server.url, Quantile(0.95, 0.2), ErrorRate(0.1))
    assert outcomes(observation) == ["met"] * 2, observation.judgements()
    for arm, per_s in (("candidate", 150), ("baseline", 1350)):
        requests = getattr(observation.requests(), arm)
        assert len(requests) == pytest.approx(per_s * observation.at_s, rel=0.1)
        assert np.diff(np.unique(requests.at_s)).max() > 0.6, "one batch covers more than a step of half a second"


def test_a_series_that_stays_away_is_no_data(metrics: Metrics, server: Server, tmp_path: Path) -> None:
    once(metrics.watched, lambda: setattr(metrics, "absent", ("http_total", time.time(), math.inf)))
    observation = counted(tmp_path, server.url, Quantile(0.95, 0.2), watch_s=20)
    assert outcomes(observation) == ["inconclusive"]
    assert "the source failed 7 times in a row" in observation.ended
    assert "wait for its scrape" in observation.ended


def test_stale_series_are_no_data(metrics: Metrics, server: Server, tmp_path: Path) -> None:
    once(metrics.watched, lambda: setattr(metrics, "age_s", 60))
    observation = counted(tmp_path, server.url, Quantile(0.95, 0.2))
    assert outcomes(observation) == ["inconclusive"]
    assert "is 60 s old" in observation.ended


def test_a_prometheus_that_is_down_at_the_start_is_unverified(metrics: Metrics, server: Server, tmp_path: Path) -> None:
    metrics.down = True
    with pytest.raises((Unverified, Inconclusive)):
        counted(tmp_path, server.url, Quantile(0.95, 0.2))


def test_a_split_off_its_plan_is_missed_and_voids_the_comparison(
    metrics: Metrics, server: Server, tmp_path: Path
) -> None:
    metrics.arms["canary"] = 42, 0.02, 0.0
    observation = counted(tmp_path, server.url, Split(0.02), Slower(0.3))
    assert outcomes(observation)[0] == "missed"
    assert outcomes(observation)[1] != "met"


def test_errors_of_an_operation_without_counters_are_unverified(server: Server, tmp_path: Path) -> None:
    observation = counted(tmp_path, server.url, ErrorRate(0.01, "publishing"), Quantile(0.95, 0.2, "publishing"))
    assert outcomes(observation) == ["unverified", "met"]


def test_buckets_in_milliseconds_are_read_as_seconds(metrics: Metrics, server: Server, tmp_path: Path) -> None:
    metrics.unit["publish_ms"] = 1000.0
    observation = counted(tmp_path, server.url, Quantile(0.95, 0.2, "publishing"), watch_s=3)
    assert np.median(observation.requests("publishing").candidate.latency_s) == pytest.approx(0.02, rel=0.1)


def test_failures_that_were_timed_move_no_quantile() -> None:
    histogram = Histogram((0.01, 0.02, float("inf")), (500.0, 500.0, 0.0))
    batch = requests(Counted(histogram, 1000, 100), 0.0, 1.0, times_failures=True)
    assert (len(batch), int(batch.failed.sum())) == (1000, 100)
    for q in (0.1, 0.5, 0.95):
        assert np.quantile(batch.served, q) == pytest.approx(np.quantile(batch.latency_s, q), rel=0.01)
    apart = requests(Counted(histogram, 1100, 100), 0.0, 1.0, times_failures=False)
    assert (len(apart), len(apart.served)) == (1100, 1000)


def test_the_first_and_last_bucket_matter_when_they_hold_more_than_a_few() -> None:
    bounds = (0.01, 0.011, 0.0121, float("inf"))
    assert telling(Histogram(bounds, (1.0, 500.0, 500.0, 1.0))).shows_within(0.11)
    assert not telling(Histogram(bounds, (20.0, 500.0, 500.0, 0.0))).shows_within(0.11)
    assert straddling(Histogram(bounds, (1.0, 2.0, 3.0, 4.0)), 0.0115) == (4, 3, 10)
    assert straddling(Histogram(bounds, (1.0, 2.0, 3.0, 4.0)), 0.011) == (7, 0, 10)


def writing(path: Path, seconds: float, slow: float = 1.0, odd: bool = False) -> threading.Thread:
    """Write 40 and 360 lines a second for some seconds, from another thread."""
    random = np.random.default_rng(3)

    def write() -> None:
        ends = time.time() + seconds
        with path.open("a", buffering=1) as file:
            while (now := time.time()) < ends:
                for n in range(40):
                    arm = "canary" if n < 4 else "stable"
                    latency = 20 * float(np.exp(0.3 * random.standard_normal())) * (slow if n < 4 else 1)
                    file.write(f"{now - 0.02 + n / 1e4:.4f} {arm} 200 {latency:.3f}\n")
                if odd:
                    file.write("a line of another sort\n")
                time.sleep(0.1)

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    return thread


def logged(root: Path, *questions: Any, **values: Any) -> Observation:
    text = LOG.format(path=root / "access.log")
    usual = {"source": "access_log", "canary": text, "watch_s": 5, **values}
    return canary(opened(root, NO_ARM, "http://127.0.0.1:2", **usual)).observe(1800, questions)


def test_an_access_log_gives_exact_latencies_of_both_arms(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text("what was there before is not looked at\n")
    writing(tmp_path / "access.log", 8)
    observation = logged(tmp_path, Slower(0.5), ErrorRate(0.1), Split(0.05))
    assert outcomes(observation) == ["met"] * 3, observation.judgements()
    assert observation.header.whole == "requests"


def test_a_slow_canary_shows_in_the_access_log(tmp_path: Path) -> None:
    (tmp_path / "access.log").touch()
    writing(tmp_path / "access.log", 8, slow=2)
    assert outcomes(logged(tmp_path, Slower(0.2))) == ["missed"]


def test_a_log_that_holds_other_lines_is_never_met(tmp_path: Path) -> None:
    (tmp_path / "access.log").touch()
    writing(tmp_path / "access.log", 8, odd=True)
    observation = logged(tmp_path, ErrorRate(0.1))
    assert outcomes(observation) == ["inconclusive"]
    assert "does not match" in observation.ended


def test_an_empty_log_is_no_data(tmp_path: Path) -> None:
    (tmp_path / "access.log").touch()
    assert outcomes(logged(tmp_path, ErrorRate(0.1), watch_s=2)) == ["inconclusive"]
