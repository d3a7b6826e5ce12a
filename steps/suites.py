"""The product's own test scripts."""

from pytest_bdd import then

from gonogo.measurement import Measurement
from gonogo.recorder import Recorder
from systems.mes.api import Mes


@then("the smoke suite passes")
def smoke_passes(mes: Mes, recorder: Recorder) -> None:
    result = mes.command("npm", "run", "test:smoke")
    last = (result.stdout.strip().splitlines() or ["it said nothing"])[-1]
    measured = Measurement("smoke suite", f"{last}, exit code {result.exit_code}", source="command")
    recorder.expect(result.exit_code == 0, measured, "exit code 0", "read which of its tests failed, and why")
