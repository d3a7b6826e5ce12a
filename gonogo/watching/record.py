"""What is kept of a watch: what it was told, and what each look brought. A verdict can be replayed from it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from gonogo.baselines import Baseline
from gonogo.judge.look import Finding
from gonogo.outcome import Outcome
from gonogo.watching.arms import Arms
from gonogo.watching.questions import Question, as_dict, from_dict

SCHEMA = "gonogo/observation/1"


@dataclass(frozen=True, slots=True)
class Header:
    """All that a verdict depends on beside the requests.

    Attributes:
        canary: The name of the target whose canary it is.
        candidate, baseline: The targets that are compared.
        source, query, limits: Where requests come from, what is asked there, and what that cannot tell.
        questions: What is asked, in order.
        refusals: Why the source cannot answer a question, by the question's number; such a question has no budget.
        alpha: Budget of false alarms for all questions together.
        planned_s, duration_s: How long the plan observes, and how long this watch does.
        stratum_s, onset_s: See the judge.
        share: Planned share of the candidate, where the source knows the traffic.
        whole: The operation that counts every request once; "" where all together do.
        captured: Captured baselines, by operation.
        environment, kind, digest, release, run, began: Which environment, which release, which run, and when.
    """

    canary: str
    candidate: str
    baseline: str
    source: str
    query: str
    limits: str
    questions: tuple[Question, ...]
    planned_s: float
    duration_s: float
    stratum_s: float
    onset_s: float
    refusals: Mapping[int, str] = field(default_factory=dict)
    alpha: float = 0.02
    share: float | None = None
    whole: str = ""
    captured: Mapping[str, Baseline] = field(default_factory=dict)
    environment: str = ""
    kind: str = ""
    digest: str = ""
    release: str = ""
    run: str = ""
    began: str = ""
    rehearsal: str = ""

    @property
    def budget(self) -> float:
        """The part of alpha that each question may spend."""
        return self.alpha / max(1, len(self.questions) - len(self.refusals))

    def as_dict(self) -> dict[str, Any]:
        """Return the header as JSON types."""
        content = {one.name: getattr(self, one.name) for one in fields(self)}
        return content | {
            "questions": [as_dict(question) for question in self.questions],
            "refusals": {str(number): reason for number, reason in self.refusals.items()},
            "captured": {name: asdict(one) | {"samples": list(one.samples)} for name, one in self.captured.items()},
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Header":
        """Read a header back; raises KeyError, TypeError, ValueError or UsageError if it is none."""
        captured = {
            name: Baseline(tuple(map(float, one["samples"])), one["release"], one["captured"])
            for name, one in content["captured"].items()
        }
        return cls(
            **{
                **content,
                "questions": tuple(map(from_dict, content["questions"])),
                "refusals": {int(number): reason for number, reason in content["refusals"].items()},
                "captured": captured,
            }
        )


@dataclass(frozen=True, slots=True)
class Doubts:
    """What speaks against an answer, as the source and the watch see it at one look.

    Attributes:
        void: Why nothing can be concluded, neither for the candidate nor against it.
        unmet: Why the candidate cannot be met.
        open: Why one question cannot be decided, by its number.
        unshown: Why one question cannot be met, by its number.
    """

    void: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()
    open: Mapping[int, str] = field(default_factory=dict)
    unshown: Mapping[int, str] = field(default_factory=dict)

    def plus(self, *, void: tuple[str, ...] = (), unmet: tuple[str, ...] = ()) -> "Doubts":
        """Return these doubts and more."""
        return Doubts(self.void + void, self.unmet + unmet, self.open, self.unshown)

    def tempered(self, outcome: Outcome, number: int) -> Outcome:
        """Return what these doubts leave of the outcome of a question, by its number."""
        if outcome is Outcome.UNVERIFIED:
            return outcome
        no_more = self.void or number in self.open
        not_met = outcome is Outcome.MET and (self.unmet or number in self.unshown)
        return Outcome.INCONCLUSIVE if no_more or not_met else outcome

    def about(self, number: int) -> str:
        """Return the doubts about a question, in words."""
        own = [reasons[number] for reasons in (self.open, self.unshown) if number in reasons]
        return "; ".join((*self.void, *own, *self.unmet))

    def as_dict(self) -> dict[str, Any]:
        """Return the doubts as JSON types."""
        own = {name: {str(number): why for number, why in getattr(self, name).items()} for name in ("open", "unshown")}
        return {"void": list(self.void), "unmet": list(self.unmet), **own}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Doubts":
        """Read doubts back."""
        own = ({int(number): str(why) for number, why in content[name].items()} for name in ("open", "unshown"))
        return cls(tuple(content["void"]), tuple(content["unmet"]), *own)


@dataclass(frozen=True, slots=True)
class LookRecord:
    """One look: when (s from the start), what came, what was in doubt, and what each question's finding was then."""

    at_s: float
    arms: Arms
    doubts: Doubts
    findings: tuple[Finding, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the look as JSON types."""
        findings = [finding.as_dict() for finding in self.findings]
        return {"at_s": self.at_s, "arms": self.arms.as_dict(), "doubts": self.doubts.as_dict(), "findings": findings}
