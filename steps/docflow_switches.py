"""The remote flag, and the features that it and single variables switch off."""

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.probes.reply import Reply
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.docflow import features
from systems.docflow.access import NOBODY
from systems.docflow.pages import Pages
from systems.docflow.releasing import Releasing
from systems.docflow.service import FEATURES, DocFlow

KEPT = "look who may write the document, and switch it by hand"


@when("the flag is switched off", target_fixture="flag_reply")
def switch_off(releasing: Releasing) -> Reply:
    return releasing.set_flag(False).require(200)


@when("the flag is switched off as the plan prints it", target_fixture="flag_reply")
def switch_off_as_printed(releasing: Releasing) -> Reply:
    return releasing.set_flag_as_stranger("")


@when("the flag is switched off with a wrong token", target_fixture="flag_reply")
def switch_off_wrongly(releasing: Releasing) -> Reply:
    return releasing.set_flag_as_stranger(NOBODY)


@then("it is refused, and the flag is still on")
def flag_refused(releasing: Releasing, flag_reply: Reply, recorder: Recorder) -> None:
    found = f"{flag_reply.status}, {'on' if releasing.flag() else 'off'}"
    measured = Measurement("answer, and the flag afterwards", found, source="http", query=flag_reply.request)
    good = flag_reply.status in (401, 403) and releasing.flag()
    recorder.expect(good, measured, "401 or 403, on", "close the address of the flag to strangers")


@then("the flag is off where it is kept")
def flag_is_off(releasing: Releasing, recorder: Recorder) -> None:
    measured = Measurement("the flag where it is kept", "on" if releasing.flag() else "off", source="http")
    recorder.check(measured, Limit("==", "off"), KEPT)


@then("it can be switched on again")
def switched_on_again(releasing: Releasing, recorder: Recorder) -> None:
    releasing.set_flag(True).require(200)
    measured = Measurement("the flag where it is kept", "on" if releasing.flag() else "off", source="http")
    recorder.check(measured, Limit("==", "on"), KEPT)


@then("no feature is left anywhere")
def none_left(docflow: DocFlow, docflow_pages: Pages, recorder: Recorder) -> None:
    for feature, at in features.places(docflow, docflow_pages).items():
        measured = Measurement(f"where {feature} still shows", ", ".join(at) or "nowhere", source="http and browser")
        recorder.check(measured, Limit("==", "nowhere"), "roll the whole release back")


@then("all three features are still on")
def all_on(docflow: DocFlow, docflow_pages: Pages, recorder: Recorder) -> None:
    found = features.places(docflow, docflow_pages)
    for feature in FEATURES:
        _is_everywhere(recorder, feature, found[feature])


@then(phrase("of the three features {off:text} alone is off"))
def alone_off(docflow: DocFlow, docflow_pages: Pages, recorder: Recorder, off: str) -> None:
    found = features.places(docflow, docflow_pages)
    measured = Measurement(f"where {off} still shows", ", ".join(found[off]) or "nowhere", source="http and browser")
    recorder.check(measured, Limit("==", "nowhere"), "look whether the build has taken the settings file")
    for feature in FEATURES:
        if feature != off:
            _is_everywhere(recorder, feature, found[feature])


def _is_everywhere(recorder: Recorder, feature: str, at: list[str]) -> None:
    measured = Measurement(f"where {feature} shows", ", ".join(at) or "nowhere", source="http and browser")
    recorder.check(measured, Limit("==", ", ".join(features.EVERYWHERE)), "deploy again with the former settings")
