"""The verdict, derived from what was expected and what came back."""

from typing import Any

import pytest

from gonogo.judge import value
from gonogo.measurement import Limit, Measurement
from gonogo.outcome import Decision
from gonogo.verdict import SCHEMA, Expected, Verdict, derive, outcome_of, unfinished

NODE, OTHER = "a.feature::one", "a.feature::two"


def expected(**scenarios: list[str]) -> Expected:
    """Return what a gate requires: criteria A, B ... with their scenarios."""
    return Expected("x/1", [{"id": name, "statement": f"{name} holds"} for name in scenarios], scenarios)


def record(status: str = "passed", error: str = "", message: str = "", **extras: Any) -> dict[str, Any]:
    return {
        "nodeid": NODE,
        "status": status,
        "scenario": "one",
        "description": "If this fails:\n  turn the flag off.",
        "error": {"type": error, "message": message} if error else None,
        "extras": extras,
    }


def judged(count: int, criterion: str | None = None, limit: int = 5) -> dict[str, Any]:
    measured = Measurement("plans", count, "count")
    return value(measured, Limit("<=", limit, "count"), "count again").as_dict() | {"criterion": criterion}


def one(verdict: Verdict, identifier: str = "A") -> dict[str, Any]:
    return next(entry for entry in verdict.criteria if entry["id"] == identifier)


@pytest.mark.parametrize(
    ("status", "error", "outcome", "decision"),
    [
        ("passed", "", "met", "GO"),
        ("failed", "AssertionError", "missed", "NO-GO"),
        ("failed", "gonogo.outcome.Missed", "missed", "NO-GO"),
        ("broken", "gonogo.outcome.Inconclusive", "inconclusive", "HOLD"),
        ("broken", "gonogo.outcome.Unverified", "unverified", "HOLD"),
        ("broken", "gonogo.guard.GuardRefused", "unverified", "HOLD"),
        ("broken", "KeyError", "unverified", "HOLD"),
        ("broken", "", "unverified", "HOLD"),
        ("skipped", "Skipped", "unverified", "HOLD"),
        ("xfailed", "", "unverified", "HOLD"),
        ("", "", "unverified", "HOLD"),
    ],
)
def test_a_record_decides_by_status_and_error(status: str, error: str, outcome: str, decision: str) -> None:
    verdict = derive(expected(A=[NODE]), {NODE: [record(status, error, "why")]}, {}, [])
    assert one(verdict)["outcome"] == outcome
    assert verdict.decision == decision


def test_a_scenario_without_a_record_leaves_its_criterion_unverified() -> None:
    verdict = derive(expected(A=[NODE]), {}, {}, [])
    assert verdict.decision is Decision.HOLD
    assert one(verdict)["reason"] == f"its scenario was not run: {NODE}"


def test_a_criterion_without_a_scenario_is_unverified_and_says_how_to_verify_it() -> None:
    entry = one(derive(expected(A=[]), {}, {}, []))
    assert (entry["outcome"], entry["reason"]) == (
        "unverified",
        "no scenario that may run here verifies A; tag one with @A",
    )


def test_nothing_required_is_hold_with_a_problem() -> None:
    verdict = derive(Expected("x/1", [], {}), {NODE: [record()]}, {}, [])
    assert verdict.decision is Decision.HOLD
    assert verdict.problems == ["nothing is required: a gate without criteria is never GO"]


def test_one_of_two_scenarios_is_not_enough() -> None:
    both = {NODE: [record()], OTHER: [record("failed", "AssertionError", "no")]}
    assert one(derive(expected(A=[NODE, OTHER]), both, {}, []))["outcome"] == "missed"
    assert one(derive(expected(A=[NODE, OTHER]), {NODE: [record()]}, {}, []))["outcome"] == "unverified"


def test_a_scenario_that_ran_twice_is_never_go_even_when_the_last_time_passed() -> None:
    twice = [record("failed", "AssertionError", "no"), record()]
    verdict = derive(expected(A=[NODE]), {NODE: twice}, {}, [])
    assert verdict.decision is Decision.NO_GO
    assert verdict.problems == [f"{NODE} ran 2 times in one run"]
    assert derive(expected(A=[NODE]), {NODE: [record(), record()]}, {}, []).decision is Decision.HOLD


def test_a_problem_of_the_run_takes_go_away_and_keeps_no_go() -> None:
    assert derive(expected(A=[NODE]), {NODE: [record()]}, {}, ["a worker died"]).decision is Decision.HOLD
    failed = {NODE: [record("failed", "AssertionError", "no")]}
    assert derive(expected(A=[NODE]), failed, {}, ["a worker died"]).decision is Decision.NO_GO


@pytest.mark.parametrize(
    ("found", "without"),
    [
        ({NODE: [record("failed", "AssertionError", "too slow")]}, {"outcome": "missed", "reason": "too slow"}),
        ({}, {"outcome": "unverified", "reason": f"its scenario was not run: {NODE}"}),
    ],
)
def test_a_waiver_lets_go_and_keeps_what_it_lets_go(found: Any, without: dict[str, str]) -> None:
    verdict = derive(expected(A=[NODE]), found, {"A": "waived by somebody until then"}, [])
    assert verdict.decision is Decision.GO
    assert one(verdict)["outcome"] == "waived"
    assert one(verdict)["reason"] == "waived by somebody until then"
    assert one(verdict)["waived"] == without


def test_a_waiver_of_a_met_criterion_has_no_effect() -> None:
    entry = one(derive(expected(A=[NODE]), {NODE: [record()]}, {"A": "waived"}, []))
    assert entry["outcome"] == "met"
    assert "waived" not in entry


def test_a_waiver_of_one_criterion_leaves_its_neighbour_alone() -> None:
    failed = {NODE: [record("failed", "AssertionError", "no")]}
    verdict = derive(expected(A=[NODE], B=[NODE]), failed, {"A": "waived"}, [])
    assert verdict.decision is Decision.NO_GO
    assert one(verdict, "B")["outcome"] == "missed"


def test_figures_come_from_the_judgement_that_decided() -> None:
    judgements = [judged(3), judged(9)]
    found = {NODE: [record("failed", "gonogo.outcome.Missed", judgements[1]["reason"], judgements=judgements)]}
    entry = one(derive(expected(A=[NODE]), found, {}, []))
    assert entry["measured"]["value"] == 9
    assert entry["limit"] == {"op": "<=", "value": 5, "unit": "count"}
    assert entry["remedy"] == "count again"


def test_figures_that_held_do_not_stand_beside_a_miss() -> None:
    found = {NODE: [record("failed", "AssertionError", "the button is missing", judgements=[judged(3)])]}
    entry = one(derive(expected(A=[NODE]), found, {}, []))
    assert (entry["outcome"], entry["reason"]) == ("missed", "the button is missing")
    assert "measured" not in entry


def test_a_criterion_judged_by_itself_is_not_dragged_down_by_its_neighbour() -> None:
    judgements = [judged(3, "A"), judged(9, "B")]
    found = {NODE: [record("failed", "gonogo.outcome.Missed", judgements[1]["reason"], judgements=judgements)]}
    verdict = derive(expected(A=[NODE], B=[NODE], C=[NODE]), found, {}, [])
    assert {entry["id"]: entry["outcome"] for entry in verdict.criteria} == {"A": "met", "B": "missed", "C": "missed"}
    assert one(verdict, "A")["measured"]["value"] == 3
    assert one(verdict, "B")["measured"]["value"] == 9


def test_the_remedy_falls_back_to_the_description_of_the_scenario() -> None:
    found = {NODE: [record("failed", "AssertionError", "no")]}
    assert one(derive(expected(A=[NODE]), found, {}, []))["remedy"] == "turn the flag off."


def test_a_skipped_scenario_says_that_it_may_not_be_skipped() -> None:
    found = {NODE: [record("skipped", "Skipped", "not today")]}
    reason = one(derive(expected(A=[NODE]), found, {}, []))["reason"]
    assert reason == "the scenario was skipped, and a required criterion may not be skipped: not today"


def test_evidence_of_every_scenario_is_kept() -> None:
    refs = [{"path": f"evidence/{n}", "sha256": "", "name": n} for n in ("one", "two")]
    found = {NODE: [record(evidence=refs[:1])], OTHER: [record(evidence=refs[1:])]}
    assert one(derive(expected(A=[NODE, OTHER]), found, {}, []))["evidence"] == refs


def test_an_unfinished_run_is_hold_and_all_of_it_unverified() -> None:
    verdict = unfinished(expected(A=[NODE], B=[]), "the run is not finished")
    assert verdict.decision is Decision.HOLD
    assert [(c["outcome"], c["reason"]) for c in verdict.criteria] == [("unverified", "the run is not finished")] * 2
    assert verdict.problems == ["the run is not finished"]


def test_a_record_that_says_nothing_is_unverified() -> None:
    assert outcome_of({}) == "unverified"


def test_expected_survives_its_file_and_a_lost_file_expects_nothing() -> None:
    planned = expected(A=[NODE], B=[OTHER])
    assert Expected.from_dict(planned.as_dict()) == planned
    assert planned.planned() == {NODE, OTHER}
    assert derive(Expected.from_dict({}), {}, {}, []).decision is Decision.HOLD


def test_the_document_counts_every_outcome_zeros_too() -> None:
    content = derive(expected(A=[NODE]), {NODE: [record()]}, {}, []).as_dict({"run": "r"}, "s", "f")
    assert content["schema"] == SCHEMA
    assert content["counts"] == {"met": 1, "missed": 0, "inconclusive": 0, "unverified": 0, "waived": 0}
    assert (content["run"], content["started"], content["finished"]) == ("r", "s", "f")
