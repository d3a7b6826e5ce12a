"""DocFlow itself: in which state of its rollout it is, who uses it, who answers, its checkout and its papers."""

from collections.abc import Iterator

import pytest
from pytest_bdd import given, then, when

from gonogo.measurement import Limit, Measurement
from gonogo.probes import strict_json
from gonogo.probes.reply import Reply
from gonogo.recorder import Recorder
from gonogo.workbench import Workbench
from steps.parameters import phrase
from systems.docflow import reports
from systems.docflow.made import Made
from systems.docflow.service import FEATURES, DocFlow, Document
from systems.papers import Paper, Papers, paper_at

ALL_ATTEMPTS_S = 300
"""So long users keep using a canary: a rehearsal that is tried again needs them, and the next arrangement ends them."""
MIXED = "replace the instance that was left behind, and ask again"


@pytest.fixture
def docflow(bench: Workbench) -> DocFlow:
    """The DocFlow of the environment."""
    return DocFlow(bench)


@pytest.fixture
def docflow_made(docflow: DocFlow, bench: Workbench) -> Iterator[Made]:
    """Makes documents and schedules that are removed when the scenario ends."""
    made = Made(docflow, bench.run)
    yield made
    made.remove_all()


@given("DocFlow on staging")
def on_staging(docflow: DocFlow) -> None:
    docflow.arrange("staging")


@given("DocFlow with a tenth of its users on the canary")
def on_canary(docflow: DocFlow) -> None:
    docflow.arrange("canary")


@given("DocFlow after the full rollout")
def after_full_rollout(docflow: DocFlow) -> None:
    docflow.arrange("full")


@given("DocFlow a day after the rollout")
def a_day_after(docflow: DocFlow) -> None:
    docflow.arrange("reviewed")


@given("users who use every feature of the canary")
def use_every_feature(docflow: DocFlow) -> None:
    docflow.be_used(requests=400)


@given("users who keep using the canary")
def keep_using(docflow: DocFlow) -> None:
    for kind, per_s in (("mixed", 20), ("publish", 40)):  # the limit on publishing is the closer one
        docflow.be_used(kind=kind, per_s=per_s, seconds=ALL_ATTEMPTS_S, background=True)


@given("the papers of the DocFlow team", target_fixture="papers")
def papers_of_docflow(docflow: DocFlow) -> Papers:
    return Papers(docflow.router.folder("documents"))


@when(phrase("the document {path:text} of DocFlow is read"), target_fixture="paper")
def read_document(docflow: DocFlow, path: str) -> Paper:
    return paper_at(docflow.router.folder("repository"), path)


@when(phrase("the fixtures of {records} are held against their schema"), target_fixture="checked_records")
def check_fixtures(docflow: DocFlow, records: str) -> tuple[int, list[str]]:
    folder = docflow.router.folder("repository")
    found = paper_at(folder, f"fixtures/{records}.json").document
    schema = paper_at(folder, f"fixtures/{records.removesuffix('s')}.schema.json").document
    return len(found), reports.invalid(found, schema)


@when("both arms of DocFlow are asked for their health", target_fixture="healths")
def ask_for_health(docflow: DocFlow) -> dict[str, Document]:
    return {arm: docflow.health(arm) for arm in docflow.arms}


@when(phrase("DocFlow is asked {n:count} times over new connections"), target_fixture="replies")
def ask_often(docflow: DocFlow, n: int) -> list[Reply]:
    return docflow.answers(n)


@when("the instances of DocFlow are listed", target_fixture="listed_instances")
def list_instances(docflow: DocFlow) -> list[Document]:
    found: list[Document] = docflow.command("fly", "status").require().json()["instances"]
    return found


@then(phrase("every record of at least {n:count} is valid"))
def records_valid(checked_records: tuple[int, list[str]], recorder: Recorder, n: int) -> None:
    count, wrong = checked_records
    measured = Measurement("invalid records", "; ".join(wrong[:5]) or "none", samples=count, source="folder")
    recorder.expect(count >= n and not wrong, measured, f"none of at least {n}", "mend the records that are named")


@then(phrase("its steps are {first:ratio} and {second:ratio}, and none in between"))
def steps_are(paper: Paper, recorder: Recorder, first: float, second: float) -> None:
    steps = strict_json.resolve(paper.document, "/steps_percent", paper.file)
    measured = Measurement("steps of the rollout", str(steps), source="folder", query=paper.file)
    recorder.check(measured, Limit("==", str([round(100 * one) for one in (first, second)])), f"correct {paper.file}")


@then("both are well, and each says which arm it is")
def both_well(healths: dict[str, Document], recorder: Recorder) -> None:
    for arm, said in healths.items():
        measured = Measurement(f"health of {arm}", f"{said.get('status')}, {said.get('arm')}", source="http")
        recorder.check(measured, Limit("==", f"ok, {arm}"), "look into the log of this instance")


@then("the canary has the release that is verified, with all three features on")
def has_release(bench: Workbench, healths: dict[str, Document], recorder: Recorder) -> None:
    said = healths["canary"]
    release = Measurement("release of the canary", str(said.get("release")), source="http")
    recorder.check(release, Limit("==", bench.release), "wait until the canary is deployed, or deploy again")
    on = [feature for feature in FEATURES if said.get("features", {}).get(feature) is True]
    measured = Measurement("features that are on", ", ".join(on) or "none", source="http")
    recorder.check(measured, Limit("==", ", ".join(FEATURES)), "look at the flag, and at the settings of the front end")


@then(phrase("each of at least {n:count} runs the release that is verified"))
def each_runs(bench: Workbench, listed_instances: list[Document], recorder: Recorder, n: int) -> None:
    old = [f"{one.get('name')} {one.get('release')}" for one in listed_instances if one.get("release") != bench.release]
    count = len(listed_instances)
    measured = Measurement("instances of another release", ", ".join(old) or "none", samples=count, source="command")
    recorder.expect(count >= n and not old, measured, f"none of at least {n}", MIXED)
