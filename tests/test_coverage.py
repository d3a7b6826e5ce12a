"""The plan against the scenarios, on the real features and on ones that contradict themselves."""

from pathlib import Path

import pytest

from gonogo.cli import known_tags, main
from gonogo.coverage import Coverage
from gonogo.prove import exceptions

ROOT = Path(__file__).parent.parent
HEADER = "id,gates,section,criterion,kind,verified_by,threshold,mutates,applies_to,note\n"


@pytest.fixture
def project(tmp_path):
    def write(row: str, tags: str) -> Coverage:
        (tmp_path / "features" / "shop").mkdir(parents=True)
        (tmp_path / "features" / "shop" / "criteria.csv").write_text(HEADER + row + "\n", encoding="utf-8")
        text = f"Feature: A\n  {tags}\n  Scenario: one\n    When x\n"
        (tmp_path / "features" / "shop" / "a.feature").write_text(text, encoding="utf-8")
        return Coverage.read(tmp_path, frozenset({"R9-P1-01", "manual", "mutates", "smoke"}))

    return write


def test_every_criterion_of_every_rollout_is_verified():
    coverage = Coverage.read(ROOT, known_tags(ROOT))
    assert [criterion.id for criterion in coverage.uncovered()] == []
    assert coverage.contradictions() == []


def test_the_command_agrees(capsys):
    assert main([f"--root={ROOT}", "criteria", "--uncovered"]) == 0
    assert capsys.readouterr().out == ""


def test_exceptions_from_the_proof_name_scenarios_that_exist_and_give_a_reason():
    coverage = Coverage.read(ROOT, known_tags(ROOT))
    nodeids = {scenario.nodeid for found in coverage.scenarios.values() for scenario in found}
    for name, reason in exceptions(ROOT).items():
        assert any(nodeid.startswith(name) for nodeid in nodeids), name
        assert len(reason) > 20, name


def test_a_criterion_that_nothing_verifies_is_named(project):
    coverage = project("R9-P1-01,1,A,One,api,scenario,,no,any,", "@smoke")
    assert [criterion.id for criterion in coverage.uncovered()] == ["R9-P1-01"]


@pytest.mark.parametrize(
    ("row", "tags", "says"),
    [
        ("R9-P1-01,1,A,One,api,out_of_scope,,no,any,why", "@R9-P1-01", "is out of scope, and yet verified"),
        ("R9-P1-01,1,A,One,api,attestation,,no,any,", "@R9-P1-01", "is not tagged @manual"),
        ("R9-P1-01,1,A,One,api,scenario,,no,any,", "@R9-P1-01 @manual", "is only attested"),
        ("R9-P1-01,1,A,One,api,scenario,,no,production,", "@R9-P1-01 @mutates", "cannot verify it there"),
    ],
)
def test_contradictions_between_plan_and_features_are_named(project, row, tags, says):
    (contradiction,) = project(row, tags).contradictions()
    assert says in contradiction


@pytest.mark.parametrize("tags", ["@R9-P1-01", "@R9-P1-01 @smoke"])
def test_a_plan_that_agrees_has_no_contradictions(project, tags):
    assert project("R9-P1-01,1,A,One,api,scenario,,no,any,", tags).contradictions() == []
