"""Faults: each is known, names real criteria, and really changes something."""

import csv
import re
from collections.abc import Callable

import pytest
import requests
from docflow_world import ADMIN, SCHEDULE, Docflow
from standing import ROOT

from hermetic.docflow.catalogue.papers import PAPER_FAULTS
from hermetic.docflow.catalogue.repository import REPOSITORY_FAULTS
from hermetic.docflow.faults import BY_CODE, FAULTS
from hermetic.faults import catalogue
from hermetic.world import STAND_INS

HELD = {"canary-health-down", "canary-old-release", "prometheus-down"}
"""What makes a run HOLD: nothing is missed, since nothing can be made out."""


def criteria() -> set[str]:
    with (ROOT / "features/docflow_canary/criteria.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"] for row in csv.DictReader(file)}


def test_faults_have_names_of_their_own_and_name_real_criteria() -> None:
    catalogue(STAND_INS)  # raises where two share a name
    known = criteria()
    assert {fault.name: set(fault.breaks) - known for fault in FAULTS if set(fault.breaks) - known} == {}
    assert {fault.name for fault in FAULTS if not fault.breaks} == HELD


def test_the_list_of_faults_is_up_to_date() -> None:
    text = (ROOT / "hermetic/docflow/FAULTS.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([\w-]+)` \|.*\| ([\w -]*) \|$", text, re.MULTILINE)
    expected = [(fault.name, " ".join(fault.breaks)) for fault in FAULTS]
    assert listed == expected, "run `python -m hermetic.docflow.list_faults`"


def test_every_fault_is_done_somewhere() -> None:
    """A name in the catalogue that no code asks for would be a fault that breaks nothing."""
    files = [path for path in (ROOT / "hermetic/docflow").rglob("*.py") if path.parent.name != "catalogue"]
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert [name for name, _, _ in BY_CODE if f'"{name}"' not in code] == []
    assert all(fault.edits for fault in (*PAPER_FAULTS, *REPOSITORY_FAULTS))


# --- What is served. Each check holds without the fault, and does not with it.


def _kept(docflow: Docflow) -> bool:
    before = docflow.get(SCHEDULE)["schedules"]
    docflow.schedule()
    return len(docflow.get(SCHEDULE)["schedules"]) == len(before) + 1


def _reads_only(docflow: Docflow) -> bool:
    before = docflow.rows("select count(*) from docflow.schedules")
    docflow.get(SCHEDULE)
    return docflow.rows("select count(*) from docflow.schedules") == before


def _statuses(docflow: Docflow, path: str, number: int) -> set[int]:
    return {docflow.ask("GET", path, port="canary").status_code for _ in range(number)}


def _quickest_ms(work: Callable[[int], requests.Response]) -> float:
    """Return the quickest of ten, which a busy machine does not change much."""
    return min(1000 * work(number).elapsed.total_seconds() for number in range(10))


def _published_quickly(docflow: Docflow) -> bool:
    paths = [f"{ADMIN}/documents/{docflow.upload(port='canary')['id']}/publish" for _ in range(10)]
    return _quickest_ms(lambda number: docflow.ask("POST", paths[number], port="canary")) < 22


SERVED: dict[str, Callable[[Docflow], bool]] = {
    "queue-filter-ignored": lambda docflow: (
        {one["ai"]["type"] for one in docflow.get(f"{ADMIN}/queue?aiType=letter")["documents"]} == {"letter"}
    ),
    "queue-filter-incomplete": lambda docflow: (
        len((body := docflow.get(f"{ADMIN}/queue?aiType=letter&limit=500"))["documents"]) == body["total"]
    ),
    "schedule-not-stored": _kept,
    "schedule-by-get": _reads_only,
    "schedule-takes-nonsense": lambda docflow: docflow.schedule(frequency="hourly").status_code == 400,
    "token-not-checked": lambda docflow: (
        docflow.ask("GET", f"{ADMIN}/audit", headers={"Authorization": ""}).status_code == 401
    ),
    "audit-not-written": lambda docflow: (
        docflow.ask("POST", f"{ADMIN}/audit", {"type": "kept_event"}).json()["event"]
        in docflow.get(f"{ADMIN}/audit?type=kept_event")["events"]
    ),
    "server-errors-in-feature": lambda docflow: _statuses(docflow, SCHEDULE, 4) == {200},
    "canary-errors": lambda docflow: _statuses(docflow, f"{ADMIN}/audit", 26) == {200},
    "canary-slow-api": lambda docflow: (
        _quickest_ms(lambda _: docflow.ask("GET", f"{ADMIN}/queue?limit=1", port="canary")) < 100
    ),
    "slow-publish": _published_quickly,
    "canary-health-down": lambda docflow: docflow.ask("GET", "/health", port="canary").status_code == 200,
}


@pytest.mark.parametrize("fault", sorted(SERVED))
def test_a_planted_fault_breaks_what_holds_without_it(docflow: Docflow, fault: str) -> None:
    assert SERVED[fault](docflow)
    with docflow.planted(fault):
        assert not SERVED[fault](docflow)


# --- What is arranged, for several faults at once


def query(docflow: Docflow) -> requests.Response:
    url = docflow.variables["DOCFLOW_PROMETHEUS_URL"] + "/api/v1/query?query=up"
    return docflow.session.get(url, timeout=5)


def test_faults_of_prometheus_take_it_away_or_put_a_page_there(arranged: Docflow) -> None:
    assert query(arranged).json()["status"] == "success"
    with arranged.planted("prometheus-html", arrange=True):
        assert (query(arranged).status_code, "We are back soon" in query(arranged).text) == (200, True)
        arranged.control("DELETE", "/faults")
        arranged.control("POST", "/faults", {"name": "prometheus-down"})
        with pytest.raises(requests.ConnectionError):
            query(arranged)
    assert query(arranged).json()["status"] == "success"


def test_faults_of_what_is_arranged_break_it(arranged: Docflow) -> None:
    for fault in ("old-version-serving", "low-confidence", "audit-two-features"):
        arranged.control("POST", "/faults", {"name": fault})
    arranged.arrange("reviewed")
    assert arranged.control("GET", "/faults") == {
        "faults": ["audit-two-features", "low-confidence", "old-version-serving"]
    }
    assert arranged.get("/health")["release"] == "2.0.9"
    (event,) = arranged.rows("select details from docflow.audit")
    assert len(event[0]["features_deployed"]) == 2
    sure = "select avg((ai_confidence > 0.85)::int)::float from docflow.documents where ai_type <> ''"
    assert arranged.rows(sure)[0][0] < 0.65
    arranged.control("DELETE", "/faults")
    assert arranged.get("/health")["release"] == arranged.variables["DOCFLOW_RELEASE"]


def test_the_old_release_on_the_canary_is_a_fault(arranged: Docflow) -> None:
    with arranged.planted("canary-old-release", arrange=True):
        assert arranged.get("/health", "canary")["release"] == "2.0.9"


def test_an_unknown_fault_is_refused_with_the_closest_spelling(docflow: Docflow) -> None:
    url = docflow.variables["DOCFLOW_CONTROL_URL"] + "/faults"
    reply = docflow.session.post(url, json={"name": "slow-canari"}, timeout=5)
    assert reply.status_code == 404
    assert "did you mean 'slow-canary'?" in reply.json()["error"]
