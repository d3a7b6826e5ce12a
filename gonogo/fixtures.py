"""What steps get: the target, the environment, the recorder; and the hooks around each scenario."""

from collections.abc import Sequence

import allure
import pytest

from gonogo.backstop import Backstop
from gonogo.bdd.internals import scrubbed
from gonogo.bdd.item import ScenarioItem
from gonogo.bdd.record import SCENARIO_EXTRAS
from gonogo.bdd.tags import is_criterion
from gonogo.evidence import Evidence
from gonogo.guard import Guard, GuardRefused
from gonogo.outcome import Inconclusive, Unverified
from gonogo.recorder import Recorder
from gonogo.settings import Environment
from gonogo.turns import ALONE_TAGS, Turns
from gonogo.workbench import Workbench

BENCH = pytest.StashKey[Workbench]()
SPARED = pytest.StashKey[str]()
"""Why a scenario need not run."""


class ScenarioHost:
    """Registered in each process that runs scenarios.

    Args:
        bench: The opened environment.
        planned: Node ids that the gate requires; None for a run without a gate.
        turns: Lets scenarios that measure run alone.
    """

    def __init__(self, bench: Workbench, planned: Sequence[str] | None, turns: Turns) -> None:
        self.bench = bench
        self.turns = turns
        self.backstop = Backstop(bench.guard)
        self.planned = None if planned is None else frozenset(planned)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep exactly the scenarios that the gate requires."""
        if self.planned is None:
            return
        others = [item for item in items if item.nodeid not in self.planned]
        if others:
            config.hook.pytest_deselected(items=others)
            items[:] = [item for item in items if item.nodeid in self.planned]

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item):  # type: ignore[no-untyped-def]
        """Wait until it is the scenario's turn."""
        if not isinstance(item, ScenarioItem):
            return (yield)
        with self.turns.taken(alone=bool(ALONE_TAGS & item.case.tags) and SPARED not in item.stash):
            return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Begin a scenario: its tags say what it may change, its evidence gets a folder of its own."""
        if SPARED in item.stash:
            pytest.skip(item.stash[SPARED])
        item.config.stash[BENCH] = self.bench
        if isinstance(item, ScenarioItem):
            self.bench.begin(item.nodeid, item.case.tags)
            self.backstop.attempts.clear()
            self.backstop.install()

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """End a scenario: keep what it saw, and let nothing be changed from here on.

        Raises:
            GuardRefused: If a step went round the probes, even where it swallowed the refusal.
        """
        if isinstance(item, ScenarioItem) and SPARED not in item.stash:
            self.backstop.uninstall()
            extras = item.stash.setdefault(SCENARIO_EXTRAS, {})
            extras["evidence"] = [ref.as_dict() for ref in self.bench.evidence.taken()]
            self.bench.end()
            if self.backstop.attempts:
                raise GuardRefused(self.backstop.attempts[0])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]
        """Mark what is not a miss, for the terminal, and let no secret stand in the text of a failure."""
        report = yield
        error = call.excinfo.value if call.excinfo else None
        if isinstance(error, Inconclusive | Unverified) and report.when == "call":
            report.gonogo_outcome = "inconclusive" if isinstance(error, Inconclusive) else "unverified"
        scrub = self.bench.redactor.scrub
        report.sections = [(title, scrub(text)) for title, text in report.sections]
        if report.longrepr is not None:
            report.longrepr = scrubbed(report.longrepr, scrub)
        return report

    def pytest_unconfigure(self) -> None:
        """Close every connection."""
        self.bench.close()


def attach_to_report(body: str | bytes, name: str, media_type: str) -> None:
    """Show a piece of evidence in the step that is running."""
    allure.attach(body, name=name, attachment_type=media_type)


@pytest.fixture(scope="session")
def bench(request: pytest.FixtureRequest) -> Workbench:
    """The opened environment of this process."""
    opened = request.config.stash.get(BENCH, None)
    if opened is None:
        raise Unverified("no environment is open; run feature files with --env=NAME")
    return opened


@pytest.fixture(scope="session")
def environment(bench: Workbench) -> Environment:
    """The environment that is being verified."""
    return bench.environment


@pytest.fixture(scope="session")
def guard(bench: Workbench) -> Guard:
    """Decides what may be sent."""
    return bench.guard


@pytest.fixture(scope="session")
def evidence(bench: Workbench) -> Evidence:
    """Keeps what probes see."""
    return bench.evidence


@pytest.fixture(scope="session")
def run_id(bench: Workbench) -> str:
    """The mark of the run, on every request and on everything that a scenario makes."""
    return bench.run


@pytest.fixture
def recorder(request: pytest.FixtureRequest) -> Recorder:
    """Takes the judgements of the running scenario."""
    item = request.node
    criteria = [tag for tag in item.case.tags if is_criterion(tag)] if isinstance(item, ScenarioItem) else []
    return Recorder(criteria, item.stash.setdefault(SCENARIO_EXTRAS, {}))
