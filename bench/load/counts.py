"""(e) Every request is counted once: ours and locust's counts beside the server's own, on every layout."""

import re

from bench.load import generator, servers
from bench.load.effort import Effort, say
from bench.load.goals import Goal, Line
from gonogo.workload import Layout, Result
from gonogo.workload.recording import STEADY, WARM

LAYOUTS = {
    "one process": Layout(),
    "two processes": Layout(processes=2),
    "a master and two workers": Layout(workers=2),
}
RATE, USERS = 997, 100


def measure(effort: Effort) -> list[Line]:
    """Run every layout against a fresh server."""
    found = []
    for name, layout in LAYOUTS.items():
        say(f"e: counts with {name}")
        with servers.ours() as server:
            result = generator.gate(server.url, USERS, RATE, effort.counts_s, warmup_s=0.5, layout=layout)
            found.append(line(name, result, server.counted()))
    return found


def line(layout: str, result: Result, counted: int) -> Line:
    """Return by how many requests recording, sent ones and locust's statistics are off the server's count at most."""
    recorded = result.recording.requests(phases=(WARM, STEADY))[0]
    locusts = locust_count(result.said)
    off = max(abs(ours - counted) for ours in (recorded, result.sent, locusts))
    beside = f"server {counted}, recorded {recorded}, sent {result.sent}, locust's summary {locusts}"
    return Line("e", f"counts off the server's, {layout}", off, "", Goal("<=", 0), beside, digits=0)


def locust_count(said: str) -> int:
    """Return the requests of locust's own summary, 0 where it has none."""
    found = re.search(r"Aggregated +(\d+) ", said)
    return int(found.group(1)) if found else 0
