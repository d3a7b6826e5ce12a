"""Feature files are collected as they are, and refused with file, line and remedy where something would be lost."""

import pytest

pytest_plugins = ["pytester"]

TWO = """
    Scenario: Adds up
      Given 3 plans
      When 4 plans are added
      Then there are 7 plans

    Scenario: Starts empty
      Given 0 plans
      Then there are 0 plans
"""

OUTLINE = """
    Scenario Outline: Adds <more>
      Given <some> plans
      When <more> plans are added
      Then there are <all> plans

      Examples:
        | some | more | all |
        | 1    | 2    | 3   |
        | 2    | 2    | 4   |
"""

REFUSED = {
    "two scenarios of one name": (
        "Scenario: One\n  Given a shop\nScenario: One\n  Given a shop",
        "a.feature:4: a second scenario is named 'One'; the first is at line 2",
        "name each for what it verifies",
    ),
    "two scenarios of one name in different rules": (
        "Rule: A\n  Scenario: One\n    Given a shop\nRule: B\n  Scenario: One\n    Given a shop",
        "a.feature:6: a second scenario is named 'One'; the first is at line 3",
        "name each for what it verifies",
    ),
    "an Examples table without rows": (
        "Scenario Outline: One\n  Given <n> plans\n  Examples:\n    | n |",
        "a.feature:4: an Examples table of 'One' has no rows",
        "add a row, or remove the table",
    ),
    "an Examples table without rows beside a full one": (
        "Scenario Outline: One\n  Given <n> plans\n  Examples:\n    | n |\n    | 1 |\n  Examples: more\n    | n |",
        "a.feature:7: an Examples table of 'One' has no rows",
        "add a row, or remove the table",
    ),
    "an outline without Examples": (
        "Scenario Outline: One\n  Given a shop",
        "a.feature:2: outline 'One' has no Examples",
        "add a table, or make it a plain scenario",
    ),
    "a scenario without steps": ("Scenario: One", "a.feature:2: scenario 'One' has no steps", "write its steps"),
    "a scenario that has only a background": (
        "Background:\n  Given a shop\nScenario: One",
        "a.feature:4: scenario 'One' has no steps",
        "write its steps",
    ),
    "a rule without scenarios": ("Rule: Empty\nRule: B\n  Scenario: One\n    Given a shop", "rule 'Empty'", "add one"),
    "a nameless scenario": ("Scenario:\n  Given a shop", "a.feature:2: the scenario has no name", "say in its name"),
    "two colons in a name": ("Scenario: a::b\n  Given a shop", "a.feature:2: '::' in the name 'a::b'", "leave '::'"),
    "an unknown tag": (
        "@smoek\nScenario: One\n  Given a shop",
        "a.feature:2: unknown tag '@smoek', did you mean 'smoke'?",
        "correct the spelling, or register the tag",
    ),
    "an unknown tag on Examples": (
        "Scenario Outline: One\n  Given <n> plans\n  @smoek\n  Examples:\n    | n |\n    | 1 |",
        "a.feature:4: unknown tag '@smoek', did you mean 'smoke'?",
        "correct the spelling",
    ),
    "an unknown tag on a rule": (
        "@smoek\nRule: R\n  Scenario: One\n    Given a shop",
        "a.feature:2: unknown tag '@smoek'",
        "correct the spelling",
    ),
    "an unknown id in a criterion column": (
        "Scenario Outline: One\n  Given <n> plans\n  Examples:\n    | criterion | n |\n    | R1-P2-09 | 1 |",
        "a.feature:6: unknown tag '@R1-P2-09', did you mean 'R1-P2-08'?",
        "in its criteria.csv",
    ),
    "an unknown key of a label": (
        "@severty:minor\nScenario: One\n  Given a shop",
        "unknown key 'severty' in tag '@severty:minor', did you mean 'severity'?",
        "known keys: epic, feature",
    ),
    "an unknown severity": (
        "@severity:major\nScenario: One\n  Given a shop",
        "a.feature:2: unknown severity 'major', did you mean 'minor'?",
        "known: blocker",
    ),
    "a marker that needs arguments": ("@usefixtures\nScenario: One\n  Given a shop", "has no effect", "remove it"),
    "a placeholder without a column": (
        "Scenario Outline: One\n  Given <count> plans\n  Examples:\n    | cont |\n    | 1 |",
        "a.feature:4: <count> of 'One' has no column in this Examples table, did you mean 'cont'?",
        "add the column 'count'",
    ),
    "a column that nothing uses": (
        "Scenario Outline: One\n  Given <n> plans\n  Examples:\n    | n | m |\n    | 1 | 2 |",
        "a.feature:4: column 'm' is used nowhere in 'One'",
        "use <m> in a step, or remove the column",
    ),
    "a column twice": (
        "Scenario Outline: One\n  Given <n> plans\n  Examples:\n    | n | n |\n    | 1 | 2 |",
        "a.feature:4: column 'n' appears 2 times",
        "name each column once",
    ),
    "two equal rows": (
        "Scenario Outline: One\n  Given <n> plans\n  Examples:\n    | n |\n    | 1 |\n    | 1 |",
        "a.feature:7: a row of 'One' repeats line 6: 1",
        "remove one of them",
    ),
    "an undefined step": (
        "Scenario: One\n  Given a shopp",
        "a.feature:3: undefined step: Given a shopp",
        'def a_shopp() -> None: ...',
    ),
    "a step of another kind": ("Scenario: One\n  When a shop", "a.feature:3: undefined step: When a shop", "define it"),
    "a step that only a row leaves undefined": (
        "Scenario Outline: One\n  Given <n> plans\n  Examples:\n    | n |\n    | 1 |\n    | many |",
        "a.feature:3: undefined step: Given many plans",
        "{count:d} plans",
    ),
    "text that is not Gherkin": ("Scenario: One\n  Given a shop\n  buy it", "a.feature:4: ", "mend the Gherkin"),
    "a first step that goes on from nothing": ("Scenario: One\n  And a shop", "a.feature:3: First step", "mend the"),
    "a table with an uneven row": (
        "Scenario Outline: One\n  Given <n> plans\n  Examples:\n    | n |\n    | 1 | 2 |",
        "inconsistent cell count",
        "mend the Gherkin",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message", "remedy"), REFUSED.values(), ids=REFUSED.keys())
def test_what_would_be_lost_is_refused(project, text, message, remedy):
    project.feature(text)
    result = project.run("features")
    output = result.stdout.str()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "features/a.feature:" in output
    assert message in output
    assert remedy in output
    assert "Traceback" not in output
    assert "site-packages" not in output


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "a.feature:1: the file holds no feature"), (b"# nothing\n", "the file holds no feature"),
     (b"Feature: F\n", "a.feature:1: the feature has no scenario"), (b"Feature: \xff\n", "not UTF-8: byte 0xff")],
)  # fmt: skip
def test_a_file_without_a_readable_scenario_is_refused(project, content, message):
    project.feature(TWO).write_bytes(content)
    result = project.run("features")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert message in result.stdout.str()
    assert "Traceback" not in result.stdout.str()


def test_all_problems_of_a_file_are_told_at_once_and_other_files_are_checked_too(project):
    project.feature("@smoek\nScenario: One\n  Given a shop\nScenario: One\n  Given a shop")
    project.feature("Scenario: B\n  Given a shopp", name="features/b.feature")
    output = project.run("features").stdout.str()
    assert "a.feature:2: unknown tag" in output
    assert "a.feature:5: a second scenario" in output
    assert "b.feature:3: undefined step" in output


def test_two_definitions_that_both_match_are_refused_with_both_places(project):
    project.steps("""
        @given(parsers.parse("a {thing}"))
        def a_thing(thing): pass
    """)
    project.feature("Scenario: One\n  Given a shop")
    output = project.run("features").stdout.str()
    assert "a.feature:3: ambiguous step: Given a shop" in output
    assert "shop_steps.py:4: 'a shop'" in output
    assert "'a {thing}'" in output


def test_an_async_step_is_refused_because_nothing_would_await_it(project):
    project.steps("""
        @then("it is awaited")
        async def awaited(): assert False
    """)
    project.feature("Scenario: One\n  Then it is awaited")
    assert "is async, and nothing would await it: Then it is awaited" in project.run("features").stdout.str()


@pytest.mark.parametrize("argument", ["features", "features/a.feature", "."])
def test_scenarios_are_collected_without_any_python_file_beside_them(project, argument):
    project.feature(TWO)
    project.run(argument).assert_outcomes(passed=2)


def test_a_byte_order_mark_is_accepted(project):
    path = project.feature(TWO)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    project.run("features").assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("selection", "passed"),
    [("::Adds up", 1), ("::Adds <more>", 2), ("::Adds <more>[2-2-4]", 1), ("", 4)],
)
def test_scenarios_and_rows_are_selected_by_their_id(project, selection, passed):
    project.feature(TWO + OUTLINE)
    project.run(f"features/a.feature{selection}").assert_outcomes(passed=passed)


def test_rows_are_named_by_the_criterion_they_verify(project):
    project.feature("""
        Scenario Outline: Adds <n>
          Given <n> plans

          Examples:
            | criterion          | n |
            | R1-P2-07           | 1 |
            | R1-P2-07, R1-P2-08 | 2 |
    """)
    output = project.run("features", "--co", "-q").stdout
    output.fnmatch_lines(["features/a.feature::Adds <n>?R1-P2-07?", "features/a.feature::Adds <n>?R1-P2-07, R1-P2-08?"])


@pytest.mark.parametrize(
    ("expression", "names"),
    [("R1-P2-07", {"By tag", "By row[R1-P2-07]"}), ("smoke", {"By examples[3]", "By tag"}),
     ("R1-P2-08", {"By row[R1-P2-08]"})],
)  # fmt: skip
def test_tags_of_every_place_select(project, expression, names):
    project.feature("""
        @smoke @R1-P2-07
        Scenario: By tag
          Given a shop

        Scenario Outline: By row
          Given <n> plans
          Examples:
            | criterion | n |
            | R1-P2-07  | 1 |
            | R1-P2-08  | 2 |

        Scenario Outline: By examples
          Given <n> plans
          @smoke
          Examples:
            | n |
            | 3 |
          Examples: others
            | n |
            | 4 |
    """)
    assert {record["nodeid"].partition("::")[2] for record in project.records("-m", expression, "features")} == names


def test_tags_of_feature_and_rule_hold_for_their_scenarios(project):
    project.feature("""
        @smoke
        Feature: F
          @R1-P2-07
          Rule: R
            Scenario: One
              Given a shop
    """)
    project.run("-m", "smoke and R1-P2-07", "features").assert_outcomes(passed=1)


def test_an_unknown_marker_in_an_expression_runs_nothing(project):
    project.feature(TWO)
    assert project.run("-m", "R1-P2-99", "features").ret == pytest.ExitCode.USAGE_ERROR


def test_names_select_by_keyword(project):
    project.feature(TWO)
    project.run("-k", "starts and empty", "features").assert_outcomes(passed=1, deselected=1)


def test_a_nearer_conftest_overrides_and_only_there(project):
    nearer = """
        from pytest_bdd import given
        @given("a shop")
        def nearer(): raise AssertionError("the nearer one")
    """
    project.write("features/near/conftest.py", nearer)
    project.feature("Scenario: Near\n  Given a shop", name="features/near/a.feature")
    project.feature("Scenario: Far\n  Given a shop", name="features/far/a.feature")
    status = {record["scenario"]: record["status"] for record in project.records("features")}
    assert status == {"Near": "failed", "Far": "passed"}


def test_items_point_into_the_feature_file(project):
    project.feature(TWO + OUTLINE)
    items, _ = project.pytester.inline_genitems("features")
    assert [item.location for item in items] == [
        ("features/a.feature", 1, "Adds up"),
        ("features/a.feature", 6, "Starts empty"),
        ("features/a.feature", 17, "Adds <more>[1-2-3]"),
        ("features/a.feature", 18, "Adds <more>[2-2-4]"),
    ]


def test_the_same_scenarios_run_in_several_processes(project):
    project.feature(TWO + OUTLINE)
    result = project.pytester.runpytest_subprocess("-p", "xdist.plugin", "-n", "2", "features")
    result.assert_outcomes(passed=4)


def test_scenarios_run_and_hooks_hear_of_them_without_the_plugin_of_pytest_bdd(project):
    project.write(
        "conftest.py",
        """
        pytest_plugins = ["shop_steps"]
        def pytest_bdd_after_step(step): print("heard of", step.name)
    """,
    )
    project.feature(TWO)
    result = project.run("-p", "no:pytest_bdd.plugin", "-s", "features")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*heard of 4 plans are added"])
