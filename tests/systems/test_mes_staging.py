"""What the staging and rollback scenarios read: the rehearsal's report, plans of tables, flags, exports, amounts."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from gonogo.outcome import Missed, Unverified
from systems.mes import backups, sample, switches
from systems.mes.migration import Report, Sample
from systems.mes.rollback import witness
from systems.mes.work import Worked, show

REPORT = """\
Migration Dry-Run Report
========================
Total plans: 3
Already migrated (have nodes[]): 1
Will migrate (have executionGraph[]): 2
Errors: 0

Sample conversions:
Plan PLAN-1224-001: 5 nodes → 5 canonical nodes ✓
Plan PLAN-1224-002: 8 nodes → 8 canonical nodes ✓
"""


def test_the_counts_and_samples_of_a_report_are_read() -> None:
    report = Report(REPORT)
    assert report.count("Will migrate (have executionGraph[])") == 2
    assert report.samples == [Sample("PLAN-1224-001", 5, 5), Sample("PLAN-1224-002", 8, 8)]
    assert report.counts_add_up


@pytest.mark.parametrize(
    "text", ["", REPORT.replace("Total plans: 3", "Total plans: 4"), REPORT.replace("Total plans: 3\n", "")]
)
def test_counts_that_are_wrong_or_missing_do_not_add_up(text: str) -> None:
    assert not Report(text).counts_add_up


def test_a_table_of_a_feature_becomes_a_plan() -> None:
    table = [["operation", "nominal time", "efficiency"], ["OP-CUT", "45 min", "90 %"], ["OP-PACK", "90 s", "100 %"]]
    nodes = sample.from_table(table)["nodes"]
    assert [(node["operationId"], node["nominalTime"], node["efficiency"]) for node in nodes] == [
        ("OP-CUT", 45, 0.9),
        ("OP-PACK", 1.5, 1.0),
    ]
    assert nodes[1]["predecessors"] == ["N1"]


def test_the_old_shape_has_the_same_steps_under_the_old_names() -> None:
    old = sample.old_shape(sample.plan())
    assert "nodes" not in old
    assert [step["time"] for step in old["executionGraph"]] == [20, 30, 10]
    assert all("nominalTime" not in step and "skills" in step for step in old["executionGraph"])


@dataclass
class Store:
    """Stands for the MES where only its answers matter."""

    printed: str = ""
    listed: list[dict[str, Any]] = field(default_factory=list)

    def command(self, _name: str) -> "Store":
        return self

    def require(self) -> "Store":
        return self

    @property
    def stdout(self) -> str:
        return self.printed

    def plans(self) -> list[dict[str, Any]]:
        return self.listed


def test_flags_are_read_with_their_repetitions_and_without_comments() -> None:
    text = "# FEATURE_OLD=true\nFEATURE_USE_CANONICAL_NODES = true # new\nFEATURE_USE_CANONICAL_NODES=false\nOTHER=1\n"
    assert switches.configured(Store(text)) == [  # type: ignore[arg-type]
        ("FEATURE_USE_CANONICAL_NODES", "true"),
        ("FEATURE_USE_CANONICAL_NODES", "false"),
    ]


def test_without_an_old_plan_nothing_can_witness_a_rollback() -> None:
    plans = [{"id": "PLAN-2", "hasExecutionGraph": False}, {"id": "PLAN-1", "hasExecutionGraph": True}]
    assert witness(Store(listed=plans)) == "PLAN-1"  # type: ignore[arg-type]
    with pytest.raises(Unverified, match="no old path"):
        witness(Store(listed=plans[:1]))  # type: ignore[arg-type]


def test_a_comparison_must_speak_of_every_table() -> None:
    found = backups.differing_rows({"differing_rows": {"production_plans": 0, "materials": 2, "assignments": 0}})
    assert found == {"production_plans": 0, "materials": 2, "assignments": 0}
    with pytest.raises(Unverified, match="says nothing about assignments"):
        backups.differing_rows({"differing_rows": {"production_plans": 0, "materials": 0}})


def test_an_empty_catalogue_is_missed() -> None:
    class Empty:
        class target:  # noqa: N801
            @staticmethod
            def query(_name: str) -> list[dict[str, Any]]:
                return []

    with pytest.raises(Missed, match="no export"):
        backups.latest(Empty())  # type: ignore[arg-type]


def test_what_work_does_to_the_stock_is_told_apart() -> None:
    def stock(amount: float, reserved: float) -> dict[str, dict[str, Any]]:
        return {"MAT-STEEL": {"stock": amount, "reserved": reserved}}

    started = {"assignment": {"actualReservedAmounts": {"MAT-STEEL": 15.75}}}
    worked = Worked(started, {}, stock(100, 2), stock(100, 17.75), stock(84.25, 2))
    assert (worked.held(), worked.taken(), worked.still_held()) == (
        {"MAT-STEEL": 15.75},
        {"MAT-STEEL": 15.75},
        {"MAT-STEEL": 0.0},
    )


def test_amounts_are_shown_in_order() -> None:
    assert show({"MAT-WIRE": 2.1, "MAT-STEEL": 15.75}) == "MAT-STEEL 15.75, MAT-WIRE 2.1"
    assert show({}) == "nothing"
