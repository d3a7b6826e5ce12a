"""What of DocFlow is looked at again before it is judged: scrapes that are to come, a page that is to listen."""

import json
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gonogo.probes.reply import Reply
from systems import waiting
from systems.docflow import asked, visits, watching
from systems.docflow.asked import Asked
from systems.docflow.made import Made
from systems.docflow.pages import Pages
from systems.docflow.service import DocFlow

PROMETHEUS = SimpleNamespace(up="up", instances=2)
DOCFLOW = cast("DocFlow", SimpleNamespace(grafana=SimpleNamespace(settings=SimpleNamespace(prometheus=PROMETHEUS))))
Ups = dict[str, int]


def answer(query: str, ups: Ups) -> Asked:
    found = [{"metric": {"instance": name}, "value": [1.0, str(value)]} for name, value in ups.items()]
    body = json.dumps({"status": "success", "data": {"resultType": "vector", "result": found}}).encode()
    return Asked(query, Reply("GET /api/v1/query", 200, {"content-type": "application/json"}, body, 0.01))


@pytest.fixture
def ups(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Ups]]:
    """What `up` gives next, in order; the last one again and again. Time passes only where it is slept away."""
    clock, left = [0.0], [Ups()]

    def sleep(seconds: float) -> None:
        clock[0] += seconds

    def ask(_: DocFlow, query: str) -> Asked:
        if query != "up":
            return answer(query, dict.fromkeys(left[0], 1))
        return answer(query, left.pop(0) if len(left) > 1 else left[0])

    monkeypatch.setattr(waiting.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(waiting.time, "sleep", sleep)
    monkeypatch.setattr(asked, "ask", ask)
    yield left
    assert clock[0] <= 10.5, "it waits at most 10 s"


def test_a_scrape_that_failed_is_followed_by_one_that_succeeds(ups: list[Ups]) -> None:
    ups[:] = [{}, {"stable": 1}, {"stable": 1, "canary": 0}, {"stable": 1, "canary": 1}]
    found = watching.scrapes(DOCFLOW)
    assert watching.missed_scrapes(DOCFLOW, found, "1 minute") == []


@pytest.mark.parametrize(
    ("last", "said"),
    [({"stable": 1}, "1 of 2 instances are scraped"), ({"stable": 1, "canary": 0}, "canary: failed")],
)
def test_what_stays_wrong_with_the_scrapes_is_said(ups: list[Ups], last: Ups, said: str) -> None:
    ups[:] = [last]
    assert watching.missed_scrapes(DOCFLOW, watching.scrapes(DOCFLOW), "1 minute") == [said]


class QueuePage:
    """A queue page that listens from the document `listens_from` on, and a tester who adds documents."""

    def __init__(self, listens_from: int) -> None:
        self.added = 0
        self._listens_from = listens_from
        self.page = self.first = self.browser = self

    def document(self, kind: str) -> dict[str, Any]:
        self.added += 1
        return {"title": f"{kind} a1b2c3"}

    def sign_in(self, page: str) -> None: ...

    def settle(self) -> None: ...

    def get_by_role(self, role: str, *, name: str) -> "QueuePage":
        assert (role, name) == ("cell", "letter a1b2c3")
        return self

    def is_visible(self) -> bool:
        return self.added >= self._listens_from

    def until(self, holds: Callable[[], bool], within_s: float) -> bool:
        assert within_s > 0
        return holds()


@pytest.mark.parametrize(("listens_from", "added"), [(1, 1), (2, 2), (9, 3)])
def test_a_document_is_added_until_the_page_that_listens_shows_it(listens_from: int, added: int) -> None:
    page = QueuePage(listens_from)
    visits.watch_while_it_changes(cast("Pages", page), cast("Made", page))
    assert page.added == added
