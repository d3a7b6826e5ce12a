"""Sparing: what a proof need not run, since what it would show is shown already.

A criterion is missed as soon as one of its scenarios is. To show that a fault makes criteria missed, those scenarios
come first that verify most of them and may run beside others; the rest of a criterion that is missed is skipped.
"""

import pytest

from gonogo.bdd.item import ScenarioItem
from gonogo.conclusion import missed_so_far
from gonogo.fixtures import SPARED
from gonogo.session import Session
from gonogo.turns import ALONE_TAGS


class Sparing:
    """Registered in a run that has to show nothing but that these criteria are missed.

    Args:
        session: The run.
        enough: Ids of the criteria.
    """

    def __init__(self, session: Session, enough: frozenset[str]) -> None:
        self._session, self._enough = session, enough

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put those first that show much and wait for nobody."""
        items.sort(key=lambda item: (bool(ALONE_TAGS & _tags(item)), -len(self._enough & _tags(item))))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item):  # type: ignore[no-untyped-def]
        """Mark a scenario whose criteria are all missed already."""
        wanted = self._enough & _tags(item)
        if wanted and wanted <= missed_so_far(self._session.run):
            item.stash[SPARED] = f"{', '.join(sorted(wanted))}: missed already"
        return (yield)


def _tags(item: pytest.Item) -> frozenset[str]:
    return frozenset(item.case.tags) if isinstance(item, ScenarioItem) else frozenset()
