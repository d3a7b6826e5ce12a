"""The judge of a canary: two arms watched side by side, judged at every look."""

from collections.abc import Mapping
from typing import Any

from gonogo.judge.canary_report import Report
from gonogo.judge.canary_settings import CanarySettings
from gonogo.judge.doubts import Doubts
from gonogo.judge.look import Look
from gonogo.judge.pair import Pair, Placebo
from gonogo.judge.sketch import Sketch
from gonogo.judge.strata import NOTHING, Batch, Strata
from gonogo.judge.wiring import Wiring
from gonogo.measurement import Judgement

ARMS = ("candidate", "baseline", "placebo")
_SCHEMA = "gonogo/canary/1"


class CanaryJudge:
    """Takes in the new requests of each look and answers met, missed or inconclusive, as often as one likes.

    Only strata that are over count, so that the answer does not depend on how the stream is cut into looks. A candidate
    that was missed once stays missed. It is met only when it is shown, in every question, to be within its limit, and
    nothing is doubtful.

    No clock and no randomness: the same requests under the same settings always give the same numbers.
    """

    def __init__(self, settings: CanarySettings | None = None) -> None:
        self.settings = settings or CanarySettings()
        self.pair, self.placebo, self.wiring = Pair(self.settings), Placebo(self.settings), Wiring()
        self.sketches = {arm: Sketch() for arm in ARMS}
        self.requests, self.failed = dict.fromkeys(ARMS, 0), dict.fromkeys(ARMS, 0)
        self.strata = Strata(self.settings.stratum_s, ARMS)
        self._at_s = 0.0

    def look(self, candidate: Batch, baseline: Batch, until_s: float, placebo: Batch = NOTHING) -> Look:
        """Take in new requests, and judge.

        Args:
            candidate, baseline: Requests that came since the last look.
            until_s: Up to when requests are complete, in s from the start: the time of the look less the longest that a
                request may take. Requests of a stratum that was over at an earlier look are late.
            placebo: Requests of a second baseline, where there is one.

        Raises:
            ValueError: If `until_s` is no time, lies before that of an earlier look, or far beyond the planned end.
        """
        if not self._at_s <= until_s <= 100 * self.settings.planned_s:
            raise ValueError(
                f"canary judge: a look at {until_s} s after one at {self._at_s} s; looks go forward, in seconds from "
                f"the start of the canary, which was planned for {self.settings.planned_s} s"
            )
        self._at_s = until_s
        for arm, batch in zip(ARMS, (candidate, baseline, placebo), strict=True):
            self.strata.add(arm, batch)
        for stratum in self.strata.close(until_s):
            self._add(stratum)
        return self.now()

    def now(self) -> Look:
        """Return the state without taking in anything."""
        return self._report().look(self._at_s, self.strata.closed)

    def conclude(self, source: str = "", query: str = "", remedy: str = "") -> tuple[Judgement, ...]:
        """Close the stratum that has begun, and return the final judgement of each question: latency, errors."""
        for stratum in self.strata.rest(self._at_s):
            self._add(stratum)
        return self._report().judgements(self._at_s, source, query, remedy)

    def _add(self, stratum: Mapping[str, Batch]) -> None:
        candidate, baseline, placebo = (stratum[arm] for arm in ARMS)
        self.pair.add(candidate, baseline)
        if len(placebo):
            self.placebo.add(placebo, baseline)
        if len(candidate) and len(baseline):
            self.wiring.add(candidate, baseline)
        for arm, batch in stratum.items():
            self.requests[arm] += len(batch)
            self.failed[arm] += int(batch.failed.sum())
            self.sketches[arm].add(batch.served)

    def _report(self) -> Report:
        doubts = Doubts(self.settings, self.requests, self.strata, self.pair, self.placebo, self.wiring)
        return Report(self.settings, self.pair, self.requests, self.failed, self.sketches, doubts)

    def state(self) -> dict[str, Any]:
        """Return settings and state as JSON types; `CanaryJudge.restored` goes on from there with the same numbers."""
        parts = {name: getattr(self, name).state() for name in ("pair", "placebo", "wiring", "strata")}
        sketches = {arm: sketch.state() for arm, sketch in self.sketches.items()}
        counts = {"requests": dict(self.requests), "failed": dict(self.failed), "at_s": self._at_s}
        return {"schema": _SCHEMA, "settings": self.settings.as_dict(), **parts, "sketches": sketches, **counts}

    @classmethod
    def restored(cls, state: Mapping[str, Any]) -> "CanaryJudge":
        """Return the judge whose `state` was kept.

        Raises:
            ValueError: If the state is of another schema.
        """
        if state.get("schema") != _SCHEMA:
            raise ValueError(f"canary judge: state has the schema {state.get('schema')!r}, expected {_SCHEMA!r}")
        judge = cls(CanarySettings.from_dict(state["settings"]))
        for name in ("pair", "placebo", "wiring", "strata"):
            getattr(judge, name).restore(state[name])
        for arm in ARMS:
            judge.sketches[arm].restore(state["sketches"][arm])
        judge.requests, judge.failed = dict(state["requests"]), dict(state["failed"])
        judge._at_s = state["at_s"]
        return judge
