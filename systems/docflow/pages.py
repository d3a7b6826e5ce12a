"""The pages of DocFlow, as admins use them in a browser."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from gonogo.outcome import Missed, Unverified
from gonogo.probes.browser import BrowserPage
from gonogo.target import Target

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

_PATIENCE_MS = 3000
_POLL_MS = 50
CONTROLS = {
    "queue_ai_enrichment": ("queue", "combobox", "AI type"),
    "analytics_forecasting": ("analytics", "checkbox", "Forecast"),
    "export_scheduling": ("export", "button", "Schedule export"),
}
"""Feature -> the page that has its control, the control's role, and its name."""


@dataclass
class Pages:
    """The pages of one instance, or of the router; what does not appear in 3 s is missed.

    A reader is known by the token that goes with every request. What a page reports of itself, and the updates that it
    would listen to, are answered here and never sent, so that nothing changes by reading. A tester signs in by the
    form, and everything is sent.

    Attributes:
        reported: What a reader's pages would have reported, in order.

    Raises:
        Missed: Every method, when a page does not show or do what it should.
    """

    browser: BrowserPage
    target: Target
    reported: list[dict[str, Any]] = field(default_factory=list)

    def read(self, page: str, target: Target | None = None) -> None:
        """Open a page as a reader."""
        at = target or self.target
        shown = self.browser.page
        shown.set_extra_http_headers({"Authorization": f"Bearer {_token(at)}"})
        shown.route(f"**{at.path('page events')}", self._keep)
        shown.route_web_socket(f"**{at.path('updates')}", lambda _: None)
        self.open(page, at)

    def sign_in(self, page: str) -> bool:
        """Ask for a page as a tester, sign in where the form is shown; return whether it was."""
        self._ask(page, self.target)
        asked = self._page.get_by_label("Token").count() > 0
        if asked:
            self._page.get_by_label("Token").fill(_token(self.target))
            self._page.get_by_role("button", name="Sign in").click()
        self.heading(page)
        self.settle()
        return asked

    def open(self, page: str, target: Target, **query: str) -> None:
        """Open a page, whoever the browser is known as."""
        self._ask(page, target, **query)
        self.heading(page)

    def heading(self, page: str) -> str:
        """Return the heading of the page that is shown, once it is there."""
        name = {"queue": "Queue Manager", "analytics": "Analytics", "export": "Export"}[page]
        return self._shown(self._page.get_by_role("heading", name=name), f"the heading {name}").inner_text()

    def choose_type(self, ai_type: str) -> list[tuple[str, str]]:
        """Filter the queue by a type, and return title and type of the documents that are then shown."""
        before = self.documents()
        self._control("queue_ai_enrichment").select_option(ai_type)
        self._until(lambda: self.documents() != before or {kind for _, kind in before} == {ai_type})
        return self.documents()

    def documents(self) -> list[tuple[str, str]]:
        """Return title and type of the documents in the queue, in the order in which they are shown."""
        table = self._shown(self._page.get_by_role("table", name="Documents"), "the table of documents")
        rows = table.locator("tbody tr").all()
        cells = [[cell.strip() for cell in row.locator("td").all_inner_texts()] for row in rows]
        return [(row[0], row[1] if len(row) > 3 else "") for row in cells if row]

    def forecast(self, on: bool) -> int:
        """Switch the forecast on or off, and return how many bars of prediction are then drawn."""
        switch = self._control("analytics_forecasting")
        if switch.is_checked() != on:
            switch.click()
            self._until(lambda: (self.predictions() > 0) == on)
        return self.predictions()

    def predictions(self) -> int:
        """Return how many bars of prediction are drawn now."""
        figure = self._shown(self._page.get_by_role("img", name="Revenue"), "the figure of the revenue")
        return figure.locator('[data-kind="prediction"]').count()

    def schedule(self, form: str, frequency: str) -> str:
        """Choose format and frequency, press the button, and return what the page then says."""
        self._shown(self._page.get_by_label("Format"), "the choice of the format").select_option(form)
        self._shown(self._page.get_by_label("Frequency"), "the choice of the frequency").select_option(frequency)
        self._control("export_scheduling").click()
        line = self._page.get_by_role("status")
        self._until(lambda: bool(line.inner_text().strip()))
        return line.inner_text().strip()

    def scheduled(self) -> list[str]:
        """Return the lines of the list of schedules."""
        return self._page.get_by_role("list", name="Scheduled exports").locator("li").all_inner_texts()

    def go_through(self, page: str, target: Target) -> None:
        """Open a page as a reader and use its feature, as far as that changes nothing."""
        self.read(page, target)
        if page == "queue":
            self.choose_type("invoice")
        elif page == "analytics":
            self.forecast(on=True)
        self.settle()

    def shows(self, feature: str) -> bool:
        """Open the page of a feature as a reader, and return whether it has the feature's control."""
        page, role, name = CONTROLS[feature]
        self.read(page)
        return self._page.get_by_role(role, name=name).count() > 0  # type: ignore[arg-type]  # a role of ARIA

    def crashes(self) -> list[str]:
        """Return the components that have crashed: as reported, and as a notice in their place."""
        reports = [str(one.get("component") or one) for one in self.reported if one.get("kind") == "crash"]
        return reports + self._page.get_by_role("alert").all_inner_texts()

    def settle(self) -> None:
        """Wait until the page asks for nothing more, at most 3 s."""
        from playwright.sync_api import TimeoutError as TooLate

        try:
            self._page.wait_for_load_state("networkidle", timeout=_PATIENCE_MS)
        except TooLate:
            return

    @property
    def _page(self) -> "Page":
        return self.browser.page

    def _ask(self, page: str, target: Target, **query: str) -> None:
        more = f"?{urlencode(query)}" if query else ""
        self.browser.open(f"{target.settings.base_url}{target.path(f'{page} page')}{more}")

    def _keep(self, route: "Route") -> None:
        self.reported.append(json.loads(route.request.post_data or "{}"))
        route.fulfill(status=201, json={})

    def _control(self, feature: str) -> "Locator":
        _, role, name = CONTROLS[feature]
        return self._shown(self._page.get_by_role(role, name=name), f"the {role} {name}")  # type: ignore[arg-type]

    def _shown(self, locator: "Locator", what: str) -> "Locator":
        from playwright.sync_api import TimeoutError as TooLate

        try:
            locator.wait_for(state="visible", timeout=_PATIENCE_MS)
        except TooLate:
            problems = "; ".join(self.browser.watch.problems()) or "the page reported no error"
            raise Missed(f"page: {what} is not shown after {_PATIENCE_MS / 1000:g} s; {problems}") from None
        return locator

    def _until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds, at most 3 s: whether it does is for the scenario to say."""
        for _ in range(_PATIENCE_MS // _POLL_MS):
            if holds():
                return
            self._page.wait_for_timeout(_POLL_MS)


def _token(target: Target) -> str:
    if target.settings.token is None:
        raise Unverified(f"{target.name}: no token; set the variable that [targets.{target.name}] token names")
    return target.settings.token.reveal()
