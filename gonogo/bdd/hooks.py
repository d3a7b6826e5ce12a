"""pytest-bdd's hooks, called for those who listen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Call = Callable[..., object]

HOOKS = pytest.StashKey["Hooks"]()


class Hooks:
    """The hooks around scenarios and steps; None where nobody listens, so that the call costs nothing.

    pytest-bdd's own plugin listens to all of them to prepare two reports: it is left out where neither is wanted.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._silent = [] if _reports_wanted(config) else _own_plugins(config)
        self.before_scenario = self._call("pytest_bdd_before_scenario")
        self.after_scenario = self._call("pytest_bdd_after_scenario")
        self.before_step = self._call("pytest_bdd_before_step")
        self.before_step_call = self._call("pytest_bdd_before_step_call")
        self.after_step = self._call("pytest_bdd_after_step")
        self.step_error = self._call("pytest_bdd_step_error")

    def _call(self, name: str) -> Call | None:
        caller = self._config.pluginmanager.subset_hook_caller(name, self._silent)
        return caller if caller.get_hookimpls() else None


def hooks_of(session: pytest.Session) -> Hooks:
    """Return the hooks of a session, looked up at first use: by then every conftest.py has been loaded."""
    if HOOKS not in session.stash:
        session.stash[HOOKS] = Hooks(session.config)
    return session.stash[HOOKS]


def _own_plugins(config: pytest.Config) -> list[object]:
    names = ("pytest-bdd", "pytest_bdd.plugin")  # loaded by its entry point, or with -p
    return [config.pluginmanager.get_plugin(name) for name in names if config.pluginmanager.hasplugin(name)]


def _reports_wanted(config: pytest.Config) -> bool:
    """Say whether `--cucumberjson` or `--gherkin-terminal-reporter` is in use."""
    return bool(config.getoption("cucumber_json_path", None) or config.getoption("gherkin_terminal_reporter", False))
