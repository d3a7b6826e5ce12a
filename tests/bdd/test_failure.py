"""What a person reads of a scenario that did not pass."""

from xml.etree import ElementTree

import pytest

pytest_plugins = ["pytester"]

FEATURE = """
    Feature: Plans
      Scenario: Adds up
        If this fails: count again, then ask who added one.

        Given 3 plans
        When 4 plans are added
        Then there are 8 plans
        And there are 7 plans
"""


def test_a_failure_shows_the_steps_the_reason_the_place_and_the_remedy(project):
    project.feature(FEATURE)
    output = project.run("features").stdout
    output.fnmatch_lines(
        [
            "Feature: Plans",
            "Scenario: Adds up  (features/a.feature:2)",
            "  passed       Given 3 plans",
            "  passed       When 4 plans are added",
            "  FAILED       Then there are 8 plans  (features/a.feature:7)",
            "  not reached  And there are 7 plans",
            "AssertionError: 7 plans, required 8",
            "  shop_steps.py:15 in there_are",
            '    assert plans == count, f"{plans} plans, required {count}"',
            "If this fails: count again, then ask who added one.",
            "FAILED features/a.feature::Adds up - AssertionError: 7 plans, required 8",
        ]
    )
    for machinery in ("site-packages", "_pytest", "pluggy/", "gonogo/bdd", "Traceback"):
        assert machinery not in output.str()


def test_causes_are_told_and_helpers_shown_but_hidden_frames_are_not(project):
    project.steps("""
        def hidden():
            __tracebackhide__ = True
            helper()

        def helper():
            try:
                raise OSError("refused")
            except OSError as error:
                raise RuntimeError("no answer") from error

        @then("it answers")
        def answers(): hidden()
    """)
    project.feature("Scenario: One\n  Then it answers")
    output = project.run("features").stdout
    output.fnmatch_lines(["RuntimeError: no answer", "caused by OSError: refused", "  shop_steps.py:* in helper"])
    assert "in hidden" not in output.str()


def test_a_fixture_that_fails_is_shown_in_the_same_way(project):
    project.steps("""
        @pytest.fixture(autouse=True)
        def environment(): raise RuntimeError("environment down")
    """)
    project.feature(FEATURE)
    output = project.run("features").stdout
    output.fnmatch_lines(
        ["  not reached  Given 3 plans", "RuntimeError: environment down", "  shop_steps.py:* in environment"]
    )
    assert "site-packages" not in output.str()


def test_a_missing_fixture_is_named(project):
    project.steps("@then('it is there')\ndef there(no_such_fixture): pass\n")
    project.feature("Scenario: One\n  Then it is there")
    output = project.run("features").stdout
    expected = ["  BROKEN       Then it is there*", "FixtureLookupError: fixture 'no_such_fixture' not found"]
    output.fnmatch_lines(expected)


def test_the_whole_traceback_can_be_had(project):
    project.feature(FEATURE)
    assert "Traceback (most recent call last)" in project.run("--full-trace", "features").stdout.str()


def test_junit_names_the_feature_the_line_and_the_reason(project):
    project.feature(FEATURE)
    project.run("features", "--junitxml=junit.xml", "-o", "junit_family=xunit1")
    case = ElementTree.parse(project.pytester.path / "junit.xml").find(".//testcase")  # noqa: S314 - our own file
    assert case.get("name") == "Adds up"
    assert case.get("classname") == "features.a.feature"
    assert case.get("file") == "features/a.feature"
    assert case.find("failure").get("message").startswith("AssertionError: 7 plans, required 8")


def test_the_same_text_arrives_from_another_process(project):
    project.feature(FEATURE)
    result = project.pytester.runpytest_subprocess("-p", "xdist.plugin", "-n", "1", "features")
    result.stdout.fnmatch_lines(
        [
            "  FAILED       Then there are 8 plans  (features/a.feature:7)",
            "FAILED *::Adds up - AssertionError: 7 plans*",
        ]
    )


@pytest.mark.parametrize("text", ["\\ud800", "\\x1b[2J", "\\u202e", "\\x00"])
def test_nothing_from_a_target_reaches_the_terminal_as_a_command(project, text):
    project.steps(f"@then('it says')\ndef says(): raise AssertionError('{text}')\n")
    project.feature("Scenario: One\n  Then it says")
    output = project.run("features", "--tb=short").stdout.str()
    assert text.encode().decode("unicode_escape", "surrogatepass") not in output
    assert "AssertionError: \\u" in output
