"""What DocFlow's instances expose, and what people do so that it moves."""

from pytest_bdd import given, then, when

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.docflow import exposed, visits
from systems.docflow.exposed import Exposed
from systems.docflow.made import Made
from systems.docflow.pages import Pages
from systems.docflow.service import DocFlow

STILL = "find out who should count it; every figure that rests on it stands still"


@given("the metrics of DocFlow are noted", target_fixture="noted_metrics")
def note_metrics(docflow: DocFlow) -> Exposed:
    return exposed.read(docflow)


@when("the metrics of both instances of DocFlow are read", target_fixture="read_metrics")
def read_metrics(docflow: DocFlow) -> Exposed:
    return exposed.read(docflow)


@when(phrase("a tester adds a {kind}"))
def add_document(docflow_made: Made, kind: str) -> None:
    docflow_made.document({"document": "invoice", "document without a single word": "wordless"}.get(kind, kind))


@when("a tester publishes a contract")
def publish_contract(docflow_made: Made) -> None:
    docflow_made.publish("contract")


@when("a tester publishes an invoice")
def publish_invoice(docflow_made: Made) -> None:
    docflow_made.publish("invoice")


@when("a tester asks for the forecast")
def ask_for_forecast(docflow: DocFlow) -> None:
    docflow.analytics(forecast=True)


@when("a tester schedules an export")
def schedule_export(docflow_made: Made) -> None:
    docflow_made.schedule("csv", "weekly")


@when("a tester asks for a schedule without sense")
def schedule_nonsense(docflow: DocFlow, docflow_made: Made) -> None:
    docflow.offer_schedule("pdf", "hourly", docflow_made.mark)


@when("a tester takes an export at once")
def export_at_once(docflow: DocFlow) -> None:
    docflow.canary.http.get(docflow.canary.path("export at once"), params={"format": "csv"}).require(200)


@when("a tester opens and filters the queue page")
def open_and_filter(docflow_pages: Pages) -> None:
    docflow_pages.sign_in("queue")
    visits.choose_type(docflow_pages, "invoice")
    docflow_pages.browser.settle()


@when("a tester switches the forecast on")
def switch_on_as_tester(docflow_pages: Pages) -> None:
    docflow_pages.sign_in("analytics")
    visits.switch_forecast_on(docflow_pages)
    docflow_pages.browser.settle()


@when("a tester watches the queue while it changes")
def watch_queue(docflow_pages: Pages, docflow_made: Made) -> None:
    visits.watch_while_it_changes(docflow_pages, docflow_made)


@when("a page reports the crash of a component")
def report_crash(docflow: DocFlow, run_id: str) -> None:
    docflow.report(kind="crash", component="queue", message=f"reported on purpose by {run_id}")


@then(phrase("each of them exposes {metric:text} as a {kind}"))
def exposes(read_metrics: Exposed, recorder: Recorder, metric: str, kind: str) -> None:
    for arm, found in read_metrics.kinds(metric).items():
        measured = Measurement(f"{metric} of {arm}", found, source="exposition")
        recorder.check(measured, Limit("==", kind), "expose it under this name; without buckets there is no p95")


@then(phrase("{metric:text} has risen since, by {n:count} or more"))
def has_risen(docflow: DocFlow, noted_metrics: Exposed, recorder: Recorder, metric: str, n: int) -> None:
    limit = Limit(">=", n)
    recorder.check(exposed.rise(docflow, noted_metrics, metric, limit), limit, STILL)


@then(phrase("{metric:text} of {part:text} has risen since"))
def part_has_risen(docflow: DocFlow, noted_metrics: Exposed, recorder: Recorder, metric: str, part: str) -> None:
    limit = Limit(">", 0)
    recorder.check(exposed.rise(docflow, noted_metrics, metric, limit, part), limit, STILL)
