"""(b) A true p95 just below and above its limit: how often the buckets decide as the exact array does."""

import json
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from bench.contender import BenchError
from bench.load.cores import COUNT
from bench.load.effort import Effort, say
from bench.load.generator import ROOT
from bench.load.goals import Goal, Line

TRUTHS_MS = (196, 204, 208)
_SEED, _LOCUSTS = 1, 200
_SAME = Goal(">=", 99.5)


def measure(effort: Effort) -> list[Line]:
    """Simulate, each truth in a process of its own."""
    runs = effort.simulations
    say(f"b: {len(TRUTHS_MS)} x {runs} simulated runs of 10,000 requests")
    with ThreadPoolExecutor(COUNT) as pool:
        found = list(pool.map(lambda truth_ms: _simulated(truth_ms, runs), TRUTHS_MS))
    return [line for truth_ms, counts in zip(TRUTHS_MS, found, strict=True) for line in lines(truth_ms, counts, runs)]


def lines(truth_ms: int, counts: Mapping[str, int], runs: int) -> list[Line]:
    """Return how often the verdicts agree, in percent of the runs."""
    share = {name: 100 * count / runs for name, count in counts.items()}
    theirs, passed = (100 * counts[name] / _LOCUSTS for name in ("locust_same", "locust"))
    passes = f"passes: exact {share['exact']:.0f} %, ours {share['ours']:.0f} %, locust {passed:.0f} %"
    what = f"limit 200 ms, true p95 {truth_ms} ms: "
    beside, same = f"locust {theirs:.1f} %; {passes}", f"the same {share['judged_same']:.1f} %"
    return [
        Line("b", what + "verdict as the exact array's", share["ours_same"], "%", _SAME, beside),
        Line("b", what + "judged bolder", counts["judged_bolder"], "", Goal("<=", 0), same, digits=0),
    ]


def _simulated(truth_ms: int, runs: int) -> dict[str, int]:
    told = map(str, (truth_ms, runs, _LOCUSTS, _SEED))
    command = [sys.executable, "-m", "bench.load.simulation", *told]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if ended.returncode:
        said = f"exit code {ended.returncode}: {ended.stderr[-500:]}"
        raise BenchError(f"the simulation of {truth_ms} ms ended with {said}")
    return dict(json.loads(ended.stdout))
