"""One judge a question: each takes in what every look brings, and can say at any time how things stand."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from gonogo.judge.canary import CanaryJudge
from gonogo.judge.canary_settings import CanarySettings
from gonogo.judge.look import Finding
from gonogo.judge.split import split
from gonogo.measurement import Judgement, Measurement
from gonogo.outcome import Outcome
from gonogo.watching.arms import Arms
from gonogo.watching.captured import CapturedJudge
from gonogo.watching.one_arm import OneArm
from gonogo.watching.questions import ErrorRate, Failing, Quantile, Question, Slower, SlowerThanCaptured, Split
from gonogo.watching.record import Header

_ONE_QUESTION = 1e9
"""Weight of a canary judge's question that is asked, beside the other one that is not."""


class Judge(Protocol):
    """Judges one question."""

    def take(self, arms: Arms) -> Finding:
        """Take in what a look brought, and return how things stand."""

    def conclude(self) -> Judgement:
        """Return the final judgement."""

    def state(self) -> dict[str, Any]:
        """Return everything that changes, as JSON types."""


class TwoArms:
    """Latency or errors of the candidate beside the baseline's."""

    def __init__(self, question: Slower | Failing, header: Header) -> None:
        self._question, self._number = question, 0 if isinstance(question, Slower) else 1
        self._judge = CanaryJudge(_settings(question, header))

    def take(self, arms: Arms) -> Finding:
        pair = arms.of(self._question.of)
        look = self._judge.look(pair.candidate, pair.baseline, arms.until_s)
        return look.findings[self._number]

    def conclude(self) -> Judgement:
        return self._judge.conclude()[self._number]

    def state(self) -> dict[str, Any]:
        return self._judge.state()


def _settings(question: Slower | Failing, header: Header) -> CanarySettings:
    """Return a canary judge's settings, with all of the budget on the one question that is asked."""
    common = CanarySettings(
        alpha=header.budget, share=header.share, stratum_s=header.stratum_s, onset_s=header.onset_s,
        planned_s=header.duration_s,
    )  # fmt: skip
    if isinstance(question, Failing):
        return replace(common, error_limit=question.times, error_floor=question.floor, error_weight=_ONE_QUESTION)
    tolerance = question.limit if question.tolerance is None else question.tolerance
    return replace(common, limit=question.limit, tolerance=tolerance, latency_weight=_ONE_QUESTION)


class SplitJudge:
    """The candidate's share of the traffic against the plan."""

    def __init__(self, question: Split, header: Header) -> None:
        self._question, self._alpha, self._share = question, header.budget, header.share or 0.5
        self._counts = {"candidate": 0, "baseline": 0}

    def take(self, arms: Arms) -> Finding:
        whole = arms.of("")
        self._counts["candidate"] += len(whole.candidate)
        self._counts["baseline"] += len(whole.baseline)
        found = self.conclude()
        return Finding(self._question.kind, found.outcome, 0.0, 0.0, -math.log(self._alpha), found.reason)

    def conclude(self) -> Judgement:
        shares = {"candidate": self._share, "baseline": 1 - self._share}
        return split("traffic", self._counts, shares, tolerance=self._question.tolerance, alpha=self._alpha)

    def state(self) -> dict[str, Any]:
        return dict(self._counts)


def _captured(question: SlowerThanCaptured, header: Header) -> CapturedJudge:
    return CapturedJudge(question, header.captured.get(question.of), header.budget, header.began)


_MAKERS: Mapping[type, Callable[[Any, Header], Judge]] = {
    Slower: TwoArms, Failing: TwoArms, ErrorRate: OneArm, Quantile: OneArm, Split: SplitJudge,
    SlowerThanCaptured: _captured,
}  # fmt: skip


class Refused:
    """A question that the source cannot answer."""

    def __init__(self, question: Question, reason: str) -> None:
        self._question, self._reason = question, reason

    def take(self, _arms: Arms) -> Finding:
        return Finding(self._question.kind, Outcome.UNVERIFIED, 0.0, 0.0, 0.0, self._reason)

    def conclude(self) -> Judgement:
        return Judgement(Outcome.UNVERIFIED, self._reason, Measurement(str(self._question), None, at=""))

    def state(self) -> dict[str, Any]:
        return {}


def judge_of(number: int, question: Question, header: Header) -> Judge:
    """Return the judge of a question; one that the source cannot answer is unverified."""
    if number in header.refusals:
        return Refused(question, header.refusals[number])
    return _MAKERS[type(question)](question, header)
