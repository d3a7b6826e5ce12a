"""(d) 1,000 users on one core at growing rates: what they report beside what an independent probe sees."""

import json
import math
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from bench.contender import BenchError
from bench.load import cores, generator, servers
from bench.load.effort import Effort, say
from bench.load.goals import Goal, Line
from bench.load.servers import HERE, Server
from gonogo.workload import Result

USERS = 1000
RATES = (1000, 2000, 4000, 8000)
_WARM_UP_S = 1.2
"""Long enough for each user to open its connection."""
_SPAWNED_WITHIN_S = 0.8
_Q = 0.95
_SPARE = 1
"""Rounds more, where others disturb one."""


@dataclass(frozen=True)
class Run:
    """One run: starts planned and completed, the p95 it reports and the probe's in ms, and if nobody disturbed it."""

    planned: int
    completed: int
    reported_ms: float
    probe_ms: float
    quiet: bool


def measure(effort: Effort) -> list[Line]:
    """Run all rates in turn, round by round, until there are enough quiet rounds or too many others."""
    runs: dict[int, list[Run]] = {rate: [] for rate in RATES}
    with servers.fastest() as server:
        for number in range(effort.crowd_rounds + _SPARE):
            for rate in RATES:
                if sum(run.quiet for run in runs[rate]) < effort.crowd_rounds:
                    say(f"d: 1,000 users, {rate} requests/s at {server.name}, round {number + 1}")
                    runs[rate].append(_run(server, rate, effort.crowd_s))
    return [line for rate in RATES for line in lines(rate, runs[rate])]


def lines(rate: int, runs: Sequence[Run]) -> list[Line]:
    """Return what was completed of all rounds together, and the median difference of the quiet ones.

    Which are left out is decided by what others used of the core, not by what was measured.
    """
    completed = 100 * sum(run.completed for run in runs) / sum(run.planned for run in runs)
    quiet = [run for run in runs if run.quiet]
    shown = quiet or runs
    reported, probe = median(run.reported_ms for run in shown), median(run.probe_ms for run in shown)
    rounds = f"{len(quiet)} of {len(runs)} rounds quiet"
    beside = f"reported {reported:.2f} ms, probe {probe:.2f} ms; {rounds}"
    off = median(run.reported_ms - run.probe_ms for run in shown)
    near = Goal("within", 0.5) if sys.platform == "linux" else None
    what = f"1,000 users, {rate} requests/s: "
    return [
        Line("d", what + "completed of planned", completed, "%", Goal(">=", 99.5)),
        Line("d", what + "p95 less the probe's", off, "ms", near, beside, settled=bool(quiet)),
    ]


def _run(server: Server, rate: int, seconds: float) -> Run:
    others = cores.Others(cores.GENERATOR)
    with _probe(server.port) as seen:
        found = generator.gate(server.url, USERS, rate, seconds, warmup_s=_WARM_UP_S)
        quiet = not others.disturbed()
    begun = found.recording.begun
    window = [took for at, took in seen if begun + _WARM_UP_S + _SPAWNED_WITHIN_S <= at < begun + _WARM_UP_S + seconds]
    if not window:
        raise BenchError("the probe has seen nothing while the load was on")
    return _of(found, sorted(window)[math.ceil(_Q * len(window)) - 1], quiet=quiet)


def _of(found: Result, probe_s: float, *, quiet: bool) -> Run:
    starts = found.figures()["starts"]
    reported_ms = found.recording.histogram("intended").quantile(_Q) * 1000
    return Run(starts["planned"], starts["completed"], reported_ms, probe_s * 1000, quiet)


@contextmanager
def _probe(port: int) -> Iterator[list[tuple[float, float]]]:
    """Let the probe look meanwhile; afterwards the list holds what it saw."""
    seen: list[tuple[float, float]] = []
    command = [sys.executable, "-I", str(HERE / "probe.py"), str(port)]
    with cores.on(cores.SERVER):
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        try:
            process.stdout.readline()
            yield seen
            said, _ = process.communicate(timeout=10)
            seen += [(at, took) for at, took in json.loads(said or "[]")]
        finally:
            process.kill()
