"""The product's own tests, by the commands of its reference."""

from datetime import timedelta

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes import npm
from systems.mes.api import Mes
from systems.mes.npm import Tally

READ = "read in the evidence which test failed or is missing"


@when(phrase("{command:text} is run"), target_fixture="tally")
def run(mes: Mes, command: str) -> Tally:
    return npm.run(mes, command)


@then(phrase("{n:count} tests pass and none fails"))
def all_of_them_pass(tally: Tally, recorder: Recorder, n: int) -> None:
    measured = Measurement("tests", str(tally), source="command")
    recorder.check(measured, Limit("==", f"{n} passed, 0 failed, exit code 0"), READ)


@then("every test passes")
def every_test_passes(tally: Tally, recorder: Recorder) -> None:
    good = tally.passed > 0 and not tally.failed and tally.exit_code == 0
    recorder.expect(good, Measurement("tests", str(tally), source="command"), "some passed, none failed", READ)


@then(phrase("it ends within {limit:duration}"))
def ends_within(tally: Tally, recorder: Recorder, limit: timedelta) -> None:
    measured = Measurement("duration of the tests", tally.duration_s, "s", source="command")
    recorder.check(measured, Limit("<=", limit.total_seconds(), "s"), "leave out of it what is not needed at once")
