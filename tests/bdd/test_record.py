"""One record for each scenario: JSON, complete, whatever becomes of the scenario."""

import json

import pytest

pytest_plugins = ["pytester"]


def test_a_record_says_everything_about_a_scenario(project):
    project.feature("""
        @smoke
        Feature: Plans
          Rule: They add up
            @R1-P2-07 @severity:critical
            Scenario Outline: <some> and <more>
              If this fails: count again.

              Given <some> plans
              When <more> plans are added
              Then there are <all> plans

              @R1-P2-08
              Examples:
                | some | more | all |
                | 1    | 2    | 4   |
    """)
    [record] = project.records("features")
    assert record.pop("duration_s") > 0
    assert record.pop("started").endswith("+00:00")
    assert [step.pop("duration_s") >= 0 for step in record["steps"]] == [True] * 3
    assert record == {
        "nodeid": "features/a.feature::<some> and <more>[1-2-4]",
        "feature": "Plans",
        "feature_file": "features/a.feature",
        "line": 15,
        "scenario": "1 and 2",
        "rule": "They add up",
        "row": {"some": "1", "more": "2", "all": "4"},
        "tags": ["R1-P2-07", "R1-P2-08", "severity:critical", "smoke"],
        "description": "If this fails: count again.",
        "status": "failed",
        "error": {
            "type": "AssertionError",
            "message": "3 plans, required 4\nassert 3 == 4",
            "step": "Then there are 4 plans",
        },
        "steps": [
            {"keyword": "Given", "text": "1 plans", "status": "passed"},
            {"keyword": "When", "text": "2 plans are added", "status": "passed"},
            {"keyword": "Then", "text": "there are 4 plans", "status": "failed"},
        ],
        "worker": "main",
        "extras": {},
    }


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("pass", "passed"),
        ("assert False", "failed"),
        ("raise ValueError('odd')", "broken"),
        ("pytest.fail('no')", "broken"),
        ("pytest.skip('not today')", "skipped"),
        ("pytest.xfail('known')", "skipped"),
        ("raise SystemExit(0)", "broken"),
        ("raise AssertionError", "failed"),
    ],
)
def test_the_status_follows_from_what_a_step_raises(project, body, status):
    project.steps(f'@then("it ends")\ndef ends(): {body}\n')
    project.feature("Scenario: One\n  Then it ends")
    [record] = project.records("features")
    assert record["status"] == status
    assert (record["error"] is None) == (status == "passed")
    assert record["error"] is None or record["error"]["message"]


@pytest.mark.parametrize("count", [1, 2])
def test_a_scenario_marked_as_known_to_fail_never_passes(project, count):
    project.feature(f"@xfail\nScenario: One\n  Given 1 plans\n  Then there are {count} plans")
    [record] = project.records("features")
    assert record["status"] == "skipped"


def test_a_strict_xfail_that_passes_is_broken(project):
    project.feature("@xfail\nScenario: One\n  Given a shop")
    [record] = project.records("-o", "xfail_strict=true", "features")
    assert record["status"] == "broken"
    assert "XPASS(strict)" in record["error"]["message"]


def test_an_assertion_in_a_fixture_is_broken_because_nothing_was_measured(project):
    project.steps("""
        @pytest.fixture
        def ready(): assert False, "not ready"

        @pytest.fixture(autouse=True)
        def always(request):
            if request.node.name == "Set up": assert False, "no environment"
    """)
    project.feature("Scenario: Set up\n  Given a shop")
    [record] = project.records("features")
    assert (record["status"], record["error"]["step"]) == ("broken", None)


def test_a_skipped_scenario_says_why(project):
    project.steps("@then('it ends')\ndef ends(): pytest.skip('not today')\n")
    project.feature("Scenario: One\n  Then it ends")
    [record] = project.records("features")
    assert record["error"] == {"type": "Skipped", "message": "not today", "step": "Then it ends"}


EXTRAS = """
from gonogo.bdd import SCENARIO_EXTRAS

@then("something is noted")
def noted(request):
    request.node.stash[SCENARIO_EXTRAS] = {"measurements": [%s]}
"""


def test_extras_travel_with_the_record(project):
    project.steps(EXTRAS % "{'value': 0.5}")
    project.feature("Scenario: One\n  Then something is noted")
    [record] = project.records("features")
    assert record["extras"] == {"measurements": [{"value": 0.5}]}


def test_extras_that_are_not_json_break_the_scenario_with_a_clear_message(project):
    project.steps(EXTRAS % "object()")
    project.feature("Scenario: One\n  Then something is noted")
    [record] = project.records("features")
    assert (record["status"], record["extras"]) == ("broken", {})
    assert "cannot be written as JSON" in record["error"]["message"]
    assert project.run("features").ret == pytest.ExitCode.TESTS_FAILED


def test_no_record_is_lost_between_processes_whatever_it_holds(project):
    project.steps(
        EXTRAS % "object()" + "\n@then('it says')\ndef says(): assert False, chr(0xd800) + chr(0x202e) + chr(27)\n"
    )
    project.feature("Scenario: One\n  Then something is noted\nScenario: Two\n  Then it says")
    project.write(
        "collector.py",
        """
        def pytest_runtest_logreport(report):
            text = getattr(report, "gonogo_scenario", None)
            if text and hasattr(report, "node"):
                with open("records.jsonl", "a") as log: log.write(text + chr(10))
    """,
    )
    result = project.pytester.runpytest_subprocess("-p", "xdist.plugin", "-p", "collector", "-n", "2", "features")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    lines = (project.pytester.path / "records.jsonl").read_text().splitlines()
    records = {record["scenario"]: record for record in map(json.loads, lines)}
    assert {name: record["status"] for name, record in records.items()} == {"One": "broken", "Two": "failed"}
    assert records["Two"]["worker"] in ("gw0", "gw1")
    assert records["Two"]["error"]["message"].startswith("\\ud800\\u202e\\u001b")
