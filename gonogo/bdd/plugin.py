"""The pytest plugin: collects feature files, records what became of each scenario, finds idle step definitions."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Generator
from pathlib import Path

import pytest
from pytest_bdd import hooks as hookspecs

from gonogo.bdd import record, unused
from gonogo.bdd.collection import collect_file
from gonogo.bdd.item import ScenarioItem
from gonogo.report import allure_plugin

# When the interpreter ends it looks through all that was ever loaded for garbage, which takes it longer than a hundred
# steps. What is set apart is left out; it ends with the process either way.
atexit.register(gc.freeze)


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the option that looks for step definitions which no scenario uses, and the reports for Allure."""
    if not pluginmanager.hasplugin(allure_plugin.__name__):
        pluginmanager.register(allure_plugin, allure_plugin.__name__)
    parser.getgroup("gonogo").addoption(
        "--unused-steps",
        action="store_true",
        help="run nothing; list the step definitions that no collected scenario uses, and fail if there are any",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Make sure that pytest knows pytest-bdd's hooks, also where `-p no:pytest-bdd` keeps its own plugin out.

    That plugin is for test modules that call `scenario()`; features collected here do without it, and start faster.
    """
    if not hasattr(config.hook, "pytest_bdd_before_scenario"):
        config.pluginmanager.add_hookspecs(hookspecs)
    if config.getoption("unused_steps"):
        unused.register(config)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect `.feature` files."""
    return collect_file(file_path, parent)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Let the garbage collector rest from here to the end of collection: what is loaded and built now stays."""
    gc.disable()
    early_config.add_cleanup(_wake_collector)  # added first, so done last: after pytest's own look for garbage


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    """Set what collection has built apart for good, and let the garbage collector look after the rest."""
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def _wake_collector() -> None:
    gc.unfreeze()
    gc.enable()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep the record of a scenario, after every other plugin has had its say about the report."""
    report = yield
    if isinstance(item, ScenarioItem):
        record.note(item, report, call)
    return report
