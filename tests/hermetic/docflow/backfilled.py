"""Ten minutes of samples, in a real Prometheus and in our own store: the same to the last bit."""

import json
import math
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import machine_parts
import requests

from hermetic.docflow.observing import reserve
from hermetic.docflow.observing.own import answers
from hermetic.docflow.observing.own.asking import Parameters
from hermetic.docflow.observing.own.store import Store
from hermetic.docflow.observing.promql.labels import NAME, made

BOUNDS = (0.005, 0.01, 0.0125, 0.025, 0.05, 0.1, 0.25)
SECONDS = 600
Points = list[tuple[int, float]]


def needed() -> None:
    """Skip or fail where Prometheus and its promtool are not on PATH."""
    there = bool(shutil.which("prometheus") and shutil.which("promtool"))
    machine_parts.needed("prometheus", there, "apt-get install prometheus")


def ticks(chance: random.Random, begin: int, first: int = 0, last: int = SECONDS) -> Iterator[int]:
    """Yield a moment in ms for each second, some of them late, some missing."""
    for second in range(first, last):
        if chance.random() > 0.03:
            yield begin + second * 1000 + chance.randrange(40)


def counter(chance: random.Random, moments: Iterator[int], growth: float, resets: float = 0.0) -> Points:
    value, points = 0.0, []
    for at in moments:
        value = 0.0 if chance.random() < resets else value + (1 if chance.random() < growth else 0)
        points.append((at, value))
    return points


def series(begin: int) -> dict[tuple[tuple[str, str], ...], Points]:
    """Return two instances with counters, gauges and histograms; some reset, begin late, end early or stand still."""
    chance, found = random.Random(5), {}
    for instance in ("stable", "canary"):
        own = {"instance": instance, "job": "docflow"}
        for route in ("/a", "/b"):
            for status, growth in (("200", 0.9), ("404", 0.05), ("500", 0.01)):
                labels = {**own, "route": route, "status": status, NAME: "requests_total"}
                moments = ticks(chance, begin, first=200 if status == "500" else 0)
                found[made(labels.items())] = counter(chance, moments, growth, 0.004 if instance == "canary" else 0)
        level = [(at, round(chance.gauss(20, 30), 3)) for at in ticks(chance, begin)]
        found[made({**own, NAME: "level"}.items())] = level
        found[made({**own, NAME: "still_total"}.items())] = counter(chance, ticks(chance, begin), 0)
        found[made({**own, NAME: "odd"}.items())] = [(at, math.nan if at % 3 else 1.5) for at in ticks(chance, begin)]
        found[made({**own, NAME: "short"}.items())] = [(at, 4.0) for at in ticks(chance, begin, 100, 160)]
        found |= histogram(chance, begin, own)
    return found


def histogram(chance: random.Random, begin: int, own: dict[str, str]) -> dict[tuple[tuple[str, str], ...], Points]:
    """Return the buckets of one histogram with observations, and of one without."""
    counts = dict.fromkeys([*BOUNDS, math.inf], 0.0)
    points: dict[float, Points] = {bound: [] for bound in counts}
    for at in ticks(chance, begin):
        for value in (chance.lognormvariate(-4, 1) for _ in range(3)):
            for bound in counts:
                counts[bound] += value <= bound
        for bound, count in counts.items():
            points[bound].append((at, count))
    found = {}
    for bound, course in points.items():
        le = "+Inf" if bound == math.inf else f"{bound:g}"
        found[made({**own, "le": le, NAME: "seconds_bucket"}.items())] = course
        found[made({**own, "le": le, NAME: "unused_bucket"}.items())] = [(at, 0.0) for at, _ in course]
    return found


def as_text(found: dict[tuple[tuple[str, str], ...], Points]) -> str:
    """Return series in the format of OpenMetrics, one name after the other."""
    lines = []
    for labels, points in sorted(found.items(), key=lambda one: dict(one[0])[NAME]):
        inside = ",".join(f'{name}="{value}"' for name, value in labels if name != NAME)
        lines += [f"{dict(labels)[NAME]}{{{inside}}} {value!r} {at / 1000:.3f}" for at, value in points]
    return "\n".join([*lines, "# EOF", ""]).replace("nan", "NaN")


@dataclass(frozen=True)
class Both:
    """A real Prometheus and our own answers over the same samples; `begin` in ms."""

    url: str
    store: Store
    begin: int

    @property
    def version(self) -> tuple[int, ...]:
        """Of the real one, such as (2, 42)."""
        return tuple(int(part) for part in self.real("status/buildinfo")["data"]["version"].split(".")[:2])

    def real(self, path: str, **asked: Any) -> Any:
        with requests.Session() as session:
            session.trust_env = False
            return session.get(f"{self.url}/api/v1/{path}", params=asked, timeout=10).json()

    def own(self, path: str, **asked: Any) -> Any:
        answer = {"query": answers.instant, "query_range": answers.range_, "series": answers.series}[path]
        work: Any = SimpleNamespace(store=self.store)
        return json.loads(json.dumps(answer(work, Parameters(urlencode(asked)))))


@contextmanager
def both(folder: Path, rules: list[str]) -> Iterator[Both]:
    """Put the samples into both, and into the real one also queries as rules, so that it says how it writes them."""
    needed()
    begin = (int(time.time()) - 7000) * 1000 + 437
    found = series(begin)
    (folder / "samples").write_text(as_text(found), encoding="utf-8")
    make = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "samples", "data", "--quiet"]
    subprocess.run(make, cwd=folder, check=True, capture_output=True)
    alerts = [{"alert": f"A{number}", "expr": rule} for number, rule in enumerate(rules)]
    groups = {"groups": [{"name": "queries", "interval": "1h", "rules": alerts}]}
    (folder / "rules.yml").write_text(json.dumps(groups), encoding="utf-8")
    (folder / "prometheus.yml").write_text('{"rule_files": ["rules.yml"]}', encoding="utf-8")
    port, keeper = reserve()
    options = ["--config.file=prometheus.yml", f"--web.listen-address=127.0.0.1:{port}", "--storage.tsdb.path=data"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(["prometheus", *options], cwd=folder, stdout=log, stderr=log)
    try:
        wait_ready(process, f"http://127.0.0.1:{port}", folder / "log")
        store = Store()
        for labels, points in found.items():
            for at, value in points:
                store.add(labels, at, value)
        yield Both(f"http://127.0.0.1:{port}", store, begin)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(20)
        if keeper:
            keeper.close()


def wait_ready(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    with requests.Session() as session:
        session.trust_env = False
        for _ in range(400):
            try:
                if session.get(f"{url}/-/ready", timeout=2).status_code == 200:
                    return
            except requests.ConnectionError:
                assert process.poll() is None, log.read_text()
            time.sleep(0.05)
    raise TimeoutError(log.read_text()[-2000:])
