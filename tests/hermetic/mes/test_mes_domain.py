"""The rules of the product: golden tables of its formulas and of its choices."""

import math

import pytest

from hermetic.mes.domain import checksum, enrichment, graph, materials, nodes
from hermetic.mes.domain.migration import analyse, migrate, survey
from hermetic.mes.domain.validation import violations
from hermetic.mes.repository import pristine_validator

STEP = {"id": "N1", "operationId": "OP-WELD", "time": 30, "skills": ["welding"], "predecessors": []}
NODE = nodes.to_canonical(STEP)


@pytest.mark.parametrize(
    ("nominal", "efficiency", "expected"),
    [(30, 1.0, 30), (30, 0.75, 40), (45, 0.9, 50), (10, 0.3, 33.33), (0, 0.5, 0), (7.5, 0.6, 12.5)],
)
def test_effective_time_is_nominal_time_divided_by_efficiency(
    nominal: float, efficiency: float, expected: float
) -> None:
    assert enrichment.effective_time(nominal, efficiency) == expected


@pytest.mark.parametrize("efficiency", [0, -0.1, 1.01, math.nan, math.inf])
def test_an_efficiency_outside_its_range_is_refused(efficiency: float) -> None:
    with pytest.raises(ValueError, match="efficiency"):
        enrichment.effective_time(30, efficiency)


def test_a_nodes_own_efficiency_wins_over_its_operations() -> None:
    times = [one["effectiveTime"] for one in enrichment.enrich([NODE, {**NODE, "efficiency": 0.5}])]
    assert times == [40, 60]


def test_a_node_without_a_time_has_no_effective_time() -> None:
    assert enrichment.enrich([{"id": "N1"}]) == [{"id": "N1", "effectiveTime": None}]


GRAPH_ONLY, NODES_ONLY = {"id": "P", "executionGraph": [STEP]}, {"id": "P", "nodes": [NODE]}
BOTH = {**GRAPH_ONLY, **NODES_ONLY}


@pytest.mark.parametrize(
    ("flag", "plan", "source", "log"),
    [
        (True, BOTH, "nodes", "Using nodes (canonical model)"),
        (True, NODES_ONLY, "nodes", "Using nodes (canonical model)"),
        (True, GRAPH_ONLY, "executionGraph", "executionGraph is deprecated"),
        (True, {**GRAPH_ONLY, "nodes": []}, "executionGraph", "executionGraph is deprecated"),
        (False, BOTH, "executionGraph", "Using executionGraph (feature flag disabled)"),
        (False, GRAPH_ONLY, "executionGraph", "Using executionGraph (feature flag disabled)"),
        (False, NODES_ONLY, "nodes", "Using nodes (canonical model)"),
    ],
)
def test_steps_are_chosen_by_the_plans_table(flag: bool, plan: nodes.Document, source: str, log: str) -> None:
    choice = nodes.choose(plan, use_canonical_nodes=flag)
    assert (choice.source, choice.steps) == (source, [NODE])
    assert choice.log.startswith(log)
    assert choice.deprecated == (log == "executionGraph is deprecated")


@pytest.mark.parametrize("flag", [True, False])
def test_a_plan_without_steps_is_corrupt(flag: bool) -> None:
    with pytest.raises(nodes.PlanCorrupted, match=r"Plan has no nodes \(data corruption\)"):
        nodes.choose({"id": "P"}, use_canonical_nodes=flag)


@pytest.mark.parametrize("plan", [GRAPH_ONLY, {"id": "P", "nodes": []}, {"id": "P", "nodes": None}])
def test_after_cleanup_only_nodes_count(plan: nodes.Document) -> None:
    with pytest.raises(nodes.PlanCorrupted):
        nodes.choose_canonical_only(plan)


def test_planned_material_counts_expected_defects_and_adds_up_repeated_materials() -> None:
    twice = {
        "materialInputs": [{"materialCode": "A", "quantityPerUnit": 1.5}, {"materialCode": "A", "quantityPerUnit": 0.5}]
    }
    assert materials.planned_amounts(twice, 100, 0.05) == {"A": 210}


@pytest.mark.parametrize(
    ("free", "reserved", "partial"),
    [(11.0, 10.0, False), (10.0, 10.0, False), (4.0, 4.0, True), (0.0, 0.0, True), (-3.0, 0.0, True)],
)
def test_a_reservation_takes_what_is_free(free: float, reserved: float, partial: bool) -> None:
    made = materials.reserve({"A": 10.0}, {"A": free})
    assert (made.reserved, made.partial) == ({"A": reserved}, partial)


def test_a_material_that_is_not_stocked_cannot_be_reserved() -> None:
    assert materials.reserve({"A": 1.0}, {}).missing == {"A": 1.0}


@pytest.mark.parametrize(("wanted", "consumed", "capped"), [(3.0, 3.0, False), (4.0, 4.0, False), (4.1, 4.0, True)])
def test_consumption_is_capped_at_what_was_reserved(wanted: float, consumed: float, capped: bool) -> None:
    made = materials.cap_consumption({"A": wanted}, {"A": 4.0})
    assert (made.consumed, made.capped) == ({"A": consumed}, capped)


def chain(*before: list[str]) -> list[nodes.Step]:
    return [{"id": f"N{number}", "predecessors": names} for number, names in enumerate(before, 1)]


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        (chain([], ["N1"], ["N1"], ["N2", "N3"]), []),
        (chain(["N1"]), [["N1", "N1"]]),
        (chain(["N2"], ["N1"]), [["N1", "N2", "N1"]]),
        (chain([], ["N1", "N4"], ["N2"], ["N3"]), [["N2", "N4", "N3", "N2"]]),
    ],
)
def test_circles_of_predecessors_are_found(steps: list[nodes.Step], found: list[list[str]]) -> None:
    assert graph.cycles(steps) == found


def test_a_very_long_circle_is_found() -> None:
    steps = chain(*[[f"N{(number - 2) % 3000 + 1}"] for number in range(1, 3001)])
    assert len(graph.cycles(steps)[0]) == 3001


def test_every_violation_is_named_with_its_place() -> None:
    bad = {"name": "", "quantity": 0, "nodes": [{"id": "N1", "nominalTime": 0, "requiredSkills": "welding"}, NODE]}
    assert violations(bad, pristine_validator()) == [
        "name must not be empty",
        "nodes[0].operationId is required",
        "nodes[0].nominalTime must be > 0",
        "nodes[0].requiredSkills must be of type array",
        "quantity must be > 0",
    ]


@pytest.mark.parametrize(
    ("steps", "violation"),
    [
        ([], "nodes must have at least 1 item"),
        ([NODE, NODE], "nodes[1].id must be unique: N1"),
        ([{**NODE, "predecessors": ["N9"]}], "nodes[0].predecessors names no step: N9"),
        ([{**NODE, "predecessors": ["N1"]}], "nodes must not depend on each other in a circle: N1 -> N1"),
        ([{**NODE, "efficiency": 1.2}], "nodes[0].efficiency must be <= 1"),
    ],
)
def test_what_is_wrong_with_nodes_is_said(steps: list[nodes.Step], violation: str) -> None:
    assert violations({"name": "P", "quantity": 1, "nodes": steps}, pristine_validator()) == [violation]


def test_a_faithful_migration_changes_no_checksum() -> None:
    plan = {"id": "P", "name": "P", "quantity": 7, "defectRate": 0.05, "executionGraph": [STEP]}
    migrated = migrate(plan, analyse(plan, pristine_validator()), "2026-01-01T00:00:00.000Z")
    assert {checksum.plan_checksum(migrated, reading) for reading in ("served", "nodes", "executionGraph")} == {
        checksum.plan_checksum(plan)
    }
    assert migrated["executionGraph"] == plan["executionGraph"]


@pytest.mark.parametrize(
    "change",
    [
        {"quantity": 8},
        {"nodes": [{**NODE, "nominalTime": 31}]},
        {"nodes": [NODE, NODE]},
        {"nodes": [{**NODE, "predecessors": ["X"]}]},
    ],
)
def test_a_change_of_meaning_changes_the_checksum(change: nodes.Document) -> None:
    plan = {"id": "P", "quantity": 7, "nodes": [NODE]}
    assert checksum.plan_checksum({**plan, **change}) != checksum.plan_checksum(plan)


@pytest.mark.parametrize(
    ("step", "heading"),
    [
        ({"id": "N1", "time": 30, "skills": []}, "missing_operation"),
        ({**STEP, "time": 0}, "validation"),
        ({**STEP, "duration": 4}, "mapping"),
        ({**STEP, "nominalTime": 31}, "mapping"),
        ({**STEP, "predecessors": ["N9"]}, "mapping"),
        ({**STEP, "predecessors": ["N1"]}, "circles"),
    ],
)
def test_the_analysis_puts_each_problem_under_one_heading(step: nodes.Step, heading: str) -> None:
    found = analyse({"id": "P", "name": "P", "quantity": 1, "executionGraph": [step]}, pristine_validator())
    headings = [name for name in ("validation", "mapping", "missing_operation", "circles") if getattr(found, name)]
    assert headings == [heading]


def test_a_survey_adds_up() -> None:
    plans = [
        {"id": "A", "nodes": [NODE]},
        {"id": "B", "name": "B", "quantity": 1, "executionGraph": [STEP]},
        {"id": "C"},
    ]
    found = survey(plans, pristine_validator())
    assert [len(group) for group in (found.already, found.pending, found.stepless, found.faulty)] == [1, 1, 1, 1]
