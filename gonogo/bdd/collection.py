"""Collection of `.feature` files as they are, with nothing in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

import pytest

from gonogo.bdd.binding import bind
from gonogo.bdd.feature import Case, FeatureRefusedError, ParsedFeature, read
from gonogo.bdd.history import keep_histories
from gonogo.bdd.internals import FuncFixtureInfo, fixture_info
from gonogo.bdd.item import ScenarioItem
from gonogo.bdd.problems import Problem, display_path, report
from gonogo.bdd.rules import problems_of
from gonogo.bdd.tags import known_markers, markers
from gonogo.bdd.vocabularies import Vocabularies
from gonogo.bdd.vocabulary import Match

VOCABULARIES = pytest.StashKey[Vocabularies]()
KNOWN_TAGS = pytest.StashKey[frozenset[str]]()


class FeatureFile(pytest.Module):
    """A feature file; a module to pytest, so that fixtures of module scope live as long as the feature."""

    obj = None  # there is no Python module behind it; pytest's own doctest files say it in the same way

    def collect(self) -> Iterable[ScenarioItem]:
        """Return an item for each scenario and each row, or refuse the file with all that is wrong with it."""
        try:
            parsed = read(self.path, self.shown_path)
            self._refuse(problems_of(parsed, _known_tags(self.session)))
            items = list(self._items(parsed))
        except FeatureRefusedError as refused:
            raise self.CollectError(report(refused.problems)) from None
        for marker in markers(parsed.feature.tags):
            self.add_marker(marker)
        keep_histories(items)
        return items

    @cached_property
    def shown_path(self) -> str:
        """The file as messages call it: relative to the root directory."""
        return display_path(self.path, self.config.rootpath)

    @cached_property
    def fixture_info(self) -> FuncFixtureInfo:
        """What pytest knows of the autouse fixtures of all items of the file."""
        return fixture_info(self)

    def _items(self, parsed: ParsedFeature) -> Iterator[ScenarioItem]:
        vocabularies = vocabularies_of(self.session)
        assert isinstance(self.parent, pytest.Collector)
        vocabulary = vocabularies.of(self.parent)
        problems: list[Problem] = []
        for case in parsed.cases():
            matches, found = bind(case, vocabulary, self.shown_path)
            problems += found
            for match in matches:
                vocabularies.mark_used(match)
            if not problems:
                yield self._item(case, matches)
        self._refuse(problems)

    def _item(self, case: Case, matches: list[Match]) -> ScenarioItem:
        return ScenarioItem.from_parent(self, case=case, matches=matches)

    def _refuse(self, problems: list[Problem]) -> None:
        if problems:
            raise FeatureRefusedError(problems)


def collect_file(file_path: Path, parent: pytest.Collector) -> FeatureFile | None:
    """Return the collector of a feature file, None for any other file."""
    return FeatureFile.from_parent(parent, path=file_path) if file_path.suffix == ".feature" else None


def vocabularies_of(session: pytest.Session) -> Vocabularies:
    """Return the vocabularies of the session, made at first use."""
    if VOCABULARIES not in session.stash:
        session.stash[VOCABULARIES] = Vocabularies(session)
    return session.stash[VOCABULARIES]


def _known_tags(session: pytest.Session) -> frozenset[str]:
    if KNOWN_TAGS not in session.stash:
        session.stash[KNOWN_TAGS] = known_markers(session.config)
    return session.stash[KNOWN_TAGS]
