"""The plan designer in a real browser."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from mes_world import Mes
from playwright.sync_api import Browser, Page, expect

expect.set_options(timeout=15_000)


@pytest.fixture
def designer(chromium: Browser, mes: Mes) -> Iterator[Page]:
    """The designer, opened; anything wrong on the console or the network fails the test."""
    mes.arrange("migrated")
    wrong: list[str] = []
    page = chromium.new_page()
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda request: wrong.append(request.url))
    open_designer(page, mes)
    yield page
    page.close()
    assert wrong == []


def open_designer(page: Page, mes: Mes) -> None:
    page.goto(mes.variables["MES_URL"] + "/designer")
    expect(page.get_by_test_id("plan-row")).to_have_count(12)
    expect(page.get_by_test_id("operation-row")).to_have_count(1)


def fill(page: Page, *, material: str = "", per_unit: str = "1") -> None:
    page.get_by_test_id("new-name").fill("Frame from the browser")
    page.get_by_test_id("new-quantity").fill("10")
    page.get_by_test_id("op-code").select_option("OP-WELD")
    page.get_by_test_id("op-time").fill("30")
    page.get_by_test_id("op-skills").fill("welding, grinding")
    page.get_by_test_id("op-material").select_option(material)
    page.get_by_test_id("op-per-unit").fill(per_unit)


def save(page: Page) -> Any:
    """Save and return the body that was sent."""
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_test_id("save-plan").click()
    return sent.value.post_data_json


def test_old_words_are_mapped_and_no_graph_is_sent(designer: Page) -> None:
    fill(designer)
    body = save(designer)
    assert set(body) == {"name", "quantity", "defectRate", "nodes"}
    (node,) = body["nodes"]
    assert (node["nominalTime"], node["requiredSkills"]) == (30, ["welding", "grinding"])
    assert not {"time", "skills"} & set(node)
    expect(designer.get_by_test_id("message")).to_have_text(re.compile("PLAN-.* saved"))
    expect(designer.get_by_test_id("plan-row").first).to_contain_text("Frame from the browser")


def test_violations_are_shown(mes: Mes, chromium: Browser) -> None:
    mes.arrange("migrated")
    page = chromium.new_page()
    open_designer(page, mes)
    fill(page)
    page.get_by_test_id("op-time").fill("0")
    save(page)
    expect(page.get_by_test_id("violations")).to_have_text("nodes[0].nominalTime must be > 0")
    page.close()


def test_efficiency_is_shown_and_can_be_overridden(designer: Page) -> None:
    fill(designer)
    save(designer)
    expect(designer.get_by_test_id("efficiency-indicator")).to_have_text("75 %")
    expect(designer.get_by_test_id("effective-time")).to_have_text("40 min")
    designer.get_by_test_id("efficiency-override").fill("0.5")
    designer.get_by_test_id("apply-override").click()
    expect(designer.get_by_test_id("efficiency-indicator")).to_have_text("50 %")
    expect(designer.get_by_test_id("effective-time")).to_have_text("60 min")


@pytest.mark.parametrize(("choice", "status"), [("proceed", "in_progress"), ("cancel", "pending")])
def test_a_short_stock_asks_the_operator(designer: Page, choice: str, status: str) -> None:
    fill(designer, material="MAT-SEAL", per_unit="10")
    save(designer)
    designer.get_by_test_id("launch-plan").click()
    designer.get_by_test_id("start-assignment").click()
    expect(designer.get_by_test_id("warning-text")).to_have_text("MAT-SEAL: 60 of 105 reserved, 45 missing")
    designer.get_by_test_id(f"warning-{choice}").click()
    expect(designer.get_by_test_id("reservation-warning")).to_be_hidden()
    expect(designer.get_by_test_id("assignment-status")).to_have_text(status)


def test_a_plan_is_launched_started_and_completed(designer: Page) -> None:
    fill(designer, material="MAT-STEEL")
    save(designer)
    designer.get_by_test_id("launch-plan").click()
    designer.get_by_test_id("start-assignment").click()
    designer.get_by_test_id("complete-assignment").click()
    expect(designer.get_by_test_id("assignment-status")).to_have_text("completed")
    expect(designer.get_by_test_id("plan-row").first).to_contain_text("completed")


def test_after_cleanup_the_form_speaks_the_canonical_words(mes: Mes, chromium: Browser) -> None:
    mes.arrange("cleaned")
    page = chromium.new_page()
    open_designer(page, mes)
    fill(page)
    assert save(page)["nodes"][0]["nominalTime"] == 30
    expect(page.get_by_test_id("message")).to_have_text(re.compile("saved"))
    page.close()
