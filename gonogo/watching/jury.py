"""The jury of a watch: all questions together, with the doubts that the source and the watch have."""

from dataclasses import replace
from typing import Any

from gonogo.judge.look import Finding
from gonogo.judge.wiring import Wiring
from gonogo.measurement import Judgement
from gonogo.outcome import Outcome, worst
from gonogo.watching.arms import Arms
from gonogo.watching.judges import judge_of
from gonogo.watching.record import Doubts, Header

REMEDY = "look at both arms' distribution and at the requests that failed before the release goes on"


class Jury:
    """Judges every question at every look; the same header and looks always give the same findings."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self._judges = [judge_of(number, one, header) for number, one in enumerate(header.questions)]
        self._wiring = Wiring()

    def take(self, arms: Arms, doubts: Doubts) -> tuple[Finding, ...]:
        """Take in what a look brought, and return how each question stands."""
        pair = arms.of("")
        if len(pair.candidate) and len(pair.baseline):
            self._wiring.add(pair.candidate, pair.baseline)
        found = [judge.take(arms) for judge in self._judges]
        doubts = self._with_wiring(doubts)
        return tuple(replace(one, outcome=doubts.tempered(one.outcome, n)) for n, one in enumerate(found))

    def conclude(self, at_s: float, doubts: Doubts) -> tuple[Judgement, ...]:
        """Return the final judgement of each question; `at_s` is how long was observed, in s."""
        doubts = self._with_wiring(doubts)
        return tuple(self._judgement(n, at_s, doubts) for n in range(len(self._judges)))

    def state(self) -> list[dict[str, Any]]:
        """Return the state of every judge, as JSON types."""
        return [judge.state() for judge in self._judges]

    def _with_wiring(self, doubts: Doubts) -> Doubts:
        if not self._wiring.one_source:
            return doubts
        found = f"{self._wiring.same} of {self._wiring.seen} requests of the candidate are also the baseline's"
        return doubts.plus(void=(f"{found}: both arms come from one source",))

    def _judgement(self, number: int, at_s: float, doubts: Doubts) -> Judgement:
        header, judged = self._header, self._judges[number].conclude()
        query = f"{header.candidate} beside {header.baseline}, {header.query}"
        facts = {"source": header.source, "query": query, "window_s": at_s, "rehearsal": header.rehearsal}
        measured = replace(judged.measurement, at=header.began, **facts)  # type: ignore[arg-type]  # each as its field
        outcome = doubts.tempered(judged.outcome, number)
        why = doubts.about(number) if outcome is Outcome.INCONCLUSIVE else ""
        reason = f"{judged.reason}; but {why}" if why else judged.reason
        reason = f"{reason} (rehearsal: {header.rehearsal})" if header.rehearsal else reason
        return replace(judged, outcome=outcome, reason=reason, measurement=measured, remedy=REMEDY)


def overall(findings: tuple[Finding, ...]) -> Outcome:
    """Return the outcome of all questions together."""
    return worst(finding.outcome for finding in findings)
