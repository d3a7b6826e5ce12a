"""What a scenario leaves behind: its judgements, for the verdict."""

from collections.abc import Callable, Iterable
from typing import Any

from gonogo.measurement import Judgement, Limit, Measurement
from gonogo.outcome import Outcome


class Recorder:
    """Collects the judgements of the running scenario; `extras` ends up in its record."""

    def __init__(self, criteria: Iterable[str], extras: dict[str, Any]) -> None:
        self.criteria = tuple(sorted(criteria))
        self._judgements: list[dict[str, Any]] = extras.setdefault("judgements", [])

    def note(self, judgement: Judgement, criterion: str | None = None) -> Judgement:
        """Record `judgement`, for one criterion or for all of the scenario's, and return it."""
        self._judgements.append(judgement.as_dict() | {"criterion": criterion})
        return judgement

    def require(self, judgement: Judgement, criterion: str | None = None) -> None:
        """Record `judgement`, then raise what it says when it is not met.

        Raises:
            Missed, Inconclusive, Unverified: With the judgement's reason and remedy.
        """
        self.note(judgement, criterion).require()

    def require_each(self, judge: Callable[[str], Judgement]) -> None:
        """Judge every criterion of the scenario by itself, record all, then raise for the first that is not met."""
        for judgement in [self.note(judge(criterion), criterion) for criterion in self.criteria]:
            judgement.require()

    def check(self, measurement: Measurement, limit: Limit, remedy: str = "") -> None:
        """Judge one exact value against a limit, record it, and raise when it is not met."""
        from gonogo.judge.limits import value

        self.require(value(measurement, limit, remedy))

    def expect(self, holds: bool, measurement: Measurement, required: str, remedy: str = "") -> None:
        """Record a yes-or-no finding: met when `holds`, else missed, with what was measured and required in words."""
        outcome = Outcome.MET if holds else Outcome.MISSED
        reason = f"{measurement}, required: {required}"
        self.require(Judgement(outcome, reason, measurement, Limit("==", required), remedy))
