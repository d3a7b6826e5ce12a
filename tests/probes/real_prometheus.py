"""A real Prometheus on 127.0.0.1 with its data in a temporary folder, scraping a small real exposition each second."""

import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import machine_parts
import requests
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from hermetic.kit.listening import reserve

RULES = """
groups:
  - name: canary
    interval: 1s
    rules:
      - alert: SlowApi
        expr: histogram_quantile(0.95, sum by (le) (rate(api_request_duration_seconds_bucket[5s]))) > 0.2
        labels: {severity: critical}
      - alert: NeverFires
        expr: vector(0) > 1
"""
LATENCIES = (0.03, 0.04, 0.06, 0.08, 0.12, 0.15, 0.18, 0.22, 0.24, 0.23)
BUCKETS = (0.05, 0.1, 0.2, 0.25, 0.5, 1.0)


class App:
    """Serves metrics and makes its own traffic: of each ten requests one fails and three take more than 0.2 s."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self.duration = Histogram("api_request_duration_seconds", "Time", ["arm"], registry=registry, buckets=BUCKETS)
        self.requests = Counter("http_requests", "Requests", ["arm", "status"], registry=registry)
        Gauge("queue_length", "Waiting", registry=registry).set(7)
        self.server, self._thread = start_http_server(0, "127.0.0.1", registry)
        self._stopped = threading.Event()
        self._worker = threading.Thread(target=self._work, daemon=True)
        self._worker.start()

    @property
    def port(self) -> int:
        return int(self.server.server_port)

    def _work(self) -> None:
        turn = 0
        while not self._stopped.wait(0.01):
            self.duration.labels("canary").observe(LATENCIES[turn % 10])
            self.requests.labels("canary", "500" if turn % 10 == 0 else "200").inc()
            turn += 1

    def stop(self) -> None:
        self._stopped.set()
        self._worker.join()
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()


def needed() -> None:
    """Skip or fail where there is no Prometheus on PATH."""
    machine_parts.needed("prometheus", shutil.which("prometheus") is not None, "apt-get install prometheus")


@contextmanager
def prometheus(folder: Path, app: App) -> Iterator[str]:
    """Run Prometheus against `app` and yield its URL once it has scraped for six seconds."""
    (folder / "rules.yml").write_text(RULES)
    (folder / "prometheus.yml").write_text(
        "global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [rules.yml]\nscrape_configs:\n"
        f"  - job_name: docflow\n    static_configs: [{{targets: ['127.0.0.1:{app.port}'], labels: {{env: test}}}}]\n"
    )
    port, keeper = reserve()
    command = ["prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data", "--log.level=warn"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [*command, f"--web.listen-address=127.0.0.1:{port}"], cwd=folder, stdout=log, stderr=log
        )
        try:
            _until(lambda: _scrapes(f"http://127.0.0.1:{port}") >= 8, 120, folder / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)
            if keeper is not None:
                keeper.close()


def _scrapes(url: str) -> float:
    session = requests.Session()
    session.trust_env = False
    with session:
        try:
            answer = session.get(f"{url}/api/v1/query", params={"query": "count_over_time(up[1m])"}, timeout=2).json()
        except requests.RequestException:
            return 0
    return float(answer["data"]["result"][0]["value"][1]) if answer["data"]["result"] else 0


def _until(holds: object, seconds: float, log: Path) -> None:
    deadline = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        if time.monotonic() > deadline:
            raise TimeoutError(log.read_text()[-2000:])
        time.sleep(0.2)
