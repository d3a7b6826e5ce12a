"""A run with `--alluredir` leaves one complete result for every scenario and every test."""

import json
import textwrap

import pytest

import gonogo.bdd.plugin  # loaded here, so that runs within this process share the modules
import gonogo.report.allure_listener  # noqa: F401

pytest_plugins = ["pytester"]

INI = """
[pytest]
addopts = -p pytest_bdd.plugin -p allure_pytest.plugin -p gonogo.bdd.plugin -p no:cacheprovider --strict-markers
markers =
    smoke: quick
    R1-P2-07: a criterion
    R1-P2-08: another
"""

DEFINITIONS = """
import allure, pytest
from pytest_bdd import given, then, when

@given("a shop")
def a_shop(): pass

@given("a table")
def table(datatable): pass

@given("a text")
def text(docstring): pass

@when("something is attached")
def attached():
    allure.attach("in the step", "outer")
    with allure.step("first"):
        allure.attach("in the nested step", "inner", allure.attachment_type.TEXT)
    with allure.step("second"):
        pass

@then("it fails")
def fails():
    with allure.step("deeper"):
        assert False, "no"

@then("it is skipped")
def skipped(): pytest.skip("not today")

@then("things are said")
def said():
    print("to stdout")
    allure.dynamic.title("A new title")
    allure.dynamic.description("A new description")
    allure.dynamic.label("owner", "Deployment lead")
    allure.dynamic.link("https://a.example", name="a link")
    allure.dynamic.issue("X-9")
    allure.dynamic.parameter("region", "eu")

@then("the environment is asked")
def asked(environment): pass

@pytest.fixture
def environment():
    raise RuntimeError("environment down")
"""


@pytest.fixture
def results(pytester, monkeypatch):
    """Return a function that runs a feature and perhaps tests, and returns the results by name."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makefile(".ini", pytest=INI)
    pytester.makeconftest('pytest_plugins = ["allure_definitions"]')
    pytester.makepyfile(allure_definitions=DEFINITIONS)
    pytester.syspathinsert(pytester.path)

    def run(feature, *arguments, tests="", in_process=True):
        folder = pytester.path / "features" / "order_sync"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "a.feature").write_text(textwrap.dedent(feature).strip("\n") + "\n", "utf-8")
        pytester.makepyfile(test_plain=tests)
        runner = pytester.runpytest_inprocess if in_process else pytester.runpytest_subprocess
        runner("features", "test_plain.py", "--alluredir=out", *arguments)
        return read(pytester.path / "out")

    return run


def read(folder):
    """Return the results in a folder by their name; of two of one name the test fails."""
    found = [json.loads(path.read_text("utf-8")) for path in folder.glob("*-result.json")]
    names = [result["name"] for result in found]
    assert len(set(names)) == len(names), names
    return dict(zip(names, found, strict=True))


def labels(result):
    """Return the labels of a result, as name -> values."""
    return {
        name: [label["value"] for label in result["labels"] if label["name"] == name]
        for name in {label["name"] for label in result["labels"]}
    }


ALL = """
    @epic:Order_sync
    Feature: Shop
      Sells.

      Rule: Opens
        @R1-P2-07 @smoke @severity:critical @issue:SHOP-1 @tms:T-2 @owner:team
        Scenario: Everything
          If this fails: ask.

          Given a table
            | a | b |
            | 1 | 2 |
          And a text
            \"\"\"
            a text
            \"\"\"
          When something is attached
          Then it fails
          And it is skipped
"""


def test_steps_hold_status_time_nested_steps_and_attachments(results, pytester):
    result = results(ALL)["Everything"]
    assert [(step["name"], step["status"]) for step in result["steps"]] == [
        ("Given a table", "passed"),
        ("And a text", "passed"),
        ("When something is attached", "passed"),
        ("Then it fails", "failed"),
        ("And it is skipped", "skipped"),
    ]
    table, text, attached, fails, _ = result["steps"]
    bodies = {
        a["name"]: (pytester.path / "out" / a["source"]).read_text()
        for step in (table, text, attached, attached["steps"][0])
        for a in step["attachments"]
    }
    assert bodies == {
        "data table": "a,b\n1,2\n",
        "doc string": "a text",
        "outer": "in the step",
        "inner": "in the nested step",
    }
    assert [step["name"] for step in attached["steps"]] == ["first", "second"]
    assert fails["steps"][0]["status"] == "failed"
    times = [time for step in result["steps"] for time in (step["start"], step["stop"])]
    assert times == sorted(times)


def test_labels_links_and_texts_come_from_tags_and_names(results):
    result = results(ALL, "--allure-link-pattern=issue:https://bugs.example/{}")["Everything"]
    found = labels(result)
    assert found["epic"] == ["Order sync"]
    assert found["feature"] == ["Shop"]
    assert found["story"] == ["Opens"]
    assert found["severity"] == ["critical"]
    assert found["owner"] == ["team"]
    assert found["criterion"] == ["R1-P2-07"]
    assert found["tag"] == ["R1-P2-07", "smoke"]
    assert found["suite"] == ["Shop"]
    assert found["parentSuite"] == ["features.order_sync"]
    assert found["framework"] == ["pytest-bdd"]
    assert found["host"]
    assert found["thread"]
    assert found["language"] == ["cpython3"]
    assert [link["url"] for link in result["links"]] == ["https://bugs.example/SHOP-1", "T-2"]
    assert result["description"] == "Sells.\n\nIf this fails: ask."
    assert result["titlePath"] == ["features", "order_sync", "Shop", "Opens"]
    assert result["statusDetails"]["message"].startswith("AssertionError: no")
    assert "FAILED       Then it fails  (features/order_sync/a.feature:" in result["statusDetails"]["trace"]


def test_without_tags_labels_have_sensible_values(results):
    found = labels(results("Feature: Shop\n  Scenario: One\n    Given a shop")["One"])
    assert (found["epic"], found["severity"]) == (["Order sync"], ["normal"])
    assert "story" not in found


def test_criteria_are_linked_where_there_is_a_pattern(results):
    result = results(ALL, "--allure-link-pattern=criterion:https://plan.example/{}")["Everything"]
    criterion = {"type": "criterion", "url": "https://plan.example/R1-P2-07", "name": "R1-P2-07"}
    assert criterion in result["links"]


def test_rows_show_their_values_bare(results):
    outline = """
        Feature: Shop
          Scenario Outline: Opens at <hour>
            Given a shop
            Examples:
              | hour |
              | 8    |
          Scenario Outline: Sells
            Given a shop
            And a text
              \"\"\"
              <thing>
              \"\"\"
            Examples:
              | thing  |
              | apples |
    """
    found = results(outline)
    assert found["Opens at 8"]["parameters"] == [{"name": "hour", "value": "8"}]
    assert found["Sells [apples]"]["parameters"] == [{"name": "thing", "value": "apples"}]
    assert labels(found["Sells [apples]"])["story"] == ["Sells"]


def test_nothing_that_did_not_pass_is_missing(results):
    found = results(
        """
        Feature: Shop
          Scenario: Skipped
            Then it is skipped
            And it fails
          Scenario: Broken
            Then the environment is asked
          @skip
          Scenario: Never begun
            Given a shop
        """
    )
    assert {name: result["status"] for name, result in found.items()} == {
        "Skipped": "skipped",
        "Broken": "broken",
        "Never begun": "skipped",
    }
    assert found["Skipped"]["statusDetails"]["message"] == "Skipped: not today"
    assert found["Broken"]["statusDetails"]["message"] == "RuntimeError: environment down"
    assert [step["status"] for step in found["Never begun"]["steps"]] == ["skipped"]


def test_what_steps_say_while_they_run_is_kept(results, pytester):
    [result] = results("Feature: Shop\n  Scenario: One\n    Then things are said").values()
    assert (result["name"], result["description"]) == ("A new title", "A new description")
    assert labels(result)["owner"] == ["Deployment lead"]
    assert {link["name"] for link in result["links"]} == {"a link", "X-9"}
    assert result["parameters"] == [{"name": "region", "value": "eu"}]
    [attachment] = result["attachments"]
    assert attachment["name"] == "stdout"
    assert (pytester.path / "out" / attachment["source"]).read_text() == "to stdout\n"


def test_plain_tests_are_reported_beside_scenarios(results):
    tests = """
        import allure, pytest

        @allure.epic("Plain")
        @allure.severity("minor")
        @allure.issue("https://bugs.example/1")
        @allure.title("A test with a title")
        def test_titled():
            with allure.step("a step"):
                allure.attach("text", "name")

        @pytest.mark.parametrize("value", ["a", 3])
        def test_rows(value): assert value == 3

        @pytest.mark.smoke
        def test_broken(): raise ValueError("odd")
    """
    found = results("Feature: Shop\n  Scenario: One\n    Given a shop", tests=tests)
    assert {name: result["status"] for name, result in found.items()} == {
        "One": "passed",
        "A test with a title": "passed",
        "test_rows[a]": "failed",
        "test_rows[3]": "passed",
        "test_broken": "broken",
    }
    titled = found["A test with a title"]
    assert (labels(titled)["epic"], labels(titled)["severity"]) == (["Plain"], ["minor"])
    assert titled["links"][0]["url"] == "https://bugs.example/1"
    assert titled["steps"][0]["name"] == "a step"
    assert titled["steps"][0]["attachments"][0]["name"] == "name"
    assert labels(found["test_broken"])["tag"] == ["smoke"]
    assert found["test_rows[a]"]["parameters"] == [{"name": "value", "value": "a"}]


def test_a_new_name_keeps_the_history_of_a_criterion(results):
    template = "Feature: Shop\n  @R1-P2-07\n  Scenario: {}\n    Given a shop\n  Scenario: {} too\n    Given a shop"
    before, after = results(template.format("Old", "Old")), results(template.format("New", "New"))
    assert before["Old"]["historyId"] == after["New"]["historyId"]
    assert before["Old too"]["historyId"] != after["New too"]["historyId"]


def test_two_scenarios_of_one_criterion_have_histories_of_their_own(results):
    found = results(
        "Feature: Shop\n  @R1-P2-07\n  Scenario: A\n    Given a shop\n  @R1-P2-07\n  Scenario: B\n    Given a shop"
    )
    assert found["A"]["historyId"] != found["B"]["historyId"]


def test_allure_pytest_does_not_write_a_second_set(results, pytester):
    results("Feature: Shop\n  Scenario: One\n    Given a shop", tests="def test_a(): pass")
    assert len(list((pytester.path / "out").glob("*-result.json"))) == 2
    assert not list((pytester.path / "out").glob("*-container.json"))


def test_several_processes_write_into_one_directory(results):
    tests = "import pytest\n@pytest.mark.parametrize('n', range(6))\ndef test_n(n): pass"
    found = results(ALL, "-p", "xdist.plugin", "-n", "2", tests=tests, in_process=False)
    assert len(found) == 7
    assert found["Everything"]["status"] == "failed"


def test_a_scenario_whose_worker_dies_is_broken(results):
    tests = "import os\ndef test_dies(): os._exit(0)\ndef test_lives(): pass"
    found = results(ALL, "-p", "xdist.plugin", "-n", "2", tests=tests, in_process=False)
    assert found["test_plain.py::test_dies"]["status"] == "broken"
    assert "crashed" in found["test_plain.py::test_dies"]["statusDetails"]["message"]


def test_an_interrupted_scenario_is_broken(results):
    tests = "import pytest\ndef test_ends(): pytest.exit('enough')"
    found = results("Feature: Shop\n  Scenario: One\n    Given a shop", tests=tests)
    assert found["test_ends"]["status"] == "broken"
    assert "the run ended before this was finished" in found["test_ends"]["statusDetails"]["message"]


def test_a_file_that_cannot_be_collected_is_shown(results):
    found = results("Feature: Shop\n  Scenario: One\n    Given a shopp")
    result = found["Collection of features/order_sync/a.feature"]
    assert result["status"] == "broken"
    assert "undefined step: Given a shopp" in result["statusDetails"]["message"]


def test_clearing_is_done_on_request_only(results, pytester):
    feature = "Feature: Shop\n  Scenario: {}\n    Given a shop"
    assert results(feature.format("One")).keys() == {"One"}
    assert results(feature.format("Two")).keys() == {"One", "Two"}
    assert results(feature.format("Three"), "--clean-alluredir").keys() == {"Three"}


def test_collecting_alone_writes_and_clears_nothing(results):
    feature = "Feature: Shop\n  Scenario: One\n    Given a shop"
    results(feature)
    assert results(feature, "--co", "--clean-alluredir").keys() == {"One"}


def test_allure_pytest_bdd_is_left_out_so_that_pytest_can_start(results, pytester, monkeypatch):
    """Both define --alluredir; a stand-in for the other package does the same, and is installed as it is."""
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    installed = pytester.path / "installed"
    information = installed / "allure_pytest_bdd-2.16.2.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: allure-pytest-bdd\nVersion: 2.16.2\n")
    (information / "entry_points.txt").write_text("[pytest11]\nallure_pytest_bdd = allure_pytest_bdd\n")
    (installed / "allure_pytest_bdd.py").write_text(
        "def pytest_addoption(parser): parser.getgroup('x').addoption('--alluredir', dest='allure_report_dir')\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(installed))
    pytester.makepyfile(test_plain="def test_a(): pass")
    plugins = ("-p", "no:playwright", "-p", "no:locust", "-c", str(pytester.path / "other.ini"))
    pytester.path.joinpath("other.ini").write_text("[pytest]\n")
    alone = pytester.runpytest_subprocess(*plugins, "test_plain.py")
    assert alone.ret != pytest.ExitCode.OK
    ours = pytester.runpytest_subprocess("-p", "gonogo.bdd.plugin", *plugins, "test_plain.py")
    assert ours.ret == pytest.ExitCode.OK
    ours.stdout.fnmatch_lines(["gonogo: allure-pytest-bdd is left out, because it cannot work beside allure-pytest*"])


def test_options_of_allure_pytest_select_scenarios_by_their_tags(results):
    feature = """
        Feature: Shop
          @severity:blocker
          Scenario: First
            Given a shop
          @severity:minor
          Scenario: Second
            Given a shop
    """
    assert results(feature, "--allure-severities=blocker").keys() == {"First"}


def test_decorators_and_steps_work_without_the_plugin_of_allure_pytest(pytester, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeini("[pytest]\naddopts = -p gonogo.bdd.plugin --strict-markers\n")
    pytester.makeconftest("""
        from pathlib import Path
        from gonogo.report.allure import DIRECTORY_KEY, LINKS_KEY, SCRUB_KEY
        def pytest_configure(config):
            config.stash[DIRECTORY_KEY] = Path("out")
            config.stash[LINKS_KEY] = {"issue": "https://bugs.example/{}"}
            config.stash[SCRUB_KEY] = lambda text: text.replace("hunter2", "***")
    """)
    pytester.makepyfile("""
        import allure

        @allure.epic("Plain")
        @allure.issue("X-1")
        @allure.title("A title")
        @allure.description("A description with hunter2")
        def test_a():
            with allure.step("a step"): pass
    """)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
    [result] = read(pytester.path / "out").values()
    assert (result["name"], result["description"]) == ("A title", "A description with ***")
    assert labels(result)["epic"] == ["Plain"]
    assert result["links"][0]["url"] == "https://bugs.example/X-1"
    assert result["steps"][0]["name"] == "a step"


def test_the_directory_that_the_user_asks_for_comes_before_that_of_the_run(results, pytester):
    pytester.makeconftest("""
        from pathlib import Path
        from gonogo.report.allure import DIRECTORY_KEY
        pytest_plugins = ["allure_definitions"]
        def pytest_configure(config): config.stash[DIRECTORY_KEY] = Path("of_the_run")
    """)
    assert results("Feature: Shop\n  Scenario: One\n    Given a shop").keys() == {"One"}
    assert not (pytester.path / "of_the_run").exists()
