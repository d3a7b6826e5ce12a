"""The feature flags: what the configuration says, what the running process goes by, and switching."""

from collections.abc import Iterator

import pytest
from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes import switches
from systems.mes.api import Mes
from systems.mes.switches import CANONICAL, Switches

Configuration = list[tuple[str, str]]
RESTART = "restart the backend, and look for the flags in the line of its start"


@pytest.fixture
def switch(mes: Mes) -> Iterator[Switches]:
    """Changes flags; every one has its first value again when the scenario ends."""
    changed = Switches(mes)
    yield changed
    changed.restore()


@when("the configuration is read", target_fixture="configuration")
def read_configuration(mes: Mes) -> Configuration:
    return switches.configured(mes)


@when(phrase("the canonical model is switched {state:switch}"))
def switch_model(switch: Switches, state: bool) -> None:
    switch.turn(on=state)


@then(phrase("it sets {flag:flag} to {value:text}"))
def sets(recorder: Recorder, configuration: Configuration, flag: str, value: str) -> None:
    found = ", ".join(given for name, given in configuration if name == flag) or "not set"
    recorder.check(Measurement(f"{flag} in the configuration", found, source="command"), Limit("==", value), RESTART)


@then("one switch and no other governs the canonical model")
def one_switch(recorder: Recorder, configuration: Configuration) -> None:
    found = ", ".join(name for name, _ in configuration if "CANONICAL" in name) or "none"
    measured = Measurement("switches of the canonical model in the configuration", found, source="command")
    recorder.check(measured, Limit("==", CANONICAL), "leave exactly this switch in the configuration")


@then("the running process goes by it")
def goes_by_it(mes: Mes, recorder: Recorder, configuration: Configuration) -> None:
    wanted = "on" if dict(configuration).get(CANONICAL) == "true" else "off"
    _model_is(mes, recorder, wanted)


@then("the running process goes by every flag in it")
def goes_by_all(mes: Mes, recorder: Recorder, configuration: Configuration) -> None:
    for name, value in configuration:
        served = "true" if switches.in_force(mes, name) else "false"
        recorder.check(
            Measurement(f"{name} of the running process", served, source="http"), Limit("==", value), RESTART
        )


@then(phrase("the canonical model is {state:switch}"))
def model_is(mes: Mes, recorder: Recorder, state: bool) -> None:
    _model_is(mes, recorder, "on" if state else "off")


def _model_is(mes: Mes, recorder: Recorder, wanted: str) -> None:
    served = "on" if switches.in_force(mes, CANONICAL) else "off"
    recorder.check(
        Measurement("canonical model of the running process", served, source="http"), Limit("==", wanted), RESTART
    )
