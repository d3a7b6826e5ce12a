"""An access log as a source: users' requests with exact latencies, a line each."""

import time

from gonogo.judge.strata import NOTHING, Batch
from gonogo.probes.log import LogMark, LogProbe
from gonogo.probes.metrics.requests import Requests, from_access_log
from gonogo.units import show
from gonogo.watch_settings import AccessLogSettings
from gonogo.watching.arms import Arms, Pair, joined, kept
from gonogo.watching.questions import Question, Split
from gonogo.watching.record import Doubts

OPERATION = "requests"
ARMS = ("candidate", "baseline")


class AccessLog:
    """Reads both arms from one log; see `gonogo.watching.source.Source`."""

    name = "access log"
    whole, stratum_s = OPERATION, 0.0

    def __init__(self, settings: AccessLogSettings, log: LogProbe, share: float | None) -> None:
        self._settings, self._log, self.share = settings, log, share
        self.query = f"log {settings.log}"
        longest = show(settings.longest_s, "s")
        self.limits = (
            f"These are users' requests as the log tells them: exact latencies, of requests that take up to {longest}; "
            "what never came to an end is not in it, and all requests are one operation."
        )
        self.tail_s = settings.longest_s + 5.0
        self._mark: LogMark | None = None
        self._began = 0.0
        self._waiting = dict.fromkeys(ARMS, NOTHING)

    def refusal(self, question: Question) -> str:
        if question.of not in ("", OPERATION):
            return f"no operation {question.of!r}; valid: {OPERATION}"
        if isinstance(question, Split) and self.share is None:
            return "there is no planned share; give share"
        return ""

    def start(self, duration_s: float, stratum_s: float) -> None:  # noqa: ARG002  # a log goes on by itself
        self._mark, self._began = self._log.mark(), time.time()

    def next(self, until_s: float) -> Arms:
        assert self._mark is not None
        now_s = time.time() - self._began
        lines, mark = self._log.follow(self._mark)
        found = from_access_log(
            (line.text for line in lines), self._settings.pattern, self._began, scale=self._settings.scale,
            failing=self._settings.failing,
        )  # fmt: skip
        self._take(found)
        self._mark = mark
        complete_s = min(until_s, max(now_s - self._settings.longest_s, 0.0))
        ready = {arm: batch.where(batch.at_s < complete_s) for arm, batch in self._waiting.items()}
        self._waiting = {arm: batch.where(batch.at_s >= complete_s) for arm, batch in self._waiting.items()}
        return Arms(complete_s, {OPERATION: Pair(**ready)}, self.whole)

    def doubts(self, questions: tuple[Question, ...], alpha: float) -> Doubts:  # noqa: ARG002  # alike for every question
        return Doubts()

    def stopped(self) -> str:
        return ""

    def sick(self) -> bool:
        return False

    def close(self) -> None:
        self._log.close()

    def _take(self, found: dict[str, Requests]) -> None:
        for arm in ARMS:
            name = getattr(self._settings, arm)
            self._waiting[arm] = joined((self._waiting[arm], _batch(found.get(name, Requests()))))


def _batch(found: Requests) -> Batch:
    return kept(Batch.of(found.at_s, found.latency_s, found.failed), OPERATION)
