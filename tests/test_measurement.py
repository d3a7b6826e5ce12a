"""Measurements and limits: what holds, what can never hold, and how both read."""

import json
import math

import pytest

from gonogo.measurement import Judgement, Limit, Measurement
from gonogo.outcome import Inconclusive, Missed, Outcome, Unverified

AT = "2026-11-22T10:30:00.123Z"


@pytest.mark.parametrize(
    ("op", "limit", "holding", "failing"),
    [
        ("<", 0.2, [0.19, 0, -1], [0.2, 0.21]),
        ("<=", 0.2, [0.2, 0.1], [0.200001]),
        (">", 5, [5.1, 6], [5, 4]),
        (">=", 5, [5], [4.99]),
        ("==", 150, [150, 150.0], [151, 149.9]),
        ("==", "OK", ["OK"], ["ok", "OK "]),
        ("==", True, [True], [False]),
        ("!=", "ALARM", ["OK"], ["ALARM"]),
        ("contains", "migrated", ["All plans already migrated"], ["nothing", ""]),
    ],
)
def test_a_limit_holds_below_at_and_above(op: str, limit: object, holding: list[object], failing: list[object]) -> None:
    assert all(Limit(op, limit).holds(value) for value in holding)
    assert not any(Limit(op, limit).holds(value) for value in failing)


@pytest.mark.parametrize("op", ["<", "<=", ">", ">=", "==", "!="])
@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf, "0.1", True, False, ""])
def test_what_is_no_finite_number_satisfies_no_limit_on_numbers(op: str, value: object) -> None:
    assert not Limit(op, 1).holds(value)
    assert not Limit(op, 0.0).holds(value)


@pytest.mark.parametrize("op", ["<", ">", "<=", ">="])
def test_texts_and_truths_have_no_order(op: str) -> None:
    assert not Limit(op, "b").holds("a")
    assert not Limit(op, "b").holds("c")
    assert not Limit(op, True).holds(True)


@pytest.mark.parametrize(
    ("op", "value", "says"),
    [
        ("=<", 1, "unknown operator '=<'; valid: <, <="),
        ("<", math.nan, "must be finite"),
        ("<", math.inf, "must be finite"),
    ],
)
def test_a_limit_that_could_not_decide_is_refused(op: str, value: float, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Limit(op, value)


def test_a_measurement_reads_as_a_sentence() -> None:
    measured = Measurement(
        "p95 response time of the plan list", 0.193, "s", 0.181, 0.207, 812, 600, "http", "GET /plans", AT
    )

    assert str(measured) == (
        "p95 response time of the plan list: 193 ms (181 ms to 207 ms) from 812 samples over 10 min [http: GET /plans]"
    )
    assert str(Measurement("state", None, at=AT)) == "state: nothing"
    assert str(Limit("<", 0.2, "s")) == "< 200 ms"


def test_what_is_not_set_is_left_out_of_the_json_and_the_value_never_is() -> None:
    assert Measurement("state", None, at=AT).as_dict() == {"subject": "state", "value": None, "at": AT}
    assert Measurement("errors", 0, "count", samples=0, at=AT).as_dict() == {
        "subject": "errors",
        "value": 0,
        "unit": "count",
        "samples": 0,
        "at": AT,
    }


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_the_json_of_a_measurement_is_always_valid(value: float) -> None:
    json.dumps(Measurement("p95", value, "s", low=0.1, high=value).as_dict(), allow_nan=False)


@pytest.mark.parametrize(
    ("outcome", "error"),
    [(Outcome.MISSED, Missed), (Outcome.INCONCLUSIVE, Inconclusive), (Outcome.UNVERIFIED, Unverified)],
)
def test_a_judgement_that_is_not_met_raises_its_reason_and_remedy(outcome: Outcome, error: type[Exception]) -> None:
    judgement = Judgement(outcome, "p95 is 0.21 s", Measurement("p95", 0.21, "s"), Limit("<", 0.2, "s"), "roll back")

    assert not judgement.met
    with pytest.raises(error, match=r"^p95 is 0\.21 s; roll back$"):
        judgement.require()
    assert judgement.as_dict()["outcome"] == outcome.value


def test_a_judgement_that_is_met_requires_nothing_more() -> None:
    judgement = Judgement(Outcome.MET, "fine", Measurement("p95", 0.1, "s"))

    judgement.require()
    assert judgement.met
    assert judgement.as_dict()["limit"] is None


def test_a_rehearsal_is_part_of_the_sentence_and_of_the_json_and_absent_in_full() -> None:
    whole = Measurement("p95", 0.2, "s", samples=100)
    smaller = Measurement("p95", 0.2, "s", samples=100, rehearsal="5 of 50 users")

    assert str(smaller).endswith("from 100 samples (rehearsal: 5 of 50 users)")
    assert smaller.as_dict()["rehearsal"] == "5 of 50 users"
    assert "rehearsal" not in whole.as_dict()
