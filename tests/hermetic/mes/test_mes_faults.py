"""Faults: each is known, names real criteria, and really changes something."""

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mes_world import ROOT, Mes, node, plan_body

from hermetic.kit.edits import TextFault
from hermetic.mes.broken.designer import CHANGES
from hermetic.mes.broken.migration import REPORT_CHANGES
from hermetic.mes.catalogue.papers import PAPER_FAULTS
from hermetic.mes.catalogue.records import RECORD_FAULTS, RecordFault
from hermetic.mes.catalogue.repository import REPOSITORY_FAULTS
from hermetic.mes.faults import FAULTS
from hermetic.mes.server.app import FALLBACK_PLANS
from hermetic.mes.world import World

PLANS = "/api/mes/production-plans"
PRODUCT = ROOT / "hermetic/mes/product"


def criteria() -> list[dict[str, str]]:
    with (ROOT / "features/canonical_model/criteria.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_faults_have_names_of_their_own_and_name_real_criteria() -> None:
    names = [fault.name for fault in FAULTS]
    assert len(set(names)) == len(names)
    known = {row["id"] for row in criteria()}
    assert {fault.name: set(fault.breaks) - known for fault in FAULTS if set(fault.breaks) - known} == {}
    held = ["health-down", "old-release-served"]  # no scenario runs: the release cannot be made out, or is another one
    assert [fault.name for fault in FAULTS if not fault.breaks] == held


def test_the_list_of_faults_is_up_to_date() -> None:
    listed = re.findall(
        r"^\| `([\w-]+)` \|", (ROOT / "hermetic/mes/FAULTS.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert listed == [fault.name for fault in FAULTS], "run `python -m hermetic.mes.list_faults`"


@pytest.mark.parametrize("fault", sorted(CHANGES))
def test_a_designer_fault_finds_its_passage(fault: str) -> None:
    name, old, new = CHANGES[fault]
    texts = [path.read_text(encoding="utf-8") for path in PRODUCT.glob(f"*/domains/production/{name}")]
    assert any(old in text for text in texts)
    assert new != old


@pytest.fixture(scope="module")
def folders(running: Mes, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Copies of documents and repository in the states that have all of them."""
    kept = []
    for state in ("migrated", "cleaned"):
        running.control("DELETE", "/faults")
        running.arrange(state)
        for name in ("documents", "repository"):
            target = tmp_path_factory.mktemp(state) / name
            for source in running.path(name).rglob("*"):
                if source.is_file() and ".git" not in source.parts:
                    copy = target / source.relative_to(running.path(name))
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    copy.write_bytes(source.read_bytes())
            kept.append(target)
    return kept


@pytest.mark.parametrize("fault", [*PAPER_FAULTS, *REPOSITORY_FAULTS], ids=lambda fault: fault.name)
def test_every_edit_of_a_text_fault_finds_something(folders: list[Path], fault: TextFault) -> None:
    for edit in fault.edits:
        files = [folder / edit.file for folder in folders if (folder / edit.file).is_file()]
        assert files, f"{edit.file} is in no state"
        if edit.replacement is not None:
            texts = [path.read_text(encoding="utf-8") for path in files]
            changed = [re.sub(edit.pattern, edit.replacement, text, flags=re.MULTILINE) != text for text in texts]
            assert any(changed), f"{edit.pattern} finds nothing in {edit.file}"


REPORTS = """\
Migration Dry-Run Report
========================
Total plans: 3
Already migrated (have nodes[]): 1
Will migrate (have executionGraph[]): 2
Errors: 0

Validation errors: 1
  PLAN-1: bad
Field mapping issues: 1
  PLAN-1: bad
Plans lacking operationId: 1
  PLAN-1: bad
Circular dependencies: 0

Sample conversions:
Plan PLAN-1: 5 nodes → 5 canonical nodes ✓
Plan PLAN-2: Already migrated
Migrated plans: 1
Plan PLAN-3: executionGraph (5 steps)
Date: 2026-01-01
Plans Processed: 2
Validation Errors: 0
Feature Flag Enabled: Yes
Smoke Tests: PASS
Status: SUCCESS
"""


LOG = "2026-01-01T02:00:00.000Z INFO Migrated PLAN-1\n"


@pytest.mark.parametrize("fault", sorted(REPORT_CHANGES))
def test_a_report_fault_changes_the_report(fault: str) -> None:
    pattern, replacement = REPORT_CHANGES[fault]
    assert any(re.sub(pattern, replacement, text, flags=re.MULTILINE) != text for text in (REPORTS, LOG))


def picture(mes: Mes) -> list[Any]:
    tables = ("production_plans", "materials", "assignments", "events", "backups")
    queries = [f"select md5(string_agg(t::text, '|' order by t::text)) from mes.{table} as t" for table in tables]
    return [mes.rows(query) for query in (*queries, "select count(*) from pg_indexes where schemaname = 'mes'")]


@pytest.mark.parametrize("fault", RECORD_FAULTS, ids=lambda fault: fault.name)
def test_a_record_fault_changes_the_records(mes: Mes, fault: RecordFault) -> None:
    """Each matters in at least one state; some have nothing to spoil in the others."""
    for state in ("migrated", "cleaned", "pilot"):
        mes.control("DELETE", "/faults")
        mes.arrange(state)
        before = picture(mes)
        mes.plant(fault.name)
        assert mes.get("/health")["status"] == "ok"
        if picture(mes) != before:
            return
    pytest.fail(f"{fault.name} changes nothing in any state")


@pytest.mark.parametrize("state", ["legacy", "pilot", "migrated", "cleaned"])
def test_a_record_fault_leaves_plans_that_the_service_can_read(mes: Mes, state: str) -> None:
    """It is planted in whatever state the world is, and that state is arranged with it."""
    mes.control("DELETE", "/faults")
    mes.arrange(state)
    with World.parse(mes.path("world.json").read_text(encoding="utf-8")).connect() as owner:
        for fault in RECORD_FAULTS:
            with owner.transaction(force_rollback=True):
                owner.execute(fault.statement)
                owner.execute(FALLBACK_PLANS)


def canonical_after_restart(mes: Mes) -> bool:
    mes.run("set_flag", "FEATURE_USE_CANONICAL_NODES", "true")
    mes.run("pm2", "restart", "burkol-backend")
    value: bool = mes.get("/health")["flags"]["USE_CANONICAL_NODES"]
    return value


def refused(mes: Mes, **changes: Any) -> list[str]:
    details: list[str] = mes.ask("POST", PLANS, plan_body(**changes)).json().get("details", [])
    return details


CHECKS: dict[str, tuple[str, Callable[[Mes], bool]]] = {
    "flag-ignored": ("legacy", canonical_after_restart),
    "restart-forgets-env": ("legacy", canonical_after_restart),
    "restart-does-nothing": ("legacy", canonical_after_restart),
    "validation-skipped": ("legacy", lambda mes: bool(refused(mes, quantity=0))),
    "validation-first-only": ("legacy", lambda mes: len(refused(mes, quantity=0, nodes=[node(nominalTime=0)])) == 2),
    "effective-time-wrong": ("migrated", lambda mes: mes.create()["nodes"][0]["effectiveTime"] == 40),
    "efficiency-override-ignored": (
        "migrated",
        lambda mes: mes.create(nodes=[node(efficiency=0.5)])["nodes"][0]["effectiveTime"] == 60,
    ),
    "nodes-not-authoritative": (
        "migrated",
        lambda mes: mes.get(f"{PLANS}/PLAN-1224-001")["plan"]["nodesUsed"] == "nodes",
    ),
    "launch-without-assignments": ("migrated", lambda mes: bool(mes.launch(mes.create()["id"]))),
    "log-deprecation-missing": (
        "legacy_canonical_on",
        lambda mes: bool(mes.get(f"{PLANS}/PLAN-1224-001")) and "executionGraph is deprecated" in mes.log(),
    ),
    "health-down": ("legacy", lambda mes: mes.ask("GET", "/health").status_code == 200),
    "old-release-served": ("legacy", lambda mes: mes.ask("GET", "/health").headers["X-Release"] == "2.3.0"),
    "migration-dry-run-writes": (
        "legacy",
        lambda mes: (
            mes.run("migrate", "--dry-run").returncode == 0
            and mes.rows("select count(*) from mes.production_plans where document ? 'nodes'") == [(0,)]
        ),
    ),
    "backup-truncated": (
        "legacy",
        lambda mes: (
            mes.run("backup", "export", "x").returncode == 0 and mes.run("backup", "verify", "x").returncode == 0
        ),
    ),
    "unit-test-missing": (
        "legacy",
        lambda mes: mes.run("npm", "run", "test:mes:unit").stdout.endswith("17 passed, 0 failed\n"),
    ),
    "placeholder-left": (
        "migrated",
        lambda mes: "[" not in mes.path("documents/mail-success.txt").read_text(encoding="utf-8"),
    ),
    "fallback-code-left": (
        "cleaned",
        lambda mes: "executionGraph" not in mes.path("repository/server/mesRoutes.js").read_text(),
    ),
}


@pytest.mark.parametrize("fault", sorted(CHECKS))
def test_a_planted_fault_breaks_and_a_cleared_one_does_not(mes: Mes, fault: str) -> None:
    state, holds = CHECKS[fault]
    mes.arrange(state)
    mes.plant(fault)
    assert not holds(mes)
    assert mes.control("GET", "/state").json()["faults"] == [fault]
    mes.arrange(state)
    assert mes.control("GET", "/faults").json() == {"faults": [fault]}, "a fault survives an arrangement"
    mes.control("DELETE", "/faults")
    assert holds(mes)


def test_an_unknown_fault_is_refused_with_the_closest_spelling(mes: Mes) -> None:
    reply = mes.control("POST", "/faults", {"name": "flag-ignore"})
    assert reply.status_code == 404
    assert "did you mean 'flag-ignored'?" in reply.json()["error"]
