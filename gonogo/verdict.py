"""The verdict: GO, NO-GO or HOLD for a gate, derived from what was expected and what the event log says happened.

The schema of verdict.json is documented in docs/verdict.md; `SCHEMA` changes when it does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gonogo import __version__
from gonogo.outcome import Decision, Outcome, decide, worst

SCHEMA = "gonogo/verdict/1"
_BY_ERROR = {"Missed": Outcome.MISSED, "Inconclusive": Outcome.INCONCLUSIVE}


@dataclass(frozen=True)
class Expected:
    """What a run has to show, fixed before it starts.

    Attributes:
        gate: Name of the gate, or of the selection.
        criteria: For each required criterion: id, statement, section, rollout, threshold.
        scenarios: For each required criterion the node ids of the scenarios that verify it.
    """

    gate: str
    criteria: Sequence[Mapping[str, str]]
    scenarios: Mapping[str, Sequence[str]]

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return {"gate": self.gate, "criteria": list(self.criteria), "scenarios": dict(self.scenarios)}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Expected":
        """Read it back; an empty mapping expects nothing, and nothing is never GO."""
        return cls(content.get("gate", ""), content.get("criteria", []), content.get("scenarios", {}))

    def planned(self) -> set[str]:
        """Return the node ids of every planned scenario."""
        return {nodeid for nodeids in self.scenarios.values() for nodeid in nodeids}


@dataclass
class Verdict:
    """The decision and everything it rests on. `problems` are about the run itself; any of them forbids GO."""

    decision: Decision
    expected: Expected
    criteria: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Return how many criteria have each outcome."""
        found = [criterion["outcome"] for criterion in self.criteria]
        return {str(outcome): found.count(str(outcome)) for outcome in Outcome}

    def as_dict(self, request: Mapping[str, Any], started: str, finished: str) -> dict[str, Any]:
        """Return verdict.json."""
        return {
            "schema": SCHEMA,
            "decision": str(self.decision),
            "gate": self.expected.gate,
            "run": request.get("run", ""),
            "environment": request.get("environment", {}),
            "release": request.get("release", {}),
            "started": started,
            "finished": finished,
            "suite": {"version": __version__, "commit": request.get("commit", "")},
            "backing": request.get("backing", {}),
            "counts": self.counts(),
            "problems": self.problems,
            "criteria": self.criteria,
        }


def unfinished(expected: Expected, reason: str) -> Verdict:
    """Return the verdict that stands while, and if, a run is not complete."""
    criteria = [_entry(c, Outcome.UNVERIFIED, reason, expected.scenarios.get(c["id"], [])) for c in expected.criteria]
    return Verdict(Decision.HOLD, expected, criteria, [reason])


def derive(
    expected: Expected,
    records: Mapping[str, Sequence[Mapping[str, Any]]],
    waived: Mapping[str, str],
    problems: Sequence[str],
) -> Verdict:
    """Derive the verdict.

    Args:
        expected: What had to be shown.
        records: For each node id the scenario records that came back, one for each time it ran.
        waived: Criterion -> who waived it, until when and why.
        problems: What went wrong with the run itself.
    """
    problems = list(problems)
    if not expected.criteria:
        problems.append("nothing is required: a gate without criteria is never GO")
    problems += [f"{node} ran {len(found)} times in one run" for node, found in records.items() if len(found) > 1]
    criteria = [_criterion(c, expected, records, waived) for c in expected.criteria]
    decision = decide(Outcome(criterion["outcome"]) for criterion in criteria)
    if problems and decision is Decision.GO:
        decision = Decision.HOLD
    return Verdict(decision, expected, criteria, problems)


def _criterion(
    criterion: Mapping[str, str],
    expected: Expected,
    records: Mapping[str, Sequence[Mapping[str, Any]]],
    waived: Mapping[str, str],
) -> dict[str, Any]:
    identifier = criterion["id"]
    planned = expected.scenarios.get(identifier, [])
    if not planned:
        reason = f"no scenario that may run here verifies {identifier}; tag one with @{identifier}"
        return _decided(criterion, Outcome.UNVERIFIED, reason, [], waived)
    results = [_result(identifier, node, records.get(node, [])) for node in planned]
    outcome = worst(result[0] for result in results)
    deciding = next(result for result in results if result[0] is outcome)
    entry = _decided(criterion, outcome, deciding[1], planned, waived)
    found = [record for node in planned for record in records.get(node, [])]
    return entry | _facts(identifier, outcome, deciding[2], found)


def _decided(
    criterion: Mapping[str, str], outcome: Outcome, reason: str, planned: Sequence[str], waived: Mapping[str, str]
) -> dict[str, Any]:
    """Return the entry of a criterion; where a waiver lets it go, `waived` keeps what it would have been without."""
    waiver = waived.get(criterion["id"])
    if waiver is None or outcome is Outcome.MET:
        return _entry(criterion, outcome, reason, planned)
    without = {"outcome": str(outcome), "reason": reason}
    return _entry(criterion, Outcome.WAIVED, waiver, planned) | {"waived": without}


def _result(
    identifier: str, node: str, found: Sequence[Mapping[str, Any]]
) -> tuple[Outcome, str, Mapping[str, Any] | None]:
    if not found:
        return Outcome.UNVERIFIED, f"its scenario was not run: {node}", None
    outcomes = [(_own_outcome(identifier, record) or outcome_of(record), record) for record in found]
    outcome = worst(outcome for outcome, _ in outcomes)
    record = next(record for candidate, record in outcomes if candidate is outcome)
    return outcome, _reason(identifier, outcome, record), record


def _own_outcome(identifier: str, record: Mapping[str, Any]) -> Outcome | None:
    """Return what was judged of this criterion alone, where the scenario failed only for another of its criteria."""
    judgements = (record.get("extras") or {}).get("judgements", [])
    own = [Outcome(j["outcome"]) for j in judgements if j.get("criterion") == identifier]
    message = str((record.get("error") or {}).get("message", ""))
    others = [j for j in judgements if j.get("criterion") not in (None, identifier) and j["outcome"] != "met"]
    return worst(own) if own and any(message.startswith(j["reason"]) for j in others) else None


def outcome_of(record: Mapping[str, Any]) -> Outcome:
    """Return what one scenario record says about its criteria."""
    if record.get("status") == "passed":
        return Outcome.MET
    if record.get("status") == "failed":
        return Outcome.MISSED
    return _BY_ERROR.get((record.get("error") or {}).get("type", "").rpartition(".")[2], Outcome.UNVERIFIED)


def _reason(identifier: str, outcome: Outcome, record: Mapping[str, Any]) -> str:
    judgement = _judgement(identifier, record)
    if outcome is Outcome.MET:
        return judgement["reason"] if judgement else f"every step held: {record.get('scenario', '')}"
    if judgement and judgement.get("criterion") == identifier and judgement["outcome"] == outcome:
        return str(judgement["reason"])
    error = record.get("error") or {}
    message = error.get("message") or f"the scenario was {record.get('status')}"
    if record.get("status") == "skipped":
        message = f"the scenario was skipped, and a required criterion may not be skipped: {message}"
    return str(message)


def _judgement(identifier: str, record: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the judgement that decides: the first that is not met, else the last one."""
    judgements = (record.get("extras") or {}).get("judgements", [])
    about = [j for j in judgements if j.get("criterion") in (None, identifier)]
    return next((j for j in about if j["outcome"] != "met"), about[-1] if about else None)


def _facts(
    identifier: str, outcome: Outcome, deciding: Mapping[str, Any] | None, found: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return evidence, remedy, and the figures that decided; those of a check that held do not explain a miss."""
    facts: dict[str, Any] = {
        "evidence": [ref for record in found for ref in (record.get("extras") or {}).get("evidence", [])]
    }
    judgement = _judgement(identifier, deciding) if deciding else None
    if judgement and judgement["outcome"] == outcome:
        facts |= {key: judgement[key] for key in ("measured", "limit") if judgement.get(key)}
    remedy = (judgement or {}).get("remedy") or _remedy(deciding)
    return facts | ({"remedy": remedy} if remedy else {})


def _remedy(record: Mapping[str, Any] | None) -> str:
    """Return the remedy that the scenario's description gives ("If this fails: ...")."""
    text = " ".join(str((record or {}).get("description", "")).split())
    return text.partition("If this fails:")[2].strip()


def _entry(criterion: Mapping[str, str], outcome: Outcome, reason: str, scenarios: Sequence[str]) -> dict[str, Any]:
    return {
        "id": criterion["id"],
        "rollout": criterion.get("rollout", ""),
        "phase": criterion.get("phase", ""),
        "section": criterion.get("section", ""),
        "statement": criterion.get("statement", ""),
        "threshold": criterion.get("threshold", ""),
        "outcome": str(outcome),
        "reason": reason,
        "scenarios": list(scenarios),
        "evidence": [],
    }
