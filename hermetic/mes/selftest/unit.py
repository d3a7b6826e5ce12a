"""The seventeen unit tests of the MES rules: twelve of the canonical model, five of backward compatibility."""

import unittest

from hermetic.mes.domain import enrichment, materials, nodes
from hermetic.mes.domain.graph import cycles
from hermetic.mes.domain.validation import violations
from hermetic.mes.repository import pristine_validator

NODE = {"id": "N1", "operationId": "OP-WELD", "nominalTime": 30, "requiredSkills": ["welding"]}
STEP = {"id": "N1", "operationId": "OP-WELD", "time": 30, "skills": ["welding"]}
PLAN = {"name": "Frame", "quantity": 10, "nodes": [NODE]}


class CanonicalModel(unittest.TestCase):
    """Times, validation, material."""

    def test_effective_time_is_nominal_time_divided_by_efficiency(self) -> None:
        assert enrichment.effective_time(30, 0.75) == 40

    def test_full_efficiency_leaves_the_nominal_time(self) -> None:
        assert enrichment.effective_time(30, 1) == 30

    def test_an_efficiency_of_zero_is_refused(self) -> None:
        with self.assertRaises(ValueError):  # noqa: PT027 - no pytest here
            enrichment.effective_time(30, 0)

    def test_the_efficiency_of_a_node_overrides_its_operation(self) -> None:
        assert enrichment.enrich([{**NODE, "efficiency": 0.5}])[0]["effectiveTime"] == 60

    def test_an_unknown_operation_runs_at_nominal_time(self) -> None:
        assert enrichment.efficiency_of({"operationId": "OP-NEW"}) == 1

    def test_a_good_plan_has_no_violations(self) -> None:
        assert violations(PLAN, pristine_validator()) == []

    def test_all_violations_are_named(self) -> None:
        bad = {**PLAN, "quantity": 0, "nodes": [{**NODE, "nominalTime": 0}]}
        assert violations(bad, pristine_validator()) == ["nodes[0].nominalTime must be > 0", "quantity must be > 0"]

    def test_a_circle_of_nodes_is_found(self) -> None:
        assert cycles([{"id": "A", "predecessors": ["B"]}, {"id": "B", "predecessors": ["A"]}]) == [["A", "B", "A"]]

    def test_planned_material_includes_expected_defects(self) -> None:
        node = {"materialInputs": [{"materialCode": "M", "quantityPerUnit": 2}]}
        assert materials.planned_amounts(node, 100, 0.05) == {"M": 210}

    def test_a_short_stock_makes_a_partial_reservation(self) -> None:
        assert materials.reserve({"M": 10}, {"M": 4}).missing == {"M": 6}

    def test_enough_stock_makes_a_full_reservation(self) -> None:
        assert not materials.reserve({"M": 10}, {"M": 10}).partial

    def test_consumption_is_capped_at_what_was_reserved(self) -> None:
        assert materials.cap_consumption({"M": 9}, {"M": 4}).consumed == {"M": 4}


class BackwardCompatibility(unittest.TestCase):
    """Plans in the old shape; these tests end with the fallback."""

    def test_time_becomes_nominal_time(self) -> None:
        assert nodes.to_canonical(STEP)["nominalTime"] == 30

    def test_skills_become_required_skills(self) -> None:
        assert nodes.to_canonical(STEP)["requiredSkills"] == ["welding"]

    def test_a_converted_node_converts_back(self) -> None:
        assert nodes.to_legacy(nodes.to_canonical(STEP)) == STEP

    def test_with_the_flag_on_nodes_win_over_the_graph(self) -> None:
        plan = {"id": "P", "nodes": [NODE], "executionGraph": [STEP]}
        assert nodes.choose(plan, use_canonical_nodes=True).source == "nodes"

    def test_with_the_flag_off_the_graph_wins_over_nodes(self) -> None:
        plan = {"id": "P", "nodes": [NODE], "executionGraph": [STEP]}
        assert nodes.choose(plan, use_canonical_nodes=False).source == "executionGraph"


class Planted(unittest.TestCase):
    """What the fault `unit-test-fails` adds."""

    def test_times_add_up(self) -> None:
        assert enrichment.effective_time(30, 0.75) == 22.5
