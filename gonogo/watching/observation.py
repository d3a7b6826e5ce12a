"""What a watch came to: its looks, its judgements, and the evidence from which both can be had again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonogo.measurement import Judgement, Measurement
from gonogo.outcome import Outcome, UsageError, worst
from gonogo.recorder import Recorder
from gonogo.watching.arms import Arms, Pair, joined
from gonogo.watching.jury import Jury
from gonogo.watching.questions import Question
from gonogo.watching.record import SCHEMA, Doubts, Header, LookRecord


@dataclass(frozen=True, slots=True)
class Observation:
    """One watch of a canary.

    Attributes:
        header: What it was told.
        looks: In order.
        ended: Why it ended, in words.
        at_s: How long was observed, in s.
        doubts: What was in doubt at the end.
        answers: A judgement for each question of the header.
        state: Of each judge, at the end.
    """

    header: Header
    looks: tuple[LookRecord, ...]
    ended: str
    at_s: float
    doubts: Doubts
    answers: tuple[Judgement, ...]
    state: tuple[Mapping[str, Any], ...] = ()

    def judgement(self, question: Question) -> Judgement:
        """Return the answer to a question; one that the watch was not asked at its start is unverified."""
        if question in self.header.questions:
            return self.answers[self.header.questions.index(question)]
        known = "; ".join(map(str, self.header.questions))
        reason = f"the watch was not asked at its start: {question}; it was asked: {known}"
        remedy = "mark the step with @asks, since questions share one budget of false alarms"
        return Judgement(Outcome.UNVERIFIED, reason, Measurement(str(question), None), remedy=remedy)

    def judgements(self) -> list[Judgement]:
        """Return the answers to all questions, in order."""
        return list(self.answers)

    def unless_missed(self, recorder: Recorder) -> "Observation":
        """Return the observation itself; where a question was missed, record all answers and raise that one's.

        A watch that was stopped early left the other questions open: what was missed must be heard first.

        Raises:
            Missed: With the reason of the first question that was missed.
        """
        missed = [one for one in self.answers if one.outcome is Outcome.MISSED]
        if missed:
            for answer in self.answers:
                recorder.note(answer)
            missed[0].require()
        return self

    @property
    def outcome(self) -> Outcome:
        """The outcome of all questions together."""
        return worst(one.outcome for one in self.answers)

    def requests(self, operation: str = "") -> Pair:
        """Return all requests of an operation that were looked at; of "" those of all."""
        pairs = [look.arms.of(operation) for look in self.looks]
        return Pair(joined(one.candidate for one in pairs), joined(one.baseline for one in pairs))

    def as_json(self) -> str:
        """Return the observation as JSON, compactly: it holds every request."""
        content = {
            "schema": SCHEMA,
            "header": self.header.as_dict(),
            "ended": self.ended,
            "at_s": self.at_s,
            "doubts": self.doubts.as_dict(),
            "looks": [look.as_dict() for look in self.looks],
            "state": list(self.state),
            "judgements": [one.as_dict() for one in self.answers],
        }
        return json.dumps(content, separators=(",", ":"), ensure_ascii=False)


def concluded(
    header: Header, jury: Jury, looks: tuple[LookRecord, ...], ended: str, at_s: float, doubts: Doubts
) -> Observation:
    """Return the observation that a jury which has taken in all `looks` comes to."""
    answers = jury.conclude(at_s, doubts)
    return Observation(header, looks, ended, at_s, doubts, answers, tuple(jury.state()))


def replayed(content: Mapping[str, Any]) -> Observation:
    """Judge the evidence of an observation again, from its requests.

    Raises:
        UsageError: If it is no observation, or one of another version.
    """
    if content.get("schema") != SCHEMA:
        raise UsageError(f"schema {content.get('schema')!r}, required {SCHEMA!r}: no observation of this version")
    try:
        header = Header.from_dict(content["header"])
        jury, looks = Jury(header), list[LookRecord]()
        for look in content["looks"]:
            arms, doubts = Arms.from_dict(look["arms"], header.whole), Doubts.from_dict(look["doubts"])
            looks.append(LookRecord(look["at_s"], arms, doubts, jury.take(arms, doubts)))
        end = float(content["at_s"]), Doubts.from_dict(content["doubts"])
        return concluded(header, jury, tuple(looks), content["ended"], *end)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise UsageError(f"the observation is damaged: {type(error).__name__}: {error}") from None
