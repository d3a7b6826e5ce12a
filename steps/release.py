"""Which release answers."""

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.probes.reply import Reply
from gonogo.recorder import Recorder
from gonogo.workbench import Workbench
from steps.parameters import phrase
from systems.mes.api import Mes


@when(phrase("the backend is asked {n:count} times over new connections"), target_fixture="replies")
def ask(mes: Mes, n: int) -> list[Reply]:
    return [mes.health_over_new_connection() for _ in range(n)]


@then("every answer comes from the release that is verified")
def same_release(bench: Workbench, recorder: Recorder, replies: list[Reply]) -> None:
    found = sorted({reply.headers.get("x-release", "an unnamed release") for reply in replies})
    measured = Measurement("releases that answer", ", ".join(found), samples=len(replies), source="http")
    recorder.check(measured, Limit("==", bench.release), "wait until every instance is replaced, or deploy again")
