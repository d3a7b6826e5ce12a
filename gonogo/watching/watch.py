"""The loop of a watch: a look at each stratum, until a question is missed, the time is over, or the source fails."""

from gonogo.guard import GuardRefused
from gonogo.judge.look import Finding
from gonogo.outcome import Inconclusive, Outcome, Unverified
from gonogo.watching.arms import Arms
from gonogo.watching.jury import Jury, overall
from gonogo.watching.observation import Observation, concluded
from gonogo.watching.progress import Progress
from gonogo.watching.record import Doubts, Header, LookRecord
from gonogo.watching.source import Clock, Source

RETRIES = 6
"""So many looks in a row may find the source silent; after that it is given up."""
IN_FULL = "observed in full"
_RENEW_S = 0.5
_START_S = 15.0
"""So long a rehearsal tries to begin."""
_SETTLE_S = 0.25
"""A look waits so long, or a quarter of a stratum, for the last answers of its stratum."""


class Watch:
    """One watch; `run` once.

    However it ends, the source is closed, and `observation` gives what was observed so far.
    """

    def __init__(self, header: Header, source: Source, clock: Clock, progress: Progress) -> None:
        self._header, self._source, self._clock, self._progress = header, source, clock, progress
        self._jury, self._taken = Jury(header), list[LookRecord]()
        self._findings: tuple[Finding, ...] = ()
        self._requests = (0, 0)
        self._silent, self._blinks = 0, 0
        self._until_s, self._began = 0.0, 0.0
        self._ended = "interrupted"

    def run(self) -> Observation:
        """Observe, and return what it came to.

        Raises:
            GuardRefused, Unverified, Inconclusive: If the source cannot begin.
            KeyboardInterrupt: If the run is told to end; what was observed is kept.
        """
        try:
            self._start()
            self._began = self._clock.now()
            self._ended = self._looks() or self._rest()
        finally:
            self._source.close()
        self._progress.close(self._last_line())
        return self.observation()

    def observation(self) -> Observation:
        """Return what was observed so far; a watch that did not end by itself cannot be met."""
        doubts = self._doubts()
        if self._ended != IN_FULL:
            doubts = doubts.plus(unmet=(f"the watch ended after {self._until_s:.1f} s: {self._ended}",))
        return concluded(self._header, self._jury, tuple(self._taken), self._ended, self._until_s, doubts)

    def _start(self) -> None:
        """Begin; a rehearsal waits for a source that cannot tell yet, as after a scrape that failed."""
        header, ends = self._header, self._clock.now() + _START_S
        while True:
            try:
                return self._source.start(header.duration_s, header.stratum_s)
            except Inconclusive:
                if not header.rehearsal or self._clock.now() >= ends:
                    raise
                self._clock.sleep(_RENEW_S)

    def _looks(self) -> str:
        """Look at each stratum up to the end; return why it ended before, or ""."""
        header, number = self._header, 0
        while (number := number + 1) * header.stratum_s < header.duration_s + header.stratum_s:
            due_s = min(number * header.stratum_s, header.duration_s)
            self._wait(due_s + min(_SETTLE_S, header.stratum_s / 4))
            if why := self._look(due_s):
                return why
        return ""

    def _rest(self) -> str:
        """Wait until the last requests are there, within bounds; return how the watch ended."""
        header = self._header
        ends_s = header.duration_s + self._source.tail_s
        while self._until_s < header.duration_s and (now_s := self._now_s) < ends_s:
            self._wait(min(now_s + max(_RENEW_S, header.stratum_s / 4), ends_s))
            if why := self._look(header.duration_s):
                return why
        if self._until_s < header.duration_s:
            return f"requests are complete up to {self._until_s:.1f} of {header.duration_s:.1f} s only"
        return IN_FULL

    def _look(self, until_s: float) -> str:
        """Take in what came; return why the watch must end, or ""."""
        try:
            arms = self._source.next(until_s)
        except GuardRefused:
            raise
        except (Unverified, Inconclusive) as blink:
            return self._blinked(str(blink))
        self._silent = 0
        self._take(arms)
        if stopped := self._source.stopped():
            return f"stopped: {stopped}"
        return "stopped early at NO-GO" if overall(self._findings) is Outcome.MISSED else ""

    def _take(self, arms: Arms) -> None:
        self._until_s = max(self._until_s, arms.until_s)
        arms = Arms(self._until_s, arms.pairs, self._header.whole)
        doubts = self._doubts()
        self._findings = self._jury.take(arms, doubts)
        self._taken.append(LookRecord(self._now_s, arms, doubts, self._findings))
        whole = arms.of("")
        self._requests = self._requests[0] + len(whole.candidate), self._requests[1] + len(whole.baseline)
        self._progress.look(self._now_s, self._requests, self._findings)

    def _blinked(self, why: str) -> str:
        self._silent, self._blinks = self._silent + 1, self._blinks + 1
        self._progress.look(self._now_s, self._requests, self._findings, f"no answer ({self._silent}): {why[:120]}")
        return f"the source failed {self._silent} times in a row: {why}" if self._silent > RETRIES else ""

    def _doubts(self) -> Doubts:
        return self._source.doubts(self._header.questions, self._header.budget)

    def _wait(self, at_s: float) -> None:
        """Wait until `at_s` from the start, renewing the line of progress."""
        while (left_s := at_s - self._now_s) > 0:
            self._clock.sleep(min(left_s, _RENEW_S))
            self._progress.look(self._now_s, self._requests, self._findings)

    @property
    def _now_s(self) -> float:
        return self._clock.now() - self._began

    def _last_line(self) -> str:
        silent = f"; the source was silent at {self._blinks} looks" if self._blinks else ""
        return (
            f"canary {self._header.canary}: {self._requests[0]} + {self._requests[1]} requests, {self._ended}{silent}"
        )
