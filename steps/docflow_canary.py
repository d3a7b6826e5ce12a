"""DocFlow's canary: its share of the users, and what is seen of it while it is watched, side by side with stable."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from pytest_bdd import given, then, when

from gonogo import judge
from gonogo.baselines import Baseline
from gonogo.measurement import Limit, Measurement
from gonogo.outcome import Inconclusive
from gonogo.probes.traffic import Spread
from gonogo.recorder import Recorder
from gonogo.watching import Canary, ErrorRate, Observation, Quantile, Slower, SlowerThanCaptured, asked, asks
from gonogo.workbench import Workbench
from steps.parameters import phrase
from systems.docflow import exposed
from systems.docflow.exposed import Answers
from systems.docflow.service import DocFlow

ROUTER = "set the share of the canary again, and count again"
NOT_YET = "none yet: the canary was compared with stable only; after a GO run: gonogo baseline update --run=DIRECTORY"
BACK = "send all users back to stable, then look at the slowest endpoint"
CAPTURE_S = 8.0
Captured = Mapping[str, Baseline]


@given("the response times of DocFlow before the canary", target_fixture="before_canary")
def before_canary(docflow: DocFlow, bench: Workbench) -> Captured:
    """Time a stand-in before its canary; of a real system read what a run that was GO has left, if one has."""
    canary = Canary(bench, "docflow")
    if docflow.router.control is None:
        return canary.kept()
    docflow.arrange("before")
    try:
        return canary.capture(CAPTURE_S, docflow.router.text("former release"))
    except BaseException:
        docflow.arrange("canary")  # whoever comes next, and the end of the run, must find the release that is verified
        raise


@when("the share of the canary is read from the router", target_fixture="configured_share")
def read_share(docflow: DocFlow) -> float:
    return docflow.configured_share()


@when(phrase("{n:count} requests are sent to the router of DocFlow"), target_fixture="spread")
def send(docflow: DocFlow, n: int) -> Spread:
    return docflow.router.spread(docflow.router.path("health"), n, header="X-Arm")


@when(phrase("the users of the canary are observed for {time:duration}"), target_fixture="observation")
def observe_users(request: pytest.FixtureRequest, bench: Workbench, recorder: Recorder, time: timedelta) -> Observation:
    observation = Canary(bench, "grafana").observe(time.total_seconds(), asked(request.node))
    return observation.unless_missed(recorder)


@when(phrase("both arms of DocFlow are observed for {time:duration}"), target_fixture="observation")
def observe_arms(
    request: pytest.FixtureRequest, bench: Workbench, recorder: Recorder, before_canary: Captured, time: timedelta
) -> Observation:
    """Ask nothing about the time before if nothing was captured: the first release has only stable to go by."""
    questions = [one for one in asked(request.node) if before_canary or not isinstance(one, SlowerThanCaptured)]
    observation = Canary(bench, "docflow").observe(time.total_seconds(), questions, captured=before_canary)
    return observation.unless_missed(recorder)


@when("the answers of the canary's new endpoints are counted", target_fixture="counted_answers")
def count_answers(docflow: DocFlow) -> Answers:
    return exposed.new_endpoints(docflow)


@when("the crashes that the canary has counted are read", target_fixture="counted_crashes")
def count_crashes(docflow: DocFlow) -> tuple[bool, int]:
    return exposed.crashes(docflow)


@then(phrase("it is exactly {share:ratio}"))
def share_is(configured_share: float, recorder: Recorder, share: float) -> None:
    measured = Measurement("share of the canary as configured", configured_share, "ratio", source="command")
    recorder.check(measured, Limit("==", share, "ratio"), ROUTER)


@then(phrase("{share:ratio} of them are answered by the canary, within {points:count} points"))
def answered_by_canary(spread: Spread, recorder: Recorder, share: float, points: int) -> None:
    shares, tolerance = {"stable": 1 - share, "canary": share}, points / 100
    subject = "requests by the arm that answered them"
    recorder.require(judge.split(subject, spread.complete(), shares, tolerance=tolerance, source="http", remedy=ROUTER))


@then(phrase("their p95 of {of:text} is shown below {limit:duration}"))
@asks(lambda of, limit: Quantile(0.95, limit.total_seconds(), of))
def p95_below(observation: Observation, recorder: Recorder, of: str, limit: timedelta) -> None:
    recorder.require(observation.judgement(Quantile(0.95, limit.total_seconds(), of)))


@then(phrase("their share of server errors is shown below {limit:ratio}"))
@asks(ErrorRate)
def few_errors(observation: Observation, recorder: Recorder, limit: float) -> None:
    recorder.require(observation.judgement(ErrorRate(limit)))


@then(phrase("the canary is shown to be no more than {limit:ratio} slower"))
@asks(Slower)
def no_slower(observation: Observation, recorder: Recorder, limit: float) -> None:
    recorder.require(observation.judgement(Slower(limit)))


@then(phrase("the canary is no more than {limit:ratio} slower than before, if that was captured"))
@asks(lambda limit: SlowerThanCaptured(limit, q=0.5))
def no_slower_than_before(
    observation: Observation, before_canary: Captured, bench: Workbench, recorder: Recorder, limit: float
) -> None:
    if before_canary:
        recorder.require(observation.judgement(SlowerThanCaptured(limit, q=0.5)))
    else:
        bench.evidence.add("captured baseline", NOT_YET, "text/plain", ".txt")


@then(phrase("none of at least {n:count} was a server error"))
def no_server_error(counted_answers: Answers, recorder: Recorder, n: int) -> None:
    total, errors = counted_answers.total, counted_answers.server_errors
    measured = Measurement("server errors of new endpoints", errors, "count", samples=total, source="exposition")
    recorder.check(measured, Limit("==", 0, "count"), "roll back first, then read the log")
    if total < n:
        raise Inconclusive(f"{measured}, required at least {n} answers; wait for traffic")


@then("there is none")
def no_crashes(counted_crashes: tuple[bool, int], recorder: Recorder) -> None:
    counted, crashes = counted_crashes
    measured = Measurement("crashes of components", str(crashes) if counted else "not counted", source="exposition")
    recorder.check(measured, Limit("==", "0"), "roll back; the reports say which component it was")
