"""Realistic verdicts for the tests of the reports: the first rollout's own criteria, with outcomes made up by rule."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from gonogo import criteria
from gonogo.judge import interval, rate, value
from gonogo.measurement import Judgement, Limit, Measurement
from gonogo.outcome import Outcome
from gonogo.verdict import Expected, Verdict, derive

ROOT = Path(__file__).resolve().parents[2]
STARTED, FINISHED = "2026-11-22T10:30:00.000Z", "2026-11-22T10:33:12.000Z"
REQUEST: dict[str, Any] = {
    "run": "20261122T103000Z-staging-0a1b2c3d",
    "environment": {"name": "staging", "kind": "staging"},
    "release": {"expected": "2.3.0", "observed": "2.3.0"},
    "commit": "1f2e3d4c5b6a79880f1e2d3c4b5a69788f0e1d2c",
    "backing": {"kind": "embedded", "postgres": "18.6", "redis": "9.1.2 (valkey)", "reason": "no engine answers"},
}
SLOW = "R1-P2-49"
RATE = "R1-P2-48"
WAIVED = "R1-P2-33"
REMEDY = "Turn the flag off, restart, and read the slow query log before trying again."


def expected(gate: str = "canonical_model/2", *, scenario_size: int = 3) -> Expected:
    """Return what a hermetic run of `gate` has to show; neighbouring criteria of a section share a scenario."""
    required = criteria.load(ROOT / "features").gate(gate, "hermetic").criteria
    rows = [
        {"id": c.id, "phase": " ".join(sorted(c.gates)), "section": c.section, "statement": c.statement,
         "threshold": c.threshold, "rollout": c.rollout}
        for c in required
    ]  # fmt: skip
    numbers: dict[str, int] = {}
    scenarios = {}
    for row in rows:
        count = numbers[row["section"]] = numbers.get(row["section"], -1) + 1
        phase = row["phase"].split(" ")[0]
        name = f"{row['section']} holds, part {count // scenario_size + 1}"
        scenarios[row["id"]] = [f"features/canonical_model/{phase}.feature::{name}"]
    return Expected(gate, rows, scenarios)


def judgement(identifier: str) -> Judgement:
    """Return a judgement that is met, of one of four sorts, by the number in the id."""
    sort = int(identifier.rpartition("-")[2]) % 4
    if sort == 0:
        limit = Limit("<", 0.5, "s")
        measured = Measurement("p95 of the plan list", 0.193, "s", 0.181, 0.207, 812, 600.0, "http", "GET /plans")
        return interval(measured, limit, REMEDY)
    if sort == 1:
        return rate("validation error rate", 3, 2150, Limit("<", 0.01, "ratio"), source="metrics", query="/metrics")
    if sort == 2:
        return value(Measurement("plans converted", 150, "count", source="command", query="migrate --execute"),
                     Limit("==", 150, "count"))  # fmt: skip
    text = "Deployment lead on duty (Deployment lead, 2026-11-20): announced in the deployments channel"
    attested = Measurement(f"attestation of {identifier}", text, source="attestation", query="staging.toml")
    return Judgement(Outcome.MET, text, attested, Limit("==", "signed for release 2.3.0 on staging"))


def slow() -> Judgement:
    """Return a missed comparison with the baseline, with its interval."""
    measured = Measurement("plan list against its baseline", 1.24, "times", 1.19, 1.31, 240, 60.0, "http", "GET /plans")
    return interval(measured, Limit("<=", 1.1, "times"), REMEDY)


def straddling() -> Judgement:
    """Return an inconclusive rate."""
    return rate("validation error rate", 2, 240, Limit("<", 0.01, "ratio"), source="metrics", query="/api/mes/metrics")


def record(nodeid: str, judgements: Mapping[str, Judgement], **changes: Any) -> dict[str, Any]:
    """Return the record of a passed scenario; `changes` replace its fields."""
    feature, _, name = nodeid.partition("::")
    listed = [j.as_dict() | {"criterion": identifier} for identifier, j in judgements.items()]
    steps = ["Given plans on the old model", "When they are observed for 10 minutes", "Then they are as required"]
    return {
        "nodeid": nodeid, "feature": f"Canonical model, {Path(feature).stem}", "feature_file": feature, "line": 12,
        "scenario": name, "rule": None, "row": {}, "tags": sorted(judgements), "worker": "",
        "description": f"If this fails: {REMEDY}", "status": "passed", "error": None,
        "started": STARTED, "duration_s": 1.25,
        "steps": [{"keyword": step.split(" ")[0], "text": step.partition(" ")[2], "status": "passed", "duration_s": 0.4}
                  for step in steps],
        "extras": {"judgements": listed, "evidence": [
            {"path": "evidence/plan-list/001-get-plans.txt", "sha256": "0" * 64, "name": "GET /api/mes/plans"}]},
    } | changes  # fmt: skip


def failed(nodeid: str, identifiers: list[str], decided: Judgement) -> dict[str, Any]:
    """Return the record of a scenario whose last step raised what `decided` says."""
    status, kind = {"missed": ("failed", "Missed"), "inconclusive": ("broken", "Inconclusive")}[decided.outcome]
    message = f"{decided.reason}; {decided.remedy}" if decided.remedy else decided.reason
    error = {"type": f"gonogo.outcome.{kind}", "message": message, "step": "Then they are as required"}
    found = record(nodeid, dict.fromkeys(identifiers, decided), status=status, error=error)
    found["steps"][-1]["status"] = status
    return found


def records_of(planned: Expected) -> dict[str, list[dict[str, Any]]]:
    """Return one passed record for each planned scenario."""
    verifies: dict[str, list[str]] = {}
    for identifier, nodes in planned.scenarios.items():
        for node in nodes:
            verifies.setdefault(node, []).append(identifier)
    return {node: [record(node, {i: judgement(i) for i in ids})] for node, ids in verifies.items()}


Sample = tuple[dict[str, Any], list[dict[str, Any]]]
"""verdict.json and the scenario records that it was derived from."""


def _sample(
    verdict: Verdict, records: Mapping[str, list[dict[str, Any]]], request: Mapping[str, Any] = REQUEST
) -> Sample:
    return verdict.as_dict(request, STARTED, FINISHED), [r for found in records.values() for r in found]


def go(gate: str = "canonical_model/2") -> Sample:
    """Return a GO: all met, one waived."""
    planned = expected(gate)
    records = records_of(planned)
    waived = {}
    if WAIVED in planned.scenarios:
        node = planned.scenarios[WAIVED][0]
        ids = [i for i, nodes in planned.scenarios.items() if node in nodes]
        records[node] = [failed(node, ids, straddling())]
        waived = dict.fromkeys(ids, "waived by Operations (Technical lead, 2026-11-20) until 2026-12-20: low traffic")
    return _sample(derive(planned, records, waived, []), records)


def no_go(gate: str = "canonical_model/2") -> Sample:
    """Return a NO-GO: something missed, inconclusive, not run, and a problem of the run."""
    planned = expected(gate)
    records = records_of(planned)
    for identifier, decided in ((SLOW, slow()), (RATE, straddling())):
        node = planned.scenarios[identifier][0]
        ids = [i for i, nodes in planned.scenarios.items() if node in nodes]
        records[node] = [failed(node, ids, decided)]
    missing = planned.scenarios[WAIVED][0]
    del records[missing]
    return _sample(derive(planned, records, {}, ["mes changed its release during the run"]), records)


def hold(gate: str = "canonical_model") -> Sample:
    """Return a HOLD: interrupted after two thirds of the scenarios."""
    planned = expected(gate)
    records = records_of(planned)
    for node in list(records)[len(records) * 2 // 3 :]:
        del records[node]
    request = REQUEST | {"environment": {"name": "prod", "kind": "production"}, "backing": {},
                         "release": {"expected": "2.3.0", "observed": None}}  # fmt: skip
    return _sample(derive(planned, records, {}, ["the run was interrupted"]), records, request)


def hostile() -> Sample:
    """Return a NO-GO whose every text tries to break out of the report."""
    nasty = "<script>alert(1)</script>\nverdict: GO\x00\x1b[31m\u2028\ud800]]>&\"'"
    planned = Expected("x/1", [{"id": "R1-P2-01", "phase": "1", "section": nasty, "statement": nasty,
                                "threshold": nasty}], {"R1-P2-01": [f"a.feature::{nasty}"]})  # fmt: skip
    measured = Measurement(nasty, nasty, source=nasty, query=nasty)
    decided = replace(slow(), reason=nasty, remedy=nasty, measurement=measured)
    found = failed(f"a.feature::{nasty}", ["R1-P2-01"], decided) | {"feature": nasty, "feature_file": nasty}
    found["extras"]["evidence"] = [{"path": "javascript:alert(1)", "sha256": "", "name": nasty}]
    request = REQUEST | {"run": nasty, "environment": {"name": nasty, "kind": nasty},
                         "release": {"expected": nasty, "observed": "2.2.0"}}  # fmt: skip
    return _sample(derive(planned, {found["nodeid"]: [found]}, {}, [nasty]), {found["nodeid"]: [found]}, request)
