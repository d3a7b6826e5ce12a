"""A plan that has lost its steps, and what the MES makes of it."""

from pytest_bdd import given, then, when

from gonogo.measurement import Limit, Measurement
from gonogo.outcome import Unverified
from gonogo.probes.reply import Reply
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes.api import PLANS, Mes


@given("a system after the cleanup, with one plan that lost its steps")
def cleaned_with_damage(mes: Mes) -> None:
    mes.arrange("cleaned", problems={"no_steps": 1})


@when("the plan without nodes is read", target_fixture="reply")
def read_empty(mes: Mes) -> Reply:
    empty = [plan["id"] for plan in mes.plans() if not plan["hasNodes"]]
    if not empty:
        raise Unverified("every stored plan has nodes, so that nothing can show what a damaged one does")
    return mes.target.http.get(f"{PLANS}/{empty[0]}")


@then(phrase("the answer is the error {message:text}"))
def answers_error(reply: Reply, recorder: Recorder, message: str) -> None:
    said = reply.json().get("error") if reply.status >= 500 else f"status {reply.status}, no error"
    measured = Measurement("answer for a plan without nodes", said, source="http", query=reply.request)
    recorder.check(measured, Limit("==", message), "restore the plan, and let the backend refuse such plans")
