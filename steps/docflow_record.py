"""What is on record after DocFlow's rollout: speed, errors, use, classification, exports."""

from datetime import timedelta
from typing import TypeAlias

from pytest_bdd import then, when

from gonogo import judge
from gonogo.measurement import Limit, Measurement
from gonogo.outcome import Inconclusive
from gonogo.probes.metrics import Rate
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.docflow import comparing, recorded
from systems.docflow.recorded import Adoption, Requests
from systems.docflow.service import DocFlow

Pair: TypeAlias = tuple[Requests, Requests]
SLOWER = "find the endpoint that has become slower, before the next release makes it slower still"


@when("the requests on record are compared with those before the rollout", target_fixture="recorded_pair")
def compare_requests(docflow: DocFlow) -> Pair:
    return recorded.before(docflow), recorded.after(docflow)


@when("the record of the first 24 hours is read", target_fixture="first_day")
def read_first_day(docflow: DocFlow) -> tuple[list[str], float]:
    return recorded.critical_errors(docflow, recorded.DAY), recorded.longest_gap_s(docflow, recorded.DAY)


@when(phrase("the admins who have used a feature within {time:duration} are counted"), target_fixture="adopted")
def count_admins(docflow: DocFlow, time: timedelta) -> Adoption:
    return recorded.adoption(docflow, time)


@when("the classification by hand is compared with the days before", target_fixture="by_hand")
def compare_classification(docflow: DocFlow) -> tuple[float, float]:
    return recorded.by_hand(docflow)


@when("the confidence of the classified documents is read", target_fixture="sure")
def read_confidence(docflow: DocFlow) -> Rate:
    return docflow.router.rate("sure classifications")


@when("the exports since the rollout are counted", target_fixture="scheduled_exports")
def count_exports(docflow: DocFlow) -> Rate:
    return docflow.router.rate("scheduled exports", since=recorded.began(docflow))


@then(phrase("they take no more than {part:ratio} longer, in the middle and at the p95"))
def no_longer(recorded_pair: Pair, recorder: Recorder, part: float) -> None:
    before, after = recorded_pair
    limit = Limit("<=", 1 + part, "times")
    middle = comparing.thinned(after.seconds), comparing.thinned(before.seconds)
    subject = "response times beside those before"
    recorder.require(judge.ratio_to_baseline(subject, *middle, limit, source="sql", remedy=SLOWER))
    recorder.require(judge.interval(comparing.tails(after, before), limit, SLOWER))


@then("no critical error is in it")
def no_critical_error(first_day: tuple[list[str], float], recorder: Recorder) -> None:
    errors, _ = first_day
    measured = Measurement("critical errors", "; ".join(errors) or "none", window_s=86400, source="sql")
    recorder.check(measured, Limit("==", "none"), "look at the component that is named first")


@then(phrase("it has no gap of more than {gap:duration}"))
def no_gap(first_day: tuple[list[str], float], recorder: Recorder, gap: timedelta) -> None:
    measured = Measurement("longest time without a request on record", first_day[1], "s", source="sql")
    if first_day[1] > gap.total_seconds():
        raise Inconclusive(f"{measured}, at most {gap}; what was not recorded proves nothing")
    recorder.check(measured, Limit("<=", gap.total_seconds(), "s"))


@then(phrase("they are more than {share:ratio} of all"))
def more_than(adopted: Adoption, recorder: Recorder, share: float) -> None:
    found = adopted.tried / adopted.admins
    measured = Measurement("admins who have tried a feature", found, "ratio", samples=adopted.admins, source="sql")
    if found <= share and not adopted.over:
        raise Inconclusive(f"{measured}, required > {share:.0%}; the time to try them is not over, look again then")
    recorder.check(measured, Limit(">", share, "ratio"), "ask those who have not; the training may have missed them")


@then(phrase("it has fallen by at least {part:ratio}"))
def has_fallen(by_hand: tuple[float, float], recorder: Recorder, part: float) -> None:
    before, after = by_hand
    measured = Measurement("reduction of classification by hand", 1 - after / before, "ratio", source="sql")
    recorder.check(measured, Limit(">=", part, "ratio"), "look which types are still corrected by hand")


@then(phrase("at least {share:ratio} of at least {n:count} are above 0.85"))
def sure_of_most(sure: Rate, recorder: Recorder, share: float, n: int) -> None:
    _share_is(recorder, sure, share, n, "look at the documents below, and train with them")


@then(phrase("at least {share:ratio} of at least {n:count} were scheduled"))
def were_scheduled(scheduled_exports: Rate, recorder: Recorder, share: float, n: int) -> None:
    _share_is(recorder, scheduled_exports, share, n, "ask those who still export by hand why")


def _share_is(recorder: Recorder, found: Rate, share: float, n: int, remedy: str) -> None:
    """Require the share of a whole population, of which nothing was left to chance."""
    if found.total < n:
        raise Inconclusive(f"{found.subject}: {found.total} on record, at least {n} are needed; look again later")
    measured = Measurement(found.subject, found.events / found.total, "ratio", samples=found.total, source="sql")
    recorder.check(measured, Limit(">=", share, "ratio"), remedy)
