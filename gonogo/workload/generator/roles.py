"""What a process does beside sending: alone it decides everything; a master orders and gathers; a worker reports."""

import json
import logging
import os
from pathlib import Path
from time import perf_counter, time
from typing import Any

import gevent
from locust.env import Environment

from gonogo.workload.buckets import Histogram
from gonogo.workload.generator.options import order_of
from gonogo.workload.generator.process import GeneratorProcess
from gonogo.workload.order import ORDER_VARIABLE, Order
from gonogo.workload.recording import PLANNED_END, Recording

TICK_S = 0.25
_LOG = logging.getLogger(__name__)
_BEGINS_IN_S = 0.02


class Role:
    """Common to all: an order, and a greenlet that looks after the traffic four times a second."""

    def __init__(self, environment: Environment, process: GeneratorProcess) -> None:
        self.environment, self.process = environment, process
        self.whole = Recording()
        self._reported = 0.0
        self._tender: Any = None

    @property
    def runner(self) -> Any:
        return self.environment.runner

    def order(self) -> tuple[Order, bool]:
        """Return the engine's order, or that of the command line, and whether it has no end of its own."""
        path = os.environ.get(ORDER_VARIABLE)
        if path:
            return Order.read(Path(path)), False
        options: Any = self.environment.parsed_options
        users = self.runner.target_user_count or options.num_users or 1
        return order_of(options, str(self.environment.locustfile), self.environment.host or "", users), True

    def begin_tending(self) -> None:
        """Look after the traffic from now on; of an earlier test nobody does any longer."""
        if self._tender is not None:
            self._tender.kill(block=False)
        self._tender = gevent.spawn(self.tend)

    def settle(self) -> None:
        """Nothing to do once locust has stopped the test, but for those who send."""

    def tend(self) -> None:
        """Look after the traffic until it has ended."""
        while not self.process.ended:
            gevent.sleep(TICK_S)
            self.look()

    def look(self) -> None:
        """One look."""

    def show(self, order: Order, recent: Recording) -> None:
        """Write how far the run has come, once a second."""
        if order.live and perf_counter() - self._reported >= 1:
            self._reported = perf_counter()
            write(order.live, {**progress(self.whole, recent), "at": time()})

    def leave(self, reason: str) -> None:
        """End the test; headless, the program ends too."""
        _LOG.info("the load ends: %s", reason)
        headless = self.environment.parsed_options is not None and self.environment.parsed_options.headless
        gevent.spawn(self.runner.quit if headless else self.runner.stop)


class Alone(Role):
    """The only process."""

    _spawned = False

    def test_start(self) -> None:
        """Take the order."""
        order, endless = self.order()
        self._spawned = False
        self.process.prepare(order, 0, 1, endless=endless)
        self.whole = Recording(begun=time())

    def spawned(self) -> None:
        """Begin once all users are there."""
        if not self._spawned:
            self._spawned = True
            self.begin_tending()

    def tend(self) -> None:
        """Begin when all users are prepared, then look after the traffic."""
        self.process.await_users()
        self.process.begin(perf_counter() + _BEGINS_IN_S)
        super().tend()

    def settle(self) -> None:
        """Take what was recorded since the last look, for locust's statistics."""
        if self.process.ready:
            self.process.collect()

    def look(self) -> None:
        process = self.process
        reason = process.collect()
        self.gather()
        if not reason and process.exhausted:
            reason = PLANNED_END
        if reason and not process.ended:
            process.end(reason)
            self.leave(reason)

    def gather(self) -> None:
        """Take over what the process has recorded."""
        report = self.process.report()
        self.whole.processes.update(report.processes)
        self.show(self.process.order, report)
        self.whole.add(report)
        self.whole.stopped = report.stopped or self.whole.stopped

    def told_to_stop(self) -> None:
        """End in order before locust ends everything."""
        self.process.end("stopped from outside")

    def finish(self) -> None:
        """Write the recording."""
        if self.process.ready:
            self.gather()
            save(self.process.order, self.whole)


def progress(whole: Recording, recent: Recording) -> dict[str, Any]:
    """Return how far a run has come: counts of the whole, latencies of what was recorded last; cheap, for the loop."""
    intended = Histogram.of(*(figures.intended for figures in recent.figures.values()))
    lag = Histogram.of(*(vitals.lag for vitals in whole.processes.values()))
    return {
        "requests": sum(done for done, _ in whole.timeline.values()),
        "failures": sum(failed for _, failed in whole.timeline.values()),
        "p50_s": intended.quantile(0.5) if intended.total else None,
        "p99_s": intended.quantile(0.99) if intended.total else None,
        "lag_p99_s": lag.quantile(0.99) if lag.total else None,
        "starved": sum(vitals.starved for vitals in whole.processes.values()),
    }


def save(order: Order, whole: Recording) -> None:
    """Write the recording where the order wants it."""
    if order.recording:
        write(order.recording, whole.as_dict())


def write(path: str, content: dict[str, Any]) -> None:
    """Write JSON so that a reader sees the old file or the new one, whole."""
    target = Path(path)
    temporary = target.with_name(f".{target.name}.tmp")
    temporary.write_text(json.dumps(content, allow_nan=False), encoding="utf-8")
    temporary.replace(target)
