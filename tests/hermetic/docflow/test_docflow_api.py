"""The API of an instance: documents, analytics, schedules, audit, and who may ask."""

import csv
import io
from datetime import UTC, datetime

import pytest
from docflow_world import ADMIN, SCHEDULE, TAG, Docflow

from hermetic.docflow.server.schedules import next_run

ENDPOINTS = [
    ("GET", f"{ADMIN}/queue"),
    ("POST", f"{ADMIN}/documents"),
    ("POST", f"{ADMIN}/documents/DOC-000001/publish"),
    ("DELETE", f"{ADMIN}/documents/DOC-000001"),
    ("GET", f"{ADMIN}/analytics"),
    ("GET", f"{ADMIN}/analytics/export"),
    ("GET", SCHEDULE),
    ("POST", SCHEDULE),
    ("GET", f"{ADMIN}/audit"),
    ("POST", f"{ADMIN}/page-events"),
]


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", "Basic wrong"])
def test_strangers_are_refused(docflow: Docflow, method: str, path: str, header: str) -> None:
    reply = docflow.ask(method, path, {}, headers={"Authorization": header})
    assert (reply.status_code, reply.headers["X-Arm"]) == (401, "stable")


def test_the_token_is_exchanged_for_a_session_that_both_instances_know(docflow: Docflow) -> None:
    refused = docflow.session.post(docflow.url() + "/api/session", json={"token": "wrong"}, timeout=5)
    assert refused.status_code == 401
    reply = docflow.session.post(
        docflow.url() + "/api/session", json={"token": docflow.variables["DOCFLOW_TOKEN"]}, timeout=5
    )
    assert "HttpOnly; Path=/; SameSite=strict" in reply.headers["Set-Cookie"]
    docflow.session.cookies.clear()
    cookie = {"Cookie": f"docflow_session={reply.cookies['docflow_session']}", "Authorization": ""}
    for port in ("stable", "canary"):
        assert docflow.ask("GET", f"{ADMIN}/audit", port=port, headers=cookie).status_code == 200
    forged = {**cookie, "Cookie": cookie["Cookie"] + "0"}
    assert docflow.ask("GET", f"{ADMIN}/audit", headers=forged).status_code == 401


def test_a_document_is_taken_in_classified_published_and_deleted(docflow: Docflow) -> None:
    document = docflow.upload()
    assert (document["state"], document["ai"]["type"]) == ("queued", "invoice")
    assert 0.85 < document["ai"]["confidence"] < 1
    assert docflow.get(f"{ADMIN}/queue?limit=1")["documents"] == [document]
    published = docflow.ask("POST", f"{ADMIN}/documents/{document['id']}/publish")
    assert published.json()["document"]["state"] == "published"
    assert docflow.ask("POST", f"{ADMIN}/documents/{document['id']}/publish").status_code == 409
    assert docflow.ask("DELETE", f"{ADMIN}/documents/{document['id']}").json() == {"deleted": document["id"]}
    assert docflow.ask("DELETE", f"{ADMIN}/documents/{document['id']}").status_code == 404


def test_a_document_without_a_tag_is_not_for_deletion(docflow: Docflow) -> None:
    assert docflow.ask("DELETE", f"{ADMIN}/documents/DOC-000001").status_code == 403


def test_a_document_of_unknown_words_is_taken_in_without_a_type(docflow: Docflow) -> None:
    failures = docflow.metric("ai_classification_failures_total")
    reply = docflow.ask("POST", f"{ADMIN}/documents", {"title": "0815", "text": "4711", "tag": TAG})
    assert (reply.status_code, reply.json()["document"]["ai"]) == (201, None)
    assert docflow.metric("ai_classification_failures_total") == (failures or 0) + 1


@pytest.mark.parametrize("kind", ["invoice", "contract", "receipt", "letter"])
def test_the_queue_is_filtered_by_type(docflow: Docflow, kind: str) -> None:
    body = docflow.get(f"{ADMIN}/queue?aiType={kind}&limit=500")
    assert {document["ai"]["type"] for document in body["documents"]} == {kind}
    assert len(body["documents"]) == body["total"]
    uploaded = [document["uploadedAt"] for document in body["documents"]]
    assert uploaded == sorted(uploaded, reverse=True)


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("GET", f"{ADMIN}/queue?aiType=poem", None, "aiType must be one of invoice, contract, receipt, letter"),
        ("GET", f"{ADMIN}/queue?limit=0", None, "limit must be a whole number from 1 to 500"),
        ("POST", f"{ADMIN}/documents", {"text": "x", "colour": 1}, "colour is not known here"),
        ("POST", f"{ADMIN}/documents", [], "The body must be a JSON object"),
        ("POST", SCHEDULE, {"format": "xml", "frequency": "hourly"}, "frequency must be one of daily, weekly, monthly"),
        ("GET", f"{ADMIN}/analytics/export?format=xml", None, "format must be one of csv, json"),
        ("POST", f"{ADMIN}/audit", {"type": "Two words"}, "type must be a name"),
        ("POST", f"{ADMIN}/page-events", {"kind": "crash", "component": "footer"}, "component must be one of"),
        ("POST", f"{ADMIN}/page-events", {"kind": "queue_load", "seconds": "1"}, "seconds must be a number"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(
    docflow: Docflow, method: str, path: str, body: object, said: str
) -> None:
    reply = docflow.ask(method, path, body)
    assert reply.status_code == 400
    assert said in reply.text


def test_analytics_show_a_year_and_the_forecast_only_when_asked(docflow: Docflow) -> None:
    plain, asked = docflow.get(f"{ADMIN}/analytics"), docflow.get(f"{ADMIN}/analytics?forecast=true")
    assert len(plain["months"]) == 12
    assert "forecast" not in plain
    assert asked["forecast"][0]["month"] == f"{datetime.now(UTC):%Y-%m}"
    for one in asked["forecast"]:
        assert 0 < one["low"] < one["revenueEur"] < one["high"]


def test_an_export_has_all_months_and_counts_as_manual(docflow: Docflow) -> None:
    before = docflow.metric("exports_total", mode="manual") or 0
    reply = docflow.ask("GET", f"{ADMIN}/analytics/export?format=csv")
    assert reply.headers["Content-Type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(reply.text)))
    assert len(lines) >= 24
    assert set(lines[0]) == {"month", "documents", "revenue_eur"}
    assert docflow.metric("exports_total", mode="manual") == before + 1


def test_a_schedule_is_kept_listed_and_deleted(docflow: Docflow) -> None:
    before = docflow.get(SCHEDULE)["schedules"]
    made = docflow.schedule(format="json", frequency="monthly").json()["schedule"]
    assert docflow.get(SCHEDULE)["schedules"] == [made, *before]
    assert (made["format"], made["frequency"], made["tag"]) == ("json", "monthly", TAG)
    assert docflow.rows("select frequency from docflow.schedules where id = %s", made["id"]) == [("monthly",)]
    assert docflow.ask("DELETE", f"{SCHEDULE}/{made['id']}").status_code == 200
    assert docflow.get(SCHEDULE)["schedules"] == before


@pytest.mark.parametrize(
    ("frequency", "expected"), [("daily", "2025-11-29"), ("weekly", "2025-12-01"), ("monthly", "2025-12-01")]
)
def test_the_next_run_is_a_morning_to_come(frequency: str, expected: str) -> None:
    friday = datetime(2025, 11, 28, 15, 30, tzinfo=UTC)
    assert next_run(frequency, friday).isoformat() == f"{expected}T06:00:00+00:00"


def test_an_event_is_kept_as_it_came(docflow: Docflow) -> None:
    event = {"type": "test_event", "timestamp": "2025-11-10T15:30:00Z", "details": {"of": [1, 2]}}
    kept = docflow.ask("POST", f"{ADMIN}/audit", event).json()["event"]
    assert {name: kept[name] for name in event} == event
    assert docflow.get(f"{ADMIN}/audit?type=test_event")["events"][0] == kept
    assert docflow.get(f"{ADMIN}/audit?type=another")["events"] == []


def test_an_unknown_address_is_answered_with_an_error(docflow: Docflow) -> None:
    reply = docflow.ask("GET", "/api/admin/nothing")
    assert (reply.status_code, reply.json()) == (404, {"error": "Not Found"})
    assert docflow.metric("http_requests_total", route="unknown", status="404")
