"""The page of the production floor, which listens to the database build."""

import pytest
from pytest_bdd import given, then, when

from gonogo.measurement import Limit, Measurement
from gonogo.probes.browser import BrowserPage
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes_sql import changing
from systems.mes_sql.build import Build
from systems.mes_sql.floor import Floor
from systems.mes_sql.made import Made
from systems.mes_sql.writing import Written


@pytest.fixture
def floor(browser_page: BrowserPage, build: Build) -> Floor:
    """The page of the production floor, open in a browser."""
    return Floor(browser_page, build)


@given("the page of the production floor is open")
@when("somebody signs in on the page of the production floor")
def sign_in(floor: Floor) -> None:
    floor.sign_in()


@when("a plan is created and released elsewhere", target_fixture="written")
def release_elsewhere(build: Build, made_rows: Made) -> Written:
    return changing.in_state(build, made_rows, "released")


@then("the page says that it is live")
def is_live(floor: Floor, recorder: Recorder) -> None:
    measured = Measurement("connection of the page", floor.connection(), source="browser")
    recorder.check(measured, Limit("contains", "live"), "look in the browser's console for what the stream answers")


@then(phrase("the page shows the plan as {status:text} within {time:count} seconds"))
def shows(floor: Floor, written: Written, recorder: Recorder, status: str, time: int) -> None:
    found = floor.shows(written.plan_id, status, time * 1000)
    measured = Measurement(f"{written.plan_id} on the page", found, window_s=time, source="browser")
    recorder.check(measured, Limit("contains", status), "let the page follow the stream, not the first list alone")
