"""Whether the service goes on answering while something is done to it."""

from pytest_bdd import then, when

from gonogo.measurement import Measurement
from gonogo.recorder import Recorder
from gonogo.workbench import Workbench
from steps.parameters import phrase
from systems.mes import uptime
from systems.mes.api import Mes
from systems.mes.uptime import Answers


@when("the backend is restarted while plans are listed without a pause", target_fixture="listing")
def restart_while_listing(mes: Mes, bench: Workbench) -> Answers:
    return uptime.asked_during(bench, mes.restart)


@then(phrase("every one of these requests was answered, {n:count} at the least"))
def all_answered(listing: Answers, recorder: Recorder, n: int) -> None:
    said = "; ".join(listing.bad[:3])
    measured = Measurement(
        "unanswered requests", len(listing.bad), "count", samples=listing.good, source="http", query=said
    )
    required = f"0, of {n} requests or more"
    recorder.expect(
        listing.good >= n and not listing.bad, measured, required, "let the new process start before the old ends"
    )
