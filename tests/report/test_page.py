"""The decision page: what it says in its HTML, and how it stands in a real browser."""

import os
import re
import shutil
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import samples
from machine_parts import needed

from gonogo.report import page, pictures

VOID = {"meta", "link", "br", "img", "input", "hr", "col"}


class Outline(HTMLParser):
    """Collects text, elements and links, and checks that elements are closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.text += " "
        self.links += [str(value) for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data


def outline(sample: samples.Sample) -> Outline:
    parser = Outline()
    parser.feed(page.render(*sample))
    assert parser.open == []
    parser.text = " ".join(parser.text.split())
    return parser


@pytest.mark.parametrize("sample", [samples.go, samples.no_go, samples.hold])
def test_the_decision_is_the_first_heading_and_the_title(sample: Any) -> None:
    verdict, records = sample()
    html = page.render(verdict, records)
    assert re.findall(r"<h1>(.*?)</h1>", html) == [verdict["decision"]]
    assert f"<title>{verdict['decision']} · {verdict['gate']} · release 2.3.0" in html
    assert f'href="#i-{verdict["decision"]}"' in html, "a shape of its own beside colour and word"


@pytest.mark.parametrize(
    ("sample", "said"),
    [
        (samples.go, "63 of 66 required criteria are met, and 3 are waived."),
        (samples.no_go, "1 of 66 required criteria were measured and are not met, and 6 more are not shown either"),
        (samples.hold, "Nothing was found against the release, but 143 of 401 required criteria are not shown."),
    ],
)
def test_one_sentence_says_what_the_decision_means(sample: Any, said: str) -> None:
    assert said in outline(sample()).text


def test_a_go_word_stands_nowhere_as_decision_when_all_criteria_are_met_but_the_run_had_problems() -> None:
    verdict, records = samples.go("canonical_model/1")
    verdict |= {"decision": "HOLD", "problems": ["a worker died"]}
    text = outline((verdict, records)).text
    assert "The criteria would allow a GO, but the run itself had problems." in text
    assert "a worker died" in text


def test_a_verdict_about_nothing_says_so() -> None:
    from gonogo.verdict import Expected, derive

    text = outline((derive(Expected("x/1", [], {}), {}, {}, []).as_dict({}, "", ""), [])).text
    assert "Nothing was required, so nothing was shown." in text
    assert "nothing is never a GO" in text


def test_the_first_screen_identifies_the_run() -> None:
    text = outline(samples.no_go()).text
    first = text[: text.index("Outcomes by section")]
    for fact in ("canonical_model/2", "staging", "2.3.0", "2026-11-22 10:30 UTC", "3.2 min", "1f2e3d4c5b6a",
                 "embedded, postgres 18.6, redis 9.1.2 (valkey)", samples.REQUEST["run"]):  # fmt: skip
        assert fact in first
    assert "API latency on staging stays within a tenth of the baseline: 1.24 times" in first


def test_another_release_than_asked_for_is_marked() -> None:
    assert 'class="differs"' in page.render(*samples.hostile())
    assert 'class="differs"' not in page.render(*samples.go())


def test_why_lists_missed_unverified_and_inconclusive_with_figures_remedy_and_evidence() -> None:
    found = outline(samples.no_go())
    why = found.text[found.text.index(" Why ") : found.text.index("What was not run")]
    order = [why.index(word) for word in ("1 missed", "3 unverified", "3 inconclusive")]
    assert order == sorted(order)
    assert "measured 1.24 times (1.19 times to 1.31 times) required <= 1.1 times" in why
    assert samples.REMEDY in why
    assert "evidence/plan-list/001-get-plans.txt" in found.links
    assert "../../features/canonical_model/2.feature" in found.links


def test_what_was_not_run_is_a_gap_with_the_criteria_it_leaves_open() -> None:
    text = outline(samples.no_go()).text
    gap = text[text.index("What was not run") : text.index("What is met")]
    assert "1 planned scenario left no result." in gap
    assert "R1-P2-32, R1-P2-33, R1-P2-34" in gap
    assert "Nothing: every planned scenario left a result." in outline(samples.go()).text


def test_met_attested_and_sign_off_follow() -> None:
    text = outline(samples.go()).text
    parts = ["What is met", "Who attested what", "Sign-off"]
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)
    assert "Deployment lead on duty (Deployment lead, 2026-11-20)" in text
    for role in page.SIGN_OFF_ROLES:
        assert role in text[text.index("Sign-off") :]


def test_a_waiver_shows_what_it_lets_go() -> None:
    text = outline(samples.go()).text
    assert "waived by Operations (Technical lead, 2026-11-20) until 2026-12-20" in text
    assert "Without it inconclusive: validation error rate" in text


def test_a_rehearsal_is_said_beside_its_figure_and_at_the_top() -> None:
    verdict, records = samples.no_go()
    for entry in verdict["criteria"]:
        if entry["id"] in (samples.SLOW, "R1-P2-04"):
            entry["measured"]["rehearsal"] = "5 of 50 users"
    rendered = page.render(verdict, records)

    assert rendered.count("(rehearsal: 5 of 50 users)") == 2
    assert "2 of the criteria rest on a rehearsal, below the full size" in rendered
    assert "rehearsal" not in page.render(*samples.no_go())


def test_a_record_with_missing_fields_does_not_cost_the_page() -> None:
    verdict, records = samples.no_go()
    bare = [{"nodeid": record["nodeid"]} for record in records]
    assert "API latency on staging" in outline((verdict, bare)).text


def test_the_page_needs_no_script_and_no_network() -> None:
    found = outline(samples.no_go())
    assert "script" not in found.elements
    assert "link" not in found.elements
    assert not [link for link in found.links if ":" in link or link.startswith("//")]
    assert "url(http" not in page.render(*samples.no_go())


def test_hostile_text_adds_no_element_and_no_scheme() -> None:
    found = outline(samples.hostile())
    assert "script" not in found.elements
    assert not [link for link in found.links if link.startswith("javascript:")]
    assert "<script>alert(1)</script>" in found.text, "shown as text"
    page.render(*samples.hostile()).encode("utf-8")


def test_a_whole_rollout_renders_fast_and_small() -> None:
    sample = samples.go("canonical_model")
    page.render(*sample)
    assert len(sample[0]["criteria"]) > 400
    assert len(page.render(*sample)) < 600_000


def test_bars_hold_every_criterion_once_and_fit() -> None:
    verdict, _ = samples.hold()
    bars = pictures.bars(verdict["criteria"], by_phase=True)
    assert [bar.name for bar in bars][:2] == ["Phase 1", "Phase 2"]
    assert sum(segment.count for bar in bars for segment in bar.segments) == 401
    assert max(bar.segments[-1].x + bar.segments[-1].width for bar in bars) <= pictures.BAR_WIDTH


def test_the_parts_of_several_rollouts_are_told_apart_and_stay_in_order() -> None:
    rows = [("blue", "2"), ("blue", "rollback"), ("red", "1"), ("blue", "1 2"), ("red", "2")]
    criteria = [{"id": f"R{n}", "rollout": rollout, "phase": phase} for n, (rollout, phase) in enumerate(rows)]
    parts = pictures.parts(criteria, by_phase=True)
    assert list(parts) == ["Blue: Phase 1", "Blue: Phase 2", "Blue: Rollback", "Red: Phase 1", "Red: Phase 2"]
    assert [entry["id"] for entry in parts["Blue: Phase 1"]] == ["R3"]


@pytest.mark.parametrize(
    ("measured", "limit", "allowed_side"),
    [
        ({"value": 0.4, "low": 0.3, "high": 0.5}, {"op": "<", "value": 0.2, "unit": "s"}, "left"),
        ({"value": 0.995, "low": 0.99, "high": 0.999}, {"op": ">=", "value": 0.999, "unit": "ratio"}, "right"),
        ({"value": -3.0}, {"op": "<", "value": 0.0, "unit": ""}, "left"),
        ({"value": 150}, {"op": "==", "value": 150, "unit": "count"}, None),
        ({"value": 0.0}, {"op": "<=", "value": 0.0, "unit": ""}, "left"),
    ],
)
def test_a_gauge_keeps_order_and_stays_inside(measured: Any, limit: Any, allowed_side: str | None) -> None:
    gauge = pictures.gauge({"measured": measured, "limit": limit})
    assert gauge is not None
    assert 0 <= gauge.low <= gauge.value <= gauge.high <= pictures.GAUGE_WIDTH
    assert 0 <= gauge.limit <= pictures.GAUGE_WIDTH
    assert (gauge.value < gauge.limit) == (measured["value"] < limit["value"])
    sides = {None: None, "left": (0.0, gauge.limit)}
    assert gauge.allowed == sides.get(allowed_side, (gauge.limit, pytest.approx(pictures.GAUGE_WIDTH - gauge.limit)))


def test_an_interval_without_an_end_is_drawn_open() -> None:
    gauge = pictures.gauge({"measured": {"value": 0.4, "low": 0.3}, "limit": {"op": "<", "value": 0.5, "unit": "s"}})
    assert gauge is not None
    assert gauge.open_high
    assert not gauge.open_low
    assert gauge.high == pictures.GAUGE_WIDTH


@pytest.mark.parametrize("value", [None, "yes", True, "nan", float("nan")])
def test_what_is_no_number_gets_no_gauge(value: Any) -> None:
    assert pictures.gauge({"measured": {"value": value}, "limit": {"op": "<", "value": 1.0, "unit": ""}}) is None


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real Chromium."""
    named = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium") or shutil.which("google-chrome")
    needed("browser", named is not None, "set CHROMIUM_PATH, or put Chromium on PATH")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=named, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.mark.parametrize(
    ("width", "height", "scheme"), [(1400, 1000, "light"), (400, 800, "light"), (1400, 1000, "dark")]
)
def test_in_a_browser_the_decision_is_on_the_first_screen_and_nothing_overflows(
    browser: Any, tmp_path: Path, width: int, height: int, scheme: str
) -> None:
    (tmp_path / "decision.html").write_text(page.render(*samples.no_go()), encoding="utf-8")
    view = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    asked: list[str] = []
    view.on("request", lambda request: asked.append(request.url))
    view.goto((tmp_path / "decision.html").as_uri())
    heading = view.locator("h1").bounding_box()
    assert heading["y"] + heading["height"] < height
    assert view.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert asked == [(tmp_path / "decision.html").as_uri()], "nothing else is fetched"
    view.close()


def test_in_print_the_met_criteria_are_unfolded(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "decision.html").write_text(page.render(*samples.go()), encoding="utf-8")
    view = browser.new_page()
    view.goto((tmp_path / "decision.html").as_uri())
    cell = view.locator("details.part td").first
    assert not cell.is_visible()
    view.emulate_media(media="print")
    deadline = time.monotonic() + 5
    while not cell.is_visible() and time.monotonic() < deadline:
        view.wait_for_timeout(50)
    assert cell.is_visible()
    view.close()
