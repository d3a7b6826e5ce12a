"""Whether the load generator was fit to measure with: pure, decided before any latency is looked at.

A sick generator says nothing about the release, so its criterion is inconclusive, and where nothing was recorded,
unverified; never met. Docs: docs/load.md, with where the thresholds come from.
"""

import math
from dataclasses import dataclass

from gonogo.outcome import Outcome
from gonogo.units import show
from gonogo.workload.buckets import Histogram
from gonogo.workload.figures import Vitals
from gonogo.workload.order import Order
from gonogo.workload.recording import ABORTED, PLANNED_END, STEADY, WARM, Recording

LAG_P99_S = 0.005
LAG_P50_S = 0.002
CPU_SHARE = 0.85
STARVED_SHARE = 0.001
LATE_P99_S = 0.005
OF_LIMIT = 0.1
COMPLETED_SHARE = 0.99
_SHORT_LIMIT_S = 0.05
_PHASES = (WARM, STEADY)
_CORES = "give it a core of its own, more processes, or less rate"


@dataclass(frozen=True, slots=True)
class Condition:
    """`outcome` is met for a generator that can be measured with; else why not, and what to change."""

    outcome: Outcome
    reason: str = ""
    remedy: str = ""

    @property
    def fit(self) -> bool:
        return self.outcome is Outcome.MET


def condition(order: Order, recording: Recording, limit_s: float | None = None) -> Condition:
    """Return the condition of the generator, for a latency limit in s, or for a criterion of another sort."""
    if not recording.processes or not recording.requests(phases=_PHASES)[0]:
        return Condition(Outcome.UNVERIFIED, *_nothing(recording))
    found = (
        _unfinished(recording)
        or _hindered(recording)
        or next(filter(None, (_saturated(key, v, limit_s) for key, v in recording.processes.items())), None)
        or _starved(order, recording)
        or _late(recording, limit_s)
        or _incomplete(order, recording)
    )
    return Condition(Outcome.INCONCLUSIVE, *found) if found else Condition(Outcome.MET)


Finding = tuple[str, str] | None
"""What is wrong, and what to change."""


def _nothing(recording: Recording) -> tuple[str, str]:
    refusals = [why for vitals in recording.processes.values() for why in vitals.refusals]
    why = f"the first refusal: {refusals[0]}" if refusals else recording.stopped or "the generator left no recording"
    return f"the load generator recorded no request ({why})", "read the generator's log in the evidence"


def _unfinished(recording: Recording) -> Finding:
    missing = recording.expected_processes - sum(vitals.final for vitals in recording.processes.values())
    if missing > 0:
        said = f"{missing} of {recording.expected_processes} generator processes gave no final report"
        return said, "read the generator's log; its requests are not all counted"
    if lost := sum(vitals.lost for vitals in recording.processes.values()):
        return f"{lost} reports of generator processes were lost", "look at the network between them, and run again"
    if recording.stopped != PLANNED_END and not recording.stopped.startswith(ABORTED):
        return f"the load ended early ({recording.stopped or 'no reason given'})", "let it run to its end"
    return None


def _hindered(recording: Recording) -> Finding:
    everyone = recording.processes.values()
    if refused := sum(vitals.refused for vitals in everyone):
        why = next(why for vitals in everyone for why in vitals.refusals)
        return f"{refused} requests were refused inside the generator: {why}", "correct the order or the locust file"
    if broken := sum(vitals.broken for vitals in everyone):
        return f"{broken} tasks of the locust file ended with an error of their own", "read the generator's log"
    return None


def _saturated(key: str, vitals: Vitals, limit_s: float | None) -> Finding:
    lag = Histogram.of(vitals.lag)
    most = LAG_P99_S if limit_s is None or limit_s >= _SHORT_LIMIT_S else min(LAG_P99_S, OF_LIMIT * limit_s)
    share = vitals.cpu_s / vitals.window_s if vitals.window_s > 0 else 0.0
    where = f"generator process {key} was saturated"
    if not lag.total:
        return f"generator process {key} has not measured its event loop", "let the load run longer"
    if (p99 := lag.quantile(0.99)) > most:
        return f"{where}: its event loop was {show(p99, 's')} late (p99), allowed {show(most, 's')}", _CORES
    if (p50 := lag.quantile(0.5)) > LAG_P50_S:
        return f"{where}: its event loop was {show(p50, 's')} late (median), allowed {show(LAG_P50_S, 's')}", _CORES
    if share > CPU_SHARE:
        return f"{where}: it used {show(share, 'ratio')} of a core, allowed {show(CPU_SHARE, 'ratio')}", _CORES
    return None


def _starved(order: Order, recording: Recording) -> Finding:
    planned, starved = _sum(recording, "planned"), _sum(recording, "starved")
    if starved <= STARVED_SHARE * planned:
        return None
    needed = needed_users(order, recording)
    said = f"{starved} of {planned} starts found none of the {order.users} users idle"
    return f"the pool was too small for this target: {said}", f"give it at least {needed} users (rate x p99)"


def needed_users(order: Order, recording: Recording) -> int:
    """Return how many users the rate needs at the answers' p99, failed ones included."""
    sent = recording.histogram("sent", phases=_PHASES)
    failed = recording.histogram("failed", phases=_PHASES)
    longest = Histogram.of(sent.counts, failed.counts).quantile(0.99)
    return max(order.users + 1, math.ceil(order.peak_per_s * longest))


def _late(recording: Recording, limit_s: float | None) -> Finding:
    if limit_s is None:
        return None
    most = max(LATE_P99_S, OF_LIMIT * limit_s)
    late = recording.histogram("late").quantile(0.99)
    if late <= most or math.isnan(late):
        return None
    return f"the generator sent {show(late, 's')} late (p99), allowed {show(most, 's')}", _CORES


def _incomplete(order: Order, recording: Recording) -> Finding:
    planned, completed = _sum(recording, "planned"), _sum(recording, "completed")
    if completed < COMPLETED_SHARE * planned:
        aborted = _sum(recording, "aborted")
        said = f"{completed} of {planned} planned starts were completed, {aborted} of them ended while they ran"
        return said, "let the answers finish: a longer deadline, or a lower rate"
    wanted = intended_starts(order)
    if planned < COMPLETED_SHARE * wanted and recording.stopped == PLANNED_END and order.arrivals != "poisson":
        return f"{planned} of {wanted} intended starts came due", "read the generator's log"
    return None


def intended_starts(order: Order) -> int:
    """Return how many starts an order intends; of a Poisson process, on average."""
    if order.bursts:
        return sum(count for _, count in order.bursts)
    return int(order.rate_per_s * order.ends_s)


def _sum(recording: Recording, name: str) -> int:
    return sum(getattr(vitals, name) for vitals in recording.processes.values())
