"""The pages in a real browser: what they show, what they report, and what they do not show when it is off."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from docflow_world import SCHEDULE, Docflow
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect

from hermetic.docflow.broken.site import CHANGES, broken_asset

PAGES = Path(__file__).resolve().parents[3] / "hermetic" / "docflow" / "pages"


expect.set_options(timeout=15_000)


def sign_in(context: BrowserContext, docflow: Docflow, port: str) -> None:
    """Sign in as the form does, once for a context."""
    token = {"token": docflow.variables["DOCFLOW_TOKEN"]}
    assert context.request.post(docflow.url(port) + "/api/session", data=token).ok


@pytest.fixture
def wrong() -> list[str]:
    """What went wrong in a page: errors on the console, of scripts, and of requests."""
    return []


@pytest.fixture
def reader(chromium: Browser, docflow: Docflow, wrong: list[str]) -> Iterator[Page]:
    """A page of a reader who has signed in."""
    context = chromium.new_context()
    sign_in(context, docflow, "stable")
    opened = context.new_page()
    opened.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("requestfailed", lambda request: wrong.append(request.url))
    yield opened
    context.close()


def types(reader: Page) -> set[str]:
    return set(reader.locator("tbody tr td:nth-child(2)").all_inner_texts())


def is_use(reply: Response) -> bool:
    """Return whether this answers a page's report that a feature was used; pages report how long they took as well."""
    return "page-events" in reply.url and "feature_use" in (reply.request.post_data or "")


def shown_anew(first: Locator, upload: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Upload a document and return it once it is shown; nobody sees when a page begins to listen, so at most three."""
    for _ in range(3):
        document = upload()
        with suppress(AssertionError):
            expect(first).to_have_attribute("data-document", document["id"], timeout=5_000)
            return document
    raise AssertionError("the page does not follow changes")


def test_a_reader_without_a_session_is_sent_to_sign_in_and_back(
    chromium: Browser, docflow: Docflow, wrong: list[str]
) -> None:
    reader = chromium.new_page()
    reader.on("pageerror", lambda error: wrong.append(str(error)))
    reader.on("requestfailed", lambda request: wrong.append(request.url))
    reader.goto(docflow.url() + "/admin/analytics")
    reader.get_by_label("Token").fill("wrong")
    reader.get_by_role("button", name="Sign in").click()
    expect(reader.get_by_role("status")).to_have_text("Wrong token")
    reader.get_by_label("Token").fill(docflow.variables["DOCFLOW_TOKEN"])
    reader.get_by_role("button", name="Sign in").click()
    expect(reader.get_by_role("heading", name="Analytics")).to_be_visible()
    assert reader.url == docflow.url() + "/admin/analytics"
    assert wrong == []
    reader.close()


def test_the_queue_is_shown_filtered_and_follows_changes(docflow: Docflow, reader: Page, wrong: list[str]) -> None:
    loads = docflow.metric("queue_load_seconds_count") or 0
    used = docflow.metric("feature_use_total", feature="queue_ai_enrichment") or 0
    reader.goto(docflow.url() + "/admin/queue")
    expect(reader.get_by_role("heading", name="Queue Manager")).to_be_visible()
    table = reader.get_by_role("table", name="Documents")
    expect(table.get_by_role("columnheader")).to_have_text(["Title", "Type", "Confidence", "State"])
    expect(table.locator("tbody tr")).to_have_count(50)
    choice = reader.get_by_label("AI type")
    expect(choice.get_by_role("option")).to_have_text(["All types", "invoice", "contract", "receipt", "letter"])
    with reader.expect_response(is_use):
        choice.select_option("contract")
    assert types(reader) == {"contract"}
    choice.select_option("")
    first = table.locator("tbody tr").first
    document = shown_anew(first, lambda: docflow.upload(port="canary"))
    expect(first).to_contain_text(document["title"])
    assert docflow.metric("queue_load_seconds_count") == loads + 1
    assert (docflow.metric("feature_use_total", feature="queue_ai_enrichment") or 0) > used
    assert wrong == []


def test_the_forecast_is_drawn_when_asked_for(docflow: Docflow, reader: Page, wrong: list[str]) -> None:
    reader.goto(docflow.url() + "/admin/analytics")
    revenue = reader.get_by_role("img", name="Revenue")
    expect(revenue.locator('[data-kind="actual"]')).to_have_count(12)
    expect(revenue.locator('[data-kind="prediction"]')).to_have_count(0)
    reader.get_by_label("Forecast").check()
    expect(revenue.locator('[data-kind="prediction"]')).to_have_count(3)
    reader.get_by_label("Forecast").uncheck()
    expect(revenue.locator('[data-kind="prediction"]')).to_have_count(0)
    assert wrong == []


def test_an_export_is_scheduled_with_the_tag_of_the_address(docflow: Docflow, reader: Page, wrong: list[str]) -> None:
    reader.goto(docflow.url() + "/admin/export?tag=RUN-7")
    reader.get_by_label("Format").select_option("json")
    reader.get_by_label("Frequency").select_option("monthly")
    reader.get_by_role("button", name="Schedule export").click()
    expect(reader.get_by_role("status")).to_have_text("Export scheduled: json, monthly")
    expect(reader.get_by_role("list", name="Scheduled exports").get_by_role("listitem").first).to_contain_text("json")
    newest = docflow.get(SCHEDULE)["schedules"][0]
    assert (newest["tag"], newest["frequency"]) == ("RUN-7", "monthly")
    reader.wait_for_load_state("networkidle")
    assert wrong == []


def test_a_page_names_its_build_and_its_release(docflow: Docflow, reader: Page) -> None:
    reader.goto(docflow.url() + "/admin/queue")
    release = reader.locator('meta[name="release"]').get_attribute("content")
    assert release == docflow.variables["DOCFLOW_RELEASE"]
    assert re.fullmatch("dpl_[0-9a-f]{12}", reader.locator('meta[name="build"]').get_attribute("content") or "")


def test_what_is_off_is_not_there_and_leaves_no_error(docflow: Docflow, reader: Page, wrong: list[str]) -> None:
    docflow.edge("PATCH", {"phase1_enabled": False})
    try:
        reader.goto(docflow.url() + "/admin/queue")
        expect(reader.get_by_role("columnheader")).to_have_text(["Title", "State"])
        expect(reader.locator("tbody tr")).to_have_count(50)
        expect(reader.get_by_label("AI type")).to_have_count(0)
        reader.wait_for_load_state("networkidle")
        reader.goto(docflow.url() + "/admin/analytics")
        expect(reader.locator('[data-kind="actual"]')).to_have_count(12)
        expect(reader.get_by_label("Forecast")).to_have_count(0)
        reader.wait_for_load_state("networkidle")
        reader.goto(docflow.url() + "/admin/export")
        expect(reader.get_by_role("heading", name="Export")).to_be_visible()
        expect(reader.get_by_role("button", name="Schedule export")).to_have_count(0)
        reader.wait_for_load_state("networkidle")
        assert wrong == []
    finally:
        docflow.edge("PATCH", {"phase1_enabled": True})


def test_pages_work_behind_the_router(chromium: Browser, docflow: Docflow, wrong: list[str]) -> None:
    context = chromium.new_context()
    sign_in(context, docflow, "router")
    reader = context.new_page()
    reader.on("pageerror", lambda error: wrong.append(str(error)))
    reader.goto(docflow.url("router") + "/admin/queue")
    expect(reader.locator("tbody tr")).to_have_count(50)
    reader.wait_for_load_state("networkidle")
    shown_anew(reader.locator("tbody tr").first, docflow.upload)
    assert wrong == []
    context.close()


@pytest.mark.parametrize("fault", CHANGES)
def test_a_fault_of_a_page_finds_its_passage(fault: str) -> None:
    name = CHANGES[fault][0]
    text = (PAGES / name).read_text(encoding="utf-8")
    assert text.count(CHANGES[fault][1]) == 1
    assert broken_asset([fault], name, text) != text


def test_a_script_that_ends_is_seen_and_fills_nothing(docflow: Docflow, reader: Page, wrong: list[str]) -> None:
    with docflow.planted("page-exception"):
        reader.goto(docflow.url() + "/admin/queue")
        reader.wait_for_load_state("networkidle")
    assert wrong == ["refreshBadges is not defined"]
    assert reader.locator("tbody tr").count() == 0


def test_a_component_that_crashes_is_reported(docflow: Docflow, reader: Page, wrong: list[str]) -> None:
    before = docflow.metric("ui_component_crashes_total", component="analytics") or 0
    with docflow.planted("page-crash"):
        reader.goto(docflow.url() + "/admin/analytics")
        expect(reader.get_by_role("status")).to_contain_text("This part is not available")
        reader.wait_for_load_state("networkidle")
    assert docflow.metric("ui_component_crashes_total", component="analytics") == before + 1
    assert "no scale for the bars" in docflow.world.log_of("stable").read_text(encoding="utf-8")
    assert wrong == []


def test_a_request_that_fails_is_seen(docflow: Docflow, reader: Page, wrong: list[str]) -> None:
    with docflow.planted("page-request-fails"), reader.expect_response(lambda reply: reply.status == 404):
        reader.goto(docflow.url() + "/admin/export")
    reader.wait_for_load_state("networkidle")
    assert len(wrong) == 1


def test_a_dead_control_does_nothing(docflow: Docflow, reader: Page) -> None:
    schedules = docflow.get(SCHEDULE)["schedules"]
    with docflow.planted("schedule-button-dead"):
        reader.goto(docflow.url() + "/admin/export")
        reader.get_by_role("button", name="Schedule export").click()
        reader.wait_for_load_state("networkidle")
    assert docflow.get(SCHEDULE)["schedules"] == schedules
    with docflow.planted("queue-filter-page-only"):
        reader.goto(docflow.url() + "/admin/queue")
        with reader.expect_response(is_use):
            reader.get_by_label("AI type").select_option("contract")
        reader.wait_for_load_state("networkidle")
        assert len(types(reader)) > 1
    with docflow.planted("forecast-draws-nothing"):
        reader.goto(docflow.url() + "/admin/analytics")
        with reader.expect_response(lambda reply: "forecast=true" in reply.url):
            reader.get_by_label("Forecast").check()
        reader.wait_for_load_state("networkidle")
        assert reader.locator('[data-kind="prediction"]').count() == 0
