"""A master: hands out the order, gathers what workers report, and ends the test when all have said their last word."""

import math
from time import perf_counter, time
from typing import Any

import gevent

from gonogo.workload.generator.messages import ABORT, BEGIN, FINAL, KEY, ORDER, READY, STOP
from gonogo.workload.generator.roles import Role, save
from gonogo.workload.order import Order
from gonogo.workload.recording import PLANNED_END, Recording

_BEGINS_IN_S = 1.0
_BEGINS_WITHIN_S = 12.0
_SPARE_S = 2.0
_FINALS_WITHIN_S = 1.5


class Master(Role):
    """Hands out the order, gathers the reports, and ends the test when every worker has said its last word."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._order: Order | None = None
        self._numbers: dict[str, int] = {}
        self._lost: dict[str, int] = {}
        self._index: dict[str, int] = {}
        self._ended = ""
        self._begun = False
        self._readied: set[str] = set()
        self._overdue = self._lasts_s = math.inf
        self.runner.register_message(FINAL, self._final)
        self.runner.register_message(READY, self._ready)
        self.runner.register_message(ABORT, self._aborted)

    def test_start(self) -> None:
        """Give each worker its share of the order."""
        order, endless = self.order()
        self._order = order
        clients = sorted(client.id for client in self.runner.clients.ready)
        self._index = {client: index for index, client in enumerate(clients)}
        self._numbers, self._lost, self._ended, self._begun = {}, {}, "", False
        self._readied = set()
        self.whole = Recording(expected_processes=len(clients), begun=time())
        for client, index in self._index.items():
            told = {"order": order.as_message(), "index": index, "count": len(clients), "endless": endless}
            self.runner.send_message(ORDER, told, client)
        self._overdue = perf_counter() + _BEGINS_WITHIN_S
        self._lasts_s = math.inf if endless else order.ends_s + order.deadline_s + order.grace_s + _SPARE_S
        self.begin_tending()

    def spawned(self) -> None:
        """Workers say when their users are prepared."""

    def _ready(self, msg: Any, **_: Any) -> None:
        """Let all workers begin at one instant, once the last of them is ready."""
        self._readied.add(msg.node_id)
        if not self._begun and self._readied >= set(self._index):
            self._begun = True
            self._overdue = perf_counter() + _BEGINS_IN_S + self._lasts_s
            self.runner.send_message(BEGIN, {"zero": time() + _BEGINS_IN_S})

    def tend(self) -> None:
        """Look at the reports until the test has ended."""
        while not self._ended:
            gevent.sleep(0.1)
            self.look()

    def look(self) -> None:
        assert self._order is not None
        if self._all_final():
            self._ended = self.whole.stopped = self.whole.stopped or PLANNED_END
            self.leave(self._ended)
        elif perf_counter() > self._overdue:
            self._ended = self.whole.stopped = "a worker did not begin or end in time"
            self.leave(self._ended)

    def absorb(self, client: str, data: dict[str, Any]) -> None:
        """Add a worker's report; a number that is left out is a report that was lost."""
        if KEY not in data or client not in self._index:
            return
        number = data[KEY]["number"]
        self._lost[client] = self._lost.get(client, 0) + number - self._numbers.get(client, 0) - 1
        self._numbers[client] = number
        report = Recording.from_dict(data[KEY]["recording"])
        for vitals in report.processes.values():
            vitals.lost = self._lost[client]
        self.whole.processes.update(report.processes)
        if self._order is not None:
            self.show(self._order, report)
        self.whole.add(report)

    def stop_workers(self, reason: str) -> None:
        """End the traffic of all workers, and wait a while for their last words."""
        if self._order is None or self._ended or self._all_final():
            return
        self.whole.stopped = reason
        self.runner.send_message(STOP, {"reason": reason})
        until = perf_counter() + self._order.grace_s + _FINALS_WITHIN_S
        while not self._all_final() and perf_counter() < until:
            gevent.sleep(0.02)
        self._ended = reason

    def told_to_stop(self) -> None:
        """End in order before locust ends everything."""
        self.stop_workers("stopped from outside")

    def finish(self) -> None:
        """Write the recording."""
        if self._order is not None:
            save(self._order, self.whole)

    def _all_final(self) -> bool:
        finals = [vitals.final for vitals in self.whole.processes.values()]
        return bool(finals) and all(finals) and len(finals) == self.whole.expected_processes

    def _final(self, msg: Any, **_: Any) -> None:
        self.environment.events.worker_report.fire(client_id=msg.node_id, data=msg.data)

    def _aborted(self, msg: Any, **_: Any) -> None:
        def end() -> None:
            self.stop_workers(msg.data["reason"])
            self.leave(msg.data["reason"])

        gevent.spawn(end)
