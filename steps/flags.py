"""How the flags are read: which spelling counts, from where, and what the sample configuration says."""

from pytest_bdd import given, then, when

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes import switches
from systems.mes.api import Mes
from systems.mes.repository import SAMPLE_CONFIGURATION
from systems.mes.switches import Switches
from systems.papers import paper_at

SPELLING = "compare the flags module with its reference: === 'true' for the model, !== 'false' for validation"


@given("a development system")
def development(mes: Mes) -> None:
    mes.arrange("legacy")


@given(phrase("a development system, with the canonical model {state:switch}"))
def development_with_flag(mes: Mes, state: bool) -> None:
    mes.arrange("legacy_canonical_on" if state else "legacy")


@given("validation is switched off")
def validation_off(mes: Mes, switch: Switches) -> None:
    switch.write("FEATURE_ENABLE_VALIDATION", "false")
    mes.restart()


@when("the sample configuration is read", target_fixture="configuration")
def read_sample(mes: Mes) -> list[tuple[str, str]]:
    return switches.settings(paper_at(mes.target.folder("repository"), SAMPLE_CONFIGURATION).text)


@when(phrase("the backend is restarted with {flag:flag} set to {value:text}"), target_fixture="restarted_flag")
def restart_with(mes: Mes, switch: Switches, flag: str, value: str) -> str:
    switch.write(flag, value)
    mes.restart()
    return flag


@when(phrase("the backend is restarted with {flag:flag} absent"), target_fixture="restarted_flag")
def restart_without(mes: Mes, switch: Switches, flag: str) -> str:
    switch.leave_out(flag)
    mes.restart()
    return flag


@then(phrase("the flag is {state:switch}"))
def flag_is(mes: Mes, recorder: Recorder, restarted_flag: str, state: bool) -> None:
    served = "on" if switches.in_force(mes, restarted_flag) else "off"
    measured = Measurement(f"{restarted_flag} of the running process", served, source="http", query="/health")
    recorder.check(measured, Limit("==", "on" if state else "off"), SPELLING)


@then("the build has the flag of the model and the flag of validation")
def has_both_flags(mes: Mes, recorder: Recorder) -> None:
    measured = Measurement("flags of the build", ", ".join(sorted(mes.flags())), source="http", query="/health")
    recorder.check(measured, Limit("==", ", ".join(sorted(switches.SERVED_AS.values()))), SPELLING)
