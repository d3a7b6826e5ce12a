"""What a run has to show: by gate, by selection, and refused where the request makes no sense."""

from pathlib import Path

import pytest

from gonogo import criteria
from gonogo.outcome import UsageError
from gonogo.selection import Place, PlannedScenario, check_expression, for_gate, for_selection, scenarios

ROWS = """\
id,gates,section,criterion,kind,verified_by,threshold,mutates,applies_to,note
R9-P1-01,1,A,One,api,scenario,,no,any,
R9-P1-02,1,A,Two,api,scenario,,no,staging,
R9-P1-03,1,A,Three,api,scenario,,no,hermetic,
R9-P2-01,2,A,Four,api,out_of_scope,,no,any,because
"""
ROOT = Path("/checkout/features")


@pytest.fixture
def catalogue(tmp_path):
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "criteria.csv").write_text(ROWS, encoding="utf-8")
    return criteria.load(tmp_path)


def planned(name: str, *tags: str) -> PlannedScenario:
    path = ROOT / "shop" / "01.feature"
    return PlannedScenario(f"features/shop/01.feature::{name}", path, frozenset(tags))


SCENARIOS = [planned("a", "R9-P1-01", "smoke"), planned("b[1]", "R9-P1-02"), planned("b[2]", "R9-P1-02")]


def test_a_gate_requires_what_applies_to_the_kind_even_where_nothing_verifies_it(catalogue):
    expected = for_gate(catalogue, "shop/1", "hermetic", SCENARIOS)
    assert [c["id"] for c in expected.criteria] == ["R9-P1-01", "R9-P1-02", "R9-P1-03"]
    assert expected.scenarios["R9-P1-03"] == []
    assert expected.scenarios["R9-P1-02"] == [s.nodeid for s in SCENARIOS[1:]]


def test_production_requires_less(catalogue):
    assert [c["id"] for c in for_gate(catalogue, "shop/1", "production", SCENARIOS).criteria] == ["R9-P1-01"]


def test_a_gate_that_requires_nothing_is_refused(catalogue):
    with pytest.raises(UsageError, match="requires nothing in a hermetic environment"):
        for_gate(catalogue, "shop/2", "hermetic", SCENARIOS)


def test_a_selection_requires_the_criteria_of_what_it_selects(catalogue):
    expected = for_selection(catalogue, [Place(ROOT)], "smoke", "staging", SCENARIOS)
    assert [c["id"] for c in expected.criteria] == ["R9-P1-01"]


def test_a_node_id_of_an_outline_selects_all_its_rows(catalogue):
    place = Place(ROOT / "shop" / "01.feature", "b")
    expected = for_selection(catalogue, [place], "", "staging", SCENARIOS)
    assert expected.planned() == {s.nodeid for s in SCENARIOS[1:]}


def test_a_node_id_of_a_row_selects_that_row(catalogue):
    place = Place(ROOT / "shop" / "01.feature", "b[2]")
    assert for_selection(catalogue, [place], "", "staging", SCENARIOS).planned() == {SCENARIOS[2].nodeid}


@pytest.mark.parametrize("expression", ["smoke or mutats", "smoke and not mutats", "not (smoke or mutats)", "mutats"])
def test_an_unknown_tag_is_refused_wherever_it_stands(expression):
    with pytest.raises(UsageError, match="there is no tag 'mutats', did you mean 'mutates'"):
        check_expression(expression, {"smoke", "mutates"})


@pytest.mark.parametrize("expression", ["", "smoke", "smoke and not mutates", "R9-P1-01 or smoke"])
def test_a_good_expression_passes(expression):
    check_expression(expression, {"smoke", "mutates", "R9-P1-01"})


def test_an_expression_that_is_none_is_refused():
    with pytest.raises(UsageError, match="-m 'smoke and'"):
        check_expression("smoke and", {"smoke"})


def test_scenarios_are_read_with_their_rows_and_tags(tmp_path):
    path = tmp_path / "a.feature"
    path.write_text(
        "@phase\nFeature: A\n  Scenario Outline: rows <n>\n    When <n>\n"
        "    Examples:\n      | criterion | n |\n      | R9-P1-01 | 1 |\n      | R9-P1-02 | 2 |\n",
        encoding="utf-8",
    )
    found = scenarios([tmp_path], tmp_path, frozenset({"phase", "R9-P1-01", "R9-P1-02"}))
    assert {s.nodeid: s.tags for s in found} == {
        "a.feature::rows <n>[R9-P1-01]": {"phase", "R9-P1-01"},
        "a.feature::rows <n>[R9-P1-02]": {"phase", "R9-P1-02"},
    }


def test_a_feature_that_must_not_run_is_refused_with_file_and_line(tmp_path):
    (tmp_path / "a.feature").write_text("Feature: A\n  Scenario: empty\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"a\.feature:2: scenario 'empty' has no steps"):
        scenarios([tmp_path], tmp_path, frozenset())
