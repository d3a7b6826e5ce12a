"""A watch learns from its scenario's steps what it will be asked."""

from pathlib import Path

import pytest

import gonogo.bdd.plugin  # noqa: F401  # loaded here, so that runs within this process share the modules
from gonogo.outcome import UsageError
from gonogo.watching import asked

pytest_plugins = ["pytester"]

STEPS = """
import json, pathlib
from pytest_bdd import parsers, then, when
from gonogo.watching import ErrorRate, Quantile, Slower, asked, asks

@when(parsers.parse("the canary is observed for {minutes:d} minutes"))
def observe(request, minutes):
    pathlib.Path("asked").write_text(repr(asked(request.node)))

@then(parsers.parse("it is no more than {limit:f} slower"))
@asks(Slower)
def slower(limit): pass

@then(parsers.parse("its p95 of {of} is below {ms:d} ms"))
@asks(lambda of, ms: Quantile(0.95, ms / 1000, of))
def p95(of, ms): pass

@then("it serves")
def serves(): pass
"""
INI = "[pytest]\naddopts = -p pytest_bdd.plugin -p gonogo.bdd.plugin -p no:cacheprovider\n"
FEATURE = """
Feature: Canary
  Scenario: Observed
    When the canary is observed for 30 minutes
    Then it is no more than 0.2 slower
    And its p95 of queue is below 200 ms
    And it serves
    And it is no more than 0.2 slower
  Scenario: Nothing asked
    When the canary is observed for 30 minutes
    Then it serves
"""


def test_the_questions_of_a_scenario_in_order_and_each_once(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name, text in {"pytest.ini": INI, "canary_steps.py": STEPS, "a.feature": FEATURE}.items():
        Path(name).write_text(text)
    Path("conftest.py").write_text('pytest_plugins = ["canary_steps"]\n')
    pytester.syspathinsert(pytester.path)
    result = pytester.runpytest_inprocess("a.feature")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*observes a canary and asks nothing of it*"])
    wanted = "(Slower(limit=0.2, of='', tolerance=None), Quantile(q=0.95, limit=0.2, of='queue'))"
    assert Path("asked").read_text() == wanted


def test_what_is_no_scenario_asks_nothing(request: pytest.FixtureRequest) -> None:
    with pytest.raises(UsageError, match="no scenario"):
        asked(request.node)
