"""Pages in a real browser: watched, guarded, opened in our name; and the plugin, in projects of its own."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fault_rig import Rig, closed_port, running
from machine_parts import needed
from probe_kit import Kept, Scenario

from gonogo.evidence import Evidence
from gonogo.guard import Guard, GuardRefused
from gonogo.outcome import Missed, Unverified
from gonogo.probes.browser import BrowserPage, executable, launch, new_page
from gonogo.settings import GuardSettings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest_plugins = ["pytester"]

OpenPage = Callable[[], AbstractContextManager[BrowserPage]]


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    """Chromium for the module."""
    needed("browser", executable() is not None, "put Chromium on PATH, or set CHROMIUM_PATH")
    from playwright.sync_api import sync_playwright

    settings = GuardSettings(kind="staging", allowed_hosts=("127.0.0.1",), mutations="allow")
    with sync_playwright() as playwright:
        started = launch(playwright, Guard(settings, mutating=lambda: False), {})
        yield started
        started.close()


@pytest.fixture
def site() -> Iterator[Rig]:
    with running() as rig:
        rig.reply("/favicon.ico", "", content_type="image/x-icon")
        yield rig


@pytest.fixture
def open_page(chromium: "Browser", guard: Guard, evidence: Evidence) -> OpenPage:
    return lambda: new_page(chromium, guard, evidence, "run-1")


def html(site: Rig, text: str) -> str:
    site.reply("/page", text, content_type="text/html")
    return f"{site.url}/page"


def test_a_page_is_opened_in_our_name_and_is_clean(open_page: OpenPage, site: Rig) -> None:
    url = html(site, "<p>Plans</p>")

    with open_page() as opened:
        assert opened.open(url).get_by_text("Plans").is_visible()
        opened.watch.require_clean()

    asked = site.asked[0].lower()
    assert "user-agent: gonogo/" in asked
    assert "x-gonogo-run: run-1" in asked


def test_errors_and_failed_requests_are_seen(open_page: OpenPage, site: Rig) -> None:
    url = html(
        site,
        "<script>console.error('a console error'); fetch('/gone?token=1');"
        "Promise.reject(new Error('a rejected promise')); </script><script>throw new Error('a thrown error')</script>",
    )
    site.reply("/gone", "", status="404 Not Found")

    with open_page() as opened:
        opened.open(url).wait_for_load_state("networkidle")

        assert "a console error" in opened.watch.console_errors
        assert sum("a rejected promise" in text or "a thrown error" in text for text in opened.watch.page_errors) == 2
        assert f"GET {site.url}/gone: status 404" in opened.watch.failed_requests
        with pytest.raises(Missed, match=r"problems, required none: console error: a console error"):
            opened.watch.require_clean()


def test_settling_waits_for_what_a_click_has_set_off(open_page: OpenPage, site: Rig) -> None:
    url = html(site, "<button onclick=\"fetch('/first').then(r => r.text()).then(() => fetch('/second'))\">Go</button>")
    site.drip("/first", b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nslow", 0.02)
    site.reply("/second", "{}")

    with open_page() as opened:
        opened.open(url)
        assert opened.settle()
        opened.page.evaluate("setTimeout(() => document.querySelector('button').click(), 200)")

        assert opened.settle()
        assert [asked.split()[1] for asked in site.asked][-2:] == ["/first", "/second"]
        opened.watch.require_clean()


def test_settling_ends_when_a_request_does_not(open_page: OpenPage, site: Rig) -> None:
    url = html(site, "<script>setTimeout(() => fetch('/never'), 0)</script>")
    site.drip("/never", b"HTTP/1.1 200 OK\r\n" + b"x" * 1000, 0.5)

    with open_page() as opened:
        with opened.page.expect_request("**/never"):
            opened.open(url)

        assert not opened.settle(within_s=0.8)


def test_what_is_not_shown_in_time_is_missed(open_page: OpenPage, site: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    url = html(site, "<p>Plans</p><script>setTimeout(() => document.title = 'late', 200); noSuchPart()</script>")
    monkeypatch.setattr("gonogo.probes.browser.PATIENCE_S", 0.3)

    with open_page() as opened:
        page = opened.open(url)
        assert opened.shown(page.get_by_text("Plans"), "the list").inner_text() == "Plans"
        with pytest.raises(Missed, match=r"page: the table is not shown after 0\.3 s; uncaught error: noSuchPart"):
            opened.shown(page.get_by_role("table"), "the table")

        assert opened.until(lambda: page.title() == "late")
        assert not opened.until(lambda: page.title() == "never", within_s=0.1)


def test_a_stream_of_events_is_not_waited_for(open_page: OpenPage, site: Rig) -> None:
    url = html(site, "<script>fetch('/stream')</script>")
    site.drip("/stream", b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n" + b": on\n" * 2000, 0.005)

    with open_page() as opened:
        opened.open(url)

        assert opened.settle()


def test_what_a_page_trips_over_last_counts(open_page: OpenPage, site: Rig) -> None:
    url = html(site, "<script>fetch('/slow').then(r => r.text()).then(() => nothingLikeIt())</script>")
    site.drip("/slow", b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nslow", 0.01)

    with open_page() as opened:
        opened.open(url)

        assert opened.problems() == ["uncaught error: nothingLikeIt is not defined"]


def test_what_a_page_sends_is_known(open_page: OpenPage, site: Rig, scenario: Scenario) -> None:
    scenario.mutates = True
    url = html(site, "<script>fetch('/plans', {method: 'POST', body: JSON.stringify({nodes: []})})</script>")
    site.reply("/plans", "{}")

    with open_page() as opened:
        opened.open(url).wait_for_load_state("networkidle")

        assert [(sent.method, sent.path, sent.body) for sent in opened.watch.sent] == [
            ("POST", "/plans", '{"nodes":[]}')
        ]


def test_a_page_cannot_write_outside_a_mutating_scenario(open_page: OpenPage, site: Rig) -> None:
    url = html(site, "<script>fetch('/plans', {method: 'POST'})</script>")

    with (
        pytest.raises(GuardRefused, match="a page wanted to send what is not allowed: POST /plans"),
        open_page() as opened,
    ):
        opened.open(url).wait_for_load_state("networkidle")

    assert not any(asked.startswith("POST") for asked in site.asked)


def test_a_page_cannot_load_from_another_host(open_page: OpenPage, site: Rig) -> None:
    with running() as other:
        url = html(site, f"<img src='http://localhost:{other.port}/elsewhere'>")

        with pytest.raises(GuardRefused, match="GET /elsewhere at localhost"), open_page() as opened:
            opened.open(url).wait_for_load_state("networkidle")

        assert other.connections == 0


def test_a_redirect_to_another_host_leads_nowhere(open_page: OpenPage, site: Rig) -> None:
    with running() as other:
        elsewhere = f"http://localhost:{other.port}/elsewhere"
        site.reply("/moved", "", status="302 Found", location=elsewhere)
        url = html(site, "<img src='/moved'>")

        with open_page() as opened:
            opened.open(url).wait_for_load_state("networkidle")

            assert any(elsewhere in text for text in opened.watch.failed_requests)
        assert other.connections == 0


def test_a_web_socket_to_another_host_is_closed(open_page: OpenPage, site: Rig) -> None:
    with running() as other:
        url = html(site, f"<script>new WebSocket('ws://localhost:{other.port}/stream')</script>")

        with pytest.raises(GuardRefused, match="GET /stream at localhost"), open_page() as opened:
            opened.open(url).wait_for_load_state("networkidle")

        assert other.connections == 0


@pytest.mark.parametrize(
    ("body", "says"), [("", "an error status and no body"), ("sorry", "status 500, required below")]
)
def test_a_page_with_an_error_status_is_a_miss(open_page: OpenPage, site: Rig, body: str, says: str) -> None:
    site.reply("/broken", body, status="500 Internal Server Error", content_type="text/html")

    with open_page() as opened, pytest.raises(Missed, match=says):
        opened.open(f"{site.url}/broken")


def test_a_page_that_nobody_serves_is_unverified(open_page: OpenPage) -> None:
    with (
        open_page() as opened,
        pytest.raises(Unverified, match=r"could not be opened: .*ERR_CONNECTION_REFUSED.*; is it up"),
    ):
        opened.open(f"http://127.0.0.1:{closed_port()}/")


def test_a_page_elsewhere_is_refused(open_page: OpenPage) -> None:
    with open_page() as opened, pytest.raises(GuardRefused, match=r"mes\.example\.com:80 was refused"):
        opened.open("http://mes.example.com/")


def test_a_failure_is_kept_once_with_a_picture(open_page: OpenPage, site: Rig, kept: Kept, evidence: Evidence) -> None:
    url = html(site, "<script>console.error('why it failed')</script>")

    with open_page() as opened:
        opened.open(url)
        opened.keep_failure()
        opened.keep_failure()

    seen, picture = evidence.taken()
    assert "why it failed" in (kept.directory / seen.path).read_text()
    assert (kept.directory / picture.path).read_bytes().startswith(b"\x89PNG")


CONFTEST = """
import pathlib
import pytest
from gonogo.settings import GuardSettings
from gonogo.evidence import Evidence
from gonogo.guard import Guard
from gonogo.secrets import Redactor

pytest_plugins = ["gonogo.probes.browser"]

@pytest.fixture(scope="session")
def guard():
    settings = GuardSettings(kind="staging", allowed_hosts=("127.0.0.1",), mutations="refuse")
    return Guard(settings, mutating=lambda: False)

@pytest.fixture(scope="session")
def evidence():
    return Evidence(pathlib.Path("run"), Redactor())

@pytest.fixture(scope="session")
def run_id():
    return "run-1"
"""


def run(pytester: pytest.Pytester, code: str, *plugins: str) -> pytest.RunResult:
    """Run `code` in a project with our plugin and, of the installed ones, only `plugins`."""
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(code)
    chosen = [option for plugin in plugins for option in ("-p", plugin)]
    return pytester.runpytest_subprocess("--disable-plugin-autoload", "-p", "no:cacheprovider", *chosen)


@pytest.mark.usefixtures("chromium")
@pytest.mark.parametrize("plugins", [("playwright",), ()], ids=["with pytest-playwright", "without"])
def test_a_failing_test_leaves_a_picture(pytester: pytest.Pytester, plugins: tuple[str, ...]) -> None:
    result = run(pytester, "def test_page(browser_page):\n    assert browser_page.page.url == 'elsewhere'", *plugins)

    result.assert_outcomes(failed=1)
    kept = sorted(path.name for path in (pytester.path / "run" / "evidence" / "run").iterdir())
    assert kept == ["001-page-at-the-failure.txt", "002-screenshot-at-the-failure.png"]


def test_no_browser_is_unverified_with_a_remedy(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM_PATH", "/no/such/chromium")

    result = run(pytester, "def test_page(browser_page):\n    pass")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*Unverified: no browser: /no/such/chromium: *; install Chromium (*CHROMIUM_PATH*"])


def test_chromium_path_comes_before_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "chromium"
    program.write_text("")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    assert executable() == str(program)

    monkeypatch.setenv("CHROMIUM_PATH", "/opt/chromium")
    assert executable() == "/opt/chromium"


def test_nothing_heavy_is_imported_before_it_is_used(pytester: pytest.Pytester) -> None:
    code = (
        "import json, sys; import gonogo.target, gonogo.probes.browser, gonogo.backstop; heavy = "
        "['boto3', 'playwright', 'psycopg', 'redis', 'requests', 'scipy']; "
        "print(json.dumps([name for name in heavy if name in sys.modules]))"
    )

    result = pytester.run(sys.executable, "-c", code)

    assert json.loads(result.outlines[-1]) == []
