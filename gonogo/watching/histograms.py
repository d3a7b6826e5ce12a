"""Prometheus as a source: what its histograms and counters say of both arms, step by step on its own clock."""

import math
from collections.abc import Mapping
from itertools import pairwise

from gonogo.judge.sequence import rate_interval
from gonogo.judge.strata import NOTHING, Batch
from gonogo.metric_settings import PrometheusSettings
from gonogo.probes.metrics.histogram import Histogram, Reset
from gonogo.probes.metrics.prometheus_api import PrometheusApi
from gonogo.units import show
from gonogo.watch_settings import HistogramsSettings
from gonogo.watching.arms import Arms, Pair, joined, kept
from gonogo.watching.counted import Reading, between, requests, straddling, telling
from gonogo.watching.questions import ErrorRate, Failing, Quantile, Question, Slower, SlowerThanCaptured, Split
from gonogo.watching.readings import ARMS, Key, Readings
from gonogo.watching.record import Doubts

_SCRAPES_A_STRATUM = 2
_AGREE = 0.05
"""By how much histogram and counter may differ in how many requests there were."""
_PLANNED = 1000
_TOLD = 2


class Histograms:
    """Reads both arms from one Prometheus; see `gonogo.watching.source.Source`."""

    name = "prometheus"

    def __init__(
        self, settings: HistogramsSettings, api: PrometheusApi, server: PrometheusSettings, share: float | None
    ) -> None:
        self._settings, self.share = settings, share
        self._readings = Readings(settings, api, server)
        self.whole = settings.all_of_them
        self.query = ", ".join(sorted({one.histogram for one in settings.operations.values()}))
        self.limits = (
            f"These are users' requests as Prometheus counts them, every {show(server.scrape_s, 's')}: a latency is "
            "known to within its bucket, a time to within a stratum, and which requests failed by their number only."
        )
        self.stratum_s = _SCRAPES_A_STRATUM * server.scrape_s
        self.tail_s = 3 * server.scrape_s + server.deadline_s
        self._step_s, self._steps = self.stratum_s, 0
        self._last: dict[Key, Reading] = {}
        self._whole: dict[Key, Histogram] = {}
        self._counts: dict[Key, list[int]] = {}
        self._lost: list[str] = []

    def refusal(self, question: Question) -> str:
        operation = self._settings.operations.get(question.of or self.whole)
        if operation is None:
            return f"no operation {question.of!r}; valid: {', '.join(self._settings.operations)}"
        if isinstance(question, Failing | ErrorRate) and operation.requests is None:
            return f"errors of {question.of or self.whole!r} are not counted; give its requests and failed"
        if isinstance(question, Split) and self.share is None:
            return "there is no planned share; give share"
        return ""

    def start(self, duration_s: float, stratum_s: float) -> None:  # noqa: ARG002  # its data end when the watch does
        self._step_s = stratum_s
        self._last = self._readings.start(stratum_s)

    def next(self, until_s: float) -> Arms:
        complete_s = min(until_s, self._readings.complete_s())
        due = math.floor(complete_s / self._step_s + 1e-9)
        pairs = {}
        if due > self._steps:
            found = self._readings.whole(self._steps + 1, due)
            pairs = {name: self._pair(name, found) for name in self._settings.operations}
            self._steps = max(found)
        return Arms(self._steps * self._step_s, pairs, self.whole)

    def doubts(self, questions: tuple[Question, ...], alpha: float) -> Doubts:
        opened, unshown = {}, {}
        for number, question in enumerate(questions):
            if isinstance(question, Slower | SlowerThanCaptured) and (why := self._coarse(question)):
                unshown[number] = why
            if isinstance(question, Quantile) and (why := self._inside_a_bucket(question, alpha)):
                opened[number] = why
        more = [f"and {len(self._lost) - _TOLD} more"] if len(self._lost) > _TOLD else []
        return Doubts((), (*self._lost[:_TOLD], *more, *self._disagreements()), opened, unshown)

    def stopped(self) -> str:
        return ""

    def sick(self) -> bool:
        return False

    def close(self) -> None:
        self._readings.close()

    def _pair(self, name: str, whole: Mapping[int, Mapping[Key, Reading]]) -> Pair:
        candidate, baseline = (self._batch((name, arm), whole) for arm in ARMS)
        return Pair(candidate, baseline)

    def _batch(self, key: Key, whole: Mapping[int, Mapping[Key, Reading]]) -> Batch:
        """Return the requests of one operation and arm since the last whole step; what a reset lost is noted."""
        found, operation = NOTHING, self._settings.operations[key[0]]
        for began, step in pairwise((self._steps, *whole)):
            reading = whole[step][key]
            before, self._last[key] = self._last[key], reading
            try:
                counted = between(before, reading)
            except (Reset, ValueError) as lost:
                why = str(lost) or "a counter was reset, and what it had counted is lost"
                self._lost.append(f"{key[0]} of the {key[1]}, {show(began * self._step_s, 's')} after the start: {why}")
                continue
            known = self._whole.get(key)
            self._whole[key] = counted.latencies if known is None else known.plus(counted.latencies)
            ends = began * self._step_s, step * self._step_s
            batch = requests(counted, *ends, operation.times_failures)
            self._count(key, len(batch), counted.requests)
            found = joined((found, kept(batch, key[0])))
        return found

    def _count(self, key: Key, timed: int, counted: int | None) -> None:
        if counted is not None:
            sums = self._counts.setdefault(key, [0, 0])
            sums[0], sums[1] = sums[0] + timed, sums[1] + counted

    def _disagreements(self) -> list[str]:
        return [
            f"{name} of the {arm}: the histogram tells of {timed} requests, the counter of {counted}; mend requests, "
            "failed, labels or times_failures, so that both count the same"
            for (name, arm), (timed, counted) in self._counts.items()
            if abs(timed - counted) > max(20, _AGREE * counted)
        ]

    def _coarse(self, question: Slower | SlowerThanCaptured) -> str:
        name = question.of or self.whole
        for arm in ARMS:
            found = self._whole.get((name, arm))
            if found is not None and found.total and not telling(found).shows_within(question.limit):
                wide = telling(found).resolution
                hidden = show(question.limit, "ratio")
                return f"buckets of {name} reach from a bound to {wide:.3g} times that, and hide a shift of {hidden}"
        return ""

    def _inside_a_bucket(self, question: Quantile, alpha: float) -> str:
        """Return what to say where the answer depends on how values lie within the bucket around the limit."""
        found = self._whole.get((question.of or self.whole, "candidate"))
        above, around, total = straddling(found, question.limit) if found is not None else (0, 0, 0)
        if not around:
            return ""
        low = rate_interval(above, total, alpha, _PLANNED)
        high = rate_interval(above + around, total, alpha, _PLANNED)
        if high[1] <= 1 - question.q or low[0] > 1 - question.q:
            return ""
        return f"{around} of {total} latencies lie in the bucket around {show(question.limit, 's')}; make it a bound"
