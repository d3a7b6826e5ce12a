"""The verdict as JUnit XML."""

import xml.etree.ElementTree as ET
from typing import Any

import pytest
import samples

from gonogo.report import junit


def parsed(sample: samples.Sample) -> ET.Element:
    return ET.fromstring(junit.render(*sample).encode())  # noqa: S314  # our own


def case(root: ET.Element, name: str) -> ET.Element:
    return next(c for c in root.iter("testcase") if c.get("name") == name)


@pytest.mark.parametrize(("sample", "tag"), [(samples.go, None), (samples.no_go, "failure"), (samples.hold, "error")])
def test_a_case_of_its_own_carries_the_decision(sample: Any, tag: str | None) -> None:
    content, records = sample()
    verdict = case(parsed((content, records)), "VERDICT")
    properties = {p.get("name"): p.get("value") for p in verdict.iter("property")}
    assert properties["decision"] == content["decision"]
    assert properties["gate"] == content["gate"]
    assert [child.tag for child in verdict if child.tag != "properties"] == ([tag] if tag else [])


def test_missed_is_a_failure_and_inconclusive_an_error() -> None:
    root = parsed(samples.no_go())
    assert case(root, "Success criteria holds, part 2").find("failure") is not None
    broken = case(root, "Success criteria holds, part 1").find("error")
    assert broken is not None
    assert broken.get("type") == "gonogo.outcome.Inconclusive"
    assert "NOT Then they are as required" in (broken.text or "")


def test_a_case_tells_file_line_time_and_criteria() -> None:
    found = case(parsed(samples.no_go()), "Success criteria holds, part 2")
    assert found.get("classname") == "features.canonical_model.2"
    assert (found.get("file"), found.get("line")) == ("features/canonical_model/2.feature", "12")
    assert found.get("time") == "1.250"
    assert [p.get("value") for p in found.iter("property")] == ["R1-P2-49"]


def test_a_scenario_that_never_ran_is_an_error_with_its_criteria() -> None:
    missing = case(parsed(samples.no_go()), "features/canonical_model/2.feature::Flag on tests holds, part 1")
    assert missing.find("error") is not None
    assert [p.get("value") for p in missing.iter("property")] == ["R1-P2-32", "R1-P2-33", "R1-P2-34"]


def test_a_criterion_without_any_scenario_is_an_error() -> None:
    from gonogo.verdict import Expected, derive

    verdict = derive(Expected("x/1", [{"id": "R1-P2-01"}], {}), {}, {}, [])
    root = parsed((verdict.as_dict(samples.REQUEST, "", ""), []))
    assert case(root, "no scenario verifies R1-P2-01").find("error") is not None


@pytest.mark.parametrize("status", ["skipped", "broken", "", None])
def test_whatever_is_not_passed_is_never_a_pass(status: str | None) -> None:
    content, records = samples.go("canonical_model/1")
    records[0] |= {"status": status, "error": None}
    found = case(parsed((content, records)), records[0]["scenario"])
    assert found.find("error") is not None


def test_a_waived_scenario_is_shown_as_skipped_with_the_waiver_so_that_it_agrees_with_go() -> None:
    root = parsed(samples.go())
    waived = case(root, "Flag on tests holds, part 1").find("skipped")
    assert waived is not None
    assert str(waived.get("message")).startswith("waived by Operations")
    assert (root.get("failures"), root.get("errors"), root.get("skipped")) == ("0", "0", "1")


def test_a_repeated_scenario_keeps_every_attempt() -> None:
    content, records = samples.go("canonical_model/1")
    root = parsed((content, [records[0] | {"status": "failed"}, records[0]]))
    names = [c.get("name") for c in root.iter("testcase")]
    assert names.count(records[0]["scenario"]) == 1
    assert f"{records[0]['scenario']} (attempt 2)" in names
    assert root.get("failures") == "1"


def test_a_row_of_an_outline_is_part_of_the_name() -> None:
    content, records = samples.go("canonical_model/1")
    records[0] |= {"row": {"service": "plans", "floor": "99 %"}}
    assert case(parsed((content, records)), f"{records[0]['scenario']} [service=plans, floor=99 %]") is not None


def test_the_totals_count_every_case() -> None:
    root = parsed(samples.hold())
    assert int(str(root.get("tests"))) == len(list(root.iter("testcase")))
    assert int(str(root.get("errors"))) == len(list(root.iter("error")))
    assert sum(int(str(suite.get("tests"))) for suite in root.iter("testsuite")) == int(str(root.get("tests")))


def test_any_character_leaves_valid_xml_and_no_forged_element() -> None:
    root = parsed(samples.hostile())
    assert not list(root.iter("script"))
    failure = next(root.iter("failure"))
    assert failure is not None
    scenario = next(c for c in root.iter("testcase") if "alert(1)" in str(c.get("name")))
    assert "\\u0000" in str(scenario.get("name"))
    assert "\\ud800" in str(scenario.get("name"))
