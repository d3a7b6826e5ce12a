"""The pytest plugin around the Allure writer: where results go, who writes them, and what is not to be in the way.

allure-pytest may be loaded for its decorators and options; its own listener is not started, because it would write a
second set of results. With `-p no:allure_pytest` the decorators work all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from gonogo.bdd.item import ScenarioItem
from gonogo.bdd.tags import is_label, label_of
from gonogo.report.allure import DIRECTORY_KEY, LINKS_KEY, SCRUB_KEY, WRITER_KEY, AllureWriter, unchanged

_ASKED = pytest.StashKey[Path]()
_HANDOVER = "gonogo_allure_directory"
_SELECTABLE = ("epic", "feature", "story", "severity", "id", "owner")


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """Keep allure-pytest-bdd out: beside allure-pytest it stops pytest at its start, as both define --alluredir.

    This works where the plugin is named by -p on the command line or in addopts: that is before pytest loads the
    plugins of installed packages.
    """
    if not pluginmanager.hasplugin("allure_pytest_bdd"):
        pluginmanager.set_blocked("allure_pytest_bdd")


def pytest_report_header() -> str | None:
    """Say so where allure-pytest-bdd is installed."""
    if find_spec("allure_pytest_bdd") is None:
        return None
    return "gonogo: allure-pytest-bdd is left out, because it cannot work beside allure-pytest; better uninstall it"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Take over `--alluredir` before allure-pytest sees it; workers of xdist get it from their controller."""
    directory = config.getoption("allure_report_dir", None)
    if directory:
        config.option.allure_report_dir = None
        config.stash[_ASKED] = config.invocation_params.dir / directory
    given = getattr(config, "workerinput", {}).get(_HANDOVER)
    if given:
        config.stash[_ASKED] = Path(given)
    if not any(config.pluginmanager.hasplugin(name) for name in ("allure_pytest", "allure_pytest.plugin")):
        _offer_decorators(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of xdist where its results go."""
    directory = _directory(node.config)
    if directory is not None:
        node.workerinput[_HANDOVER] = str(directory)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Start to listen, if there is a place for results."""
    config = session.config
    directory = _directory(config)
    if directory is None or config.getoption("collectonly", False):
        return
    writer = AllureWriter(directory, config.stash.get(SCRUB_KEY, unchanged), _links(config))
    config.stash[DIRECTORY_KEY], config.stash[WRITER_KEY] = directory, writer
    if not hasattr(config, "workerinput"):
        if config.getoption("clean_alluredir", False):
            writer.clear()
        config.pluginmanager.register(_Losses(writer), "gonogo-allure-losses")
    from gonogo.report.allure_listener import AllureListener

    listener = AllureListener(config, writer)
    config.pluginmanager.register(listener, "gonogo-allure")
    _register_with_allure(config, listener)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let allure-pytest's `--allure-severities` and its like select scenarios by their tags."""
    for item in items:
        if isinstance(item, ScenarioItem):
            for key, value in map(label_of, filter(is_label, sorted(item.case.tags))):
                if key in _SELECTABLE:
                    item.add_marker(pytest.mark.allure_label(value, label_type=key))


def _directory(config: pytest.Config) -> Path | None:
    """Return where results go: where the user asked for, else where the run has them."""
    return config.stash.get(_ASKED, None) or config.stash.get(DIRECTORY_KEY, None)


def _offer_decorators(config: pytest.Config) -> None:
    from gonogo.report.allure_decorators import MARKERS, AllureDecorators

    for name, meaning in MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")
    _register_with_allure(config, AllureDecorators(lambda: _links(config)))


def _register_with_allure(config: pytest.Config, plugin: object) -> None:
    import allure_commons

    allure_commons.plugin_manager.register(plugin)
    config.add_cleanup(lambda: allure_commons.plugin_manager.unregister(plugin))


def _links(config: pytest.Config) -> dict[str, str]:
    given = config.getoption("allure_link_pattern", None) or ()
    patterns: Mapping[str, str] = config.stash.get(LINKS_KEY, {})
    return {**patterns, **dict(given)}


class _Losses:
    """Writes a result for what could not write its own: files not collected, and scenarios whose worker died."""

    def __init__(self, writer: AllureWriter) -> None:
        self._writer = writer

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Show a file that could not be collected."""
        if report.failed:
            self._writer.write_extra(f"Collection of {report.nodeid}", "broken", report.longreprtext)

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str, report: pytest.TestReport) -> None:
        """Show a scenario whose worker died while it ran."""
        self._writer.write_extra(crashitem, "broken", report.longreprtext)
