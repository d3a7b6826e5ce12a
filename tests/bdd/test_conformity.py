"""The same corpus, run by pytest-bdd itself and by our item: the same functions, arguments and outcomes."""

import json

import pytest

pytest_plugins = ["pytester"]

DEFINITIONS = """
    import json, os, pytest
    from decimal import Decimal
    from pytest_bdd import given, parsers, step, then, when

    def call(request, what, /, **arguments):
        with open("calls.jsonl", "a") as log:
            log.write(json.dumps([request.node.name.partition("[")[0], what, arguments], default=str) + chr(10))

    @pytest.fixture
    def basket(request):
        call(request, "basket is made")
        yield ["apple"]
        call(request, "basket is thrown away")

    @pytest.fixture(scope="session")
    def price():
        return 10

    @pytest.fixture
    def total(basket, price):
        return len(basket) * price

    @given("an exact text")
    def exact(request): call(request, "exact")

    @given(parsers.parse("{count:d} parsed {thing}"))
    def parsed(request, count, thing): call(request, "parsed", count=count, thing=thing)

    def number(text): return int(text)
    number.pattern = "[0-9]+"

    @when(parsers.cfparse("things {many:Number+}", extra_types={"Number": number}))
    def several(request, many): call(request, "several", many=many)

    @then(parsers.re(r"it (?P<verb>is|was) (?P<amount>[0-9.]+) EUR"), converters={"amount": Decimal})
    def by_regex(request, verb, amount): call(request, "by_regex", verb=verb, amount=amount)

    @step("of any kind")
    def any_kind(request): call(request, "any_kind")

    @given(parsers.parse("Mixed Case {x}"))
    def mixed(request, x): call(request, "mixed", x=x)

    @given("an override")
    def farther(request): call(request, "farther")

    @given("a target", target_fixture="basket")
    def target(basket): return [*basket, "pear", "plum"]

    @given("a price", target_fixture="price")
    def dearer(price): return price * 2

    @then(parsers.parse("the total is {amount:d}"))
    def the_total(request, total, amount):
        call(request, "the_total", total=total, amount=amount)
        assert total == amount

    @given("a table")
    def table(request, datatable): call(request, "table", datatable=datatable)

    @given("a text")
    def text(request, docstring): call(request, "text", docstring=docstring)

    @given("a text that is not asked for")
    def no_text(request): call(request, "no_text")

    @when("one thing")
    @when("or another")
    def stacked(request, extra="a default"): call(request, "stacked", extra=extra)

    @given("something that yields")
    def yielding(request):
        call(request, "begins")
        yield
        call(request, "ends")

    @then("it fails")
    def fails(request):
        call(request, "fails")
        assert 1 == 2

    @then("it breaks")
    def breaks(): raise ValueError("broken")

    @then("it is skipped")
    def skipped(): pytest.skip("not today")

    @then("a fixture is missing")
    def missing(no_such_fixture): pass

    def pytest_bdd_before_scenario(request, feature, scenario): call(request, "before", name=scenario.name)
    def pytest_bdd_after_scenario(request, feature, scenario): call(request, "after", name=scenario.name)
    def pytest_bdd_before_step(request, step): call(request, "before step", name=step.name, line=step.line_number)
    def pytest_bdd_before_step_call(request, step_func_args): call(request, "call", names=sorted(step_func_args))
    def pytest_bdd_after_step(request, step): call(request, "after step", name=step.name, kind=step.type)
    def pytest_bdd_step_error(request, exception): call(request, "error", why=type(exception).__name__)
"""

FEATURE = """
    Feature: Conformity
      Background:
        Given an exact text

      Scenario: texts
        Given 3 parsed apples
        And MIXED case Thing
        When things 1, 2, 3
        And or another
        And one thing
        And of any kind
        Then it was 9.50 EUR
        And of any kind

      Scenario: targets
        Given a target
        Then the total is 30

      Scenario: no target
        Then the total is 10

      Scenario: arguments
        Given a table
          | a | b   |
          | 1 | two |
        And a text
          \"\"\"
          several
            lines
          \"\"\"
        And a text that is not asked for
          \"\"\"
          nobody reads this
          \"\"\"

      Scenario Outline: rows <total>
        Given <count> parsed <thing>
        And a table
          | <thing> |
        And a text
          \"\"\"
          <count> of <other>
          \"\"\"
        Then the total is <total>

        Examples:
          | count | thing    | total | other |
          | 1     | apples   | 10    | x     |
          | 2     | two  pears | 11  | y     |

      Scenario: yields
        Given something that yields
        When one thing

      Scenario: override
        Given an override

      Scenario: fails
        Then it fails
        And it breaks

      Scenario: breaks
        Then it breaks

      Scenario: skips
        Then it is skipped
        And it fails

      Scenario: misses
        Then a fixture is missing

      Rule: with a background of its own
        Background:
          Given 1 parsed rule

        Scenario: in a rule
          When one thing
"""

NEARER = """
    from pytest_bdd import given
    from definitions import call

    @given("an override")
    def nearer(request): call(request, "nearer")
"""


@pytest.fixture
def courses(project):
    """Run the corpus by both engines; return for each its calls by scenario, and how each scenario ended."""
    project.write("definitions.py", DEFINITIONS)
    project.write("conftest.py", 'pytest_plugins = ["definitions"]\n')
    project.write("near/conftest.py", NEARER)
    project.feature(FEATURE, name="near/a.feature")
    project.write("near/test_stock.py", 'from pytest_bdd import scenarios\nscenarios("a.feature")\n')
    return _course(project, "near/a.feature"), _course(project, "near/test_stock.py")


def _course(project, argument):
    log = project.pytester.path / "calls.jsonl"
    log.unlink(missing_ok=True)
    result = project.pytester.runpytest_subprocess("-rA", argument)
    calls = {}
    for line in log.read_text().splitlines():
        scenario, *call = json.loads(line)
        calls.setdefault(_plain(scenario), []).append(call)
    return calls, result.parseoutcomes()


def _plain(name):
    """Return a name as both engines can be asked for it: stock makes Python names of scenarios."""
    return name.removeprefix("test_").replace(" ", "_").replace("<", "").replace(">", "")


def test_every_step_calls_the_same_function_with_the_same_arguments_and_hooks(courses):
    (ours, _), (stock, _) = courses
    assert ours.keys() == stock.keys()
    assert "override" in ours
    for scenario in stock:
        if scenario != "skips":
            assert ours[scenario] == stock[scenario], scenario


def test_scenarios_end_in_the_same_way(courses):
    (_, ours), (_, stock) = courses
    assert ours == stock
    assert ours["failed"] == 4
    assert ours["skipped"] == 1


def test_a_skip_in_a_step_ends_the_scenario_for_both(courses):
    (ours, _), (stock, _) = courses
    names = [[call[0] for call in calls["skips"]] for calls in (ours, stock)]
    assert names[0] == names[1]
    assert names[0][-1] == "after"
    assert "fails" not in names[0]


def test_a_target_never_changes_a_fixture_of_wider_scope_for_later_scenarios(project):
    project.write("definitions.py", DEFINITIONS)
    project.write("conftest.py", 'pytest_plugins = ["definitions"]\n')
    project.feature("""
        Scenario: first
          Given a price
          Then the total is 20

        Scenario: second
          Then the total is 10
    """)
    project.run("features").assert_outcomes(passed=2)


def test_an_undefined_step_is_told_earlier_than_by_pytest_bdd(project):
    project.feature("Scenario: One\n  Given a shopp")
    project.write("features/test_stock.py", 'from pytest_bdd import scenarios\nscenarios("a.feature")\n')
    assert project.run("features/test_stock.py").ret == pytest.ExitCode.TESTS_FAILED
    assert project.run("features/a.feature").ret == pytest.ExitCode.INTERRUPTED


def test_reports_of_pytest_bdd_itself_can_still_be_had(project):
    project.feature("Scenario: One\n  Given a shop\n  Then there are 1 plans")
    project.run("features", "--cucumberjson=cucumber.json")
    [feature] = json.loads((project.pytester.path / "cucumber.json").read_text())
    assert [step["name"] for step in feature["elements"][0]["steps"]] == ["a shop", "there are 1 plans"]
