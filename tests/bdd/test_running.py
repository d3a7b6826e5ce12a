"""Scenarios run their steps with pytest's fixtures, and nothing that goes wrong in one passes for success."""

import pytest

pytest_plugins = ["pytester"]


def statuses(record):
    """Return the status of each step of a record."""
    return [step["status"] for step in record["steps"]]


def test_fixtures_live_as_long_as_their_scope(project):
    project.steps("""
        made = []

        @pytest.fixture
        def mine():
            made.append("mine")
            yield
            made.append("mine is over")

        @pytest.fixture(scope="module")
        def of_the_file():
            made.append("file")
            yield
            made.append("file is over")

        @pytest.fixture(scope="session")
        def of_all(): made.append("all")

        @when("all are used")
        def used(mine, of_the_file, of_all): pass

        def pytest_sessionfinish():
            with open("made.txt", "w") as log: log.write(" | ".join(made))
    """)
    text = "Scenario: A\n  When all are used\n  When all are used\nScenario: B\n  When all are used"
    project.feature(text)
    project.feature(text, name="features/b.feature")
    project.run("features").assert_outcomes(passed=4)
    log = (project.pytester.path / "made.txt").read_text()
    first = "mine | file | all | mine is over | mine | mine is over | file is over"
    later = "mine | file | mine is over | mine | mine is over | file is over"
    assert log == f"{first} | {later}"


def test_autouse_fixtures_surround_scenarios_and_one_that_fails_breaks_them(project):
    project.steps("""
        @pytest.fixture(autouse=True)
        def environment(request):
            if request.node.name == "Down": raise RuntimeError("environment down")
    """)
    project.feature("Scenario: Up\n  Given a shop\nScenario: Down\n  Given a shop\n  Then there are 1 plans")
    up, down = project.records("features")
    assert up["status"] == "passed"
    assert (down["status"], statuses(down)) == ("broken", ["skipped", "skipped"])
    assert down["error"] == {"type": "RuntimeError", "message": "environment down", "step": None}


def test_a_step_that_yields_goes_on_when_the_scenario_is_torn_down(project):
    project.steps("""
        @given("something that yields", target_fixture="plans")
        def yielding():
            yield 5
            raise RuntimeError("on the way out")
    """)
    project.feature("Scenario: One\n  Given something that yields\n  Then there are 5 plans")
    [record] = project.records("features")
    assert statuses(record) == ["passed", "passed"]
    assert (record["status"], record["error"]["message"]) == ("broken", "on the way out")


@pytest.mark.parametrize(
    ("body", "message"),
    [("yield\n    yield", "yields more than once"), ("if False: yield", "did not yield")],
)
def test_a_step_that_yields_must_do_so_once(project, body, message):
    project.steps(f'@given("something that yields")\ndef yielding():\n    {body}\n')
    project.feature("Scenario: One\n  Given something that yields")
    [record] = project.records("features")
    assert record["status"] == "broken"
    assert message in record["error"]["message"]


def test_a_truth_that_a_step_returns_is_not_taken_for_a_check(project):
    project.steps("""
        @then("nobody looks")
        def returned(): return 1 == 2
    """)
    project.feature("Scenario: One\n  Then nobody looks")
    [record] = project.records("features")
    assert record["status"] == "broken"
    assert "the step returned False, which nobody looks at; assert it instead" in record["error"]["message"]


def test_values_that_a_step_may_change_are_parsed_anew_for_each_scenario(project):
    project.steps("""
        def words(text): return text.split()
        words.pattern = ".+"

        @given(parsers.parse("the words {found:Words}", {"Words": words}))
        def change(found):
            found.append("more")
            assert found == ["a", "b", "more"]
    """)
    project.feature("Scenario: A\n  Given the words a b\nScenario: B\n  Given the words a b\n  And the words a b")
    project.run("features").assert_outcomes(passed=2)


def test_a_reserved_argument_name_is_told(project):
    project.steps("""
        @given(parsers.parse("a {docstring}"))
        def reserved(docstring): pass
    """)
    project.feature("Scenario: One\n  Given a text")
    [record] = project.records("features")
    assert "'docstring' is a reserved argument name" in record["error"]["message"]


def test_steps_after_the_first_failure_do_not_run(project):
    project.feature("Scenario: One\n  Given 1 plans\n  Then there are 2 plans\n  And there are 1 plans")
    [record] = project.records("features")
    assert (record["status"], statuses(record)) == ("failed", ["passed", "failed", "skipped"])


def test_steps_of_a_run_that_was_only_set_up_have_not_passed(project):
    project.feature("Scenario: One\n  Given a shop")
    [record] = project.records("--setup-only", "features")
    assert (record["status"], statuses(record)) == ("skipped", ["skipped"])
    assert record["error"]["message"] == "the scenario was set up but not run"


def test_assertions_of_step_modules_are_explained(project):
    project.steps("""
        @then("lists are equal")
        def equal(): assert [1, 2] == [1, 3]
    """)
    project.feature("Scenario: One\n  Then lists are equal")
    [record] = project.records("features")
    assert "At index 1 diff: 2 != 3" in record["error"]["message"]


def test_a_scenario_that_is_run_again_begins_anew(project):
    project.write(
        "conftest.py",
        """
        pytest_plugins = ["shop_steps"]
        from _pytest.runner import runtestprotocol

        def pytest_runtest_protocol(item, nextitem):
            for _ in range(2):
                reports = runtestprotocol(item, nextitem=nextitem)
            return True
    """,
    )
    project.feature("Scenario: One\n  Given 1 plans\n  Then there are 1 plans")
    records = project.records("features")
    assert [statuses(record) for record in records] == [["passed", "passed"]] * 2


def test_hooks_hear_of_every_step(project):
    project.write(
        "conftest.py",
        """
        pytest_plugins = ["shop_steps"]
        heard = []
        def pytest_bdd_before_step(step): heard.append(f"before {step.name}")
        def pytest_bdd_after_step(step): heard.append(f"after {step.name}")
        def pytest_bdd_step_error(step, exception): heard.append(f"error {step.name}")
        def pytest_bdd_after_scenario(scenario): heard.append(f"over {scenario.name}")
        def pytest_sessionfinish(): open("heard.txt", "w").write(", ".join(heard))
    """,
    )
    project.feature("Scenario: One\n  Given 1 plans\n  Then there are 2 plans")
    project.run("features")
    heard = (project.pytester.path / "heard.txt").read_text()
    assert heard == "before 1 plans, after 1 plans, before there are 2 plans, error there are 2 plans, over One"
