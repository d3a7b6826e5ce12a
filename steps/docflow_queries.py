"""Queries at the plan's address: as they are printed, and as they must be."""

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.outcome import Inconclusive
from gonogo.probes.metrics import Rate
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.docflow import asked, watching
from systems.docflow.asked import Asked
from systems.docflow.service import DocFlow
from systems.docflow.watching import Scrape

LOOK = "compare the query with what the service exposes"


@when(phrase("the query {name:text} is asked"), target_fixture="asked_query")
def ask_printed(docflow: DocFlow, name: str) -> Asked:
    return asked.printed(docflow, name)


@when(phrase("the figure {name:text} is asked for"), target_fixture="asked_query")
def ask_figure(docflow: DocFlow, name: str) -> Asked:
    return asked.figure(docflow, name)


@when(phrase("the counter {name:text} is looked for"), target_fixture="asked_query")
def ask_counter(docflow: DocFlow, name: str) -> Asked:
    return asked.counter(docflow, name)


@when("the share of server errors of the canary is asked for", target_fixture="error_share")
def ask_share(docflow: DocFlow) -> Rate:
    return asked.share_of_server_errors(docflow)


@when("the last scrapes of both arms are looked up", target_fixture="scrapes")
def look_up_scrapes(docflow: DocFlow) -> list[Scrape]:
    return watching.scrapes(docflow)


@then("it gives no figure at all")
def no_figure(asked_query: Asked, recorder: Recorder) -> None:
    found = len(asked_query.figures())
    measured = Measurement("series of the answer", found, "count", source="prometheus", query=asked_query.query)
    recorder.check(measured, Limit("==", 0, "count"), "there is a metric of this name now; read the figure again")


@then("it gives no figure for all requests together")
def no_single_figure(asked_query: Asked, recorder: Recorder) -> None:
    whole = [one for one in asked_query.figures() if not one.labels]
    measured = Measurement("figures without a label", len(whole), "count", source="prometheus", query=asked_query.query)
    recorder.check(measured, Limit("==", 0, "count"), "the query has changed; compare it with the plan")


@then("it is one figure, above 0 ms")
def one_figure(asked_query: Asked, recorder: Recorder) -> None:
    found = asked_query.finite()
    shown = ", ".join(f"{one.value:g}" for one in found) or "no figure"
    measured = Measurement("answer", shown, samples=len(found), source="prometheus", query=asked_query.query)
    recorder.expect(len(found) == 1 and found[0].value > 0, measured, "one figure above 0", LOOK)


@then(phrase("it is a share of at least {n:count} requests"))
def share_of(error_share: Rate, recorder: Recorder, n: int) -> None:
    measured = Measurement(
        "share of server errors", error_share.events / error_share.total, "ratio", samples=error_share.total,
        source="prometheus", query=error_share.query,
    )  # fmt: skip
    if error_share.total < n:
        raise Inconclusive(f"{measured}, required at least {n} requests; wait for traffic")
    recorder.check(measured, Limit("<=", 1.0, "ratio"), LOOK)


@then("the canary has a series of it")
def canary_has_series(asked_query: Asked, recorder: Recorder) -> None:
    arms = sorted({one.labels.get("arm", "without an arm") for one in asked_query.finite()})
    measured = Measurement(
        "arms with a series", ", ".join(arms) or "none", source="prometheus", query=asked_query.query
    )
    recorder.expect("canary" in arms, measured, "canary among them", LOOK)


@then("the answer is a success with data")
def success_with_data(asked_query: Asked, recorder: Recorder) -> None:
    measured = Measurement("answer of the address", asked_query.said, source="http", query=asked_query.reply.request)
    recorder.check(
        measured, Limit("==", "200 success vector"), "look at the address: it must be that of Prometheus' API"
    )


@then(phrase("none of them failed, or is older than {age}"))
def fresh_scrapes(docflow: DocFlow, scrapes: list[Scrape], recorder: Recorder, age: str) -> None:
    wrong = watching.missed_scrapes(docflow, scrapes, age)
    measured = Measurement("scrapes that are missing", "; ".join(wrong) or "none", samples=len(scrapes))
    recorder.check(measured, Limit("==", "none"), "send the canary's users back to stable until it is seen again")
