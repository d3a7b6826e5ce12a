"""What the control port does in the name of users: traffic, and things that happen."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from docflow_world import ADMIN, SCHEDULE, Docflow, until

from hermetic.docflow.crowd.causes import UNSURE
from hermetic.docflow.crowd.kinds import KINDS
from hermetic.docflow.domain.classifier import trained


def traffic(docflow: Docflow, **body: Any) -> Any:
    return docflow.control("POST", "/traffic", body)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_traffic_is_answered(docflow: Docflow, kind: str) -> None:
    answer = traffic(docflow, arm="canary", requests=24, kind=kind)
    assert answer["requests"] == sum(answer["statuses"].values()) == 24
    assert set(answer["statuses"]) <= {"200", "201", "202"}
    assert answer["arms"] == {"canary": 24}


def test_users_of_the_release_before_ask_for_nothing_new(arranged: Docflow) -> None:
    arranged.arrange("canary")
    for arm in ("stable", "router"):
        assert traffic(arranged, arm=arm, requests=64)["statuses"] == {"200": 48, "202": 16}
    assert traffic(arranged, arm="canary", requests=80)["statuses"] == {"200": 56, "201": 8, "202": 16}


def test_a_fifth_is_publishing_and_it_is_quick(docflow: Docflow) -> None:
    before = docflow.metric("publish_latency_ms_count", "canary") or 0
    answer = traffic(docflow, arm="canary", requests=80, kind="mixed")
    assert (docflow.metric("publish_latency_ms_count", "canary") or 0) - before == 16
    assert answer["seconds"] < 20


def test_traffic_goes_on_meanwhile_until_the_next_arrangement(docflow: Docflow) -> None:
    def answered() -> float:
        return docflow.metric("http_requests_total", "canary", route=f"{ADMIN}/queue", status="200") or 0

    before, began = answered(), time.monotonic()
    assert traffic(docflow, arm="canary", per_s=40, seconds=30, kind="queue", background=True) == {}
    until(lambda: answered() >= before + 25)
    assert answered() - before <= 40 * (time.monotonic() - began)
    docflow.arrange("staging")
    time.sleep(0.3)
    assert answered() == 0


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/traffic", {"arm": "red"}, "arm must be one of stable, canary, router"),
        ("/traffic", {"kind": "poem"}, "kind must be one of queue, analytics, export, publish, mixed"),
        ("/traffic", {"requests": 0}, "requests must be a whole number from 1 to 20000"),
        ("/traffic", {"number": 5}, "unknown parameters ['number']"),
        ("/cause", {"what": "rain"}, "what must be one of server_errors, low_confidence, forecast_deviation"),
        ("/cause", {"what": "low_confidence", "share": 2}, "share must be a number from 0 to 0.9"),
    ],
)
def test_what_is_not_known_is_refused(docflow: Docflow, path: str, body: dict[str, Any], said: str) -> None:
    reply = requests.post(docflow.variables["DOCFLOW_CONTROL_URL"] + path, json=body, timeout=20)
    assert reply.status_code == 400
    assert said in reply.json()["error"]


def cause(docflow: Docflow, **body: Any) -> Any:
    return docflow.control("POST", "/cause", body)


def test_server_errors_are_caused_on_one_arm_and_counted(docflow: Docflow) -> None:
    labels = {"route": SCHEDULE, "method": "GET", "status": "503"}
    before = docflow.metric("http_requests_total", "canary", **labels)
    assert before is not None
    assert cause(docflow, what="server_errors", arm="canary", requests=3)["statuses"] == {"503": 3}
    assert docflow.metric("http_requests_total", "canary", **labels) == before + 3
    assert docflow.metric("http_requests_total", "stable", **labels) == 0
    assert docflow.ask("GET", SCHEDULE, port="canary").status_code == 200


@pytest.mark.parametrize("share", [0.05, 0.15])
def test_so_many_documents_are_unsure_as_was_asked_and_never_more(arranged: Docflow, share: float) -> None:
    arranged.arrange("staging")
    traffic(arranged, arm="canary", requests=40, kind="publish")
    before = {port: confidences(arranged, port) for port in ("stable", "canary")}
    with ThreadPoolExecutor(1) as pool:
        caused = pool.submit(cause, arranged, what="low_confidence", share=share, confidence=0.4)
        while not caused.done():
            low, everything = confidences(arranged, "canary")
            assert low <= share * everything
    caused.result()
    for port, (low_before, all_before) in before.items():
        low, everything = confidences(arranged, port)
        assert low - low_before == round(share * (everything - all_before)) > 0  # without what came before,
        assert low / everything > 0.79 * share  # and with it


def confidences(docflow: Docflow, port: str) -> tuple[float, float]:
    """Return how many documents were classified with a low confidence, and how many in all."""
    low = docflow.metric("ai_classification_confidence_bucket", port, le="0.5")
    return low or 0.0, docflow.metric("ai_classification_confidence_count", port) or 0.0


def test_the_unsure_texts_are_unsure() -> None:
    found = [trained().classify(f"17 {text}") for text in UNSURE]
    assert all(one and 0.2 < one.confidence < 0.5 for one in found)


def test_a_forecast_is_far_off_until_the_next_arrangement(arranged: Docflow) -> None:
    cause(arranged, what="forecast_deviation", ratio=0.25)
    assert arranged.metric("forecast_deviation_ratio", "canary") == pytest.approx(0.25, abs=0.001)
    arranged.arrange("staging")
    assert (arranged.metric("forecast_deviation_ratio", "canary") or 1) < 0.1


def alerts(docflow: Docflow) -> set[str]:
    reply = docflow.session.get(docflow.variables["DOCFLOW_PROMETHEUS_URL"] + "/api/v1/alerts", timeout=5)
    return {one["labels"]["alertname"] for one in reply.json()["data"]["alerts"] if one["state"] == "firing"}


def test_an_alert_fires_and_is_gone_after_the_next_arrangement(arranged: Docflow) -> None:
    arranged.arrange("staging")
    assert alerts(arranged) == set()
    cause(arranged, what="server_errors", arm="canary", requests=1)
    until(lambda: "Phase1ServerErrors" in alerts(arranged), 20)
    assert alerts(arranged) == {"Phase1ServerErrors"}
    arranged.arrange("staging")
    assert alerts(arranged) == set()
