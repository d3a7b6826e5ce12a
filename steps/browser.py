"""What a page did behind its face, whichever system it belongs to."""

from pytest_bdd import then

from gonogo.measurement import Limit, Measurement
from gonogo.probes.browser import BrowserPage
from gonogo.recorder import Recorder

_SHOWN = 5


@then("the page had no errors")
def no_errors(browser_page: BrowserPage, recorder: Recorder) -> None:
    found = browser_page.problems()
    said = "; ".join([*found[:_SHOWN], *([f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else [])])
    measured = Measurement("errors of the page", said or "none", source="browser")
    recorder.check(measured, Limit("==", "none"), "open the browser's console, and read what the page trips over")
