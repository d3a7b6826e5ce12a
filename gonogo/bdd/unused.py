"""`--unused-steps`: the step definitions that no scenario means, as a check that can fail."""

from __future__ import annotations

import pytest

from gonogo.bdd.collection import vocabularies_of
from gonogo.bdd.definition import Definition


def register(config: pytest.Config) -> None:
    """Make this run a search for idle step definitions instead of a run of scenarios."""
    if getattr(config.option, "numprocesses", None) or hasattr(config, "workerinput"):
        raise pytest.UsageError("--unused-steps looks at one process only; leave out -n")
    config.pluginmanager.register(UnusedSteps(), "gonogo-unused-steps")


class UnusedSteps:
    """Takes the place of the run: lists idle definitions and fails if there are any."""

    def __init__(self) -> None:
        self.unused: list[Definition] = []
        self.looked = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Look instead of running; leave a failed collection to pytest."""
        if session.testsfailed:
            return None
        self.unused = vocabularies_of(session).unused()
        self.looked = True
        session.testsfailed = len(self.unused)  # pytest's own way to exit 1
        return True

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """List what was found, one line each: place and phrase."""
        for definition in self.unused:
            terminalreporter.write_line(f"{definition.location}: unused step {definition.phrase!r}")
        if self.looked:
            terminalreporter.write_line(f"{len(self.unused)} unused step definitions")
