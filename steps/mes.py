"""The MES itself: which one, in which state it is, and which release it runs."""

import pytest
from pytest_bdd import given, then, when

from gonogo.measurement import Limit, Measurement
from gonogo.outcome import Unverified
from gonogo.recorder import Recorder
from gonogo.workbench import Workbench
from steps.parameters import phrase
from systems.mes.api import Mes


@pytest.fixture
def mes(bench: Workbench) -> Mes:
    """The MES of the environment."""
    return Mes(bench.target("mes"))


@given(phrase("{n:count} plans that only have an execution graph"))
def legacy_plans(mes: Mes, n: int) -> None:
    mes.arrange("legacy", plans=n)
    found = mes.target.query("plans that only have an execution graph")[0]["plans"]
    if found != n:
        raise Unverified(
            f"{found} plans only have an execution graph, {n} are needed; bring the environment there first"
        )


@given("a staging system before the migration")
def before_the_migration(mes: Mes) -> None:
    mes.arrange("legacy")


@given(phrase("a staging system before the migration, with the canonical model {state:switch}"))
def before_the_migration_with_flag(mes: Mes, state: bool) -> None:
    mes.arrange("legacy_canonical_on" if state else "legacy")


@given("a production system before the pilot")
def before_the_pilot(mes: Mes) -> None:
    mes.arrange("legacy")
    migrated = [plan["id"] for plan in mes.plans() if plan["hasNodes"]]
    if migrated:
        raise Unverified(f"{len(migrated)} plans have nodes already, such as {migrated[0]}: the pilot has begun here")


@given("a system that is being migrated")
def being_migrated(mes: Mes) -> None:
    mes.arrange("legacy")


@given("a system with the canonical model on")
def with_the_model_on(mes: Mes) -> None:
    mes.arrange("legacy_canonical_on")


@given("the backend has been in use since its start")
def in_use(mes: Mes) -> None:
    mes.plan(mes.plans(limit="1")[0]["id"])


@given("a system in its pilot week")
def in_the_pilot(mes: Mes) -> None:
    mes.arrange("pilot")


@given("a system after the full migration")
def after_the_migration(mes: Mes) -> None:
    mes.arrange("migrated")


@given("a system after the cleanup")
def after_the_cleanup(mes: Mes) -> None:
    mes.arrange("cleaned")


@when("the backend is restarted")
def restart(mes: Mes) -> None:
    mes.restart()


@then("the service is up")
def is_up(mes: Mes, recorder: Recorder) -> None:
    status = mes.health().status
    recorder.check(Measurement("status of the health address", status, source="http"), Limit("==", 200))
