"""The backend's log: what stands in it, since when, and what must not."""

import re

from pytest_bdd import given, then, when

from gonogo.measurement import Limit, Measurement
from gonogo.outcome import Inconclusive
from gonogo.probes.log import LogMark
from gonogo.recorder import Recorder
from gonogo.workbench import Workbench
from steps.parameters import phrase
from systems.mes import logs
from systems.mes.api import Mes
from systems.mes.logs import Entry, Start


@given("the end of the backend log is known", target_fixture="log_mark")
def known_end(mes: Mes) -> LogMark:
    return mes.target.log("backend").mark()


@when("the backend log is read", target_fixture="log_entries")
def read(mes: Mes) -> list[Entry]:
    return logs.entries(mes.target.log("backend").lines())


@when("the backend log is read from the last start on", target_fixture="log_entries")
def read_from_last_start(mes: Mes) -> list[Entry]:
    return logs.since_last_start(logs.entries(mes.target.log("backend").lines()))


@when("the backend log is read since the deployment", target_fixture="log_entries")
def read_since_deployment(mes: Mes, bench: Workbench) -> list[Entry]:
    return logs.since_first_start(logs.entries(mes.target.log("backend").lines()), bench.release)


@when("the starts in the backend log are read", target_fixture="log_starts")
def read_starts(mes: Mes) -> list[Start]:
    found = logs.starts(logs.entries(mes.target.log("backend").lines()))
    if not found:
        raise Inconclusive("the backend log holds no start of the service; keep its log at least since the deployment")
    return found


@then("it holds no errors")
def no_errors(log_entries: list[Entry], recorder: Recorder) -> None:
    grave = logs.grave(log_entries)
    said = "; ".join(entry.message[:120] for entry in grave[:3])
    measured = Measurement(
        "errors in the backend log", len(grave), "count", samples=len(log_entries), source="log", query=said
    )
    recorder.check(measured, Limit("==", 0, "count"), "explain each of them before going on")


@then(phrase("the backend log has since said {message:text}"))
def has_since_said(mes: Mes, log_mark: LogMark, recorder: Recorder, message: str) -> None:
    found = _matching(mes, message, log_mark)
    recorder.check(found, Limit(">=", 1, "count"), "the line is what people search for; bring it back")


@then(phrase("the backend log says {message:text}"))
def says(mes: Mes, recorder: Recorder, message: str) -> None:
    recorder.check(
        _matching(mes, message), Limit(">=", 1, "count"), "the line is what people search for; bring it back"
    )


def _matching(mes: Mes, message: str, since: LogMark | None = None) -> Measurement:
    return mes.target.log("backend").count(re.escape(message), since)
