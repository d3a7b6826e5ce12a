"""The item: one scenario, or one row of an outline, as pytest runs it."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, Self

import pytest

from gonogo.bdd import running
from gonogo.bdd.failure import failure_text, first_line
from gonogo.bdd.internals import FuncFixtureInfo, TerminalRepr, TopRequest, failure_repr, fill_fixtures, new_request
from gonogo.bdd.progress import Progress
from gonogo.bdd.tags import markers

if TYPE_CHECKING:
    from gonogo.bdd.collection import FeatureFile
    from gonogo.bdd.feature import Case
    from gonogo.bdd.vocabulary import Match


def scenario() -> None:
    """Stand for the function that hooks and fixtures expect behind an item."""


class ScenarioItem(pytest.Item):
    """A scenario to run.

    Attributes:
        case: The scenario with its row.
        matches: The meaning of each of its steps, in order.
        progress: How far it has come: status and time of each step.
        location: File, line from 0, and name: what verbose output, JUnit and annotations point to.
        history_key: What reports recognise it by from run to run; the row's id comes last.
    """

    parent: FeatureFile
    function = obj = staticmethod(scenario)
    cls = module = instance = None

    def __init__(self, *, case: Case, matches: Sequence[Match], **node: Any) -> None:
        super().__init__(**node)
        self.case = case
        self.matches = matches
        self.history_key: tuple[str, ...] = (self.parent.shown_path, case.template.name, case.row.id)
        for marker in markers(case.template.tags | case.row.tags | _rule_tags(case)):
            self.add_marker(marker)
        self.location = (self.parent.shown_path, case.line - 1, self.name)
        self._fixtureinfo: FuncFixtureInfo = self.parent.fixture_info
        self.fixturenames = self._fixtureinfo.names_closure
        self._initrequest()

    @classmethod
    def from_parent(cls, parent: FeatureFile, *, case: Case, matches: Sequence[Match]) -> Self:  # type: ignore[override]
        """Make the item of a case; its id is that of the file and the name of the case."""
        nodeid = f"{parent.nodeid}::{case.name}"
        return super().from_parent(parent, name=case.name, nodeid=nodeid, case=case, matches=matches)

    def _initrequest(self) -> None:
        """Begin anew; pytest's runner calls this before it runs an item once more."""
        self.funcargs: dict[str, object] = {}
        self._request: TopRequest = new_request(self)
        self.progress = Progress(self.case.scenario.steps)

    @property
    def request(self) -> TopRequest:
        """The `request` of this item, through which steps get their fixtures."""
        return self._request

    def setup(self) -> None:
        """Set up the autouse fixtures."""
        fill_fixtures(self._request)

    def runtest(self) -> None:
        """Run the steps in order, up to the first that does not pass."""
        __tracebackhide__ = True
        running.run(self)

    def reportinfo(self) -> tuple[PathLike[str] | str, int | None, str]:
        """Point into the feature file; pytest counts lines from 0 here."""
        return self.path, self.case.line - 1, self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> TerminalRepr:  # noqa: ARG002
        """Say which step failed, why, and what the scenario's author advises."""
        line = self.progress.line or self.case.line
        return failure_repr(failure_text(self, excinfo), self.parent.shown_path, line, first_line(excinfo.value))

    _repr_failure_py = repr_failure  # what pytest calls instead of it when a fixture fails


def _rule_tags(case: Case) -> set[str]:
    return case.template.rule.tags if case.template.rule else set()
