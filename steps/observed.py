"""The metrics address itself: its envelope, its counters, its reset."""

from datetime import datetime
from typing import Any

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes import metrics
from systems.mes.api import Mes

Document = dict[str, Any]
SHAPE = "dashboards and alerts read this answer; restore its documented form"


@when("the metrics are asked for", target_fixture="answer")
def ask(mes: Mes) -> Document:
    answer: Document = mes.target.http.get(metrics.METRICS).require(200).json()
    return answer


@when("the counters are reset", target_fixture="answer")
def reset(mes: Mes) -> Document:
    mes.target.http.post(f"{metrics.METRICS}/reset").require(200)
    return ask(mes)


@then("the answer reports success, the four counters and the time")
def whole_answer(answer: Document, recorder: Recorder) -> None:
    good = answer.get("success") is True and set(_counters(answer)) == set(metrics.NAMES) and _is_recent(answer)
    found = f"success {answer.get('success')}, {', '.join(sorted(_counters(answer)))}, {answer.get('timestamp')}"
    required = f"success True, {', '.join(sorted(metrics.NAMES))}, an ISO 8601 time with an offset"
    recorder.expect(good, Measurement("answer of the metrics", found, source="http"), required, SHAPE)


@then("each counter is a whole number of 0 or more")
def whole_numbers(answer: Document, recorder: Recorder) -> None:
    wrong = [f"{name} {value!r}" for name, value in _counters(answer).items() if not _is_count(value)]
    measured = Measurement("counters that count nothing", ", ".join(wrong) or "none", source="http")
    recorder.expect(bool(_counters(answer)) and not wrong, measured, "none of at least one", SHAPE)


@then(phrase("every counter is {n:count}"))
def every_counter(answer: Document, recorder: Recorder, n: int) -> None:
    found = ", ".join(f"{name} {value}" for name, value in sorted(_counters(answer).items()))
    wanted = ", ".join(f"{name} {n}" for name in sorted(metrics.NAMES))
    recorder.check(Measurement("counters after the reset", found, source="http"), Limit("==", wanted), "mend the reset")


def _counters(answer: Document) -> Document:
    found = answer.get("metrics")
    return found if isinstance(found, dict) else {}


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_recent(answer: Document) -> bool:
    try:
        return datetime.fromisoformat(str(answer.get("timestamp"))).tzinfo is not None
    except ValueError:
        return False
