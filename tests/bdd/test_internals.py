"""Each private matter of pytest and pytest-bdd that gonogo.bdd.internals relies on, by name.

A failure here means that a new version of one of them has moved it: mend gonogo/bdd/internals.py, then the rest.
"""

import importlib
import inspect
import re
from pathlib import Path

import pytest

from gonogo.bdd import internals

pytest_plugins = ["pytester"]

PLACES = {
    "pytest_bdd.parser:FeatureParser._parse_feature_file": ["self"],
    "pytest_bdd.parser:FeatureParser.__init__": ["self", "basedir", "filename", "encoding"],
    "pytest_bdd.parser:FeatureParser.parse": ["self"],
    "pytest_bdd.parser:ScenarioTemplate.render": ["self", "context"],
    "pytest_bdd.parser:Scenario.__init__":
        ["self", "feature", "keyword", "name", "line_number", "steps", "description", "tags", "rule"],
    "pytest_bdd.parsers:StepParser.is_matching": ["self", "name"],
    "pytest_bdd.parsers:StepParser.parse_arguments": ["self", "name"],
    "pytest_bdd.hooks:pytest_bdd_before_scenario": ["request", "feature", "scenario"],
    "pytest_bdd.hooks:pytest_bdd_after_scenario": ["request", "feature", "scenario"],
    "pytest_bdd.hooks:pytest_bdd_before_step": ["request", "feature", "scenario", "step", "step_func"],
    "pytest_bdd.hooks:pytest_bdd_before_step_call":
        ["request", "feature", "scenario", "step", "step_func", "step_func_args"],
    "pytest_bdd.hooks:pytest_bdd_after_step": ["request", "feature", "scenario", "step", "step_func", "step_func_args"],
    "pytest_bdd.hooks:pytest_bdd_step_error":
        ["request", "feature", "scenario", "step", "step_func", "step_func_args", "exception"],
    "_pytest.fixtures:FixtureManager.getfixtureinfo": ["self", "node", "func", "cls"],
    "_pytest.fixtures:TopRequest.__init__": ["self", "pyfuncitem", "_ispytest"],
    "_pytest.fixtures:TopRequest._fillfixtures": ["self"],
    "_pytest.fixtures:FixtureRequest._get_active_fixturedef": ["self", "argname"],
    "_pytest.fixtures:FixtureDef.addfinalizer": ["self", "finalizer"],
    "_pytest.nodes:Node._repr_failure_py": ["self", "excinfo", "style"],
    "_pytest._code.code:ReprTracebackNative.__init__": ["self", "tblines", "extraline"],
    "_pytest._code.code:ReprFileLocation.__init__": ["self", "path", "lineno", "message"],
    "_pytest._code.code:ReprExceptionInfo.__init__": ["self", "reprtraceback", "reprcrash"],
}  # fmt: skip

EVERYTHING = """# language: en
@f
Feature: F
  What it is.

  Background:
    Given a background

  @s @t
  Scenario: One
    Why.

    Given a table
      | a \\| b | c |
      | 1      |   |
    # a comment
    When a text
      \"\"\"json
      {"a": 1}
      \"\"\"
    * anything
    Then it ends
    But not here

  Scenario Outline: <n>
    Given <n>

    @e
    Examples: some
      | n |
      | 1 |

    Examples:
      | n |

  @r
  Rule: R
    Background:
      Given another

    Example: in the rule
      Then it ends
"""


@pytest.mark.parametrize(("place", "parameters"), PLACES.items(), ids=PLACES.keys())
def test_a_private_function_is_where_it_was_and_takes_what_it_took(place, parameters):
    module, _, path = place.partition(":")
    found = importlib.import_module(module)
    for name in path.split("."):
        found = getattr(found, name, None)
        assert found is not None, f"{place} is gone: {name}"
    assert list(inspect.signature(found).parameters) == parameters


def test_step_definitions_are_fixtures_found_by_prefix_node_and_function(project):
    project.feature("Scenario: One\n  Given a shop")
    items, _ = project.pytester.inline_genitems("features")
    session = items[0].session
    assert internals.StepNamePrefix.step_def.value == "pytestbdd_stepdef"
    owners = {node for node, context in internals.step_contexts(session) if context.step_func.__name__ == "a_shop"}
    assert owners == {session}
    by_node = session._fixturemanager._arg2node2fixturedefs["pytestbdd_stepdef_given_a shop"]
    assert [type(definition).__name__ for definition in by_node[session]] == ["FixtureDef"]


def test_of_two_definitions_of_one_name_pytest_keeps_the_latest_first(project):
    project.write("more.py", 'from pytest_bdd import given\n@given("a shop")\ndef later(): pass\n')
    project.write("conftest.py", 'pytest_plugins = ["shop_steps", "more"]\n')
    project.feature("Scenario: One\n  Given 1 plans")
    items, _ = project.pytester.inline_genitems("features")
    contexts = [context for _, context in internals.step_contexts(items[0].session)]
    names = [context.step_func.__name__ for context in contexts if context.parser.name == "a shop"]
    assert names == ["a_shop", "later"]


def test_a_context_says_type_function_parser_converters_and_target():
    names = internals.StepFunctionContext.__dataclass_fields__.keys()
    assert names == {"type", "step_func", "parser", "converters", "target_fixture"}


def test_the_parser_of_parse_phrases_is_one_of_the_parse_package():
    from pytest_bdd import parsers

    for phrase in (parsers.parse("{n:d} plans"), parsers.cfparse("{n:d} plans")):
        assert phrase.parser.parse("3 plans").named == {"n": 3}
        assert phrase.parser.parse("no plans") is None


def test_the_document_knows_the_lines_that_the_feature_forgets(tmp_path):
    path = tmp_path / "a.feature"
    path.write_text(
        "@t\nFeature: F\n  Rule: R\n    @u\n    Scenario Outline: S\n      Given <n>\n"
        "      Examples:\n        | n |\n        | 1 |\n"
    )
    feature, document = internals.parse_feature(path)
    [scenario] = [child.scenario for child in document.feature.children[0].rule.children]
    [table] = scenario.examples
    lines = [document.feature.tags[0], scenario.tags[0], scenario, scenario.steps[0], table, table.table_body[0]]
    assert [found.location.line for found in lines] == [1, 4, 5, 6, 7, 9]
    assert list(feature.scenarios) == ["S"]


def test_the_quicker_parser_reads_what_the_official_one_reads(tmp_path):
    path = tmp_path / "a.feature"
    path.write_text(EVERYTHING, "utf-8")
    _, ours = internals.parse_feature(path)
    official = internals.GherkinDocument.from_dict(internals.Parser().parse(EVERYTHING))
    assert ours == official
    assert len(official.feature.children) == 4


def test_the_official_parser_has_a_method_for_each_of_its_states():
    states = [name for name in dir(internals.Parser) if re.fullmatch(r"match_token_at_\d+", name)]
    assert len(states) > 40
    assert list(inspect.signature(internals.Parser.match_token).parameters) == ["self", "state", "token", "context"]
    for name in states:
        assert list(inspect.signature(getattr(internals.Parser, name)).parameters) == ["self", "token", "context"]


def test_an_empty_file_is_a_key_error(tmp_path):
    path = tmp_path / "a.feature"
    path.write_text("")
    with pytest.raises(KeyError):
        internals.parse_feature(path)


def test_an_injected_fixture_is_found_by_name_and_by_fixtures_that_ask_for_it(request):
    request.getfixturevalue("tmp_path")
    internals.inject_fixture(request.node._request, "tmp_path", "injected")
    internals.inject_fixture(request.node._request, "brand_new", [1])
    assert request.getfixturevalue("tmp_path") == "injected"
    assert request.getfixturevalue("brand_new") == [1]


def test_a_failure_text_survives_the_way_between_processes():
    from _pytest.reports import TestReport

    text = internals.failure_repr("one\ntwo", "a.feature", 7, "AssertionError: no")
    report = TestReport("a.feature::x", ("a.feature", 6, "x"), {}, "failed", text, "call")
    arrived = TestReport._from_json(report._to_json())
    assert arrived.longreprtext == "one\ntwo\n".rstrip("\n")
    assert (arrived.longrepr.reprcrash.lineno, arrived.longrepr.reprcrash.message) == (7, "AssertionError: no")


def test_nothing_else_in_the_package_touches_private_modules():
    folder = Path(internals.__file__).parent
    for path in folder.glob("*.py"):
        if path.name != "internals.py":
            text = path.read_text("utf-8")
            assert "from _pytest" not in text, path.name
            assert "import _pytest" not in text, path.name
            for module in ("parser", "steps", "scenario", "gherkin_parser", "compat", "reporting"):
                assert f"pytest_bdd.{module}" not in text, (path.name, module)
