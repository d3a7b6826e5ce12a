"""What single values of the feature flags do: whether plans come from their nodes, whether invalid ones are refused."""

from pytest_bdd import then

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes import figures, trouble
from systems.mes.api import Mes
from systems.mes.made import MadePlans
from systems.mes.switches import CANONICAL, in_force

AS_DESIGNED = "only the exact words true and false count; read how the flags are parsed"


@then(phrase("plans come from their {source}"))
def come_from(mes: Mes, recorder: Recorder, source: str) -> None:
    used = {"nodes": "nodes", "execution graph": "executionGraph"}[source]
    found = ", ".join(sorted({reading.source for reading in figures.read_newest(mes)}))
    recorder.check(
        Measurement("where the steps of plans come from", found, source="http"), Limit("==", used), AS_DESIGNED
    )
    shown = Measurement("canonical model as the service reports it", in_force(mes, CANONICAL), source="http")
    recorder.check(shown, Limit("==", used == "nodes"), AS_DESIGNED)


@then("an invalid plan is refused")
def invalid_refused(mes: Mes, made: MadePlans, recorder: Recorder) -> None:
    _answered(mes, made, recorder, 400)


@then("an invalid plan is accepted")
def invalid_accepted(mes: Mes, made: MadePlans, recorder: Recorder) -> None:
    _answered(mes, made, recorder, 201)


def _answered(mes: Mes, made: MadePlans, recorder: Recorder, status: int) -> None:
    reply = trouble.offer_invalid(mes, made)
    measured = Measurement("answer to an invalid plan", reply.status, source="http", query=reply.request)
    recorder.check(measured, Limit("==", status), AS_DESIGNED)
