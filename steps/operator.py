"""People at the plan designer: planners who save plans, operators who start work."""

from typing import Any

import pytest
from pytest_bdd import given, then, when

from gonogo.measurement import Limit, Measurement
from gonogo.probes.browser import BrowserPage
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes import sample
from systems.mes.api import Launch, Mes
from systems.mes.designer import TWO_STEPS, Designer
from systems.mes.made import MadePlans


@pytest.fixture
def designer(browser_page: BrowserPage, mes: Mes) -> Designer:
    """The plan designer, open in a browser."""
    return Designer(browser_page, mes)


@given("a launched plan that needs more of a material than there is", target_fixture="launch")
def launch_short(mes: Mes, made: MadePlans) -> Launch:
    scarce = min(mes.materials().values(), key=lambda material: float(material["stock"]))
    each = scarce["stock"] / 10 + 1  # for 10 units, so 10 more than there is
    return mes.launch(made.create(sample.plan(sample.step(1, "OP-CUT", 20, material=(scarce["code"], each))))["id"])


@when("a planner saves a plan of two steps in the designer", target_fixture="said")
def save_in_designer(designer: Designer, made: MadePlans) -> str:
    return designer.save_plan(f"From the designer {made.mark}", 10, TWO_STEPS)


@when(
    phrase("the operator starts its first assignment in the designer and chooses to {choice}"), target_fixture="warning"
)
def start_and_choose(designer: Designer, launch: Launch, choice: str) -> str:
    designer.open_plan(launch.plan_id)
    designer.start_first_assignment()
    warning = designer.warning()
    designer.decide(choice)
    return warning


@when("the newest plan is opened in the designer", target_fixture="opened")
def open_newest(designer: Designer, mes: Mes) -> dict[str, Any]:
    plan = mes.plan(mes.plans(limit="1")[0]["id"])
    designer.open_plan(plan["id"])
    return plan


@then("each of its steps shows its efficiency")
def shows_efficiency(designer: Designer, recorder: Recorder, opened: dict[str, Any]) -> None:
    nodes = opened["nodes"]
    shown = designer.efficiencies(len(nodes))
    required = ", ".join(f"{node['nominalTime'] / node['effectiveTime']:.0%}".replace("%", " %") for node in nodes)
    measured = Measurement(f"efficiency indicators of {opened['id']}", ", ".join(shown), source="browser")
    recorder.check(measured, Limit("==", required), "compare the designer's badges with the times of the backend")


@then("the plan is stored with its two steps")
def stored_with_steps(mes: Mes, recorder: Recorder, made: MadePlans, said: str) -> None:
    found = [mes.plan(listed["id"]) for listed in made.found()]
    steps = [f"{node['operationId']} {node['nominalTime']:g} min" for plan in found for node in plan["nodes"]]
    measured = Measurement(f"steps stored after the designer said {said!r}", ", ".join(steps) or "none", source="http")
    required = ", ".join(f"{step.operation} {step.time_min:g} min" for step in TWO_STEPS)
    recorder.check(measured, Limit("==", required), "compare what the designer sent with the plan schema")


@then("the operator was warned that the reservation is partial")
def was_warned(recorder: Recorder, warning: str) -> None:
    measured = Measurement("warning in the designer", warning, source="browser")
    recorder.check(measured, Limit("contains", "missing"), "show the operator what is missing before asking")


@then(phrase("the assignment is {state}"))
def assignment_is(mes: Mes, recorder: Recorder, launch: Launch, state: str) -> None:
    found = mes.assignments(launch.plan_id)[0]["status"]
    measured = Measurement("state of the assignment after the decision", found, source="http")
    recorder.check(
        measured, Limit("==", state.replace(" ", "_")), "the operator's decision must be carried out as made"
    )
