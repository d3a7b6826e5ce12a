"""A small Prometheus in this process: two arms whose counts grow with time, asked as a watch asks."""

import json
import math
import re
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import numpy as np

FINE = tuple(0.005 * 1.1**n for n in range(40))


class Metrics:
    """Counts since `began`: `per_s` requests a second an arm, of a median latency (s), of which a share fails.

    Attributes:
        arms: Requests a second, median latency and failed share, by arm.
        reset_at: From when on the candidate's counts begin anew, Unix time.
        down: Whether it answers with an error.
        age_s: How old its latest samples are.
        read_at: When counts were asked for the first time, Unix time.
        absent: Which series have no samples (part of a query), from when and to when, Unix time.
        unit: How many units of a histogram are a second, by its name.
    """

    def __init__(self, bounds: tuple[float, ...] = FINE) -> None:
        self.arms: dict[str, tuple[float, float, float]] = {"canary": (150, 0.02, 0.0), "stable": (1350, 0.02, 0.0)}
        self.read_at = math.inf
        self.bounds, self.reset_at, self.down, self.age_s = bounds, math.inf, False, 0.2
        self.absent: tuple[str, float, float] = ("", math.inf, math.inf)
        self.unit: dict[str, float] = {}
        self.began, self.queries = time.time() - 100, list[str]()

    def watched(self, seconds: float = 2.0) -> bool:
        """Return whether a watch began to read the counts, at least so long ago."""
        return self.read_at + seconds <= time.time()

    def answer(self, path: str, query: Mapping[str, list[str]]) -> dict[str, object]:
        text = query["query"][0]
        self.queries.append(text)
        if self.down:
            return {"status": "error", "errorType": "unavailable", "error": "starting"}
        if text == "time()":
            return _data("scalar", [time.time(), str(time.time())])
        if "timestamp(" in text:
            found = [] if self._absent(text, time.time()) else [{"metric": {}, "value": [time.time(), str(self.age_s)]}]
            return _data("vector", found)
        self.read_at = min(self.read_at, time.time())
        start, end, step = (float(query[name][0]) for name in ("start", "end", "step"))
        times = [start + n * step for n in range(math.floor((end - start) / step + 1e-6) + 1)]
        return _data("matrix", list(self._series(text, [at for at in times if not self._absent(text, at)])))

    def _absent(self, text: str, at: float) -> bool:
        part, begins, ends = self.absent
        return part in text and begins <= at < ends

    def _series(self, text: str, times: list[float]) -> list[dict[str, object]]:
        arm = re.search(r'arm="(\w+)"', text)
        assert arm is not None
        per_s, median, failed = self.arms[arm[1]]
        counts = [per_s * (at - self.began if at < self.reset_at else at - self.reset_at) for at in times]
        if arm[1] == "stable":
            counts = [per_s * (at - self.began) for at in times]
        if "_bucket" not in text:
            share = failed if "status" in text else 1.0
            return [_one({}, times, [math.floor(count * share) for count in counts])]
        bounds = (*self.bounds, math.inf)
        shares = np.diff([0.0, *(_below(le, median) for le in bounds)])
        reached = np.cumsum([np.floor(np.array(counts) * share) for share in shares], axis=0).astype(int).tolist()
        unit = self.unit.get(text.partition("(")[2].partition("(")[2].partition("_bucket")[0], 1.0)
        return [
            _one({"le": "+Inf" if math.isinf(le) else f"{le * unit:g}"}, times, row)
            for le, row in zip(bounds, reached, strict=True)
        ]


def _below(le: float, median: float) -> float:
    return 1.0 if math.isinf(le) else 0.5 * (1 + math.erf(float(np.log(le / median)) / (0.3 * math.sqrt(2))))


def _one(labels: Mapping[str, str], times: list[float], values: list[int]) -> dict[str, object]:
    return {"metric": labels, "values": [[at, str(value)] for at, value in zip(times, values, strict=True)]}


def _data(kind: str, result: object) -> dict[str, object]:
    return {"status": "success", "data": {"resultType": kind, "result": result}}


class Server:
    """Serves `metrics` until it is closed."""

    def __init__(self, metrics: Metrics) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                body = json.dumps(metrics.answer(parts.path, parse_qs(parts.query))).encode()
                self.send_response(503 if metrics.down else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
