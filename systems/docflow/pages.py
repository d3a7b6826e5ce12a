"""The pages of DocFlow in a browser: known as a reader who changes nothing, or as a tester who signs in."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from gonogo.outcome import Unverified
from gonogo.probes.browser import BrowserPage
from gonogo.target import Target

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

HEADINGS = {"queue": "Queue Manager", "analytics": "Analytics", "export": "Export"}
CONTROLS = {
    "queue_ai_enrichment": ("queue", "combobox", "AI type"),
    "analytics_forecasting": ("analytics", "checkbox", "Forecast"),
    "export_scheduling": ("export", "button", "Schedule export"),
}
"""Feature -> the page that has its control, the control's role, and its name."""


@dataclass
class Pages:
    """The pages of one instance; what does not appear in time is missed.

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

    @property
    def page(self) -> "Page":
        return self.browser.page

    def read(self, page: str) -> None:
        """Open a page as a reader."""
        self.page.set_extra_http_headers({"Authorization": f"Bearer {self._token()}"})
        self.page.route(f"**{self.target.path('page events')}", self._keep)
        self.page.route_web_socket(f"**{self.target.path('updates')}", lambda _: None)
        self.open(page)

    def sign_in(self, page: str) -> bool:
        """Ask for a page as a tester, sign in where the form is shown; return whether it was."""
        self._ask(page)
        asked = self.page.get_by_label("Token").count() > 0
        if asked:
            self.page.get_by_label("Token").fill(self._token())
            self.page.get_by_role("button", name="Sign in").click()
        self.heading(page)
        self.browser.settle()
        return asked

    def open(self, page: str, **query: str) -> None:
        """Open a page, whoever the browser is known as, and wait until it has what it asks for."""
        self._ask(page, **query)
        self.heading(page)
        self.browser.settle()

    def heading(self, page: str) -> str:
        """Return the heading of the page that is shown, once it is there."""
        name = HEADINGS[page]
        return self.browser.shown(self.page.get_by_role("heading", name=name), f"the heading {name}").inner_text()

    def control(self, feature: str) -> "Locator":
        """Return the control of a feature on the page that is open."""
        _, role, name = CONTROLS[feature]
        return self.browser.shown(self.page.get_by_role(role, name=name), f"the {role} {name}")  # type: ignore[arg-type]

    def has_control(self, feature: str) -> bool:
        """Open the page of a feature as a reader, and return whether it has the feature's control."""
        page, role, name = CONTROLS[feature]
        self.read(page)
        return self.page.get_by_role(role, name=name).count() > 0  # type: ignore[arg-type]  # a role of ARIA

    def crashes(self) -> list[str]:
        """Return the components that have crashed: as reported, and as a notice in their place."""
        self.browser.settle()
        reports = [str(one.get("component") or one) for one in self.reported if one.get("kind") == "crash"]
        return reports + self.page.get_by_role("alert").all_inner_texts()

    def _ask(self, page: str, **query: str) -> None:
        more = f"?{urlencode(query)}" if query else ""
        self.browser.open(f"{self.target.settings.base_url}{self.target.path(f'{page} page')}{more}")

    def _keep(self, route: "Route") -> None:
        self.reported.append(json.loads(route.request.post_data or "{}"))
        route.fulfill(status=201, json={})

    def _token(self) -> str:
        if self.target.settings.token is None:
            raise Unverified(f"{self.target.name}: no token; set the variable that its table in the file names")
        return self.target.settings.token.reveal()
