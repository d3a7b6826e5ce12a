"""The tools of the platforms, the switches, and the end of the rollout."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from docflow_world import Docflow

from hermetic.docflow.broken.event import CHANGES, distorted
from hermetic.docflow.rollout import FIGURES, event_of

AI, FORECAST, SCHEDULING = ALL = ["queue_ai_enrichment", "analytics_forecasting", "export_scheduling"]
VARIABLES = {
    AI: "NEXT_PUBLIC_ENABLE_AI_QUEUE",
    FORECAST: "NEXT_PUBLIC_ENABLE_FORECAST",
    SCHEDULING: "NEXT_PUBLIC_ENABLE_EXPORT_SCHEDULE",
}
OLD_IMAGE = "registry.fly.io/docflow:v2.0.9"


@pytest.fixture
def full(arranged: Docflow) -> Docflow:
    arranged.arrange("full")
    return arranged


def deployments(docflow: Docflow) -> list[dict[str, Any]]:
    return [json.loads(line) for line in docflow.run("vercel", "list").stdout.splitlines()]


def status(docflow: Docflow) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(docflow.run("fly", "status").stdout)
    return answer


class TestFrontEnd:
    def test_a_rollback_goes_to_the_deployment_before_and_any_other_by_its_id(self, full: Docflow) -> None:
        new, old = deployments(full)
        assert (new["current"], old["current"], old["release"]) == (True, False, "2.0.9")
        done = full.run("vercel", "--prod", "--force", full.token_option, "rollback")
        assert done.returncode == 0, done.stdout
        assert [one["current"] for one in deployments(full)] == [False, True]
        assert full.features() == []
        assert full.run("vercel", "rollback", full.token_option).returncode == 1
        assert full.run("vercel", "rollback", new["id"], full.token_option).returncode == 0
        assert full.features() == ALL

    @pytest.mark.parametrize("token", ["--token=wrong", "--force"])
    def test_a_wrong_token_changes_nothing(self, full: Docflow, token: str) -> None:
        for words in (("rollback",), ("deploy", "--prod")):
            done = full.run("vercel", *words, token)
            assert (done.returncode, "not valid" in done.stdout) == (1, True)
        assert len(deployments(full)) == 2

    @pytest.mark.parametrize("feature", ALL)
    def test_a_feature_is_switched_off_alone_by_a_build(self, full: Docflow, tmp_path: Path, feature: str) -> None:
        file = tmp_path / "settings"
        file.write_text(f"# off\nexport {VARIABLES[feature]}=false\nSECRET=1\n", encoding="utf-8")
        done = full.run("vercel", "deploy", "--prod", "--env-file", str(file), full.token_option)
        assert done.returncode == 0, done.stdout
        assert full.features() == [name for name in ALL if name != feature]
        build = deployments(full)[0]
        assert build["env"] == {VARIABLES[name]: str(name != feature).lower() for name in ALL}
        assert build["current"]

    def test_the_file_of_the_repository_switches_all_off_and_the_shell_nothing(self, full: Docflow) -> None:
        shell = dict.fromkeys(VARIABLES.values(), "false")
        assert full.run("vercel", "--prod", full.token_option, **shell).returncode == 0
        assert full.features() == ALL
        assert full.run("vercel", "--prod", "--env-file", ".env.rollback", full.token_option).returncode == 0
        assert full.features() == []

    def test_what_cannot_be_done_is_said(self, full: Docflow) -> None:
        missing = full.run("vercel", "--prod", "--env-file", "/nowhere/env", full.token_option)
        assert (missing.returncode, "could not be read" in missing.stdout) == (1, True)
        assert full.run("vercel", "deploy", full.token_option).returncode == 2
        assert full.run("vercel", "rollback", "dpl_unknown", full.token_option).returncode == 1

    @pytest.mark.parametrize("fault", ["vercel-rollback-forgets", "vercel-any-token"])
    def test_faults_of_the_rollback(self, full: Docflow, fault: str) -> None:
        with full.planted(fault):
            token = "--token=wrong" if fault == "vercel-any-token" else full.token_option
            assert full.run("vercel", "rollback", token).returncode == 0
            assert deployments(full)[0]["current"] is (fault == "vercel-rollback-forgets")


class TestBackEnd:
    def test_an_image_is_deployed_to_both_instances(self, full: Docflow) -> None:
        before = status(full)
        assert before["image"] == f"registry.fly.io/docflow:v{full.variables['DOCFLOW_RELEASE']}"
        assert full.run("fly", "deploy", "--image", OLD_IMAGE).returncode == 0
        after = status(full)
        assert (after["image"], after["release"]) == (OLD_IMAGE, "2.0.9")
        assert [one["release"] for one in after["instances"]] == ["2.0.9", "2.0.9"]
        assert after["instances"][0]["started"] > before["instances"][0]["started"]
        assert {full.get("/health", port)["release"] for port in ("stable", "canary")} == {"2.0.9"}

    @pytest.mark.parametrize("image", ["registry.fly.io/docflow:v1.0.0", "registry.example.com/docflow:v2.0.9"])
    def test_an_unknown_image_changes_nothing(self, full: Docflow, image: str) -> None:
        before = status(full)
        done = full.run("fly", "deploy", "--image", image)
        assert (done.returncode, "could not find image" in done.stdout) == (1, True)
        assert status(full) == before
        with full.planted("fly-takes-any-image"):
            assert full.run("fly", "deploy", "--image", image).returncode == 0

    def test_one_instance_left_behind_is_a_fault(self, full: Docflow) -> None:
        with full.planted("fly-one-instance"):
            assert full.run("fly", "deploy", "--image", OLD_IMAGE).returncode == 0
        assert len({one["release"] for one in status(full)["instances"]}) == 2


class TestSwitch:
    def test_it_wants_a_token_and_an_object_of_known_keys(self, docflow: Docflow) -> None:
        off = {"phase1_enabled": False}
        assert docflow.edge("PATCH", off, token="").status_code == 401
        assert docflow.edge("PATCH", off, token="wrong").status_code == 401
        for body in ({}, [], {"phase2": True}, {"phase1_enabled": "no"}):
            assert docflow.edge("PATCH", body).status_code == 400
        assert docflow.edge().json() == {"phase1_enabled": True}

    def test_off_is_off_at_once_everywhere_and_on_again(self, docflow: Docflow) -> None:
        for wanted, features in ((False, []), (True, ALL)):
            assert docflow.edge("PATCH", {"phase1_enabled": wanted}).json() == {"phase1_enabled": wanted}
            assert docflow.features("stable") == docflow.features("canary") == features

    @pytest.mark.parametrize(
        ("fault", "left"),
        [("flag-read-only", ALL), ("flag-does-not-switch-off", [FORECAST]), ("flag-without-token", [])],
    )
    def test_faults_of_the_switch(self, docflow: Docflow, fault: str, left: list[str]) -> None:
        with docflow.planted(fault):
            token = "" if fault == "flag-without-token" else None
            assert docflow.edge("PATCH", {"phase1_enabled": False}, token).status_code == 200
            assert docflow.features() == left
        docflow.edge("PATCH", {"phase1_enabled": True})


@pytest.mark.parametrize(
    ("fault", "left"),
    [
        ("ai-flag-ignored", [AI]),
        ("forecast-flag-ignored", [FORECAST]),
        ("export-flag-ignored", [SCHEDULING]),
        ("env-file-ignored", ALL),
    ],
)
def test_faults_of_a_build(full: Docflow, fault: str, left: list[str]) -> None:
    with full.planted(fault):
        assert full.run("vercel", "--prod", "--env-file", ".env.rollback", full.token_option).returncode == 0
        assert full.features() == left


def test_a_build_that_takes_everything_along_or_listens_to_the_shell_is_a_fault(full: Docflow, tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text(f"{VARIABLES[AI]}=false\n", encoding="utf-8")
    with full.planted("partial-rollback-takes-all"):
        full.run("vercel", "--prod", "--env-file", str(file), full.token_option)
        assert full.features() == []
    with full.planted("shell-decides"):
        full.run("vercel", "--prod", full.token_option, **{VARIABLES[FORECAST]: "false"})
        assert full.features() == [AI, SCHEDULING]


def measured(docflow: Docflow) -> dict[str, float]:
    """Return the event's figures as Prometheus gives them now."""
    figures = {}
    for name, (query, factor) in FIGURES.items():
        url = docflow.variables["DOCFLOW_PROMETHEUS_URL"] + "/api/v1/query"
        reply = docflow.session.get(url, params={"query": query}, timeout=5).json()
        figures[name] = factor * float(reply["data"]["result"][0]["value"][1])
    return figures


def test_a_rollout_is_completed_with_what_prometheus_says(full: Docflow) -> None:
    early = full.run("rollout", "complete")
    assert (early.returncode, "has the canary had traffic" in early.stdout) == (1, True)
    full.control("POST", "/traffic", {"arm": "canary", "requests": 600})
    done = full.run("rollout", "complete")
    assert done.returncode == 0, done.stdout
    event = json.loads(done.stdout)
    assert event == full.get("/api/admin/audit?type=phase1_rollout_complete")["events"][0]
    details = event["details"]
    assert (details["canary_duration_minutes"], details["features_deployed"]) == (30, ALL)
    figures = details["success_metrics"]
    assert figures == pytest.approx(measured(full), rel=0.1)
    assert figures["api_p95_ms"] > 15
    assert figures["publish_p95_ms"] > 3
    assert figures["error_rate_percent"] == 0


@pytest.mark.parametrize("fault", CHANGES)
def test_faults_of_the_event_change_it(docflow: Docflow, fault: str) -> None:
    measured = {"api_p95_ms": 25.0, "publish_p95_ms": 11.0, "error_rate_percent": 0.0}
    event = event_of(30, measured, datetime(2025, 11, 10, 15, 30, tzinfo=UTC))
    assert event["timestamp"] == "2025-11-10T15:30:00Z"
    assert distorted(event, []) == event
    assert distorted(event, [fault]) != event
