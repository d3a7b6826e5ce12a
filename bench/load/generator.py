"""Runs generators on their core: ours through `gonogo.workload`, and plain locust with a locust file of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.contender import BenchError
from bench.load import cores
from gonogo.workload import Layout, Order, Result, run
from gonogo.workload.recording import STEADY, WARM

ROOT = Path(__file__).parents[2]
FRAME = ROOT / "load" / "frame.py"
LOCUSTFILES = Path(__file__).parent / "locustfiles"
_GRACE_S = 60


def gate(
    url: str, users: int, rate_per_s: float, duration_s: float, path: str = "/", locustfile: str = "", **more: Any
) -> Result:
    """Run our generator on its core, with load/frame.py or a locust file of the benchmark.

    Raises:
        BenchError: If it recorded nothing.
    """
    result = attempt(url, users, rate_per_s, duration_s, path, locustfile, **more)
    if not result.recording.requests(phases=(WARM, STEADY))[0]:
        raise BenchError(f"our generator recorded nothing: {result.health().reason}")
    return result


def attempt(
    url: str, users: int, rate_per_s: float, duration_s: float, path: str = "/", locustfile: str = "", **more: Any
) -> Result:
    """Run our generator on its core, whatever comes of it."""
    layout = more.pop("layout", Layout())
    order = Order("frame", url, users, rate_per_s, duration_s, parameters={"paths": [path]}, **more)
    file = LOCUSTFILES / locustfile if locustfile else FRAME
    with TemporaryDirectory(prefix="bench-load-") as folder, cores.on(cores.GENERATOR):
        return run(order, file, layout=layout, directory=Path(folder))


@dataclass(frozen=True)
class Plain:
    """What plain locust reports at its end: its own p95 and p99 in ms, and CPU time and requests of the window."""

    p95_ms: float
    p99_ms: float
    requests: int
    cpu_s: float

    @property
    def cpu_us(self) -> float:
        """CPU time a request, in us."""
        return 1e6 * self.cpu_s / self.requests


def start_plain(url: str, users: int, window_s: float, path: str = "/", per_s: float = 0) -> "subprocess.Popen[str]":
    """Start plain locust: FastHttpUser as it is shipped, in a closed loop, or with constant_throughput(per_s)."""
    told = json.dumps({"path": path, "per_s": per_s, "window_s": window_s})
    command = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILES / "plain.py"), "--headless", "--only-summary"]
    command += ["-u", str(users), "-r", str(users), "-H", url, "-L", "WARNING", "--exit-code-on-error", "0"]
    environment: Mapping[str, str] = {**os.environ, "BENCH_PLAIN": told}
    with cores.on(cores.GENERATOR):
        return subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def plain_result(process: "subprocess.Popen[str]", window_s: float) -> Plain:
    """Wait for plain locust and return its report; raises BenchError if it has none."""
    try:
        said, error = process.communicate(timeout=window_s + _GRACE_S)
    except BaseException:
        process.kill()
        process.communicate()
        raise
    report = next((line for line in said.splitlines() if line.startswith("{")), None)
    if process.returncode or report is None:
        raise BenchError(f"plain locust ended with exit code {process.returncode}: {error[-500:]}")
    return Plain(**json.loads(report))


def plain(url: str, users: int, window_s: float, path: str = "/", per_s: float = 0) -> Plain:
    """Run plain locust to its end; see `start_plain`."""
    return plain_result(start_plain(url, users, window_s, path, per_s), window_s)
