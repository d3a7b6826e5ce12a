"""The suite works out for itself which plans the migration must find fault with."""

from typing import Any

import pytest

from gonogo.outcome import Missed
from systems.mes.analysis import PROBLEMS, listed
from systems.mes.migration import Report

Step = dict[str, Any]


def step(name: str, *before: str, operation: str = "OP-CUT", time: float = 5) -> Step:
    return {"id": name, "operationId": operation, "time": time, "predecessors": list(before)}


CASES = [
    ("Circular dependencies", [step("A"), step("B", "A"), step("C", "A", "B")], False),
    ("Circular dependencies", [step("A", "A")], True),
    ("Circular dependencies", [step("A", "C"), step("B", "A"), step("C", "B")], True),
    ("Circular dependencies", [step("A"), step("B", "C"), step("C", "B")], True),
    ("Circular dependencies", [step("A", "elsewhere")], False),
    ("Plans lacking operationId", [step("A"), step("B", operation="")], True),
    ("Plans lacking operationId", [step("A")], False),
    ("Validation errors", [step("A", time=0)], True),
    ("Validation errors", [step("A", time=-1)], True),
    ("Validation errors", [step("A", time=0.5)], False),
    ("Validation errors", [{"id": "A", "operationId": "OP-CUT"}], False),
]


@pytest.mark.parametrize(("heading", "steps", "troubled"), CASES)
def test_a_problem_is_seen_where_it_is_and_nowhere_else(heading: str, steps: list[Step], troubled: bool) -> None:
    assert PROBLEMS[heading](steps) is troubled


def test_a_report_lists_plans_with_their_reasons() -> None:
    report = Report(
        "Validation errors: 2\n  P-1: nodes[0].nominalTime must be > 0\n  P-2: too\nField mapping issues: 0\n"
    )
    assert listed(report, "Validation errors") == {"P-1": "nodes[0].nominalTime must be > 0", "P-2": "too"}
    assert listed(report, "Field mapping issues") == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Circular dependencies: 0\n", "has no line 'Validation errors'"),
        ("Validation errors: 2\n  P-1: x\n", "counts 2 .* lists 1"),
        ("Validation errors: none\n", "counts none .* lists 0"),
    ],
)
def test_a_report_that_leaves_out_or_miscounts_is_missed(text: str, said: str) -> None:
    with pytest.raises(Missed, match=said):
        listed(Report(text), "Validation errors")
