"""One process of the load generator: its order, its scheduler, what it has recorded, and how it ends."""

import logging
from collections.abc import Callable, Iterable, Mapping
from time import perf_counter
from typing import Any

import gevent
from locust.env import Environment
from locust.event import EventHook

from gonogo.workload.figures import Vitals
from gonogo.workload.generator import pace
from gonogo.workload.generator.abort import Watch
from gonogo.workload.generator.arrivals import Arrivals
from gonogo.workload.generator.client import LeanClient
from gonogo.workload.generator.fence import Fence
from gonogo.workload.generator.recorder import Recorder
from gonogo.workload.generator.statistics import flush
from gonogo.workload.generator.vitals import Pulse
from gonogo.workload.order import Order
from gonogo.workload.recording import Recording

_LOG = logging.getLogger(__name__)
_PREPARED_WITHIN_S = 10.0
_OURS = ("locust.runners", "gonogo.workload.generator")


class GeneratorProcess:
    """What users and locust's events work with, from the start of a test to its end.

    Attributes:
        order: What this run does.
        pending: What was recorded and not yet handed on.
        ended: Why the traffic ended; empty while it runs.
        fired: Names that locust counts by itself, since their client fires an event for each request.
        at_end: What locust files clean up when the traffic has ended.
    """

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.fence: Fence
        self.order: Order
        self.ready = False
        self.arrivals = Arrivals()
        self.pulse = Pulse()
        self.pending = Recording()

    def prepare(self, order: Order, index: int, count: int, *, endless: bool) -> None:
        """Take an order as process `index` of `count`; nothing is sent yet."""
        self.arrivals.close()
        self.order, self.index, self.count, self.endless = order, index, count, endless
        self.recorder, self.arrivals = Recorder(), Arrivals()
        self.fence, self.watch = Fence(order, 1 / count), Watch(order)
        self.pending = Recording(expected_processes=count)
        self.ended = ""
        self.broken = self.retried = self.in_window = 0
        self.zero_at = perf_counter()
        self.fired: set[str] = set()
        self.at_end: list[Callable[[], None]] = []
        self._others = _others(self.environment.events.request._handlers)
        self.ready = True

    def await_users(self) -> None:
        """Wait until every user has prepared itself and waits for a start, for 10 s at most."""
        until, runner = perf_counter() + _PREPARED_WITHIN_S, self.environment.runner
        while runner is not None and self.arrivals.idle < runner.user_count and perf_counter() < until:
            gevent.sleep(0.01)

    def begin(self, zero: float) -> None:
        """Let starts come due from `zero` (of perf_counter) on, unless the test was stopped meanwhile."""
        if self.ended or self.arrivals.stopped:
            return
        self.zero_at = zero
        self.recorder.steady_from = zero + self.order.warmup_s
        self.pulse.start(self.steady_at)
        self.arrivals.begin(pace.of(self.order, self.index, self.count, endless=self.endless), zero)

    @property
    def steady_at(self) -> float:
        return self.zero_at + self.order.warmup_s

    @property
    def ends_at(self) -> float:
        """When the steady state ends (of perf_counter)."""
        return self.zero_at + self.order.ends_s

    @property
    def elapsed_s(self) -> float:
        """How long ago the first start could come due."""
        return perf_counter() - self.zero_at

    def client(self, headers: Mapping[str, str] | None = None) -> LeanClient:
        """Return a client whose requests are recorded."""
        failed, others = self.environment.events.request.fire, self._others
        succeeded = others.fire if others is not None else None
        return LeanClient(self.order, self.fence, self.recorder, headers, self._retry, failed, succeeded)

    def unrecorded_client(self, headers: Mapping[str, str] | None = None) -> LeanClient:
        """Return a client for preparing and for cleaning up: inside the fence, but not held to its rate."""
        return LeanClient(self.order, Fence(self.order).without_rate(), Recorder(), headers)

    def broke(self) -> None:
        """Count a task that ended with an error of its own."""
        self.broken += 1

    def _retry(self) -> None:
        self.retried += 1

    def collect(self) -> str:
        """Take what was recorded, keep locust's statistics right, and return why to abort ('' for no reason)."""
        now = perf_counter()
        difference = self.recorder.take()
        done = sum(sum(f.intended.values()) + sum(f.failed.values()) for f in difference.figures.values())
        failed = sum(sum(f.failed.values()) for f in difference.figures.values())
        if done:
            difference.timeline[int(now - self.zero_at)] = [done, failed]
        flush(self.environment.stats, difference, self.fired)
        self.pending.add(difference)
        return self.watch.look(now, difference)

    @property
    def exhausted(self) -> bool:
        """Whether every planned start has come due and ended, or the time for the last answers is over."""
        if not self.arrivals.exhausted:
            return False
        self._close_window()
        overdue = perf_counter() > self.ends_at + self.order.deadline_s + self.order.grace_s
        return self.arrivals.under_way == 0 or overdue

    def end(self, reason: str) -> None:
        """End the traffic: no further start, a grace for what is under way, then what the locust file cleans up."""
        if self.ended or not self.ready:
            return
        self.ended = reason
        self.halt()
        until = perf_counter() + self.order.grace_s
        while self.arrivals.under_way > self.arrivals.unserved and perf_counter() < until:
            gevent.sleep(0.02)
        for clean in self.at_end:
            try:
                clean()
            except Exception as error:
                _LOG.exception("cleaning up failed")
                self.pending.fail(f"cleaning up: {error}")
                self.broken += 1
        self.collect()

    def halt(self) -> None:
        """Let no further start come due; at once, and without blocking."""
        if self.ready:
            self.arrivals.stop()
            self._close_window()

    def _close_window(self) -> None:
        if self.pulse.stop():
            self.in_window = self.arrivals.completed

    def vitals(self) -> Vitals:
        """Return how this process is."""
        arrivals, pulse, fence = self.arrivals, self.pulse, self.fence
        return Vitals(
            planned=arrivals.planned,
            completed=arrivals.completed - arrivals.aborted,
            starved=arrivals.starved,
            aborted=arrivals.aborted,
            refused=sum(fence.refusals.values()),
            broken=self.broken,
            retried=self.retried,
            window_s=pulse.window_s,
            cpu_s=pulse.cpu_s,
            in_window=self.in_window,
            last_done_s=max(self.recorder.last_done - self.steady_at, 0.0),
            lag=dict(pulse.lag),
            refusals=dict(fence.refusals),
            final=arrivals.stopped and arrivals.under_way == arrivals.unserved,
        )

    def report(self) -> Recording:
        """Return everything that was recorded since the last report, with the state of this process."""
        if self.arrivals.stopped:
            self.collect()
        report, self.pending = self.pending, Recording(expected_processes=self.count)
        report.processes[str(self.index)] = self.vitals()
        report.stopped = self.ended
        return report


def _others(handlers: Iterable[Any]) -> EventHook | None:
    """Return an event for those beside locust and us who want to hear of each request; None where nobody does."""
    found = [handler for handler in handlers if not str(getattr(handler, "__module__", "")).startswith(_OURS)]
    hook = EventHook()
    for handler in found:
        hook.add_listener(handler)
    return hook if found else None


_current: GeneratorProcess | None = None


def install(process: GeneratorProcess) -> None:
    """Make `process` the one of this operating system process."""
    global _current
    _current = process


def current() -> GeneratorProcess:
    """Return the process that users of this operating system process belong to."""
    assert _current is not None, "gonogo.workload.generator works inside a locust process, after its init event"
    return _current


def present() -> GeneratorProcess | None:
    """Return the process where there is one with an order, None before."""
    return _current if _current is not None and _current.ready else None
