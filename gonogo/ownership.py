"""The process that owns a run: it starts the services, writes the events, and says the decision at the end."""

import json
import os
from typing import Any

import pytest

from gonogo.fixtures import ScenarioHost, attach_to_report
from gonogo.leaks import quarantine
from gonogo.outcome import ExitCode, Inconclusive, Missed, Unverified, UsageError, exit_code
from gonogo.process import die_with_parent, interrupt_on_signals
from gonogo.report import views
from gonogo.report.allure import DIRECTORY_KEY, SCRUB_KEY
from gonogo.run import RUN_DIRECTORY_VARIABLE
from gonogo.session import Session
from gonogo.sparing import Sparing
from gonogo.turns import Turns
from gonogo.verdict import Verdict
from gonogo.workbench import Workbench

_LETTERS = {"inconclusive": ("I", "INCONCLUSIVE"), "unverified": ("U", "UNVERIFIED")}


class RunOwner:
    """Registered in the process that owns the run: pytest itself, or xdist's controller."""

    def __init__(self, config: pytest.Config, session: Session) -> None:
        self.config = config
        self.session = session
        self.verdict: Verdict | None = None
        self.opened = False
        self.internal_error = False
        config.stash[DIRECTORY_KEY] = session.run.path("allure-results")
        config.stash[SCRUB_KEY] = session.scrub
        interrupt_on_signals()
        if self.has_parent:
            die_with_parent()

    @property
    def has_parent(self) -> bool:
        """Whether `gonogo gate` runs us, and has the last word."""
        return RUN_DIRECTORY_VARIABLE in os.environ

    @property
    def planned(self) -> list[str] | None:
        """Node ids to keep: those the gate requires, or those that change nothing where nothing may be changed."""
        request = self.session.request
        restricted = bool(request.gate) or not request.may_mutate()
        return sorted(self.session.expected.planned()) if restricted else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Start the services and check the release, before anything is collected and before any worker starts."""
        if self.config.option.collectonly:
            self.session.problem("nothing was run: pytest was asked to collect only")
            return
        try:
            self.session.open(max(1, len(getattr(self.config.option, "tx", None) or [])))
        except UsageError as error:
            raise pytest.UsageError(str(error)) from None
        except (Missed, Inconclusive, Unverified) as error:  # which release is live, or whether any is, is not known
            self.session.problem(str(error))
            self._hold_before_start()
            pytest.exit(f"HOLD: {error}", returncode=ExitCode.HOLD)
        self.opened = True
        if not getattr(self.config.option, "tx", None):
            self._host_scenarios()

    def _hold_before_start(self) -> None:
        """Conclude a run that cannot begin: pytest ends such a session without its finish."""
        self.session.finish()
        self.verdict = self.session.conclude()
        views.write(self.session.run, self.session.scrub)
        if not self.has_parent:
            self.session.run.publish(self.session.request.root)
            views.say(self.session.run)

    def _host_scenarios(self) -> None:
        session = self.session
        bench = Workbench.open(
            session.request.root,
            session.request.environment,
            session.world_variables(0),
            session.run.directory,
            session.release,
            attach_to_report,
            full=session.request.full,
            brief=session.request.brief,
        )
        self.config.pluginmanager.register(
            ScenarioHost(bench, self.planned, Turns(session.turns)), "gonogo-scenario-host"
        )
        if session.request.enough:
            self.config.pluginmanager.register(Sparing(session, frozenset(session.request.enough)), "gonogo-sparing")

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand an xdist worker its world, as JSON text: what execnet cannot carry would end the worker silently."""
        node.workerinput["gonogo"] = json.dumps(
            {
                "run": str(self.session.run.directory),
                "environment": self.session.request.environment,
                "release": self.session.release,
                "variables": self.session.own_variables(int(node.gateway.id.removeprefix("gw"))),
                "planned": self.planned,
                "full": self.session.request.full,
                "brief": self.session.request.brief,
                "turns": str(self.session.turns),
            }
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write the record of a scenario; a report without one, of a worker that died, is a problem of the run."""
        record = getattr(report, "gonogo_scenario", None)
        if record:
            self.session.run.event("scenario.end", record=json.loads(self.session.scrub(record)))
        elif str(report.when) == "???":  # xdist's mark for a worker that died
            self.session.problem(f"a worker died while it ran {report.nodeid}; what it did not report is unverified")

    def pytest_report_teststatus(
        self, report: pytest.TestReport
    ) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
        """Show what is not a miss in its own letter and colour."""
        outcome = getattr(report, "gonogo_outcome", None)
        if outcome is None:
            return None
        letter, word = _LETTERS[outcome]
        return outcome, letter, (word, {"yellow": True})

    def pytest_internalerror(self, excrepr: object) -> None:
        """An internal error, also one in a worker, forbids GO and exit code 0."""
        self.internal_error = True
        self.session.problem(f"pytest met an internal error: {str(excrepr).strip().splitlines()[-1]}")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """What could not be collected was not run."""
        if report.failed:
            self.session.problem(f"not collected: {report.nodeid or 'everything'}; the error above says why")

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """An interrupted run is HOLD."""
        if not isinstance(excinfo.value, pytest.exit.Exception):
            self.session.problem(f"the run was interrupted ({excinfo.value or 'Ctrl-C'})")

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Conclude, and turn the decision into the exit code."""
        if self.opened:
            self.session.observe_end()
        self.session.finish()
        self.verdict = self.session.conclude()
        if self.internal_error:
            session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
        elif session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            session.exitstatus = exit_code(self.verdict.decision)
        views.write(self.session.run, self.session.scrub)
        self._withhold_leaks(session)
        if not self.has_parent:
            self.session.run.publish(self.session.request.root)

    def _withhold_leaks(self, session: pytest.Session) -> None:
        """Take away every file that holds a secret; such a run is not GO, and its verdict says which files."""
        leaks = quarantine(self.session.run.directory, self.session.bench.redactor) if self.session.bench else []
        for leak in leaks:
            self.session.problem(f"withheld from the run: {leak}")
        if leaks:
            self.verdict = self.session.conclude()
            if session.exitstatus == ExitCode.GO:
                session.exitstatus = exit_code(self.verdict.decision)
            views.write(self.session.run, self.session.scrub)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say the decision, then what keeps it from being GO."""
        if not self.has_parent:
            views.say(self.session.run, terminalreporter)

    def pytest_unconfigure(self) -> None:
        """Stop what was started."""
        self.session.close()
