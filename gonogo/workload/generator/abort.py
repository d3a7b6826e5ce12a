"""Abort thresholds: says when the last seconds were so bad that the traffic has to end."""

from collections import deque
from collections.abc import Iterable

from gonogo.units import show
from gonogo.workload.buckets import Counts, bounds
from gonogo.workload.order import Order
from gonogo.workload.recording import ABORTED, Recording

_LEAST_REQUESTS = 10
_LEAST_FOR_P99 = 100


class Watch:
    """The last `abort_window_s` seconds of one process, as counts: successful, failed, and slower than allowed."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._idle = order.abort_error_ratio is None and order.abort_p99_s is None
        self._recent: deque[tuple[float, int, int, int]] = deque()

    def look(self, now: float, difference: Recording) -> str:
        """Take what was recorded since the last look, and return why to stop, '' where there is no reason.

        An error ratio needs 10 requests in the window, a p99 100 of them.
        """
        if self._idle:
            return ""
        intended = [figures.intended for figures in difference.figures.values()]
        failed = sum(sum(figures.failed.values()) for figures in difference.figures.values())
        self._recent.append((now, sum(sum(counts.values()) for counts in intended), failed, self._slow(intended)))
        while self._recent[0][0] < now - self._order.abort_window_s:
            self._recent.popleft()
        done = sum(good for _, good, _, _ in self._recent)
        failures = sum(bad for _, _, bad, _ in self._recent)
        slow = sum(late for _, _, _, late in self._recent)
        return self._errors(failures, done + failures) or self._slowness(slow, done)

    def _slow(self, intended: Iterable[Counts]) -> int:
        most = self._order.abort_p99_s
        if most is None:
            return 0
        return sum(count for counts in intended for bucket, count in counts.items() if bounds(bucket)[0] > most)

    def _errors(self, failed: int, total: int) -> str:
        most = self._order.abort_error_ratio
        if most is None or total < _LEAST_REQUESTS or failed / total <= most:
            return ""
        ratio = show(failed / total, "ratio")
        return f"{ABORTED}{ratio} of {total} requests failed within {self._window}, allowed {show(most, 'ratio')}"

    def _slowness(self, slow: int, total: int) -> str:
        """A p99 lies beyond its limit exactly when more than 1 % of the answers do."""
        most = self._order.abort_p99_s
        if most is None or total < _LEAST_FOR_P99 or slow <= total / 100:
            return ""
        took = f"{show(slow / total, 'ratio')} of {total} answers took longer than {show(most, 's')}"
        return f"{ABORTED}{took} within {self._window}, allowed 1 % (p99)"

    @property
    def _window(self) -> str:
        return show(self._order.abort_window_s, "s")
