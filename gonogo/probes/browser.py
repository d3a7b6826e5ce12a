"""A real browser, as a pytest plugin: `browser_page` opens pages under the guard and watches what goes wrong.

It uses the session fixtures `guard` (Guard), `evidence` (Evidence) and `run_id` (str). Where pytest-playwright is
loaded, its driver and its options (--headed, --slowmo) are used. Chromium comes from CHROMIUM_PATH, else from PATH,
else it is the one that Playwright downloaded.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from gonogo.evidence import Evidence, EvidenceRef
from gonogo.guard import Guard
from gonogo.outcome import Missed, Unverified
from gonogo.probes import RUN_HEADER, USER_AGENT
from gonogo.probes.page_watch import PageWatch

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_QUIET = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_REMEDY = "install Chromium (`make setup` says how), or set CHROMIUM_PATH to its executable"
_DEADLINE_MS = 10_000
PATIENCE_S = 10.0
"""How long a page may take to show what it should. A page in time is not slowed by it; a busy machine needs it."""
_QUIET_S = 0.5
_POLL_MS = 50


class BrowserPage:
    """One page in a context of its own (no cookies, no storage of others).

    Attributes:
        page: Playwright's page, for `expect` and locators.
        watch: What the page did wrong and what it sent.
    """

    source = "browser"

    def __init__(self, page: "Page", watch: PageWatch, guard: Guard, evidence: Evidence) -> None:
        self.page = page
        self.watch = watch
        self._guard = guard
        self._evidence = evidence
        self._failure_kept = False

    def open(self, url: str) -> "Page":
        """Go to `url`, wait until it has loaded, and return the page.

        Raises:
            GuardRefused: If the host is not allowed; nothing was sent.
            Unverified: If nothing answers there.
            Missed: If the page does not load in 10 s, or answers with a status of 400 or above.
        """
        from playwright.sync_api import Error
        from playwright.sync_api import TimeoutError as TooSlow

        self._guard.request("GET", url)
        try:
            response = self.page.goto(url)
        except TooSlow:
            raise Missed(
                f"the page {url} did not load within {_DEADLINE_MS / 1000:g} s; look at what holds it up"
            ) from None
        except Error as error:
            self.watch.require_unrefused()
            if "ERR_HTTP_RESPONSE_CODE_FAILURE" in error.message:
                raise Missed(f"the page {url}: an error status and no body, required a page") from None
            why = self._evidence.scrub(error.message.splitlines()[0])
            raise Unverified(f"the page {url} could not be opened: {why}; is it up, and reachable from here?") from None
        if response is not None and response.status >= 400:
            raise Missed(f"the page {url}: status {response.status}, required below 400")
        return self.page

    def shown(self, locator: "Locator", what: str) -> "Locator":
        """Return what is to be shown, once it is; `what` names it to a reader.

        Raises:
            Missed: If it is not visible within PATIENCE_S.
        """
        from playwright.sync_api import TimeoutError as TooLate

        try:
            locator.wait_for(state="visible", timeout=1000 * PATIENCE_S)
        except TooLate:
            problems = "; ".join(self.watch.problems()) or "the page reported no error"
            raise Missed(f"page: {what} is not shown after {PATIENCE_S:g} s; {problems}") from None
        return locator

    def until(self, holds: Callable[[], bool], within_s: float = PATIENCE_S) -> bool:
        """Wait until something holds, at most `within_s`, and return whether it does."""
        ends = time.monotonic() + within_s
        while not (held := holds()) and time.monotonic() < ends:
            self.page.wait_for_timeout(_POLL_MS)
        return held

    def settle(self, within_s: float = PATIENCE_S) -> bool:
        """Wait until the page asks for nothing for half a second from now, and return whether it came to that in time.

        Playwright's state `networkidle` stays reached until another page is opened, so it does not wait for what a
        click has set off; this does.
        """
        began = time.monotonic()
        return self.until(lambda: min(self.watch.quiet_s(), time.monotonic() - began) >= _QUIET_S, within_s)

    def problems(self) -> list[str]:
        """Return all that went wrong, by kind, once the page has settled: what it trips over last counts as well."""
        self.settle()
        return self.watch.problems()

    def screenshot(self, name: str) -> EvidenceRef:
        """Keep a picture of the whole page as evidence."""
        return self._evidence.add_binary(name, self.page.screenshot(full_page=True))

    def keep_failure(self) -> None:
        """Keep, once, what the page looked like and what was seen when a step failed."""
        from playwright.sync_api import Error

        if self._failure_kept:
            return
        self._failure_kept = True
        self._evidence.add("page at the failure", f"{self.page.url}\n\n{self.watch.summary()}\n")
        try:
            self.screenshot("screenshot at the failure")
        except Error as error:
            self._evidence.add("no screenshot", error.message)


_OPEN = pytest.StashKey[BrowserPage]()


def executable() -> str | None:
    """Return the browser named by CHROMIUM_PATH or found on PATH; None leaves it to Playwright's own."""
    return os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, _NAMES)), None)


def launch(playwright: "Playwright", guard: Guard, options: dict[str, Any]) -> "Browser":
    """Start Chromium, which resolves no host but those the guard allows.

    Raises:
        Unverified: If there is no browser, or it does not start; says how to get one.
    """
    from playwright.sync_api import Error

    found = executable()
    chosen = {**options, **({"executable_path": found} if found else {})}
    try:
        return playwright.chromium.launch(**chosen, args=[*_QUIET, *options.get("args", ()), _resolver_rules(guard)])
    except Error as error:
        said = error.message.splitlines()[0][:200]
        raise Unverified(f"no browser: {found or 'none is on PATH'}: {said}; {_REMEDY}") from None


def _resolver_rules(guard: Guard) -> str:
    hosts = {entry if entry.count(":") > 1 else entry.partition(":")[0] for entry in guard.settings.allowed_hosts}
    return "--host-resolver-rules=" + ", ".join(["MAP * ~NOTFOUND", *(f"EXCLUDE {host}" for host in sorted(hosts))])


@contextmanager
def new_page(browser: "Browser", guard: Guard, evidence: Evidence, run_id: str) -> Iterator[BrowserPage]:
    """Open a page in a context of its own, in our name and under the guard, and close it.

    Raises:
        GuardRefused: At the end, if the guard stopped a request of the page.
    """
    context = browser.new_context(
        user_agent=USER_AGENT, extra_http_headers={RUN_HEADER: run_id}, service_workers="block"
    )
    context.set_default_timeout(_DEADLINE_MS)
    watch = PageWatch(guard)
    watch.attach(context)
    yield BrowserPage(context.new_page(), watch, guard, evidence)
    context.close()
    watch.require_unrefused()


@pytest.fixture(scope="session")
def browser_driver(request: pytest.FixtureRequest) -> Iterator["Playwright"]:
    """Playwright's driver: pytest-playwright's where it is loaded, else one of our own."""
    if request.config.pluginmanager.hasplugin("playwright"):
        yield request.getfixturevalue("playwright")
        return
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise Unverified(
            f"no browser: Playwright is not installed; install the extra `browser`, and {_REMEDY}"
        ) from None
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser_process(request: pytest.FixtureRequest, browser_driver: "Playwright", guard: Guard) -> Iterator["Browser"]:
    """The one browser of this process."""
    loaded = request.config.pluginmanager.hasplugin("playwright")
    browser = launch(browser_driver, guard, request.getfixturevalue("browser_type_launch_args") if loaded else {})
    yield browser
    browser.close()


@pytest.fixture
def browser_page(
    request: pytest.FixtureRequest, browser_process: "Browser", guard: Guard, evidence: Evidence, run_id: str
) -> Iterator[BrowserPage]:
    """A page of its own for one scenario, under the guard."""
    with new_page(browser_process, guard, evidence, run_id) as opened:
        request.node.stash[_OPEN] = opened
        yield opened


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_bdd_step_error(request: pytest.FixtureRequest) -> None:
    """Keep a screenshot while the failing step is still open in the report."""
    if opened := request.node.stash.get(_OPEN, None):
        opened.keep_failure()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Keep a screenshot of a failure that was in no step."""
    opened = item.stash.get(_OPEN, None)
    if opened is not None and call.when == "call" and call.excinfo is not None:
        opened.keep_failure()
    return (yield)
