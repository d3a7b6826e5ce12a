"""DocFlow's pages in a browser: readers who change nothing, and testers who sign in."""

from typing import TypeAlias

import pytest
from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.probes.browser import BrowserPage
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.docflow import visits
from systems.docflow.access import Offered
from systems.docflow.made import Made
from systems.docflow.pages import Pages
from systems.docflow.service import DocFlow

Bars: TypeAlias = tuple[int, int]
CONSOLE = "open the browser's console, and read what the page trips over"


@pytest.fixture
def docflow_pages(browser_page: BrowserPage, docflow: DocFlow) -> Pages:
    """The pages of the canary, in a browser of this scenario's own."""
    return Pages(browser_page, docflow.canary)


@when(phrase("a reader filters the queue page by {ai_type:text}"), target_fixture="shown_documents")
def filter_queue(docflow_pages: Pages, ai_type: str) -> visits.Filtered:
    return visits.filtered(docflow_pages, ai_type)


@when("a reader switches the forecast on", target_fixture="bars")
def switch_forecast_on(docflow_pages: Pages) -> Bars:
    docflow_pages.read("analytics")
    return visits.predictions(docflow_pages), visits.switch_forecast_on(docflow_pages)


@when(phrase("a tester chooses a {frequency} export as {form} and presses the button"), target_fixture="offered")
def press_button(docflow_pages: Pages, docflow_made: Made, frequency: str, form: str) -> Offered:
    docflow_pages.sign_in("export")
    docflow_pages.open("export", tag=docflow_made.mark)
    return Offered(form, frequency, visits.schedule(docflow_pages, form, frequency))


@when("a tester opens the queue page and signs in", target_fixture="form_first")
def open_and_sign_in(docflow_pages: Pages) -> bool:
    return docflow_pages.sign_in("queue")


@when(phrase("a reader goes through the {page} page of the canary"))
def go_through(docflow_pages: Pages, page: str) -> None:
    visits.go_through(docflow_pages, page)


@then("the page shows the same invoices as the API, fewer than without the filter")
def same_as_api(docflow: DocFlow, shown_documents: visits.Filtered, recorder: Recorder) -> None:
    titles = visits.titles(docflow, shown_documents)
    measured = Measurement("documents shown", visits.summary(shown_documents.after), source="browser")
    required = f"{len(titles)} invoices, of more than these"
    recorder.expect(
        shown_documents.shows(titles), measured, required, "compare the page's request with the API's answer"
    )


@then("a bar is drawn for each month that the API forecasts, where there was none before")
def bars_drawn(docflow: DocFlow, bars: Bars, recorder: Recorder) -> None:
    months = len(docflow.analytics(forecast=True)["forecast"])
    measured = Measurement("bars of prediction before and after", f"{bars[0]} and {bars[1]}", source="browser")
    recorder.expect(
        months > 0 and bars == (0, months), measured, f"0 and {months}, at least one", "look at the figures first"
    )


@then("the page confirms it, and lists it")
def confirms(docflow_pages: Pages, offered: Offered, recorder: Recorder) -> None:
    lines = visits.scheduled(docflow_pages)
    measured = Measurement("what the page says", offered.status or "nothing", samples=len(lines), source="browser")
    listed = any(offered.frequency in line.lower() and offered.form in line.lower() for line in lines)
    recorder.expect(bool(offered.status) and listed, measured, "a confirmation, and the schedule in the list", CONSOLE)


@then("the form came first, and the queue after it")
def form_came_first(docflow_pages: Pages, form_first: bool, recorder: Recorder) -> None:
    found = f"{'the form' if form_first else 'no form'}, then {docflow_pages.heading('queue')}"
    measured = Measurement("what the tester saw", found, source="browser")
    recorder.check(measured, Limit("==", "the form, then Queue Manager"), "close the page to whoever has no session")


@then("no component of the page has crashed")
def no_crash(docflow_pages: Pages, recorder: Recorder) -> None:
    found = docflow_pages.crashes()
    measured = Measurement("components that have crashed", ", ".join(found) or "none", source="browser")
    recorder.check(measured, Limit("==", "none"), "roll back; the user sees a notice where the component was")
