"""Several users at the same moment."""

from collections.abc import Sequence
from typing import TypeAlias

from pytest_bdd import given, then, when

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from gonogo.workbench import Workbench
from steps.parameters import phrase
from systems.mes.api import PLANS, Mes
from systems.mes.made import MadePlans
from systems.mes.together import Answer, post_at_once

Answers: TypeAlias = list[Answer]
Seconds: TypeAlias = list[float]
REMEDY = "look in the backend log for what the requests wait for or trip over"


@given(phrase("{n:count} plans that were just created"), target_fixture="plan_ids")
def created(made: MadePlans, n: int) -> list[str]:
    return [made.create()["id"] for _ in range(n)]


@given(phrase("the response times of {n:count} plan creations one after the other"), target_fixture="baseline")
def one_after_the_other(mes: Mes, made: MadePlans, n: int) -> Seconds:
    return [mes.offer(made.named()).require(201).elapsed_s for _ in range(n)]


@when(phrase("{n:count} plans are created at the same moment"), target_fixture="answers")
def create_at_once(bench: Workbench, made: MadePlans, n: int) -> Answers:
    return post_at_once(bench, [(PLANS, made.named()) for _ in range(n)])


@when(phrase("{n:count} plans at a time are created, {rounds:count} times over"), target_fixture="response_times")
def create_in_rounds(bench: Workbench, made: MadePlans, recorder: Recorder, n: int, rounds: int) -> Seconds:
    answers = [answer for _ in range(rounds) for answer in post_at_once(bench, [(PLANS, made.named())] * n)]
    _all_answered(recorder, answers, 201)
    return [answer.reply.elapsed_s for answer in answers if answer.reply]


@when("they are launched at the same moment", target_fixture="answers")
def launch_at_once(bench: Workbench, plan_ids: list[str]) -> Answers:
    return post_at_once(bench, [(f"{PLANS}/{plan}/launch", None) for plan in plan_ids])


@then("each is accepted, with an id of its own")
def each_accepted(recorder: Recorder, answers: Answers) -> None:
    _all_answered(recorder, answers, 201)
    ids = {answer.reply.json_at("/plan/id") for answer in answers if answer.reply}
    recorder.check(
        Measurement("different ids", len(ids), "count", source="http"), Limit("==", len(answers), "count"), REMEDY
    )


@then("all of them are stored")
def all_stored(recorder: Recorder, made: MadePlans, answers: Answers) -> None:
    stored = Measurement("plans that are stored", len(made.found()), "count", source="http")
    recorder.check(stored, Limit("==", len(answers), "count"), REMEDY)


@then(phrase("each has one assignment for each of its {n:count} steps"))
def each_assigned(mes: Mes, recorder: Recorder, answers: Answers, plan_ids: list[str], n: int) -> None:
    _all_answered(recorder, answers, 200)
    assigned = {plan: [assignment["nodeId"] for assignment in mes.assignments(plan)] for plan in plan_ids}
    wrong = [plan for plan, nodes in assigned.items() if len(nodes) != n or len(set(nodes)) != n]
    measured = Measurement(
        "plans whose assignments do not fit their steps", len(wrong), "count", query=", ".join(wrong)
    )
    recorder.check(measured, Limit("==", 0, "count"), REMEDY)


def _assigned_once(mes: Mes, plan: str) -> bool:
    steps = sorted(node["id"] for node in mes.plan(plan)["nodes"])
    return steps == sorted(assignment["nodeId"] for assignment in mes.assignments(plan))


def _all_answered(recorder: Recorder, answers: Sequence[Answer], status: int) -> None:
    good = [answer for answer in answers if answer.reply and answer.reply.status == status]
    said = ", ".join(sorted({answer.said for answer in answers}))
    measured = Measurement(f"of {len(answers)} requests accepted", len(good), "count", source="http", query=said)
    recorder.check(measured, Limit("==", len(answers), "count"), REMEDY)
