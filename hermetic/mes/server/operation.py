"""One timed piece of work behind a request: its least duration, and its row in the events."""

import asyncio
import time
from types import TracebackType

from hermetic.mes.broken.server import floor_s
from hermetic.mes.server.errors import Refused
from hermetic.mes.server.product import Product


class Operation:
    """A context in which a request does its work. Leaving it waits for the service floor and records the event.

    The floor stands for the network and the product's former store. It makes latencies comparable on a noisy machine.
    """

    def __init__(self, product: Product, kind: str, *, record: bool = True) -> None:
        self.product = product
        self.kind = kind
        self.outcome = "ok"
        self.subject: str | None = None
        self.detail: str | None = None
        self._record = record
        self._began = 0.0

    async def __aenter__(self) -> "Operation":
        self._began = time.perf_counter()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        canonical = self.product.model.flags.use_canonical_nodes
        least_s = floor_s(self.product.faults, self.kind, self._floor_s(), canonical=canonical)
        rest = least_s - (time.perf_counter() - self._began)
        if rest > 0:
            await asyncio.sleep(rest)
        if self._record and not isinstance(error, asyncio.CancelledError):
            self.outcome = self._outcome_after(error)
            await self._save((time.perf_counter() - self._began) * 1000)

    def _outcome_after(self, error: BaseException | None) -> str:
        if isinstance(error, Refused):
            return self.outcome if self.outcome != "ok" else "refused"
        return "error" if error else self.outcome

    def _floor_s(self) -> float:
        """Return the least duration; creating a plan the old way wrote its steps twice, and cost twice as much."""
        slower = self.kind == "creation" and not self.product.model.flags.use_canonical_nodes
        return self.product.floor_s * (2.0 if slower else 1.0)

    async def _save(self, duration_ms: float) -> None:
        async with self.product.pool.connection() as connection:
            await connection.execute(
                "insert into mes.events (kind, outcome, subject, duration_ms, detail) values (%s, %s, %s, %s, %s)",
                [self.kind, self.outcome, self.subject, duration_ms, self.detail],
            )
