"""Going back: the front end, the image of both instances; everything is put back when the scenario ends."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

import pytest
from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.probes.command import CommandResult
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.docflow import settings
from systems.docflow.access import NOBODY
from systems.docflow.releasing import Releasing
from systems.docflow.service import DocFlow

Rolled: TypeAlias = tuple[str, CommandResult]
PRINTED = {"the documented command": False, "the command as it is printed": True}
DRILL = "do not go to production before the drill works"


@pytest.fixture
def releasing(docflow: DocFlow) -> Iterator[Releasing]:
    """Rolls back and deploys; everything is as it was when the scenario ends."""
    changed = Releasing(docflow)
    yield changed
    changed.restore()


@when("everything is rolled back", target_fixture="rollback_s")
def roll_everything_back(releasing: Releasing) -> float:
    return releasing.roll_everything_back()


@when("the front end is rolled back with a wrong token", target_fixture="rolled")
def roll_back_wrongly(releasing: Releasing) -> Rolled:
    return str(releasing.front_end.current()["id"]), releasing.roll_front_end_back(token=NOBODY)


@when(phrase("the front end is rolled back with the {form}"), target_fixture="rolled")
def roll_front_end_back(releasing: Releasing, form: str) -> Rolled:
    former = releasing.front_end.former()
    return former, releasing.roll_front_end_back(printed=PRINTED[f"the {form}"]).require()


@when("the former image is deployed")
def deploy_former(releasing: Releasing, docflow: DocFlow) -> None:
    releasing.deploy_image(docflow.router.text("former image")).require()


@when(phrase("the image {image:text} is deployed"), target_fixture="refused_image")
def deploy_image(releasing: Releasing, image: str) -> CommandResult:
    return releasing.deploy_image(image)


@when(phrase("the front end is deployed anew with {variable:text} false in its settings file"))
def deploy_without(releasing: Releasing, tmp_path: Path, variable: str) -> None:
    releasing.deploy_front_end(settings.written(tmp_path, {variable: "false"})).require()


@when("the front end is deployed anew with the settings file of the checkout")
def deploy_with_settings(releasing: Releasing, docflow: DocFlow) -> None:
    releasing.deploy_front_end(settings.of_checkout(docflow)).require()


@when("the front end is deployed anew while the shell exports all three as false")
def deploy_with_exports(releasing: Releasing) -> None:
    releasing.deploy_front_end(None, command="vercel_exporting_false").require()


@then(phrase("the former release answers from both instances and the page, within {limit:duration}"))
def answers_within(rollback_s: float, recorder: Recorder, limit: timedelta) -> None:
    measured = Measurement("time until the former release answered everywhere", rollback_s, "s", source="http")
    recorder.check(measured, Limit("<", limit.total_seconds(), "s"), DRILL)


@then("the former deployment is the current one")
def former_is_current(releasing: Releasing, rolled: Rolled, recorder: Recorder) -> None:
    measured = Measurement("deployment that is live", str(releasing.front_end.current()["id"]), source="command")
    recorder.check(measured, Limit("==", rolled[0]), DRILL)


@then("the pages come from it")
def pages_come_from(releasing: Releasing, rolled: Rolled, recorder: Recorder) -> None:
    measured = Measurement("build of the queue page", releasing.front_end.shown().get("build", "none"), source="http")
    recorder.check(measured, Limit("==", rolled[0]), DRILL)


@then("the command fails, and the deployment is the same as before")
def rollback_refused(releasing: Releasing, rolled: Rolled, recorder: Recorder) -> None:
    live, result = rolled
    found = f"exit code {result.exit_code}, {releasing.front_end.current()['id']} live"
    measured = Measurement("what came of the command", found, source="command")
    good = result.exit_code != 0 and str(releasing.front_end.current()["id"]) == live
    recorder.expect(good, measured, f"an exit code other than 0, {live} live", "let the platform ask for a token")


@then("both instances run the former release, and are well")
def run_former(docflow: DocFlow, releasing: Releasing, recorder: Recorder) -> None:
    former = docflow.router.text("former release")
    for arm in docflow.arms:
        said = docflow.health(arm)
        measured = Measurement(
            f"{arm} after the rollback", f"{said.get('release')}, {said.get('status')}", source="http"
        )
        recorder.check(measured, Limit("==", f"{former}, ok"), DRILL)
    listed = ", ".join(sorted({str(one.get("release")) for one in releasing.instances()}))
    recorder.check(Measurement("releases that are listed", listed, source="command"), Limit("==", former), DRILL)


@then("the command fails, and both instances run as before")
def image_refused(docflow: DocFlow, refused_image: CommandResult, recorder: Recorder) -> None:
    releases = {arm: str(docflow.health(arm).get("release")) for arm in docflow.arms}
    found = f"exit code {refused_image.exit_code}, {releases['stable']} and {releases['canary']}"
    measured = Measurement("what came of the command", found, source="command")
    good = refused_image.exit_code != 0 and set(releases.values()) == {docflow.bench.release}
    recorder.expect(
        good, measured, "an exit code other than 0, and the release on both", "pull an image before stopping"
    )
