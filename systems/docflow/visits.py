"""What people do on DocFlow's pages, and what they then see; raises as `Pages` does."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from systems.docflow.made import Made
from systems.docflow.pages import Pages
from systems.docflow.service import DocFlow

_DOCUMENTS, _SHOWN_WITHIN_S = 3, 3.0
Shown = Sequence[tuple[str, str]]
"""Title and type of the documents that a page shows."""


@dataclass(frozen=True)
class Filtered:
    """The queue page before and after it was filtered by a type."""

    ai_type: str
    before: Shown
    after: Shown

    def shows(self, titles: Sequence[str]) -> bool:
        """Return whether exactly these documents, at least one, are shown as the type, and fewer than before."""
        same = Counter(title for title, _ in self.after) == Counter(titles)
        only = {kind for _, kind in self.after} == {self.ai_type}
        return same and only and {kind for _, kind in self.before} > {self.ai_type}


def filtered(pages: Pages, ai_type: str) -> Filtered:
    """Open the queue page as a reader and filter it."""
    pages.read("queue")
    before = documents(pages)
    return Filtered(ai_type, before, choose_type(pages, ai_type))


def choose_type(pages: Pages, ai_type: str) -> Shown:
    """Filter the open queue by a type, and return what is then shown."""
    before = documents(pages)
    pages.control("queue_ai_enrichment").select_option(ai_type)
    pages.browser.until(lambda: documents(pages) != before or {kind for _, kind in before} == {ai_type})
    return documents(pages)


def documents(pages: Pages) -> Shown:
    """Return the documents in the open queue, in the order in which they are shown."""
    table = pages.browser.shown(pages.page.get_by_role("table", name="Documents"), "the table of documents")
    cells = [[cell.strip() for cell in row.locator("td").all_inner_texts()] for row in table.locator("tbody tr").all()]
    return [(row[0], row[1] if len(row) > 3 else "") for row in cells if row]


def titles(docflow: DocFlow, shown: Filtered) -> list[str]:
    """Return the titles that the API gives for the filter; as many as the page asks for."""
    return [str(one["title"]) for one in docflow.queue(shown.ai_type, limit=len(shown.before))]


def summary(shown: Shown) -> str:
    """Return how many documents of which type are shown."""
    counted = Counter(kind for _, kind in shown)
    return ", ".join(f"{n} {kind or 'without a type'}" for kind, n in sorted(counted.items())) or "none"


def predictions(pages: Pages) -> int:
    """Return how many bars of prediction the open analytics draw."""
    figure = pages.browser.shown(pages.page.get_by_role("img", name="Revenue"), "the figure of the revenue")
    return figure.locator('[data-kind="prediction"]').count()


def switch_forecast_on(pages: Pages) -> int:
    """Switch the forecast of the open analytics on, and return how many bars of prediction are then drawn."""
    pages.control("analytics_forecasting").check()
    pages.browser.until(lambda: predictions(pages) > 0)
    return predictions(pages)


def schedule(pages: Pages, form: str, frequency: str) -> str:
    """Choose format and frequency of an export, press the button, and return what the page then says."""
    for label, choice in (("Format", form), ("Frequency", frequency)):
        pages.browser.shown(pages.page.get_by_label(label), f"the choice of the {label.lower()}").select_option(choice)
    pages.control("export_scheduling").click()
    line = pages.page.get_by_role("status")
    pages.browser.until(lambda: bool(line.inner_text().strip()))
    return line.inner_text().strip()


def scheduled(pages: Pages) -> list[str]:
    """Return the lines of the list of schedules."""
    return pages.page.get_by_role("list", name="Scheduled exports").locator("li").all_inner_texts()


def go_through(pages: Pages, page: str) -> None:
    """Open a page as a reader and use its feature, as far as that changes nothing."""
    pages.read(page)
    if page == "queue":
        choose_type(pages, "invoice")
    elif page == "analytics":
        switch_forecast_on(pages)
    pages.browser.settle()


def watch_while_it_changes(pages: Pages, made: Made) -> None:
    """Open the queue page as a tester, and add a document while it listens.

    Nobody sees when it begins to listen: where it does not show the document, another one is added, at most three.
    """
    pages.sign_in("queue")
    for _ in range(_DOCUMENTS):
        title = str(made.document("letter")["title"])
        if pages.browser.until(pages.page.get_by_role("cell", name=title).first.is_visible, _SHOWN_WITHIN_S):
            break
    pages.browser.settle()
