"""verdict.json against its published schema and its documentation."""

import json
from typing import Any

import jsonschema
import pytest
import samples

from gonogo.judge import quantile
from gonogo.measurement import Limit
from gonogo.verdict import SCHEMA, Expected, derive, unfinished

PUBLISHED = json.loads((samples.ROOT / "docs" / "verdict.schema.json").read_text(encoding="utf-8"))
DOCUMENT = (samples.ROOT / "docs" / "verdict.md").read_text(encoding="utf-8")


def problems(verdict: dict[str, Any]) -> list[str]:
    """Return what the schema holds against a verdict, after it has been through a strict JSON file."""
    read = json.loads(json.dumps(verdict, allow_nan=False))
    return [error.message for error in jsonschema.Draft202012Validator(PUBLISHED).iter_errors(read)]


@pytest.mark.parametrize("sample", [samples.go, samples.no_go, samples.hold])
def test_real_verdicts_keep_to_the_schema(sample: Any) -> None:
    verdict, _ = sample()
    assert problems(verdict) == []


def test_the_verdict_before_a_run_keeps_to_the_schema() -> None:
    planned = samples.expected("canonical_model/2")
    assert problems(unfinished(planned, "the run is not finished").as_dict({"run": "r"}, "", "")) == []


def test_too_few_samples_leave_an_open_end_and_still_valid_json() -> None:
    judged = quantile("p95", [0.1, 0.2, 0.3], 0.95, Limit("<", 0.5, "s"))
    node = "a.feature::one"
    record = samples.failed(node, ["R1-P2-01"], judged)
    verdict = derive(Expected("x/1", [{"id": "R1-P2-01"}], {"R1-P2-01": [node]}), {node: [record]}, {}, [])
    content = verdict.as_dict(samples.REQUEST, samples.STARTED, samples.FINISHED)
    assert problems(content) == []
    assert "high" not in content["criteria"][0]["measured"]


@pytest.mark.parametrize(
    "change",
    [
        {"decision": "MAYBE"},
        {"schema": "gonogo/verdict/2"},
        {"criteria": []},
        {"problems": ["a worker died"]},
        {"surprise": 1},
        {"started": "yesterday"},
    ],
)
def test_the_schema_refuses_what_a_go_cannot_be(change: dict[str, Any]) -> None:
    verdict, _ = samples.go()
    assert problems(verdict | change)


def test_the_schema_refuses_a_go_with_a_missed_criterion() -> None:
    verdict, _ = samples.no_go()
    assert problems(verdict | {"decision": "GO", "problems": []})


def test_the_schema_refuses_a_no_go_without_a_missed_criterion() -> None:
    verdict, _ = samples.hold()
    assert problems(verdict | {"decision": "NO-GO"})


def test_every_field_is_documented() -> None:
    criterion, measurement = PUBLISHED["$defs"]["criterion"], PUBLISHED["$defs"]["measurement"]
    names = [name for table in (PUBLISHED, criterion, measurement) for name in table["properties"]]
    assert [name for name in names if f"`{name}`" not in DOCUMENT] == []
    assert PUBLISHED["properties"]["schema"]["const"] == SCHEMA
