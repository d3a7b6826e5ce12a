"""(a) A server that stalls for 1 s in every 10: how near the reported p95 and p99 come to the closed form."""

from collections.abc import Sequence

from bench.load import generator, servers
from bench.load.effort import Effort, say
from bench.load.generator import Plain
from bench.load.goals import Goal, Line
from bench.load.server import USUAL_S

STALL_S, PERIOD_S = 1.0, 10.0
PATH = f"/stall={STALL_S:g}:{PERIOD_S:g}"
RATE = 200
POOL = 300
"""More than the rate times the longest answer."""
_CLOSE = Goal("within", 3.0)


def closed_form(q: float, stall_s: float = STALL_S, period_s: float = PERIOD_S, usual_s: float = USUAL_S) -> float:
    """Return the q-quantile in s for arrivals that do not wait, spread evenly over whole periods.

    A request that arrives within the stall waits for its end, and then as long as ever: those waits are uniform.
    """
    calm = 1 - stall_s / period_s
    return usual_s if q <= calm else usual_s + stall_s * (q - calm) / (1 - calm)


def measure(effort: Effort) -> list[Line]:
    """Run our generator, then plain locust with few users and with many."""
    window_s = effort.periods * PERIOD_S
    with servers.ours() as server, servers.ours() as other:
        say(f"a: our generator, {window_s:g} s")
        found = generator.gate(server.url, POOL, RATE, window_s, PATH, warmup_s=0.5)
        say(f"a: plain locust with 10 and with 200 users, {window_s:g} s")
        running = [
            generator.start_plain(one.url, users, window_s, PATH, RATE / users)
            for one, users in ((server, 10), (other, RATE))
        ]
        try:
            plain = [generator.plain_result(process, window_s) for process in running]
        finally:
            for process in running:
                process.kill()
    histogram = found.recording.histogram("intended")
    return [line(q, histogram.quantile(q), plain) for q in (0.95, 0.99)]


def line(q: float, measured_s: float, plain: Sequence[Plain]) -> Line:
    """Return how far a quantile is from the closed form, in percent, beside locust's own report."""
    truth_s = closed_form(q)
    few, many = ((one.p95_ms if q == 0.95 else one.p99_ms) / 1000 for one in plain)
    beside = f"locust {_off(few, truth_s):+.0f} % (10 users), {_off(many, truth_s):+.0f} % (200 users)"
    what = f"stalls of 1 s in 10: p{q * 100:g} beside {truth_s * 1000:.0f} ms"
    return Line("a", what, _off(measured_s, truth_s), "%", _CLOSE, beside)


def _off(measured: float, truth: float) -> float:
    return 100 * (measured / truth - 1)
