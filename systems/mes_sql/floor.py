"""The page of the production floor, as the people who look at it see it."""

from gonogo.outcome import Unverified
from gonogo.probes.browser import BrowserPage
from systems.mes_sql.build import Build


class Floor:
    """Opens the page and signs in; what does not appear in time is missed.

    Raises:
        Missed: Every method, when the page does not show or do what it should.
    """

    def __init__(self, browser: BrowserPage, build: Build) -> None:
        self._browser = browser
        self._build = build
        self._page = browser.open(f"{build.green.settings.base_url}{build.green.path('page')}")

    def sign_in(self) -> None:
        """Sign in with the token of the environment, and wait until the page says that it is live.

        Raises:
            Unverified: If the environment has no token for the build.
        """
        token = self._build.green.settings.token
        if token is None:
            raise Unverified("the environment has no token for mes_sql; set the variable that it names")
        self._browser.shown(self._page.get_by_test_id("token"), "the field of the token").fill(token.reveal())
        self._page.get_by_test_id("sign-in").click()
        live = self._page.get_by_test_id("connection").filter(has_text="live")
        self._browser.shown(live, "a live connection")

    def connection(self) -> str:
        """Return what the page says of its connection."""
        return self._browser.shown(self._page.get_by_test_id("connection"), "the state of the connection").inner_text()

    def shows(self, plan_id: str, status: str, within_ms: float) -> str:
        """Return the state shown for a plan once it is `status`, or what is shown at the end of the time."""
        from playwright.sync_api import TimeoutError as TooLate

        shown = self._page.locator(f'[data-testid="plan-row"][data-plan="{plan_id}"]').get_by_test_id("plan-status")
        try:
            shown.filter(has_text=status).wait_for(state="visible", timeout=within_ms)
        except TooLate:
            return shown.inner_text() if shown.count() else "no such plan"
        return shown.inner_text()
