"""A worker: sends its share of the order, and reports differences to the master."""

from time import perf_counter, time
from typing import Any

import gevent

from gonogo.workload.generator.messages import ABORT, BEGIN, FINAL, KEY, ORDER, READY, STOP
from gonogo.workload.generator.roles import Role
from gonogo.workload.order import Order
from gonogo.workload.recording import PLANNED_END


class Worker(Role):
    """Sends, and reports what it has recorded."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._number = 0
        self.runner.register_message(ORDER, self._ordered)
        self.runner.register_message(BEGIN, self._begin)
        self.runner.register_message(STOP, self._stop, concurrent=True)

    def test_start(self) -> None:
        """The master's order has come before."""

    def spawned(self) -> None:
        """Say so once all users are prepared; the master says when to begin."""
        gevent.spawn(self._ready)

    def _ready(self) -> None:
        self.process.await_users()
        self.runner.send_message(READY)

    def look(self) -> None:
        process = self.process
        reason = process.collect()
        if reason and not process.arrivals.stopped:
            process.halt()
            self.runner.send_message(ABORT, {"reason": reason})
        elif process.exhausted and not process.ended:
            self._end(PLANNED_END)

    def report(self, data: dict[str, Any]) -> None:
        """Put what is new into a report to the master."""
        if self.process.ready:
            self._number += 1
            if not self.process.arrivals.stopped:
                self.process.collect()
            data[KEY] = {"number": self._number, "recording": self.process.report().as_dict()}

    def told_to_stop(self) -> None:
        """Let no further start come due; the last report follows with locust's own."""
        self.process.halt()

    def finish(self) -> None:
        """The master writes."""

    def _ordered(self, msg: Any, **_: Any) -> None:
        told = msg.data
        self._number = 0
        order = Order.from_dict(told["order"])
        self.process.prepare(order, told["index"], told["count"], endless=told["endless"])

    def _begin(self, msg: Any, **_: Any) -> None:
        self.process.begin(perf_counter() + msg.data["zero"] - time())
        self.begin_tending()

    def _stop(self, msg: Any, **_: Any) -> None:
        self._end(msg.data["reason"])

    def _end(self, reason: str) -> None:
        """End the traffic, and say the last word with locust's statistics in it: its own last report may come late."""
        self.process.end(reason)
        data: dict[str, Any] = {}
        self.environment.events.report_to_master.fire(client_id=self.runner.client_id, data=data)
        self.runner.send_message(FINAL, data)
