"""A small project of features and steps, run by a pytest of its own."""

import json
import textwrap
from pathlib import Path
from typing import Any

import pytest

import gonogo.bdd.plugin  # loaded here, so that runs within this process share the modules
import gonogo.report.allure_listener  # noqa: F401

SHOP = """
import pytest
from pytest_bdd import given, parsers, then, when

@given("a shop")
def a_shop(): pass

@given(parsers.parse("{count:d} plans"), target_fixture="plans")
def plans(count): return count

@when(parsers.parse("{count:d} plans are added"), target_fixture="plans")
def added(plans, count): return plans + count

@then(parsers.parse("there are {count:d} plans"))
def there_are(plans, count):
    assert plans == count, f"{plans} plans, required {count}"
"""

INI = """
[pytest]
addopts = -p pytest_bdd.plugin -p gonogo.bdd.plugin -p no:cacheprovider --strict-markers
markers =
    smoke: quick
    R1-P2-07: a criterion
    R1-P2-08: another criterion
"""


class Project:
    """Files in a folder of their own, and runs of pytest over them."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.write("pytest.ini", INI)
        self.write("shop_steps.py", SHOP)
        self.write("conftest.py", 'pytest_plugins = ["shop_steps"]\n')
        pytester.syspathinsert(pytester.path)

    def write(self, name: str, text: str) -> Path:
        """Write a file, without the indentation that the test's own source gives it."""
        path = self.pytester.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), "utf-8")
        return path

    def feature(self, text: str, name: str = "features/a.feature") -> Path:
        """Write a feature; a text that does not begin with one gets a heading."""
        text = textwrap.dedent(text).strip("\n")
        return self.write(name, text if "Feature:" in text else f"Feature: F\n{textwrap.indent(text, '  ')}\n")

    def steps(self, text: str) -> None:
        """Add definitions to the vocabulary."""
        self.write("shop_steps.py", SHOP + textwrap.dedent(text))

    def run(self, *arguments: str) -> pytest.RunResult:
        """Run pytest in this process."""
        return self.pytester.runpytest_inprocess(*arguments)

    def records(self, *arguments: str) -> list[dict[str, Any]]:
        """Run pytest and return the records of its scenarios, in the order they arrive."""
        found = _Records()
        self.pytester.inline_run(*arguments, plugins=[found])
        return found.records


class _Records:
    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        text = getattr(report, "gonogo_scenario", None)
        if text is not None:
            self.records.append(json.loads(text))


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return an empty project with a vocabulary about a shop; its runs load only the plugins they name."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return Project(pytester)
