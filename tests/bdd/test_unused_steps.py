"""`--unused-steps` names every definition that no scenario means, and fails if there is one."""

import pytest

pytest_plugins = ["pytester"]

ALL_USED = "Scenario: One\n  Given a shop\n  And 1 plans\n  When 2 plans are added\n  Then there are 3 plans"


def test_a_vocabulary_in_full_use_passes_and_no_scenario_runs(project):
    project.feature(ALL_USED)
    result = project.run("--unused-steps", "features")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["0 unused step definitions"])
    assert "passed" not in result.stdout.str()


def test_an_idle_definition_is_named_with_its_place(project):
    project.steps("""
        @then("nobody says this")
        def idle(): pass
    """)
    project.feature(ALL_USED)
    result = project.run("--unused-steps", "features")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["shop_steps.py:17: unused step 'nobody says this'", "1 unused step definitions"])


def test_a_definition_that_only_deselected_scenarios_use_is_not_idle(project):
    project.feature(ALL_USED)
    assert project.run("--unused-steps", "-m", "not smoke", "features").ret == pytest.ExitCode.OK


def test_features_that_cannot_be_collected_are_not_called_unused(project):
    project.feature("Scenario: One\n  Given a shopp")
    result = project.run("--unused-steps", "features")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "unused step definitions" not in result.stdout.str()


def test_it_refuses_to_look_in_several_processes(project):
    project.feature(ALL_USED)
    result = project.run("-p", "xdist.plugin", "-n", "2", "--unused-steps", "features")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--unused-steps looks at one process only; leave out -n*"])
