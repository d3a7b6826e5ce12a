"""The observer, real and ours alike: it scrapes, evaluates rules, begins anew, and dies with its parent."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from backfilled import needed
from docflow_world import until
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest, start_http_server
from prometheus_client.parser import text_string_to_metric_families
from standing import ROOT

from hermetic.docflow import observing
from hermetic.docflow.observing import Observer, scraped
from hermetic.docflow.observing.own.configuration import Invalid, read
from hermetic.docflow.observing.own.text import Text
from hermetic.docflow.observing.own.writing import number, scientific
from hermetic.errors import HermeticError

RULES = ROOT / "hermetic" / "docflow" / "product" / "monitoring" / "rules.yml"
KINDS = ("own", "prometheus")
EVERY_SERIES = '{__name__=~".+"}'


class Instance:
    """An instance's metrics on a port."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.deviation = Gauge("forecast_deviation_ratio", "Deviation", ["arm"], registry=self.registry)
        self.requests = Counter("http_requests", "Requests", ["route", "status"], registry=self.registry)
        self.requests.labels("/api/admin/queue", "200").inc(3)
        self.listen(0)

    @property
    def port(self) -> int:
        return int(self.server.server_port)

    def listen(self, port: int) -> None:
        self.server, self.thread = start_http_server(port, "127.0.0.1", self.registry)

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@dataclass
class Watched:
    """Two instances, the rules, and who watches them."""

    stable: Instance
    canary: Instance
    rules: Path
    observer: Observer

    def ask(self, path: str, **parameters: Any) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            return session.get(f"{self.observer.url}/api/v1/{path}", params=parameters, timeout=5)

    def value(self, query: str) -> dict[str, float]:
        return {one["metric"].get("instance", ""): float(one["value"][1]) for one in self.observer.query(query)}

    def scraped_at(self, instance: str) -> list[float]:
        """Return when each scrape that it remembers of an instance began, in Unix time (s)."""
        found = self.ask("query", query=f'up{{instance="{instance}"}}[5m]').json()["data"]["result"]
        return [at for one in found for at, _ in one["values"]]

    def states(self) -> dict[str, str]:
        (group,) = self.ask("rules", type="alert").json()["data"]["groups"]
        return {rule["name"]: rule["state"] for rule in group["rules"]}

    def begin_anew(self, *faults: str) -> None:
        self.observer = observing.begin_anew(self.observer, faults)


@pytest.fixture(params=KINDS, scope="module")
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """One observer of each kind for the whole module: a real one takes six seconds to its first scrape."""
    if request.param == "prometheus":
        needed()
    home, stable, canary = tmp_path_factory.mktemp("observer"), Instance(), Instance()
    scrapes = {"stable": f"http://127.0.0.1:{stable.port}", "canary": f"http://127.0.0.1:{canary.port}"}
    (home / "rules.yml").write_text(RULES.read_text(encoding="utf-8"), encoding="utf-8")
    port, keeper = observing.reserve()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GONOGO_PROMETHEUS", request.param)
        observer = observing.start(home / "home", port, scrapes, home / "rules.yml", {"env": "hermetic"})
        found = Watched(stable, canary, home / "rules.yml", observer)
        yield found
    found.observer.stop()
    for one in (stable, canary):
        one.stop()
    if keeper:
        keeper.close()


@pytest.fixture
def watched(running: Watched) -> Watched:
    """The observer with an empty memory, a scrape later, and nothing amiss."""
    running.rules.write_text(RULES.read_text(encoding="utf-8"), encoding="utf-8")
    for one in (running.stable, running.canary):
        one.deviation.labels("any").set(0.1)
        one.requests.labels("/api/admin/queue", "503").reset()
        one.requests.remove("/api/admin/queue", "503")
    running.begin_anew()
    observing.await_scrapes(running.observer.url)
    return running


def test_it_scrapes_both_instances_under_their_names(watched: Watched) -> None:
    assert watched.observer.kind == watched.observer.child.name
    assert watched.value('up{job="docflow",env="hermetic"}') == {"stable": 1, "canary": 1}
    labels = {"route": "/api/admin/queue", "status": "200", "job": "docflow", "env": "hermetic"}
    found = [one["metric"] for one in watched.observer.query('http_requests_total{instance="canary"}')]
    assert found == [{**labels, "__name__": "http_requests_total", "instance": "canary"}]
    series = watched.ask("series", **{"match[]": 'http_requests_total{instance="stable"}'}).json()["data"]
    assert series == [{**labels, "__name__": "http_requests_total", "instance": "stable"}]


def test_it_counts_what_happens_and_notices_who_is_gone(watched: Watched) -> None:
    watched.canary.requests.labels("/api/admin/queue", "200").inc(10)
    until(lambda: watched.value("increase(http_requests_total[30s]) > 5").keys() == {"canary"})
    port = watched.stable.port
    watched.stable.stop()
    try:
        until(lambda: watched.value("up") == {"stable": 0, "canary": 1})
        assert set(watched.value("forecast_deviation_ratio")) == {"canary"}
        assert set(watched.value("count_over_time(forecast_deviation_ratio[1m])")) == {"canary", "stable"}
    finally:
        watched.stable.listen(port)


def test_a_scrape_that_began_later_has_what_was_counted_before(watched: Watched) -> None:
    before = watched.value('http_requests_total{status="200"}')["canary"]
    watched.canary.requests.labels("/api/admin/queue", "200").inc(7)
    observing.await_scrapes(watched.observer.url, since=time.time())
    assert watched.value('http_requests_total{status="200"}')["canary"] == before + 7


def test_a_scrape_that_failed_is_no_scrape(watched: Watched) -> None:
    port = watched.stable.port
    watched.stable.stop()
    try:
        watched.begin_anew()
        until(lambda: watched.value("up") == {"stable": 0, "canary": 1})
    finally:
        watched.stable.listen(port)
    observing.await_scrapes(watched.observer.url)
    assert watched.value("up") == {"stable": 1, "canary": 1}


def test_who_stays_down_is_not_waited_for_to_the_end(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scraped, "DOWN_S", 1.5)
    port, began = watched.stable.port, time.monotonic()
    watched.stable.stop()
    try:
        observing.await_scrapes(watched.observer.url, since=time.time())
    finally:
        watched.stable.listen(port)
    assert 1.5 <= time.monotonic() - began < scraped.PATIENCE_S / 2


def test_nobody_is_waited_for_where_no_observer_answers() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        began = time.monotonic()
        observing.await_scrapes(f"http://127.0.0.1:{silent.getsockname()[1]}")
    assert time.monotonic() - began < scraped.DOWN_S


def test_the_alerts_are_quiet_and_fire_when_they_must(watched: Watched) -> None:
    assert set(watched.states().values()) == {"inactive"}
    watched.canary.requests.labels("/api/admin/queue", "503").inc()  # its first: nothing has increased yet
    watched.canary.deviation.labels("any").set(0.3)
    until(lambda: watched.states()["ForecastDeviation"] == "pending")
    until(lambda: watched.states()["ForecastDeviation"] == "firing")
    states = {"Phase1ServerErrors": "firing", "LowAiConfidence": "inactive", "ForecastDeviation": "firing"}
    assert watched.states() == states
    alerts = watched.ask("alerts").json()["data"]["alerts"]
    assert {one["labels"]["alertname"]: one["value"] for one in alerts}["ForecastDeviation"] == "3e-01"
    assert watched.value('ALERTS{alertname="ForecastDeviation",alertstate="firing"}') == {"canary": 1}
    for path, expected in SHAPES.items():
        assert has_shape(watched.ask(path, **ASKED.get(path, {})).json()["data"], expected), path
    watched.canary.deviation.labels("any").set(0.1)
    until(lambda: watched.states()["ForecastDeviation"] == "inactive")
    assert watched.value('ALERTS{alertname="ForecastDeviation"}') == {}


def test_it_begins_anew_at_once(watched: Watched) -> None:
    pid = watched.observer.child.process.pid
    until(lambda: len(watched.scraped_at("canary")) >= 2)
    began = time.time()
    watched.rules.write_text(RULES.read_text(encoding="utf-8").replace("> 0.2", "> 0.05"), encoding="utf-8")
    watched.begin_anew()
    before = [at for at in watched.scraped_at("canary") if at < began]
    assert len(before) <= 1, "a scrape that was under way is all that is left"
    until(lambda: watched.states()["ForecastDeviation"] == "firing")
    watched.begin_anew("rules-not-loaded")
    assert watched.ask("rules").json()["data"]["groups"] == []
    assert (watched.observer.child.process.pid, watched.observer.rules) == (pid, "")


def test_a_canary_that_is_not_scraped_is_not_there(watched: Watched) -> None:
    watched.begin_anew("canary-not-scraped")
    assert watched.value("up") == {"stable": 1}, "it was started again, and that is done once it has scraped"


def test_rules_that_cannot_be_read_are_an_error(watched: Watched) -> None:
    watched.rules.write_text('groups: [{name: x, rules: [{alert: A, expr: "up >"}]}]', encoding="utf-8")
    with pytest.raises(HermeticError, match="1:5: parse error"):
        watched.begin_anew()
    watched.observer.stop()
    with pytest.raises(HermeticError, match="does not answer"):
        watched.begin_anew()


def test_what_it_refuses_it_says_in_prometheus_words(watched: Watched) -> None:
    for query in ("sum(", "rate(up)", "up[0s]"):
        answer = watched.ask("query", query=query)
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/json")
        assert (answer.json()["status"], answer.json()["errorType"]) == ("error", "bad_data")
    answer = watched.ask("query", query="up + on (job) up")
    assert (answer.status_code, answer.json()["errorType"]) == (422, "execution")
    backwards = watched.ask("query_range", query="up", start=20, end=10, step=1)
    assert (backwards.status_code, backwards.json()["errorType"]) == (400, "bad_data")
    assert watched.ask("nothing").status_code == 404


TEXTS, ALERT = {"severity": ""}, {"labels": {"alertname": ""}, "annotations": {"summary": ""}, "activeAt": ""}
RULE = {"state": "", "name": "", "query": "", "duration": 0, "labels": TEXTS, "annotations": {"summary": ""}}
RULE |= {"alerts": [ALERT], "health": "", "evaluationTime": 0, "lastEvaluation": "", "type": ""}
SHAPES: dict[str, Any] = {
    "rules": {"groups": [{"name": "", "file": "", "rules": [RULE], "interval": 0, "lastEvaluation": ""}]},
    "alerts": {"alerts": [{**ALERT, "state": "", "value": ""}]},
    "query": {"resultType": "", "result": [{"metric": {"__name__": ""}, "value": [0, ""]}]},
    "query_range": {"resultType": "", "result": [{"metric": {"__name__": ""}, "values": [[0, ""]]}]},
    "series": [{"__name__": ""}],
    "targets": {"activeTargets": [{"scrapePool": "", "scrapeUrl": "", "labels": {"instance": "", "job": ""}}]},
    "status/buildinfo": {"version": ""},
}
"""What each document has, in either: more may be in it."""
ASKED: dict[str, dict[str, Any]] = {
    "query": {"query": "up"},
    "query_range": {"query": "up", "start": time.time(), "end": time.time() + 600, "step": 1},
    "series": {"match[]": "up"},
}


def has_shape(document: Any, expected: Any) -> bool:
    """Tell whether a document has every key that is expected, and under it what is expected."""
    if isinstance(expected, dict):
        return all(key in document and has_shape(document[key], below) for key, below in expected.items())
    if isinstance(expected, list):
        return all(has_shape(one, expected[min(at, len(expected) - 1)]) for at, one in enumerate(document))
    return isinstance(document, str) if isinstance(expected, str) else isinstance(document, int | float)


def test_a_reserved_port_is_given_to_nobody_else_and_to_whoever_asks_for_it() -> None:
    port, keeper = observing.reserve()
    if keeper is None:
        pytest.skip("addresses cannot be shared here")
    with keeper, pytest.raises(OSError, match="in use"), socket.socket() as other:
        other.bind(("127.0.0.1", port))
    port, keeper = observing.reserve()
    with keeper or socket.socket(), socket.create_server(("127.0.0.1", port)) as server:
        assert server.getsockname()[1] == port


def test_it_dies_with_its_parent(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from hermetic.docflow import observing\n"
        "port, keeper = observing.reserve()\n"
        f"found = observing.start(Path({str(tmp_path / 'home')!r}), port, {{}}, Path({str(RULES)!r}), {{}})\n"
        "print(found.child.process.pid, flush=True); time.sleep(60)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "GONOGO_PROMETHEUS": "own"}
    with subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    until(lambda: not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text().split()[2])


@pytest.mark.parametrize(
    ("value", "plain", "with_exponent"),
    [
        (3.0, "3", "3e+00"),
        (0.3, "0.3", "3e-01"),
        (1234.5, "1234.5", "1.2345e+03"),
        (1e-7, "0.0000001", "1e-07"),
        (1e21, "1000000000000000000000", "1e+21"),
        (0.0, "0", "0e+00"),
        (-2.5, "-2.5", "-2.5e+00"),
        (float("inf"), "+Inf", "+Inf"),
        (float("nan"), "NaN", "NaN"),
    ],
)
def test_numbers_are_written_as_go_writes_them(value: float, plain: str, with_exponent: str) -> None:
    assert (number(value), scientific(value)) == (plain, with_exponent)


def test_a_label_of_the_text_that_clashes_is_exported() -> None:
    found = Text((("instance", "canary"), ("job", "docflow"))).samples('up_to{instance="other",a="b"} 2\n')
    ((labels, value),) = found.items()
    assert dict(labels)["exported_instance"] == "other"
    assert (dict(labels)["instance"], value) == ("canary", 2)


def test_a_text_is_read_as_its_own_parser_reads_it() -> None:
    instance, text = Instance(), Text(())
    instance.stop()
    instance.requests.labels('with "quotes", \\ and a line\nbreak # }', "500").inc()
    for amount in (0, 5):
        instance.requests.labels("/api/admin/queue", "200").inc(amount)
        shown = generate_latest(instance.registry).decode()
        families = text_string_to_metric_families(shown)
        expected = {(one.name, *sorted(one.labels.items())): one.value for all_ in families for one in all_.samples}
        found = {(dict(labels)["__name__"], *labels[1:]): value for labels, value in text.samples(shown).items()}
        assert found == expected


@pytest.mark.parametrize("text", ["a 1 1700000000000\n", 'a{b="c" 1\n', "a\n", "a one\n", "a{} \n"])
def test_a_text_that_is_not_understood_is_a_failed_scrape(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Text((("job", "docflow"),)).samples(text)


@pytest.mark.parametrize(
    "rules",
    [
        "groups: [{name: x, rules: [{record: a, expr: up}]}]",
        "groups: [{name: x, rules: [{alert: A, expr: up, keep_firing_for: 5m}]}]",
        "groups: [{name: x, rules: [{alert: A, expr: up, for: soon}]}]",
        "groups: [{name: x, rules: [{alert: A, expr: 'topk(1, up)'}]}]",
        "groups: [{name: x, rules: [{alert: A, expr: up, annotations: {a: '{{ $value }}'}}]}]",
        "groups: {a: b}",
        "group: []",
        "- 1",
        "{",
    ],
)
def test_rules_that_ours_does_not_know_are_refused(tmp_path: Path, rules: str) -> None:
    (tmp_path / "rules.yml").write_text(rules, encoding="utf-8")
    observing.Orders({}, tmp_path / "rules.yml", {}).write(tmp_path / "prometheus.yml")
    with pytest.raises(Invalid, match=r"rules\.yml"):
        read(tmp_path / "prometheus.yml")
