"""States: what each arranges, and that arranging always ends in the same world."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from mes_world import Mes

from hermetic.mes.states import STATES

PLANS = "/api/mes/production-plans"


def shapes(mes: Mes) -> list[tuple[Any, ...]]:
    """Count plans by whether they have nodes and an execution graph."""
    columns = "document ? 'nodes', document ? 'executionGraph'"
    return mes.rows(f"select {columns}, count(*) from mes.production_plans group by 1, 2 order by 1, 2")


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("empty", []),
        ("legacy", [(False, True, 150)]),
        ("legacy_canonical_on", [(False, True, 150)]),
        ("pilot", [(False, True, 142), (True, True, 8)]),
        ("migrated", [(True, True, 150)]),
        ("cleaned", [(True, False, 150)]),
    ],
)
def test_a_state_has_its_plans_and_flags(mes: Mes, state: str, expected: list[tuple[Any, ...]]) -> None:
    mes.arrange(state)
    assert shapes(mes) == expected
    health = mes.get("/health")
    assert health["flags"]["USE_CANONICAL_NODES"] == STATES[state].canonical
    assert health["build"] == ("canonical-only" if state == "cleaned" else "with-fallback")
    assert "FEATURE_USE_CANONICAL_NODES=" in mes.log()


def test_the_seeded_plans_are_those_of_the_rollout_plan(mes: Mes) -> None:
    mes.arrange("legacy")
    counts = [mes.get(f"{PLANS}/PLAN-1224-00{number}")["plan"]["stored"]["executionGraph"] for number in (1, 2)]
    assert counts == [5, 8]
    assert mes.get(f"{PLANS}?candidate=pilot")["total"] == 15


def test_arranging_undoes_everything(mes: Mes) -> None:
    def picture() -> Any:
        counters = mes.get("/api/mes/metrics")["metrics"]
        return mes.run("checksum").stdout, counters, sorted(path.name for path in mes.path("documents").iterdir())

    mes.arrange("legacy")
    before = picture()
    mes.ask("DELETE", f"{PLANS}/{mes.create()['id']}")
    mes.create()
    mes.run("migrate", "--execute")
    mes.run("set_flag", "FEATURE_ENABLE_VALIDATION", "false")
    mes.run("pm2", "restart", "burkol-backend")
    mes.path("documents/alerts.json").unlink()
    mes.arrange("legacy")
    assert picture() == before
    assert mes.get("/health")["flags"] == {"USE_CANONICAL_NODES": False, "ENABLE_VALIDATION": True}


def test_the_stable_week_keeps_its_rates_with_room_for_an_interval(mes: Mes) -> None:
    mes.arrange("migrated")
    counters, totals = mes.get("/api/mes/metrics")["metrics"], mes.get("/api/mes/metrics/totals")["totals"]
    assert counters == {
        "reservation_mismatch_count": 24,
        "plan_using_executionGraph_count": 0,
        "consumption_capped_count": 9,
        "validation_error_count": 4,
    }
    assert [totals[name] for name in ("planCreations", "assignmentStarts", "assignmentCompletions")] == [2400] * 3


def test_pilot_plans_are_suitable_and_complete(mes: Mes) -> None:
    mes.arrange("pilot")
    pilots = mes.rows(
        """
        select status, quantity, jsonb_array_length(document->'nodes') from mes.production_plans
        where document->>'pilot' = 'true'
        """
    )
    assert len(pilots) == 8
    assert all(status == "completed" and quantity < 100 and steps < 5 for status, quantity, steps in pilots)
    assert mes.rows("select count(*) from mes.events where kind = 'rollback'") == [(0,)]


def test_parameters_change_the_number_of_plans(mes: Mes) -> None:
    mes.arrange("legacy", plans=12)
    assert mes.get(PLANS)["total"] == 12


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"state": "nowhere"},
        {"state": "legacy", "plan": 3},
        {"state": "legacy", "plans": -1},
        {"state": "legacy", "problems": {"x": 1}},
    ],
)
def test_a_senseless_arrangement_is_refused_and_changes_nothing(mes: Mes, body: dict[str, Any]) -> None:
    mes.arrange("empty")
    reply = mes.control("POST", "/arrange", body)
    assert (reply.status_code, bool(reply.json()["error"])) == (400, True)
    assert mes.control("GET", "/state").json()["state"] == "empty"


def test_after_cleanup_a_plan_without_nodes_is_data_corruption(mes: Mes) -> None:
    mes.arrange("cleaned")
    assert mes.get(f"{PLANS}/PLAN-1224-001")["plan"]["nodesUsed"] == "nodes"
    made = mes.create(nodes=[{"id": "N1", "operationId": "OP-CUT", "nominalTime": 3, "requiredSkills": []}])
    assert made["nodesUsed"] == "nodes"
    refusal = mes.ask("POST", PLANS, {"name": "P", "quantity": 1, "executionGraph": []}).json()
    assert "executionGraph is not allowed" in refusal["details"]


def test_the_cleaned_repository_has_its_commits_and_no_old_code(mes: Mes) -> None:
    mes.arrange("cleaned")
    repository = mes.path("repository")
    texts = [
        path.read_text(encoding="utf-8")
        for path in repository.rglob("*")
        if path.is_file() and not {".git", "archives"} & set(path.relative_to(repository).parts)
    ]
    assert not any("executionGraph" in text or "convertExecutionGraphToNodes" in text for text in texts)
    assert sorted(path.name for path in (repository / "archives/migration-2025-11").iterdir()) == [
        "README.md",
        "cleanupDeprecatedFields.js",
        "migrateExecutionGraphToNodes.js",
    ]


@pytest.mark.parametrize("state", ["legacy", "pilot", "migrated", "cleaned"])
def test_no_paper_holds_a_placeholder(mes: Mes, state: str) -> None:
    mes.arrange(state)
    for paper in mes.path("documents").iterdir():
        text = paper.read_text(encoding="utf-8")
        assert not any(mark in text for mark in ("{{", "____", "[DATE]", "[TIME]", "[NAME]", "None UTC")), paper.name
        if paper.suffix == ".json":
            json.loads(text)


def test_events_push_an_alert_over_its_threshold(mes: Mes) -> None:
    def state() -> str:
        alerts = {one["name"]: one["state"] for one in mes.get("/api/mes/alerts")["alerts"]}
        found: str = alerts["validation-errors-pilot"]
        return found

    mes.arrange("migrated")
    seen: list[str] = [state()]
    push: Callable[[int], Any] = lambda errors: mes.control(  # noqa: E731 - three pushes read best in a row
        "POST", "/events", {"kind": "creation", "count": 100, "errors": errors}
    )
    for errors in (1, 2):
        push(errors)
        seen.append(state())
    assert seen == ["no_data", "ok", "firing"]
